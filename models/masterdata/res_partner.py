from odoo import api, fields, models
from odoo.fields import Domain

SENT_FIELDS = frozenset(
    {
        "name",
        "email",
        "phone",
        "lang",
        "active",
        "street",
        "street2",
        "zip",
        "city",
        "country_id",
        "vat",
        "company_registry",
        "l10n_no_bronnoysund_number",
        "category_id",
        "property_payment_term_id",
        "property_product_pricelist",
        "specific_property_product_pricelist",
        "property_purchase_currency_id",
        "bank_ids",
        "type",
        "parent_id",
        "fiken_excluded",
    }
)
# Rank of a partner in Odoo, and the choice for those who have it.
RANKS = (("customer_rank", "customer_sync"), ("supplier_rank", "supplier_sync"))
# From the weakest choice to the strongest.
CHOICES = ("off", "used", "all")


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "fiken.mixin"]

    _fiken_resource = "contact"
    _fiken_sent_fields = SENT_FIELDS

    fiken_excluded = fields.Boolean(
        "Keep Out of Fiken",
        copy=False,
        help="Odoo neither makes nor changes this contact in Fiken.",
    )

    # CRUD

    def write(self, vals):
        # Every posted invoice raises a rank; only the first makes a customer.
        ranked = self.browse()
        if any(rank in vals for rank, _choice in RANKS) and self._fiken_keeps_all():
            ranked = self.filtered(
                lambda partner: any(
                    vals.get(rank) and not partner[rank] for rank, _choice in RANKS
                )
            )
        result = super().write(vals)
        ranked._fiken_enqueue_changes()
        return result

    # Actions

    def action_fiken_send(self):
        contacts = self.commercial_partner_id
        return super(ResPartner, contacts).action_fiken_send()

    # Business

    def _fiken_choice(self, fiken_company):
        """What the company chose for what a partner is: off, used or all.

        Who is customer and supplier follows the wider choice; who is neither is about
        to become a customer.
        """
        self.ensure_one()
        chosen = [fiken_company[choice] for rank, choice in RANKS if self[rank] > 0]
        return max(chosen or [fiken_company.customer_sync], key=CHOICES.index)

    def _fiken_is_excluded(self):
        self.ensure_one()
        return self.fiken_excluded or any(self.category_id.mapped("fiken_excluded"))

    def _fiken_is_person(self):
        """Whether Fiken can keep it as a person of its company."""
        self.ensure_one()
        return bool(
            self.active
            and self.commercial_partner_id != self
            and self.type == "contact"
            and self.name
            and self.email_normalized
            and not self._fiken_is_excluded()
        )

    @api.model
    def _fiken_keeps_all(self):
        fiken_company = self.env["fiken.company"]._all_linked()
        return any(
            one[choice] == "all" for one in fiken_company for _rank, choice in RANKS
        )

    @api.model
    def _fiken_wanted_domain(self, fiken_company):
        wanted = Domain.OR(
            Domain(rank, ">", 0)
            for rank, choice in RANKS
            if fiken_company._wants_all(choice)
        )
        return wanted & self._fiken_of_domain(fiken_company)

    def _fiken_wanted(self, fiken_company):
        ourselves = fiken_company.company_id.partner_id
        return self._fiken_of(fiken_company).filtered(
            lambda partner: partner.commercial_partner_id == partner
            and partner.active
            and partner != ourselves
            and any(
                partner[rank] > 0 and fiken_company._wants_all(choice)
                for rank, choice in RANKS
            )
            and not partner._fiken_is_excluded()
        )

    def _fiken_enqueue(self):
        """Who belongs to another is a person of that contact in Fiken."""
        result = super()._fiken_enqueue()
        self._fiken_enqueue_people()
        return result

    def _fiken_enqueue_people(self):
        """Enqueue those whose contact Fiken has, and those who left it."""
        resource = "contact_person"
        self._fiken_enqueue_known(resource)
        people = self.filtered("parent_id")
        if not people:
            return
        bindings = self.env["fiken.binding"]._of_records(
            self._fiken_resource, people.commercial_partner_id
        )
        strategy = self.env[f"fiken.resource.{resource}"]
        self.env["fiken.job"]._enqueue(
            [
                strategy._job_row(person.id, binding.fiken_company_id)
                for binding in bindings
                for person in people
                if person.commercial_partner_id.id == binding.res_id
                and person._fiken_is_person()
            ]
        )

    def _fiken_rows_of_gone(self):
        rows = super()._fiken_rows_of_gone()
        if not self.ids:
            return rows
        people = self.env["fiken.resource.contact_person"]
        bindings = self.env["fiken.binding"]._of_records(people._resource, self)
        return rows + [
            people._job_row(binding.res_id, binding.fiken_company_id)
            for binding in bindings
        ]

    def _fiken_taken_in(self, merged):
        """Others were merged into this one: one contact in Fiken is enough.

        Where it has none yet, theirs becomes its own. What is left of the others is
        retired when they are deleted.
        """
        self.ensure_one()
        bindings = self.env["fiken.binding"].sudo()
        jobs = self.env["fiken.job"].sudo()
        resources = self.env["fiken.resource"]._names("masterdata", self._name)
        jobs._drop(merged, resources)
        theirs = bindings.search(
            [
                ("resource", "in", resources),
                ("res_model", "=", self._name),
                ("res_id", "in", merged.ids),
            ],
            order="id",
        )
        for binding in theirs:
            own = bindings._of(binding.fiken_company_id, binding.resource, self)
            if not own and not binding.part:
                binding.res_id = self.id
        self._fiken_enqueue_changes()
