from odoo import models

from ..connection.flows import flow_of


class FikenVendor(models.Model):
    """Whether, when and how a vendor's documents go to Fiken, and what follows."""

    _inherit = "fiken.vendor"

    def _flows(self):
        return [*super()._flows(), self._sale_flow(), self._bill_flow()]

    def _sale_flow(self):
        booked = (
            self.env._(
                "Fiken issues each invoice with its own number, KID and PDF, and Odoo"
                " sends exactly these to the customer."
            )
            if self.issuer == "fiken"
            else self.env._(
                "Each invoice, credit note and receipt is booked in Fiken, with Odoo's"
                " number, KID and PDF."
            )
        )
        return flow_of(
            self,
            "sale",
            10,
            "sale_mode",
            {
                "off": self.env._(
                    "Invoices, credit notes and receipts stay in Odoo alone. Fiken's"
                    " books and VAT return lack them until somebody books them there."
                ),
                "draft": self.env._(
                    "Each waits in Fiken as a draft and is in no books until somebody"
                    " presses Book in Fiken."
                ),
                "booked": booked,
            },
            when=self._when(self.sale_trigger) if self.sale_mode != "off" else "",
            setting="sales",
        )

    def _bill_flow(self):
        twice = self.env._(
            "A bill that Fiken also receives by EHF or e-mail would be there twice."
        )
        return flow_of(
            self,
            "bill",
            20,
            "bill_mode",
            {
                "off": self.env._(
                    "Supplier bills and refunds stay in Odoo alone. Right where Fiken"
                    " receives them by EHF or e-mail; else Fiken's books lack them."
                ),
                "draft": self.env._(
                    "Each waits in Fiken as a draft and is in no books until somebody"
                    " presses Book in Fiken."
                )
                + " "
                + twice,
                "booked": self.env._("Each bill is booked as a purchase in Fiken.")
                + " "
                + twice,
            },
            when=self._when(self.bill_trigger) if self.bill_mode != "off" else "",
            setting="purchases",
        )

    def _when(self, trigger):
        """When what has this trigger goes, for a person."""
        if trigger == "posted":
            return self.env._("when posted")
        if trigger == "hand":
            return self.env._("by hand")
        minutes = round(self.schedule_hour * 60)
        clock = f"{minutes // 60:02}:{minutes % 60:02}"
        return self.env._("every day at %(clock)s", clock=clock)
