"""Whoever sees a button may press it: on each page of ours, with each set of rights."""

from unittest.mock import patch

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tools.safe_eval import safe_eval

from ..models.connection import fiken_connection_token
from .people import USER, SecurityCase

VIEWS = ("form", "list", "kanban")
# These end the consent, in a transaction of their own, or lead to Fiken's own pages:
# the test could go no further.
LEAVING = {"action_connect", "action_declare_copied", "action_disconnect"}


class Undo(Exception):
    """What the button did is taken back."""


class TestButtons(SecurityCase):
    def setUp(self):
        super().setUp()
        # This transaction has the connection: nobody waits for it.
        self.enterContext(patch.object(fiken_connection_token, "LOCK_TRIES", 1))
        self.reader = self.new_user("frida", USER)
        self.blocked = self.invoice(self.line(100.0, "3", "3005"))
        self.booked = self.invoice()
        self.send()
        self.day = self.new_day()

    def pages(self):
        """A record for each page of ours."""
        return (
            self.jobs(self.blocked, "sale"),
            self.jobs(self.booked, "sale"),
            self.open_todos(),
            self.connection,
            self.fiken_company,
            self.vendor,
            self.vendor.ledger_id,
            self.vendor.ledger_id.line_ids[:1],
            self.day,
            self.binding(self.booked, "sale"),
            self.fiken_company.account_ids[:1],
        )

    def test_no_button_that_is_shown_refuses(self):
        for user in (self.manager, self.invoicer, self.reader):
            pressed = 0
            for record in self.pages():
                self.assertTrue(record)
                theirs = record[:1].with_user(user)
                if not theirs.has_access("read"):
                    continue
                for view_type in VIEWS:
                    for button in self.shown(theirs, view_type):
                        name = f"{user.login}: {record._name} {button.get('name')}"
                        with self.subTest(name):
                            self.press(theirs, button)
                            pressed += 1
            self.assertGreater(pressed, 5, user.login)

    def shown(self, record, view_type):
        """The buttons of a view that this user sees on this record."""
        try:
            arch = etree.fromstring(record.get_view(view_type=view_type)["arch"])
        except UserError:
            return
        for button in arch.iter("button"):
            inside = button.xpath("ancestor::field")
            if inside or button.get("name") in LEAVING or button.get("special"):
                continue
            if all(
                not self.is_hidden(record, node)
                for node in (button, *button.iterancestors())
            ):
                yield button

    def is_hidden(self, record, node):
        invisible = node.get("invisible")
        if not invisible:
            return False
        names = {name for name in record._fields if name in invisible}
        values = {name: self.plain(record[name]) for name in names}
        context = {"uid": record.env.uid, "context": {}, **values}
        try:
            return bool(safe_eval(invisible, context))
        except (NameError, ValueError):
            return False

    def plain(self, value):
        return (value.id or False) if hasattr(value, "_name") else value

    def press(self, record, button):
        try:
            with self.env.cr.savepoint():
                if button.get("type") == "action":
                    action = (
                        self.env["ir.actions.actions"]._for_xml_id(button.get("name"))
                        if not button.get("name").isdigit()
                        else self.env["ir.actions.act_window"]
                        .sudo()
                        .browse(int(button.get("name")))
                        .read()[0]
                    )
                else:
                    action = getattr(record, button.get("name"))()
                self.check_target(record, action)
                raise Undo
        except (Undo, UserError) as told:
            self.assertNotIsInstance(told, AccessError, str(told))
            self.assertNotIn("Only a Fiken", str(told))
        finally:
            self.env.invalidate_all()

    def check_target(self, record, action):
        """The page that opens is theirs, too."""
        if not isinstance(action, dict) or "res_model" not in action:
            return
        target = self.env[action["res_model"]].with_user(record.env.user)
        target.check_access("read")
        if action.get("res_id"):
            target.browse(action["res_id"]).check_access("read")
