import logging
import time
from collections import namedtuple

from psycopg2 import DatabaseError, OperationalError

from odoo import models
from odoo.tools import groupby

from ..connection.sentence import _lt
from .along import forget_along
from .exceptions import MissingSetting, NeedsReview, NothingToSend, WaitsFor
from .fiken_worker import Item

_logger = logging.getLogger(__name__)

# What the jobs of one resource in one Fiken company have in common.
Kind = namedtuple("Kind", "fiken_company strategy records bound")


class SetAside(Exception):
    """A job cannot be sent as it is; that is recorded already."""


class Broken(Exception):
    """The database refused something, and the transaction with it."""


class FikenWorker(models.AbstractModel):
    """Builds what jobs send; what cannot be built is set aside and holds up nobody."""

    _inherit = "fiken.worker"

    def _prepare(self, jobs, until):
        """Build what each job sends; what cannot be built is blocked or failed.

        :param until: when to stop, with what is built by then
        :return: (items in the order of the jobs, how many jobs were set aside)
        """
        kinds = {}
        for (fiken_company, resource), group in groupby(
            jobs, lambda job: (job.fiken_company_id, job.resource)
        ):
            kinds[fiken_company, resource] = self._read_kind(
                fiken_company, resource, group
            )
        items, processed = [], 0
        for job in jobs:
            if items and time.monotonic() >= until:
                break
            kind = kinds[job.fiken_company_id, job.resource]
            try:
                items.append(self._build(job, kind))
            except Broken as error:
                # The transaction is lost, but nothing in it was not to be had again.
                self._fail_broken(job, kind, error.__cause__)
                return items, processed + 1
            except SetAside:
                processed += 1
        return items, processed

    def _read_kind(self, fiken_company, resource, jobs):
        """What is known of all jobs of one kind before each is built."""
        strategy = fiken_company._acting(f"fiken.resource.{resource}")
        records = strategy.env[strategy._record_model]
        records = records.browse([job.res_id for job in jobs]).exists()
        try:
            with self.env.cr.savepoint():
                strategy._read_ahead(records)
        except OperationalError:
            raise
        except Exception:
            # Each job reads for itself then, and fails for itself.
            forget_along(self.env)
            _logger.exception("%s could not be read together", records)
        bound = self._bound(fiken_company, strategy, records.ids)
        return Kind(fiken_company, strategy, {one.id: one for one in records}, bound)

    def _build(self, job, kind):
        """:raise SetAside: it cannot be sent as it is, which is recorded"""
        strategy, fiken_company = kind.strategy, kind.fiken_company
        job = job.with_env(strategy.env)
        try:
            if not fiken_company.has_api_access:
                raise MissingSetting(self._no_api_module(fiken_company), fiken_company)
            record = kind.records.get(job.res_id)
            if record is not None:
                prepared = strategy._prepare(job, record)
            else:
                prepared = strategy._prepare_gone(job)
            if prepared.identity and (job.res_id, job.part) in kind.bound:
                raise NothingToSend(_lt("It is in Fiken already."))
            key = job._record_key()
            return Item(job, key, job.revision, strategy, prepared, fiken_company)
        except WaitsFor as waits:
            job._lock()
            self._block_until(job, waits)
        except (MissingSetting, NeedsReview, NothingToSend) as reason:
            job._lock()
            self._set_aside(job, reason)
        except OperationalError:
            raise
        except DatabaseError as error:
            raise Broken from error
        except Exception as error:
            # One record that our code cannot handle must not hold up others.
            _logger.exception("Fiken job %s cannot be built", job.id)
            self._fail(job, self._our_error(strategy, error))
        raise SetAside

    def _fail_broken(self, job, kind, error):
        self.env.cr.rollback()
        _logger.error("Fiken job %s cannot be built", job.id, exc_info=error)
        job = job.with_env(kind.strategy.env)
        job._lock()
        self._fail(job, self._our_error(kind.strategy, error))
        self._commit()

    def _bound(self, fiken_company, strategy, ids):
        """{(record id, part)} of what is in Fiken: it is never made a second time."""
        bindings = (
            self.env["fiken.binding"]
            .sudo()
            .search(
                [
                    ("fiken_company_id", "=", fiken_company.id),
                    ("resource", "=", strategy._resource),
                    ("res_model", "=", strategy._record_model),
                    ("res_id", "in", ids),
                ]
            )
        )
        return {(binding.res_id, binding.part) for binding in bindings}

    def _no_api_module(self, fiken_company):
        return _lt(
            "%(company)s has not ordered Fiken's API module. In Fiken: Foretak ›"
            " Tilleggstjenester › API. Then press Test Connection on the connection.",
            company=fiken_company.name,
        )
