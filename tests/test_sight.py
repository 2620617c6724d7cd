"""How far recorded flows reach into what home takes: in tonnes, else by value, else the most that can be seen."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from made_chain import made_chain

import shigen
from shigen.base.declare import FLAGS
from shigen.base.i18n import LANGS
from shigen.figures import splits
from shigen.figures.factbase import FactBase, embedded
from shigen.figures.selection import Question
from shigen.model import flow_sums
from shigen.model.evaluate import evaluate
from shigen.model.sight import SIGHTS
from shigen.model.variables import MAPS
from shigen.model.views import view

AXIS = "refined_import_governance"
HERE = {"commodity": "alpha", "step": "refined"}
AMOUNTS = st.floats(0, 1000)


def napkin(*, partners=(30.0, 10.0), nowhere=10.0, estimated=50.0, output=0.0, worth=500.0, takes=np.nan) -> xr.Dataset:
    """AAA takes 30 and 10 kUSD from BBB and CCC, 10 from nowhere, and 50 under a code of totals; all codes are held."""
    chain = made_chain(1, missing=0.0).copy(deep=True)
    chain["by_mass"].loc[HERE] = False
    chain["imports_map"].loc[HERE] = MAPS.index("applicable")
    chain["imports_value"].loc[HERE] = [0.0, *partners, 0.0]
    chain["imports_unseen_value"].loc[HERE] = nowhere
    chain["imports_estimated"].loc[HERE] = [0.0, 0.0, 0.0, estimated]
    chain["imports_year"].loc[HERE] = chain["totals_year"].loc[HERE] = 2024
    chain["totals_complete"].loc[HERE] = True
    chain["production"].loc[HERE] = [output, 100.0, 100.0, 100.0]
    chain["imports_unit"].loc[HERE] = worth
    chain["home_takes"].loc[{"commodity": "alpha"}] = takes
    chain["governance"][:] = [0.3, 0.6, 0.2, 0.8]
    return chain


def at(chain: xr.Dataset, name: str) -> float:
    return float(view(chain, name).sel(HERE))


def seen(chain: xr.Dataset) -> float:
    return float(evaluate(chain, [AXIS])["seen"].sel(indicator=AXIS, commodity="alpha"))


def test_the_reach_by_value_by_hand() -> None:
    # 50 kUSD are recorded, 40 of them by partner; with the totals home takes 100.
    chain = napkin()
    assert at(chain, "reach") == pytest.approx(50 / 100)
    assert SIGHTS[int(at(chain, "sight_by"))] == "value"
    assert seen(chain) == pytest.approx(40 / 100)


def test_home_output_counts_at_what_a_tonne_is_worth() -> None:
    # 20 t at 500 USD are 10 kUSD: 60 of 110. As imports alone home's output is in the whole and not tracked: 50 of 110.
    chain = napkin(output=20.0)
    assert at(chain, "reach") == pytest.approx(60 / 110)
    assert seen(chain) == pytest.approx(50 / 110)
    chain["count_home"][...] = False
    assert at(chain, "reach") == pytest.approx(50 / 110)


def test_an_own_demand_in_tonnes_takes_precedence() -> None:
    chain = napkin(takes=400.0)
    chain["imports_tonnes"].loc[HERE] = [0.0, 60.0, 20.0, 0.0]
    chain["tonnes_nowhere"].loc[HERE] = 20.0
    assert at(chain, "reach") == pytest.approx(100 / 400)
    assert SIGHTS[int(at(chain, "sight_by"))] == "tonnes"


@pytest.mark.parametrize("lacks", ["a code", "totals", "home output", "its worth", "what arrives unseen", "flows"])
def test_unknown_where_not_all_that_home_takes_can_be_told(lacks) -> None:
    chain = napkin(output=20.0)
    if lacks == "a code":
        chain["totals_complete"].loc[HERE] = False
    elif lacks == "totals":
        chain["totals_year"].loc[HERE] = 0
    elif lacks == "home output":
        chain["production"].loc[HERE | {"country": "AAA"}] = np.nan
        chain["production_flag"].loc[HERE | {"country": "AAA"}] = FLAGS.index("withheld")
    elif lacks == "its worth":
        chain["imports_unit"].loc[HERE] = np.nan
        chain["price_describes"].loc[HERE] = False
    elif lacks == "what arrives unseen":
        chain["imports_unseen_value"].loc[HERE] = np.nan
    else:
        chain["imports_value"].loc[HERE] = np.nan
    assert np.isnan(at(chain, "reach"))
    assert SIGHTS[int(at(chain, "sight_by"))] == "none"


def test_a_table_that_names_few_does_not_say_that_home_makes_none() -> None:
    chain = napkin()
    chain["production"].loc[HERE | {"country": "AAA"}] = np.nan
    chain["remainder"].loc[HERE] = 1.0
    assert at(chain, "reach") == pytest.approx(0.5)  # 300 of 301 t are named
    chain["remainder"].loc[HERE] = 100.0
    assert np.isnan(at(chain, "reach"))


def test_a_step_that_lacks_a_code_still_has_a_most() -> None:
    chain = napkin()
    chain["totals_complete"].loc[HERE] = False
    assert np.isnan(seen(chain))
    assert at(chain, "seen_at_most") == pytest.approx(40 / 100)
    chain["totals_year"].loc[HERE] = 0
    assert np.isnan(at(chain, "seen_at_most"))


def test_a_reach_by_value_leaves_the_band_to_the_error_of_the_split() -> None:
    """What is estimated has its measured error as its band; it is not at 0 and 1 besides."""
    ends = []
    for complete in (True, False):
        chain = napkin()
        chain["totals_complete"].loc[HERE] = complete
        ends.append(evaluate(chain, [AXIS])[["raw", "raw_low", "raw_high"]].sel(indicator=AXIS, commodity="alpha"))
    assert ends[0].drop_vars("indicator").equals(ends[1].drop_vars("indicator"))


@given(st.tuples(AMOUNTS, AMOUNTS), AMOUNTS, AMOUNTS, AMOUNTS, st.booleans(), st.floats(0, 1e-6))
def test_what_is_seen_is_a_share_that_never_jumps(partners, nowhere, estimated, output, complete, more) -> None:
    told = []
    for factor in (1.0, 1.0 + more):
        chain = napkin(partners=partners, nowhere=nowhere * factor, estimated=estimated * factor, output=output)
        chain["totals_complete"].loc[HERE] = complete
        told.append((at(chain, "reach"), at(chain, "seen_at_most"), seen(chain)))
        reach, most, share = told[-1]
        assert complete or np.isnan(reach)
        assert np.isnan(reach) or 0 <= reach <= 1 + 1e-12
        assert np.isnan(most) or (0 <= most <= 1 + 1e-12 and not share > most + 1e-9)
    np.testing.assert_allclose(*told, atol=2 * more + 1e-12)


@given(AMOUNTS, AMOUNTS, st.floats(1, 1000))
def test_more_that_is_estimated_never_raises_what_is_seen(estimated, more, partner) -> None:
    less, rest = (at(napkin(partners=(partner, 10.0), estimated=amount), "reach")
                  for amount in (estimated, estimated + more))  # fmt: skip
    assert rest <= less


@given(st.floats(1, 1000), AMOUNTS, st.booleans())
def test_totals_change_nothing_where_tonnes_tell(takes, estimated, complete) -> None:
    chain = napkin(takes=takes, estimated=estimated)
    chain["totals_complete"].loc[HERE] = complete
    assert at(chain, "reach") == at(chain, "reach_in_tonnes")


def rows_of(**codes: str) -> pd.DataFrame:
    """Splits of codes of totals of one step, each with whether it completes the step, of two that the map names."""
    return pd.DataFrame([{
        "home": "AAA", "commodity": "alpha", "step": "refined", "year": 2024, "fact_year": 2023, "hs6": code,
        "country": "BBB", "value_kusd": 1.0, "total": 1.0, "kind": "intensity", "lag": 0, "low": -0.1, "high": 0.1,
        "completes": says == "yes", "codes": 2,
    } for code, says in codes.items()])  # fmt: skip


@pytest.mark.parametrize(("codes", "complete"), [
    ({"x": "yes", "y": "yes"}, True), ({"x": "yes", "y": "no"}, False), ({"x": "yes"}, False)])  # fmt: skip
def test_a_step_is_complete_with_all_its_codes(codes, complete) -> None:
    (row,) = flow_sums.splits(rows_of(**codes)).to_dict("records")
    assert bool(row["totals_complete"]) is complete
    assert row["totals_year"] == 2023


@pytest.fixture(scope="module")
def facts() -> FactBase:
    return embedded()


def test_every_code_of_totals_says_whether_it_completes_its_step(facts) -> None:
    said = {(row["commodity"], row["step"], row["series"]): row["completes"]
            for row in facts.table("supply_map") if row["variable"] == "imports_estimated"}  # fmt: skip
    assert said == {
        ("fluorspar", "refined", "281111"): "yes", ("cobalt", "ore", "260500"): "yes",
        ("antimony", "refined", "282580"): "no",  # antimonates and antimonial lead are not held
        ("tungsten", "refined", "284180"): "no",  # nor carbide and ferrotungsten
        ("magnesium_metal", "refined", "810419"): "no",  # nor granules
    }  # fmt: skip
    others = [row for row in facts.table("supply_map") if row["variable"] != "imports_estimated"]
    assert not any(row["completes"] for row in others)


def test_an_importer_whose_total_is_not_held_stays_unknown(facts) -> None:
    question = Question(("cobalt", "antimony"), (2024,))
    rows = splits.estimated(facts, question, {"TWN": ["TWN"], "KOR": ["KOR"], "two": ["DEU", "FRA"]})
    assert set(zip(rows["home"], rows["commodity"], strict=True)) == {
        ("TWN", "cobalt"), ("TWN", "antimony"), ("KOR", "antimony")}  # fmt: skip
    chain = shigen.load(["KOR", "EU27"], year=2024, commodities=["cobalt", "fluorspar"])
    assert bool(view(chain, "reach").sel(commodity="cobalt", step="ore").isnull().all())
    assert int(chain["totals_year"].sel(importer="EU27").max()) == 0


@pytest.mark.parametrize(("importer", "commodity", "most"), [
    # Recorded over recorded and total, kUSD of 2024: 32,593 / (32,593 + 35,795); 4,246 / (4,246 + 52,519).
    ("KOR", "antimony", 0.4766), ("DEU", "antimony", 0.0748)])  # fmt: skip
def test_others_than_japan_are_told_the_most_that_is_seen(importer, commodity, most) -> None:
    found = shigen.assess(shigen.load(importer, year=2024, commodities=commodity))
    assert float(found.dataset["seen_at_most"].sel(indicator=AXIS).item()) == pytest.approx(most, abs=1e-4)
    bound = f"{int(100 * most) + 1}"
    for lang, words in zip(LANGS, (f"金額では最大{bound}％", f"by value it is at most {bound} %"), strict=True):
        (row,) = [one for one in found.records(lang) if one["indicator"] == AXIS]
        assert row["seen"] is None
        assert words in row["reason"]
    told = shigen.explain(found, commodity, AXIS, lang="en")
    (least,) = [node for node in told.children if node.label.startswith("The least that home takes, by value (2024)")]
    assert least.value == pytest.approx(sum(node.value or 0 for node in least.children))
    assert [fact.address for fact in least.facts()] == [
        f"trade_totals:282580:WLD:{importer}:2024:BACI V202601 HS17 totals"]  # fmt: skip


def test_a_complete_step_says_that_its_sight_is_by_value() -> None:
    """Taiwan's cobalt ore: one code, its total held, mined nowhere in Taiwan; nothing of it by partner."""
    found = shigen.assess(shigen.load("TWN", year=2024, commodities="cobalt"))
    told = shigen.explain(found, "cobalt", "ore_import_governance", lang="en")
    (takes,) = [node for node in told.children if node.label.startswith("What home takes, by value (2024)")]
    assert takes.value == pytest.approx(16891.22)
    (row,) = [one for one in found.records("en") if one["indicator"] == "ore_import_governance"]
    assert row["seen"] == 0.0


def test_the_words_say_by_what_measure_and_of_what_year() -> None:
    chain = shigen.load("DEU", year=2024, commodities="magnesium_metal")
    held = chain.assign(totals_complete=chain["totals_complete"] | True)
    for lang, words in zip(LANGS, ("金額で58％です（2024年", "By value the figures see 58 %"), strict=True):
        (row,) = [one for one in shigen.assess(held).records(lang) if one["indicator"] == AXIS]
        assert row["seen"] == pytest.approx(0.577, abs=1e-3)
        assert words in row["reason"]
    (row,) = [one for one in shigen.assess(shigen.load("JPN", year=2024, commodities="cobalt")).records("en")
              if one["indicator"] == AXIS]  # fmt: skip
    assert "in tonnes; demand of" in row["reason"]
