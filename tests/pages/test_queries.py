"""Pages with the most on them ask few queries; bench/pages.py measures them all."""

from unittest.mock import patch

from lxml import etree

from odoo.sql_db import Cursor

from odoo.addons.fiken_connector.models.outbox.along import forget_along

from ..documents.bills import BillCase
from ..people import MANAGER, SecurityCase

MOST_QUERIES = 25
INVOICING = "account.group_account_invoice"


class QueriesCase(BillCase, SecurityCase):
    """Warm: views and rights are known, what there is to show is not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls.new_user("anna", MANAGER, INVOICING)

    def check(self, record):
        for user in (self.invoicer, self.manager, self.accountant):
            queries = self.queries(record.with_user(user).with_company(self.company))
            self.assertLessEqual(
                len(queries), MOST_QUERIES, "\n".join(one[:200] for one in queries)
            )
            changing = [one for one in queries if not one.startswith("SELECT")]
            self.assertFalse(changing, "a page that is read changes nothing")

    def queries(self, record):
        wanted = specification(record)
        for _time in ("cold", "warm"):
            self.env.flush_all()
            self.env.invalidate_all()
            forget_along(self.env)
            queries = asked_by(lambda: record.web_read(wanted))
        return queries


def asked_by(read):
    """The queries of a call, each on one line."""
    queries, execute = [], Cursor.execute

    def noted(cr, query, *args, **kwargs):
        queries.append(" ".join(str(getattr(query, "code", query)).split()))
        return execute(cr, query, *args, **kwargs)

    with patch.object(Cursor, "execute", noted):
        read()
    return queries


def specification(record):
    """What the web client asks for a form, and for the lists within it."""
    form = etree.fromstring(record.get_view(False, "form")["arch"])
    wanted = {}
    for node in form.xpath("//field[not(ancestor::field)]"):
        name, rows = node.get("name"), node.find("list")
        wanted[name] = one_of(record, name)
        if rows is not None:
            other = record.env[record._fields[name].comodel_name]
            names = [field.get("name") for field in rows.iter("field")]
            wanted[name] = {
                "fields": {one: one_of(other, one) for one in names},
                "limit": int(rows.get("limit", 40)),
            }
    return wanted


def one_of(records, name):
    is_one = records._fields[name].type == "many2one"
    return {"fields": {"display_name": {}}} if is_one else {}


class TestJobQueries(QueriesCase):
    def test_an_invoice_that_waits_and_is_sent(self):
        move = self.invoice()
        self.commit()
        self.check(self.jobs(move, "sale"))
        self.send()
        self.check(self.jobs(move, "sale"))
        self.check(self.jobs(self.customer, "contact"))

    def test_an_invoice_that_stopped(self):
        move = self.invoice(self.line(100.0, "3", "3005"))
        self.send()
        self.check(self.jobs(move, "sale"))

    def test_an_invoice_of_products_with_two_taxes(self):
        category = self.env["product.category"].create({"name": "Kaffe"})
        products = self.env["product.product"].create(
            [{"name": name, "categ_id": category.id} for name in ("Kopp", "Kanne")]
        )
        move = self.invoice(
            *(self.line(product_id=product.id) for product in products),
            self.line(50.0, "31", "3030"),
        )
        self.commit()
        self.check(self.jobs(move, "sale"))

    def test_a_bill(self):
        move = self.bill(self.cost(), self.cost(50.0, "1", "6800"))
        self.commit()
        self.check(self.jobs(move, "purchase"))

    def test_a_day(self):
        day = self.new_day()
        strategy = self.env["fiken.resource.settlement"].sudo()
        strategy._enqueue(day, self.fiken_company.sudo(), self.vendor.sudo())
        self.check(self.jobs(day))


class TestMappingQueries(QueriesCase):
    def test_a_mapping_with_lines_of_each_kind(self):
        category = self.env["product.category"].create({"name": "Kaffe"})
        ledger = self.vendor.ledger_id
        ledger._map(category, "3000", "4300")
        self.assertTrue(ledger.account_line_ids)
        self.assertTrue(ledger.category_line_ids)
        self.assertTrue(ledger.means_line_ids)
        self.check(ledger)
