"""The page of the back-test: whether ours wins or loses comes first, then every score, event and forecast."""

import csv
import html
import io
import re

import pytest

import shigen
from shigen.base import names
from shigen.base.i18n import LANGS, Lang, text, typeset
from shigen.study.backtest import words
from shigen.study.backtest.table import COLUMNS, CURVE_COLUMNS, EVENT_COLUMNS, FORECAST_COLUMNS, backtest


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_opens_with_the_answer(browser, facts: shigen.FactBase, lang: Lang) -> None:
    page = html.unescape(re.sub(r'<a class="term"[^>]*>([^<]*)</a>', r"\1", browser(lang).get("/backtest").text))
    found = backtest(facts)
    main = page.split("<h1>")[1]
    assert main.startswith(text("web.backtest.title", lang))
    assert typeset(words.answer(found, lang), lang) in main.split("</p>")[0]
    assert typeset(text("backtest.cannot", lang), lang) in main
    assert typeset(words.expected(found, lang), lang) in main
    for row in found.records(lang):
        assert typeset(row["name"], lang) in main
    assert names.label("antimony", lang) in main
    assert main.split('id="events-title"')[1].split("</tbody>")[0].count("<tr>") == len(found.events) + 1


@pytest.mark.parametrize(
    ("view", "columns"),
    [
        ("backtest", COLUMNS),
        ("events", EVENT_COLUMNS),
        ("specifications", CURVE_COLUMNS),
        ("forecast", FORECAST_COLUMNS),
    ],
)
def test_the_tables_come_as_csv(browser, facts: shigen.FactBase, view: str, columns: tuple[str, ...]) -> None:
    answer = browser("en").get(f"/api/v1/tables?view={view}&format=csv")
    head, *lines = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert tuple(head) == columns
    found = backtest(facts)
    held = {"backtest": found.rows, "events": found.events, "specifications": found.specifications}
    assert len(lines) == len(held.get(view, found.forecast.rows))


def test_the_chart_has_a_page_and_a_picture(browser) -> None:
    answer = browser("ja").get("/charts/backtest.svg")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert browser("ja").get("/charts/backtest").status_code == 200
