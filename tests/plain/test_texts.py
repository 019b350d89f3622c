"""Texts for people are in the language of who reads them."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDERS = ("models", "wizards", "controllers", "report", "figures", "fiken_api")


def calls(name):
    """The places of the product that call a function by its bare name."""
    return [
        (path, node)
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == name
    ]


def test_no_text_is_translated_without_an_environment():
    """``_`` guesses the language from its caller; ``self.env._`` knows it."""
    places = [f"{path.name}:{node.lineno}" for path, node in calls("_")]
    assert not places, f"write self.env._(…) at {places}"


def test_declared_texts_wait_for_their_reader():
    """``_lt`` is for what is declared: inside a function the language is known."""
    declared = calls("_lt")
    assert declared, "there is nothing to check any more: remove this test"
    inside = {
        (path, inner.lineno)
        for path in {path for path, _node in declared}
        for outer in ast.walk(ast.parse(path.read_text()))
        if isinstance(outer, ast.FunctionDef)
        for inner in ast.walk(outer)
        if isinstance(inner, ast.Call)
        and isinstance(inner.func, ast.Name)
        and inner.func.id == "_lt"
    }
    places = [f"{path.name}:{line}" for path, line in sorted(inside)]
    assert not places, f"write self.env._(…) at {places}"
