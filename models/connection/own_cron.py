"""Our scheduled actions: those of one record, and those that the data files declare.

Odoo switches off what failed for a week and tells nobody, and anybody may delete one.
"""

from datetime import timedelta
from functools import cache

from lxml import etree

from odoo import fields
from odoo.modules import Manifest
from odoo.tools import convert, file_path

MODULE = "fiken_connector"
WATCHDOG = f"{MODULE}.ir_cron_watchdog"


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


def is_free(cron):
    """Whether nobody runs it just now: Odoo lets nothing of it be changed meanwhile."""
    return cron.try_lock_for_update(allow_referencing=True) == cron


def why_stopped(cron):
    """``deleted``, ``off``, or '' where it runs, or somebody runs it just now."""
    if not cron:
        return "deleted"
    return "" if cron.active or not is_free(cron) else "off"


@cache
def declared():
    """{xml id: data file} of those that belong to no record."""
    files = [
        name
        for name in Manifest.for_addon(MODULE)["data"]
        if name.startswith("data/ir_cron")
    ]
    return {
        f"{MODULE}.{node.get('id')}": name
        for name in files
        for node in etree.parse(file_path(f"{MODULE}/{name}")).iterfind(
            ".//record[@model='ir.cron']"
        )
    }


def mend_declared(env, only=None):
    """Make anew what somebody deleted, switch on what is off, let it run.

    A copy that Odoo made harmless stays so. What somebody runs now waits for the next
    look.

    :param only: xml ids; all that are declared where it is left out
    :return: [(name of the cron, ``deleted`` or ``off``)]
    """
    stopped = []
    if env["ir.config_parameter"].get_param("database.is_neutralized"):
        return stopped
    for xml_id, name in declared().items():
        if only and xml_id not in only:
            continue
        cron = env.ref(xml_id, raise_if_not_found=False)
        why = why_stopped(cron)
        if not cron:
            # What the file declares and is there stays as it is.
            convert.convert_file(env, MODULE, name, {}, mode="update", noupdate=True)
            cron = env.ref(xml_id)
        if why:
            cron.active = True
            cron._trigger()
            stopped.append((cron.name, why))
    return stopped
