import re
from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ...fiken_api import money
from ..connection.sentence import Amount, _lt
from .fiken_importable import Imported

# The number that a product without one gets from us.
OWN_NUMBER = re.compile(r"odoo-(\d{1,9})")


class ProductImport(models.AbstractModel):
    """Fiken's products as Odoo's: fiken-api.md §4.2 and §4.4. Prices: net, in øre."""

    _name = "fiken.resource.product"
    _inherit = ["fiken.resource.product", "fiken.importable"]

    _import_field = "product_id"
    _import_shown = (
        "name",
        "default_code",
        "list_price",
        "taxes_id",
        "property_account_income_id",
        "categ_id",
        "description_sale",
        "active",
    )

    # Reading

    @api.model
    def _import_lists(self, startup):
        if not startup.with_products:
            return []
        return [("/products", {"active": active}) for active in (True, False)]

    @api.model
    def _import_row(self, startup, row):
        number = (row.get("productNumber") or "").strip()
        own = OWN_NUMBER.fullmatch(number)
        return {
            "remote_id": str(row["productId"]),
            "name": row["name"],
            "number": number or None,
            "email": None,
            "role": None,
            "own_id": int(own[1]) if own else None,
            "number_key": number or None,
            "email_key": None,
            "is_company": None,
        }

    # Matching

    @api.model
    def _import_candidates(self, company):
        """A product with variants has one name for several."""
        return SQL(
            r"""SELECT product.id, product.active,
                      NULLIF(btrim(product.default_code), '') AS number,
                      lower(regexp_replace(product.default_code, '\s', '', 'g'))
                          AS number_alike,
                      %s AS name_key, %s AS english_name_key
                 FROM product_product product
                 JOIN product_template template
                   ON template.id = product.product_tmpl_id
                WHERE template.company_id IS NULL OR template.company_id IN %s""",
            self._import_name_key(
                SQL(
                    "COALESCE(template.name->>%s, template.name->>'en_US')",
                    self.env.lang or "en_US",
                )
            ),
            self._import_name_key(SQL("template.name->>'en_US'")),
            tuple(company._fiken_members().ids),
        )

    @api.model
    def _import_source(self, rule):
        if rule == "name":
            return SQL(
                """(SELECT id, active, name_key FROM candidate
                     UNION SELECT id, active, english_name_key FROM candidate)"""
            )
        return super()._import_source(rule)

    @api.model
    def _import_rules(self):
        """Our own number has no database in it: the name must agree as well."""
        return {
            "key": SQL(
                """record.id = line.own_id AND record.number IS NULL
                   AND line.name_key IN (record.name_key, record.english_name_key)"""
            ),
            "number": SQL("record.number = line.number_key"),
            "alike": SQL(
                r"""record.number_alike
                    = lower(regexp_replace(line.number_key, '\s', '', 'g'))"""
            ),
            "name": SQL("record.name_key = line.name_key"),
        }

    # In Odoo's words

    @api.model
    def _import_read(self, rows, startup, may_create=False):
        fiken_company = KnownBooks(self.env, startup.fiken_company_id)
        return [self._import_one(row, startup, fiken_company) for row in rows]

    @api.model
    def _import_one(self, row, startup, fiken_company):
        notes = []
        number = (row.get("productNumber") or "").strip()
        tax, is_without_tax = fiken_company.tax(row), fiken_company.is_without_tax(row)
        if not tax and not is_without_tax:
            notes.append(
                _lt(
                    "No sales tax in Odoo has the Fiken VAT type %(type)s: choose one.",
                    type=(row.get("vatType") or "-").upper(),
                )
            )
        price = row.get("unitPrice")
        values = {
            "name": row["name"],
            "default_code": "" if OWN_NUMBER.fullmatch(number) else number,
            "description_sale": row.get("note"),
        }
        without = {
            "sale_ok": True,
            "list_price": 0.0,
            "taxes_id": [(6, 0, [])],
            **fiken_company.without_place(row.get("incomeAccount")),
            **{name: False for name, value in values.items() if not value},
        }
        category, account = fiken_company.place_of(row.get("incomeAccount"))
        if category:
            values["categ_id"] = category
        elif account:
            values["property_account_income_id"] = account
        elif account is None:
            notes.append(
                _lt(
                    "The account mapping does not say which Odoo account Fiken's"
                    " %(code)s is: choose the income account or the category.",
                    code=row.get("incomeAccount") or "-",
                )
            )
        values = {name: value for name, value in values.items() if value}
        if price is not None:
            values["list_price"] = fiken_company.sales_price(price, tax)
        values["active"] = row.get("active", True)
        if startup.only_company:
            values["company_id"] = startup.company_id.id
        # Of a type that Odoo has no tax for, a product keeps the one that it has.
        links = {"taxes_id": tax.ids} if tax or is_without_tax else {}
        return Imported(values, without, links=links, notes=notes)

    # What is there already

    @api.model
    def _import_changes(self, record, imported, policy):
        """The price of the one variant is its template's and an extra.

        With the VAT of a tax that Fiken does not mean it is not known.
        """
        changes, notes = super()._import_changes(record, imported, policy)
        if "taxes_id" not in imported.links and any(
            record.taxes_id.mapped("price_include")
        ):
            changes.pop("list_price", None)
        if "list_price" in changes:
            changes["list_price"] -= record.price_extra
        return changes, notes

    @api.model
    def _import_frozen(self, record):
        if record.product_tmpl_id.product_variant_count < 2:
            is_kit = self.env["fiken.kit.content"]._bom(record)
            # What Fiken has as its note is what it consists of.
            return (("description_sale",) if is_kit else ()), ""
        return (
            ("name", "list_price", "taxes_id", "description_sale")
            + ("categ_id", "property_account_income_id"),
            _lt("Its variants have these in common: Odoo's values were kept."),
        )

    @api.model
    def _import_is_same(self, record, name, value):
        if name == "company_id":
            return True  # whose it is was decided in Odoo
        if name == "list_price":
            return money.to_ore(record.lst_price) == money.to_ore(value)
        return super()._import_is_same(record, name, value)

    @api.model
    def _import_link_commands(self, record, name, ids):
        """The one tax of this company; other companies keep theirs."""
        company = self.env.company
        others = record.taxes_id.filtered(lambda tax: tax.company_id != company)
        return [(6, 0, [*others.ids, *ids])]

    @api.model
    def _import_compared(self, body, row):
        compared = [
            (_lt("the price"), body["unitPrice"], row.get("unitPrice") or 0),
            (
                _lt("the income account"),
                body["incomeAccount"],
                row.get("incomeAccount"),
            ),
            (
                _lt("the VAT type"),
                body["vatType"],
                (row.get("vatType") or "").upper(),
            ),
        ]
        return [
            _lt(
                "Odoo will say otherwise of %(what)s: %(ours)s, Fiken has %(theirs)s.",
                what=what,
                ours=ours if isinstance(ours, str) else Amount(ours),
                theirs=there if isinstance(there, str) else Amount(there or 0),
            )
            for what, ours, there in compared
            if ours != there
        ]


class KnownBooks:
    """Taxes and accounts, read once for a batch; the default vendor's ledger backwards.

    A Fiken account that several Odoo accounts are mapped to says nothing.
    """

    def __init__(self, env, fiken_company):
        self._env = env
        self._is_registered = fiken_company._is_vat_registered()
        self._ledger = fiken_company.default_vendor_id.ledger_id
        self._company = env.company
        self._taxes = self._read_taxes()
        self._accounts = defaultdict(list)
        self._categories = defaultdict(list)
        for (model, id_), (code, _purchase) in self._ledger._codes().items():
            if model == "account.account":
                self._accounts[code].append(id_)
            elif model == "product.category":
                self._categories[code].append(id_)
        # What is said of a product that is entered by hand.
        self._by_hand = env["product.template"].new({})
        self._default_account = self._by_hand._get_product_accounts()["income"].id

    def _read_taxes(self):
        """{VAT type: the tax}, the company's default one before others."""
        taxes = self._env["account.tax"].search(
            [
                ("company_id", "parent_of", self._company.id),
                ("type_tax_use", "=", "sale"),
                ("fiken_vat_type", "!=", False),
            ]
        )
        default = self._company.account_sale_tax_id & taxes
        by_type = defaultdict(lambda: taxes.browse())
        for tax in taxes:
            by_type[tax.fiken_vat_type] |= tax
        return {
            vat_type: found & default or found
            for vat_type, found in by_type.items()
            if len(found & default or found) == 1
        }

    def tax(self, row):
        """The one tax with the VAT type of a product, or an empty one."""
        none = self._env["account.tax"]
        if self.is_without_tax(row):
            return none
        return self._taxes.get((row.get("vatType") or "").upper(), none)

    def is_without_tax(self, row):
        """Whether the VAT type is what the ledger makes of a line without tax."""
        vat_type = (row.get("vatType") or "").upper()
        if not self._is_registered:
            return vat_type == "OUTSIDE"
        return vat_type == self._ledger.sales_without_tax

    def sales_price(self, net_ore, tax):
        """The price in kroner of a net price in øre: with VAT where the tax says so."""
        if not net_ore:
            return 0.0
        net = net_ore / 100
        if not tax.price_include:
            return net
        return tax.with_context(force_price_include=False).compute_all(net)[
            "total_included"
        ]

    def without_place(self, code):
        """What a new product with an income account in Fiken must not get by itself."""
        category = self._by_hand.categ_id.id
        mapped = [key for key, ids in self._categories.items() if category in ids]
        return {"categ_id": False} if mapped and mapped != [code] else {}

    def place_of(self, code):
        """Where a product is booked whose income account in Fiken is ``code``.

        :return: (category id or False, account id; False: it is booked there anyway,
            None: the ledger does not say)
        """
        categories = self._categories.get(code, ())
        accounts = self._accounts.get(code, ())
        if len(categories) == 1:
            return categories[0], False
        if categories or len(accounts) != 1:
            return False, None
        is_there = accounts[0] == self._default_account and not self.without_place(code)
        return False, not is_there and accounts[0]
