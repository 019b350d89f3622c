"""A shop with tills, as its staff run it: through Odoo's own point of sale."""

from contextlib import contextmanager
from datetime import datetime
from unittest import skipUnless

from freezegun import freeze_time

from odoo import Command, fields
from odoo.modules.module import get_module_path

from ..common import FikenCase

HAS_POINT_OF_SALE = bool(get_module_path("point_of_sale", display_warning=False))


def set_up_before(env):
    """What was set up here is older than the days of a test."""
    env["fiken.former.value"].sudo().search([]).unlink()


class Shop:
    """Tills, goods, customers; every method does what a person at the till does.

    :param env: of a user who may use the point of sale
    :param company: with the Norwegian chart
    """

    def __init__(self, env, company):
        self.env = env
        self.company = company
        self.methods = {}
        env.user.group_ids |= env.ref("point_of_sale.group_pos_manager")

    # What the shop has

    def account(self, code):
        accounts = self.env["account.account"]
        return accounts.search(
            [*accounts._check_company_domain(self.company), ("code", "=", code)]
        )

    def new_account(self, code, name, account_type):
        there = self.account(code)
        return there or self.env["account.account"].create(
            {
                "code": code,
                "name": name,
                "account_type": account_type,
                "company_ids": [Command.set(self.company.ids)],
            }
        )

    def tax(self, code, is_included=False):
        """The sales tax of a SAF-T code; one whose prices contain it if wanted."""
        taxes = self.env["account.tax"]
        domain = [
            ("company_id", "=", self.company.id),
            ("type_tax_use", "=", "sale"),
            ("l10n_no_standard_code", "=", code),
        ]
        if not is_included:
            return taxes.search(
                [*domain, ("price_include_override", "!=", "tax_included")], limit=1
            )
        domain.append(("price_include_override", "=", "tax_included"))
        tax = taxes.search(domain, limit=1)
        return tax or self.tax(code).copy(
            {
                "name": f"Incl. {code}",
                "price_include_override": "tax_included",
                "l10n_no_standard_code": code,
            }
        )

    def product(self, name, price, taxes=None, account=None, category=None):
        return self.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": False,
                "available_in_pos": True,
                "list_price": price,
                "taxes_id": [Command.set(taxes.ids if taxes else [])],
                "property_account_income_id": account.id if account else False,
                **({"categ_id": category.id} if category else {}),
            }
        )

    def category(self, name, account=None, parent=None):
        return self.env["product.category"].create(
            {
                "name": name,
                "parent_id": parent.id if parent else False,
                **({"property_account_income_categ_id": account.id} if account else {}),
            }
        )

    def journal(self, name, code, kind, **values):
        return self.env["account.journal"].create(
            {
                "name": name,
                "code": code,
                "type": kind,
                "company_id": self.company.id,
                **values,
            }
        )

    def till(self, name, journal=None, methods=None, **values):
        """A till with cash, card and the customer's account.

        Card and account are the shop's; cash is in the till's own drawer.
        """
        return self.env["pos.config"].create(
            {
                "name": name,
                "company_id": self.company.id,
                "payment_method_ids": [
                    Command.set((methods or self._methods(name)).ids)
                ],
                **({"journal_id": journal.id} if journal else {}),
                **values,
            }
        )

    def euro_till(self):
        """(a till in euro, its method of payment)"""
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": euro.id,
                "rate": 0.087,
                "name": "2026-01-01",
                "company_id": self.company.id,
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": euro.id}
        )
        method = self._bank_method("Euro", "EURB")
        method.journal_id.currency_id = euro
        till = self.till(
            "Eurokasse",
            journal=self.journal("Euro", "EURO", "general", currency_id=euro.id),
            methods=method,
            pricelist_id=pricelist.id,
            available_pricelist_ids=[Command.set(pricelist.ids)],
            invoice_journal_id=self.journal(
                "Euro faktura", "EURF", "sale", currency_id=euro.id
            ).id,
        )
        return till, method

    def _methods(self, till):
        card = self.methods.get("card") or self._bank_method("Kort", "KORT")
        later = self.methods.get("later") or self.env["pos.payment.method"].create(
            {
                "name": "Kundekonto",
                "company_id": self.company.id,
                "split_transactions": True,
            }
        )
        self.methods.update(card=card, later=later)
        cash = self.methods[till] = self._cash_method(till)
        return cash | card | later

    def _bank_method(self, name, code, **values):
        account = self.account("7770")
        journal = self.journal(
            name, code, "bank", profit_account_id=account.id, loss_account_id=account.id
        )
        return self.env["pos.payment.method"].create(
            {
                "name": name,
                "company_id": self.company.id,
                "journal_id": journal.id,
                **values,
            }
        )

    def _cash_method(self, till):
        number = 1 + self.env["account.journal"].search_count([("code", "like", "KAS")])
        difference = self.new_account("7795", "Kassedifferanse", "expense")
        journal = self.journal(
            f"Kontanter {till}",
            f"KAS{number}",
            "cash",
            profit_account_id=difference.id,
            loss_account_id=difference.id,
        )
        return self.env["pos.payment.method"].create(
            {
                "name": f"Kontanter {till}",
                "company_id": self.company.id,
                "journal_id": journal.id,
            }
        )

    def cash(self, till):
        return till.payment_method_ids.filtered("is_cash_count")[:1]

    @property
    def card(self):
        return self.methods["card"]

    @property
    def later(self):
        return self.methods["later"]

    # A session

    def open(self, till, cash=0.0, at=None):
        """:param at: "2026-03-16 08:00:00", in UTC as everything here"""
        with _time(at):
            till.open_ui()
            session = till.current_session_id
            session.set_opening_control(cash, "")
        return session

    def sell(
        self,
        session,
        *goods,
        paid=None,
        at=None,
        customer=None,
        invoice=False,
        **values,
    ):
        """A receipt.

        :param goods: product, or (product, quantity), or (…, discount in per cent), or
            a dictionary of values of the line
        :param paid: [(payment method, amount)], the rest goes to the last one, amount
            None; by default all in cash, or what the customer gets back
        """
        with _time(at):
            reference, _tracking = session.config_id._get_next_order_refs()
            order = self.env["pos.order"].create(
                {
                    "session_id": session.id,
                    "company_id": self.company.id,
                    "partner_id": customer.id if customer else False,
                    "pos_reference": reference,
                    "date_order": fields.Datetime.now(),
                    "amount_tax": 0,
                    "amount_total": 0,
                    "amount_paid": 0,
                    "amount_return": 0,
                    "to_invoice": invoice,
                    "lines": [Command.create(self._line(one)) for one in goods],
                    **values,
                }
            )
            order.lines._onchange_amount_line_all()
            order._compute_prices()
            self._pay(order, paid or [(self.cash(session.config_id), None)])
        return order

    def _line(self, goods):
        if not isinstance(goods, tuple | dict):
            goods = (goods,)
        if isinstance(goods, tuple):
            goods = dict(zip(("product", "qty", "discount"), goods, strict=False))
        product = goods.pop("product")
        taxes = product.taxes_id.filtered(lambda tax: tax.company_id == self.company)
        return {
            "product_id": product.id,
            "full_product_name": product.name,
            "qty": 1,
            "discount": 0,
            "price_unit": product.lst_price,
            "price_subtotal": 0,
            "price_subtotal_incl": 0,
            "tax_ids": [Command.set(taxes.ids)],
            **goods,
        }

    def _pay(self, order, paid):
        for method, amount in paid:
            if amount is None:
                order.amount_paid = order._compute_amount_paid()
                amount = order._get_rounded_amount(
                    order.amount_total - order.amount_paid,
                    method.is_cash_count or not order.config_id.only_round_cash_method,
                )
            order.add_payment(
                {
                    "pos_order_id": order.id,
                    "payment_method_id": method.id,
                    "amount": amount,
                    "is_change": amount < 0 < order.amount_total,
                }
            )
        order._process_saved_order(False)

    def give_back(self, order, paid=None, at=None):
        """The customer returns everything on a receipt."""
        with _time(at):
            refund = order._refund()
            refund.date_order = fields.Datetime.now()
            self._pay(refund, paid or [(self.cash(refund.config_id), None)])
        return refund

    def invoice(self, order, customer, at=None):
        """An invoice for a receipt, also long after."""
        with _time(at):
            order.partner_id = customer
            order.with_context(generate_pdf=False).action_pos_order_invoice()
        return order.account_move

    def move_cash(self, session, amount, reason, at=None):
        """Cash into the till, or out of it when negative."""
        with _time(at):
            before = session.statement_line_ids
            session.try_cash_in_out(
                "in" if amount > 0 else "out",
                abs(amount),
                reason,
                False,
                {"translatedType": "in" if amount > 0 else "out"},
            )
            line = session.statement_line_ids - before
            if at:
                # The database's clock cannot be set.
                line.flush_recordset()
                self.env.cr.execute(
                    "UPDATE account_bank_statement_line SET create_date = %s"
                    " WHERE id IN %s",
                    (at, tuple(line.ids)),
                )
                line.invalidate_recordset()
        return line

    def close(self, session, counted=None, at=None, differences=()):
        """Count the till and close it.

        :param counted: cash in kroner; by default as much as there should be
        :param differences: [(payment method, kroner beyond the orders)]
        """
        with _time(at):
            # Each of these is a request of its own; Odoo relies on it.
            session.invalidate_recordset()
            if session.cash_journal_id:
                expected = session.cash_register_balance_end
                answer = session.post_closing_cash_details(
                    expected if counted is None else counted
                )
                assert answer["successful"], answer
            session.invalidate_recordset()
            session.update_closing_control_state_session("")
            session.invalidate_recordset()
            answer = session.close_session_from_ui(
                [(method.id, amount) for method, amount in differences]
            )
            assert answer["successful"], answer
        return session


@contextmanager
def _time(at):
    if not at:
        yield
        return
    with freeze_time(at if isinstance(at, str | datetime) else str(at)):
        yield


@skipUnless(HAS_POINT_OF_SALE, "Odoo has no point of sale here")
class PosCase(FikenCase):
    """A shop with one till, its goods at several rates."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "pos.order" not in cls.env:
            cls.skipTest(cls, "The point of sale is not installed.")
        cls.shop = Shop(cls.env, cls.company)
        cls.vendor.tz = "Europe/Oslo"
        cls.vendor.day_end_hour = 0.0
        cls.coffee = cls.shop.product(
            "Kaffe", 39.9, cls.shop.tax("31"), cls.shop.account("3030")
        )
        cls.mug = cls.shop.product(
            "Krus", 129.9, cls.shop.tax("3"), cls.shop.account("3000")
        )
        cls.book = cls.shop.product(
            "Bok", 249.0, cls.shop.tax("5"), cls.shop.account("3100")
        )
        cls.till = cls.shop.till("Kasse 1")

    def day(self, date, vendor=None):
        vendor = vendor or self.vendor
        return self.env["fiken.pos.day"]._read(vendor, _date(date))


def _date(text):
    return datetime.strptime(text, "%Y-%m-%d").date()
