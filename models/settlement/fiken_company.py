from odoo import api, fields, models
from odoo.exceptions import ValidationError


class FikenCompany(models.Model):
    """The customer that all daily settlements of a Fiken company are booked on."""

    _inherit = "fiken.company"

    settlement_customer_name = fields.Char(
        "Customer of Daily Settlements",
        default="Kasseoppgjør",
        required=True,
        help="The one contact in Fiken that daily settlements are booked on. It is made"
        " with the first settlement; a new name goes to Fiken as well.",
    )
    settlement_partner_id = fields.Many2one(
        "res.partner", readonly=True, copy=False, ondelete="restrict"
    )

    @api.constrains("settlement_customer_name")
    def _check_settlement_customer_name(self):
        for fiken_company in self:
            if not (fiken_company.settlement_customer_name or "").strip():
                raise ValidationError(
                    self.env._(
                        "Enter the name of the customer of daily settlements of"
                        " %(company)s.",
                        company=fiken_company.name,
                    )
                )

    def write(self, vals):
        vendors = self.env["fiken.vendor"].sudo()
        if "default_vendor_id" in vals:
            # Journals without a vendor of their own change theirs with it.
            vendors = vendors.search([("fiken_company_id", "in", self.ids)])
        with vendors._asking_about_new_days():
            result = super().write(vals)
        if "settlement_customer_name" in vals:
            for fiken_company in self.sudo():
                partner = fiken_company.settlement_partner_id
                partner.name = fiken_company.settlement_customer_name
        return result

    def _make_settlement_partner(self):
        """The contact of this name, made before the first day is sent."""
        self.ensure_one()
        if not self.settlement_partner_id:
            self.sudo().settlement_partner_id = (
                self.env["res.partner"]
                .sudo()
                .create(
                    {
                        "name": self.settlement_customer_name,
                        "is_company": True,
                        "company_id": self.company_id.id,
                        "lang": self.company_id.partner_id.lang,
                    }
                )
            )
