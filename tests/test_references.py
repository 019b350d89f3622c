"""What the code and its documents refer to is in the house.

Read are the comments and docstrings of Python, and the whole of scripts, screens and
documents. Plain Python: ``python tests/test_references.py`` lists what leads nowhere.
"""

import ast
import io
import re
import sys
import tokenize
from fnmatch import filter as matching
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FACTS, HOUSE = "docs/fiken-api.md", "docs/architecture.md"
# Where a name in `backticks` is one of the code.
ABOUT_CODE = ("CONTRIBUTING.md", HOUSE)
FOLDERS = sorted(
    path.name for path in ROOT.iterdir() if path.is_dir() and path.name[0] not in "._"
)
SUFFIXES = (".py", ".sh", ".xml", ".md", ".js", ".html", "")

PATH = re.compile(rf"(?<![\w./$}}~*-])(?:{'|'.join(FOLDERS)})/[\w./*-]*")
FILE = re.compile(r"(?<![\w./*>…$}-])[\w*-]*\w\.(?:py|md|sh|xml|js)\b(?![\w/])")
LINK = re.compile(r"\]\(([^):\s]*)\)")
RULE = re.compile(r"\b[Rr]ules? (\d+)\b")
SECTION = re.compile(r"§(\d+(?:\.\d+)?)(?: no\. (\d+))?")
# A document's name before a §, with other sections between: "fiken-api.md §5.7, §5.9".
NAMED = re.compile(r"([\w-]+\.md)\S*? (?:§[\d.]+(?: no\. \d+)?(?:,| and) )*$")
DESIGN = re.compile(r"\bdesign,? (?:rule|§)")
CODE = re.compile(
    r"`(fiken(?:\.[a-z]\w*)+)?\.?(_[a-z]\w*|[A-Z][a-z]+(?:[A-Z][a-z]+)+)?(?:\(\))?`"
)
SWITCH = re.compile(r"\bswitch(?:es)? ((?:`\w+`(?:,? and |, )?)+)")


@cache
def files():
    """The repository's own files, by their paths from its root."""
    return {
        path.relative_to(ROOT).as_posix()
        for top in ROOT.iterdir()
        if top.name == ".ci" or top.name[0] != "."
        for path in (top.rglob("*") if top.is_dir() else [top])
        if path.is_file() and not {"__pycache__", "node_modules"} & {*path.parts}
    }


def exists(file, path):
    """Whether a path, perhaps with ``*`` in it, is there: from the root or the file."""
    path = path.rstrip("./-")
    beside = f"{file.rpartition('/')[0]}/{path}"
    patterns = (path, f"{path}/*", beside, f"{beside}/*")
    return any(matching(files(), pattern) for pattern in patterns)


def spoken(file):
    """Yield (line, text) of what a file says in words."""
    text = (ROOT / file).read_text()
    if not file.endswith(".py"):
        yield 1, text
        return
    start, comment = 0, []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            if comment and token.start[0] != start + len(comment):
                yield start, "\n".join(comment)
                comment = []
            start = start if comment else token.start[0]
            comment.append(token.string.lstrip("# "))
    yield start, "\n".join(comment)
    for node in ast.walk(ast.parse(text)):
        documented = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        if documented and ast.get_docstring(node):
            yield node.body[0].lineno, node.body[0].value.value


@cache
def sections(document):
    """The numbers of a document's chapters, and of what is listed in them."""
    found, chapter = set(), ""
    for line in (ROOT / document).read_text().splitlines():
        if heading := re.match(r"#{2,3} (\d+(?:\.\d+)?)\b", line):
            chapter = heading[1]
            found.add(chapter)
        elif item := re.match(r"(\d+)\. ", line):
            found.add(f"{chapter}.{item[1]}")
    return found


@cache
def code_names():
    """Names that the product's Python defines, and the models it makes."""
    found = set()
    for file in files():
        if file.endswith(".py") and not file.startswith(("tests/", "sandbox/")):
            for node in ast.walk(ast.parse((ROOT / file).read_text())):
                found.add(getattr(node, "name", None) or getattr(node, "id", None))
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(node.value)
    return found


def document_of(file, text, position):
    """The document that a § is of: the one named before it, or the usual one."""
    before = " ".join(text[max(0, position - 120) : position].split()) + " "
    named = NAMED.search(before)
    if named:
        return next((path for path in files() if path.endswith(f"/{named[1]}")), None)
    return file if file.startswith("docs/") else FACTS


def lost(file, text):
    """Yield (position, what) of the references in a text that lead nowhere."""
    for found in DESIGN.finditer(text):
        yield found.start(), f"{found[0]}: say {HOUSE}"
    for found in PATH.finditer(text):
        if not exists(file, found[0]):
            yield found.start(), found[0]
    for found in FILE.finditer(text):
        if not matching({path.rpartition("/")[2] for path in files()}, found[0]):
            yield found.start(), found[0]
    for found in RULE.finditer(text):
        if f"2.{found[1]}" not in sections(HOUSE):
            yield found.start(), f"{found[0]} of {HOUSE}"
    for found in SECTION.finditer(text):
        document = document_of(file, text, found.start())
        number = ".".join(filter(None, found.groups()))
        if not document or number not in sections(document):
            yield found.start(), f"{found[0]} of {document}"
    if file.endswith(".md"):
        for found in LINK.finditer(text):
            target = found[1].partition("#")[0]
            if target and not (ROOT / file).parent.joinpath(target).exists():
                yield found.start(1), found[1]
    if file in ABOUT_CODE:
        for found in CODE.finditer(text):
            if not {*filter(None, found.groups())} <= code_names():
                yield found.start(), found[0]


def references():
    """Yield a sentence about each reference that leads nowhere."""
    for file in sorted(files()):
        if Path(file).suffix in SUFFIXES and not file.startswith(("i18n/", "LICENSE")):
            for line, text in spoken(file):
                for position, what in lost(file, text):
                    at = line + text.count("\n", 0, position)
                    yield f"{file}:{at}: there is no {what}"


def switches():
    """Yield the sandbox's switches that the facts do not name, and the reverse."""
    tree = ast.parse((ROOT / "sandbox/unknowns.py").read_text())
    table = next(
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and node.targets[0].id == "SWITCHES"
    )
    there = {key.value for key in table.keys}
    text = " ".join((ROOT / FACTS).read_text().split())
    told = {
        name for found in SWITCH.finditer(text) for name in re.findall(r"\w+", found[1])
    }
    told.discard("and")
    yield from (f"{FACTS} does not name the switch {name}" for name in there - told)
    yield from (f"{FACTS}: there is no switch {name}" for name in told - there)


def test_references_lead_somewhere():
    problems = list(references())
    assert not problems, "\n".join(problems)


def test_every_unknown_is_a_switch_and_the_reverse():
    problems = list(switches())
    assert not problems, "\n".join(problems)


if __name__ == "__main__":
    problems = [*references(), *switches()]
    said = [*problems, f"{len(problems)} references lead nowhere"]
    sys.stdout.write("\n".join(said) + "\n")
    sys.exit(bool(problems))
