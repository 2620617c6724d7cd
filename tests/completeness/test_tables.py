"""What a table or a variable is stands in one place, whole: its description, or its declaration."""

import ast
from pathlib import Path

import pytest

import shigen
from shigen.figures.factbase import embedded
from shigen.figures.own.tables import OWN, user_tables
from shigen.figures.schema import Table, feeding, tables
from shigen.model import variables, views
from shigen.model.indicators import indicators
from shigen.model.variables import VARIABLES, Variable
from shigen.model.views import VIEWS, declared
from shigen.study.trace import explain

SOURCE = Path(shigen.__file__).parent
DOORS = {"base/names.py", "figures/schema.py", "figures/factbase.py", "figures/store.py"}
"""The modules that may know where the package lies: identities, descriptions, the door, and which snapshot is read."""
DESCRIBED = [table for table in tables().values() if table.facts.figures]


def test_no_other_module_reads_the_files_of_the_package() -> None:
    others = {}
    for path in SOURCE.rglob("*.py"):
        name = path.relative_to(SOURCE).as_posix()
        nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
        known = {node.id for node in nodes if isinstance(node, ast.Name)} & {"PACKAGE"}
        folder = [node.value for node in nodes if isinstance(node, ast.Constant) and node.value == "package"]
        reads = any(isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "joinpath" for node in nodes)
        if name not in DOORS and (known or (folder and reads)):
            others[name] = sorted(known) + folder
    assert not others


def test_only_identities_are_read_without_facts() -> None:
    tree = ast.parse((SOURCE / "base/names.py").read_text("utf-8"))
    read = {node.args[0].value for node in ast.walk(tree) if isinstance(node, ast.Call)
            and getattr(node.func, "id", "") == "_identities" and isinstance(node.args[0], ast.Constant)}  # fmt: skip
    assert read == {"commodities", "countries", "country_names", "blocs"}


@pytest.mark.parametrize("table", DESCRIBED, ids=lambda table: table.name)
def test_a_table_of_facts_is_described_by_columns_that_it_has(table: Table) -> None:
    facts, columns = table.facts, set(table.columns)
    named = {*facts.figures, *facts.cell, *facts.block, *([facts.within] if facts.within else []),
             *(part for part in facts.address if not part.startswith("=")),
             *(one for parts in facts.compared.values() for one in parts)}  # fmt: skip
    assert named <= columns
    assert {"edition", "year"} <= columns
    assert all(table.unit(figure) for figure in facts.figures)
    assert len(facts.address) in (0, 3)
    assert set(facts.compared) in (set(), {"commodity", "country", "series"})
    assert not facts.cell or set(facts.cell) | {"edition"} <= {*table.key, "step", "commodity"}


def test_what_feeds_the_chain_says_so_and_what_a_user_brings_has_a_cell() -> None:
    fed = {name.removesuffix("_source") for name in VARIABLES if name.endswith("_source")}
    assert fed == set(feeding())
    brought = {name for name in OWN if name in tables()} | {one.name for one in user_tables().values()} & set(tables())
    without = {
        "projects",
        "critical_lists",
        "stocks",
        "type_policy",
        "home_feed",
        "demand_inputs",
        "tech_trends",
        "measures",
    }
    assert {name for name, table in tables().items() if table.facts.cell} == brought - without


def test_a_snapshot_of_an_older_version_is_described_by_the_program(tmp_path: Path) -> None:
    import json

    from made_snapshot import snapshot

    facts = snapshot(tmp_path / "made")
    path = tmp_path / "made" / "datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    for resource in package["resources"]:
        resource.pop("facts", None)
    path.write_text(json.dumps(package), "utf-8")
    old = tables(tmp_path / "made")
    assert {name: table.facts for name, table in old.items()} == {n: t.facts for n, t in facts.tables.items()}
    assert old["mines"].facts.span == 6


def test_all_that_an_indicator_reads_is_declared_with_what_stands_behind_it() -> None:
    for one in indicators().values():
        for name in one.reads:
            found = declared(name)
            assert all(f"{each}_source" in VARIABLES for each in found.stands_on), name
            assert all(each in feeding() for each in found.stands_on), name
        assert declared(one.reads[0]).traced != "beside", one.key


def test_a_variable_without_what_it_stands_on_fails_loudly(monkeypatch: pytest.MonkeyPatch) -> None:
    new = VARIABLES | {"scrap_share": Variable(("commodity",), "1", "as before", ("year",), high=1.0)}
    found = shigen.assess(shigen.load("JPN", year=2024, commodities=["cobalt"]))
    monkeypatch.setattr(views, "VARIABLES", new)
    monkeypatch.setattr(variables, "VARIABLES", new)
    with pytest.raises(ValueError, match="scrap_share is read by a formula, and does not say what it stands on"):
        explain(found, "cobalt", "scrap_recovery", facts=embedded())
    with pytest.raises(ValueError, match="how it is traced"):
        shigen.assess(found.chain, indicators=["scrap_recovery"])
    assert set(VIEWS) & set(new) == set()
