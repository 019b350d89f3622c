"""A business that owes Fiken something of every kind.

``MAKERS`` says which record owes a job of which resource. Some are made at the start,
others when the first have arrived: a draft is booked, a payment undone, a person
edited.
"""

from odoo import Command

from .documents.bills import BillCase
from .documents.test_attachment import PDF
from .documents.test_credit_note import CreditMixin
from .masterdata.common import MasterdataCase
from .outbox.losing import LostCase
from .payments.paying import PaymentCase, ToFikenCase
from .settlement.settling import DAY, SettlementCase

DRAFT_DAY = "2026-03-17"

# {resource: (what is made at the start, what is done when that is in Fiken)}. A new
# resource is one line here, with the method below that makes its record.
MAKERS = {
    "invoice_series": ("start_numbers", None),
    "credit_series": ("start_numbers", None),
    "contact": ("people", "edit_people"),
    "contact_person": ("people", "edit_people"),
    "product": ("goods", "edit_goods"),
    "stock": ("goods", "edit_goods"),
    "project": ("invoice_of_project", None),
    "sale": ("invoice_of_odoo", None),
    "sale_gross": ("invoice_in_euro", None),
    "invoice_pdf": ("invoice_of_odoo", None),
    "sale_draft": ("draft_of_odoo", "book_drafts"),
    "sale_settled": ("credit_note_of_odoo", None),
    "cash_sale": ("sales_receipt", None),
    "cash_sale_draft": ("draft_of_receipt", "book_drafts"),
    "invoice_draft": ("draft_of_fiken", "book_drafts"),
    "invoice": ("invoice_of_fiken", None),
    "invoice_papers": ("invoice_of_fiken", None),
    "credit_note": ("credit_notes_of_fiken", None),
    "credit_note_draft": ("credit_notes_of_fiken", None),
    "credit_note_papers": ("credit_notes_of_fiken", None),
    "purchase": ("bills", None),
    "purchase_draft": ("draft_of_bill", "book_drafts"),
    "purchase_settled": ("refund_of_bill", None),
    "attachment": ("bills", None),
    "replaced_file": ("draft_of_bill", "delete_file"),
    "payment": ("invoice_of_odoo", None),
    "payment_undo": (None, "undo_payments"),
    "settlement": ("day", None),
    "settlement_draft": ("day_as_draft", "book_day"),
    "settlement_payment": ("day", None),
    "settlement_report": ("day", None),
    "journal_entry": ("day", None),
}


class BusinessCase(
    CreditMixin, ToFikenCase, SettlementCase, BillCase, MasterdataCase, LostCase
):
    """All of it is made once; each test takes it to Fiken in its own way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank_of_invoices = cls.fiken_company.account_ids.filtered("is_bank")[0]
        cls.vendor.write(
            {
                "attach_files": True,
                "credit_note_way": "negative",
                "refund_bill": "negative",
                "projects_enabled": True,
                "analytic_plan_id": cls.env["account.analytic.plan"]
                .create({"name": "Prosjekter"})
                .id,
                "bank_account_id": cls.bank_of_invoices.id,
            }
        )
        # Odoo's own are not what is looked at.
        cls.env["product.product"].search([]).sale_ok = False
        cls.fiken_company.write({"product_sync": "all", "stock_sync": "all"})
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.shelf = cls.warehouse.lot_stock_id
        cls.made = {}
        cls("act").act(0)
        cls.env.flush_all()
        cls.env.cr.precommit.run()

    @classmethod
    def map_means(cls, means, code):
        kind = PaymentCase if means._name == "account.journal" else SettlementCase
        kind.map_means.__func__(cls, means, code)

    def setUp(self):  # pylint: disable=method-required-super
        # The goods are for sale here, unlike where one looks at goods alone.
        LostCase.setUp(self)
        self.sandbox.reset(counters=False)

    def act(self, turn):
        """Do what ``MAKERS`` says, each once, and keep what was made."""
        for name in dict.fromkeys(makers[turn] for makers in MAKERS.values()):
            if name:
                self.made[name] = getattr(self, name)()

    def in_draft(self, move):
        """It goes as a draft."""
        move.fiken_mode = "draft"
        move.action_post()
        return move

    def by_fiken(self, *lines, mode="booked", **values):
        move = self.invoice(*lines, post=False, **values)
        move.write({"fiken_issuer": "fiken", "fiken_mode": mode})
        move.action_post()
        return move

    def with_pdf(self, move):
        """The customer has it already: making a PDF takes seconds."""
        self.env["ir.attachment"].create(
            {
                "name": "Faktura.pdf",
                "raw": PDF,
                "res_model": move._name,
                "res_id": move.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        move.invalidate_recordset(["invoice_pdf_report_id"])
        return move

    # Master data

    def start_numbers(self):
        self.fiken_company.write(
            {
                "invoice_series_started": False,
                "credit_series_started": False,
                "first_invoice_number": 10001,
                "first_credit_note_number": 501,
            }
        )
        self.fiken_company.action_start_invoice_series()
        self.fiken_company.action_start_credit_series()

    def people(self):
        firm = self.new_customer(
            "Kontoret AS",
            is_company=True,
            child_ids=[
                Command.create(
                    {
                        "name": name,
                        "email": f"{name.lower()}@kontoret.example",
                        "type": "contact",
                    }
                )
                for name in ("Anne", "Berit")
            ],
        )
        # And one without people.
        self.owe("contact", firm | self.new_customer("Kjøkkenet AS"))
        return firm

    def edit_people(self):
        firm = self.made["people"]
        firm.phone = "22000001"
        anne, berit = firm.child_ids.sorted("name")
        anne.phone = "22000002"
        berit.unlink()

    def goods(self):
        beans = self.storable(quantity=12, default_code="B-1")
        mill = self.new_product(default_code="K-1")
        return beans, mill

    def edit_goods(self):
        beans, mill = self.made["goods"]
        mill.list_price = 120.0
        self.count_stock(beans, 10)

    # Documents of Odoo's

    def invoice_of_odoo(self):
        move = self.with_pdf(self.invoice(self.line(1000.0)))
        self.pay(move)
        return move

    def invoice_in_euro(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        euro.rate_ids.create(
            {
                "name": "2026-01-01",
                "currency_id": euro.id,
                "company_id": self.company.id,
                "inverse_company_rate": 11.4237,
            }
        )
        return self.with_pdf(
            self.invoice(self.line(200.0, "52", "3120"), currency_id=euro.id)
        )

    def invoice_of_project(self):
        roof = self.env["account.analytic.account"].create(
            {
                "name": "Tak",
                "code": "T-1",
                "plan_id": self.vendor.analytic_plan_id.id,
                "company_id": self.company.id,
            }
        )
        line = self.line(300.0, analytic_distribution={str(roof.id): 100})
        move = self.with_pdf(self.invoice(line))
        self.pay(move)
        return move

    def draft_of_odoo(self):
        return self.with_pdf(self.in_draft(self.invoice(self.line(400.0), post=False)))

    def credit_note_of_odoo(self):
        move = self.with_pdf(self.invoice(self.line(500.0)))
        credit = self.with_pdf(self.credit(move))
        lines = (move | credit).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        lines.filtered(lambda line: not line.reconciled).reconcile()
        return move | credit

    def sales_receipt(self):
        move = self.invoice(self.line(60.0), move_type="out_receipt")
        self.pay(move, journal=self.cash)
        return self.with_pdf(move)

    def draft_of_receipt(self):
        move = self.invoice(self.line(70.0), move_type="out_receipt", post=False)
        self.in_draft(move)
        self.pay(move, journal=self.cash)
        return self.with_pdf(move)

    # Documents of Fiken's

    def invoice_of_fiken(self):
        move = self.by_fiken(self.line(800.0))
        self.pay(move, 500.0)
        return move

    def draft_of_fiken(self):
        return self.by_fiken(self.line(900.0), mode="draft")

    def credit_notes_of_fiken(self):
        """A part, all of it, and a draft that stands alone."""
        notes = self.env["account.move"]
        for prices in ((100.0,), ()):
            move = self.by_fiken(self.line(1100.0))
            credit = self.credit(move, *prices, post=False)
            credit.fiken_issuer = "fiken"
            credit.action_post()
            notes |= credit
        alone = self.by_fiken(self.line(50.0), mode="draft", move_type="out_refund")
        return notes | alone

    # Bills

    def bills(self):
        """A bill with its original, paid; and a receipt."""
        bill = self.bill(self.cost(100.0), post=False)
        self.original(bill)
        bill.action_post()
        self.pay(bill)
        return bill

    def original(self, bill):
        return self.env["ir.attachment"].create(
            {
                "name": "Regning.pdf",
                "raw": PDF,
                "res_model": bill._name,
                "res_id": bill.id,
            }
        )

    def draft_of_bill(self):
        """With two files, one of which is deleted when it is in Fiken."""
        bill = self.bill(self.cost(120.0), post=False)
        self.original(bill)
        self.original(bill)
        return self.in_draft(bill)

    def delete_file(self):
        self.made["draft_of_bill"]._fiken_original_files()[0].unlink()

    def refund_of_bill(self):
        bill = self.bill(self.cost(130.0))
        refund = self.refund(self.cost(130.0))
        lines = (bill | refund).line_ids.filtered(
            lambda line: line.account_type == "liability_payable"
        )
        lines.filtered(lambda line: not line.reconciled).reconcile()
        return bill | refund

    # Days

    def day(self):
        self.map_account(self.shop.account("7795"), "7770")
        session = self.sold_day(close=False)
        counted = session.cash_register_balance_end + 20.0
        self.shop.close(session, counted, at=f"{DAY} 18:00:00")
        settlement = self.settlement()
        settlement.action_send()
        return settlement

    def day_as_draft(self):
        self.vendor.settlement_mode = "draft"
        self.sold_day(DRAFT_DAY)
        settlement = self.settlement(DRAFT_DAY)
        self.vendor.settlement_mode = "booked"
        settlement.action_send()
        return settlement

    def book_day(self):
        self.made["day_as_draft"].action_book()

    # When the first are in Fiken

    def book_drafts(self):
        names = ("draft_of_odoo", "draft_of_receipt", "draft_of_fiken", "draft_of_bill")
        for name in names:
            self.made[name].action_fiken_book()

    def undo_payments(self):
        """One of a sale, one of a purchase, one of an invoice of Fiken's."""
        for name in ("invoice_of_odoo", "bills", "invoice_of_fiken"):
            self.undo(self.made[name])
