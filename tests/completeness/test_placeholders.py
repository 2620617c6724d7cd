"""Every text that the code or a page asks for gets all of its placeholders; found by reading the code, not by luck.

A key may be whole (`text("cli.written", lang, path=…)`), begun (`text(f"column.{name}", lang)`: then every text of that
family must do with what is given), or handed to a short name for one family (`def t(key): return text(f"cli.{key}")`).
"""

import ast
import re
import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from shigen.base.i18n import LANGS, catalogue

SOURCE = Path(__file__).parents[2] / "src" / "shigen"
TEMPLATES = sorted(SOURCE.rglob("*.html"))
MODULES = sorted(SOURCE.rglob("*.py"))


@dataclass(frozen=True)
class Use:
    """One place where a text is asked for: `*` in the key stands for what is known only when it runs."""

    file: str
    line: int
    key: str
    given: frozenset[str]
    open: bool = False
    """Values are handed on as a mapping: what it holds is not to be seen here."""


@cache
def placeholders(content: str) -> set[str]:
    return {name.partition(".")[0].partition("[")[0] for _, name, _, _ in string.Formatter().parse(content) if name}


Bound = Mapping[str, Sequence[str]]
"""Names that stand for a few known words: those of a loop over them."""


def keys_of(node: ast.expr, bound: Bound) -> list[str]:
    """Return the keys that an argument may be, with `*` for what is known only when it runs."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return [*keys_of(node.body, bound), *keys_of(node.orelse, bound)]
    if isinstance(node, ast.JoinedStr):
        parts = [keys_of(p.value if isinstance(p, ast.FormattedValue) else p, bound) for p in node.values]
        return ["".join(several) for several in product(*parts)]
    return list(bound.get(node.id, ["*"])) if isinstance(node, ast.Name) else ["*"]


def words(node: ast.expr) -> list[str] | None:
    """Return the words of a literal list or tuple; none where it is anything else."""
    if isinstance(node, ast.Tuple | ast.List) and all(isinstance(e, ast.Constant) for e in node.elts):
        return [str(e.value) for e in node.elts if isinstance(e, ast.Constant)]
    return None


def loops(node: ast.AST) -> dict[str, list[str]]:
    """Return the names that a loop binds to words that stand in the code."""
    several = [(node.target, node.iter)] if isinstance(node, ast.For) else [
        (one.target, one.iter) for one in getattr(node, "generators", [])]  # fmt: skip
    return {target.id: known for target, source in several
            if isinstance(target, ast.Name) and (known := words(source)) is not None}  # fmt: skip


def calls(node: ast.AST, bound: Bound) -> Iterator[tuple[ast.Call, Bound]]:
    """Yield every call with the names that are bound where it stands."""
    bound = {**bound, **loops(node)}
    if isinstance(node, ast.Call):
        yield node, bound
    for inner in ast.iter_child_nodes(node):
        yield from calls(inner, bound)


def called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def short_names(tree: ast.AST) -> dict[str, tuple[str, ast.Call]]:
    """Return functions that hand their one argument on: `def t(key): return text(f"family.{key}", …)`."""
    found = {}
    for one in ast.walk(tree):
        if not (isinstance(one, ast.FunctionDef) and one.args.args and isinstance(one.body[-1], ast.Return)):
            continue
        inside, first = one.body[-1].value, one.args.args[0].arg
        if isinstance(inside, ast.Call) and called(inside) == "text" and isinstance(inside.args[0], ast.JoinedStr):
            *_, last = inside.args[0].values
            own = isinstance(last, ast.FormattedValue) and isinstance(last.value, ast.Name) and last.value.id == first
            if own and "*" not in (key := keys_of(inside.args[0], {first: ["@"]})[0]):
                found[one.name] = key, inside
    return found


def uses_in(content: str, name: str) -> Iterator[Use]:
    """Yield every use of a text in a module."""
    tree = ast.parse(content)
    short = short_names(tree)
    for node, bound in calls(tree, {}):
        if not node.args or any(node is inside for _, inside in short.values()):
            continue
        given = frozenset(word.arg for word in node.keywords if word.arg)
        handed = any(word.arg is None for word in node.keywords)
        forms = {"text": ["@"], "UserError": ["error.@.fact", "error.@.expected", "error.@.mend"],
                 "tell": ["progress.@"]}  # fmt: skip
        if isinstance(node.func, ast.Name) and called(node) in short:
            forms[called(node)] = [short[called(node)][0]]
        told = ast.unparse(node.func) == "a.t"  # the makers of blocks call their `Telling` so
        for form in ["@"] if told else forms.get(called(node), ()) if isinstance(node.func, ast.Name) else ():
            for key in keys_of(node.args[0], bound):
                yield Use(name, node.lineno, form.replace("@", key), given, handed)


def page_loop(node: nodes.Node) -> dict[str, list[str]]:
    """Return the name that a loop of a page binds to words that stand in it."""
    if not (isinstance(node, nodes.For) and isinstance(node.target, nodes.Name) and isinstance(node.iter, nodes.List)):
        return {}
    items = node.iter.items
    known = all(isinstance(one, nodes.Const) for one in items)
    return {node.target.name: [str(one.value) for one in items if isinstance(one, nodes.Const)]} if known else {}


def uses_in_page(content: str, name: str) -> Iterator[Use]:
    """Yield every use of a text in a template."""

    def known(node: nodes.Node, bound: Bound) -> list[str]:
        if isinstance(node, nodes.Const):
            return [str(node.value)]
        if isinstance(node, nodes.CondExpr) and node.expr2 is not None:
            return [*known(node.expr1, bound), *known(node.expr2, bound)]
        if isinstance(node, nodes.Concat):
            return ["".join(several) for several in product(*(known(one, bound) for one in node.nodes))]
        return list(bound.get(node.name, ["*"])) if isinstance(node, nodes.Name) else ["*"]

    def walk(node: nodes.Node, bound: Bound) -> Iterator[Use]:
        bound = {**bound, **page_loop(node)}
        if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name == "t" and node.args:
            given = frozenset(pair.key for pair in node.kwargs)
            for key in known(node.args[0], bound):
                yield Use(name, node.lineno, key, given, node.dyn_kwargs is not None)
        for inner in node.iter_child_nodes():
            yield from walk(inner, bound)

    yield from walk(Environment(autoescape=True).parse(content), {})


@cache
def members(key: str, texts: frozenset[str]) -> list[str]:
    """Return the keys of a family; of a key that is known only when it runs, none."""
    if "*" not in key:
        return [key] if key in texts else []
    if not re.search("[a-z]", key) or re.fullmatch(r"(progress\.\*|error\.\*\.(fact|expected|mend))", key):
        return []
    form = re.compile(re.escape(key).replace(r"\*", ".+"))
    return [one for one in texts if form.fullmatch(one)]


def lacking(use: Use, texts: Mapping[str, str]) -> dict[str, set[str]]:
    """Return the texts that a use asks for without all of their placeholders."""
    if use.open:
        return {}
    needed = {key: placeholders(texts[key]) - use.given for key in members(use.key, frozenset(texts))}
    return {key: missing for key, missing in needed.items() if missing}


def problems(uses: Sequence[Use], texts: Mapping[str, str]) -> list[str]:
    """Return every use that would end in a traceback or in a text with holes."""
    holes = [lacking(use, texts) for use in uses]
    handed = [use.given for use in uses if use.key == "*"]  # the key stands in a table of the code
    code = "".join(path.read_text("utf-8") for path in MODULES)
    covered = {
        key for key in texts if f'"{key}"' in code and any(placeholders(texts[key]) <= given for given in handed)
    }
    covered |= {key for use, missing in zip(uses, holes, strict=True) for key in members(use.key, frozenset(texts))
               if key not in missing}  # fmt: skip
    found = [f"{use.file}:{use.line}: there is no text {use.key}" for use in uses if "*" not in use.key
             and use.key not in texts and not re.fullmatch(r"error\..*\.(expected|mend)", use.key)]  # fmt: skip
    for use, hole in zip(uses, holes, strict=True):
        excused = covered if (use.file, use.key) in MIXED else set()
        found += [f"{use.file}:{use.line}: {key} needs {', '.join(sorted(missing))}"
                  for key, missing in hole.items() if key not in excused]  # fmt: skip
    return found


MIXED = {
    ("base/names.py", "error.unknown_*.expected"): "kinds of names; what lists its known words is raised elsewhere",
    ("figures/own/template.py", "template.*"): "headings; places of cells are told by the sheet",
    ("model/records.py", "reason.*"): "a figure that is carried forward is told with its year beside it",
    ("outlook/inputs.py", "*_of_all"): "only kinds of inputs end so there",
    ("model/typology.py", "clause.*"): "answers and marks; the clauses themselves are given their answer",
    ("outlook/standing.py", "standing.*"): "states and their spans; the sentences around them are given theirs",
    ("show/charts/flows.py", "technology.*"): "kinds of a row",
    ("show/report/technology.py", "technology.*"): "titles of views",
    ("show/cli/help.py", "help.*"): "titles",
    ("show/cli/places.py", "country.*"): "headings",
    (
        "show/cli/policy.py",
        "scrap_absent.*",
    ): "reasons; its two sentences are asked for elsewhere",
    ("show/report/minerals.py", "scrap_absent.*"): "reasons; the sentence about the ceiling is given its own",
    ("show/report/tables.py", "csv_holds.*"): "kinds of columns; the one of names is given its column",
    ("show/cli/policy.py", "effect.*"): "names of rows; the share of scrap goes by another name there",
    ("show/web/complaints.py", "rule.*"): "rules of single values",
    ("study/file.py", "rule.*"): "rules of single values",
    ("show/web/templates/policies.html", "report.*"): "names of rows",
}
"""Families that hold names and sentences, and where only the names are asked for: a sentence among them must be given
its placeholders at another place."""


def every_use() -> list[Use]:
    found = [use for path in MODULES for use in uses_in(path.read_text("utf-8"), path.relative_to(SOURCE).as_posix())]
    return found + [use for path in TEMPLATES
                    for use in uses_in_page(path.read_text("utf-8"), path.relative_to(SOURCE).as_posix())]  # fmt: skip


@pytest.fixture(scope="module")
def uses() -> list[Use]:
    return every_use()


@pytest.mark.parametrize("lang", LANGS)
def test_every_text_gets_its_placeholders(uses, lang) -> None:
    assert len(uses) > 2000
    assert problems(uses, catalogue(lang)) == []


def test_a_mixed_family_is_asked_for_where_it_is_said_to_be(uses) -> None:
    assert set(MIXED) - {(use.file, use.key) for use in uses} == set()


def test_a_placeholder_that_is_added_and_not_given_is_found(uses) -> None:
    # A whole key, one that a short name hands on, one of a family, one of a page, one of an error, one of a step.
    texts = dict(catalogue("en"))
    named = {key for use in uses for key in members(use.key, frozenset(texts)) if not use.open}
    for key in ("cli.written", "cli.opt_year", "column.region", "web.sections", "error.unknown_view.fact",
                "progress.charts", "status.ok"):  # fmt: skip
        assert key in named
        assert any(f"{key} needs added" in one for one in problems(uses, texts | {key: f"{texts[key]} {{added}}"})), key


def test_the_reading_of_code_by_a_small_example() -> None:
    code = """
def t(key): return text(f"cli.{key}", lang)
t("written")
text("a" if x else "b", lang, path=1)
[text(f"c.{k}.d", lang) for k in ("e", "f")]
raise UserError("g", word=1, **more)
other("h", lang)
"""
    told = [(use.key, set(use.given), use.open) for use in uses_in(code, "x.py")]
    assert told == [
        ("cli.written", set(), False), ("a", {"path"}, False), ("b", {"path"}, False), ("c.e.d", set(), False),
        ("c.f.d", set(), False), *((f"error.g.{part}", {"word"}, True) for part in ("fact", "expected", "mend")),
    ]  # fmt: skip
    page = "{% for k in ['a', 'b'] %}{{ t('x.' ~ k, n=1) }}{% endfor %}{{ t('y.' ~ z) }}"
    assert [(use.key, set(use.given)) for use in uses_in_page(page, "x.html")] == [
        ("x.a", {"n"}), ("x.b", {"n"}), ("y.*", set()),
    ]  # fmt: skip
