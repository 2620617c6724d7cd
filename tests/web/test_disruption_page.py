"""The page that asks what if it stops: the answer first, each mineral, one in full, and a stop as an address."""

import csv
import html
import io
import re

import pytest

import shigen
from shigen.base.i18n import LANGS, Lang, text, typeset
from shigen.show.web import answers
from shigen.show.web.asked import Asked
from shigen.study.stops import words
from shigen.study.stops.rows import HELP_COLUMNS, MEASURE_COLUMNS, MONTH_COLUMNS, STOP_COLUMNS

STOP = "commodity=gallium&commodity=antimony&measure=CHN-2026-01-06"
ASKED = Asked(commodities=("gallium", "antimony"))


def shown(answer) -> str:
    return html.unescape(re.sub(r'<a class="term"[^>]*>([^<]*)</a>', r"\1", answer.text))


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_opens_with_the_answer_and_tells_one_mineral_in_full(
    browser, facts: shigen.FactBase, lang: Lang
) -> None:
    page = shown(browser(lang).get(f"/disruption?{STOP}"))
    found = answers.stops_of(facts, ASKED, (("measure", "CHN-2026-01-06"),))
    assert found is not None
    main = page.split("<h1>")[1]
    assert main.startswith(text("web.disruption.title", lang))
    for sentence in words.headline(found, lang):
        assert typeset(sentence, lang) in main
    assert typeset(text("disruption.cannot", lang), lang) in main
    # Gallium is short in most draws, so it is the one in full, by both designs.
    full = main.split('id="detail"')[1]
    assert full.startswith(f">{words.item_name(found.of('gallium')[0], lang)}")
    for one in found.of("gallium"):
        for sentence in words.told_of(one, found.draws, lang):
            assert typeset(sentence, lang) in full
    assert full.count('data-month="36"') == 2
    other = shown(browser(lang).get(f"/disruption?{STOP}&detail=antimony"))
    assert f'id="detail">{words.item_name(found.of("antimony")[0], lang)}' in other


@pytest.mark.parametrize(
    ("view", "columns"),
    [
        ("stops", STOP_COLUMNS),
        ("stop_months", MONTH_COLUMNS),
        ("stop_helps", HELP_COLUMNS),
        ("stop_measures", MEASURE_COLUMNS),
    ],
)
def test_the_tables_come_as_csv_of_the_same_stop(browser, view: str, columns: tuple[str, ...]) -> None:
    answer = browser("en").get(f"/api/v1/tables?view={view}&format=csv&{STOP}")
    head, *lines = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert tuple(head) == columns
    assert lines
    if view == "stops":
        assert [(line[0], line[3], line[4]) for line in lines] == [
            (key, design, "CHN-2026-01-06") for key in ("gallium", "antimony") for design in ("tight", "loose")
        ]


def test_a_stop_is_an_address(browser) -> None:
    mild = "commodity=gallium&stops=CHN&against=JPN&share=0.2&months=3&leak=0.5&stop_horizon=12"
    rows = browser("en").get(f"/api/v1/tables?view=stops&{mild}").json()
    (row,) = rows
    assert (row["who"], row["towards"], row["horizon"], row["design"], row["chance"]) == ("CHN", "JPN", 12, "", 0)
    element = browser("en").get("/api/v1/tables?view=stops&commodity=rare_earths&stops=CHN&stop_form=Dy").json()
    assert [(one["form"], one["name"], one["unit"]) for one in element] == [("dysprosium", "Dysprosium", "percent")]
    lost = browser("en").get("/api/v1/tables?view=stops&commodity=antimony&stops=CHN&lost=output&months=6").json()
    assert lost[0]["status"] == "ok"


@pytest.mark.parametrize(("query", "told"), [
    ("measure=CHN-1999-01-01", "CHN-1999-01-01"), ("stops=Chinaa", "Chinaa"), ("stops=CHN&share=2", "share"),
    ("stops=CHN&against=CHN", "CHN"), ("stops=CHN&leak=many", "leak"),
    ("stops=CHN&stop_form=Xx&commodity=rare_earths", "Xx"),
])  # fmt: skip
def test_what_is_wrong_is_told(browser, query: str, told: str) -> None:
    answer = browser("en").get(f"/disruption?{query}")
    assert answer.status_code == 422
    assert told in shown(answer)


def test_a_code_of_a_mineral_stops_by_itself(browser) -> None:
    answer = browser("en").get("/disruption?commodity=rare_earths&stops=CHN&stop_form=850511&months=6")
    assert answer.status_code == 200
    assert '<option value="850511" selected>Rare earths (HS 850511)' in answer.text
    assert "Rare earths (HS 850511)" in shown(answer)
    assert text("disruption.unfirm_why.traded", "en") in shown(answer)
    assert "data-plays" in answer.text


def test_elements_alike_are_opened_by_the_name_of_each(browser) -> None:
    page = "/disruption?commodity=rare_earths&measure=CHN-2026-01-06&detail=rare_earths:"
    told = [shown(browser("en").get(page + form)) for form in ("terbium", "dysprosium", "dysprosium%3Bterbium")]
    assert all('id="detail">Dysprosium, Terbium<' in one for one in told)
    assert all("one computation" in one for one in told)


def test_a_bloc_is_told_that_a_stop_is_of_one_importer(browser) -> None:
    answer = browser("en").get("/disruption?importer=EU27&commodity=gallium")
    assert answer.status_code == 200
    assert text("disruption.of_blocs", "en") in shown(answer)
    assert browser("en").get("/api/v1/tables?view=stops&importer=EU27&commodity=gallium").json() == []


def test_the_charts_have_pages_and_pictures(browser) -> None:
    for address in (f"/charts/stops.svg?{STOP}", "/charts/stop_flows.svg?commodity=gallium&measure=CHN-2026-01-06",
                    "/charts/stop_stocks.svg?commodity=gallium&measure=CHN-2026-01-06"):  # fmt: skip
        answer = browser("ja").get(address)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
        assert browser("ja").get(address.replace(".svg", "")).status_code == 200
