from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.fiken_connector.resources.base import Gap

from .account_move import BILL_TYPES


class FikenVendor(models.Model):
    """How a vendor's bills go to Fiken, and on which accounts."""

    _inherit = "fiken.vendor"

    bill_mode = fields.Selection(
        [("off", "Not sent"), ("draft", "As draft"), ("booked", "Booked")],
        "Supplier Bills",
        default="off",
        required=True,
        tracking=True,
        help="Where Fiken receives the same bills by EHF or e-mail, they would be there"
        " twice: only one of the two systems should receive a bill.",
    )
    bill_trigger = fields.Selection(
        [
            ("posted", "When posted"),
            ("schedule", "By schedule"),
            ("hand", "By hand"),
        ],
        "Send Supplier Bills",
        default="posted",
        required=True,
        tracking=True,
    )
    refund_bill = fields.Selection(
        [
            ("draft", "As draft, for the accountant"),
            ("negative", "As a negative purchase"),
            ("stop", "Stop and tell"),
        ],
        "Supplier Refunds",
        default="draft",
        required=True,
        tracking=True,
        help="Fiken has no credit notes of suppliers; its guide books them as negative"
        " purchases. Nobody has said yet that Fiken takes these from other systems.",
    )

    # Business

    def _trigger_of(self, move):
        """When a document of this vendor goes: posted, schedule or hand."""
        return self.bill_trigger if move.move_type in BILL_TYPES else self.sale_trigger

    def _bill_proposal(self, move_type):
        """The mode that a new bill, refund or receipt starts with."""
        if self.bill_mode == "off":
            return "none"
        if move_type == "in_refund" and self.refund_bill == "draft":
            return "draft"
        return self.bill_mode

    def _bill_code(self, account, product, fiscal_position=None):
        """Fiken's code of a bill line.

        The value of stock is not kept in Fiken: goods that Odoo puts into stock are
        a purchase of their category there.

        :raise Gap: it is not mapped, or Fiken's chart does not have it
        """
        is_asset = account.internal_group == "asset"
        if not is_asset or account not in self._stock_accounts(product):
            return self._document_code(account, product, "expense", fiscal_position)
        category = product.categ_id
        code = category and self.ledger_id._category_code(category, "expense")
        if code:
            return self._checked_code(code, category)
        raise Gap(
            self.env._(
                "The stock account %(account)s is not kept in Fiken, where such goods"
                " are a purchase. Enter the purchase account of %(category)s in the"
                " ledger %(ledger)s.",
                account=self._account_name(account),
                category=category.display_name
                if category
                else self.env._("a product category, and the product on the line"),
                ledger=self.ledger_id.name,
            ),
            self.ledger_id,
        )

    def _stock_accounts(self, product):
        """The accounts on which Odoo keeps the value of stock, if it does."""
        accounts = self.env["account.account"]
        categories = self.env["product.category"].with_company(self.company_id)
        if "property_stock_valuation_account_id" not in categories._fields:
            return accounts
        if product:
            proposed = product.product_tmpl_id.get_product_accounts()
            accounts |= proposed.get("stock_valuation") or accounts
        accounts |= self.company_id.account_stock_valuation_id
        every = categories.sudo().search(Domain.TRUE)
        return accounts | every.property_stock_valuation_account_id
