from odoo import api, models

from ..connection.flows import flow_of
from ..outbox.fiken_job import IDLE_STATES

# The switches of documents, by their flows.
SWITCHES = {"sale": "sale_mode", "bill": "bill_mode"}


class FikenVendor(models.Model):
    """Whether, when and how a vendor's documents go to Fiken, and what follows."""

    _inherit = "fiken.vendor"

    @api.onchange(*SWITCHES.values())
    def _onchange_switches(self):
        """What waits and is not sent any more is said before it is saved."""
        return self._told_before(SWITCHES)

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
            **self._timing(self.sale_mode != "off" and self.sale_trigger),
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
            **self._timing(self.bill_mode != "off" and self.bill_trigger),
            setting="purchases",
        )

    def _timing(self, trigger):
        """When what has this trigger goes, for a person; nothing of what is off."""
        if not trigger:
            return {}
        if trigger == "posted":
            return {"when": self.env._("when posted")}
        if trigger == "hand":
            return {"when": self.env._("by hand")}
        minutes = round(self.schedule_hour * 60)
        clock = f"{minutes // 60:02}:{minutes % 60:02}"
        return {
            "when": self.env._("every day at %(clock)s", clock=clock),
            "next_at": self._next_schedule_at(),
        }

    def _flow_told(self, key, value):
        if key not in SWITCHES or value == self[SWITCHES[key]]:
            return super()._flow_told(key, value)
        if value == "off":
            waiting = self.env["fiken.job"].sudo().search_count(self._waiting_of(key))
            return (
                self.env._(
                    "%(count)s documents that wait are not sent any more.",
                    count=waiting,
                )
                if waiting
                else ""
            )
        return self.env._(
            "What was confirmed before is not sent by itself; you can choose it"
            " afterwards on the shop."
        )

    def _waiting_of(self, key):
        """The jobs of documents that only wait: switching off ends them."""
        names = self.env["fiken.resource"]._flow_names(key)
        return [
            ("vendor_id", "=", self.id),
            ("resource", "in", names),
            ("state", "in", IDLE_STATES),
            ("outcome_unknown", "=", False),
        ]
