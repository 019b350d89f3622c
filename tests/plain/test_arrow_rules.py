"""The checker of the house's order, on small houses of its own."""

import pytest

from ..test_arrows import House, calling_back, homeless, too_big, upward, wide_circles

JOB = """
class Job(models.Model):
    _name = "fiken.job"

    def _enqueue(self):
        pass
"""
SALE = """
class Sale(models.Model):
    _name = "fiken.sale"
    _inherit = ["mail.thread"]

    def _book(self):
        pass
"""
# What one file may use of another, with {model}, {module} and {method} of that one.
USES = {
    "import": "from ..{module} import NAME",
    "import of the file": "from ..{package} import {file}",
    "absolute import": "from odoo.addons.fiken_connector.models.{module} import NAME",
    "env": "def f(self):\n    self.env['{model}'].create({{}})",
    "env of a strategy": "def f(strategy):\n    strategy.env['{model}']",
    "env.get": "def f(self):\n    self.env.get('{model}')",
    "in env": "def f(self):\n    return '{model}' in self.env",
    "inherit": "class Other(models.Model):\n    _inherit = '{model}'",
    "inherit of several": (
        "class Other(models.Model):\n"
        "    _name = 'fiken.other'\n"
        "    _inherit = ['x', '{model}']"
    ),
    "private call": "def f(record):\n    record.{method}()",
    "private call handed on": "def f(record):\n    run(record.{method})",
    "comodel": "class Other(models.Model):\n    of_id = fields.Many2one('{model}')",
    "comodel by name": (
        "class Other(models.Model):\n"
        "    of_ids = fields.One2many('Of', comodel_name='{model}')"
    ),
}


def built(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return House(root)


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_an_arrow_that_points_up_is_found(tmp_path, use):
    text = use.format(
        package="documents",
        file="fiken_sale",
        module="documents.fiken_sale",
        model="fiken.sale",
        method="_book",
    )
    house = built(
        tmp_path,
        {"models/documents/fiken_sale.py": SALE, "models/outbox/other.py": text},
    )
    (sentence,) = upward(house)
    assert sentence.startswith("models/outbox/other.py:")
    assert "outbox reaches up to documents" in sentence
    assert "declare a hook" in sentence


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_an_arrow_that_points_down_is_none(tmp_path, use):
    text = use.format(
        package="outbox",
        file="fiken_job",
        module="outbox.fiken_job",
        model="fiken.job",
        method="_enqueue",
    )
    house = built(
        tmp_path,
        {"models/outbox/fiken_job.py": JOB, "models/documents/other.py": text},
    )
    assert [(arrow.source, arrow.target) for arrow in house.arrows] == [
        ("models/documents/other.py", "models/outbox/fiken_job.py")
    ]
    assert not list(upward(house))


def test_a_call_that_all_definitions_lie_above_is_found(tmp_path):
    files = {
        "models/outbox/worker.py": "def f(strategy):\n    strategy._book()",
        "models/documents/fiken_sale.py": SALE,
        "models/settlement/fiken_day.py": SALE.replace("sale", "day"),
    }
    assert len(list(upward(built(tmp_path, files)))) == 1


def test_a_hook_that_the_lower_package_declares_is_none(tmp_path):
    files = {
        "models/outbox/worker.py": "def f(strategy):\n    strategy._book()",
        "models/outbox/fiken_resource.py": SALE.replace("sale", "resource"),
        "models/documents/fiken_sale.py": SALE,
    }
    assert not list(upward(built(tmp_path, files)))


def test_screens_use_everything_and_nothing_uses_them(tmp_path):
    wizard = "from ..models.outbox.fiken_job import X\n\ndef f(self):\n    self._ask()"
    files = {
        "models/outbox/fiken_job.py": JOB,
        "wizards/ask.py": wizard + "\n\ndef _ask(self):\n    pass",
    }
    assert not list(upward(built(tmp_path, files)))
    files["models/outbox/other.py"] = "def f(wizard):\n    wizard._ask()"
    assert "outbox reaches up to screens" in next(upward(built(tmp_path, files)))


def test_a_circle_stays_inside_its_package(tmp_path):
    files = {
        "models/outbox/fiken_job.py": JOB + "        self.env['fiken.sale']",
        "models/documents/fiken_sale.py": SALE + "        self.env['fiken.job']",
    }
    assert "2 files lead to each other" in next(wide_circles(built(tmp_path, files)))


def test_what_answers_calls_nobody_back_but_its_own_model(tmp_path):
    state = (
        "class State(models.Model):\n"
        "    _inherit = 'fiken.job'\n\n"
        "    def _set_done(self):\n"
        "        self._enqueue()\n"
    )
    worker = "def run(self, job):\n    job._set_done()\n\ndef _wake(): ..."
    files = {
        "models/outbox/fiken_job.py": JOB + "        self._set_done()",
        "models/outbox/fiken_job_state.py": state,
        "models/outbox/worker.py": worker,
    }
    assert not list(calling_back(built(tmp_path, files)))
    files["models/outbox/fiken_job_state.py"] += "        self.env.worker._wake()\n"
    (sentence,) = calling_back(built(tmp_path, files))
    assert "fiken_job_state.py answers others and calls back" in sentence


def test_what_answers_knows_the_errors_of_those_who_ask(tmp_path):
    files = {
        "models/connection/session.py": "from .explain import explain\nclass Busy: ...",
        "models/connection/explain.py": "from .session import Busy",
    }
    assert not list(calling_back(built(tmp_path, files)))
    files["models/connection/explain.py"] = "from .session import Busy, ask"
    assert list(calling_back(built(tmp_path, files)))


def test_files_and_classes_stay_small(tmp_path):
    methods = "".join(f"    def m{number}(self): ...\n" for number in range(33))
    files = {
        "models/outbox/long.py": "\n" * 481,
        "models/outbox/wide.py": "class Wide:\n" + methods,
        "tests/long.py": "\n" * 481,
        "tests/many.py": "class Many:\n" + methods.replace("m", "test_m"),
    }
    assert len(list(too_big(built(tmp_path, files)))) == 3


def test_a_package_has_its_place_in_the_order(tmp_path):
    assert list(homeless(built(tmp_path, {"models/payroll/pay.py": ""})))
