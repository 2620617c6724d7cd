"""A stop of supply, worked by hand; and what a scenario and its figures refuse."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from made_disruption import laid, played, stop

import shigen
from shigen.base.errors import UserError, UserErrors
from shigen.figures.factbase import embedded
from shigen.model.disruption import network as nets
from shigen.model.disruption.answers import Answer, Band, disrupt, networks
from shigen.model.disruption.contents import contained
from shigen.model.disruption.months import play
from shigen.model.disruption.parameters import DAYS, HELD, KEYS, drawn, ranges
from shigen.model.disruption.scenario import Disruption, Relief

# t a month: China makes 120 (uses 40, sells 60 to Japan and 20 to Germany), Korea 60 (uses 10; 20 and 30).
FLOWS = 12 * np.array([[40.0, 0, 60, 20], [0, 10, 20, 30]])
WORLD = nets.made(["CHN", "KOR"], ["CHN", "KOR", "JPN", "DEU"], FLOWS)
HALF = {"reroute_share": 0.5, "reroute_months": 1e-9, "stock_users_home": DAYS / 2, "event_months": 2.0}
"""Half of exports is free at once; Japan has stock for half a month, 40 t; the stop lasts two months."""


def months(answer: Answer, name: str, closure: str) -> list[float]:
    return [round(float(one), 6) for one in answer.months[name].sel(closure=closure).values[:, 0]]


def test_a_stop_by_rationing_on_a_napkin() -> None:
    # Korea: 10 own; contracts 10 to Japan, 15 to Germany; 25 left, to Japan first: 10 + 25 = 35 of its 80.
    # Germany lacks 15 and has them of China's 60. Japan's gap is 45: 40 from stock, 5 short; then nothing in stock.
    answer = played(WORLD, stop(horizon=4), **HALF)
    assert months(answer, "received", "rationing") == [35, 35, 80, 80]
    assert months(answer, "short", "rationing") == [5, 45, 0, 0]
    assert months(answer, "drawn", "rationing") == [40, 0, 0, 0]
    assert months(answer, "rerouted", "rationing")[0] == 15  # half of what Korea sells to Germany
    assert months(answer, "removed", "rationing") == [60, 60, 0, 0]
    assert months(answer, "price_home", "rationing") == [1, 1, 1, 1]
    # 5 of 80 is above the line of 5 %; the stock covered 40 of the 45 that were missing in the first month.
    assert answer.first_short().tolist() == [1]
    assert answer.cover == pytest.approx(40 / 45 * DAYS)
    assert answer.odds_short() == 1
    assert answer.total("short", "rationing") == Band(50, 50, 50)
    unsold = [month.unsold[:, 0].round(6).tolist() for month in play(laid(WORLD, stop(), **HALF).case, "rationing")]
    assert unsold[:2] == [[45, 0], [90, 0]]  # China's 60 less Germany's 15, each month


def test_a_stop_by_price_on_a_napkin() -> None:
    # 35 t can reach Japan; a sixth of its 40 t of stock a month meets 6.67 / 80 of what it wants; η = 0.5:
    # 35 = (1 - 1/12)·80·P^-0.5, so P = (73.333 / 35)² = 4.390. Others have 145 for 100: P = (100 / 145)² = 0.476.
    answer = played(WORLD, stop(horizon=1), **HALF)
    assert months(answer, "price_home", "price") == [round((73 + 1 / 3) ** 2 / 35**2, 6)]
    assert months(answer, "price_outside", "price") == [round((100 / 145) ** 2, 6)]
    want = 80 * 35 / (73 + 1 / 3)
    assert months(answer, "use", "price") == [round(want, 6)]
    assert months(answer, "saved", "price") == [round(80 - want, 6)]
    assert months(answer, "drawn", "price") == [round(want - 35, 6)]
    assert months(answer, "short", "price") == [0]


def test_goods_under_way_still_arrive() -> None:
    # One and a half months at sea: nothing lacks in the first month, half of the flow in the second.
    answer = played(WORLD, stop(horizon=4), transit_months=1.5, event_months=2.0)
    assert months(answer, "received", "rationing") == [80, 50, 20, 50]


def test_levers_are_counted_by_what_they_bring() -> None:
    relief = Relief(recycling=0.2, saving=0.1, output=5, stock_days=DAYS / 8)
    answer = played(WORLD, stop(horizon=2), relief=relief, ceiling=0.1, event_months=2.0)
    # Of 80: 8 saved, 8 recycled (20 % asked, 10 % is the ceiling), 5 made at home, 20 from Korea, 10 of stock.
    assert months(answer, "saved", "rationing") == [8, 8]
    assert months(answer, "recycled", "rationing") == [8, 8]
    assert months(answer, "new_output", "rationing") == [5, 5]
    assert months(answer, "released", "rationing") == [10, 0]
    assert months(answer, "short", "rationing") == [29, 39]


def test_a_stop_of_ore_starves_refiners_whom_it_is_against_and_a_mine_does_nothing_for_refined_products() -> None:
    refined = nets.made(["JPN", "CHN"], ["JPN", "CHN"], 12 * np.array([[10.0, 0], [0, 10]]))
    ore = nets.made(["AUS", "COD"], ["AUS", "COD", "JPN", "CHN"], 12 * np.array([[0, 0, 4.0, 4], [0, 0, 6, 6]]))
    scenario = Disruption(commodity="cobalt", stops="COD", against="JPN", step="ore", months=3, horizon=2)
    answer = played(refined, scenario, ore=ore, event_months=3.0)
    # Japan's smelter has 4 t of ore from Australia instead of 10.
    assert months(answer, "short", "rationing") == [6, 6]
    # Where refined products stop, ore is not read at all.
    stopped = played(refined, Disruption(commodity="cobalt", stops="CHN", against="JPN", horizon=2), event_months=3.0)
    assert months(stopped, "short", "rationing") == [0, 0]


def test_what_is_recovered_displaces_refined_goods_and_never_ore() -> None:
    # China sells 60 t of Japan's 80 and stops; a tenth of use is recovered, as much more recycled.
    scenario = {"horizon": 2, "against": "JPN"}
    relief = Relief(recycling=0.1)
    refined = played(WORLD, stop(**scenario), relief=relief, event_months=2.0)
    assert months(refined, "recycled", "rationing") == [8, 8]
    assert months(refined, "short", "rationing") == [52, 52]
    # The same flows as ore that nobody is known to refine: 80 t are used, 20 come, whatever is recovered.
    alone = played(WORLD, stop(step="ore", **scenario), relief=relief, secondary_share=0.1, event_months=2.0)
    assert alone.need == pytest.approx(80)
    assert months(alone, "recycled", "rationing") == months(alone, "secondary", "rationing") == [0, 0]
    assert months(alone, "short", "rationing") == [60, 60]
    # Ore with its refiner: 6 of Japan's 10 t of refined goods are not made; 1 t is recycled in their place.
    made = nets.made(["JPN", "CHN"], ["JPN", "CHN"], 12 * np.array([[10.0, 0], [0, 10]]))
    ore = nets.made(["AUS", "COD"], ["AUS", "COD", "JPN", "CHN"], 12 * np.array([[0, 0, 4.0, 4], [0, 0, 6, 6]]))
    fed = Disruption(commodity="cobalt", stops="COD", against="JPN", step="ore", months=2, horizon=2)
    behind = played(made, fed, ore=ore, relief=relief, event_months=2.0)
    assert months(behind, "recycled", "rationing") == [1, 1]
    assert months(behind, "short", "rationing") == [5, 5]


def test_idle_plant_restarts_after_its_delay() -> None:
    # Korea can make half as much again, 30 t, at once after a month: all of it goes to Japan.
    answer = played(WORLD, stop(horizon=3), spare_capacity=0.5, spare_delay_months=1, spare_ramp_months=1e-9)
    assert months(answer, "received", "rationing") == [20, 50, 50]


def test_re_exports_are_traced_to_where_the_metal_was_made() -> None:
    # China makes 100 and sells 60 to Germany, which sells 30 of it on to Japan; nobody else makes any.
    countries = ["CHN", "DEU", "JPN"]
    laid_out = nets.laid_out(countries, np.array([100.0, 0, 0]), np.array([[0, 60.0, 0], [0, 0, 30], [0, 0, 0]]))
    assert laid_out["flows"].sel(country="CHN").values.round(6).tolist() == [40, 30, 30]
    # What it sells beyond what it makes and takes in is its output that no table shows.
    beyond = nets.laid_out(countries, np.array([50.0, 0, 0]), np.array([[0, 60.0, 0], [0, 0, 30], [0, 0, 0]]))
    assert beyond["unseen"].values.tolist() == [10]


def test_a_scenario_tells_all_that_is_wrong_with_it() -> None:
    with pytest.raises(UserErrors) as told:
        Disruption(commodity="antimony", stops="Chinaa", share=2, step="oxide", starts="2026-13", leak="some")
    assert [one.key for one in told.value.each] == [
        "unknown_country", "disruption_word", "disruption_form", "study_value", "disruption_word",
    ]  # fmt: skip
    with pytest.raises(UserError) as both:
        Disruption(commodity="antimony", stops="CHN", against="China")
    assert both.value.message("en") == (
        "CHN stands among those who stop and among those whom it is against. No one is both. "
        "Take it out of one of the two."
    )
    with pytest.raises(UserError, match="recycling"):
        Relief(recycling=-1)
    with pytest.raises(UserError) as ends:
        Disruption(commodity="antimony", stops="CHN", parameters={"transit_months": [3, 1, 2]})
    assert ends.value.key == "study_value"


def test_goods_worth_less_than_metal_hold_as_much_less_of_it() -> None:
    # Metal is 20,000 USD/t, of which half is paid in hydroxide: 2,000 USD/t of goods hold 0.2, 19,000 more than 0.95.
    rows = pd.DataFrame({
        "value_kusd": [2000.0, 19000.0, np.nan, 2000.0, 2000.0], "published": [1000.0, 1000.0, 1000.0, 1000.0, np.nan],
        "unit_kusd": 4.0, "content": [0.95, 0.95, 0.95, np.nan, 0.95], "factor": [np.nan, np.nan, np.nan, 0.6, np.nan],
        "quantity": np.nan,
    })  # fmt: skip
    chain = xr.Dataset({"price": (("commodity", "lag"), [[20000.0, 1.0]]),
                        "price_describes": (("commodity", "step"), [[True, False]])},
                       {"step": ["refined", "ore"]})  # fmt: skip
    # Without a value the assumed content; with a known factor that; 500 t by the mean value of the code, 0.4 of each.
    assert contained(rows, chain, "refined", 0.5).tolist() == pytest.approx([200, 950, 950, 600, 200])
    for assumed in (contained(rows, chain, "refined", None), contained(rows, chain, "ore", 0.5)):
        assert assumed.tolist() == pytest.approx([950, 950, 950, 600, 475])


def test_no_country_exports_more_cobalt_than_it_mines() -> None:
    facts = embedded()
    mined = max(float(row["value"]) for row in facts.table("production") if row["year"] == "2024"
                and (row["commodity"], row["country"], row["series"]) == ("cobalt", "COD", "mine"))  # fmt: skip

    def sent(**changed: float) -> tuple[float, float]:
        one = Disruption(commodity="cobalt", stops="COD", parameters=changed)
        laid, _ = networks(one, "JPN", ranges(one, "JPN", facts=facts), facts=facts)
        return float(laid["flows"].sel(country="COD").sum()), float(laid["unseen"].sum() / laid["flows"].sum())

    tonnes, unseen = sent()
    assert tonnes < mined
    # The assumption is the user's: none is paid by value, and mattes count as metal.
    assert sent(payable_share=0.0)[0] > 2 * mined
    assert sent(payable_share=0.9)[1] < unseen < sent(payable_share=0.55)[1]
    assert "payable_share" not in drawn(ranges(Disruption(commodity="cobalt", stops="COD"), "JPN"), 2, 1)


def test_every_parameter_that_the_model_reads_has_a_row_and_may_be_changed() -> None:
    scenario = Disruption(commodity="gallium", stops="CHN", against="JPN", leak="tight", months=6,
                          parameters={"transit_months": 0.5})  # fmt: skip
    read = ranges(scenario, "JPN", facts=embedded())
    assert set(read) == {*KEYS, *HELD, "spare_amount"} - {"spare_capacity"}
    assert all(one.source for name, one in read.items() if one.high > 0)
    assert (read["leak_share"].low, read["leak_share"].high) == (0, 0.2)
    assert (read["transit_months"].high, read["transit_months"].flag) == (0.5, "user")
    assert read["event_months"].high == 6
    assert len(read["expected_months"].each) == 13
    numbers = drawn(read, 2048, 1)
    for name, one in read.items():
        assert numbers[name].min() >= one.low - 1e-12
        assert np.median(numbers[name]) == pytest.approx(one.central, rel=0.2, abs=1e-9) or one.each
    assert (numbers["demand_elasticity_last"] >= numbers["demand_elasticity"]).all()
    assert drawn(read, 100, 1)["leak_months"].tolist() == numbers["leak_months"][:100].tolist()
    with pytest.raises(UserError) as told:
        ranges(Disruption(commodity="gallium", stops="CHN", parameters={"transit": 1}), "JPN", facts=embedded())
    assert told.value.suggestions == ("transit_months",)


def test_the_lead_question_is_answered_from_the_facts() -> None:
    scenario = Disruption(commodity="magnesium_metal", stops="CHN", against="JPN", starts="2026-01", leak="tight",
                          months=24)  # fmt: skip
    answer = shigen.disrupt(scenario, importer="Japan", draws=128)
    assert dict(answer.months.sizes) == {"closure": 2, "month": 36, "draw": 128}
    assert 0 <= answer.odds_short(within=24) <= 1
    first = band_of(answer.first_short())
    assert first.p05 >= 1
    price = answer.by_month("price_home", "price")[5]
    assert price.p05 <= price.p50 <= price.p95
    assert answer.months["use"].sel(closure="rationing").values == pytest.approx(
        answer.need - answer.months["short"].sel(closure="rationing").values - answer.months["saved"].sel(
            closure="rationing").values)  # fmt: skip
    again = shigen.disrupt(scenario, importer="JPN", draws=64)
    assert again.months["use"].values == pytest.approx(answer.months["use"].values[..., :64], rel=1e-12)
    assert all(0 < share <= 1.5 for _, share in answer.short_elsewhere("price"))


def test_a_stop_of_ore_without_refined_figures_is_played_on_the_ore_itself() -> None:
    answer = disrupt({"commodity": "fluorspar", "stops": "CHN", "step": "ore", "months": 12}, draws=8)
    assert answer.network.attrs["step"] == "ore"
    both = disrupt({"commodity": "antimony", "stops": "CHN", "step": "ore", "months": 12}, draws=8)
    assert both.network.attrs["step"] == "refined"
    assert (both.months["short"].values >= 0).all()


def test_what_home_takes_beyond_its_flows_is_split_by_output_and_nothing_is_added_to_the_world() -> None:
    # Others use 1,200 of the 2,160 that are made; of their part each origin gives the same share to Japan.
    whole = nets.completed(WORLD, "JPN", 1200.0)  # 960 by trade
    part = 240 / (2160 - 960)
    assert whole["flows"].sel(user="JPN").values == pytest.approx([720 + part * 720, 240 + part * 480])
    assert whole["flows"].sum("user").values == pytest.approx(WORLD["flows"].sum("user").values)
    assert (whole.attrs["seen"], whole.attrs["estimated"]) == (0.8, pytest.approx(240))
    assert nets.completed(WORLD, "JPN", float("nan"))["flows"].equals(WORLD["flows"])


def test_a_metal_of_a_shared_code_is_played_on_national_figures_and_says_so() -> None:
    answer = disrupt({"commodity": "gallium", "stops": "CHN", "against": "JPN", "leak": "tight",
                      "months": 24}, draws=64)  # fmt: skip
    assert answer.network.attrs["scope"] == "national"
    assert 0 <= answer.seen < 0.2
    # 167 t of use, 42 % of it recovered: 97 t come from abroad or Japan's own output.
    assert answer.need == pytest.approx(167 / 12, rel=1e-6)
    assert answer.odds_short() > 0.5


def band_of(numbers: np.ndarray) -> Band:
    return Band(*np.quantile(numbers, (0.05, 0.5, 0.95), method="inverted_cdf"))


def test_where_tonnes_are_not_known_nothing_is_made_up() -> None:
    with pytest.raises(UserError) as told:
        disrupt({"commodity": "bismuth", "stops": "CHN"}, draws=1)
    assert told.value.message("en").startswith(
        "Bismuth: no tonnes by country are known of output and trade at the step refined"
    )
    with pytest.raises(UserError) as little:
        disrupt({"commodity": "tantalum", "stops": "CHN"}, draws=1)
    assert little.value.message("en").startswith("Tantalum: figures show where 8 % of what home takes comes from")
    with pytest.raises(UserError) as form:
        disrupt({"commodity": "antimony", "stops": "CHN", "form": "810110"}, draws=1)
    assert form.value.key == "disruption_word"
    with pytest.raises(UserError) as nothing:
        disrupt({"commodity": "magnesium_metal", "stops": "VUT"}, draws=1)
    assert nothing.value.key == "disruption_nothing"
