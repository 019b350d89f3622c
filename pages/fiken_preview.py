import contextlib

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..fiken_api import vat
from ..models.connection import who_may
from ..models.connection.fiken_access_mixin import MANAGER, USER
from ..models.connection.sentence import say
from ..models.outbox.exceptions import (
    MissingSetting,
    NeedsReview,
    NothingToSend,
    WaitsFor,
)
from ..models.outbox.fiken_resource import Target

INVOICING = "account.group_account_invoice"
# What ends the building of a document, with a sentence of its own.
STOPS = (MissingSetting, NeedsReview, NothingToSend)


class FikenPreview(models.AbstractModel):
    """A document as Fiken will book it: built as the worker builds it, never sent."""

    _name = "fiken.preview"
    _description = "Preview of a Document in Fiken"

    # Actions

    @api.model
    def preview(self, move_id):
        """What Fiken will book for a document, for the page that shows it."""
        move = self.env["account.move"].browse(move_id)
        self._check_may_see(move)
        return self._of(move)

    def _check_may_see(self, move):
        """Who may read the document; a Fiken manager sees their companies' too."""
        user = self.env.user
        if user.has_group(USER) and move.has_access("read"):
            return
        if not user.has_group(MANAGER):
            raise AccessError(self.env._("Only a Fiken user may see this document."))
        if move.sudo().exists().company_id not in self.env.companies:
            raise AccessError(self.env._("You do not work in its company."))

    # Business

    @api.model
    def _of(self, move):
        """A document as Fiken will book it, in the reader's language.

        Nothing is written, whatever the building does: it is all taken back.

        :return: a dict with ``name``; ``head``: dicts of label, value and type;
            ``rows``: dicts of account, name, vat_type, net, vat and gross in NOK;
            ``may_send`` and, where the reader may not, ``who_may``: names of who may;
            ``stops``: dicts of text, res_model and res_id of the setting; ``notes``:
            sentences
        """
        move.ensure_one()
        may_send = move.has_access("write")
        move = move.sudo().with_context(lang=self.env.lang)
        page = {
            "id": move.id,
            "name": move.name or self.env._("Draft"),
            "state": move.state,
            "is_sent": move.fiken_state in ("draft", "booked"),
            "may_send": may_send,
            "who_may": []
            if may_send
            else who_may.names(self.env, INVOICING, move.company_id),
            "currency_id": move.company_id.currency_id.id,
            "head": [],
            "rows": [],
            "stops": [],
            "notes": [],
        }
        strategy, target = self._builder(move)
        if strategy is None:
            page["stops"].append(
                self._stop(self.env._("It is no document that goes to Fiken."))
            )
            return page
        move = move.with_env(strategy.env)
        page["head"] = self._head(strategy, move)
        with self._taken_back():
            page["stops"] += self._stops(strategy, target, move, page["notes"])
            page["rows"], stops = self._rows(strategy, target, move)
        page["stops"] += [stop for stop in stops if stop not in page["stops"]]
        if not page["is_sent"]:
            page["notes"] += self._unusual(strategy, page["rows"])
        return page

    @api.model
    def _rows_of(self, move, vendor):
        """Only its rows: what adds them up reads, and leaves nothing to take back.

        :param vendor: for which it is sent; empty where the journal says it
        """
        move = move.sudo().with_context(lang=self.env.lang)
        strategy, target = self._builder(move, vendor.sudo())
        if strategy is None:
            return []
        move = move.with_env(strategy.env)
        strategy._read_taxes(move)
        return self._rows(strategy, target, move)[0]

    def _builder(self, move, vendor=None):
        """(what builds it, for whom); None where it does not go to Fiken."""
        vendor = vendor or self.env["fiken.vendor"]._of_documents(move)[move]
        strategy = move._fiken_strategy()
        if strategy is None or not vendor.fiken_company_id:
            return None, None
        target = Target(vendor.fiken_company_id.sudo(), vendor)
        return self._acting(vendor.fiken_company_id, strategy), target

    @contextlib.contextmanager
    def _taken_back(self):
        savepoint = self.env.cr.savepoint()
        try:
            yield
        finally:
            savepoint.close(rollback=True)

    def _acting(self, fiken_company, strategy):
        """As the worker acts, but in the words of who reads it."""
        acting = fiken_company.sudo()._acting(strategy._name)
        return acting.with_context(lang=self.env.lang)

    def _head(self, strategy, move):
        words = {
            "draft": self.env._("A draft in Fiken"),
            "booked": self.env._("Booked in Fiken"),
        }
        mode = move.fiken_mode or move._fiken_proposals()[move][0]
        as_what = words.get(mode, self.env._("Not sent"))
        head = [
            (self.env._("Goes as"), f"{strategy._label()}: {as_what}", "text"),
            (self.env._("Contact"), move.commercial_partner_id.display_name, "text"),
            (self.env._("Date"), str(strategy._date(move) or ""), "date"),
            (self.env._("Due"), str(strategy._due_date(move) or ""), "date"),
            (self.env._("Total in Odoo"), abs(move.amount_total_signed), "money"),
        ]
        return [
            {"label": label, "value": value, "type": kind}
            for label, value, kind in head
            if value not in ("", False)
        ]

    def _stops(self, strategy, target, move, notes):
        """What would stop it, by the same building that the worker does."""
        if move.state != "posted":
            notes.append(self.env._("It goes to Fiken when it is confirmed."))
            return []
        mode = move.fiken_mode or move._fiken_proposals()[move][0]
        sender = strategy._drafts() if mode == "draft" else strategy
        try:
            prepared = sender._prepare(target, move)
        except WaitsFor as waits:
            record = waits.record
            if record != move:
                notes.append(
                    self.env._(
                        "%(name)s goes to Fiken first.", name=record.display_name
                    )
                )
            return []
        except STOPS as stop:
            return [self._stop_of(stop)]
        if prepared.note:
            notes.append(say(self.env, prepared.note))
        return []

    def _rows(self, strategy, target, move):
        """(rows per account and VAT type, what stopped the building)."""
        try:
            sums = strategy._sums_of(target, move)
        except WaitsFor as waits:
            text = self.env._(
                "%(name)s must be in Fiken first.", name=waits.record.display_name
            )
            return [], [self._stop(text)]
        except STOPS as stop:
            return [], [self._stop_of(stop)]
        accounts = (
            self.env["fiken.account"]
            .sudo()
            .search_fetch(
                [
                    ("fiken_company_id", "=", target.fiken_company_id.id),
                    ("code", "in", [account for account, _vat_type in sums]),
                ],
                ["code", "name"],
            )
        )
        names = {account.code: account.name for account in accounts}
        labels = self._vat_labels()
        return [
            {
                "account": account,
                "name": names.get(account, ""),
                "vat_code": vat_type,
                "vat_type": labels.get(vat_type, vat_type),
                "net": net / 100,
                "vat": (gross - net) / 100,
                "gross": gross / 100,
            }
            for (account, vat_type), (net, gross) in sums.items()
        ], []

    @api.model
    def _vat_labels(self):
        """Fiken's VAT types in a bookkeeper's words."""
        return dict(self.env["account.tax"]._selection_fiken_vat_type())

    def _unusual(self, strategy, rows):
        """Pairs of account and VAT type that Fiken is known to refuse."""
        if strategy._side != "sale":
            return []
        labels = self._vat_labels()
        return [
            self.env._(
                "Fiken takes %(account)s with %(types)s only, and here it is"
                " %(type)s. Put another tax on the line, or map its account to"
                " another one in Fiken.",
                account=f"{row['account']} {row['name']}".strip(),
                types=", ".join(
                    labels.get(one, one) for one in vat.usual_types(row["account"])
                ),
                type=row["vat_type"],
            )
            for row in rows
            if not vat.is_usual_pair(row["account"], row["vat_code"])
        ]

    @api.model
    def _stop_of(self, stop):
        return self._stop(stop.message, getattr(stop, "setting", None))

    @api.model
    def _stop(self, text, setting=None):
        return {
            "text": say(self.env, text),
            "res_model": setting._name if setting else False,
            "res_id": setting[:1].id if setting else False,
        }

    # Sending

    @api.model
    def send(self, move_id):
        """It goes to Fiken: what was looked at, and nothing else."""
        move = self.env["account.move"].browse(move_id)
        self._check_may_see(move)
        if not move.has_access("write"):
            raise UserError(self.env._("Somebody who may invoice must send it."))
        if move.state != "posted":
            move.action_post()
        if move.fiken_state == "absent":
            move.action_fiken_send()
        return move._fiken_wait_action()
