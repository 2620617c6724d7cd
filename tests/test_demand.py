"""Demand in three parts: by hand, the classes, the study's figures beside ours, and what a user may change."""

import json

import numpy as np
import pytest

import shigen
from shigen.base import names
from shigen.base.errors import UserError
from shigen.outlook.demand import FIRST_BASE, PARTS, Choices, at_home, cagr, demand
from shigen.outlook.demand_tables import concerning, rows, sources, summary, surge
from shigen.outlook.inputs import ECONOMY, Inputs, find_scenario, scenarios, uses
from shigen.outlook.volumes import contents, mix, volume

YEARS = list(range(2020, 2051))


@pytest.fixture(scope="module")
def world():
    return demand()


def test_classes_are_computed_and_agree_with_the_study_on_what_rises_and_falls(world) -> None:
    assert world.classes() == {
        "phosphate_rock": "D", "fluorspar": "B", "magnesium_metal": "D", "antimony": "D", "vanadium": "D",
        "cobalt": "A", "tungsten": "D", "tantalum": "D", "indium": "D", "gallium": "A", "palladium": "C",
        "graphite_natural": "A", "rare_earths": "A",
    }  # fmt: skip


def test_parts_add_up_to_the_total_in_every_year_scenario_and_end(world) -> None:
    sums = world.parts().sum("part", min_count=1)
    np.testing.assert_allclose(sums.transpose(*world.total.dims), world.total, rtol=1e-12)
    assert bool(world.total.notnull().all())


def test_the_base_year_gives_todays_demand(world) -> None:
    first = world.total.sel(year=2024, bound="central")
    for commodity in ("phosphate_rock", "fluorspar", "gallium", "graphite_natural", "rare_earths"):
        today = float(world.dataset["base"].sel(commodity=commodity))
        np.testing.assert_allclose(first.sel(commodity=commodity), today, rtol=1e-12)
    # Cobalt starts from the demand of 2022 that the Cobalt Institute prints, not from the output of 2024.
    assert float(world.dataset["base"].sel(commodity="cobalt")) == 187000
    assert int(world.dataset["base_year"].sel(commodity="cobalt")) == 2022


def test_low_and_high_enclose_the_centre(world) -> None:
    found = world.dataset["demand"]
    assert bool(
        (found.sel(bound="low") <= found.sel(bound="central") * (1 + 1e-12))
        .where(found.sel(bound="low").notnull(), True)
        .all()
    )
    assert bool(
        (found.sel(bound="high") >= found.sel(bound="central") * (1 - 1e-12))
        .where(found.sel(bound="high").notnull(), True)
        .all()
    )


def test_cobalt_of_batteries_by_hand() -> None:
    # 2030, STEPS: 3229 GWh; NMC 532 6 %, 622 10 %, 811 17 %, 95 10 %, NCA 2 %, LFP 55 %.
    per_kwh = 0.06 * 0.1866 + 0.10 * 0.1828 + 0.17 * 0.0826 + 0.10 * 0.0195 + 0.02 * 0.1336
    # kg/kWh × GWh × 1e3 = t; 4 % of the cathode material is scrapped in making.
    expected = 3229 * 1e3 * per_kwh / 0.96
    found = demand(commodities=["cobalt"]).dataset["demand"]
    at = {"commodity": "cobalt", "part": "new", "use": "ev_battery", "scenario": "STEPS", "year": 2030}
    assert float(found.sel(at).sel(bound="central")) == pytest.approx(expected, rel=1e-3)


def test_gallium_of_a_gan_layer_by_hand() -> None:
    # 6.15 g/cm3 × 5 µm × 0.833 = 2.56 mg/cm2; × 176.7 cm2 of a 150 mm wafer = 0.4527 g; a fifth of the precursor lands.
    inputs, use = Inputs(), uses()["gan_device"]
    held = contents(inputs, use, "gallium", ["power, 5 µm layer"], lost=False).sel(bound="central")
    # Million wafers × g = t.
    assert float(held.squeeze()) == pytest.approx(6.15 * 5e-4 * 0.833 * 176.7, rel=1e-3)
    taken = contents(inputs, use, "gallium", ["power, 5 µm layer"], lost=True)
    assert float(taken.sel(bound="central").squeeze()) == pytest.approx(0.4527 / 0.2, rel=1e-3)
    # The low end of demand takes the high end of the yield.
    assert float(taken.sel(bound="low").squeeze()) == pytest.approx(0.4527 / 0.3, rel=1e-3)


def test_rare_earths_of_a_motor_by_hand() -> None:
    # 1.6 kg of magnet × 30 % × 1.17 REO per metal / 0.8 = 0.702 kg REO a car.
    held = contents(Inputs(), uses()["ev_motor"], "rare_earths", ["permanent magnet"], lost=True)
    assert float(held.sel(bound="central").squeeze()) == pytest.approx(702.0)
    assert float(held.sel(bound="high").squeeze()) == pytest.approx(1e3 * 2.0 * 0.32 * 1.17 / 0.8)


def test_regulated_use_by_hand(world) -> None:
    # Refrigerants of developed countries: 25 % × 40 % of fluorspar; the cap falls from 60 % (2024) to 15 % (2036).
    today = float(world.dataset["base"].sel(commodity="fluorspar"))
    found = world.dataset["demand"].sel(commodity="fluorspar", part="regulated", use="refrigerant_developed",
                                        scenario="STEPS", bound="central")  # fmt: skip
    assert float(found.sel(year=2024)) == pytest.approx(0.1 * today)
    assert float(found.sel(year=2028)) == pytest.approx(0.1 * today)
    assert float(found.sel(year=2029)) == pytest.approx(0.1 * today * 30 / 60)
    assert float(found.sel(year=2050)) == pytest.approx(0.1 * today * 15 / 60)


def test_a_phase_out_reaches_zero_when_its_volume_does() -> None:
    nothing = {f"volume:electric_share:::NZE:{year}": 1.0 for year in (2035, 2050)}
    nothing |= {"volume:battery_only::::2050": 1.0}
    found = demand(commodities=["palladium"], choices=Choices(values=nothing))
    left = found.dataset["demand"].sel(part="regulated", use="autocatalyst", scenario="NZE", year=2050)
    assert float(left.sel(bound="central").squeeze()) == pytest.approx(0.0, abs=1e-9)


def test_cobalt_leaves_batteries_after_all_solid_state_cells(world) -> None:
    found = world.dataset["demand"].sel(commodity="cobalt", part="new", use="ev_battery", bound="central")
    assert float(found.sel(scenario="cobalt_free", year=2045)) == 0.0
    assert float(found.sel(scenario="cobalt_free", year=2030)) == float(found.sel(scenario="STEPS", year=2030))


def test_uses_of_class_d_lie_inside_the_trend(world) -> None:
    own = world.dataset["demand"].sel(commodity="phosphate_rock")
    assert bool(own.sel(part=["new", "regulated"]).isnull().all())
    # Batteries would take some: it is not zero, it is not split off.
    assert 0.01 < float(world.dataset["rise"].sel(commodity="phosphate_rock")) < 0.10


def test_more_volume_means_more_demand() -> None:
    more = Choices(values={"volume:ev_battery:::STEPS:2050": 9000.0})
    one, two = (demand(commodities=["cobalt"], choices=choices).total.sel(scenario="STEPS", bound="central")
                for choices in (Choices(), more))  # fmt: skip
    assert float(two.sel(year=2050).squeeze()) > float(one.sel(year=2050).squeeze())
    assert float(two.sel(year=2035).squeeze()) == float(one.sel(year=2035).squeeze())


def test_the_users_growth_base_and_line_are_taken() -> None:
    choices = Choices(values={"growth:existing::tungsten::": 0.01, "base:::tungsten::2024": 100000.0})
    found = demand(commodities=["tungsten"], choices=choices).total.sel(scenario="STEPS", bound="central").squeeze()
    assert float(found.sel(year=2050)) == pytest.approx(100000 * 1.01**26)
    assert demand(commodities=["phosphate_rock"], choices=Choices(line=0.03)).classes() == {"phosphate_rock": "A"}


def test_mistakes_are_named() -> None:
    with pytest.raises(UserError, match="There is no assumption volume:ev_batery:::STEPS:2050"):
        demand(choices=Choices(values={"volume:ev_batery:::STEPS:2050": 1.0}))
    with pytest.raises(UserError, match="One number, or low, central and high"):
        Inputs({"volume:ev_battery:::STEPS:2050": [3.0, 2.0, 1.0]})
    with pytest.raises(UserError, match=r"The shares of the technologies of ev_battery add up to 1\.4 in 2050"):
        demand(commodities=["cobalt"], choices=Choices(values={"mix:ev_battery:LFP:::2050": 0.9}))
    with pytest.raises(UserError, match=r"There is no scenario STEP\."):
        find_scenario("STEP")


def test_home_starts_from_what_it_is_known_to_use_and_goes_on_as_the_world_does(world) -> None:
    home = at_home(world, "JPN")
    first = home.total.sel(year=2024, scenario="STEPS", bound="central")
    # Rare earths: a national figure of 2024 itself. Gallium: 167 t of 2021, at the study's 3.7 % to 2024.
    assert float(first.sel(commodity="rare_earths")) == pytest.approx(18835)
    assert float(first.sel(commodity="gallium")) == pytest.approx(167 * 1.037**3)
    assert (float(home.dataset["base"].sel(commodity="gallium")), home.known["gallium"]["kind"]) == (167, "national")
    for mineral in ("cobalt", "gallium"):
        own, all_of_it = (one.total.sel(commodity=mineral, scenario="STEPS", bound="central") for one in (home, world))
        np.testing.assert_allclose(own / own.sel(year=2024), all_of_it / all_of_it.sel(year=2024))
    # Rock of 27 to 33 % P2O5 around 30 %: 6.94, 7.64 and 8.49 t of rock a tonne of phosphorus.
    rock = home.total.sel(commodity="phosphate_rock", year=2024, scenario="STEPS")
    assert float(rock.sel(bound="high") / rock.sel(bound="central")) == pytest.approx(8.49 / 7.64)
    assert bool(at_home(world, "DEU").total.isnull().all())
    share = demand("DEU", commodities=["cobalt"], choices=Choices(home_ratio={"Co": 0.1}))
    np.testing.assert_allclose(share.total, 0.1 * world.total.sel(commodity=["cobalt"]))


@pytest.mark.parametrize("place", ["JPN", "USA"])
def test_home_demand_meets_national_figures_in_their_own_year(place: str, facts) -> None:
    printed = facts.query("select commodity, year, value from home_demand where value is not null and home = $1",
                          [place])  # fmt: skip
    checked = 0
    for year, rows_of in printed[printed["year"].between(FIRST_BASE, 2024)].groupby("year"):
        home = demand(place, commodities=list(rows_of["commodity"]), year=int(year))
        for commodity, value in zip(rows_of["commodity"], rows_of["value"], strict=True):
            own = home.total.sel(commodity=commodity, year=year, scenario="STEPS", bound="central")
            assert float(own) == pytest.approx(value, rel=0.1), (commodity, year)
            checked += 1
    assert checked >= {"JPN": 5, "USA": 40}[place]


@pytest.mark.parametrize("place", ["JPN", "USA"])
@pytest.mark.parametrize("year", [2018, 2021, 2024])
def test_home_uses_no_more_than_the_world_puts_out_unless_recovered_metal_is_named(place: str, year: int) -> None:
    home = demand(place, year=year)
    for commodity, figure in home.known.items():
        if figure["secondary"] != "yes":
            own = home.total.sel(commodity=commodity, year=year, scenario="STEPS", bound="central")
            put_out = home.dataset["history"].sel(commodity=commodity).dropna("past")
            assert float(own) <= float(put_out[-1]), commodity


def test_a_trend_meets_the_growth_of_the_world_economy(world) -> None:
    # Tantalum 3.18 % a year and the economy 2.7 %: the third year has 13/15 of the difference, the sixteenth none.
    one = world.total.sel(commodity="tantalum", scenario="STEPS", bound="central")
    rate = float(world.dataset["growth"].sel(commodity="tantalum", bound="central"))
    yearly = one / one.shift(year=1) - 1
    assert float(yearly.sel(year=2025)) == pytest.approx(rate)
    assert float(yearly.sel(year=2027)) == pytest.approx(0.027 + (rate - 0.027) * 13 / 15)
    for year in (2040, 2050):
        assert float(yearly.sel(year=year)) == pytest.approx(0.027)


def test_damping_is_a_choice_and_leaves_assumed_growth_and_classes_alone(world) -> None:
    alone = demand(choices=Choices(damping=0))
    np.testing.assert_allclose(alone.total.sel(bound="central"), world.dataset["undamped"], rtol=1e-12)
    assert alone.classes() == world.classes()
    own, other = (one.total.sel(commodity="palladium") for one in (alone, world))
    np.testing.assert_allclose(own, other)
    stated = Choices(values={"growth:existing::gallium::": 0.037})
    fixed = demand(commodities=["gallium"], choices=stated)
    existing = fixed.dataset["demand"].sel(part="existing", use="existing", scenario="STEPS", bound="central").squeeze()
    assert float(existing.sel(year=2050) / existing.sel(year=2049)) == pytest.approx(1.037)


def test_the_iea_stands_beside_with_the_reason_of_the_difference(world) -> None:
    table = {(row["commodity"], row["scenario"]): row for row in summary(world, "en")}
    for commodity, theirs in (("cobalt", 1.5), ("rare_earths", 1.65), ("graphite_natural", 2.31)):
        row = table[commodity, "STEPS"]
        assert row["iea_multiple_2040"] == theirs
        assert row["multiple_2040"] == pytest.approx(row["t_2040"] / row["t_2024"])
        assert f"IEA (STEPS): 2040 is {theirs:.2f} times 2024" in row["explained"]
    assert "magnet rare earths alone" in table["rare_earths", "STEPS"]["explained"]
    assert table["cobalt", "cobalt_free"]["iea_multiple_2040"] is None
    assert table["tungsten", "STEPS"]["iea_multiple_2040"] is None


def test_a_surge_that_others_outrun_says_why(world) -> None:
    told = {row["commodity"]: row["explained"] for row in summary(world, "en") if row["scenario"] == "STEPS"}
    rates = {row["commodity"]: row["cagr"] for row in summary(world, "en") if row["scenario"] == "STEPS"}
    assert rates["indium"] > rates["cobalt"]
    assert "It counts as a surge because new uses alone add 47 % of today's demand by 2050" in told["cobalt"]
    assert "Indium" in told["cobalt"]
    assert "counts as a surge" not in told["gallium"] + told["indium"]
    lower = demand(choices=Choices(line=0.01))
    rock = next(row for row in summary(lower, "en") if row["commodity"] == "phosphate_rock")
    assert "The study does not count it as a surge" in rock["explained"]


def test_summary_stands_beside_the_studys_rates(world) -> None:
    table = {row["commodity"]: row for row in summary(world, "en") if row["scenario"] == "STEPS"}
    rates = {key: row["study_cagr"] for key, row in table.items()}
    assert rates == {
        "vanadium": 0.023, "antimony": 0.030, "indium": 0.026, "gallium": 0.037, "palladium": -0.020,
        "tungsten": 0.004, "cobalt": 0.069, "magnesium_metal": 0.023, "graphite_natural": 0.054, "fluorspar": 0.006,
        "phosphate_rock": 0.029, "rare_earths": 0.031, "tantalum": 0.014,
    }  # fmt: skip
    own = table["cobalt"]
    assert own["cagr"] == pytest.approx((own["t_2050"] / own["t_2024"]) ** (1 / 26) - 1)
    assert own["cagr_low"] < own["cagr"] <= own["cagr_high"]
    for row in table.values():
        assert row["explained"]
    assert "Left out as irregular: 2011, 2017." in table["fluorspar"]["explained"]
    assert "assumed rate" in table["palladium"]["explained"]


def test_rows_hold_every_use_and_the_sum(world) -> None:
    found = rows(world, commodities=["gallium"], years=[2050], chosen=["APS"])
    told = {row["use"] or row["part"]: row["value"] for row in found}
    assert list(told) == ["existing", "ev_motor", "wind_generator", "gan_device", "total"]
    assert told["total"] == pytest.approx(sum(value for use, value in told.items() if use != "total"))
    assert json.dumps(found, allow_nan=False)


def test_growth_between_two_amounts() -> None:
    import xarray as xr

    assert float(cagr(xr.DataArray(100.0), xr.DataArray(121.0), 2)) == pytest.approx(0.10)


def test_the_clause_of_the_types_names_figure_line_and_the_studys_word(world) -> None:
    clauses = surge(world)
    assert {key for key, clause in clauses.items() if clause.value} == {
        "cobalt", "gallium", "graphite_natural", "rare_earths",
    }  # fmt: skip
    assert clauses["rare_earths"].in_words("en") == (
        "Demand rises discontinuously: yes (0.13 > line 0.10, may change with the assumptions, "
        "added by new uses to 2050, over demand now; the study: discontinuous rise)"
    )
    # Near: at the low ends of the assumptions rare earths and gallium stay below the line.
    assert {key for key, clause in clauses.items() if clause.near} == {"rare_earths", "gallium"}
    near = surge(demand(commodities=["rare_earths"], choices=Choices(horizon=2040)))["rare_earths"]
    assert near.near
    assert near.value is False


def test_every_assumption_has_source_confidence_and_both_notes() -> None:
    for row in Inputs().rows:
        assert row.source, row.address
        assert row.confidence, row.address
        assert row.low <= row.value <= row.high, row.address
        assert bool(row.note["ja"]) == bool(row.note["en"]), row.address
        if row.flag == "assumption":
            assert row.note["en"], row.address


def test_shares_of_technologies_add_up_to_one() -> None:
    chosen = list(scenarios().values())
    for use in uses().values():
        if use.part == "new":
            sums = mix(Inputs(), use, chosen, YEARS).sel(bound="central").sum("technology")
            np.testing.assert_allclose(sums, 1.0, rtol=1e-9, err_msg=use.key)


def test_volumes_are_known_in_every_year_ahead() -> None:
    for use in uses().values():
        if use.volume:
            found = volume(Inputs(), use, list(scenarios().values()), YEARS)
            assert bool(found.notnull().all()), use.key


def test_every_assumption_is_of_a_use_and_a_commodity_that_exist() -> None:
    volumes = {"car", "electric_share", "battery_only"} | {use.volume for use in uses().values()}
    for row in Inputs().rows:
        assert row.use in (volumes if row.kind == "volume" else {*uses(), "", ECONOMY}), row.address
        assert not row.commodity or row.commodity in names.commodities(), row.address
        assert not row.scenario or row.scenario in scenarios(), row.address


def test_what_concerns_a_mineral_is_what_its_demand_rests_on(world) -> None:
    kinds = {(row.kind, row.use) for row in concerning(world, ["palladium"])}
    assert kinds == {
        ("volume", "car"), ("volume", "electric_share"), ("volume", "battery_only"), ("share", "autocatalyst"),
        ("life", "autocatalyst"), ("growth", "existing"), ("base", ""),
    }  # fmt: skip
    told = sources(world, ["palladium"])
    assert "Johnson Matthey PGM market report" in told
    assert any(source.startswith("MCS 20") for source in told)


def test_any_mineral_and_base_year() -> None:
    found = demand(commodities=["lithium", "nickel", "copper"], year=2022)
    assert found.classes()["lithium"] == "A"
    assert int(found.total["year"].min()) == 2022
    assert bool(found.total.sel(commodity="lithium").notnull().all())


def test_charts_are_drawn_in_both_languages(world) -> None:
    for lang in ("ja", "en"):
        picture = shigen.chart("demand", world, lang=lang, commodity="コバルト")
        assert "<svg" in picture.svg()
        assert {row["scenario"] for row in picture.rows} == set(scenarios())
        assert len({row["panel"] for row in shigen.chart("demand", world, lang=lang, commodity="W").rows}) == 1
        assert "<svg" in shigen.chart("demand_growth", world, lang=lang).svg()
        assert "<svg" in shigen.chart("scrap", world, lang=lang).svg()
    with pytest.raises(UserError, match="several values of commodity"):
        shigen.chart("demand", world)


def test_parts_are_the_three_of_the_study() -> None:
    assert PARTS == ("existing", "new", "regulated")
    assert {use.part for use in uses().values()} == set(PARTS)


@pytest.mark.parametrize(
    ("address", "value"),
    [
        ("volume:electric_share:::STEPS:2050", 1.8), ("mix:ev_battery:LFP:::2050", -0.3),
        ("intensity:ev_battery:NMC 811:cobalt::", -3.0), ("yield:ev_battery:cathode not scrapped:cobalt::", 0.0),
        ("life:ev_battery:scale:::", -5.0), ("growth:existing::cobalt::", -2.0), ("base:::gallium::2024", 0.0),
    ],
)  # fmt: skip
def test_an_assumption_outside_its_range_is_refused(address: str, value: float) -> None:
    with pytest.raises(UserError, match="It lies between"):
        Inputs({address: value})


def test_choices_outside_their_range_are_refused() -> None:
    for name, value in (("span", 3), ("horizon", 2100), ("line", 0.0), ("home_ratio", {"cobalt": -1.0})):
        with pytest.raises(UserError, match="It lies between"):
            Choices(**{name: value})
    assert demand(commodities=["cobalt"], choices=Choices(scenario="aps")).choices.scenario == "APS"
    for year in (1985, 2060):
        with pytest.raises(UserError, match=f"The choice year of demand is {year}. It lies between 2015 and 2025"):
            demand(year=year)
    with pytest.raises(UserError, match="Nobody tells what DEU uses"):
        demand("DEU", commodities=["cobalt"])
    with pytest.raises(UserError):
        demand(commodities=["cobalt", "Co"])


def test_cars_of_the_past_count_in_the_scrap_of_catalysts() -> None:
    found = volume(Inputs(), uses()["autocatalyst"], list(scenarios().values()), list(range(2000, 2051)))
    assert bool(found.notnull().all())
    # 2005: 58 million cars, none of them on batteries alone.
    assert float(found.sel(year=2005, scenario="STEPS", bound="central")) == pytest.approx(58.0)


def test_the_trend_ends_in_the_base_year(world) -> None:
    used = world.dataset["past"].values[world.dataset["used"].sel(commodity="cobalt").values]
    assert used.max() == 2022


def test_a_mineral_without_output_has_no_class() -> None:
    found = demand(commodities=["germanium"])
    assert found.classes() == {"germanium": ""}
    assert bool(found.total.isnull().all())
    assert surge(found)["germanium"].value is None
