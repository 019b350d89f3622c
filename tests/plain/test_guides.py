"""The guides name what the product has, and say the same in both languages.

How they are written, so that this can be looked up: a menu path is *Fiken › Overview*,
what one presses or chooses on our pages is **Send to Fiken**, and a line that begins
with ``>`` is a sentence of the product, with … for what is filled in, and for an end
that is left out. What is Odoo's or Fiken's own is none of these.
"""

import ast
import html
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"
# {guide in English: the same in Norwegian}
GUIDES = {
    "administrator.md": "administrator.md",
    "bookkeeper.md": "regnskap.md",
    "shop.md": "butikk.md",
    "what-goes-where.md": "hva-sendes-hvor.md",
    "troubleshooting.md": "feilsoking.md",
}
PAGES = [
    *(DOCS / "en" / name for name in GUIDES),
    *(DOCS / "nb" / name for name in GUIDES.values()),
]
OTHERS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]
# Where ways begin that are Odoo's or Fiken's own.
ELSEWHERE = {"Settings", "Innstillinger", "Foretak", "Rediger konto"}
PYTHON = ("models", "wizards", "pages", "controllers", "fiken_api", "figures")
LABELS = {"string", "title", "name", "placeholder", "confirm", "confirm-label", "help"}
FILLED_IN = re.compile(r"%\(\w+\)s|%s")
CHAPTER = re.compile(r"^(#{2,3}) (\d+)(?:\.(\d+))?\.? (.+)$")


# What the product says


def python_texts():
    """All that is translated in Python, and labels that fields have by their names."""
    for folder in PYTHON:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and is_said(node.func):
                    for inner in ast.walk(node):
                        if isinstance(inner, ast.Constant) and isinstance(
                            inner.value, str
                        ):
                            yield inner.value
                elif isinstance(node, ast.Assign) and isinstance(node.value, ast.List):
                    # The choices of several fields.
                    for inner in ast.walk(node):
                        if isinstance(inner, ast.Constant) and isinstance(
                            inner.value, str
                        ):
                            yield inner.value
                if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                    if is_field(node.value.func) and isinstance(
                        node.targets[0], ast.Name
                    ):
                        name = re.sub(r"_ids?$", "", node.targets[0].id)
                        yield " ".join(word.capitalize() for word in name.split("_"))


def is_said(func):
    """Whether what is called takes a text for people: ``_()``, ``_lt()``, a field."""
    return name_of_call(func) in ("_", "_lt", "Constraint", "UniqueIndex") or is_field(
        func
    )


def is_field(func):
    owner = getattr(getattr(func, "value", None), "id", "")
    return owner == "fields" or name_of_call(func).endswith("Field")


def name_of_call(func):
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")


def markup_texts():
    """All texts and labels of views, menus, templates and scripts."""
    for folder in ("views", "wizards", "data", "report", "static/src", "security"):
        for path in (ROOT / folder).rglob("*.xml"):
            for node in ElementTree.parse(path).iter():
                yield from filter(None, (node.text, node.tail))
                if isinstance(node.tag, str) and node.tag not in ("odoo", "templates"):
                    yield "".join(node.itertext())
                for name, value in node.attrib.items():
                    if name.removesuffix(".translate").split(".")[-1] in LABELS or (
                        name.endswith(".translate")
                    ):
                        yield value
    for path in (ROOT / "static/src").rglob("*.js"):
        yield from re.findall(r'_t\(\s*"((?:[^"\\]|\\.)*)"', path.read_text())


def plain(text):
    """A text as a reader sees it, on one line."""
    text = html.unescape(re.sub(r"<[^>]+>", " ", text)).replace("%%", "%")
    return " ".join(text.split())


def filled(text):
    """A sentence with … for what is filled in; after it no full stop, and it once."""
    text = FILLED_IN.sub("…", plain(text)).replace("….", "…")
    return re.sub(r"…( …)+", "… …", text)


SAID = {plain(text) for text in (*python_texts(), *markup_texts())}
with (ROOT / "i18n" / "nb.po").open("rb") as file:
    NORWEGIAN = {
        plain(one.id): plain(one.string)
        for one in read_po(file)
        if one.id and one.string and isinstance(one.id, str)
    }
SENTENCES = {filled(text) for text in SAID}
TRANSLATED = {filled(text): filled(there) for text, there in NORWEGIAN.items()}


def menus():
    """{path of labels from the app down, in English}"""
    actions = {}
    for path in sorted((ROOT / "views").glob("*.xml")) + sorted(
        (ROOT / "wizards").glob("*.xml")
    ):
        for record in ElementTree.parse(path).iter("record"):
            name = record.find("field[@name='name']")
            if name is not None:
                actions[record.get("id")] = name.text
    paths = set()

    def walk(node, above):
        here = (*above, node.get("name") or actions[node.get("action")])
        paths.add(here)
        for below in node.findall("menuitem"):
            walk(below, here)

    for item in ElementTree.parse(ROOT / "views" / "fiken_menus.xml").getroot():
        walk(item, ())
    return paths


MENUS = menus()


# What a page of the guides says


def without_code(text):
    return re.sub(r"```.*?```", "", text, flags=re.S)


def chapters(path):
    """[(number, text)] of a page; the part before the first is ``("0", …)``."""
    found = [["0", ""]]
    for line in without_code(path.read_text()).splitlines():
        match = CHAPTER.match(line)
        if match:
            number = f"{match[2]}.{match[3]}" if match[3] else match[2]
            found.append([number, ""])
        else:
            found[-1][1] += line + "\n"
    return [(number, text) for number, text in found]


def words(text):
    """A text without its line breaks and quoted sentences."""
    return " ".join(line for line in text.splitlines() if not line.startswith(">"))


def pressed(text):
    return {plain(one) for one in re.findall(r"\*\*(.+?)\*\*", words(text))}


def paths(text):
    """Ways through our menus, and what is written like one."""
    text = re.sub(r"\*\*.+?\*\*", "", words(text))
    found = re.findall(r"(?<!\*)\*([^*›]+ › [^*]+)\*(?!\*)", text)
    ways = {tuple(plain(part) for part in one.split("›")) for one in found}
    return {one for one in ways if one[0] not in ELSEWHERE}


def quoted(text):
    """Sentences of the product: lines of one quotation belong together."""
    blocks = re.findall(r"(?:^> ?.*\n?)+", text, flags=re.M)
    joined = [re.sub(r"^> ?", "", block, flags=re.M) for block in blocks]
    return [filled(one) for block in joined for one in re.split(r"\n\s*\n", block)]


def unsaid(sentences, there):
    """Those that are none of the product's, as a whole or up to the … at the end."""
    return [
        one
        for one in sentences
        if one not in there
        and not (one.endswith("…") and any(is_begun_by(one, whole) for whole in there))
    ]


def is_begun_by(beginning, whole):
    return len(beginning) > 20 and whole.startswith(beginning.rstrip("…"))


def links(text):
    return re.findall(r"\]\(([^)\s]+)\)", without_code(text))


def anchors(path):
    """What a link may point at on a page, as GitHub writes it."""
    for title in re.findall(r"^#+ (.+)$", without_code(path.read_text()), flags=re.M):
        title = re.sub(r"[^\w\- ]", "", title.lower().strip())
        yield title.replace(" ", "-")


def language_of(path):
    return path.parent.name


def name_of(path):
    return str(path.relative_to(ROOT))


pages = pytest.mark.parametrize("path", PAGES, ids=name_of)
pairs = pytest.mark.parametrize(
    ("english", "norwegian"),
    [(DOCS / "en" / one, DOCS / "nb" / other) for one, other in GUIDES.items()],
    ids=list(GUIDES),
)


# The tests


@pages
def test_chapters_are_numbered_from_one_and_none_twice(path):
    text = without_code(path.read_text())
    headings = re.findall(r"^##+ .+$", text, flags=re.M)
    unnumbered = [one for one in headings if not CHAPTER.match(one)]
    assert headings and not unnumbered
    expected, chapter, section = [], 0, 0
    for one in headings:
        if one.startswith("### "):
            section += 1
            expected.append(f"{chapter}.{section}")
        else:
            chapter, section = chapter + 1, 0
            expected.append(str(chapter))
    assert [number for number, _ in chapters(path)][1:] == expected
    titles = [CHAPTER.match(one)[4] for one in headings]
    assert len(set(titles)) == len(titles)


@pages
def test_menu_paths_are_in_the_menus(path):
    there = MENUS
    if language_of(path) == "nb":
        there = {tuple(NORWEGIAN[part] for part in one) for one in MENUS}
    assert not paths(path.read_text()) - there


@pages
def test_what_is_pressed_is_on_our_pages(path):
    there = SAID
    if language_of(path) == "nb":
        there = {NORWEGIAN.get(text) for text in SAID}
    assert not pressed(path.read_text()) - there


@pages
def test_quoted_sentences_are_said_by_the_product(path):
    there = SENTENCES
    if language_of(path) == "nb":
        there = {TRANSLATED[text] for text in SENTENCES & set(TRANSLATED)}
    assert not unsaid(quoted(path.read_text()), there)


def test_troubleshooting_quotes_sentences():
    for name in ("en/troubleshooting.md", "nb/feilsoking.md"):
        found = quoted((DOCS / name).read_text())
        assert found and len(set(found)) == len(found)


@pairs
def test_both_languages_say_the_same_in_the_same_order(english, norwegian):
    here, there = chapters(english), chapters(norwegian)
    assert [number for number, _ in here] == [number for number, _ in there]
    for (number, text), (_, other) in zip(here, there, strict=True):
        where = f"{english.name} {number}"
        translated = {NORWEGIAN.get(one, one) for one in pressed(text)}
        assert translated == pressed(other), where
        ways = {tuple(NORWEGIAN[part] for part in one) for one in paths(text)}
        assert ways == paths(other), where
        said, answers = quoted(text), quoted(other)
        assert len(said) == len(answers), where
        for one, answer in zip(said, answers, strict=True):
            assert not unsaid([answer], translations(one)), where
        assert rows(text) == rows(other), where
        assert pictures(text) == pictures(other), where


def translations(sentence):
    """What a sentence can be in Norwegian, when it may be only a beginning."""
    return {
        there
        for here, there in TRANSLATED.items()
        if here == sentence or not unsaid([sentence], {here})
    }


def rows(text):
    return [line.count("|") for line in text.splitlines() if line.startswith("|")]


def pictures(text):
    found = [one for one in links(text) if "images/" in one]
    return [re.sub(r"images/(en|nb)/", "images/", one) for one in found]


@pytest.mark.parametrize("path", [*PAGES, *OTHERS], ids=name_of)
def test_links_lead_somewhere(path):
    for link in links(path.read_text()):
        if "://" in link or "images/" in link:
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        assert target.exists(), link
        if anchor:
            assert anchor in set(anchors(target)), link


@pytest.mark.parametrize("path", [*PAGES, *OTHERS], ids=name_of)
def test_pictures_are_there(path):
    named = [one for one in links(path.read_text()) if "images/" in one]
    assert not [one for one in named if not (path.parent / one).exists()]
    if path in PAGES:
        assert all(f"images/{language_of(path)}/" in one for one in named)
