"""What is booked in Fiken, out of a draft there or at once."""

from odoo import api, fields, models

from ...fiken_api import documents, errors
from ..connection.sentence import Amount, _lt, joined, say
from ..outbox.along import read_along
from ..outbox.exceptions import NeedsReview, WaitsFor
from ..outbox.fiken_resource import Prepared, Verb


class BookedResource(models.AbstractModel):
    """What makes a document a booked one."""

    _name = "fiken.resource.booked"
    _inherit = "fiken.resource"
    _description = "Fiken Booked Document"

    _done_text = _lt("Booked in Fiken:")
    _stage = "booked"
    # After the drafts, which it may book.
    _priority = 55
    # By its payments, its credit note and its files.
    _is_awaited = True
    # The documents of Odoo that it books, and who issues them; '' when no matter.
    _move_types = ()
    _issuer = ""
    # The resource that sets it off against a credit note; '' where Fiken does.
    _settled_as = ""
    # The resource that fetches number, KID and PDF; '' where Odoo makes them.
    _papers = ""
    # What books a draft, below it.
    _book_action = ""
    # Whether Fiken books it out of a draft of its own only.
    _through_draft = False

    @api.model
    def _is_for(self, move):
        """Whether it is what books this document of Odoo."""
        issuer = "fiken" if move.fiken_issuer == "fiken" else "odoo"
        return move.move_type in self._move_types and self._issuer in ("", issuer)

    @api.model
    def _prepare(self, job, move):
        return self._prepare_document(job, move)

    @api.model
    def _prepare_document(self, job, move):
        """What a kind of document says of ``_prepare``."""
        raise NotImplementedError

    @api.model
    def _sale_id(self, link):
        """What is set settled in Fiken; '' while Fiken has not said it.

        :param link: to the document
        """
        return link.remote_id

    @api.model
    def _draft_to_book(self, job, move):
        """The link to the draft in Fiken that this job books, if there is one.

        What changed in Odoo since it was sent goes there first.

        :return: (the link, the lines that it is to have); (None, None) without a draft
        :raise WaitsFor: the draft is still to be sent, or to be sent anew; so it is
            where Fiken refused it as it is
        """
        drafts, fiken_company = self._drafts(), job.fiken_company_id
        if read_along(
            move,
            ("owed", fiken_company.id, drafts._resource),
            lambda moves: self.env["fiken.job"]._is_queued(
                drafts, fiken_company, moves
            ),
        ):
            raise WaitsFor(drafts, move, job.vendor_id)
        draft = drafts._binding(job.fiken_company_id, move)
        if not draft:
            return None, None
        wanted = drafts._prepare(job, move)
        if draft.payload_hash != wanted.payload_hash:
            raise WaitsFor(drafts, move, job.vendor_id)
        return draft, wanted.body["lines"]

    @api.model
    def _owe_draft(self, job):
        """Whatever the cause: Odoo's draft is put there before it is tried again.

        Somebody may have changed in Fiken what nobody compares.
        """
        draft = self._drafts()._binding(job.fiken_company_id, job._record())
        if draft:
            draft.payload_hash = False

    @api.model
    def _booking(self, job, draft, **values):
        """The write that books a draft.

        :param draft: the link to it
        :param values: of :class:`Prepared`
        """
        path = f"{self._drafts()._endpoint.path}/{draft.remote_id}/{self._book_action}"
        return Prepared(
            None,
            job.fiken_company_id._path(path),
            remote_id=draft.remote_id,
            verb=Verb.BOOK,
            **values,
        )

    @api.model
    def _check_draft(self, session, job, prepared):
        """What somebody did to the draft is noticed before it is booked.

        :return Sent: it is booked already; None: it is as Odoo wants it
        :raise NeedsReview: its total is another one, or it was deleted
        :raise WaitsFor: it is to be sent anew first: its date, its contact, an account
            or a VAT type differs
        """
        drafts, move = self._drafts(), job._record()
        draft = self._read_draft(session, prepared.path.rsplit("/", 1)[0])
        if draft is None:
            return self._finished_in_fiken(session, job)
        self._check_total(prepared.identity["gross"], drafts._gross_of_draft(draft))
        if prepared.wanted is None:
            return None
        sums = drafts._sums_of_draft(prepared.wanted)
        wanted = self._wanted(job, move, sums)
        there = documents.drafted(draft, drafts._sums_as_wanted(draft["lines"], sums))
        if there.is_same(wanted):
            return None
        text = _lt(
            "Its draft in Fiken has %(fiken)s. Odoo: %(odoo)s.",
            fiken=self._document_text(there),
            odoo=self._document_text(wanted),
        )
        sent = self.env["fiken.job"]._latest(move._name, move.ids, [drafts._resource])
        if move.id in sent and sent[move.id].id > job.id:
            # It was sent anew for this, and is not as Odoo wants it all the same.
            raise NeedsReview(
                _lt(
                    "%(difference)s Make them equal, or delete the draft in Fiken and"
                    " press Send to Fiken.",
                    difference=text,
                )
            )
        said = _lt(
            "%(difference)s What Odoo has is put there before it is booked.",
            difference=text,
        )
        here = self.with_context(lang=self.env["fiken.notifier"]._lang_of(job))
        move._message_log(body=say(here.env, said))
        raise WaitsFor(drafts, move, job.vendor_id)

    # Comparing

    @api.model
    def _wanted(self, job, move, sums):
        """The document as Odoo has it.

        :param sums: {(account, VAT type): (net, gross)} of its lines
        """
        identity = self._identity(job, move)
        contact = identity.get("contact") or ""
        name = move.commercial_partner_id.name if contact else ""
        return documents.Document(identity["date"], contact, name, sums)

    @api.model
    def _sums_of(self, job, move):
        """{(account, VAT type): (net, gross)} of a document's lines."""
        return documents.summed(
            (line.account, line.vat_type, line.net, line.gross)
            for line in self._lines_sent(job, move)
        )

    @api.model
    def _read_booked(self, session, fiken_company, sent):
        """What is booked in Fiken, or None when it is gone.

        :param Sent sent: as what
        """
        path = fiken_company._path(f"{self._endpoint.path}/{sent.remote_id}")
        try:
            there = documents.booked(session.get(path).row)
        except errors.NotFound:
            return None
        return None if there.is_deleted else there

    @api.model
    def _check_same(self, job, move, sent, there):
        """What somebody booked in Fiken is what Odoo has.

        :param Sent sent: as what it is booked
        :param there: what it says there
        :raise NeedsReview: it is not
        """
        wanted = self._wanted(job, move, self._sums_of(job, move))
        if not there.is_same(wanted):
            raise NeedsReview(
                _lt(
                    "It is booked in Fiken as %(number)s already, and is another there."
                    " Fiken: %(fiken)s. Odoo: %(odoo)s. Make them equal, then press"
                    " Retry: in Odoo (Reset to Draft), or by reversing it in Fiken."
                    " Nothing is sent a second time.",
                    number=sent.number or sent.remote_id,
                    fiken=self._document_text(there),
                    odoo=self._document_text(wanted),
                )
            )

    @api.model
    def _document_text(self, document):
        """Date, contact, total, and what is on each account."""
        day = fields.Date.to_date(document.date)
        head = joined(day, document.name, Amount(document.gross), separator=", ")
        lines = [
            joined(
                f"{account} {vat_type} ",
                Amount(net),
                " + ",
                Amount(gross - net),
                separator="",
            )
            for (account, vat_type), (net, gross) in sorted(
                (document.sums or {}).items()
            )
        ]
        lines = joined(*lines, separator=", ")
        return joined(head, " (", lines, ")", separator="")
