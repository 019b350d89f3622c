"""The checker of references, on sentences of its own."""

import pytest

from ..test_references import lost

NOWHERE = (
    "by design, rule 3",
    "the design §4 says",
    "as design.md has it",
    "see fiken-api.md §5.99",
    "see fiken-api.md §5.7, §5.98 and §5.9",
    "an unknown (fiken-api.md §13 no. 99)",
    "(architecture.md, rule 99)",
    "Rule 0: there is none",
    "a bare §77.1 is one of Fiken's facts",
    "written in handbook.md",
    "like no_such_file.py",
    "in tests/documents/no_such_file.py",
    "all of models/no_such_package/*.py",
)
SOMEWHERE = (
    "see fiken-api.md §5.7 and §5.9",
    "an unknown (fiken-api.md §13 no. 9, §0.2)",
    "(architecture.md, rule 6)",
    "the chapter architecture.md §5",
    "what docs/fiken-api.md says",
    "like fiken_job.py, or models/documents/fiken_resource_*.py",
    "the law has bokføringsforskriften § 5-3-14",
    "GET /companies/{slug}/tests is no path of ours",
)


@pytest.mark.parametrize("text", NOWHERE)
def test_a_reference_to_nowhere_is_found(text):
    assert len(list(lost("models/outbox/fiken_job.py", text))) == 1


@pytest.mark.parametrize("text", SOMEWHERE)
def test_a_reference_that_holds_is_left_alone(text):
    assert not list(lost("models/outbox/fiken_job.py", text))


def test_documents_name_what_the_code_has():
    text = (
        "`fiken.job` and `_enqueue`, but `fiken.nobody`, `_not_at_all`, `NoSuchError`"
    )
    found = [what for _position, what in lost("CONTRIBUTING.md", text)]
    assert found == ["`fiken.nobody`", "`_not_at_all`", "`NoSuchError`"]


def test_links_lead_to_files():
    text = "[a](docs/architecture.md#4-models), [b](docs/no-such-page.md), [c](#here)"
    found = [what for _position, what in lost("README.md", text)]
    assert "docs/no-such-page.md" in found and "docs/architecture.md" not in found
