"""The house keeps its order: each package uses only those before it.

An arrow is an import, a model named in ``env``, ``_inherit`` or a relational field, or
a private name that other files define. Plain Python: ``python tests/test_arrows.py``.
"""

import ast
import sys
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
# The one place of the order; CONTRIBUTING.md and docs/architecture.md show the same.
ORDER = """fiken_api figures connection outbox ledger masterdata documents payments
    settlement entries startup_import control screens""".split()
SCREENS = ("wizards", "pages", "controllers", "report")
ADDON = "odoo.addons.fiken_connector"
# Files that others ask and that call nobody back but the model they are part of.
ANSWERING = ("_match.py", "_state.py", "/explain.py")
LINES, METHODS, CIRCLE = 480, 32, 11


class Arrow(NamedTuple):
    source: str
    line: int
    target: str
    kind: str
    name: str


class House:
    """The Python files of the product by path, and the arrows between them."""

    def __init__(self, root=ROOT):
        self.root = root
        self.trees = self.parsed("fiken_api", "figures", "models", *SCREENS)
        self.makers = {}  # model: the file that makes it
        self.definers = defaultdict(set)  # private name: files
        for file, tree in self.trees.items():
            for node in ast.walk(tree):
                self._index(file, node)
        self.arrows = [
            Arrow(file, node.lineno, target, kind, name)
            for file, tree in self.trees.items()
            for node in ast.walk(tree)
            for kind, name, target in self._uses(file, node)
            if target in self.trees and target != file
        ]

    def parsed(self, *folders):
        return {
            path.relative_to(self.root).as_posix(): ast.parse(path.read_text())
            for folder in folders
            for path in sorted(self.root.glob(f"{folder}/**/*.py"))
            if path.name != "__init__.py"
        }

    def _index(self, file, node):
        match node:
            case ast.ClassDef():
                name, inherited = names_of(node)
                if name and name not in inherited:
                    self.makers[name] = file
            case ast.FunctionDef(name=name) | ast.Name(id=name, ctx=ast.Store()):
                self.definers[name].add(file)
            case ast.Attribute(attr=name, ctx=ast.Store()):
                self.definers[name].add(file)

    def _uses(self, file, node):
        """Yield (kind, name, target) of what a piece of code uses."""
        for kind, name in models_named(node):
            yield kind, name, self.makers.get(name)
        if isinstance(node, ast.ImportFrom):
            for name, target in imported(file, node):
                yield "import", name, target
        if isinstance(node, ast.Attribute) and is_private(node.attr):
            files = self.definers[node.attr]
            if files and file not in files:
                target = min(files, key=self.floor)
                # Where several define it, only that all of them are above is sure.
                if len(files) == 1 or self.floor(target) > self.floor(file):
                    yield "name", node.attr, target

    @staticmethod
    def package(file):
        top, second, *_ = file.split("/")
        return "screens" if top in SCREENS else second if top == "models" else top

    def floor(self, file):
        package = self.package(file)
        return ORDER.index(package) if package in ORDER else len(ORDER)

    def circles(self, left_out=()):
        """Files that lead to each other, the largest circle first.

        A relational field and its inverse name each other: they make no circle.
        """
        targets = defaultdict(set)
        for arrow in self.arrows:
            if arrow.kind != "relation" and arrow not in left_out:
                targets[arrow.source].add(arrow.target)
        reached = {}
        for file in self.trees:
            reached[file], new = set(), targets[file]
            while new:
                reached[file] |= new
                new = set().union(*(targets[other] for other in new)) - reached[file]
        circles = {
            frozenset(other for other in reached[file] if file in reached[other])
            for file in self.trees
        }
        return sorted(map(sorted, filter(None, circles)), key=len, reverse=True)


def names_of(node):
    """``_name`` of a class, and what it inherits."""
    values = {"_name": "", "_inherit": []}
    for child in node.body:
        match child:
            case ast.Assign([ast.Name(id="_name" | "_inherit" as key)], value):
                values[key] = ast.literal_eval(value)
    inherited = values["_inherit"]
    return values["_name"], [inherited] if isinstance(inherited, str) else inherited


def models_named(node):
    """Yield (kind, model) of the models that a piece of code names."""
    match node:
        case ast.ClassDef():
            yield from (("inherit", name) for name in names_of(node)[1])
        case (
            ast.Subscript(value=env, slice=ast.Constant(value=str(name)))
            | ast.Compare(left=ast.Constant(value=str(name)), comparators=[env])
            | ast.Call(ast.Attribute(env, "get"), [ast.Constant(value=str(name)), *_])
        ):
            if "env" in (getattr(env, "attr", ""), getattr(env, "id", "")):
                yield "env", name
        case ast.Call(ast.Attribute(attr="Many2one" | "One2many" | "Many2many")):
            words = [word.value for word in node.keywords if word.arg == "comodel_name"]
            for value in node.args[:1] + words:
                yield "relation", getattr(value, "value", None)


def imported(file, node):
    """Yield (what, the file that it may be of) of an import."""
    base = Path(*Path(file).parts[: -node.level]) if node.level else Path()
    module = node.module or ""
    path = base.joinpath(*module.removeprefix(ADDON).split("."))
    yield ", ".join(alias.name for alias in node.names), f"{path.as_posix()}.py"
    for alias in node.names:
        yield alias.name, (path / f"{alias.name}.py").as_posix()


def is_private(name):
    return len(name) > 1 and name[0] == "_" != name[1]


def names_no_function(arrow):
    names = arrow.name.split(", ")
    return arrow.kind == "import" and all(name[0].isupper() for name in names)


# The rules: each yields sentences about what breaks it


def homeless(house):
    for package in sorted({house.package(file) for file in house.trees} - {*ORDER}):
        yield f"{package} stands nowhere in ORDER of tests/test_arrows.py"


def upward(house):
    for source, line, target, kind, name in house.arrows:
        if house.floor(source) < house.floor(target):
            yield (
                f"{source}:{line}: {house.package(source)} reaches up to"
                f" {house.package(target)} ({kind} {name}, of {target}): move it up,"
                " or declare a hook in the lower package and call that"
            )


def wide_circles(house):
    for circle in house.circles():
        packages = {house.package(file) for file in circle}
        if len(circle) > CIRCLE or len(packages) > 1:
            yield f"{len(circle)} files lead to each other: {', '.join(circle)}"


def calling_back(house):
    answering = {file for file in house.trees if file.endswith(ANSWERING)}
    # A part of a model may use that model's file; errors and constants are no calls.
    parts = {(a.source, a.target) for a in house.arrows if a.kind == "inherit"}
    fine = [
        arrow
        for arrow in house.arrows
        if arrow.source in answering
        and ((arrow.source, arrow.target) in parts or names_no_function(arrow))
    ]
    for circle in house.circles(left_out=fine):
        for file in answering.intersection(circle):
            yield f"{file} answers others and calls back: {', '.join(circle)}"


def too_big(house):
    for file, tree in (house.trees | house.parsed("tests")).items():
        lines = (house.root / file).read_text().count("\n")
        if lines > LINES:
            yield f"{file} has {lines} lines, of {LINES} at most"
        for node in ast.walk(tree):
            methods = [
                child.name
                for child in (node.body if isinstance(node, ast.ClassDef) else ())
                if isinstance(child, ast.FunctionDef)
                and not child.name.startswith("test_")
            ]
            if len(methods) > METHODS:
                yield f"{file}: {node.name} has {len(methods)} methods, of {METHODS}"


def told_otherwise(house):
    order = " → ".join(f"`{package}`" for package in ORDER)
    for name in ("CONTRIBUTING.md", "docs/architecture.md"):
        if order not in " ".join((house.root / name).read_text().split()):
            yield f"{name} does not show the order of the packages: {order}"


RULES = (homeless, upward, wide_circles, calling_back, too_big, told_otherwise)


def pytest_generate_tests(metafunc):
    metafunc.parametrize("rule", RULES, ids=[rule.__name__ for rule in RULES])


def test_house(rule):
    problems = list(rule(House()))
    assert not problems, "\n".join(problems)


def main():
    house = House()
    problems = [sentence for rule in RULES for sentence in rule(house)]
    said = [
        *problems,
        f"{len(house.trees)} files, {len(house.arrows)} arrows",
        f"circles of {[len(circle) for circle in house.circles()]} files",
        f"{len(list(upward(house)))} upward arrows, {len(problems)} problems in all",
    ]
    sys.stdout.write("\n".join(said) + "\n")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
