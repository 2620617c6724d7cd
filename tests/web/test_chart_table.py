"""The data of every chart as a table: named columns in the language, words for keys, rounded figures."""

import re
from html import unescape

import pytest
from starlette.datastructures import QueryParams

from shigen.base.i18n import LANGS, Lang, text
from shigen.show.charts.kind import kinds
from shigen.show.report.pictures import given_by
from shigen.show.web.chart_table import DRAWN, READ, SAID, table
from shigen.show.web.visit import Visit
from shigen.study.choices import question
from shigen.study.run import Run


@pytest.fixture(scope="module")
def given(facts):
    return given_by(Run(question("JPN", year=2024), facts=facts), country="CHN")


@pytest.mark.parametrize("lang", LANGS)
def test_every_column_of_a_shipped_chart_is_named_or_only_drawn(given, facts, lang: Lang) -> None:
    assert not set(READ) & DRAWN
    visit = Visit(facts, lang, "/", QueryParams())
    for kind in (one for one in kinds().values() if not one.own):
        commodity = {"recycling_flow": "cobalt"}.get(kind.key, "gallium" if kind.per == "commodity" else None)
        chart = given.chart(kind, lang, commodity)
        assert {key for row in chart.rows for key in row} <= {*READ, *DRAWN}, kind.key
        shown = table(chart.rows, visit)
        assert shown.rows
        assert shown.titles, kind.key
        assert len(shown.titles) == len(set(shown.titles)), kind.key
        assert set(shown.titles) <= {text(f"chart_column.{key}", lang) for key in (*READ, SAID)}
        for row in shown.rows:
            assert len(row) == len(shown.titles)
            for cell, number in row:
                assert not number or re.fullmatch(r"-?[\d,]+(\.\d+)?( %)?", cell), (kind.key, cell)


def test_a_share_is_a_percentage_and_an_amount_has_its_unit(browser) -> None:
    page = unescape(browser("ja").get("/charts/suppliers?commodity=gallium&year=2024").text)
    head = re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', page[page.index('id="table"') :])
    assert head == ["名称", "区分", "年", "シェア", "数量", "単位", "ガバナンスリスク", "数値の種類"]
    assert re.search(r"98\.9\s?[%％]", page)
    assert re.search(r'href="/charts/suppliers\.csv\?[^"]*commodity=gallium[^"]*" download', page)
