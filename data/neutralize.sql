-- A copy for tests must not send, and must not be able to: consents and the app's
-- secret stay with the original.
UPDATE fiken_connection
   SET access_token = NULL, refresh_token = NULL, token_expires_at = NULL,
       state = CASE state WHEN 'draft' THEN 'draft' ELSE 'disconnected' END;
DELETE FROM ir_config_parameter
 WHERE key IN ('fiken_connector.client_id', 'fiken_connector.client_secret');
UPDATE ir_cron SET active = false
 WHERE id IN (SELECT cron_id FROM fiken_connection);
