"""Every method that anybody may call by RPC, and who may call it."""

import inspect
from contextlib import suppress
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import new_test_user

from .people import MANAGER, SecurityCase

OURS = "odoo.addons.fiken_connector."

# Who may call what, at the least. A new public method belongs here; a method that
# only our own code calls begins with an underscore instead.
MANAGERS = {
    "fiken.binding": "action_unlink_from_fiken",
    "fiken.company": """action_fetch_accounts action_fetch_payments action_setup_check
        action_start_credit_series action_start_invoice_series action_startup_import""",
    "fiken.connect": "action_choose",
    "fiken.connection": """action_accept_address action_choose_company action_connect
        action_declare_copied action_declare_moved action_disconnect action_test""",
    "fiken.drift": "action_use_fiken",
    "fiken.cure": "action_save",
    "fiken.enable": "action_enable",
    "fiken.import": """action_accept_suggestions action_back action_go_on action_import
        action_open_lines action_read action_reopen action_stop""",
    "fiken.import.line": """action_accept action_create action_fill action_open_record
        action_skip action_take""",
    "fiken.ledger": """action_accept_proposals action_apply_to_vendors
        action_copy_to_vendors action_propose""",
    "fiken.ledger.copy": "action_apply",
    "fiken.ledger.line": "action_accept action_accept_together",
    "fiken.mark": "action_leave action_send action_show",
    "fiken.pos.journal": "action_apply",
    "fiken.settle.from": "action_choose",
    "fiken.setup.check": "action_again check_again_when_old",
    "fiken.unlink": "action_remove",
    "fiken.vendor": """action_open_older action_open_unmarked action_projects_off
        action_projects_on""",
    "res.config.settings": "action_fiken_connect",
}
# Fiken users of the company; of documents also only who may read or change them.
USERS = {
    "account.analytic.account": "action_fiken_send",
    "account.move": """action_fiken_book action_fiken_open action_fiken_payments
        action_fiken_send action_fiken_sync_draft action_fiken_take_date
        fiken_is_waiting fiken_states""",
    "fiken.binding": "action_open_in_fiken",
    "fiken.company": "action_open_in_fiken",
    "fiken.connection": "action_open_jobs action_send_now",
    "fiken.drift": "action_open_record action_use_odoo",
    "fiken.job": """action_fix action_ignore action_link_found
        action_open_page action_open_record action_open_setting action_retry
        action_send_anyway action_send_other fiken_states""",
    "fiken.settle": "action_read",
    "fiken.settlement": """action_book action_book_today action_compare action_correct
        action_find_late_changes action_open_in_fiken action_open_jobs
        action_open_receipts action_read action_retry action_send action_skip""",
    "fiken.todo": "action_done action_open",
    "fiken.vendor": "action_open_ledger action_open_unsettled",
    "product.product": "action_fiken_send",
    "product.template": "action_fiken_send",
    "res.partner": "action_fiken_send",
}
ANYBODY = {
    # They name a list or form to open; what it shows is checked when it is read.
    "fiken.ledger": """action_open_categories action_open_gaps action_open_lines
        action_open_no_tax action_open_proposals action_open_to_confirm
        action_open_unknown""",
    "fiken.vendor": "action_enable action_open_settlements action_settle_from",
    # They open the page of the company that one works in, whatever they are called on,
    # and refuse who is no manager.
    "fiken.import": "action_open",
    "fiken.setup.check": "action_open",
    # What they count and tell is what the reader may see.
    "fiken.todo": "open_count status",
    # It opens a record, or presses a button that checks by itself.
    "fiken.setup.check.line": "action_mend",
}


class TestMethods(SecurityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        other = cls.env["res.company"].sudo().create({"name": "Kaffe Nord AS"})
        cls.people = {
            "portal": cls.portal_user(),
            "employee": cls.employee,
            "other": cls.new_user("knut", MANAGER, companies=other),
            "user": cls.new_user("ulla", "fiken_connector.group_fiken_user"),
            "manager": cls.manager,
        }

        move = cls.invoice_of_company()
        cls.records = cls.one_of_each(move)

    @classmethod
    def portal_user(cls):
        return new_test_user(
            cls.env,
            "petter",
            groups="base.group_portal",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    @classmethod
    def invoice_of_company(cls):
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.customer.id,
                "invoice_date": "2026-03-16",
                "invoice_line_ids": [(0, 0, {"name": "Kaffe", "price_unit": 100})],
            }
        )
        move.action_post()
        cls.env.flush_all()
        cls.env.cr.precommit.run()
        return move

    @classmethod
    def one_of_each(cls, move):
        """A record of each model, of this company, that the methods are called on."""
        books, company = cls.fiken_company, cls.company
        thing = {
            "fiken_company_id": books.id,
            "company_id": company.id,
            "resource": "contact",
            "res_model": "res.partner",
            "res_id": cls.customer.id,
        }
        product = {"name": "Bønner", "company_id": company.id}
        plan = cls.env["account.analytic.plan"].sudo().create({"name": "Prosjekter"})
        startup = {"fiken_company_id": books.id}
        values = {
            "account.analytic.account": {
                "name": "Kaffebil",
                "plan_id": plan.id,
                "company_id": company.id,
            },
            "fiken.binding": {**thing, "remote_id": "1"},
            "fiken.drift": {**thing, "kind": "changed", "key": "name"},
            "fiken.enable": {"vendor_id": cls.vendor.id},
            "fiken.todo": {
                "cause": "look",
                "title": "Look",
                "kind": "connection",
                "company_id": company.id,
            },
            "fiken.import": startup,
            "fiken.ledger.copy": {"source_id": cls.vendor.ledger_id.id},
            "fiken.mark": {
                "vendor_id": cls.vendor.id,
                "date_from": "2026-01-01",
                "date_to": "2026-03-31",
            },
            "fiken.pos.journal": {"vendor_id": cls.vendor.id},
            "fiken.settle": {"vendor_id": cls.vendor.id},
            "fiken.settle.from": {"vendor_id": cls.vendor.id},
            "fiken.setup.check": startup,
            "fiken.setup.check.line": {},
            "product.product": product,
            "product.template": product,
            "res.config.settings": {"company_id": company.id},
            "res.partner": {"name": "Kunde", "company_id": company.id},
            "fiken.settlement": {
                "vendor_id": cls.vendor.id,
                "fiken_company_id": books.id,
                "company_id": company.id,
                "number": "X",
                "kind": "day",
                "day": "2026-03-16",
                "date": "2026-03-16",
                "mode": "booked",
            },
        }
        records = {
            model: cls.env[model].sudo().create(vals) for model, vals in values.items()
        }
        line = {
            "import_id": records["fiken.import"].id,
            "company_id": company.id,
            "resource": "contact",
            "remote_id": "1",
            "name": "Kunde",
        }
        unlink = {"binding_id": records["fiken.binding"].id, "reason": "Wrong"}
        records["fiken.unlink"] = cls.env["fiken.unlink"].sudo().create(unlink)
        connect = cls.env["fiken.connect"].sudo()
        with patch.object(type(connect), "_read_companies"):
            connect = connect.create({"connection_id": cls.connection.id})
        job = cls.env["fiken.job"].sudo().search([], limit=1)
        ledger = cls.vendor.ledger_id
        cure = {"job_id": job.id, "ledger_id": ledger.id}
        return records | {
            "fiken.cure": cls.env["fiken.cure"].sudo().create(cure),
            "account.move": move,
            "fiken.company": books,
            "fiken.connection": cls.connection,
            "fiken.connect": connect,
            "fiken.import.line": cls.env["fiken.import.line"].sudo().create(line),
            "fiken.job": cls.env["fiken.job"].sudo().search([], limit=1),
            "fiken.ledger": cls.vendor.ledger_id,
            "fiken.ledger.line": cls.vendor.ledger_id.line_ids[:1],
            "fiken.vendor": cls.vendor,
        }

    def methods(self):
        """{(model, name)} of what the addon adds and RPC lets anybody call."""
        return {
            (model, name)
            for model, cls in self.env.registry.items()
            if not cls._abstract
            for name in dir(cls)
            if not name.startswith("_") and self.is_ours(cls, name)
        }

    def is_ours(self, cls, name):
        """Whether it is new with us, and not Odoo's own method that we extend."""
        homes = [home for home in cls.__mro__ if name in vars(home)]
        method = vars(homes[-1])[name]
        return (
            all(home.__module__.startswith(OURS) for home in homes)
            and inspect.isfunction(method)
            and not getattr(method, "_api_private", False)
        )

    def rows(self, *tables):
        return [
            (model, name)
            for table in tables
            for model, names in table.items()
            for name in names.split()
        ]

    def assertRefused(self, who, model, name):
        record = self.records[model].with_user(self.people[who])
        with (
            self.subTest(who, model=model, method=name),
            self.assertRaises(UserError, msg=f"{who} {model} {name}"),
        ):
            getattr(record, name)()

    def test_it_is_decided_of_each_method_who_may_call_it(self):
        decided = self.rows(MANAGERS, USERS, ANYBODY)
        self.assertEqual(len(decided), len({*decided}), "decided twice")
        self.assertEqual({*decided}, self.methods())

    def test_no_stranger_calls_anything(self):
        """Customers in the portal, employees, and Fiken managers of another company."""
        self.sandbox.reset_stats()
        with self.as_cron():
            for model, name in self.rows(MANAGERS, USERS):
                for who in ("portal", "employee", "other"):
                    if (model, who) != ("res.config.settings", "other"):
                        self.assertRefused(who, model, name)
        self.assertFalse(self.sandbox.stats()["requests"])

    def test_a_user_does_not_do_what_is_for_managers(self):
        self.sandbox.reset_stats()
        with self.as_cron():
            for model, name in self.rows(MANAGERS):
                self.assertRefused("user", model, name)
        self.assertFalse(self.sandbox.stats()["requests"])

    def test_what_opens_a_company_is_for_its_people(self):
        """A page of the company that one works in: for managers only."""
        with self.as_cron():
            for model in ("fiken.import", "fiken.setup.check"):
                for who in ("portal", "employee", "user"):
                    self.assertRefused(who, model, "action_open")

    def test_without_records_nothing_happens(self):
        """By RPC a method can be called on none, which no record rule sees."""
        self.sandbox.reset_stats()
        before = self.traces()
        with self.as_cron():
            for model, name in self.rows(MANAGERS, USERS, ANYBODY):
                for who in ("portal", "employee"):
                    none = self.records[model].browse().with_user(self.people[who])
                    with (
                        self.subTest(who, model=model, method=name),
                        suppress(UserError, ValueError),
                    ):
                        getattr(none, name)()
        self.assertEqual(self.traces(), before)
        self.assertFalse(self.sandbox.stats()["requests"])

    def traces(self):
        self.env.flush_all()
        return [
            self.env[model].sudo().search_count([])
            for model in ("ir.cron.trigger", "fiken.job", "fiken.connection")
        ]
