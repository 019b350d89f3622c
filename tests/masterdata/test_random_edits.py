"""Whatever happens to master data and stock, Fiken ends up with the same."""

import random

import pytest

from .common import MasterdataCase
from .expected import Expected
from .random_edits import RandomEdits


@pytest.mark.slow
class TestRandomEdits(MasterdataCase):
    def test_after_random_edits_and_lost_answers_fiken_has_what_odoo_has(self):
        for seed in (1, 2):
            with self.subTest(seed=seed):
                self.run_edits(seed, 60)

    def run_edits(self, seed, count):
        self.sandbox.reset()
        self.env["fiken.binding"].sudo().search([]).unlink()
        self.env["fiken.job"].sudo().search([]).unlink()
        env = self.env(su=True)
        rng = random.Random(seed)
        run = RandomEdits(rng, self.sandbox, self.slug)
        run.prepare(env, self.fiken_company, self.tax("3"), self.account("3000"))
        self.send()
        for _ in range(count):
            run.edit(env)
            if rng.random() < 0.3:
                self.notice_kits()
                self.send()
                self.time_passes(rng.choice((5, 100, 1000)))
        self.sandbox.no_faults()
        self.notice_kits()
        for _ in range(20):
            self.send()
            if not run.open_jobs(env):
                break
            self.time_passes(30000)
        differences, doubles = Expected(run).compare(env)
        self.assertFalse(differences)
        self.assertFalse(doubles)
