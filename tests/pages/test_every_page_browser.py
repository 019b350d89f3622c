"""Every page of ours opens in a real browser, and its console has no error."""

import json

import pytest

from odoo.tests import HttpCase, tagged
from odoo.tools.safe_eval import safe_eval

from ..connection import test_connect_browser as browsing
from ..people import USER, SecurityCase

# What a person sees when a page fails without a word in the console.
BROKEN = ".o_error_dialog, .o_notification .bg-danger"
# As a menu does it, without the seconds that the web client takes to start.
OPEN = (
    "odoo.__WOWL_DEBUG__.root.env.services.action"
    ".doAction(%s, {clearBreadcrumbs: true}).then(() => true)"
)


@pytest.mark.browser
@tagged("post_install", "-at_install")
class TestEveryPageBrowser(SecurityCase, HttpCase):
    person = browsing.TestConnectBrowser.person

    def setUp(self):
        super().setUp()
        self.invoice()
        self.invoice(self.line(100.0, "3", "3005"))
        self.send()
        self.new_day()
        self.env["fiken.import"].action_open(self.fiken_company)
        # Else Odoo's settings, where ours are, say that a tax on payments needs it.
        self.company.tax_exigibility = True
        self.env.flush_all()

    def test_as_who_may_do_all(self):
        boss = self.new_user(
            "boss",
            "fiken_connector.group_fiken_manager",
            "account.group_account_manager",
            "base.group_system",
        )
        self.assertGreater(self.opens_all(boss), 25)

    def test_as_who_only_looks(self):
        self.assertGreater(self.opens_all(self.new_user("frida", USER)), 12)

    def opens_all(self, user):
        """Each menu, and the form of the first record in its list; how many."""
        pages = self.pages(user)
        with self.person(user) as person:
            person.go(f"{self.base_url()}/odoo/fiken-overview")
            person.sees("Kari Nordmann", ".o_fiken_books")
            for name, action in pages:
                with self.subTest(name):
                    self.assertTrue(person.runs(OPEN % json.dumps(action)))
                    person.does_not_see(BROKEN)
        return len(pages)

    def pages(self, user):
        """[(name, action or its id)]"""
        menus = self.env["ir.ui.menu"].with_user(user)
        root = self.env.ref("fiken_connector.menu_fiken")
        ours = menus.browse(menus._visible_menu_ids()).sudo()
        ours = ours.filtered_domain([("id", "child_of", root.id)])
        pages = []
        for menu in ours.filtered("action"):
            pages.append((menu.complete_name, menu.action.id))
            if menu.action.type == "ir.actions.act_window":
                pages += self.form_of_first(user, menu.action)
        return pages

    def form_of_first(self, user, action):
        """Empty where the list is, or has no form."""
        if "form" not in action.view_mode or action.res_id:
            return []
        records = self.env[action.res_model].with_user(user)
        domain = safe_eval(action.domain or "[]", {"uid": user.id})
        record = records.search(domain, limit=1)
        if not record:
            return []
        opens = {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [[False, "form"]],
        }
        return [(f"{action.name}: {record.display_name}", opens)]
