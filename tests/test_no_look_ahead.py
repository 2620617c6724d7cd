"""Facts as of a day: nonsense in everything that came out later changes nothing of what was said before it."""

import json
import shutil
from typing import Final

import duckdb
import numpy as np
import pytest

import shigen
from shigen.figures.factbase import FactBase
from shigen.figures.schema import Table, tables
from shigen.study.backtest.figures import Said, every_commodity, said
from shigen.study.backtest.frozen import MEASURED, frozen, out_by

DAY: Final = "2024-08-15"
"""Of the control of antimony: MCS 2025 and 2026, BACI, WGI and much else came later."""
MAPS: Final = (
    "supply_map", "price_series", "hs_map", "hs_concordance", "hs9_map", "commodities", "countries", "blocs",
    "country_names", "elements", "editions", "edition_dates", "supply_events", "candidates", "lever_defaults",
    "disruption_parameters", "element_forms", "measure_forms", "replays", "replay_outcomes",
)  # fmt: skip
"""Tables that are names, maps and rules of ours: no facts of a day."""


def cells(table: Table, late: str) -> str:
    """Return SQL for the columns of a table: in late rows nonsense in place of numbers, one country for all."""
    made = []
    for one in table.fields:
        name = f'"{one["name"]}"'
        if one["type"] == "number":
            made.append(f"case when {late} then 7 + 3 * {name} * random() else {name} end as {name}")
        elif one["name"] in ("country", "exporter"):
            made.append(f"case when {late} then 'NZL' else {name} end as {name}")
        else:
            made.append(name)
    return ", ".join(made)


@pytest.fixture(scope="module")
def nonsense(facts: FactBase, tmp_path_factory: pytest.TempPathFactory) -> FactBase:
    """The package with nonsense in place of every figure newer than the day."""
    folder = tmp_path_factory.mktemp("nonsense") / "package"
    shutil.copytree(facts.folder, folder)
    engine = duckdb.connect()
    known = ", ".join(f"'{edition}'" for edition in sorted(out_by(facts, DAY)))
    spoiled = 0
    for name, table in tables(folder).items():
        if name in MAPS:
            continue
        late = f"edition not in ({known})" if "edition" in table.columns else "true"
        rows = engine.execute(f"select {cells(table, late)} from {table.reader()}").df()
        if len(rows):
            spoiled += 1
            engine.register("laid", rows)
            table.path.unlink()
            form = "format parquet" if table.path.suffix == ".parquet" else "format csv, header true"
            engine.execute(f"copy (from laid) to '{table.path}' ({form})")
            engine.unregister("laid")
    assert spoiled > 30
    described = json.loads((folder / "datapackage.json").read_text("utf-8"))
    for resource in described["resources"]:
        resource.pop("hash", None)
    (folder / "datapackage.json").write_text(json.dumps(described), "utf-8")
    return FactBase(folder)


def of_day(facts: FactBase) -> Said:
    with frozen(facts, out_by(facts, DAY)) as then:
        year = int(then.fetch("select max(year) from production")[0][0])
        return said(shigen.load("JPN", year=year, commodities=every_commodity(), facts=then), year)


def test_nonsense_in_all_that_is_newer_changes_nothing(facts: FactBase, nonsense: FactBase) -> None:
    """To the bit, whatever stands in later editions, and in tables that were measured on them."""
    ours, theirs = of_day(facts), of_day(nonsense)
    assert ours.units == theirs.units
    assert len(ours.units) > 50
    for key, scores in ours.scores.items():
        np.testing.assert_array_equal(scores, theirs.scores[key], err_msg=key)
    for name in ("axes", "scored", "made"):
        np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name))
    assert set(MEASURED) <= set(facts.tables)


def test_the_nonsense_would_be_seen(facts: FactBase, nonsense: FactBase) -> None:
    """Without setting the facts back, the same question has other answers."""
    was, now = (
        shigen.load("JPN", year=2023, commodities="cobalt", facts=one)["production"] for one in (facts, nonsense)
    )
    assert float(was.sum()) != float(now.sum())
