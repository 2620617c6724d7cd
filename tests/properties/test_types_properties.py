"""Types over any dims equal types one place at a time."""

import itertools

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from made_chain import made_chain

import shigen
from shigen.model.criticality import assess
from shigen.model.rule import TYPES
from shigen.model.typology import Clause, Verdict, classify
from shigen.model.variables import MAPS

SIZES = {"draw": 3, "importer": 2, "year": 2, "scenario": 2}
DEMAND = {"gallium": True, "cobalt": Clause("surge", False, 0.08, 0.1, near=True, why={"en": "x", "ja": "x"})}


def stacked(seed: int) -> xr.Dataset:
    """Return chains at random along draw, importer, year and scenario."""
    parts = [one(seed + i) for i in range(int(np.prod(list(SIZES.values()))))]
    flat = xr.concat(parts, "cell", combine_attrs="override")
    labels = {"draw": range(3), "importer": ["AAA", "BBB"], "year": [2023, 2024], "scenario": ["base", "policies"]}
    cells = xr.Coordinates.from_pandas_multiindex(
        pd.MultiIndex.from_product(labels.values(), names=list(labels)), "cell")  # fmt: skip
    return flat.assign_coords(cells).unstack("cell")


def one(seed: int) -> xr.Dataset:
    """Return one chain at random, on minerals by name, with maps and by-product shares of every kind."""
    rng = np.random.default_rng(seed)
    chain = made_chain(seed).assign_coords(commodity=["gallium", "cobalt"]).drop_vars(["importer", "year"])
    for name in ("production_map", "imports_map", "reserves_map"):
        chain[name].values[...] = rng.choice(len(MAPS), chain[name].shape, p=[0.6, 0.1, 0.1, 0.1, 0.1])
    return chain


def plain(verdict: Verdict) -> tuple[object, ...]:
    return (verdict.commodity, verdict.type, verdict.firmness, verdict.decided_by, verdict.clauses, verdict.moved)


@pytest.mark.parametrize("seed", [0, 100])
def test_types_over_importer_year_scenario_and_draw_equal_looping(seed: int) -> None:
    chain = stacked(seed)
    whole = classify(assess(chain), surge=DEMAND)
    assert len(whole) == 2 * int(np.prod(list(SIZES.values())))
    verdicts = iter(whole)
    places = itertools.product(*(chain[dim].values.tolist() for dim in SIZES))
    for draw, importer, year, scenario in places:
        at = {"draw": draw, "importer": importer, "year": year, "scenario": scenario}
        for alone in classify(assess(chain.sel(at)), surge=DEMAND):
            verdict = next(verdicts)
            assert plain(verdict) == plain(alone)
            assert (verdict.importer, verdict.year, verdict.scenario) == (importer, year, scenario)
            assert verdict.further == {"draw": draw}
            row = verdict.row("en")
            assert (row["importer"], row["year"], row["scenario"], row["draw"]) == (importer, year, scenario, draw)
    assert next(verdicts, None) is None


def test_types_of_dask_arrays_equal_those_of_numpy() -> None:
    chain = stacked(7)
    lazy = classify(assess(chain.chunk({"draw": 1})), surge=DEMAND)
    xr.testing.assert_equal(lazy.dataset, classify(assess(chain), surge=DEMAND).dataset)


def test_types_of_two_importers_are_those_of_each(facts: shigen.FactBase) -> None:
    both = shigen.load(["JPN", "USA"], year=2024, facts=facts)
    found = [(v.importer, v.commodity, v.type) for v in classify(assess(both))]
    alone = [(key, v.commodity, v.type) for key in ("JPN", "USA")
             for v in classify(assess(shigen.load(key, year=2024, facts=facts)))]  # fmt: skip
    assert found == alone
    assert len({kind for _, _, kind in found}) > 1


@given(st.integers(0, 10_000))
def test_a_verdict_tells_what_its_clauses_give(seed: int) -> None:
    """A clause that moves the type does so when its answer is turned round: the line moved past the figure."""
    found = assess(one(seed))
    for verdict in classify(found, surge=DEMAND):
        assert verdict.type in TYPES
        for key, kind in verdict.moved.items():
            assert verdict.clauses[key].near
            assert kind != verdict.type
        if verdict.firmness == "undecidable":
            assert any(verdict.clauses[key].value is None for key in verdict.decided_by)
