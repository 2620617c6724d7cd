"""What the figures see: seen shares, bands that they widen, weights and scores that nothing makes jump."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

import shigen
from shigen.model.criticality import steadied
from shigen.model.effects import effects
from shigen.model.estimated import MINOR_FLOW
from shigen.model.evaluate import PARTIAL_BELOW
from shigen.model.indicators import seen_share
from shigen.model.named import Named
from shigen.model.records import RISKS
from shigen.model.reliance import reliance_rows, sentence
from shigen.model.typology import classify
from shigen.model.variables import VARIABLES
from shigen.model.views import view

TINY = 1e-6
STEEPEST = 20
"""How much faster than an input a score may move: by its anchors, and by the taper of the weights."""


@pytest.fixture(scope="module")
def chain() -> xr.Dataset:
    return shigen.load("JPN", year=2024)


@pytest.fixture(scope="module")
def now(chain) -> shigen.Assessment:
    return shigen.assess(chain)


def row(assessment, commodity, indicator):
    return next(r for r in assessment.records("en") if (r["commodity"], r["indicator"]) == (commodity, indicator))


def stage(assessment, commodity, name="upstream"):
    return next(r for r in assessment.stages("en") if (r["commodity"], r["stage"]) == (commodity, name))


def countries(*values):
    return xr.DataArray(list(values), dims="country")


def test_seen_share_by_hand() -> None:
    """60 t from a maker, 20 t from a hub, 20 t without a country, of 200 t that home takes."""
    seen = seen_share(countries(60.0, 20.0), xr.DataArray(20.0), countries(False, True), xr.DataArray(100 / 200))
    assert float(seen) == pytest.approx(0.6 * 0.5)


def test_what_nobody_says_is_not_seen_as_whole() -> None:
    seen = seen_share(countries(60.0, 20.0), xr.DataArray(0.0), countries(False, False), xr.DataArray(np.nan))
    assert np.isnan(float(seen))


@pytest.mark.parametrize(("commodity", "low", "high"), [("gallium", 0.33, 0.99), ("indium", 0.17, 0.84)])
def test_a_bundle_widens_the_stage_by_all_that_it_hides(now, commodity, low, high) -> None:
    """Two thirds of the weight is a code of seven metals: nothing of this one."""
    told = stage(now, commodity)
    assert (told["risk_low"], told["risk_high"]) == (pytest.approx(low, abs=0.01), pytest.approx(high, abs=0.01))
    assert "refined_import_governance" in told["left_out"]
    assert told["risk"] == pytest.approx(row(now, commodity, "production_concentration")["score"])
    assert told["central"] == pytest.approx((told["risk_low"] + told["risk_high"]) / 2)


@pytest.mark.parametrize("commodity", ["tungsten", "tantalum", "fluorspar", "phosphate_rock"])
def test_a_type_that_rests_on_a_small_part_is_provisional_and_says_what_would_settle_it(now, commodity) -> None:
    verdict = next(v for v in classify(now) if v.commodity == commodity)
    assert verdict.firmness == "provisional"
    told = " ".join(verdict.clauses[key].in_words("en") for key in verdict.decided_by)
    assert "would settle it" in told or "no figure" in told


def test_figures_that_see_too_little_never_rank_by_their_point(now) -> None:
    seen, central = now.dataset["seen"], now.dataset["central"]
    for r in now.stages("en"):
        axes = [one for one in now.records("en") if one["commodity"] == r["commodity"] and one["stage"] == r["stage"]]
        blind = any(one["status"] != "not_applicable" and (one["score"] is None or one["status"] == "shared_code"
                    or (one["seen"] is not None and one["seen"] < PARTIAL_BELOW)) for one in axes)  # fmt: skip
        expected = (r["risk_low"] + r["risk_high"]) / 2 if blind else r["risk"]
        assert r["central"] == pytest.approx(expected)
    assert float(seen.min()) == 0
    assert bool((central.notnull() == now.dataset["risk"].notnull()).all())


def test_a_partner_that_makes_none_is_a_hub() -> None:
    """German phosphate rock of 2020 came for the larger part from countries that mine none."""
    chain = shigen.load("DEU", year=2020, commodities="phosphate_rock")
    hub = view(chain, "hub", "ore").squeeze("commodity")
    from_hubs = chain["imports_value"].sel(step="ore").squeeze("commodity").where(hub).sum()
    assert bool(hub.sel(country="NLD"))
    assert not bool(hub.sel(country="MAR"))
    assert float(from_hubs / chain["imports_value"].sel(step="ore").sum()) > 0.5
    seen = row(shigen.assess(chain), "phosphate_rock", "ore_import_governance")["seen"]
    assert seen is None or seen < 0.5


@given(st.floats(0, 1), st.floats(0, TINY))
def test_the_weights_of_the_steps_never_jump(share, more) -> None:
    here, there = (steadied(Named("step", [x, 1 - x])).values for x in (share, min(1.0, share + more)))
    assert here.sum() == pytest.approx(1)
    assert (here >= -1e-12).all()
    assert np.abs(here - there).max() <= 2 * more + 1e-12


def test_the_weights_taper_between_one_and_two_per_cent() -> None:
    given_ = [0.0, MINOR_FLOW, 1.5 * MINOR_FLOW, 2 * MINOR_FLOW, 0.5]
    weights = [float(steadied(Named("step", [x, 1 - x])).values[0]) for x in given_]
    assert weights == pytest.approx([0, 0, MINOR_FLOW, 2 * MINOR_FLOW, 0.5])


def shaken(chain: xr.Dataset, seed: int) -> xr.Dataset:
    """The chain with every figure moved by up to a millionth of itself."""
    rng = np.random.default_rng(seed)
    moved = chain.copy()
    for name, declared in VARIABLES.items():
        if declared.dtype is float and name != "price_segment":  # numbers of definitions are no figures
            values = chain[name] * (1 + TINY * rng.uniform(-1, 1, chain[name].shape))
            moved[name] = values.clip(max=declared.high).assign_attrs(chain[name].attrs)
    factor = (moved["scrap_share"] / chain["scrap_share"]).fillna(1)
    for end in ("low", "high"):  # a point lies within its band
        moved[f"scrap_share_{end}"] = chain[f"scrap_share_{end}"] * factor
    return moved


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("importer", "year"), [("JPN", 2024), ("DEU", 2020), ("USA", 2022)])
def test_a_millionth_of_its_inputs_moves_a_score_by_no_more_than_its_share(importer, year, seed) -> None:
    chain = shigen.load(importer, year=year)
    before, after = (shigen.assess(one).dataset for one in (chain, shaken(chain, seed)))
    for name in ("score", "score_low", "score_high", *RISKS):
        assert float(np.abs(before[name] - after[name]).max()) <= STEEPEST * TINY, name
        assert bool((before[name].notnull() == after[name].notnull()).all()), name


@pytest.mark.parametrize("host", ["JPN", "AUS"])
@pytest.mark.parametrize(("kind", "step"), [("smelter_investment", "refined"), ("mine_investment", "ore")])
def test_the_last_tonne_that_gives_way_makes_no_score_jump(chain, kind, step, host) -> None:
    """A magnesium smelter of 20,317.7 t left a flow, one of 20,318 t none: 0.332 became 0.436."""
    tonnes = chain["imports_tonnes"].sel(step=step).sum("country")
    tried = 0
    for commodity in chain["commodity"].values[(tonnes > 0).values]:
        one, whole = chain.sel(commodity=[commodity]), float(tonnes.sel(commodity=commodity))
        if kind == "mine_investment" and not bool(view(one, "ore_applies").all()):
            continue
        tried += 1
        levers = [shigen.lever(kind, commodity, host=host, t_per_year=whole * (1 + more)) for more in (-TINY, 0, TINY)]
        risks = [shigen.assess(one, levers=[lever]).dataset[list(RISKS)] for lever in levers]
        for other in (risks[0], risks[2]):
            for name in RISKS:
                assert float(np.abs(other[name] - risks[1][name]).max()) <= STEEPEST * TINY, (commodity, name)
    assert tried >= (5 if step == "refined" else 3)


@pytest.fixture(scope="module")
def america() -> dict[str, dict[str, object]]:
    return {row["commodity"]: row for row in reliance_rows(shigen.load("USA", year=2024), "en")}


def test_import_reliance_is_that_of_the_usgs_where_scrap_plays_no_part(america) -> None:
    """MCS 2026 prints for 2024: phosphate rock 14 %, graphite, tantalum, gallium and indium 100 %."""
    printed = {"phosphate_rock": 14, "graphite_natural": 100, "tantalum": 100, "gallium": 100, "indium": 100}
    assert {key: round(100 * america[key]["import_reliance"]) for key in printed} == printed
    assert america["phosphate_rock"]["apparent_consumption_t"] == 22_500_000


def test_reliance_says_what_lacks(america) -> None:
    """The output of fluorspar is withheld: neither zero nor a guess."""
    withheld = america["fluorspar"]
    assert withheld["import_reliance"] is None
    assert "withheld" in sentence(withheld, "en")
    nobody = next(row for row in reliance_rows(shigen.load("DEU", year=2024), "en") if row["commodity"] == "cobalt")
    assert nobody["apparent_consumption_t"] is None
    assert "cannot be told" in sentence(nobody, "en")


@pytest.mark.parametrize("year", [2020, 2022, 2024])
@pytest.mark.parametrize("importer", ["JPN", "KOR", "USA", "DEU", "CHN", "EU27"])
def test_all_tonnes_of_a_mineral_add_up(importer, year) -> None:
    """Partners make up the intake; what is at risk and the largest partner are parts of it; one set of tonnes."""
    chain = shigen.load(importer, year=year)
    levers = [shigen.lever("resource_saving", str(key), share=0.1) for key in chain["commodity"].values]
    for told in effects(shigen.assess(chain), levers):
        tonnes = chain["imports_tonnes"].sel(commodity=told["commodity"])
        known = bool((tonnes.notnull() | ~(chain["imports_value"].sel(commodity=told["commodity"]) > 0)).all())
        if told["above_line_before_t"] is None:
            assert not known or bool(tonnes.isnull().all())
            continue
        partners = tonnes.sum("step").where(~chain["home"])
        whole = float(partners.sum())
        risky = float(partners.where(chain["governance"] > 0.45).sum())
        assert told["above_line_before_t"] == pytest.approx(risky)
        assert told["largest_before_t"] == pytest.approx(float(partners.max()))
        assert told["largest_before_t"] <= whole * (1 + 1e-12)
        assert told["displaced_t"] == pytest.approx(0.1 * whole)
        assert told["above_line_after_t"] == pytest.approx(0.9 * risky)
        assert told["largest_after_t"] == pytest.approx(0.9 * float(partners.max()))
