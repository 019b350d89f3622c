"""Scheduled actions that belong to one record, and are made and unmade with it."""

from datetime import timedelta

from odoo import fields


def hourly(record, name, method):
    """A scheduled action that calls a method of one record, as the root user.

    Each hour at least; who has something to do triggers it.

    :param str name: what it does, as administrators read it
    """
    return record.env["ir.cron"].create(
        {
            "name": name,
            "model_id": record.env["ir.model"]._get_id(record._name),
            "state": "code",
            "code": f"model.browse({record.id}).{method}()",
            "user_id": record.env.ref("base.user_root").id,
            "interval_number": 1,
            "interval_type": "hours",
            "nextcall": fields.Datetime.now() + timedelta(hours=1),
        }
    )
