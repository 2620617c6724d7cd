"""The change ledger: the parts sum to the whole; what is revision is told from what is change."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

import shigen
from shigen.base.errors import UserError
from shigen.base.i18n import Lang
from shigen.figures.store import current
from shigen.study.changes import PARTS, changes, reserves_by_output, split, stage_weights
from shigen.study.ledger import Ledger, common_edition, ledger, summary

figures = st.one_of(st.none(), st.floats(0, 1))


@given(st.tuples(figures, figures, figures, figures, figures), st.booleans())
def test_parts_sum_to_the_whole(raws, redefined) -> None:
    change = split("x", "production_concentration", raws, redefined=redefined)
    if raws[0] is None or raws[-1] is None:
        assert change.change is None
        assert set(change.parts.values()) == {None}
        assert change.why in ("new_data", "lost_data", "no_data")
    else:
        assert sum(change.parts.values()) == pytest.approx(change.change, abs=1e-12)


def test_split_by_hand() -> None:
    # 2023 as first published 0.307, in the edition of both 0.390; 2024 there 0.379, newest 0.264:
    # revision (0.390 - 0.307) + (0.264 - 0.379) = 0.083 - 0.115 = -0.032; real 0.379 - 0.390 = -0.011; sum -0.043.
    raws = (0.307, 0.390, 0.379, 0.379, 0.264)
    change = split("x", "production_concentration", raws, redefined=False)
    assert change.parts["revision"] == pytest.approx(-0.032)
    assert change.parts["real"] == pytest.approx(-0.011)
    assert change.change == pytest.approx(-0.043)
    assert change.driver == 3
    redefined = split("x", "price_volatility", raws, redefined=True)
    assert (redefined.parts["real"], redefined.parts["definition"]) == (0.0, pytest.approx(-0.011))
    # Of reserves: 0.20 to 0.21 is explained by output, 0.21 to 0.30 is not.
    reserves = split("x", "reserve_concentration", (0.20, 0.20, 0.21, 0.30, 0.30), redefined=False)
    assert reserves.parts == pytest.approx(
        {"real": 0.01, "reestimated": 0.09, "revision": 0, "definition": 0, "data": 0, "method": 0}
    )


@pytest.fixture(scope="module")
def compared():
    return ledger("JPN", years=(2023, 2024))


def test_ledger_of_japan_adds_up(compared) -> None:
    rows = compared.rows("en")
    assert len(rows) == 78
    for row in rows:
        if row["change"] is not None:
            assert sum(row[part] for part in PARTS) == pytest.approx(row["change"], abs=1e-12)


def row_of(compared: Ledger, commodity: str, indicator: str, lang: Lang = "en") -> dict[str, object]:
    return next(r for r in compared.rows(lang) if (r["commodity"], r["indicator"]) == (commodity, indicator))


def test_both_years_are_read_inside_the_newest_edition_that_holds_both(compared: Ledger) -> None:
    assert compared.edition == "MCS 2025"
    assert "MCS 2025" in compared.note("en")
    assert "MCS 2025" in compared.note("ja")
    # Antimony of 2023: 0.307 as MCS 2024 had it, 0.389 in MCS 2025; of 2024: 0.379 there, 0.264 in MCS 2026. Russia's
    # 2024 went from 13,000 to 40,000 t between those two: a revision, and no real change.
    row = row_of(compared, "antimony", "production_concentration")
    assert row["real"] == pytest.approx(-0.010, abs=1e-3)
    assert row["revision"] == pytest.approx(-0.033, abs=1e-3)
    assert "Revised for 2024: Russia, 13,000 → 40,000 t" in str(row["sentence"])


def test_editions_that_hold_two_years() -> None:
    facts = current()
    assert common_edition(facts, 2024, 2025) == "MCS 2026"
    assert common_edition(facts, 2023, 2024) == "MCS 2025"
    assert common_edition(facts, 2018, 2024) is None
    assert "No edition holds both" in ledger("JPN", years=(2018, 2024), commodities=["cobalt"]).note("en")


def test_a_reserve_that_output_cannot_explain_is_re_estimated(compared: Ledger) -> None:
    # Vietnam mined some hundred t of rare earths and its reserve fell by 18.5 million t.
    rare = row_of(compared, "rare_earths", "reserve_concentration")
    assert abs(float(str(rare["reestimated"]))) > 0.05
    assert abs(float(str(rare["real"]))) < 0.005
    assert "Re-estimated by the publisher: Vietnam, 22,000,000 → 3,500,000 t" in str(rare["sentence"])
    group = row_of(compared, "palladium", "reserve_concentration", "ja")
    assert group["real"] == pytest.approx(0.0, abs=0.005)
    assert "再評価はロシアが最も大きく、5,500 → 16,000 t" in str(group["sentence"])


def test_explained_by_hand() -> None:
    # Cobalt cut to three countries: outputs 10, 5 and 0 t a year, one year apart.
    # COD 100 → 85: 15 <= 2 x 10, explained. AUS 50 → 70: 20 > 2 x 5, re-estimated. CUB 20 → 21: no output, so too.
    chain = shigen.load("JPN", year=2024, commodities=["cobalt"])
    keys = ["COD", "AUS", "CUB"]

    def made(reserves: list[float]) -> xr.Dataset:
        cut = chain.sel(country=keys).copy(deep=True)
        cut["reserves"] = cut["reserves"].copy(data=[reserves])
        cut["reserves_remainder"] = cut["reserves_remainder"] * 0
        output = cut["production"].copy(data=np.zeros(cut["production"].shape))
        output.loc[{"step": "ore", "country": keys}] = xr.DataArray([10.0, 5.0, 0.0], {"country": keys}, "country")
        return cut.assign(production=output)

    found = reserves_by_output(made([100.0, 50.0, 20.0]), made([85.0, 70.0, 21.0]), 1)
    kept = found.reserves[1].sel(commodity="cobalt", country=keys)
    assert kept.values.tolist() == [85.0, 50.0, 20.0]
    # T = 170 - 15 = 155; (85² + 50² + 20²) / 155² = 10,125 / 24,025 = 0.4214.
    assert float(found.totals[1].sel(commodity="cobalt")) == 155.0
    assert float(found.concentration.sel(commodity="cobalt")) == pytest.approx(0.4214, abs=1e-4)
    # Over two years twice as much is explained: 20 = 2 x 5 x 2.
    kept = reserves_by_output(made([100.0, 50.0, 20.0]), made([85.0, 70.0, 21.0]), 2).reserves[1]
    assert kept.sel(commodity="cobalt", country=keys).values.tolist() == [85.0, 70.0, 20.0]


def test_what_is_told_moves_the_stage_risk_and_not_the_raw_value(compared: Ledger) -> None:
    rows = {(r["commodity"], r["indicator"]): r for r in compared.rows("en")}
    # Of what is recorded 1.4 % of intake comes as ore: it moved by 0.2 and carries next to no weight.
    chains = (shigen.load("JPN", year=year, commodities=["tungsten"]) for year in (2023, 2024))
    then, now = (shigen.assess(one.assign(imports_estimated=one["imports_estimated"] * 0)) for one in chains)
    ore = next(one for one in changes(then, then, now, now, years=1) if one.indicator == "ore_import_governance")
    assert abs(ore.change or 0.0) > 0.15
    assert abs(ore.effect or 1.0) < 0.01
    # With tungstates counted it is no hundredth in 2024, and has nothing to tell.
    assert rows["tungsten", "ore_import_governance"]["effect"] is None
    assert summary(compared, "tungsten", "en") != rows["tungsten", "ore_import_governance"]["sentence"]
    for (commodity, _), row in rows.items():
        told = summary(compared, commodity, "en")
        if row["effect"] is not None and told == row["sentence"]:
            others = [abs(r["effect"]) for (c, _), r in rows.items() if c == commodity and r["effect"] is not None]
            assert sum(abs(row[part]) for part in PARTS) >= 5e-4
            assert others


def test_effects_are_what_the_stage_risk_does(compared: Ledger) -> None:
    # Price volatility and scrap recovery are alone in their stages: weight 1, so that the effect is the score's move.
    chain = shigen.load("JPN", year=2024)
    weights = stage_weights(shigen.assess(chain))
    assert float(weights.sel(indicator="price_volatility", commodity="gallium")) == pytest.approx(1.0)
    upstream = ("reserve_concentration", "production_concentration", "ore_import_governance",
                "refined_import_governance")  # fmt: skip
    # Tungsten has all upstream axes: reserves 1, production 1, imports 2 shared by intake: 1/4, 1/4, and 1/2 together.
    tungsten = [float(weights.sel(indicator=key, commodity="tungsten")) for key in upstream]
    assert sum(tungsten) == pytest.approx(1.0)
    assert tungsten[2] < 0.02


def test_no_country_is_the_reason_where_the_measure_changed(compared: Ledger) -> None:
    for change, row in zip(compared.changes, compared.rows("ja"), strict=True):
        if change.driver is not None and change.steps[change.driver][0] in ("definition", "data", "method"):
            assert (change.commodity, change.indicator) not in compared.movers
            assert not any(unit in row["sentence"] for unit in (" t、", "千米ドル"))


def test_a_changed_trade_table_is_not_called_real(compared) -> None:
    rows = {(r["commodity"], r["indicator"]): r for r in compared.rows("en")}
    # 2023: main flows of HS17; 2024: all flows
    assert rows["antimony", "refined_import_governance"]["real"] == 0.0
    assert rows["antimony", "refined_import_governance"]["definition"] != 0.0
    # HS92 in both years
    assert rows["fluorspar", "ore_import_governance"]["definition"] == 0.0
    # totals of tungstates: 2024 alone
    assert rows["tungsten", "refined_import_governance"]["real"] == 0.0
    # Japan's refined cobalt has a figure in 2024 alone
    assert rows["cobalt", "refined_import_governance"]["real"] == 0.0


def test_sentences_in_both_languages(compared) -> None:
    for lang in ("ja", "en"):
        rows = compared.rows(lang)
        assert all(r["sentence"] for r in rows)
        assert summary(compared, "antimony", lang)
    assert "統計の改訂" in summary(compared, "fluorspar", "ja")


def test_one_year_is_no_ledger() -> None:
    with pytest.raises(UserError) as caught:
        ledger("JPN", years=[2024])
    assert "A ledger needs two years" in caught.value.message("en")
    assert shigen.__version__
