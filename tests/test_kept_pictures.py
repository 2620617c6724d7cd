"""Pictures that leave their page: every kind carries its name, whose figures of when, its legend and its sources."""

import re
from html import unescape
from xml.etree import ElementTree

import pytest

import shigen
from shigen.show.charts.frame import framed
from shigen.show.charts.kind import Kind, kinds
from shigen.show.charts.picture import Chart

PLAIN = '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50" font-family="x"><g id="of"/></svg>'


def texts(svg: str) -> str:
    return "".join(unescape(one) for one in re.findall(r"<text[^>]*>([^<]*)<", svg))


def test_a_frame_holds_the_picture_below_its_title_and_above_its_sources() -> None:
    kept = framed(PLAIN, "Tin & lead", "Supply of Japan, 2024", ["Points: output.", "Source: A."])
    root = ElementTree.fromstring(kept)  # noqa: S314 - ours
    assert texts(kept) == "Tin & leadSupply of Japan, 2024Points: output.Source: A."
    placed = float(re.search(r"translate\(14,([\d.]+)\)", kept)[1])
    rows = [float(y) for y in re.findall(r'<text x="14" y="([\d.]+)"', kept)]
    assert [y < placed for y in rows] == [True, True, False, False]
    assert min(rows[2:]) > placed + 50
    assert max(rows) < float(root.get("height"))


def test_long_sources_break_within_the_frame() -> None:
    source = "Source: " + ", ".join(f"Edition {n} of a publisher" for n in range(40))
    kept = framed(PLAIN, "Tin", "", [source])
    whole = float(ElementTree.fromstring(kept).get("width"))  # noqa: S314 - ours
    wide = [float(word) for word in re.findall(r'textLength="([\d.]+)"', kept)]
    assert len(wide) > 10
    assert max(wide) <= whole - 14


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_chart_of_an_importer_names_importer_and_year(assessed, lang: str) -> None:
    for key in ("profile", "suppliers", "chain", "price", "map"):
        chart = shigen.chart(key, assessed, commodity="gallium", lang=lang)
        assert chart.about == {"ja": "日本の供給、2024年", "en": "Supply of Japan, 2024"}[lang]
        assert (chart.importers, chart.years) == (("JPN",), (2024,))
        told = texts(chart.framed())
        assert chart.kind.name[lang].replace(" ", "") in told.replace(" ", "")
        assert chart.about in told
        assert chart.source_line[:12] in told
        if chart.kind.reads:
            assert chart.kind.reads(lang)[:12] in told


def test_demand_names_whose_it_is() -> None:
    assert shigen.chart("demand", commodity="gallium", lang="en").about == "Demand: World, 2024–2050"


def test_only_charts_without_marks_to_explain_say_nothing_of_how_they_are_read() -> None:
    legends = {"lists", "periodic", "map", "reserves_map", "imports_map", "governance_map", "policy_matrix",
               "recycling_flow", "power_map", "trends", "survey_flow", "selection", "candidates", "policy_logic",
               "demand_flow"}  # fmt: skip
    silent = {kind.key for kind in kinds().values() if not kind.own and kind.reads is None}
    assert silent <= legends


def test_a_chart_without_importer_says_none() -> None:
    kind: Kind = kinds()["timeline"]
    chart = Chart(kind, [], "en", title="Timeline of policies")
    assert chart.about == ""
    assert chart.importers == ()


@pytest.fixture(scope="module")
def past() -> "shigen.Assessment":
    return shigen.assess(shigen.load("JPN", years=range(2018, 2025)))


@pytest.mark.parametrize("key", ["history", "years", "price"])
def test_years_stand_as_far_apart_as_they_are(past, assessed, key: str) -> None:
    chart = shigen.chart(key, assessed if key == "price" else past, commodity="gallium")
    assert {one["type"] for one in scales(chart.vega()) if one["name"].endswith("x")} == {"linear"}
    named = [int(word) for word in re.findall(r">(\d{4})<", chart.svg())]
    assert named
    assert all(year in range(1990, 2030) for year in named)


def scales(tree: object) -> list[dict]:
    """All scales of a compiled chart, those of its parts among them."""
    if isinstance(tree, dict):
        own = tree["scales"] if isinstance(tree.get("scales"), list) else []
        return own + [one for value in tree.values() for one in scales(value)]
    return [one for value in tree for one in scales(value)] if isinstance(tree, list) else []


def test_totals_stand_with_stacked_columns(past, assessed) -> None:
    """Refined gallium of 2024: the largest total of its rows, in three figures."""
    every = shigen.chart("years", past, commodity="gallium").rows
    rows = [row for row in every if row["panel"] == "production_refined"]
    newest = [row for row in rows if row["year"] == 2024]
    (told,) = [row["total"] for row in rows if "total" in row]
    assert told == f"2024: {sum(row['value'] for row in newest):,.0f} t/yr"
    chain = shigen.chart("chain", assessed, commodity="gallium")
    columns = {row["panel"] for row in chain.rows}
    assert {row["panel"] for row in chain.rows if "total" in row} == columns
    assert all(row["total"].endswith(("t/yr", "million USD/yr")) for row in chain.rows if "total" in row)
    shown = texts(chain.svg())
    assert all(row["total"] in shown for row in chain.rows if "total" in row)
