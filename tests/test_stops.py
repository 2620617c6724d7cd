"""Stops that a study plays: by dated measures, without the largest supplier, with policies; in words and tables."""

import json
from pathlib import Path

import numpy as np
import pytest
from made_disruption import laid, stop

from shigen.base.declare import Lever
from shigen.base.errors import UserError, UserErrors
from shigen.base.i18n import LANGS, Lang, text
from shigen.figures.factbase import FactBase
from shigen.model.chain import load
from shigen.model.disruption import network as nets
from shigen.model.disruption.answers import Band, disrupt, ready
from shigen.model.disruption.helps import Help, helps, relief
from shigen.model.disruption.parameters import DAYS
from shigen.model.disruption.presets import hitting, preset, presets
from shigen.model.disruption.scenario import Relief
from shigen.model.disruption.told import MET, told
from shigen.study.choices import Study, question
from shigen.study.file import read
from shigen.study.run import Run
from shigen.study.stops import rows as tables
from shigen.study.stops import words
from shigen.study.stops.played import Played, Stops, largest, stops
from shigen.study.stops.spec import StopSpec

KEYS = ("magnesium_metal", "gallium", "tantalum", "rare_earths", "antimony")
WORLD = nets.made(["CHN", "KOR"], ["CHN", "KOR", "JPN", "DEU"], 12 * np.array([[40.0, 0, 60, 20], [0, 10, 20, 30]]))
FEW = {"reroute_share": 0.5, "reroute_months": 1e-9, "event_months": 2.0}


@pytest.fixture(scope="module")
def found(facts: FactBase) -> Stops:
    levers = [Lever("stockpile", "magnesium_metal", 60.0), Lever("mine_investment", "gallium", 20.0, "AUS"),
              Lever("recycling", "magnesium_metal", 0.2)]  # fmt: skip
    chain = load("JPN", commodities=list(KEYS), facts=facts)
    return stops(None, "JPN", chain, levers=levers, draws=48, whole=False, facts=facts)


def test_measures_say_who_stops_what_against_whom_and_since_when(facts: FactBase) -> None:
    known = presets(facts)
    assert list(known) == sorted(known, key=lambda key: known[key].date, reverse=True)
    one = known["CHN-2026-01-06"]
    assert (one.stops, one.against, one.starts, one.in_force) == (("CHN",), ("JPN",), "2026-01", True)
    assert {("gallium", ""), ("rare_earths", "dysprosium")} <= {(item.commodity, item.form) for item in one.items}
    assert all(item.source for item in one.items)
    # The ban towards the USA is suspended by a later measure, and so is no stop that is in force.
    assert known["CHN-2024-12-03"].against == ("USA",)
    assert not known["CHN-2024-12-03"].in_force
    assert {item.commodity for _, item in hitting("JPN", facts)} >= {"gallium", "tungsten"}
    assert hitting("DEU", facts) == []
    with pytest.raises(UserError, match="CHN-2026-01-06"):
        preset("CHN-2026-01-07", facts)


def test_each_mineral_stops_by_the_measure_in_force_else_without_its_largest_supplier(found: Stops) -> None:
    by = {key: found.of(key) for key in KEYS}
    assert [(one.design, one.stops, one.against) for one in by["gallium"]] == [
        ("tight", ("CHN",), ("JPN",)), ("loose", ("CHN",), ("JPN",))]  # fmt: skip
    (alone,) = by["magnesium_metal"]
    assert (alone.largest, alone.stops, alone.against, alone.preset) == (True, ("CHN",), "all", None)
    assert [one.form for one in by["rare_earths"]] == ["dysprosium;terbium"] * 2
    # Nothing is made up where figures show little.
    (lacking,) = by["tantalum"]
    assert lacking.told is None
    assert lacking.unplayed is not None
    assert lacking.unplayed.key == "disruption_unseen"


def test_elements_that_no_figure_tells_apart_are_one_stop_and_named_together(found: Stops, facts: FactBase) -> None:
    tight, _ = found.of("rare_earths")
    assert [words.item_name(tight, lang) for lang in LANGS] == ["ジスプロシウム、テルビウム", "Dysprosium, Terbium"]
    assert words.alike(tight, "en").startswith("Dysprosium, Terbium: one computation")
    assert {row["form"] for row in tables.stop_rows(found, "en") if row["commodity"] == "rare_earths"} == {
        "dysprosium;terbium"}  # fmt: skip
    assert words.headline(found, "en")[0].count("Terbium") == 1
    # All refined samarium is not of one country alone; that of the others is.
    measure = StopSpec(measure="CHN-2025-04-04", against="JPN", leak="tight")
    chain = load("JPN", commodities=["rare_earths"], facts=facts)
    rows = stops([measure], "JPN", chain, draws=8, whole=False, facts=facts).rows
    assert [one.forms for one in rows] == [
        ("samarium",), ("gadolinium", "terbium", "dysprosium", "lutetium", "yttrium")]  # fmt: skip


def test_no_two_stops_tell_one_computation_twice(found: Stops) -> None:
    told_ = [one.told for one in found.rows if one.told is not None and one.told.within > 0]
    assert len({str(one.bands) for one in told_}) == len(told_) > 2


def test_less_that_finds_a_way_through_never_makes_home_short_earlier(found: Stops) -> None:
    pairs = [[one.told for one in found.of(key)][:2] for key in ("gallium", "rare_earths")]
    for tight, loose in pairs:
        assert tight is not None
        assert loose is not None
        assert tight.within >= loose.within
        assert tight.first["rationing"].p50 <= loose.first["rationing"].p50


def test_the_largest_supplier_is_that_of_most_tonnes(facts: FactBase) -> None:
    laid_out = nets.network("magnesium_metal", "refined", "JPN", facts=facts)
    takes = laid_out["flows"].sel(user="JPN").drop_sel(country="JPN", errors="ignore")
    chain = load("JPN", commodities=["magnesium_metal"], facts=facts)
    (one,) = stops(None, "JPN", chain, draws=8, whole=False, facts=facts).rows
    assert one.stops == (str(takes["country"].values[int(takes.argmax("country"))]),)
    from shigen.model.disruption.presets import Restricted
    from shigen.study.stops.played import World

    world = World("JPN", facts, chain, nets.flows_of(["palladium"], int(chain["year"]), facts))
    with pytest.raises(KeyError):  # the chain does not hold it: nothing is looked up elsewhere
        largest(StopSpec(), Restricted("palladium", "", ""), "refined", world)


@pytest.mark.parametrize("home", ["USA", "DEU"])
def test_the_largest_supplier_is_that_of_the_flows_that_its_stop_is_played_on(facts: FactBase, home: str) -> None:
    # Of refined antimony home takes more than flows show: the rest counts, as do codes of totals at their split.
    chain = load(home, commodities=["antimony"], facts=facts)
    (row,) = stops([StopSpec()], home, chain, draws=2, whole=False, facts=facts).rows
    played = ready(stop(stops=row.stops, against="all"), home, draws=2, chain=chain, facts=facts).network
    takes = played["flows"].sel(user=home).drop_sel(country=home, errors="ignore")
    assert row.stops == (str(takes["country"].values[int(takes.argmax("country"))]),)
    flows = nets.network("antimony", "refined", home, chain=chain, facts=facts)["flows"].sel(user=home)
    assert float(takes.sum()) > 1.1 * float(flows.sum())


def test_an_element_comes_by_output_in_percent_of_need_and_without_prices(facts: FactBase) -> None:
    answer = disrupt({"commodity": "rare_earths", "form": "Dy", "stops": "CHN", "against": "JPN", "leak": 0.0,
                      "months": 12}, draws=16, facts=facts)  # fmt: skip
    assert answer.network["flows"].sel(country="CHN", user="JPN").item() == pytest.approx(100)
    assert answer.need == pytest.approx(100 / 12)
    assert not answer.priced
    one = told(answer)
    assert (one.unit, one.scope, one.peak, one.unfirm) == ("percent", "home", None, ["home"])


def test_a_told_stop_holds_odds_that_rise_bands_that_are_ordered_and_flows_that_come_to_use(found: Stops) -> None:
    for row in found.rows:
        if (one := row.told) is None:
            continue
        for closure in one.closures:
            assert np.all(np.diff(one.odds[closure]) >= 0)
            met = sum(np.array(one.means[closure, name]) for name in MET)
            assert np.all(met >= np.array(one.means[closure, "use"]) - 1e-9 * one.need)  # what is used is met
        for bands in one.bands.values():
            assert all(band.p05 <= band.p50 <= band.p95 for band in bands)
        assert one.within == one.odds["rationing"][-1]


def test_what_decides_is_found_by_ranks(facts: FactBase) -> None:
    # Only the stock of home differs from draw to draw: the days that home lasts follow it one to one.
    stocks = {"stock_users_home": np.linspace(10, 60, 40)}
    one = told(laid(WORLD, stop(horizon=6, months=6), draws=stocks, **(FEW | {"event_months": 6.0})).play())
    assert one.decides == [("stock_users_home", pytest.approx(1.0))]
    fixed = told(laid(WORLD, stop(horizon=4), **FEW).play())
    assert fixed.decides == []


def test_policies_are_tried_on_the_same_stop(facts: FactBase) -> None:
    # Japan lacks 45 t a month for two months of 80; half a month of stock, 40 t, would save 40 of the 90.
    lay = laid(WORLD, stop(horizon=4), **FEW)
    without = lay.play()
    stockpile, mine = Lever("stockpile", "antimony", DAYS / 2), Lever("mine_investment", "antimony", 60.0, "AUS")
    before, late, nothing, never, whole = helps(lay, without, [stockpile, mine], facts=facts)
    assert before.saves == Band(*[pytest.approx(40)] * 3)
    assert (before.month, late.why, late.saves) == (1, "too_late", Band(0, 0, 0))
    assert (nothing.why, never.why) == ("other_step", "other_step")
    # What is short with it, and without where it does nothing; all together is here the stock alone.
    assert (before.short, nothing.short) == (Band(*[pytest.approx(50)] * 3), Band(*[pytest.approx(90)] * 3))
    assert (whole.lever, whole.when, whole.short, whole.cover) == (None, "before", before.short, before.cover)
    assert nothing.cover == Band(*[pytest.approx(float(without.cover[0]))] * 3)
    # Nothing is to be saved where home is never short, and no month is played for it.
    calm = laid(WORLD, stop(horizon=4, share=0.0), **FEW)
    (quiet, _) = helps(calm, calm.play(), [stockpile], facts=facts)
    assert (quiet.why, quiet.odds) == ("not_short", 0.0)


def test_a_policy_that_is_decided_on_the_day_begins_after_its_delay(facts: FactBase) -> None:
    plant = Lever("smelter_investment", "antimony", 120.0, "JPN", offtake=0.5)
    assert relief(plant, "refined", 80.0, "before", facts=facts) == Relief(output=5.0)
    assert relief(plant, "refined", 80.0, "at_once", facts=facts) == Relief(output=5.0, output_delay=36.0)
    assert relief(plant, "ore", 80.0, "before", facts=facts) == "other_step"
    assert relief(plant, "refined", float("nan"), "before", facts=facts) == "no_tonnes"
    # Of 50 % regenerated in the end 25 % are today: 25 % are new; a target below today's adds nothing.
    again = Lever("recycling", "antimony", 0.5)
    assert relief(again, "refined", 80.0, "before", regenerated=0.25, facts=facts) == Relief(recycling=0.25)
    assert relief(again, "refined", 80.0, "before", regenerated=0.75, facts=facts) == Relief()
    assert relief(again, "ore", 80.0, "before", facts=facts) == "other_step"  # it displaces refined goods
    saving = Lever("resource_saving", "antimony", 0.1)
    assert relief(saving, "refined", 80.0, "at_once", facts=facts) == Relief(saving=0.1, saving_delay=60.0)
    assert relief(Lever("exploration", "antimony", 1000.0, "AUS"), "ore", 80.0, "before", facts=facts) == "no_flow"


def test_a_policy_that_acts_at_another_step_says_so(facts: FactBase) -> None:
    lay = laid(WORLD, stop(step="ore", horizon=4), **FEW)
    recycling = Lever("recycling", "antimony", 0.5)
    before, late = helps(lay, lay.play(), [recycling], facts=facts)
    assert (before.why, before.saves, late.why) == ("other_step", Band(0, 0, 0), "other_step")
    played = Played("antimony", (), "", ("CHN",), ("JPN",), None, False, "", {"en": "Antimony", "ja": "アンチモン"},
                    told(lay.play()), helps=[before, late])  # fmt: skip
    for lang in LANGS:
        assert text("disruption.recycling_does_nothing", lang) in words.helped(played, lang)


@pytest.mark.parametrize("lang", LANGS)
def test_every_stop_is_told_in_words(found: Stops, lang: Lang) -> None:
    said = words.headline(found, lang)
    assert "2026" in said[0]  # what is dated comes first
    assert any(words.item_name(one, lang) in said[-1] for one in found.of("tantalum"))
    for one in found.rows:
        sentences = [words.scenario(one, lang), *words.told_of(one, found.draws, lang)]
        assert all(sentence and "{" not in sentence and "inf" not in sentence for sentence in sentences)
    assert words.title(found, lang)


def test_what_counts_by_its_value_is_told_with_its_assumption(facts: FactBase) -> None:
    chain = load("JPN", commodities=["cobalt", "antimony"], facts=facts)
    plain, antimony = stops([StopSpec(stops="COD", commodities=["cobalt"]), StopSpec(commodities=["antimony"])], "JPN",
                            chain, draws=4, whole=False, facts=facts).rows  # fmt: skip
    assert "over 70 % of the metal’s price (assumed, 55 to 90 %" in words.valued(plain, "en")
    assert words.valued(plain, "ja") in words.told_of(plain, 4, "ja")
    spec = StopSpec(stops="COD", commodities=["cobalt"], parameters={"payable_share": 0.0})
    (off,) = stops([spec], "JPN", chain, draws=4, whole=False, facts=facts).rows
    assert (words.valued(off, "en"), words.valued(antimony, "en")) == ("", "")
    # Of a single code as well; in a study of several minerals the parameter acts where there is something to act on.
    asked = {"parameters": {"payable_share": 0.9}, "stops": "COD"}
    specs = [StopSpec(form="810510", commodities=["cobalt"], **asked), StopSpec(commodities=["antimony"], **asked)]
    code, other = stops(specs, "JPN", chain, draws=4, whole=False, facts=facts).rows
    assert "over 90 % of the metal’s price" in words.valued(code, "en")
    assert other.told is None or "payable_share" not in other.told.parameters


def test_a_sentence_says_no_more_than_what_was_asked(facts: FactBase) -> None:
    chain = load("JPN", commodities=["gallium", "antimony"], facts=facts)
    half = StopSpec(measure="CHN-2026-01-06", share=0.5, leak="loose", parameters={"short_line": 0.1})
    # Two stops of a user's own stand in two sentences, each with who stops against whom.
    own = [StopSpec(stops="CHN", against="JPN", leak=0.0, commodities=["gallium"]),
           StopSpec(stops="KOR", commodities=["antimony"])]  # fmt: skip
    made = stops([half, *own], "JPN", chain, draws=32, whole=False, facts=facts)
    said = words.headline(made, "en")
    assert len(said) == 3
    assert said[0].startswith("If China cuts supply to Japan by 50 %")
    assert said[1].startswith("If China stops supply to Japan")
    assert said[2].startswith("If South Korea stops supply to all countries")
    assert not any("at most 20 %" in sentence for sentence in said)
    assert "more than 10 % of use" in words.answer(made.rows[0], made.draws, "en")


def test_chances_and_prices_claim_no_more_than_was_drawn(found: Stops) -> None:
    assert [words.chance(value) for value in (0, 0.001, 0.5, 0.999, 1)] == ["0", "<1", "50", ">99", "100"]
    one = found.of("magnesium_metal")[0].told
    assert one is not None
    assert words.ratio(one.ceiling + 1, one, "en") == "more than 5 times"
    assert words.ratio(1.26, one, "en") == "1.3 times"


@pytest.mark.parametrize("lang", LANGS)
def test_tables_hold_what_they_declare_and_no_number_that_json_has_not(
    found: Stops, facts: FactBase, lang: Lang
) -> None:
    made = {
        tables.STOP_COLUMNS: tables.stop_rows(found, lang), tables.MONTH_COLUMNS: tables.by_month(found, lang),
        tables.HELP_COLUMNS: tables.help_rows(found, lang), tables.MEASURE_COLUMNS: tables.measure_rows(facts, lang),
        tables.ELSEWHERE_COLUMNS: tables.elsewhere_rows(found, lang),
        tables.PARAMETER_COLUMNS: tables.parameter_rows(found, lang),
    }  # fmt: skip
    for columns, rows in made.items():
        assert rows
        assert {tuple(sorted(row)) for row in rows} == {tuple(sorted(columns))}
    assert json.dumps(tables.as_json(found, lang), allow_nan=False)
    assert tables.as_json(None, lang) is None
    stopped = next(row for row in made[tables.STOP_COLUMNS] if row["commodity"] == "tantalum")
    assert (stopped["status"], stopped["chance"]) == ("no_data", None)
    assert stopped["reason"]


def test_a_study_file_names_its_stops_and_gives_them_again(tmp_path: Path) -> None:
    file = tmp_path / "study.toml"
    file.write_text('commodities = ["gallium", "cobalt"]\n\n[[disruption]]\nmeasure = "CHN-2026-01-06"\n'
                    'leak = "tight"\n\n[[disruption]]\nstops = ["Finland"]\ncommodities = ["cobalt"]\n'
                    'horizon = 12\n')  # fmt: skip
    study = read(file, {})
    file.write_text(study.to_toml())
    assert read(file, {}) == study
    run = Run(study.model_copy(update={"uncertainty": study.uncertainty.model_copy(update={"draws": 16})}))
    assert run.stops is not None
    assert [(one.commodity, one.stops, one.design) for one in run.stops.rows] == [
        ("gallium", ("CHN",), ""), ("cobalt", ("FIN",), "")]  # fmt: skip


def test_what_is_wrong_with_a_stop_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "study.toml"
    file.write_text('importer = "JPN"\n\n[[disruption]]\nstops = ["Chinaa"]\nshare = 2.0\n\n[[disruption]]\n'
                    'measure = "CHN-2026-01-07"\n')  # fmt: skip
    with pytest.raises(UserErrors) as wrong:
        read(file, {})
    assert [(one.key, one.place) for one in wrong.value.each] == [
        ("unknown_country", "study.toml, line 3"), ("study_value", "study.toml, line 3"),
        ("disruption_word", "study.toml, line 7")]  # fmt: skip
    with pytest.raises(UserError) as both:
        StopSpec(measure="CHN-2026-01-06", stops="CHN")
    assert both.value.key == "disruption_measure"


def test_a_study_of_a_bloc_or_without_stops_plays_none() -> None:
    assert Run(question("EU27", commodities=["gallium"])).stops is None
    assert Run(Study(commodities=["gallium"], disruption=[])).stops is None


def test_a_help_says_when_it_acts() -> None:
    none = Band(0, 0, 1)
    one = Help(Lever("recycling", "gallium", 0.1), "at_once", none, float("nan"), none, none, 0.5, 25)
    assert (one.month, one.why) == (25, "")
