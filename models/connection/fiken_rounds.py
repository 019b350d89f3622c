"""Looks at many things, which no single run of a cron gets through."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from psycopg2 import OperationalError

from odoo import api, fields, models

from ...fiken_api import errors, paging
from .exceptions import NeedsConsent
from .fiken_session import FikenSession
from .sentence import _lt, joined

_logger = logging.getLogger(__name__)

# How many records are a unit, where one is not a page of Fiken's.
BATCH = 20
# How often a unit is begun that ended neither well nor badly: it killed its process.
TRIES = 2
# How often one is begun anew at once that another transaction came between.
CONFLICTS = 3
# Of so many pages in a row that Fiken does not give, the rest is not asked for.
TROUBLES = 3
RETRY_AFTER = timedelta(hours=1)
# What takes so long is told.
OVERDUE = timedelta(days=1)
# A round that goes on writes all the time.
STALLED_AFTER = timedelta(minutes=9)


@dataclass
class Unit:
    """What is done and committed at once: a page, a day, some records.

    :ivar owner: whose round it is: a Fiken company or a vendor
    :ivar arg: what a stage is about, after its ``:``; '' where there is none
    :ivar after: the place behind the unit before; None at the beginning of a stage
    :ivar upto: the last place of this one
    :ivar limit: how many records it may have
    :ivar is_page: it is a page of a list in Fiken
    """

    owner: Any
    session: FikenSession
    round: Any
    kind: str
    arg: str
    after: Any
    limit: int
    upto: Any = None
    is_page: bool = False

    def page(self):
        """The next page, the first being 1: no part of it is asked for."""
        self.is_page, self.limit = True, 1
        page = (self.after or 0) + 1
        return page if page <= paging.PAGE_LIMIT else None

    def once(self):
        """The whole stage is one unit."""
        return None if self.after else 1

    def count(self, what, number=1):
        """Add to what was found in this round."""
        if not number:
            return
        found = dict(self.round.found or {})
        found[what] = found.get(what, 0) + number
        self.round.found = found


class FikenRounds(models.AbstractModel):
    """A look at many things, vendor by vendor or company by company, unit by unit.

    The place to go on from is committed with each unit, so a run that ends early, or is
    killed, costs one unit at the most. A unit that fails is left out and told: what
    comes after it gets its turn. A run ends when Odoo says that its time is over.

    Who inherits this says which stages a round has, and for each kind of stage
    ``_do_<kind>(unit)``, which does a unit and returns whether the stage ends with it.
    A stage of several units has ``_next_<kind>(unit)``, which returns the place where
    the next one ends, or None when the stage is through. A place is what JSON keeps, in
    order, and is true.
    """

    _name = "fiken.rounds"
    _description = "Rounds of Fiken"

    # What a look must say

    @api.model
    def _round_stages(self, owner):
        """``kind`` or ``kind:argument`` of each, in order."""
        raise NotImplementedError

    # What a look may say

    @api.model
    def _round_owners(self):
        """Those that can be looked at now: Fiken companies, vendors, or both."""
        return self.env["fiken.company"].sudo()._readable()

    @api.model
    def _round_words(self, unit):
        """What a unit is, for people."""
        return f"{unit.owner.display_name}: {unit.kind} {unit.arg} {unit.upto or ''}"

    @api.model
    def _round_failed(self, unit, why):
        """A unit was left out."""

    @api.model
    def _round_ends(self, unit):
        """All of its stages are through."""

    # The run

    @api.model
    def _go_round(self, owners=None):
        """Go on with what is under way; begin anew when all is through.

        :param owners: whose rounds; of all where it is left out
        """
        owners = self._round_owners() if owners is None else owners
        known = self._known_rounds(owners)
        due = known.filtered(lambda one: one._is_due())
        due |= self._begun_rounds(known, self._missed(known, owners) if due else owners)
        left = len(due)
        cron = self.env["ir.cron"]
        if not due or not cron._commit_progress(remaining=left):
            # Odoo calls ten times in a run, whatever its time.
            return
        # Odoo gives up what was killed thrice with nothing done; we leave a unit out.
        cron._commit_progress(1, remaining=left)
        for one in due:
            left -= 1
            if not self._walk(one, left):
                return

    @api.model
    def _known_rounds(self, owners):
        rounds = self.env["fiken.round"].sudo()._of_look(self._name)
        gone = [one for one in rounds.values() if not one._owner().exists()]
        rounds_of(self, gone).unlink()
        return rounds_of(self, map(rounds.get, map(key_of, owners)))

    @api.model
    def _missed(self, known, owners):
        """Those that wait for their turn while others are under way for long."""
        rounds = {(one.res_model, one.res_id): one for one in known}
        return [
            owner
            for owner in owners
            if key_of(owner) not in rounds or rounds[key_of(owner)]._missed_its_turn()
        ]

    @api.model
    def _begun_rounds(self, known, owners):
        """New ones for all whose last one is through; what was put off goes on now."""
        rounds = {(one.res_model, one.res_id): one for one in known}
        begun = []
        for owner in owners:
            one = rounds.get(key_of(owner)) or self._new_round(owner)
            one.cron_id = self.env.context.get("cron_id")
            if one.stage:
                one.retry_at = False
                begun.append(one)
            elif stages := self._round_stages(owner):
                one.connection_id = self._books_of(owner).connection_id
                one._begin(stages[0])
                begun.append(one)
        return rounds_of(self, begun)

    @api.model
    def _new_round(self, owner):
        return (
            self.env["fiken.round"]
            .sudo()
            .create(
                {
                    "look": self._name,
                    "res_model": owner._name,
                    "res_id": owner.id,
                    "connection_id": self._books_of(owner).connection_id.id,
                }
            )
        )

    @api.model
    def _books_of(self, owner):
        return owner if owner._name == "fiken.company" else owner.fiken_company_id

    @api.model
    def _walk(self, one, left):
        """One round, as far as it comes.

        :param left: how many others are to go on in this run
        :return: whether there is time left
        """
        cron = self.env["ir.cron"]
        look = self._books_of(one._owner())._acting(self._name)
        goes_on = True
        with FikenSession(one.connection_id.sudo()) as session:
            while goes_on and one._is_due():
                look._step(session, one)
                rest = left + one._is_due()
                goes_on = cron._commit_progress(1, remaining=rest) > 0
                # The pause after a request: others may be waiting.
                session.pause()
        return goes_on

    @api.model
    def _step(self, session, one):
        """A unit, or the way to the next stage."""
        owner = self.env[one.res_model].browse(one.res_id)
        stages = self._round_stages(owner)
        if one.stage not in stages:
            one._begin(stages[0])
        kind, _colon, arg = one.stage.partition(":")
        is_single = one.single_to and (not one.position or one.position < one.single_to)
        unit = Unit(
            owner,
            session,
            one,
            kind,
            arg,
            one.position or None,
            1 if is_single else BATCH,
        )
        try:
            self._try_step(unit, stages)
        except NeedsConsent as error:
            self.env.cr.rollback()
            self._stand_still(unit, error.reason)
        except errors.FikenError as error:
            self.env.cr.rollback()
            self._meet_trouble(unit, stages, error)
        except OperationalError:
            self.env.cr.rollback()
            self._leave_out(unit, stages, _lt("others worked on it meanwhile"))
        except Exception:
            self.env.cr.rollback()
            _logger.exception("%s was left out", self._round_words(unit))
            self._leave_out(unit, stages, _lt("it failed unexpectedly"))

    @api.model
    def _try_step(self, unit, stages):
        one = unit.round
        # Said before it is done: who kills its process is known by it.
        one.tries += 1
        self._commit()
        if one.tries > 2 * TRIES:
            # Not even the way to it is survived.
            self._leave_out(unit, stages, self._too_long())
            return
        unit.upto = getattr(self, f"_next_{unit.kind}", Unit.once)(unit)
        if unit.upto is None:
            self._enter_next(unit, stages)
        elif one.tries > TRIES:
            self._leave_out(unit, stages, self._too_long())
        else:
            is_last = self._try_unit(unit)
            one.troubles = 0
            if is_last:
                self._enter_next(unit, stages)
            else:
                one._pass(unit.upto)

    @api.model
    def _try_unit(self, unit):
        for _attempt in range(CONFLICTS - 1):
            try:
                return self._do_unit(unit)
            except OperationalError:
                self.env.cr.rollback()
        return self._do_unit(unit)

    @api.model
    def _do_unit(self, unit):
        is_last = getattr(self, f"_do_{unit.kind}")(unit)
        self.env.flush_all()
        return is_last

    @api.model
    def _enter_next(self, unit, stages):
        at = stages.index(unit.round.stage) + 1
        if at < len(stages):
            unit.round._enter(stages[at])
        else:
            unit.round._end()
            self._commit()
            self._try_to_end(unit)

    @api.model
    def _try_to_end(self, unit):
        try:
            self._round_ends(unit)
            self.env.flush_all()
        except Exception:
            # All was looked at: that stays.
            self.env.cr.rollback()
            _logger.exception("%s could not be concluded", self._round_words(unit))

    # What goes wrong

    @api.model
    def _meet_trouble(self, unit, stages, error):
        """Fiken did not answer as it should: here, or everywhere?"""
        why = self._books_of(unit.owner).connection_id._explain(error)
        if self._is_down(unit, error):
            self._stand_still(unit, why)
            return
        is_list = unit.is_page and unit.round.troubles + 1 >= TROUBLES
        if is_list:
            why = _lt("%(why)s The pages after it were not asked for.", why=why)
        if self._leave_out(unit, stages, why):
            unit.round.troubles += unit.is_page
            if is_list:
                # It is the list, and not a page of it.
                self._enter_next(unit, stages)

    @api.model
    def _is_down(self, unit, error):
        """Whether Fiken would answer nothing else either."""
        if isinstance(error, errors.NotSent) or error.status in (423, 429):
            return True
        if isinstance(error, errors.Refused):
            return False
        try:
            unit.session.user()
        except (errors.FikenError, NeedsConsent):
            return True
        return False

    @api.model
    def _stand_still(self, unit, why):
        """Go on from here in a while."""
        now = fields.Datetime.now()
        one = unit.round
        one._put_off(now + RETRY_AFTER)
        if one.started_at < now - OVERDUE:
            one._fail(joined(self._round_words(unit), why, separator=": "))
        self._round_failed(unit, why)
        for cron in one.cron_id:
            cron._trigger(at=one.retry_at)

    @api.model
    def _leave_out(self, unit, stages, why):
        """Go on behind it.

        :return: False where it is several, which are done one by one now
        """
        one = unit.round
        if unit.upto is not None and unit.limit > 1:
            one.write({"single_to": unit.upto, "tries": 0})
            return False
        one._fail(joined(self._round_words(unit), why, separator=": "))
        self._round_failed(unit, why)
        if unit.upto is None:
            self._enter_next(unit, stages)
        else:
            one._pass(unit.upto)
        return True

    @api.model
    def _too_long(self):
        return _lt("it took too long, or the server stopped meanwhile")

    @api.model
    def _commit(self):
        """Without counting it as progress."""
        self.env["ir.cron"].with_context(ir_cron_progress_id=False)._commit_progress()

    # The watchdog

    @api.model
    def _wake_stalled(self):
        """What stands still goes on: its run was killed, or it could not be done."""
        rounds = self.env["fiken.round"].sudo()
        looks = [
            row[0] for row in rounds._read_group([], ["look"]) if row[0] in self.env
        ]
        border = fields.Datetime.now() - STALLED_AFTER
        for look in looks:
            try:
                with self.env.cr.savepoint():
                    self.env[look]._wake_stalled_since(border)
            except OperationalError:
                raise
            except Exception:
                # The others are woken all the same.
                _logger.exception("%s was not watched", look)

    @api.model
    def _wake_stalled_since(self, border):
        known = self._known_rounds(self._round_owners())
        for cron, group in known.grouped("cron_id").items():
            is_still = all(one.write_date < border for one in group)
            if cron and is_still and any(one._is_due() for one in group):
                cron._trigger()


def key_of(owner):
    return owner._name, owner.id


def rounds_of(look, rounds):
    """A recordset of those that there are."""
    return look.env["fiken.round"].sudo().union(*filter(None, rounds))
