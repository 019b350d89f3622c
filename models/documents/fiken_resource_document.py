"""What documents of Odoo have in common on their way to Fiken, whoever issues them.

Fiken has credit notes of its own invoices only. A credit note that Odoo issued is a
sale with negative amounts there, which no source has seen accepted: the vendor decides
(fiken-api.md §5.6, §6.1).
"""

from odoo import api, models

from ...fiken_api import errors, kid, money
from ..connection.sentence import _lt, joined
from ..outbox.exceptions import MissingSetting, NeedsReview, NothingToSend, WaitsFor
from ..outbox.fiken_resource import Identity, read_along
from .move_types import RECEIPTS

TEXT_LIMIT = 200
# What is read of the journal items of every document.
ITEM_FIELDS = (
    "account_id",
    "amount_currency",
    "analytic_distribution",
    "balance",
    "discount",
    "display_type",
    "move_id",
    "name",
    "price_subtotal",
    "price_total",
    "product_id",
    "sequence",
    "tax_ids",
    "tax_line_id",
    "tax_repartition_line_id",
    "tax_tag_ids",
)


class DocumentResource(models.AbstractModel):
    """An invoice, credit note, receipt or bill.

    A kind of document says ``_resource``, ``_title``, ``_endpoint``, ``_booked_as``,
    ``_drafted_as`` and ``_prepare``; it inherits ``fiken.resource.draft`` or
    ``fiken.resource.booked`` as well.
    """

    _name = "fiken.resource.document"
    _inherit = ["fiken.document.lines", "fiken.document.refusal", "fiken.resource"]
    _description = "Fiken Document"

    _record_model = "account.move"
    _priority = 50
    _flow = "sale"
    _notifies = True

    # The resources of the booked document and of its draft.
    _booked_as = ""
    _drafted_as = ""
    # Whether Fiken takes files of it.
    _takes_files = True
    # Whether Fiken takes Odoo's NOK beside the amounts in another currency.
    _takes_nok = False

    # Checks

    @api.model
    def _check(self, job, move):
        """What holds for every document before its figures are looked at."""
        fiken_company, vendor = job.fiken_company_id, job.vendor_id
        if move.state != "posted":
            raise NothingToSend(_lt("It is no longer posted in Odoo."))
        if move.fiken_mode == "none":
            raise NothingToSend(_lt("It is marked Do not send."))
        vendor._check_active_on(self._date(move))
        fiken_company._check_nok(move.company_id)
        self._check_anything(move.line_ids.mapped("balance"))
        self._check_currency(move)
        fiken_company._check_started_on(self._date(move))

    @api.model
    def _check_not_booked(self, job, move):
        """A document is booked once, whatever happens to it in Odoo afterwards."""
        booked = self._booked()._binding(job.fiken_company_id, move)
        if booked:
            raise NothingToSend(
                _lt(
                    "It is booked in Fiken already (%(number)s).",
                    number=booked.display_name,
                )
            )

    # Currency

    @api.model
    def _check_currency(self, move):
        """Odoo's amounts in NOK are what is booked, or nothing is.

        Fiken's order lines take both amounts (fiken-api.md §5.7); its drafts and
        invoices take the currency's only, and Fiken would use a rate of its own.
        """
        if not self._is_foreign(move):
            return
        if not self._takes_nok:
            raise NeedsReview(self._why_not_in_currency(move.currency_id.name))
        if not self._has_rate(move):
            raise NeedsReview(
                _lt(
                    "Odoo has no rate for %(currency)s on %(date)s and counted it as"
                    " NOK one to one. Enter the rate, reset the document to draft and"
                    " confirm it again.",
                    currency=move.currency_id.name,
                    date=self._date(move),
                )
            )
        if move.currency_id.decimal_places > 2:
            raise NeedsReview(
                _lt(
                    "It is in %(currency)s, which has more than two decimals. Fiken"
                    " takes two.",
                    currency=move.currency_id.name,
                )
            )

    @api.model
    def _has_rate(self, move):
        """Whether its rate was given: Odoo takes 1 where it knows none."""
        if move.invoice_currency_rate != 1:
            return True
        rates = move.currency_id.sudo().rate_ids
        companies = (False, move.company_id.root_id)
        return any(
            (rate.company_id or False) in companies
            and rate.name <= (move.invoice_date or move.date)
            for rate in rates
        )

    @api.model
    def _why_not_in_currency(self, currency):
        if self._booked()._takes_nok:
            return _lt(
                "It is in %(currency)s. A draft in Fiken has no room for Odoo's amounts"
                " in NOK, so Fiken would use a rate of its own. Choose Booked for it.",
                currency=currency,
            )
        return _lt(
            "It is in %(currency)s, and Fiken would count it into NOK at a rate of its"
            " own. Book it in Fiken yourself.",
            currency=currency,
        )

    # Lines

    @api.model
    def _read_ahead(self, moves):
        # The first field that is asked for would fetch all hundred of them.
        moves.line_ids.fetch(ITEM_FIELDS)
        moves.line_ids.product_id.product_tmpl_id.categ_id.fetch(["parent_path"])
        self._read_taxes(moves)

    @api.model
    def _type_of_tax(self, tax):
        """A tax is judged once for all documents that are built together."""
        key = ("fiken_type", self._side)
        return read_along(tax, key, self._known_types) or super()._type_of_tax(tax)

    @api.model
    def _known_types(self, taxes):
        return {
            tax.id: tax.fiken_vat_type
            for tax in taxes
            if tax.type_tax_use == self._side and not tax._fiken_problem()
        }

    @api.model
    def _posted_lines(self, job, move):
        """The lines that are posted in Fiken, and a note."""
        lines, note = self._fitted_lines(job, move)
        for line in lines:
            line.text = self._shortened(line.text, TEXT_LIMIT)
        return lines, joined(note, self._date_note(move), separator=" ")

    @api.model
    def _signed_lines(self, job, move):
        """The lines with the sign that they have in Fiken, and a note."""
        if not self._is_credit(move):
            return self._posted_lines(job, move)
        self._check_credit_way(job)
        self._credited(job, move)
        lines, note = self._posted_lines(job, move)
        return [-line for line in lines], note

    @api.model
    def _lines_sent(self, job, move):
        return self._signed_lines(job, move)[0]

    @api.model
    def _payment_sent(self, job, move):
        if move.move_type not in RECEIPTS:
            return None
        account, _date, _nok = self.env["fiken.receipt.payment"]._of(job, move)
        [(journal, *_rest)] = move._fiken_payments()
        return account, journal.name

    # Draft and booked

    @api.model
    def _booked(self):
        return self.env[f"fiken.resource.{self._booked_as}"]

    @api.model
    def _drafts(self):
        return self.env[f"fiken.resource.{self._drafted_as}"]

    @api.model
    def _read_draft(self, session, path):
        """The draft as Fiken has it now, or None when it is gone."""
        try:
            return session.get(path).row
        except errors.NotFound:
            return None

    @api.model
    def _finished_in_fiken(self, session, job):
        """What a draft became that is gone from Fiken.

        :return Sent: the document that somebody finished it to
        :raise NeedsReview: it differs from ours, or the draft was deleted
        """
        fiken_company, move = job.fiken_company_id, job._record()
        booked, link = self._booked(), self._drafts()._binding(fiken_company, move)
        found = booked._find(session, fiken_company, booked._identity(job, move))
        if len(found) == 1 and found[0].matches:
            there = booked._read_booked(session, fiken_company, found[0])
            if there:
                booked._check_same(job, move, found[0], there)
            return found[0]
        # It may have had another number, contact or date when it was booked.
        found = found or link._find_booked(session)
        if found:
            raise NeedsReview(
                _lt(
                    "The draft was finished in Fiken as %(number)s, but number,"
                    " customer, date or amount differ from %(name)s in Odoo. Make them"
                    " equal, then try again.",
                    number=found[0].number,
                    name=move.name,
                )
            )
        link._end()
        raise NeedsReview(
            _lt(
                "The draft was deleted in Fiken: neither it nor a booked %(name)s is"
                " there. Press Send to Fiken to send it anew; choose Do not send if it"
                " is not wanted, or is booked there without its number.",
                name=move.name,
            )
        )

    # What it is found by

    @api.model
    def _key(self, job, move):
        """What it is found by in Fiken."""
        return move.name

    @api.model
    def _number(self, job, move):
        """What a person calls it in Fiken."""
        return move.name

    @api.model
    def _identity(self, job, move) -> Identity:
        """What tells our document from another one with the same key."""
        return Identity(
            key=self._key(job, move),
            contact=str(self._customer_id(job, move)),
            date=str(self._date(move)),
            gross=money.to_ore(move.amount_total_signed),
        )

    # Dates

    @api.model
    def _date(self, move):
        """The day on which Fiken books it: its own, or the one that a person chose."""
        return move.fiken_date or move.invoice_date or move.date

    @api.model
    def _date_note(self, move):
        """Odoo moves the accounting date out of a locked period; Fiken has one date."""
        if move.fiken_date:
            return _lt(
                "Fiken books it on %(fiken)s, as was chosen; the bill is of %(bill)s.",
                fiken=move.fiken_date,
                bill=move.invoice_date,
            )
        if move.date == self._date(move):
            return ""
        return _lt(
            "Odoo books it on %(odoo)s, Fiken on the date of the document, %(fiken)s.",
            odoo=move.date,
            fiken=self._date(move),
        )

    @api.model
    def _due_date(self, move):
        """Nothing falls due on a credit note: Odoo's due date means nothing there."""
        due = not self._is_credit(move) and move.invoice_date_due
        return due or self._date(move)

    # Customer

    @api.model
    def _customer_id(self, job, move):
        """The Fiken id of the commercial partner; deliveries to a child are theirs."""
        return int(
            self.env["fiken.resource.contact"]._id_as(
                "customer", job.fiken_company_id, move.commercial_partner_id
            )
        )

    @api.model
    def _lost_below(self, session, job):
        """Its contact was deleted in Fiken, or is no customer or supplier any more."""
        move = job._record()
        if not move.commercial_partner_id:
            return None
        is_bill = move.is_purchase_document(include_receipts=True)
        return self.env["fiken.resource.contact"]._changed_role(
            session,
            "supplier" if is_bill else "customer",
            job.fiken_company_id,
            move.commercial_partner_id,
            job.vendor_id,
        )

    # Project

    @api.model
    def _project_fields(self, job, move):
        """Fiken takes one project a sales document (fiken-api.md §4.5)."""
        vendor = job.vendor_id
        if not vendor.projects_enabled:
            return {}
        # Lines, or shares of one, that name none are the default's, or have none.
        projects = {
            account
            for aml in move.invoice_line_ids
            if aml.display_type == "product" and aml.balance
            for account in vendor._project_shares(aml)
        }
        if len(projects) > 1:
            if vendor.several_projects == "without":
                return {}
            names = [account.name or self.env._("none") for account in projects]
            raise MissingSetting(
                _lt(
                    "Its lines name several projects (%(projects)s), and Fiken takes"
                    " one for the whole document. Split the invoice, or choose on"
                    " %(vendor)s that such invoices go without a project.",
                    projects=", ".join(sorted(names)),
                    vendor=vendor.name,
                ),
                vendor,
            )
        [project] = projects or [vendor.default_project_id]
        if not project:
            return {}
        remote_id = self.env["fiken.resource.project"]._bound_id(
            job.fiken_company_id, project, vendor
        )
        return {"projectId": int(remote_id)}

    # Credit notes

    @api.model
    def _may_be_negative(self, move):
        """The signs of a credit note are the vendor's choice, all of them."""
        return self._is_credit(move)

    @api.model
    def _is_credit(self, move):
        return move.move_type == "out_refund"

    @api.model
    def _credited(self, job, move):
        """The link to the booked document that a credit note credits, or None.

        :raise WaitsFor: it is on its way to Fiken
        :raise MissingSetting: it is not there, and the vendor does not say that this
            is no matter
        """
        original = move.reversed_entry_id
        if not original:
            return None
        family = original._fiken_strategy()
        if family is not None:
            booked = family._binding(job.fiken_company_id, original)
            if booked:
                return booked
            for strategy in (family, family._drafts()):
                if self._is_queued(strategy, job.fiken_company_id, original):
                    raise WaitsFor(strategy, original, job.vendor_id)
        if job.vendor_id.credit_without_original == "stop":
            raise MissingSetting(
                _lt(
                    "It credits %(original)s, which is not booked in Fiken. Send that"
                    " one first, or choose on %(vendor)s that such credit notes go on"
                    " their own.",
                    original=original.name,
                    vendor=job.vendor_id.name,
                ),
                job.vendor_id,
            )
        return None

    @api.model
    def _is_queued(self, strategy, fiken_company, move):
        return bool(self.env["fiken.job"]._is_queued(strategy, fiken_company, move))

    @api.model
    def _check_credit_way(self, job):
        """Whether this vendor sends credit notes of Odoo's as negative sales at all."""
        if job.vendor_id.credit_note_way == "stop":
            raise MissingSetting(
                _lt(
                    "Fiken has no credit notes for invoices that Odoo issues, and it is"
                    " not certain that it takes a sale with negative amounts. Choose on"
                    " %(vendor)s how they go, or book this one in Fiken yourself and"
                    " mark it Do not send.",
                    vendor=job.vendor_id.name,
                ),
                job.vendor_id,
            )

    # References

    @api.model
    def _kid(self, move):
        """The payment reference when it is a KID: digits with a right check digit.

        Nobody pays a credit note. A number with dashes that is the document's own is
        no KID, even where its check digit happens to be right.
        """
        text = " ".join((move.payment_reference or "").split())
        if self._is_credit(move) or not text:
            return ""
        own = {move.name, move.ref} if not text.replace(" ", "").isdecimal() else ()
        digits = kid.read(text)
        return digits if kid.is_kid(digits) and text not in own else ""

    @api.model
    def _with_kid_note(self, move, note):
        """A job's note, and that a payment reference was left out, and why."""
        text = move.payment_reference
        if not text or self._is_credit(move) or self._kid(move):
            return note
        digits = kid.read(text)
        if text in (move.name, move.ref) or not (
            digits.isdecimal() or move.is_purchase_document()
        ):
            # Odoo's own, or words that nobody takes for a KID.
            return note
        why = (
            _lt("its check digit or its length is wrong")
            if digits.isdecimal()
            else _lt("a KID has digits only")
        )
        left_out = _lt(
            "The payment reference %(reference)s was left out: it is no KID, %(why)s.",
            reference=text,
            why=why,
        )
        return joined(note, left_out, separator=" ")
