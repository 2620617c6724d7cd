"""The page "How good are our intervals": the answer first, every row, every concentration that was missed."""

import csv
import html
import io
import re

import pytest

import shigen
from shigen.base import names
from shigen.base.i18n import LANGS, Lang, text, typeset
from shigen.model.hindcast.table import COLUMNS, MISS_COLUMNS, hindcast


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_opens_with_the_answer(browser, facts: shigen.FactBase, lang: Lang) -> None:
    page = html.unescape(re.sub(r'<a class="term"[^>]*>([^<]*)</a>', r"\1", browser(lang).get("/hindcast").text))
    good = hindcast(facts)
    main = page.split("<h1>")[1]
    assert main.startswith(text("web.hindcast.title", lang))
    assert typeset(good.sentence(lang), lang) in main.split("</p>")[0]
    assert typeset(good.decided(lang), lang) in main
    for row in good.records(lang):
        assert (row["input_name"] if row["group"] == "all" else row["level_name"]) in main
    table = main.split('id="missed-title"')[1]
    of_hhi = [row for row in good.misses(lang) if row["input"] in ("production_hhi", "reserves_hhi")]
    assert table.split("<tbody>")[1].count("<tr>") == len(of_hhi)
    assert names.label("antimony", lang) in table
    assert 'aria-current="page"' in page.split("<nav")[1].split('href="/hindcast')[1].split("</a>")[0]


@pytest.mark.parametrize(("view", "columns"), [("hindcast", COLUMNS), ("misses", MISS_COLUMNS)])
def test_the_tables_come_as_csv(browser, facts: shigen.FactBase, view: str, columns: tuple[str, ...]) -> None:
    answer = browser("en").get(f"/api/v1/tables?view={view}&format=csv")
    head, *lines = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert tuple(head) == columns
    good = hindcast(facts)
    assert len(lines) == len(good.rows if view == "hindcast" else good.missed)


def test_the_chart_has_a_page_and_a_picture(browser) -> None:
    answer = browser("ja").get("/charts/hindcast.svg")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert browser("ja").get("/charts/hindcast").status_code == 200
