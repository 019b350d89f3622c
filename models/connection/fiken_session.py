"""Fiken's client behind the gate, with a fresh token and a log."""

from ...fiken_api import errors, oauth, paging
from ...fiken_api.client import FikenClient
from .exceptions import NeedsConsent
from .fiken_gate import FikenGate


class FikenSession:
    """Requests of one connection, one after the other.

    The worker uses it in a ``with`` block for many jobs; a user's click for a few
    GETs, with ``patience``: the seconds it waits for the gate before it says busy.
    """

    def __init__(self, connection, patience=None):
        self._connection = connection
        self._patience = patience
        # Whose the next requests are, for the log: a job's id, its Fiken company's id.
        self._cause = (None, None)
        self.connection_id = connection.id
        self.records = []
        # What was read in this run and may be looked at again.
        self.kept = {}
        self._gate = FikenGate(
            connection.env.cr.dbname,
            connection._gate_key(),
            connection._pause(),
            connection._timeout_pause(),
        )
        self._client = FikenClient(
            connection._api_url(),
            token="",
            timeout=connection._request_timeout(),
            on_record=self._store_record,
        )

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.close()

    def close(self):
        self._gate.close()
        self._client.close()
        self._connection._write_log(self.take_records())

    def pause(self):
        """Let others through while the caller is busy with something else."""
        self._gate.leave()

    def use_token(self, token):
        """The token of a consent that was given a moment ago."""
        self._client.token = token

    def for_job(self, job_id, fiken_company_id):
        """Name the job that the next requests belong to, for the log."""
        self._cause = (job_id, fiken_company_id)

    def take_records(self):
        """Hand over the log lines of the requests made since the last time."""
        records, self.records = self.records, []
        return records

    # The consent

    def exchange(self, code, state):
        """The tokens for the code of a consent.

        Whose consent it is, Fiken says afterwards. The gate is that of whom the
        connection had before, most likely the same; else one that all have who connect
        for the first time. Those who have another connection already may meet its
        worker here once, and Fiken refuses one of the two.
        """
        connection = self._connection
        self._gate.enter(self._patience)
        with self._gate.request():
            return oauth.exchange_code(
                connection._oauth_url(),
                *connection._app_credentials(),
                code,
                connection._callback_url(),
                state,
            )

    def revoke(self):
        """End the whole grant at Fiken (fiken-api.md §1.4).

        :raise NeedsConsent: it has ended already
        """
        self._gate.enter(self._patience)
        token = self._token()
        try:
            self._end(token)
        except errors.Unauthorized:
            self._end(self._token(refused=token))

    def _end(self, token):
        with self._gate.request():
            oauth.revoke(self._connection._oauth_url(), token)

    # The API

    def get(self, path, **params):
        return self._through_gate("get", path, **params)

    def user(self):
        """Whose consent it is: ``name`` and ``email``, both there.

        :raise Busy: Fiken does not say
        """
        row = self.get("/user").row
        email = row.get("email")
        if not email:
            raise errors.Busy("Fiken does not say whose consent it is.")
        return {"name": row.get("name") or email, "email": email}

    def pages(self, path, **params):
        """All rows of a list; each page passes the gate on its own.

        :raise Busy: what comes is no list, or does not end
        """
        size = paging.PAGE_SIZE
        return paging.all_rows(
            lambda page: self.get(path, page=page, pageSize=size, **params)
        )

    def page(self, path, page, **params):
        """One page of a list that is not read at one go.

        :param int page: its number, from 0
        :return: (its rows, whether no page follows)
        :raise Busy: the list does not end
        """
        answer = self.get(path, page=page, pageSize=paging.PAGE_SIZE, **params)
        return answer.rows, paging.is_last(answer, page)

    def post(self, path, body=None, **params):
        return self._through_gate("post", path, body, **params)

    def put(self, path, body):
        return self._through_gate("put", path, body)

    def patch(self, path, body=None, **params):
        return self._through_gate("patch", path, body, **params)

    def delete(self, path, **params):
        return self._through_gate("delete", path, **params)

    def upload(self, path, filename, content, **params):
        return self._through_gate("upload", path, filename, content, **params)

    def download(self, url):
        return self._through_gate("download", url).body

    def _through_gate(self, verb, *args, **kwargs):
        self._gate.enter(self._patience)
        if not self._client.token:
            self._client.token = self._token()
        try:
            return self._send(verb, *args, **kwargs)
        except errors.Unauthorized as error:
            if errors.cause_of(error):
                raise  # a number series that was never started (§1.5)
            # A 401 did nothing at Fiken, so the same request may go out again.
            self._client.token = self._token(refused=self._client.token)
            return self._again(verb, args, kwargs)

    def _send(self, verb, *args, **kwargs):
        with self._gate.request():
            return getattr(self._client, verb)(*args, **kwargs)

    def _token(self, refused=None):
        """A valid token. Without one the request itself has not gone out."""
        try:
            return self._connection._fresh_token(refused, self._gate.request)
        except errors.OutcomeUnknown as error:
            raise errors.Busy(error.message, error.status) from error

    def _again(self, verb, args, kwargs):
        try:
            return self._send(verb, *args, **kwargs)
        except errors.Unauthorized as error:
            # Not every 401 is a dead consent: /user tells (fiken-api.md §1.5).
            try:
                self._send("get", "/user")
            except errors.Unauthorized:
                self._connection._lose_consent(error.message, self._client.token)
                raise NeedsConsent(error.message) from error
            raise error

    def _store_record(self, record):
        self.records.append((*self._cause, record))
