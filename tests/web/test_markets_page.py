"""The page of markets, mines, plants and projects: its figures, orders, filters, map and ways on."""

import csv
import html
import io
import re

import pytest

from shigen.base import numbers
from shigen.base.errors import UserError
from shigen.base.i18n import LANGS, Lang, text, typeset
from shigen.figures.store import current
from shigen.model.chain import meti13
from shigen.outlook.projects import as_lever, projects
from shigen.show.report import places
from shigen.show.web import answers
from shigen.show.web.asked import Asked, plan_words
from shigen.show.web.pages.projects import FIRST


def part(page: str, section: str) -> str:
    return page.split(f'<section id="{section}"')[1].split("</section>", maxsplit=1)[0]


def order(page: str) -> list[str]:
    return re.findall(r'<th scope="row" class="word"><a href="/minerals/(\w+)', part(page, "markets"))


def listed(page: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(r'<th scope="row" class="long">([^<]+)', part(page, "projects"))]


@pytest.mark.parametrize("lang", LANGS)
def test_markets_show_the_figures_of_the_lower_room(browser, lang: Lang) -> None:
    page = html.unescape(browser(lang).get("/markets").text)
    rows = answers.run_of(current(), Asked()).markets.rows(lang)
    assert order(page) == list(meti13())
    for row in rows:
        line = next(one for one in page.split("<tr>") if f'class="word"><a href="/minerals/{row["commodity"]}"' in one)
        assert numbers.amount(row["production_t"]) in line
        assert typeset(numbers.percent(row["top3"]), lang) in line
        assert places.growth(row, lang) in line
        assert all(edition in line for edition in row["sources"])
        assert places.sentence(row, lang) in page
        assert all(reason in page for reason in places.absent(row, lang))


def test_markets_go_by_what_is_asked_with_the_unknown_last(browser) -> None:
    rows = {row["commodity"]: row["value_musd"] for row in answers.run_of(current(), Asked()).markets.rows("en")}
    shown = [rows[key] for key in order(browser().get("/markets?sort=value_musd").text)]
    known = [value for value in shown if value is not None]
    assert known == sorted(known, reverse=True)
    assert None in shown
    assert shown[: len(known)] == known


def test_further_minerals_are_one_link_away(browser) -> None:
    page = html.unescape(browser().get("/markets").text)
    name = text("web.minerals.others", "en")
    address = re.search(rf'href="([^"]+)">{name}</a>', page)
    assert address is not None
    shown = order(browser().get(address[1]).text)
    assert "copper" in shown
    assert not set(shown) & set(meti13())


@pytest.mark.parametrize("lang", LANGS)
def test_filters_leave_the_same_projects_as_the_library_and_the_download(browser, lang: Lang) -> None:
    query = "commodity=cobalt&country=COD&kind=site"
    page = browser(lang).get(f"/projects?{query}").text
    held = projects(["cobalt"], countries=["COD"], kinds=["site"])
    assert 0 < len(held) < FIRST
    assert listed(page) == [one.name for one in held]
    address = re.search(r'href="(/api/v1/projects[^"]+format=csv)"', html.unescape(page))
    assert address is not None
    table = csv.DictReader(io.StringIO(browser(accept="application/json").get(address[1]).text))
    assert [row["name"] for row in table] == [one.name for one in held]


def test_status_is_a_filter(browser) -> None:
    page = browser().get("/projects?status=construction").text
    assert listed(page) == [one.name for one in projects(statuses=["construction"])]


def test_long_list_says_so_and_opens(browser) -> None:
    every = projects()
    page = browser().get("/projects").text
    assert len(listed(page)) == FIRST
    assert text("web.markets.count", "en", count=f"{len(every):,}", shown=FIRST) in page
    assert len(listed(browser().get("/projects?all=yes").text)) == len(every)


def test_nothing_left_is_said(browser) -> None:
    page = browser("ja").get("/projects?commodity=gallium&country=CHL").text
    assert text("project.none", "ja") in page


def test_project_that_is_a_policy_leads_to_policies_with_it(browser) -> None:
    page = html.unescape(part(browser().get("/projects?kind=project&all=yes").text, "projects"))
    lines = page.split("<tr>")[2:]
    held = projects(kinds=["project"])
    assert len(lines) == len(held)
    linked = 0
    for one, line in zip(held, lines, strict=True):
        try:
            word = plan_words([as_lever(one)])[0]
        except UserError:
            assert "/policies" not in line
            continue
        linked += 1
        assert f'href="/policies?a={word.replace(":", "%3A")}"' in line
    assert linked > 10


def test_map_is_of_the_mineral_that_is_chosen(browser) -> None:
    assert f"commodity={meti13()[0]}" in part(browser().get("/markets").text, "map")
    page = html.unescape(part(browser().get("/markets?map=Ga").text, "map"))
    assert re.search(r"/charts/map\.svg\?[^\"]*commodity=gallium", page)
    assert text("report.alt_map", "en", commodity="Gallium") in page


def test_own_projects_stand_first_and_can_be_filtered(browser) -> None:
    one = browser()
    sheet = "project,commodity,country,step,t_per_year,status,source\nMy mine,Co,AUS,ore,2500,planned,annual report\n"
    sent = one.post("/data/own", files=[("file", ("projects.csv", sheet.encode(), "text/csv"))])
    assert sent.status_code == 303
    assert listed(one.get("/projects").text)[0] == "My mine"
    assert listed(one.get("/projects?kind=own").text) == ["My mine"]
    assert "My mine" not in browser().get("/projects").text


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("query", "told", "word"),
    [
        ("sort=beauty", "web_sort", "beauty"), ("kind=dream", "unknown_project_kind", "dream"),
        ("status=dreamt", "unknown_project_status", "dreamt"), ("country=Atlantis", "unknown_country", "Atlantis"),
        ("map=unobtainium", "unknown_commodity", "unobtainium"),
    ],
)  # fmt: skip
def test_wrong_words_are_answered_in_the_language(browser, query: str, told: str, word: str, lang: Lang) -> None:
    path = "/markets" if query.startswith(("sort", "map")) else "/projects"
    answer = browser(lang).get(f"{path}?{query}")
    assert answer.status_code == 422
    assert text(f"error.{told}.fact", lang, word=word) in html.unescape(answer.text)
