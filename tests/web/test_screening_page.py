"""Screening: which minerals are targets by the lists that the address names, and why."""

import csv
import io
import re
from html import unescape

import pytest
from browsers import Browser

from shigen.base.i18n import LANGS, Lang
from shigen.figures.elements import elements
from shigen.figures.factbase import embedded
from shigen.model.chain import meti13
from shigen.outlook.screening import changes, label, predecessor, screen
from shigen.show.charts.screening import ABREAST, MARKS
from shigen.show.report.technology import rows_of

OTHERS = ("JP 2023", "US 2018", "EU 2023")


def row_of(page: str, name: str) -> str:
    """Return the row of a table whose head is a name, as text."""
    found = [re.sub(r"<[^>]+>", " ", row) for row in re.findall(r"<tr[^>]*>.*?</tr>", page, re.DOTALL)]
    return " ".join(unescape(next(row for row in found if row.split() and name in row)).split())


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.mark.parametrize("lang", LANGS)
def test_the_studys_lists_stand_where_none_is_asked(browser: Browser, lang: Lang) -> None:
    answer = browser(lang).get("/screening")
    found = screen()
    assert answer.status_code == 200
    told = words(answer.text)
    assert f"{len(found.common)}" in told
    for element, reason in (found.excluded | found.added | found.new_technology).items():
        assert label(element, lang) in told
        assert reason[lang] in told
    assert all(label(e, lang) in told for e in found.targets)
    assert re.findall(r'value="([A-Z ]+\d+)" checked', answer.text) == list(found.lists)


def test_other_lists_give_other_targets(browser: Browser) -> None:
    page = browser().get("/screening", params=[("list", name) for name in OTHERS]).text
    found = screen(list(OTHERS))
    assert f"name {len(found.common)} minerals in common" in words(page)
    assert row_of(page, "Targets").startswith(f"Targets {len(found.targets)} ")
    assert "list=JP+2023&amp;list=US+2018&amp;list=EU+2023" in page  # the charts and the CSV file follow


def test_every_element_has_a_row_and_leads_to_its_mineral(browser: Browser) -> None:
    page = browser().get("/screening").text
    for row in screen().rows("en"):
        assert row["name"] in page
        if row["commodity"]:
            assert f'href="/minerals/{row["commodity"]}"' in page
    assert "left out: no demand statistics" in row_of(page[page.index("Every mineral") :], "Niobium")


def test_what_a_list_changed_stands_beside_the_one_before(browser: Browser) -> None:
    page = browser().get("/screening", params={"list": "EU 2020"}).text
    told = row_of(page[page.index("What each list changed") :], "EU 2017")
    assert predecessor("EU 2020") == "EU 2017"
    for row in changes("EU 2020", "en"):
        assert label(row["element"], "en") in told
    assert predecessor("US 2018") is None


def test_the_csv_file_holds_what_is_shown(browser: Browser) -> None:
    page = browser().get("/screening", params=[("list", name) for name in OTHERS]).text
    address = unescape(re.search(r'href="(/api/v1/screening[^"]+)"', page)[1])
    rows = list(csv.DictReader(io.StringIO(browser().get(address).text.removeprefix("\ufeff"))))
    assert [row["element"] for row in rows] == [row["element"] for row in screen(list(OTHERS)).rows("en")]


def test_targets_open_as_an_overview(browser: Browser) -> None:
    page = browser().get("/screening").text
    keys = re.search(r'href="/\?(commodity=[^"]+)"', page)[1].replace("commodity=", "").split("&amp;")
    assert set(keys) == set(meti13())


@pytest.mark.parametrize(("lang", "said"), [("en", "There is no critical list JP 2013"), ("ja", "JP 2013")])
def test_an_unknown_list_is_named(browser: Browser, lang: Lang, said: str) -> None:
    answer = browser(lang).get("/screening", params={"list": "JP 2013"})
    assert answer.status_code == 422
    assert said in unescape(answer.text)


@pytest.mark.parametrize("lang", LANGS)
def test_technology_trends_stand_in_words(browser: Browser, lang: Lang) -> None:
    page = words(browser(lang).get("/screening").text)
    for row in rows_of("transitions", lang):
        assert row["technology"] in page
        assert row["effect"] in page
    assert all(" ".join(row["step"].split()) in page for row in rows_of("flows", lang))


def test_no_dot_of_a_list_lies_on_the_next_element(browser: Browser) -> None:
    every = [row["list"] for row in embedded().table("list_titles")]
    assert len(every) <= min(len(MARKS), 3 * ABREAST)
    drawn = browser().get("/charts/periodic.svg", params=[("list", name) for name in every]).text
    assert "EU 2023" in drawn
    assert {row["element"] for row in screen(every).rows("en")} <= set(elements())
