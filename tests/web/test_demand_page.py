"""Demand: amounts, growth and assumptions of the world or of an importer, as the address wants them projected."""

import csv
import io
import re
from html import unescape

import pytest
from browsers import Browser

from shigen.base import names
from shigen.base.errors import UserError
from shigen.base.i18n import LANGS, Lang, text, typeset
from shigen.base.numbers import plain, rate, rounded
from shigen.figures.store import current
from shigen.model.assumptions import study_demand
from shigen.outlook.demand import Choices, at_home, demand
from shigen.outlook.demand_tables import SHOWN_YEARS, concerning, summary
from shigen.outlook.inputs import scenarios
from shigen.show.web import answers
from shigen.show.web.asked import Asked
from shigen.show.web.projection import Projection, projection_of


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def amounts(row: dict) -> str:
    return " ".join(rounded(row[f"t_{year}"]) for year in SHOWN_YEARS)


@pytest.fixture(scope="module")
def world():
    return answers.run_of(current(), Asked()).demand


@pytest.mark.parametrize("lang", LANGS)
def test_amounts_and_growth_of_the_world_stand_in_the_table(browser: Browser, world, lang: Lang) -> None:
    answer = browser(lang).get("/demand")
    assert answer.status_code == 200
    page = words(answer.text)
    alike = world.alike()
    for row in summary(world, lang):
        if not alike[row["commodity"]] or row["scenario"] == "STEPS":
            assert typeset(f"{amounts(row)} {rate(row['cagr'])}", lang) in page
            assert row["explained"] in page or row["scenario"] != "STEPS"
    for one in scenarios().values():
        assert one.note[lang] in page
    assert text("demand_class.A", lang) in page


def test_every_assumption_stands_with_its_range_and_source(browser: Browser, world) -> None:
    page = words(browser().get("/demand").text)
    keys = [str(c) for c in world.dataset["commodity"].values]
    inputs = concerning(world, keys)
    assert f"All {len(inputs)} assumptions" in page
    for one in inputs:
        row = one.row("en")
        assert f"{row['address']} {plain(row['low'])} {plain(row['value'])} {plain(row['high'])}" in page
        assert " ".join(row["source"].split()) in page


def test_a_region_shows_its_own_demand_and_charts(browser: Browser, world) -> None:
    page = browser().get("/demand", params={"region": "JPN"}).text
    home = at_home(world, "JPN")
    row = next(r for r in summary(home, "en") if r["commodity"] == "cobalt" and r["scenario"] == "STEPS")
    first, _, ahead = amounts(row).partition(" ")
    assert f"{first} The study: {rounded(study_demand('cobalt'))} {ahead}" in words(page)
    address = unescape(re.search(r'src="(/charts/demand\.svg\?[^"]*commodity=cobalt[^"]*)"', page)[1])
    rows = csv.DictReader(io.StringIO(browser().get(address.replace(".svg", ".csv")).text.removeprefix("\ufeff")))
    last = max(float(r["value"]) for r in rows if r["kind"] == "total" and r["scenario"] == "STEPS")
    assert last == pytest.approx(row["t_2050"] / 1e3)


def test_scenarios_filter_rows_and_charts(browser: Browser, world) -> None:
    page = browser().get("/demand", params={"scenario": ["NZE", "cobalt_free"]}).text
    told = words(page)
    by = {r["scenario"]: amounts(r) for r in summary(world, "en") if r["commodity"] == "cobalt"}
    assert by["NZE"] in told
    assert by["cobalt_free"] in told
    assert by["APS"] not in told
    for name in ("demand_growth", "demand"):
        address = unescape(re.search(rf'src="(/charts/{name}\.svg\?[^"]+)"', page)[1]).replace(".svg", ".csv")
        address += "&commodity=cobalt" if name == "demand_growth" else ""
        rows = list(csv.DictReader(io.StringIO(browser().get(address).text.removeprefix("\ufeff"))))
        assert {r["scenario"] for r in rows if r["commodity"] == "cobalt"} <= {"NZE", "cobalt_free"}
    # A mineral that all scenarios give alike keeps its row.
    antimony = next(r for r in summary(world, "en") if r["commodity"] == "antimony")
    assert amounts(antimony) in told


def test_other_choices_project_otherwise_everywhere(browser: Browser) -> None:
    asked = {"span": "15", "line": "0.2", "horizon": "2040", "decides": "nze", "commodity": "gallium"}
    page = browser().get("/demand", params=asked).text
    choices = Choices(scenario="NZE", span=15, line=0.2, horizon=2040)
    found = summary(demand(commodities=["gallium"], year=2024, choices=choices), "en")[0]
    assert amounts(found) in words(page)
    assert text("demand_class." + found["class"], "en") in words(page)
    addresses = list(dict.fromkeys(re.findall(r'href="(/api/v1/demand\?[^"]+)"', page)))
    assert len(addresses) == 4
    rows = list(csv.DictReader(io.StringIO(browser().get(unescape(addresses[0])).text.removeprefix("\ufeff"))))
    assert float(rows[0]["t_2050"]) == pytest.approx(found["t_2050"])


@pytest.mark.parametrize("lang", LANGS)
def test_an_importer_without_a_share_has_no_figures_and_says_so(browser: Browser, world, lang: Lang) -> None:
    page = words(browser(lang).get("/demand", params={"region": "DEU"}).text)
    fact = UserError("demand_no_home", region=names.label("DEU", lang)).part("fact", lang)
    assert fact in page
    assert text("chart.no_figures", lang) in page
    # The assumptions are those of the world.
    keys = [str(c) for c in world.dataset["commodity"].values]
    assert text("web.demand.inputs", lang, count=len(concerning(world, keys))) in page


def test_a_share_of_ones_own_gives_an_importer_its_demand(browser: Browser, world) -> None:
    page = browser().get("/demand", params={"region": "DEU", "ratio.gallium": "0.25"}).text
    row = next(r for r in summary(world, "en") if r["commodity"] == "gallium" and r["scenario"] == "STEPS")
    assert rounded(row["t_2050"] / 4) in words(page)
    assert "ratio.gallium=0.25" in page  # in the addresses of charts and files


@pytest.mark.parametrize(
    ("asked", "said"),
    [({"decides": "XX"}, "There is no scenario XX"), ({"scenario": "XX"}, "There is no scenario XX"),
     ({"span": "3"}, "The choice span of demand is 3"), ({"span": "ten"}, "span is ten"),
     ({"horizon": "2100"}, "The choice horizon of demand is 2100"),
     ({"region": "XXX"}, 'There is no country or bloc "XXX"')],
)  # fmt: skip
def test_mistakes_are_named(browser: Browser, asked: dict[str, str], said: str) -> None:
    answer = browser().get("/demand", params=asked)
    assert answer.status_code == 422
    assert said in unescape(answer.text)


def test_what_a_form_leaves_empty_is_the_default(browser: Browser) -> None:
    empty = {"decides": "", "span": "", "ratio.gallium": "", "year": "", "edition": ""}
    assert projection_of(empty) == Projection()
    page = browser().get("/demand", params=empty).text
    for address in re.findall(r'href="(/api/v1/demand\?[^"]+)"', page):
        assert browser().get(unescape(address)).status_code == 200


def test_a_projection_is_written_as_it_is_read() -> None:
    way = Projection("NZE", 15, 0.2, 2040, (("gallium", 0.25),))
    assert projection_of(way.written()) == way
    assert Projection().written() == {}
