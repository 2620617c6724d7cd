"""Counts of draws: what the draws of the whole chain give; the same for any number of threads; ordered, and whole."""

import numpy as np
import pytest
import xarray as xr

import shigen
from shigen.model.draws import BLOCK
from shigen.model.engine import Engine
from shigen.model.indicators import indicators
from shigen.model.odds import Odds, odds
from shigen.model.odds_records import COLUMNS, QUANTILES, meta, records
from shigen.model.rule import TYPES
from shigen.model.sample import sample
from shigen.model.spread import ALL_ZERO, Uncertainty
from shigen.model.tally import Tally
from shigen.model.typology import classify

FEW = ("cobalt", "gallium", "tungsten", "tantalum", "antimony")
SURGE = {"cobalt": True, "gallium": False, "tungsten": False, "tantalum": False, "antimony": False}


@pytest.fixture(scope="module")
def now(facts: shigen.FactBase) -> shigen.Assessment:
    return shigen.assess(shigen.load("JPN", year=2024, commodities=FEW, facts=facts))


@pytest.fixture(scope="module")
def plans() -> list[list[shigen.model.levers.Lever]]:  # type: ignore[name-defined]
    lever = shigen.lever
    return [[lever("smelter_investment", "gallium", host="JPN", t_per_year=20),
             lever("mine_investment", "tantalum", host="LUX", t_per_year=50)],
            [lever("recycling", "antimony", share=0.5)], [lever("resource_saving", "cobalt", share=0.2)]]  # fmt: skip


@pytest.fixture(scope="module")
def counted(now: shigen.Assessment, plans: list[list[object]], facts: shigen.FactBase) -> Odds:
    return odds(now, Uncertainty(draws=BLOCK + 500, seed=9), surge=SURGE, plans=plans, facts=facts)  # type: ignore[arg-type]


def test_a_tally_counts_and_reads_quantiles_back() -> None:
    """0.001 … 0.999 evenly: the median is 0.5, a twentieth 0.05; a step is 1/8192."""
    tally = Tally([2], 0.0, 1.0)
    values = np.stack([np.linspace(0.0005, 0.9995, 1000), np.full(1000, 0.25)])
    tally.add(values[:, :300])
    tally.add(values[:, 300:])
    np.testing.assert_allclose(tally.quantiles([0.05, 0.5, 0.95])[0], [0.05, 0.5, 0.95], atol=1e-3)
    np.testing.assert_array_equal(tally.quantiles([0.05, 0.95])[1], [0.25, 0.25])
    wide = Tally([1], 0.0, np.inf, 100.0)
    wide.add(np.linspace(0, 1000, 1001)[None])
    np.testing.assert_allclose(wide.quantiles([0.1, 0.5, 0.9])[0], [100, 500, 900], rtol=0.01)
    empty = Tally([1], 0.0, 1.0)
    empty.add(np.full((1, 5), np.nan))
    assert np.isnan(empty.quantiles([0.5])).all()


def test_short_rows_give_what_the_whole_chain_gives(
    now: shigen.Assessment, plans: list[list[object]], facts: shigen.FactBase
) -> None:
    """Block 1, draw by draw: raw values, scores, stage risks, types; and the change by each plan."""
    chosen = Uncertainty(draws=2 * BLOCK, seed=9)
    block = Engine(now, chosen, SURGE, plans, facts).draw(1)  # type: ignore[arg-type]
    at = [0, 3, 700]
    chain = sample(now.chain, uncertainty=chosen, facts=facts).isel(draw=[BLOCK + i for i in at])
    whole = shigen.assess(chain)

    def same(one: np.ndarray, name: str, *dims: str) -> None:
        expected = whole.dataset[name].transpose(*dims, "commodity", "draw").values
        np.testing.assert_allclose(one[..., at], expected, rtol=1e-9, atol=1e-12, err_msg=name)

    same(block.raw, "raw", "indicator")
    same(block.score, "score", "indicator")
    same(block.risk, "risk", "stage")
    kinds = classify(whole, surge=SURGE, facts=facts).dataset["type"].transpose("commodity", "draw").values
    np.testing.assert_array_equal(block.types[:, at], kinds)
    for plan, made in zip(plans, block.changes, strict=True):
        after = shigen.assess(chain, levers=plan)  # type: ignore[arg-type]
        minerals = [key for key in FEW if key in {lever.commodity for lever in plan}]  # type: ignore[attr-defined]
        shared = [one.dataset["score"].notnull() for one in (whole, after)]
        assert bool((shared[0] == shared[1]).all()), "the same axes on both sides"
        change = (after.dataset["risk"] - whole.dataset["risk"]).sel(commodity=minerals)
        np.testing.assert_allclose(made.risk[..., at], change.transpose("stage", "commodity", "draw").values, atol=1e-9)
        tonnes = after.chain["displaced"].sum("step", min_count=1).sel(commodity=minerals)
        tonnes = tonnes.broadcast_like(chain["draw"]).transpose("commodity", "draw")
        np.testing.assert_allclose(made.tonnes[:, at], tonnes.values, rtol=1e-9)


def same_counts(one: Odds, other: Odds) -> None:
    for name, tally in one.tallies.items():
        np.testing.assert_array_equal(tally.counts, other.tallies[name].counts)
        np.testing.assert_array_equal(tally.least, other.tallies[name].least)
    for mine, its in ((one.types, other.types), (one.ranks, other.ranks), (one.above, other.above)):
        np.testing.assert_array_equal(mine, its)
    for view in COLUMNS:
        assert records(one, view) == records(other, view)


@pytest.mark.parametrize(("threads", "at_once"), [(1, BLOCK), (1, 4 * BLOCK), (2, 2 * BLOCK)])
def test_counts_are_the_same_for_any_number_of_threads_and_of_draws_at_once(
    threads: int, at_once: int, now: shigen.Assessment, counted: Odds, plans: list[list[object]],
    facts: shigen.FactBase,
) -> None:  # fmt: skip
    same_counts(counted, odds(now, counted.uncertainty, surge=SURGE, plans=plans, facts=facts,  # type: ignore[arg-type]
                              threads=threads, at_once=at_once))  # fmt: skip


def test_a_mineral_is_drawn_the_same_in_whatever_group(
    now: shigen.Assessment, plans: list[list[object]], facts: shigen.FactBase
) -> None:
    """All minerals in one group, by rows as long as the longest, and each in a group of its own."""
    chosen = Uncertainty(draws=BLOCK, seed=9)
    whole, apart = (Engine(now, chosen, SURGE, plans, facts, together=one) for one in (True, False))  # type: ignore[arg-type]
    assert (len(whole.groups), len(apart.groups)) == (1, len(FEW))
    one, other = whole.draw(0), apart.draw(0)
    for name in ("raw", "score", "risk", "types"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-13, err_msg=name)
    for mine, its in zip(one.changes, other.changes, strict=True):
        for name in ("risk", "tonnes", "types"):
            np.testing.assert_allclose(getattr(mine, name), getattr(its, name), rtol=1e-9, atol=1e-14, err_msg=name)


def test_indicators_that_are_no_axes_are_drawn_too(facts: shigen.FactBase) -> None:
    chain = shigen.load("JPN", year=2024, commodities=["cobalt", "gallium"], facts=facts)
    every = shigen.assess(chain, indicators=list(indicators()))
    chosen = Uncertainty(draws=BLOCK, seed=9)
    block = Engine(every, chosen, SURGE, [], facts).draw(0)
    whole = shigen.assess(sample(chain, uncertainty=chosen, facts=facts), indicators=list(indicators()))
    expected = whole.dataset["raw"].transpose("indicator", "commodity", "draw").values
    np.testing.assert_allclose(block.raw, expected, rtol=1e-9)


def test_probabilities_add_up_and_quantiles_are_ordered(counted: Odds) -> None:
    assert counted.drawn == BLOCK + 500
    assert (counted.types.sum(1) == counted.drawn).all()
    assert (counted.ranks.sum(2) == counted.drawn).all()
    np.testing.assert_array_equal(counted.above + counted.above.transpose(0, 2, 1), 2 * counted.drawn)
    for view in COLUMNS:
        rows = records(counted, view)
        assert rows
        assert {tuple(row) for row in rows} == {COLUMNS[view]}
        for row in rows:
            ends = [row[key] for key in ("p05", "p50", "p95") if row.get(key) is not None]
            assert ends == sorted(ends)
    for row in records(counted, "types"):
        assert sum(row["probability"].values()) == pytest.approx(1)


def test_no_spread_gives_the_points(now: shigen.Assessment, facts: shigen.FactBase) -> None:
    still = odds(now, Uncertainty(draws=8, unseen=False, spread=ALL_ZERO), surge=SURGE, facts=facts)
    for row in records(still, "records"):
        for name in ("raw", "score"):
            before = "" if name == "raw" else "score_"
            ends = [row[f"{before}{p}"] for p in ("p05", "p50", "p95")]
            if row["status"] != "shared_code":
                assert (
                    ends == [pytest.approx(row[name], abs=1e-12)] * 3 if row[name] is not None else ends == [None] * 3
                )
    for row in records(still, "stages"):
        assert [row[p] for p in ("p05", "p50", "p95")] == [pytest.approx(row["risk"], abs=1e-12)] * 3
    points = {verdict.commodity: verdict.type for verdict in classify(now, surge=SURGE, facts=facts)}
    assert {row["commodity"]: row["probability"] for row in records(still, "types")} == {
        key: {kind: 1.0} for key, kind in points.items()
    }


def test_firm_is_nine_in_ten_and_nothing_unknown(counted: Odds) -> None:
    verdicts = {verdict.commodity: verdict for verdict in classify(counted.assessment, surge=SURGE)}
    for row in records(counted, "types"):
        verdict = verdicts[row["commodity"]]
        unknown = any(verdict.clauses[key].value is None for key in verdict.decided_by)
        likely = row["probability"].get(row["type"], 0.0) >= 0.9
        assert (row["firmness"] == "firm") == (likely and not unknown)
    surging = next(row for row in records(counted, "types") if row["commodity"] == "cobalt")
    assert surging["firmness"] == "firm"
    assert surging["probability"] == {"demand_surge": 1.0}
    assert sum(surging["probability"].get(kind, 0) for kind in TYPES) == 1


def test_quantiles_of_counts_are_those_of_the_draws(
    now: shigen.Assessment, counted: Odds, facts: shigen.FactBase
) -> None:
    chain: xr.Dataset = sample(now.chain, uncertainty=counted.uncertainty, facts=facts)
    risk = shigen.assess(chain).dataset["risk"].transpose("stage", "commodity", "draw")
    np.testing.assert_allclose(counted.tallies["risk"].quantiles(QUANTILES),
                               np.moveaxis(np.quantile(risk.values, QUANTILES, axis=-1), 0, -1), atol=2e-3)  # fmt: skip
    told = meta(counted)
    assert told["draws"] == BLOCK + 500
    assert 0 < told["error"] < 0.02
