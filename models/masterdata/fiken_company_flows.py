from odoo import api, models

from ..connection.flows import flow_of
from .fiken_company import AS_IF_ALL

# The switches of master data, by their flows.
SWITCHES = {
    "customer": "customer_sync",
    "supplier": "supplier_sync",
    "product": "product_sync",
    "stock": "stock_sync",
}


class FikenCompany(models.Model):
    """Which master data goes to Fiken, and what follows."""

    _inherit = "fiken.company"

    @api.onchange(*SWITCHES.values())
    def _onchange_switches(self):
        """All of a kind may be thousands: it is said before it is saved."""
        return self._told_before(SWITCHES)

    def _flows(self):
        return [
            *super()._flows(),
            *(
                flow_of(
                    self,
                    key,
                    sequence,
                    field,
                    texts,
                    kind="contact" if key in ("customer", "supplier") else key,
                    setting="master_data",
                )
                for key, sequence, field, texts in self._master_data_switches()
            ),
        ]

    def _master_data_switches(self):
        yield (
            "customer",
            110,
            "customer_sync",
            {
                "off": self.env._(
                    "Odoo makes and changes no customers in Fiken. An invoice to one"
                    " that Fiken does not have is held back."
                ),
                "used": self.env._("A customer follows from their first document on."),
                "all": self.env._(
                    "Every customer is made in Fiken, also those never invoiced."
                ),
            },
        )
        yield (
            "supplier",
            120,
            "supplier_sync",
            {
                "off": self.env._(
                    "Odoo makes and changes no suppliers in Fiken. A bill of one that"
                    " Fiken does not have is held back."
                ),
                "used": self.env._("A supplier follows from their first document on."),
                "all": self.env._(
                    "Every supplier is made in Fiken, also those never used."
                ),
            },
        )
        yield (
            "product",
            130,
            "product_sync",
            {
                "off": self.env._(
                    "Odoo makes and changes no products in Fiken. Lines of invoices"
                    " that Fiken issues carry no product."
                ),
                "used": self.env._(
                    "A product or kit follows from the first invoice that Fiken issues."
                ),
                "all": self.env._(
                    "Every product that is sold is made in Fiken, each variant and kit."
                ),
            },
        )
        counted = self.env._(
            "The quantity on hand of each product that Fiken has is kept right there,"
            " neither its value nor orders."
        )
        yield (
            "stock",
            140,
            "stock_sync",
            {
                "off": self.env._("The stock that Fiken shows is not Odoo's."),
                "used": counted,
                "all": counted,
            },
        )

    def _flow_told(self, key, value):
        if key not in SWITCHES:
            return super()._flow_told(key, value)
        field = SWITCHES[key]
        if value in ("off", self[field]):
            return ""
        if key == "stock":
            known = [
                ("fiken_company_id", "=", self.id),
                ("resource", "=", "product"),
                ("part", "=", ""),
            ]
            count = self.env["fiken.binding"].sudo().search_count(known)
        else:
            asked = self.sudo()
            if value == "all":
                asked = asked.with_context(**{AS_IF_ALL: field})
            count = len(asked._chosen_ids(field))
        if not count:
            return self.env._("Nothing is sent at once.")
        return self.env._(
            "%(count)s records go to Fiken at once, one after the other.", count=count
        )
