"""The data package: schemas hold, every fact has source, unit and flag, and it is built byte for byte."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from shigen.base import names
from shigen.base.errors import UserError
from shigen.figures.factbase import FactBase
from shigen.figures.schema import PACKAGE

ROOT = Path(__file__).parents[2]
FACTS = (
    "production",
    "reserves",
    "stage_shares",
    "trade",
    "governance",
    "prices",
    "recycling",
    "companionality",
    "mines",
)


def test_every_constraint_holds(facts) -> None:
    assert [e.message("en") for e in facts.check()] == []


def test_every_fact_has_edition_and_terms(facts) -> None:
    for table in FACTS:
        assert "edition" in facts.tables[table].columns
        rows = facts.query(
            f"select count(*) as n from {table} left join editions e using (edition) where e.terms is null"
        )
        assert rows["n"].item() == 0, table


def test_every_number_has_its_printed_form(facts) -> None:
    for table in ("production", "reserves", "prices", "recycling", "companionality"):
        rows = facts.query(
            f"""select count(*) as n from {table} where value is not null and published is null
            and flag not in ('extracted', 'secondary')"""
        )
        assert rows["n"].item() == 0, table


def test_terms_allow_it(facts) -> None:
    told = " ".join(str(e["title"]) + str(e["terms"]) for e in facts.editions.values()).lower()
    for word in ("world mining data", "british geological", "comtrade", "nc-sa", "check", "confirm"):
        assert word not in told, word


def test_built_package_is_the_committed_one(tmp_path) -> None:
    subprocess.run(
        [sys.executable, "facts/build.py", str(tmp_path / "package")],
        cwd=ROOT,
        check=True,
        capture_output=True,
        env={"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin:/bin"},
    )
    built = {f.name: f.read_bytes() for f in (tmp_path / "package").iterdir()}
    shipped = {f.name: f.read_bytes() for f in PACKAGE.iterdir() if f.is_file() and f.suffix != ".py"}
    assert sorted(built) == sorted(shipped)
    assert [name for name in built if built[name] != shipped[name]] == []


def test_one_dataset_a_code_and_year(facts) -> None:
    rows = facts.query("select hs6, year, count(distinct edition) as n from trade group by all having n > 1")
    assert rows.empty


def test_supply_map_covers_every_commodity(facts) -> None:
    wanted = {("reserves", "ore"), ("production", "ore"), ("production", "refined"), ("imports", "ore"),
              ("imports", "refined"), ("scrap_share", "")}  # fmt: skip
    rows = facts.query("select commodity, variable, coalesce(step, '') as step from supply_map")
    for commodity in names.commodities():
        mine = rows[rows["commodity"] == commodity]
        assert wanted - set(zip(mine["variable"], mine["step"], strict=True)) == set(), commodity


def test_supply_map_points_at_figures(facts) -> None:
    for table, on in (
        ("production", "f.commodity = m.series_commodity and f.series = m.series"),
        ("reserves", "f.commodity = m.series_commodity and f.series = m.series"),
        ("stage_shares", "f.commodity = m.series_commodity and f.step = m.step"),
        ("trade", "f.hs6 = m.series"),
        ("recycling", "f.commodity = m.series_commodity and f.series = m.series"),
    ):
        rows = facts.query(
            f"""select m.commodity, m.series from supply_map m anti join {table} f on {on}
            where m."table" = '{table}' and m.status in ('applicable', 'proxy', 'shared_code')"""
        )
        assert rows.empty, f"{table}: {rows.to_dict('records')}"


def test_reasons_stand_in_both_languages(facts) -> None:
    rows = facts.query(
        """select commodity, variable, step from supply_map
        where (reason_en is null) <> (reason_ja is null) or (status <> 'applicable' and reason_en is null)"""
    )
    assert rows.empty, rows.to_dict("records")


def test_one_reference_price_a_year(facts) -> None:
    rows = facts.query(
        """select commodity, segment, count(*) as n from price_series
        where role = 'reference' group by all having n > 1"""
    )
    assert rows.empty, rows.to_dict("records")
    assert set(facts.query("select commodity from price_series")["commodity"]) <= set(names.commodities())


def test_no_code_twice_in_a_step_and_year(facts) -> None:
    rows = facts.query(
        """select a.commodity, a.step, a.series from supply_map a join supply_map b
        on a.commodity = b.commodity and a.step = b.step and a.series = b.series and a.variable = 'imports'
        and b.variable = 'imports' and coalesce(a.first_year, 0) < coalesce(b.first_year, 0)
        and coalesce(a.last_year, 9999) >= coalesce(b.first_year, 0)"""
    )
    assert rows.empty


def test_measure_is_one_a_step(facts) -> None:
    rows = facts.query(
        """select commodity, step from supply_map where variable = 'imports'
        group by all having count(distinct measure) > 1"""
    )
    assert rows.empty


def test_a_broken_package_is_refused_with_its_column(tmp_path) -> None:
    for file in PACKAGE.iterdir():
        if file.is_file():
            (tmp_path / file.name).write_bytes(file.read_bytes())
    package = json.loads((tmp_path / "datapackage.json").read_text("utf-8"))
    table = next(r for r in package["resources"] if r["name"] == "production")
    next(f for f in table["schema"]["fields"] if f["name"] == "value")["type"] = "string"
    (tmp_path / "datapackage.json").write_text(json.dumps(package), "utf-8")
    (tmp_path / "mines.parquet").unlink()
    with pytest.raises(UserError) as caught:
        FactBase(tmp_path)
    assert "production.parquet: Column value is DOUBLE. The schema says string." in caught.value.message("en")
    assert "mines.parquet: The table mines is missing" in caught.value.message("en")
