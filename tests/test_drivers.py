"""What drives it: shares of inputs and of single figures, tornados, and the figure that would settle it."""

from dataclasses import replace

import numpy as np
import pytest

import shigen
from shigen.base.declare import STAGES
from shigen.base.i18n import LANGS
from shigen.model.draws import BLOCK, Streams
from shigen.model.drivers import CELLS, DRIVEN, Drivers, _PickFreeze, drivers
from shigen.model.drivers_records import COLUMNS, ENOUGH, driver_rows, lead, meta, tornado_rows
from shigen.model.frozen import CELLED, CHOICES, INPUTS, LINES_BY, OUTPUTS, WEIGHTS_BY, Cell, Frozen
from shigen.model.odds import odds
from shigen.model.odds_records import records
from shigen.model.spread import ALL_ZERO, PARAMETERS, Uncertainty
from shigen.model.tornado import ALONE, tornado
from shigen.model.typology import classify
from shigen.model.variables import VARIABLES

FEW = ("cobalt", "gallium", "tungsten", "tantalum", "antimony")
SURGE = {"cobalt": True, "gallium": False, "tungsten": False, "tantalum": False, "antimony": False}
CHOSEN = Uncertainty(draws=BLOCK + 500, seed=9)
UPSTREAM, TYPE = OUTPUTS.index("upstream"), OUTPUTS.index("type")


@pytest.fixture(scope="module")
def now(facts: shigen.FactBase) -> shigen.Assessment:
    return shigen.assess(shigen.load("JPN", year=2024, commodities=FEW, facts=facts))


@pytest.fixture(scope="module")
def found(now: shigen.Assessment, facts: shigen.FactBase) -> Drivers:
    return drivers(now, CHOSEN, surge=SURGE, facts=facts)


@pytest.fixture(scope="module")
def frozen(now: shigen.Assessment, facts: shigen.FactBase) -> Frozen:
    return Frozen(now, CHOSEN, SURGE, facts)


def at(name: str) -> int:
    return DRIVEN.index(name)


def test_whatever_is_drawn_belongs_to_one_input() -> None:
    held = [name for names in INPUTS.values() for name in names]
    assert len(held) == len(set(held))
    assert {name for name, one in VARIABLES.items() if one.spread} <= set(held)


def test_nothing_drawn_gives_the_points(frozen: Frozen, now: shigen.Assessment, facts: shigen.FactBase) -> None:
    risk = frozen.risk(frozen.start)[..., 0]
    np.testing.assert_allclose(risk, now.dataset["risk"].transpose("stage", "commodity").values, rtol=1e-12)
    verdicts = [verdict.type for verdict in classify(now, surge=SURGE, facts=facts)]
    assert list(drivers(now, Uncertainty(draws=1), surge=SURGE, facts=facts).types) == verdicts


def test_a_figure_at_its_end_by_hand(frozen: Frozen, now: shigen.Assessment) -> None:
    """Reserves of cobalt in DR Congo at 95 %: times exp(0.19·2.353). Their HHI anew, all else as it is.

    The risk moves by the change of the HHI times the weight of the axis over the sum of weights: 1 of 4.
    """
    held = now.chain["reserves"].sel(commodity="cobalt")
    rest = float(now.chain["reserves_remainder"].sel(commodity="cobalt"))
    moved = held.where(held["country"] != "COD", held * np.exp(0.19 * 2.3534))

    def hhi(of: object) -> float:
        return float((of**2).sum() / (of.sum() + rest) ** 2)  # type: ignore[operator, attr-defined]

    (n,) = [n for n, cell in enumerate(frozen.cells[0]) if cell.key == "reserves:COD"]
    change = frozen.at_ends[0][0, n, 1] - float(now.dataset["risk"].sel(commodity="cobalt", stage="upstream"))
    assert change == pytest.approx((hhi(moved) - hhi(held)) / 4, abs=1e-5)
    assert change > 0.02


def test_cells_are_single_figures_each_of_its_mineral(frozen: Frozen) -> None:
    for cells in frozen.cells:
        assert len({cell.key for cell in cells}) == len(cells)
        assert {cell.input for cell in cells} <= set(CELLED)
    assert {cell.input for cell in frozen.cells[0]} == set(CELLED)
    gallium = {cell.key for cell in frozen.cells[FEW.index("gallium")]}
    assert {"production:CHN:refined", "governance:CHN", "ore_import_governance_unseen"} <= gallium


def test_a_cell_that_is_swapped_changes_nothing_else(frozen: Frozen) -> None:
    a, b = (frozen.drawn(0, Streams(9, series)) for series in ("", ":b"))
    cells: list[Cell | None] = [next(cell for cell in held if cell.variable == "imports") for held in frozen.cells]
    cells[0] = None
    out = frozen.swapped(a, b, cells)
    assert set(out) == set(INPUTS["trade"]) & set(a)
    for name in ("imports", "imports_value"):
        one, other = (each[name].values for each in (out, a))
        differs = ((one != other) & ~(np.isnan(one) & np.isnan(other))).any(-1)
        assert not differs[0].any()
        assert (differs.reshape(len(FEW), -1).sum(1)[1:] <= 1).all()
        assert differs.any()


def test_shares_are_whole(found: Drivers) -> None:
    """Total shares are at least the first-order ones, and add up to 1 or more, within their errors."""
    slack = 5 * (found.first_error + found.total_error) + 1e-9
    varies = found.variance > 0
    assert (found.first <= found.total + slack)[:, varies].all()
    whole = found.total[: len(DRIVEN)].sum(0)
    assert (whole > 1 - 1e-9 - 5 * found.total_error[: len(DRIVEN)].sum(0))[varies].all()
    first = found.first[: len(DRIVEN)].sum(0)
    assert (first < 1 + 1e-9 + 5 * found.first_error[: len(DRIVEN)].sum(0))[varies].all()


def test_a_stage_of_one_axis_is_driven_by_its_own_figures(found: Drivers) -> None:
    price, final = OUTPUTS.index("intermediate"), OUTPUTS.index("final")
    for output, allowed in ((price, {"price", "unseen"}), (final, {"scrap", "unseen"})):
        for n, name in enumerate(DRIVEN):
            if name not in allowed:
                assert (found.total[n, output] == 0).all(), name
                assert (found.first[n, output] == 0).all(), name
    i = FEW.index("cobalt")
    assert found.total[at("price"), price, i] == pytest.approx(1, abs=5 * found.total_error[at("price"), price, i])
    assert (found.total[at("lines"), :TYPE] == 0).all()
    assert (found.total[at("companion"), :TYPE] == 0).all()


def test_a_type_that_demand_decides_has_no_shares(found: Drivers) -> None:
    i = FEW.index("cobalt")
    assert found.types[i] == "demand_surge"
    assert found.probability[i] == 1
    assert found.variance[TYPE, i] == 0
    assert np.isnan(found.total[:, TYPE, i]).all()
    assert lead(found, i, "type").in_words(found, "en").endswith("nothing that is drawn moves it.")


def test_an_input_without_spread_has_a_share_of_nought(now: shigen.Assessment, facts: shigen.FactBase) -> None:
    still = Uncertainty(draws=300, spread={"trade": 0, "governance": 0})
    found = drivers(now, still, surge=SURGE, facts=facts)
    for name in ("trade", "governance"):
        for i in range(len(FEW)):
            for n in (at(name), *found.within(name, i)):
                known = found.variance[:, i] > 0
                assert (found.total[n, known, i] == 0).all()
                assert (found.first[n, known, i] == 0).all()
    assert found.total[at("production"), UPSTREAM].min() > 0


def test_where_only_choices_are_drawn_they_have_it_all(now: shigen.Assessment, facts: shigen.FactBase) -> None:
    found = drivers(now, Uncertainty(draws=512, unseen=False, spread=ALL_ZERO), surge=SURGE, facts=facts)
    for i in np.flatnonzero(found.variance[UPSTREAM] > 0):
        assert found.total[at("weights"), UPSTREAM, i] == pytest.approx(1, abs=0.15)
        assert (np.delete(found.total[:, UPSTREAM, i], at("weights")) == 0).all()
    assert (found.variance[UPSTREAM] > 0).any()


def test_the_choices_stay_in_their_ranges(frozen: Frozen) -> None:
    drawn = frozen.choices(0, Streams(9))
    weights, lines = (drawn[name].values for name in CHOICES)
    assert 1 / WEIGHTS_BY <= weights.min() < 0.51
    assert 1.99 < weights.max() <= WEIGHTS_BY
    assert 1 - LINES_BY <= lines.min() < lines.max() <= 1 + LINES_BY
    np.testing.assert_array_equal(weights[2], weights[3], err_msg="the import axes share their weight")


def test_the_same_bits_for_any_order_and_any_threads(now: shigen.Assessment, found: Drivers, frozen: Frozen,
                                                      facts: shigen.FactBase) -> None:  # fmt: skip
    alone = drivers(now, CHOSEN, surge=SURGE, facts=facts, threads=1)
    for name in ("variance", "probability", "first", "total", "first_error", "total_error"):
        np.testing.assert_array_equal(getattr(found, name), getattr(alone, name))
    engine = _PickFreeze(frozen, CHOSEN, found.cells)
    blocks = [engine.block(block) for block in (1, 0)]
    for one, two in zip((blocks[0] + blocks[1]).parts(), (blocks[1] + blocks[0]).parts(), strict=True):
        np.testing.assert_array_equal(one, two)


def test_rows_have_their_columns(found: Drivers, now: shigen.Assessment, facts: shigen.FactBase) -> None:
    rows = driver_rows(found)
    assert {tuple(row) for row in rows} == {COLUMNS["drivers"]}
    assert {row["output"] for row in rows} == set(OUTPUTS)
    whole = [row for row in rows if row["figure"] is None]
    assert len(whole) == len(FEW) * len(OUTPUTS) * len(DRIVEN)
    single = [row for row in rows if row["figure"]]
    assert len(FEW) * len(OUTPUTS) <= len(single) <= len(FEW) * len(OUTPUTS) * len(CELLED) * CELLS
    told = meta(found)
    assert (told["draws"], told["seed"]) == (CHOSEN.draws, 9)
    assert [(one["commodity"], one["output"]) for one in told["settles"]] == [(c, o) for c in FEW for o in OUTPUTS]
    bars = tornado_rows(tornado(now, CHOSEN, facts=facts))
    assert {tuple(row) for row in bars} == {COLUMNS["tornado"]}


def made(found: Drivers, **totals: float) -> Drivers:
    """Return drivers of which the totals of cobalt's upstream risk are given; the cells are of production."""
    cells = (Cell("production", "production", "COD", "ore"), Cell("production", "production", "CHN", "refined"))
    total = np.zeros((len(DRIVEN) + 2, len(OUTPUTS), len(FEW)))
    for name, share in totals.items():
        total[{"cod": len(DRIVEN), "chn": len(DRIVEN) + 1}.get(name, at(name) if name in DRIVEN else 0), 0, 0] = share
    return replace(found, total=total, cells=(cells,) * len(FEW))


@pytest.mark.parametrize(("totals", "said"), [
    ({"production": 0.7, "cod": 0.2, "chn": 0.6, "trade": 0.3},
     "Cobalt, stage risk (Upstream): the figure that would settle it is production of China (refined products). "
     "It takes part in 60 % of the variance, all of this input (production) in 70 %."),
    ({"production": 0.7, "cod": 0.3, "chn": 0.2},
     "Cobalt, stage risk (Upstream): no single figure would settle it; production of DR Congo (ore and "
     "concentrates) would tell most, with a part in 30 % of the variance, all of this input (production) in 70 %."),
    ({"price": 0.9}, "Cobalt, stage risk (Upstream): the figure that would settle it is the price series, which "
     "takes part in 90 % of the variance."),
    ({"price": 0.3, "weights": 0.8},
     "Cobalt, stage risk (Upstream): no single figure would settle it; the price series would tell most, with a "
     "part in 30 % of the variance. A choice of method takes part in more: weights, 80 %."),
    ({}, "Cobalt, stage risk (Upstream): nothing that is drawn moves it."),
])  # fmt: skip
def test_the_sentence_follows_the_rule(found: Drivers, totals: dict[str, float], said: str) -> None:
    of = made(found, **totals)
    one = lead(of, 0, "upstream")
    assert one.in_words(of, "en") == said
    assert one.settles == (one.own >= ENOUGH)
    assert "{" not in one.in_words(of, "ja")


def test_every_figure_has_a_name_in_both_languages(found: Drivers) -> None:
    for lang in LANGS:
        for row in meta(found)["settles"]:
            assert row[f"text_{lang}"]
            assert "{" not in row[f"text_{lang}"]
            assert "()" not in row[f"text_{lang}"]
            assert "（）" not in row[f"text_{lang}"]


def test_a_tornado_of_no_spread_has_no_bars_but_that_of_the_weights(
    now: shigen.Assessment, facts: shigen.FactBase
) -> None:
    still = tornado(now, Uncertainty(draws=8, unseen=False, spread=ALL_ZERO), facts=facts)
    assert {bar.input for bars in still.bars for bar in bars} <= {"weights"}


def test_an_input_alone_is_what_the_odds_say_of_it_alone(now: shigen.Assessment, facts: shigen.FactBase) -> None:
    """The same draws: 5 and 95 % of the risk where nothing but reserves has a spread."""
    spread = {**ALL_ZERO, "reserves": PARAMETERS["reserves"].value}
    alone = Uncertainty(draws=2 * BLOCK, unseen=False, spread=spread)
    rows = [row for row in records(odds(now, alone, surge=SURGE, facts=facts), "stages") if row["stage"] == "upstream"]
    told = 0
    for bars, row in zip(tornado(now, alone, facts=facts).bars, rows, strict=True):
        for bar in (bar for bar in bars if bar.input == "reserves" and bar.cell is None):
            assert [bar.low, bar.high] == [pytest.approx(row[p], abs=1e-4) for p in ("p05", "p95")]
            told += 1
    assert told >= 3


def test_bars_of_a_tornado_are_in_order(now: shigen.Assessment, facts: shigen.FactBase) -> None:
    swings = tornado(now, CHOSEN, facts=facts)
    assert len(swings.bars) == len(FEW)
    for bars in swings.bars:
        assert [STAGES.index(bar.stage) for bar in bars] == sorted(STAGES.index(bar.stage) for bar in bars)
        for stage in STAGES:
            for single in (False, True):
                widths = [bar.width for bar in bars if bar.stage == stage and (bar.cell is not None) == single]
                assert widths == sorted(widths, reverse=True)
        assert {bar.input for bar in bars if bar.cell is None} <= set(ALONE)
    again = tornado(now, CHOSEN, facts=facts, threads=1)
    assert again.bars == swings.bars


def test_draws_are_asked_for(now: shigen.Assessment, facts: shigen.FactBase) -> None:
    for ask in (lambda chosen: drivers(now, chosen, surge=SURGE, facts=facts),
                lambda chosen: tornado(now, chosen, facts=facts)):  # fmt: skip
        with pytest.raises(shigen.UserError, match=r"draws is 0\. A whole number from 1"):
            ask(Uncertainty(draws=0))
