"""The pictures of docs/ and of Odoo's app page: ``dev/screenshots`` runs it."""
