"""Policies on a small chain worked by hand, and that mistakes are refused."""

import numpy as np
import pytest
import xarray as xr
from made_chain import made_chain

import shigen
from shigen.base import names
from shigen.base.errors import UserError
from shigen.figures.factbase import embedded
from shigen.model import levers as lv
from shigen.model import plans
from shigen.model.views import view
from shigen.study.file import read


@pytest.fixture
def napkin() -> xr.Dataset:
    """Home AAA takes 60 t refined from BBB (governance 0.6) and 40 t from CCC (0.2); it has no output of its own."""
    chain = made_chain(1, missing=0.0).copy(deep=True)
    here = {"commodity": "alpha", "step": "refined"}
    for name in ("imports", "imports_tonnes", "imports_value"):
        chain[name].loc[here] = [0.0, 60.0, 40.0, 0.0]
    chain["by_mass"].loc[here] = True
    chain["production"].loc[here] = [0.0, 300.0, 100.0, 100.0]
    chain["remainder"].loc[here] = 0.0
    chain["governance"][:] = [0.3, 0.6, 0.2, 0.4]
    return chain


def refined(chain: xr.Dataset) -> list[float]:
    return [round(float(v), 9) for v in chain["imports"].sel(commodity="alpha", step="refined").values]


def governance(chain: xr.Dataset) -> float:
    from shigen.model.evaluate import evaluate

    found = evaluate(chain, ["refined_import_governance"])["raw"]
    return float(found.sel(commodity="alpha").item())


def smelter(host: str, size: float, offtake: float = 1.0):
    return lv.Lever("smelter_investment", "alpha", size, host, offtake)


def test_smelter_abroad_displaces_imports_pro_rata(napkin) -> None:
    # 20 of 100 t give way: 60 → 48, 40 → 32, and 20 t come from DDD
    after = plans.apply(napkin, [smelter("DDD", 20)])
    assert refined(after) == [0.0, 48.0, 32.0, 20.0]
    # before (36 + 8)/100 = 0.44; after (28.8 + 6.4 + 8)/100 = 0.432
    assert governance(napkin) == pytest.approx(0.44)
    assert governance(after) == pytest.approx(0.432)
    assert float(after["production"].sel(commodity="alpha", country="DDD", step="refined")) == 120.0
    assert float(view(after, "total").sel(commodity="alpha", step="refined")) == 520.0


def test_a_new_host_has_the_governance_that_the_chain_holds() -> None:
    chain = shigen.load("JPN", year=2024, commodities=["cobalt"])
    assert not set(chain["area"].values) & set(chain["country"].values)
    host = str(chain["governance_elsewhere"].idxmin("area").item())
    wide = plans.with_hosts(chain, [host])
    assert float(wide["governance"].sel(country=host)) == float(chain["governance_elsewhere"].min()) < 0.2
    # 2,000 t of a plant there stand in for imports with its governance, whatever that is: nothing is read anew.
    smelter = shigen.lever("smelter_investment", "cobalt", host=host, t_per_year=2000)
    bad = chain.assign(governance_elsewhere=chain["governance_elsewhere"] * 0 + 1.0)
    good, worse = (shigen.assess(one, levers=[smelter]).dataset["raw"].sel(indicator="refined_import_governance").item()
                   for one in (chain, bad))  # fmt: skip
    assert good < shigen.assess(chain).dataset["raw"].sel(indicator="refined_import_governance").item() < worse


def test_a_host_without_governance_stays_unknown() -> None:
    chain = shigen.load("JPN", year=2024, commodities=["gallium"])
    assert np.isnan(plans.with_hosts(chain, ["ATA"])["governance"].sel(country="ATA"))


def test_riskiest_partner_gives_way_first_on_request(napkin) -> None:
    after = plans.apply(napkin, [smelter("DDD", 20)], riskiest_first=True)
    assert refined(after) == [0.0, 40.0, 40.0, 20.0]


def test_surplus_is_not_absorbed(napkin) -> None:
    after = plans.apply(napkin, [smelter("DDD", 150, offtake=0.8)])
    assert refined(after) == [0.0, 0.0, 0.0, 100.0]
    assert float(after["displaced"].sel(commodity="alpha", step="refined")) == 100.0
    assert float(after["not_absorbed"].sel(commodity="alpha", step="refined")) == 20.0


def ore(chain: xr.Dataset) -> list[float]:
    return [round(float(v), 9) for v in chain["imports_tonnes"].sel(commodity="alpha", step="ore").values]


@pytest.fixture
def mined(napkin) -> xr.Dataset:
    """Of ore BBB makes 50 t and sends home 10, CCC makes 40 and sends 30, DDD makes 10 and sends none."""
    here = {"commodity": "alpha", "step": "ore"}
    for name in ("imports", "imports_tonnes", "imports_value", "imports_gross"):
        napkin[name].loc[here] = [0.0, 10.0, 30.0, 0.0]
    napkin["production"].loc[here] = [5.0, 50.0, 40.0, 10.0]
    napkin["imports_unit"].loc[here] = 1000.0
    return napkin


def test_smelter_at_home_turns_refined_imports_into_ore_that_partners_can_spare(mined) -> None:
    # They can spare 40, 10 and 10 t: of 30 t more 20, 5 and 5.
    after = plans.apply(mined, [smelter("AAA", 30)])
    assert refined(after) == [0.0, 42.0, 28.0, 0.0]
    assert ore(after) == [0.0, 30.0, 35.0, 5.0]
    assert float(after["production"].sel(commodity="alpha", country="AAA", step="refined")) == 30.0
    # A tonne is worth 1,000 USD, one kUSD, and weighs as much as one that arrives today.
    for name in ("imports_value", "imports_gross"):
        assert after[name].sel(commodity="alpha", step="ore").values.tolist() == pytest.approx([0.0, 30.0, 35.0, 5.0])


def test_what_no_partner_can_spare_is_not_absorbed(mined) -> None:
    # 60 t to spare: of 90 t, 30 find no ore.
    after = plans.apply(mined, [smelter("AAA", 90)])
    assert ore(after) == [0.0, 50.0, 40.0, 10.0]
    assert float(after["not_absorbed"].sel(commodity="alpha", step="ore")) == pytest.approx(30.0)


def test_where_no_output_of_ore_is_named_todays_partners_send_it(mined) -> None:
    mined["production"].loc[{"commodity": "alpha", "step": "ore"}] = np.nan
    assert ore(plans.apply(mined, [smelter("AAA", 20)])) == [0.0, 15.0, 45.0, 0.0]


def test_without_recorded_ore_imports_nothing_is_drawn_and_nothing_missed(mined) -> None:
    mined["imports_tonnes"].loc[{"commodity": "alpha", "step": "ore"}] = np.nan
    after = plans.apply(mined, [smelter("AAA", 20)])
    assert np.isnan(ore(after)).all()
    assert float(after["not_absorbed"].sel(commodity="alpha", step="ore")) == 0.0


def test_two_smelters_share_what_gives_way(napkin) -> None:
    # 30 of 100 t give way together: 60 → 42, 40 → 28, then CCC adds 10 and DDD 20
    after = plans.apply(napkin, [smelter("DDD", 20), smelter("CCC", 10)])
    assert refined(after) == [0.0, 42.0, 38.0, 20.0]


def test_saving_moves_no_share_but_tonnes(napkin) -> None:
    after = plans.apply(napkin, [lv.Lever("resource_saving", "alpha", 0.25)])
    assert refined(after) == [0.0, 45.0, 30.0, 0.0]
    assert governance(after) == pytest.approx(0.44)


def test_saving_lowers_what_is_exposed_to_the_price_and_not_its_swing(napkin) -> None:
    from shigen.model.effects import exposure
    from shigen.model.evaluate import evaluate

    here = {"commodity": "alpha"}
    napkin["home_takes"].loc[here] = 400.0
    napkin["price"].loc[here | {"lag": 0}] = 50_000.0
    after = plans.apply(napkin, [lv.Lever("resource_saving", "alpha", 0.25)])
    # 400 t at 50,000 USD are 20 million USD; a quarter less is needed
    assert [float(exposure(one).sel(here)) for one in (napkin, after)] == [20.0, 15.0]
    was, now = (float(evaluate(one, ["price_volatility"])["raw"].sel(here).item()) for one in (napkin, after))
    assert was == now


def test_recycling_replaces_refined_imports(napkin) -> None:
    chain = napkin.copy(deep=True)
    for name in ("scrap_share", "scrap_share_low", "scrap_share_high"):
        chain[name].loc[{"commodity": "alpha"}] = 0.2
    intake = float(chain["imports_tonnes"].sel(commodity="alpha").sum())
    after = plans.apply(chain, [lv.Lever("recycling", "alpha", 0.25)])
    # supply = intake / 0.8; five points more of it are regenerated
    assert float(after["displaced"].sel(commodity="alpha", step="refined")) == pytest.approx(0.05 * intake / 0.8)
    assert float(after["scrap_share"].sel(commodity="alpha")) == 0.25


def test_recycling_target_below_today_changes_nothing(napkin) -> None:
    chain = napkin.copy(deep=True)
    chain["scrap_share"].loc[{"commodity": "alpha"}] = 0.5
    after = plans.apply(chain, [lv.Lever("recycling", "alpha", 0.3)])
    assert refined(after) == refined(chain)


def test_exploration_in_the_dominant_country_raises_concentration(napkin) -> None:
    from shigen.model.evaluate import evaluate

    largest = str(napkin["reserves"].sel(commodity="alpha").idxmax("country").item())
    after = plans.apply(napkin, [lv.Lever("exploration", "alpha", 50.0, largest)])
    key = "reserve_concentration"
    before, now = (float(evaluate(c, [key])["raw"].sel(commodity="alpha").item()) for c in (napkin, after))
    assert now > before


def test_stockpile_moves_no_score(napkin) -> None:
    after = plans.apply(napkin, [lv.Lever("stockpile", "alpha", 60.0)])
    xr.testing.assert_equal(after[list(napkin.data_vars)], napkin)
    assert float(after["stock_days"].sel(commodity="alpha")) == 60.0


def test_japan_gallium_in_five_lines() -> None:
    chain = shigen.load(importer="JPN", year=2024)
    before = shigen.assess(chain)
    after = shigen.assess(chain, levers=[shigen.lever("smelter_investment", "gallium", host="JPN", t_per_year=20)])
    h = [
        a.dataset["raw"].sel(indicator="production_concentration", commodity="gallium").item() for a in (before, after)
    ]
    # China 839, Russia 6, Japan 3 → 23 of 868 t
    assert h[1] == pytest.approx((839**2 + 6**2 + 23**2) / 868**2)
    assert h[1] < h[0]


def test_host_that_supplies_nothing_yet_is_taken_in() -> None:
    chain = shigen.load(importer="JPN", year=2024, commodities=["gallium"])
    after = plans.apply(chain, [shigen.lever("smelter_investment", "gallium", host="GRC", t_per_year=50)])
    assert float(after["production"].sel(country="GRC", step="refined").item()) == 50.0
    assert 0.2 < float(after["governance"].sel(country="GRC")) < 0.6


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("smelter", "gallium"), 'There is no policy "smelter".'),
        (("smelter_investment", "galium"), 'The commodity "galium" is not known.'),
    ],
)
def test_unknown_names_are_refused(arguments, said) -> None:
    with pytest.raises(UserError) as caught:
        shigen.lever(*arguments, host="JPN", t_per_year=1)
    assert said in caught.value.message("en")


@pytest.mark.parametrize(
    ("key", "size", "said"),
    [
        ("smelter_investment", {"t_per_year": 5}, "names no host country"),
        ("smelter_investment", {"host": "JPN"}, "the size is not given as t_per_year"),
        ("smelter_investment", {"host": "JPN", "t_per_year": 5, "days": 3}, "t_per_year (given: days)"),
        ("smelter_investment", {"host": "EU27", "t_per_year": 5}, "EU27 is a bloc."),
        ("smelter_investment", {"host": "JPN", "t_per_year": -5}, "the size is -5 t/yr"),
        ("smelter_investment", {"host": "JPN", "t_per_year": 5, "offtake": 2}, "offtake is 2"),
        ("recycling", {"share": 1.2}, "the size is 1.2"),
    ],
)
def test_sizes_are_checked(key, size, said) -> None:
    with pytest.raises(UserError) as caught:
        shigen.lever(key, "gallium", **size)
    assert said in caught.value.message("en")


def test_a_mine_for_a_by_product_without_ore_is_refused() -> None:
    chain = shigen.load(importer="JPN", year=2024, commodities=["gallium"])
    with pytest.raises(UserError) as caught:
        plans.apply(chain, [shigen.lever("mine_investment", "gallium", host="AUS", t_per_year=5)])
    assert "has no ore of its own" in caught.value.message("en")


def refused(policy: lv.Lever) -> bool:
    try:
        plans.check_possible([policy], embedded())
    except UserError as error:
        return error.key in ("lever_no_ore", "lever_no_refining")
    return False


def test_what_a_mineral_cannot_have_is_known_before_a_chain_is_built(tmp_path) -> None:
    keys = list(names.commodities())
    chain = shigen.load("JPN", year=2024, commodities=keys)
    for key, kind in lv.lever_kinds().items():
        host = "AUS" if kind.needs_host else None
        every = {one: shigen.lever(key, one, host=host, **{kind.size_name: 0.1}) for one in keys}
        assert {one for one, policy in every.items() if refused(policy)} == plans.without(chain, key), key
    file = tmp_path / "study.toml"
    lever = '[[levers]]\nkey = "mine_investment"\ncommodity = "gallium"\nhost = "AUS"\nt_per_year = 1\n'
    file.write_text('commodities = ["gallium"]\n' + lever, "utf-8")
    with pytest.raises(UserError) as caught:
        read(file, {})
    assert caught.value.message("en").startswith("study.toml, line 2: Gallium has no ore of its own")


def test_recycling_is_cut_to_its_ceiling() -> None:
    # cobalt: 0.5 x 1.069^-10 = 0.2566; beyond it nothing is absorbed
    chain = shigen.load(importer="JPN", year=2024, commodities=["cobalt"])
    after = plans.apply(chain, [shigen.lever("recycling", "cobalt", share=0.95)])
    assert float(after["scrap_share"].item()) == pytest.approx(0.5 * 1.069**-10)
    assert float(after["not_absorbed"].sum()) > 1000


def test_what_home_does_not_take_of_its_plant_is_no_home_supply() -> None:
    chain = shigen.load(importer="JPN", year=2024, commodities=["magnesium_metal"])
    idle = plans.apply(chain, [shigen.lever("smelter_investment", "Mg", host="JPN", t_per_year=10000, offtake=0.0)])
    key = "refined_import_governance"
    before, after = (shigen.assess(c, indicators=[key]).dataset["raw"].item() for c in (chain, idle))
    assert after == pytest.approx(before)
    assert float(idle["production"].sel(country="JPN", step="refined").item()) == 10000


def test_comparison_leaves_out_an_axis_that_only_one_side_has() -> None:
    from shigen.model.effects import effects

    before = shigen.assess(shigen.load(importer="JPN", year=2024, commodities=["antimony"]))
    row = effects(before, [shigen.lever("smelter_investment", "Sb", host="JPN", t_per_year=900)])[0]
    assert row["left_out"] == ["ore_import_governance"]
    shared = before.dataset.sel(commodity="antimony")
    assert row["upstream_before"] != pytest.approx(0.0)
    assert row["lowered"] == ["refined_import_governance"]
    assert float(shared["risk"].sel(stage="upstream")) >= row["upstream_after"]


def test_a_part_of_the_tonnes_is_not_passed_off_as_the_whole() -> None:
    from shigen.model.effects import effects

    # Yellow phosphorus has value but no tonnes on the basis of rock.
    before = shigen.assess(shigen.load(importer="JPN", year=2024, commodities=["phosphate_rock"]))
    row = effects(before, [shigen.lever("resource_saving", "P", share=0.1)])[0]
    assert row["above_line_before_t"] is None
    assert row["largest_before_t"] is None
