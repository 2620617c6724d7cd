"""What was found: every number of a sentence stands in a table; what the tables do not carry is not said."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from own_method import declared

from shigen.base import names
from shigen.base.declare import STAGES
from shigen.base.i18n import LANGS
from shigen.model.indicators import import_axes
from shigen.model.packages import OUTRIGHT
from shigen.study.choices import Study
from shigen.study.evidence import matches
from shigen.study.message import QUESTIONS, Figure, Message
from shigen.study.messages import by_risk, messages
from shigen.study.run import Run

LEVEL = re.compile(r"90 % (?=interval|of the draws)|(?<=試行の)90％|90％(?=区間)")
"""The level of intervals, which is a choice of the tool and no figure."""
NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?")

STUDIES = {
    "one": Study(commodities=["tungsten"]),
    "every mineral": Study(commodities=list(names.commodities())),
    "2018": Study(year=2018, commodities=["gallium", "phosphate_rock", "rare_earths", "cobalt"]),
    "first year": Study(year=2018, first_year=2018, commodities=["gallium", "cobalt"]),
    "few of its own figures": Study(importer="BTN", commodities=["gallium", "phosphate_rock", "tungsten"]),
    "a bloc": Study(importer="EU27", commodities=["gallium", "magnesium_metal", "cobalt"]),
    "an indicator besides": Study(indicators=["production_concentration", "reserve_life_change"],
                                  commodities=["cobalt", "tungsten"]),
    "two axes and an own policy": Study(
        indicators=["price_volatility", "scrap_recovery"], commodities=["tungsten", "gallium"],
        levers=[{"key": "recycling", "commodity": "tungsten", "share": 0.5}]),
}  # fmt: skip
QUICK = ("2018", "two axes and an own policy")
"""The others are run by `./run prove`."""


@pytest.fixture(scope="module")
def made(whole: Run) -> list[Message]:
    return messages(whole)


@pytest.fixture(scope="module")
def on_disk(studied: Path) -> dict[str, Any]:
    return json.loads((studied / "study.json").read_text("utf-8"))


def cell(study: dict[str, Any], figure: Figure) -> float:
    """Return what the table holds at the place of a figure; the number of rows, or the length of a list."""
    rows: Any = study
    for level in figure.table.split("."):
        rows = rows[level]
    found = [row for row in rows if matches(row, figure.where)]
    if not figure.column:
        return len(found)
    held = found[0][figure.column]
    return len(held) if isinstance(held, list) else held


def check_numbers(said: list[Message], importer: str = "JPN") -> None:
    """Every number of a text is a figure of its message, as often as it stands there, and the other way round."""
    for one in said:
        shown = Counter(figure.shown() for figure in one.numbers.values())
        for lang in LANGS:
            text = one.text(lang).replace(names.label(importer, lang), "")  # "EU (27 countries)"
            text = LEVEL.sub("", text)
            assert Counter(NUMBER.findall(text)) == shown, text
            assert "{" not in text
            assert text.endswith("。" if lang == "ja" else "."), text


def test_every_number_of_a_sentence_is_one_of_its_figures(made) -> None:
    check_numbers(made)
    assert sum(len(one.numbers) for one in made) > 300


def test_every_figure_stands_in_the_table_that_it_names(made, on_disk) -> None:
    for one in made:
        for name, figure in one.numbers.items():
            assert figure.value == pytest.approx(cell(on_disk, figure), abs=1e-12), (one.key, one.commodity, name)


def test_the_messages_of_study_json_are_these(made, on_disk) -> None:
    assert on_disk["messages"] == json.loads(json.dumps([one.row() for one in made]))


@pytest.mark.long
def test_the_order_is_that_of_importance_and_the_same_each_time(facts, made) -> None:
    weights = [one.importance for one in made]
    assert weights == sorted(weights, reverse=True)
    assert all(0 <= weight <= 1 for weight in weights)
    assert min(one.importance for one in made if one.commodity is None) > 0.5
    assert max(one.importance for one in made if one.commodity) <= 0.5
    few = Study(commodities=["gallium", "tungsten", "cobalt"])
    assert [one.row() for one in messages(Run(few, facts=facts))] == [
        one.row() for one in messages(Run(few, facts=facts))]  # fmt: skip


def test_each_question_is_answered_once_for_the_study_and_the_worst_for_each_stage(made) -> None:
    asked = Counter(one.key for one in made if one.commodity is None)
    assert asked == {**dict.fromkeys(QUESTIONS, 1), "worst": 3}
    assert [one.stage for one in made[:3]] == list(STAGES)


def test_the_worst_by_the_places_that_draws_give(whole, made) -> None:
    data = whole.shown.dataset
    for one in made[:3]:
        stage = data.sel(stage=one.stage)
        central = stage["central"].to_series().sort_values(ascending=False)
        may_be = [str(key) for key in stage["commodity"].values[stage["rank_p05"].values == 1]]
        named = one.evidence[0].partition("/")[0]
        assert named == central.index[0]
        if len(may_be) == len(central):
            assert one.said[0].key == "message.worst_any_drawn"
        elif float(stage["rank_p95"].sel(commodity=named)) == 1:  # whoever shares the place in some draws
            assert one.said[0].key == "message.worst_sure_drawn"
        else:
            assert one.said[0].key == "message.worst_open_drawn"
            assert one.numbers["worst_open_drawn.contenders"].value == len(may_be)
        if one.said[0].key != "message.worst_sure_drawn":
            assert [f.value for name, f in one.numbers.items() if name.endswith(".all")] == [len(central)]


def test_why_is_the_axis_of_the_largest_weighed_score(whole, made) -> None:
    data = whole.now.dataset
    for one in made[:3]:
        commodity, axis = one.evidence[-1].split("/")
        own = data.sel(commodity=commodity)
        stages = {row["stage"]: row for row in whole.now.stages("en") if row["commodity"] == commodity}
        used = stages[one.stage]["used"]
        pull = {key: float(own["weight"].sel(indicator=key) * own["score"].sel(indicator=key)) for key in used}
        assert pull[axis] == max(pull.values())


def test_no_supplier_is_named_where_the_code_holds_several_metals(whole, made) -> None:
    shared = {row["commodity"] for row in whole.now.records("en") if row["status"] == "shared_code"}
    assert shared >= {"gallium", "indium"}
    assert not shared & {one.commodity for one in made if one.key == "supply"}


def test_a_partner_is_named_as_a_reason_only_where_most_is_seen(whole, made) -> None:
    seen = {(row["commodity"], row["indicator"]): row["seen"] for row in whole.now.records("en")}
    for one in made:
        if any(said.key == "message.why_imports" for said in one.said):
            assert seen[tuple(one.evidence[-1].split("/"))] >= 0.6


def test_what_to_do_is_what_the_package_names_and_its_conditions_allow(whole, made) -> None:
    (todo,) = [one for one in made if one.key == "todo" and one.commodity is None]
    counted = {name.split(".")[-2]: figure.value for name, figure in todo.numbers.items()}
    expected = [
        sum(cell.policy == policy and cell.cell in OUTRIGHT and cell.holds is True
            for cells in whole.packages.values() for cell in cells)
        for policy in ("mine", "smelter", "stockpile", "saving", "recycling")
    ]  # fmt: skip
    assert sorted(counted.values()) == sorted(count for count in expected if count)


def test_what_it_changes_is_the_largest_fall(whole, made) -> None:
    (effect,) = [one for one in made if one.key == "effect" and one.commodity is None]
    before, after = (one.dataset["central"] for one in (whole.shown, whole.shown_after))
    for address in effect.evidence:
        commodity, stage = address.split("/")
        falls = (before - after.squeeze()).sel(stage=stage)
        assert float(falls.sel(commodity=commodity)) == float(falls.max()) > 0


def test_minerals_stand_by_their_risk_upstream(whole) -> None:
    order = by_risk(whole)
    central = whole.shown.dataset["central"].sel(stage="upstream", commodity=order).values
    assert (central[:-1] >= central[1:] - 1e-9).all()


@pytest.mark.parametrize("kind", [
    kind if kind in QUICK else pytest.param(kind, marks=pytest.mark.long) for kind in STUDIES
])  # fmt: skip
def test_any_study_has_messages_of_which_every_number_is_a_figure(kind, facts) -> None:
    run = Run(STUDIES[kind], facts=facts)
    # What stays by other rules needs the study many times over: asked of two studies.
    said = messages(run, about=QUESTIONS if kind in ("one", "2018") else set(QUESTIONS) - {"sure"})
    check_numbers(said, STUDIES[kind].importer)
    assert said
    assert [one.importance for one in said] == sorted((one.importance for one in said), reverse=True)
    if kind == "one":
        assert said[0].said[0].key == "message.worst_alone"
    if kind == "first year":
        assert not [one for one in said if one.key == "changed"]  # nothing stands before
    if kind == "two axes and an own policy":
        assert not [one for one in said if one.key == "worst" and one.stage == "upstream"]
    supplied = {row["commodity"] for row in run.now.records("en") if row["status"] in ("ok", "estimated")
                and row["indicator"] in import_axes().values()}  # fmt: skip
    assert {one.commodity for one in said if one.key == "supply"} - {None} <= supplied
    if kind == "few of its own figures":
        assert "gallium" not in supplied


@pytest.mark.long
def test_a_method_of_ones_own_changes_no_message(facts) -> None:
    study = Study(commodities=["gallium", "cobalt"])
    without = [one.row() for one in messages(Run(study, facts=facts))]
    with declared():
        assert [one.row() for one in messages(Run(study, facts=facts))] == without


def test_what_would_settle_it_is_said_where_draws_tell_it(facts) -> None:
    run = Run(Study(commodities=["gallium"]), facts=facts)
    one = next(said for said in messages(run, about=("sure",)) if said.commodity == "gallium")
    row = next(row for row in run.settles if row["output"] == one.stage)
    assert row["figure_en"] in one.text("en")
    assert row["figure_ja"] in one.text("ja")
    assert f"{100 * row['own']:.0f} % of the variance" in one.text("en")
    check_numbers([one])
    still = Run(Study(commodities=["gallium"], uncertainty={"draws": 0}), facts=facts)
    assert still.settles == []
    assert "variance" not in " ".join(said.text("en") for said in messages(still, about=("sure",)))


def test_only_what_is_asked_is_answered(whole) -> None:
    assert {one.key for one in messages(whole, about=("worst",), commodities=())} == {"worst"}
    assert len(messages(whole, about=("worst",), commodities=())) == 3
