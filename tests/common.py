"""A Norwegian company, connected to the sandbox, with its ledger mapped."""

from contextlib import contextmanager
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from ..models.outbox.fiken_job import STOPPED_STATES
from .norwegian import NorwegianCase
from .sandbox import shared_sandbox

SLUG = "fiken-demo-kaffe-as"
SLUG_NO_API = "fiken-demo-uten-api-as"
SLUG_NO_VAT = "fiken-demo-uten-mva-as"
TODAY = "2026-03-16"
# Without a payment term Odoo would take the day on which the test runs.
DUE = "2026-04-15"


@tagged("post_install", "-at_install")
class FikenCase(NorwegianCase):
    """The business runs as an accountant; the worker as Odoo's own crons do."""

    slug = SLUG

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("fiken_connector.group_fiken_manager")
        cls.sandbox = shared_sandbox()
        cls.sandbox.reset()
        cls.company = cls.company_data["company"]
        cls.accounts = {}
        set_param = cls.env["ir.config_parameter"].sudo().set_param
        set_param("fiken_connector.api_url", f"{cls.sandbox.url}/api/v2")
        set_param("fiken_connector.oauth_url", f"{cls.sandbox.url}/oauth")
        set_param("fiken_connector.client_id", "sandbox-client")
        set_param("fiken_connector.client_secret", "sandbox-secret")
        set_param("fiken_connector.pacing_ms", "0.001")
        set_param("fiken_connector.timeout_pause", "0.001")
        cls.norway = cls.env.ref("base.no")
        cls.connection = (
            cls.env["fiken.connection"]
            .sudo()
            .create(
                {
                    "state": "connected",
                    "user_name": "Kari Nordmann",
                    "user_email": "kari@example.com",
                    "access_token": "sandbox-token",
                    "token_expires_at": fields.Datetime.now() + timedelta(days=3650),
                    **cls.env["fiken.connection"]._here(),
                }
            )
        )
        cls.fiken_company = cls.connect_company(cls.slug)
        cls.vendor = cls.fiken_company.default_vendor_id
        cls.vendor.ledger_id.sales_without_tax = "NONE"
        # Making PDFs takes seconds: tests of files switch it on.
        cls.vendor.attach_files = False
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Kaffebaren AS",
                "is_company": True,
                "country_id": cls.norway.id,
                "city": "Bergen",
                "email": "post@kaffebaren.example",
            }
        )

    def setUp(self):
        super().setUp()
        self.sandbox.reset()
        self.sandbox.unknowns(
            **{name: value for name, value in self.default_unknowns().items()}
        )

    @classmethod
    def default_unknowns(cls):
        return {}

    @classmethod
    def connect_company(cls, slug):
        row = cls.sandbox.get(f"/companies/{slug}")
        fiken_company = (
            cls.env["fiken.company"]
            .sudo()
            ._link(cls.connection, cls.company, row, fields.Date.to_date("2026-01-01"))
        )
        accounts = cls._all_pages(f"/companies/{slug}/accounts")
        banks = cls._all_pages(f"/companies/{slug}/bankAccounts")
        cls.env["fiken.account"].sudo()._replace(fiken_company, accounts, banks)
        fiken_company._propose_ledgers()
        return fiken_company

    @classmethod
    def _all_pages(cls, path):
        rows, page = [], 0
        while True:
            more = cls.sandbox.get(path, page=page, pageSize=100)
            rows += more
            page += 1
            if len(more) < 100:
                return rows

    # Records

    def tax(self, code, use="sale"):
        """The tax of the Norwegian chart with a SAF-T code."""
        return self.env["account.tax"].search(
            [
                ("company_id", "=", self.company.id),
                ("l10n_no_standard_code", "=", code),
                ("type_tax_use", "=", use),
            ],
            limit=1,
        )

    def account(self, code):
        """Found once a class: a search by code is slow after many tests."""
        found = self.accounts.get(code)
        if not found or not found.exists():
            accounts = self.env["account.account"]
            found = self.accounts[code] = accounts.search(
                [
                    *accounts._check_company_domain(self.company),
                    ("code", "=", code),
                ],
                limit=1,
            )
        return found.with_env(self.env)

    def line(self, price=100.0, tax="3", account="3000", quantity=1, **values):
        """Values of an invoice line; ``tax`` is a SAF-T code, or None."""
        return {
            "name": values.pop("name", "Kaffe"),
            "price_unit": price,
            "quantity": quantity,
            "account_id": self.account(account).id,
            "tax_ids": [Command.set(self.tax(tax).ids if tax else [])],
            **values,
        }

    def invoice(self, *lines, post=True, **values):
        """A customer invoice, confirmed unless told otherwise."""
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": TODAY,
                "invoice_date_due": DUE,
                "invoice_line_ids": [
                    Command.create(values_) for values_ in lines or [self.line()]
                ],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    # Running

    def commit(self):
        """What a commit does besides committing: the outbox is written."""
        self.env.flush_all()
        self.env.cr.precommit.run()

    @contextmanager
    def as_cron(self):
        """Other cursors see this test's data, as in a cron after the commit."""
        self.commit()
        with self.enter_registry_test_mode():
            yield

    def send(self):
        """Run the connection's worker as its cron would."""
        with self.as_cron():
            self.connection.cron_id.method_direct_trigger()
        self.env.invalidate_all()

    def trigger(self, name):
        """One run of a scheduled action of ours, by its name in the data files."""
        cron = self.env.ref(f"fiken_connector.{name}").sudo()
        with self.as_cron():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def open_todos(self, *kinds):
        """What a person must do now, one a cause."""
        todos = self.env["fiken.todo"].sudo().search([("state", "=", "open")])
        return todos.filtered(lambda todo: not kinds or todo.kind in kinds)

    def told_of(self, record):
        """The open to-dos that this record is one of."""
        jobs = self.jobs(record)
        roots = self.env["fiken.job"].union(
            *(
                job.waits_for_id.waits_for_id or job.waits_for_id or job
                for job in jobs
                if job.state in STOPPED_STATES
            )
        )
        return self.open_todos().filtered(
            lambda todo: (
                (todo.res_model == record._name and record.id in todo.res_ids)
                or (todo.jobs_domain and roots.filtered_domain(todo.jobs_domain))
            )
        )

    def todos(self, record):
        """The activities by which somebody is told of it, alone or with others."""
        return (
            record.activity_search(["fiken_connector.mail_activity_fiken_problem"])
            | self.told_of(record).activity_id
        )

    def jobs(self, record, resource=None):
        domain = [("res_model", "=", record._name), ("res_id", "=", record.id)]
        if resource:
            domain.append(("resource", "=", resource))
        return self.env["fiken.job"].sudo().search(domain, order="id")

    def binding(self, record, resource):
        return (
            self.env["fiken.binding"]
            ._of(self.fiken_company, resource, record)
            .get(record.id)
        )

    def files_in_fiken(self, path):
        """The files of a document there, each once, however often Fiken lists it."""
        rows = self.sandbox.get(f"/companies/{self.slug}/{path}/attachments")
        return list({row["downloadUrl"]: row for row in rows}.values())

    def sales(self, **filters):
        """The sales that are in Fiken's books now."""
        rows = self.sandbox.get(
            f"/companies/{self.slug}/sales", pageSize=100, **filters
        )
        return [row for row in rows if not row.get("deleted")]
