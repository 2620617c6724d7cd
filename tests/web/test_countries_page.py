"""The pages of countries: the list with its map and order, and one country with all that is known of it."""

import html
import re

import pytest

from shigen.base import names, numbers
from shigen.base.i18n import LANGS, Lang, text, typeset
from shigen.figures.store import current
from shigen.outlook.observatory import measure_row
from shigen.outlook.projects import projects
from shigen.show.web import answers
from shigen.show.web.asked import Asked, lever_of


def order(page: str) -> list[str]:
    return re.findall(r'<th scope="row" class="word"><a href="/countries/([A-Z]{3})', page)


def part(page: str, section: str) -> str:
    return page.split(f'<section id="{section}"')[1].split("</section>", maxsplit=1)[0]


@pytest.mark.parametrize("lang", LANGS)
def test_list_shows_what_home_takes_and_who_leads(browser, lang: Lang) -> None:
    page = browser(lang).get("/countries").text
    rows = answers.run_of(current(), Asked()).countries
    assert order(page) == [row["country"] for row in rows]
    china = next(row for row in rows if row["country"] == "CHN")
    line = next(one for one in page.split("<tr>") if "/countries/CHN" in one)
    assert numbers.amount(china["home_imports_kusd"] / 1000) in line
    assert typeset(numbers.percent(china["home_import_share"], 1), lang) in line
    assert f"{china['governance']:.2f}" in line
    for key in china["largest_holder_of"]:
        assert names.label(key, lang) in line
    assert "/charts/governance_map.svg?" in page


def test_list_goes_by_what_is_asked(browser) -> None:
    page = browser().get("/countries?sort=governance").text
    rows = {row["country"]: row["governance"] for row in answers.run_of(current(), Asked()).countries}
    known = [rows[code] for code in order(page) if rows[code] is not None]
    assert known == sorted(known, reverse=True)
    assert [rows[code] for code in order(page)][: len(known)] == known
    assert 'aria-sort="descending"' in page


def test_list_follows_importer_and_minerals(browser) -> None:
    page = browser().get("/countries?importer=KOR&commodity=cobalt").text
    rows = answers.run_of(current(), Asked(importer="KOR", commodities=("cobalt",))).countries
    assert order(page) == [row["country"] for row in rows]
    assert "/api/v1/countries?importer=KOR&amp;commodity=cobalt" in page


@pytest.mark.parametrize("lang", LANGS)
def test_country_shows_its_governance_with_error_change_and_trend(browser, lang: Lang) -> None:
    page = part(browser(lang).get("/countries/MMR").text, "governance")
    found = answers.country_page(current(), Asked(), "MMR").governance
    assert len(found) == 6
    for row in found:
        line = page.split(text(f"explain.wgi.{row['dimension']}", lang))[1].split("</tr>")[0]
        for shown in (f"{row['value']:.2f}", f"{row['standard_error']:.2f}", f"{row['change']:+.2f}", str(row["since"]),
                      text(f"trend.{row['trend']}", lang)):  # fmt: skip
            assert shown in line
    assert "/charts/governance_years.svg?" in page
    assert "country=MMR" in page


def test_country_may_be_named_in_either_language(browser) -> None:
    for word in ("CHN", "China", "中国"):
        assert "CHN" in browser().get(f"/countries/{word}").text


@pytest.mark.parametrize("lang", LANGS)
def test_country_shows_shares_and_what_home_takes_with_their_traces(browser, lang: Lang) -> None:
    page = browser(lang).get("/countries/CHN").text.replace("％", " %")  # as numbers spell it
    found = answers.country_page(current(), Asked(), "CHN")
    shares, imports = part(page, "shares"), part(page, "home")
    assert (shares.count("/trace/"), imports.count("/trace/")) == (len(found.shares), len(found.imports))
    one = next(row for row in found.shares if (row["commodity"], row["step"]) == ("gallium", "refined"))
    told = numbers.percent(one["share"], 1)
    assert f'/trace/gallium/refined_concentration">{told}</a>' in shares
    taken = next(row for row in found.imports if row["commodity"] == "tungsten" and row["step"] == "refined")
    assert f'/trace/tungsten/refined_import_governance">{numbers.percent(taken["share"], 1)}</a>' in imports
    assert browser().get("/trace/gallium/refined_concentration").status_code == 200


def test_stop_of_the_largest_supplier_is_the_shortfall_that_policies_count(browser) -> None:
    # The tonnes from the largest supplier in the effects come from another function, and are the same.
    arrivals = {row["commodity"]: row for row in answers.country_page(current(), Asked(), "CHN").arrivals}
    first = [key for key, row in arrivals.items() if row["rank"] == 1]
    assert len(first) > 3
    levers = tuple(lever_of("stockpile", key, 30.0, None) for key in first)
    short = {row["commodity"]: row["largest_before_t"] for row in answers.changes(current(), Asked(), levers)}
    assert {key: arrivals[key]["value"] for key in first} == pytest.approx(short)
    page = part(browser().get("/countries/CHN").text, "arrivals")
    for key in first:
        line = next(one for one in page.split("<tr") if f"/minerals/{key}" in one)
        assert numbers.amount(arrivals[key]["value"]) in line
        assert text("web.countries.largest", "en") in line


def test_imports_without_tonnes_are_named_and_not_counted_as_none(browser) -> None:
    found = answers.country_page(current(), Asked(), "CHN")
    unknown = {row["commodity"] for row in found.imports} - {row["commodity"] for row in found.arrivals}
    assert "gallium" in unknown  # its code bundles seven metals
    page = part(browser().get("/countries/CHN").text, "arrivals").split(text("web.countries.unweighed", "en"))[1]
    assert set(re.findall(r"/minerals/(\w+)", page)) == unknown


def test_stops_stand_in_the_table_of_the_api(client) -> None:
    table = client.get("/api/v1/countries/CHN?format=csv").text
    assert "CHN,arrival,tungsten,both" in table
    assert client.get("/api/v1/countries/CHN").json()["arrivals"]


@pytest.mark.parametrize("lang", LANGS)
def test_country_shows_its_measures_and_projects(browser, lang: Lang) -> None:
    page = html.unescape(browser(lang).get("/countries/AUS").text)
    found = answers.country_page(current(), Asked(), "AUS")
    for row in found.measures:
        assert measure_row(row, lang)["title"] in part(page, "measures")
    held = projects(countries=["AUS"])
    assert text("web.countries.projects", lang, count=len(held)) in page
    assert all(str(one.row(lang)["name"]) in part(page, "projects") for one in held)


def test_home_imports_nothing_from_itself(browser) -> None:
    page = browser().get("/countries/JPN").text
    assert text("web.countries.at_home", "en", country="Japan") in part(page, "home")
    assert text("web.countries.arrivals_none", "en", importer="Japan") in part(page, "arrivals")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("word", "told"), [("Atlantis", "unknown_country"), ("EU27", "not_a_country")])
def test_what_is_no_country_is_not_found(browser, word: str, told: str, lang: Lang) -> None:
    answer = browser(lang).get(f"/countries/{word}")
    assert answer.status_code == 404
    assert text(f"error.{told}.fact", lang, word=word) in html.unescape(answer.text)


@pytest.mark.parametrize("lang", LANGS)
def test_wrong_order_is_told(browser, lang: Lang) -> None:
    answer = browser(lang).get("/countries?sort=size")
    assert answer.status_code == 422
    assert text("error.web_sort.fact", lang, word="size") in html.unescape(answer.text)


def test_governance_chart_has_rows_source_and_address(browser, client) -> None:
    found = answers.country_page(current(), Asked(), "COD")
    table = browser().get("/charts/governance_years.csv?country=COD").text.splitlines()
    assert len(table) == len(found.years) + 1
    picture = browser().get("/charts/governance_years.svg?country=COD&lang=ja")
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/svg+xml")
    page = browser().get("/charts/governance_years?country=COD&lang=en").text
    assert "DR Congo" in page
    assert found.sources[0] in page
    assert client.get("/charts/governance_years.csv").status_code == 422
