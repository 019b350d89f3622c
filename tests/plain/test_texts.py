"""Texts for people are in the language of who reads them."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDERS = (
    "models",
    "wizards",
    "pages",
    "controllers",
    "report",
    "figures",
    "fiken_api",
)
# What ends a job's turn carries the reason that is kept: models/outbox/exceptions.py.
STOPS = {"MissingSetting", "NeedsReview", "NothingToSend"}
# What takes a reason, or a note, that is kept.
KEEPERS = {
    "_await_recovery",
    "_block",
    "_fail",
    "_in_vain",
    "_notify_managers",
    "_postpone",
    "_set_aside",
    "_set_blocked",
    "_set_dropped",
    "_set_failed",
    "_set_state",
    "_stand_still",
    "_tell",
    "_tell_about",
    "_todo",
    "_wait_for",
    "_wait_for_fiken",
    "joined",
}


def trees():
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path, ast.parse(path.read_text())


def calls(tree):
    """(the name that is called, the call) of all calls in a tree."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            func = node.func
            name = func.attr if isinstance(func, ast.Attribute) else None
            yield getattr(func, "id", name), node


def is_translated(node):
    """Whether it is ``env._(…)``: a text, and no sentence any more."""
    return any(
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "_"
        for call in ast.walk(node)
    )


def sentence_fields():
    """The columns that keep sentences, by name."""
    return {
        node.targets[0].id
        for _path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and getattr(node.value.func, "id", "") == "SentenceField"
    }


def test_no_text_is_translated_without_an_environment():
    """``_`` guesses the language from its caller; ``self.env._`` knows it."""
    places = [
        f"{path.name}:{call.lineno}"
        for path, tree in trees()
        for name, call in calls(tree)
        if name == "_" and isinstance(call.func, ast.Name)
    ]
    assert not places, f"write self.env._(…) at {places}"


def test_what_stops_a_job_is_a_sentence_that_is_translated_when_read():
    places = [
        f"{path.name}:{call.lineno}"
        for path, tree in trees()
        for name, call in calls(tree)
        if name in STOPS | KEEPERS and is_translated(call)
    ]
    assert not places, f"write _lt(…) at {places}"


def test_what_is_kept_is_a_sentence_that_is_translated_when_read():
    columns = sentence_fields()
    assert {"reason", "note", "late_text", "difference_text"} <= columns
    places = []
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign):
                target = node.targets[0]
                named = isinstance(target, ast.Attribute) and target.attr in columns
                if named and is_translated(node.value):
                    places.append(f"{path.name}:{node.lineno}")
            if isinstance(node, ast.Dict):
                places += [
                    f"{path.name}:{value.lineno}"
                    for key, value in zip(node.keys, node.values, strict=True)
                    if isinstance(key, ast.Constant)
                    # A to-do has a note as well, and keeps text.
                    and key.value in columns - {"note", "reason"}
                    and is_translated(value)
                ]
    assert not places, f"write _lt(…) at {places}"
