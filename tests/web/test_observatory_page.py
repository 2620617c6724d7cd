"""The page Observatory: every view with its rows and sources, its filters, and what it says where nothing is left."""

import html
import re

import pytest

from shigen.base import names
from shigen.base.i18n import LANGS, Lang, shown_date, source_words, text
from shigen.outlook.elsewhere import elsewhere
from shigen.outlook.observatory import documents, matrix, measures, region_name, timeline
from shigen.outlook.policies import VIEWS
from shigen.outlook.standing import AS_OF

ROWS = {"timeline": timeline, "matrix": matrix, "measures": measures, "documents": documents}


def rows_of(page: str) -> int:
    return len(re.findall(r'<tr(?: id="[^"]*")?><t(?!h scope="col")', page.split('id="rows"')[1]))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("view", ROWS)
def test_view_shows_each_row_with_certainty_and_source(browser, view: str, lang: Lang) -> None:
    page = html.unescape(browser(lang).get("/observatory", params={"view": view}).text)
    every = ROWS[view](lang=lang)
    assert rows_of(page) == len(every)
    assert text("web.observatory.rows", lang, count=len(every)) in page
    assert shown_date(AS_OF, lang) in page
    for row in every:
        assert row.get("title", row.get("name")) in page
        assert row["confidence_name"] in page
        assert row["confidence"] == "recalled" or source_words(row["source"], lang) in page


@pytest.mark.parametrize("lang", LANGS)
def test_what_is_from_memory_is_marked(browser, lang: Lang) -> None:
    page = browser(lang).get("/observatory?view=measures").text
    whole = [row for row in measures(lang=lang) if row["confidence"] == "recalled"]
    parts = [row for row in measures(lang=lang) if row["recalled"] and row["confidence"] != "recalled"]
    assert page.count("※ ") == len(whole) + len(parts)
    assert text("policies.recalled_parts", lang, parts=parts[0]["recalled"]) in page


def test_both_charts_stand_above_and_the_one_of_the_view_is_open(browser) -> None:
    page = browser().get("/observatory?view=matrix").text
    opened = dict(re.findall(r'<details class="folded"( open)?><summary>[^<]+</summary>\s+<figure class="chart" '
                             r'id="chart-(\w+)"', page))  # fmt: skip
    assert opened == {"": "timeline", " open": "policy_matrix"}


def test_filters_narrow_the_rows_and_the_download_alike(browser) -> None:
    page = html.unescape(browser().get("/observatory?view=measures&commodity=Ga&region=CHN&first=2023&last=2024").text)
    asked = {"commodity": "gallium", "region": "CHN", "years": range(2023, 2025)}
    kept = measures(**asked, lang="en")
    assert 0 < len(kept) < len(measures(lang="en"))
    assert rows_of(page) == len(kept)
    address = re.search(r'href="(/api/v1/policies[^"]+format=csv)"', page)
    assert address is not None
    table = browser(accept="application/json").get(address[1]).text.splitlines()
    assert len(table) == len(kept) + 1


def test_span_may_be_open_at_one_end(browser) -> None:
    later = measures(years=range(2025, 2101), lang="en")
    assert rows_of(browser().get("/observatory?view=measures&first=2025").text) == len(later)
    earlier = measures(years=range(1900, 2021), lang="en")
    assert rows_of(browser().get("/observatory?view=measures&last=2020").text) == len(earlier)


def test_timeline_chart_follows_the_mineral_at_its_address_too(browser) -> None:
    page = html.unescape(browser().get("/observatory?commodity=gallium").text)
    address = re.search(r'href="(/charts/timeline\.csv[^"]+)"', page)
    assert address is not None
    table = browser().get(address[1]).text
    assert "commodity=gallium" in address[1]
    assert len(table.splitlines()) < len(browser().get("/charts/timeline.csv").text.splitlines())


@pytest.mark.parametrize(("word", "key"), [("Brazil", "BRA"), ("KOR", "KOR"), ("EU27", "EU27")])
def test_elsewhere_answers_for_any_importer(browser, word: str, key: str) -> None:
    page = html.unescape(browser().get("/observatory", params={"view": "elsewhere", "importer": word}).text)
    found = elsewhere(key)
    assert text("policies.elsewhere_heading", "en", home=region_name(key, "en")) in page
    assert found.in_words("en") in page
    if found.missing:
        assert rows_of(page) == len(found.missing)
        assert all(row["name"] in page for row in found.rows("en"))
    else:
        assert text("policies.elsewhere_none", "en") in page


def test_levers_lead_to_the_mineral_or_to_policies(browser) -> None:
    page = browser().get("/observatory?view=measures").text
    one = next(row for row in measures(lang="en") if row["levers"] and len(row["commodities"]) == 1)
    several = next(row for row in measures(lang="en") if row["levers"] and len(row["commodities"]) > 1)
    own = page.split(f'id="measure-{one["measure"]}"')[1].split("</tr>")[0]
    assert f'href="/minerals/{one["commodities"][0]}#radar">{text("lever." + one["levers"][0], "en")}</a>' in own
    theirs = page.split(f'id="measure-{several["measure"]}"')[1].split("</tr>")[0]
    assert f'href="/policies">{text("lever." + several["levers"][0], "en")}</a>' in theirs


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_left_is_said(browser, lang: Lang) -> None:
    page = browser(lang).get("/observatory?view=measures&commodity=gallium&first=1950&last=1951").text
    assert text("policies.none", lang) in page
    assert rows_of(page) == 0


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("view=policy", "unknown_view"), ("region=Atlantis", "unknown_region"),
        ("instrument=magic", "unknown_instrument"),
        ("commodity=unobtainium", "unknown_commodity"), ("first=soon", "years_form"),
        ("first=2024&last=2020", "years_form"), ("view=matrix&commodity=gallium", "choice_unused"),
    ],
)  # fmt: skip
def test_wrong_words_are_answered_in_the_language(browser, query: str, told: str, lang: Lang) -> None:
    answer = browser(lang).get(f"/observatory?{query}")
    assert answer.status_code == 422
    fact = text(f"error.{told}.fact", lang, word="\0", view="\0").split("\0")
    assert all(part.strip() in html.unescape(answer.text) for part in fact)


def test_tab_leaves_out_filters_that_its_view_does_not_take(browser) -> None:
    page = html.unescape(browser().get("/observatory?commodity=gallium&region=CHN&first=2020&lang=en").text)
    tabs = dict(re.findall(r'<a href="(/observatory\?[^"]*)"[^>]*>([^<]+)</a>', page.split('class="tabs"')[1]))
    for address, name in list(tabs.items())[: len(VIEWS)]:
        assert browser().get(address).status_code == 200, name
    assert any("view=matrix" in one and "commodity" not in one and "region=CHN" in one for one in tabs)


def test_filter_offers_the_minerals_that_a_row_names(browser) -> None:
    page = browser().get("/observatory?view=measures").text
    offered = re.findall(r'<option value="(\w+)"', page.split('name="commodity"')[1].split("</select>")[0])
    named = {key for row in measures(lang="en") for key in row["commodities"]}
    assert offered == [key for key in names.commodities() if key in named]
