"""The page of the replays: what was missed comes first, and nothing that could not be played is hidden."""

import csv
import html
import io
import re

import pytest

import shigen
from shigen.base.i18n import LANGS, Lang, text, typeset
from shigen.study.replays import words
from shigen.study.replays.table import COLUMNS, ESTIMATE_COLUMNS, SCORE_COLUMNS, replays


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_opens_with_the_answer(browser, facts: shigen.FactBase, lang: Lang) -> None:
    page = html.unescape(re.sub(r'<a class="term"[^>]*>([^<]*)</a>', r"\1", browser(lang).get("/replays").text))
    found = replays(facts)
    main = page.split("<h1>")[1]
    assert main.startswith(text("web.replays.title", lang))
    assert typeset(words.answer(found, lang), lang) in main.split("</p>")[0]
    for sentence in (words.missed(found, lang), words.firm(found, lang), words.unplayed(found, lang),
                     *words.limits(found, lang)):  # fmt: skip
        assert typeset(sentence, lang) in main
    table, besides = (main.split(f'id="{key}-title"')[1].split("</tbody>")[0] for key in ("outcomes", "besides"))
    rows = table.split("<tr>")[2:]
    judged = [row for row in found.rows if row["verdict"] != "unknown"]
    verdicts = [text(f"replays.verdict.{row['verdict']}", lang) for row in judged]
    assert all(f">{verdict}" in row for verdict, row in zip(verdicts, rows, strict=True))
    assert besides.count("<tr>") == 1 + found.count("unknown")
    table += besides
    for row in found.records(lang):
        assert typeset(row["title"], lang) in table
        assert typeset(row["source"] or "", lang) in table
        assert typeset(row["why"] or "", lang) in table


@pytest.mark.parametrize(
    ("view", "columns"),
    [("replays", COLUMNS), ("replay_scores", SCORE_COLUMNS), ("replay_estimates", ESTIMATE_COLUMNS)],
)
def test_the_tables_come_as_csv(browser, facts: shigen.FactBase, view: str, columns: tuple[str, ...]) -> None:
    answer = browser("en").get(f"/api/v1/tables?view={view}&format=csv")
    head, *lines = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert tuple(head) == columns
    found = replays(facts)
    held = {"replays": found.rows, "replay_scores": found.scores, "replay_estimates": found.estimates}
    assert len(lines) == len(held[view])


def test_the_chart_draws_every_price_that_is_judged(browser, facts: shigen.FactBase) -> None:
    answer = browser("ja").get("/charts/replays.svg")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert browser("ja").get("/charts/replays").status_code == 200
    rows = list(csv.reader(io.StringIO(browser("en").get("/charts/replays.csv").text)))[1:]
    judged = [row for row in replays(facts).rows if row["measure"] == "price" and row["verdict"] in ("miss", "hit")]
    assert len(rows) == len(judged)
