"""Every row of the study's tables stands somewhere in the report, in both languages: what does not is named."""

from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from shigen.base import names
from shigen.base.i18n import LANGS, Lang, shown_unit, source_words, text
from shigen.figures.factbase import embedded
from shigen.figures.schema import PACKAGE
from shigen.model.chain import meti13
from shigen.model.indicators import indicators
from shigen.show.report import html

Row = dict[str, str]


def number(value: str) -> str:
    return f"{float(value):,.10g}"


def percent(value: str, lang: Lang) -> str:
    return f"{100 * float(value):.1f}" + ("％" if lang == "ja" else " %")


def plain(value: str) -> str:
    return f"{float(value):,.0f}" if float(value) >= 1e4 else f"{float(value):,.4g}"


def span(row: Row, quantity: str) -> str:
    low, high = row[f"{quantity}_low"], row[f"{quantity}_high"]
    return f"{number(low)}–{number(high)}" if low else "–"


def confidence(row: Row, lang: Lang) -> str:
    return text(f"technology.confidence.{row['confidence']}", lang)


SHOWN: list[tuple[str, Callable[[Row, Lang], list[str]]]] = [
    ("tech_trends", lambda r, x: [r[f"use_{x}"], r[f"technology_{x}"], names.label(r["commodity"], x),
                                  r[f"part_{x}"], text(f"technology.direction.{r['direction']}", x),
                                  r[f"note_{x}"], confidence(r, x), r["source"]]),
    ("transitions", lambda r, x: [r[f"use_{x}"], r[f"technology_{x}"], r[f"from_{x}"], r[f"to_{x}"], r[f"when_{x}"],
                                  r[f"effect_{x}"], confidence(r, x), r["source"]]),
    ("power_devices", lambda r, x: [text(f"technology.kind.{r['kind']}", x), r[f"name_{x}"], span(r, "kw"),
                                    span(r, "khz"), r[f"reason_{x}"], confidence(r, x), r["reference"], r["source"]]),
    ("recycling_flows", lambda r, x: [*(r[f"{c}_{x}"] for c in ("product", "step", "actor", "obligation", "obstacle",
                                                               "leak", "note")), confidence(r, x), r["source"]]),
    ("unit_intensities", lambda r, x: [r[f"technology_{x}"], r[f"material_{x}"], number(r["value"]), r[f"unit_{x}"],
                                       r[f"basis_{x}"], confidence(r, x), r["source"]]),
    ("jogmec_shares", lambda r, x: [r[f"of_{x}"] or names.label(r["commodity"], x),
                                    text(f"technology.panel.{r['panel']}", x), r["year"], r[f"country_{x}"],
                                    percent(r["share"], x), confidence(r, x), r["source"]]),
    ("study_minerals", lambda r, x: [names.label(r["commodity"], x), r[f"main_use_{x}"], r["world_demand_printed"],
                                     r[f"beside_{x}"], r[f"note_{x}"], confidence(r, x)]),
    ("study_demand", lambda r, x: [names.label(r["commodity"], x), number(r["home_demand"]),
                                   number(r["world_demand"]), percent(r["cagr_2019_2050"], x),
                                   text(f"technology.direction.{r['demand_class']}", x), r[f"driver_{x}"]]),
    ("study_types", lambda r, x: [text(f"type.{r['type']}", x), r[f"headline_{x}"], r[f"shape_{x}"],
                                  *(names.label(m, x) for m in r["members"].split(";") if m), confidence(r, x)]),
    ("indicator_policy", lambda r, x: [indicators()[r["indicator"]].name[x], r[f"policy_{x}"], r[f"reason_{x}"]]),
    ("type_policy", lambda r, x: [text(f"technology.kind.{r['type']}" if r["type"] == "rule" else f"type.{r['type']}",
                                       x), r[f"text_{x}"]]),
    ("demand_inputs", lambda r, x: [] if r["commodity"] and r["commodity"] not in meti13() else [
        ":".join(r[part] for part in ("kind", "use", "technology", "commodity", "scenario", "year")),
        plain(r["value"]), shown_unit(r["unit"], x), text(f"demand_confidence.{r['confidence']}", x),
        r["source"],
        r[f"note_{x}"]]),
    ("demand_scenarios", lambda r, x: [r[f"name_{x}"], r[f"note_{x}"], r["source"]]),
    ("demand_gaps", lambda r, x: [] if r["commodity"] not in meti13() else [
        names.label(r["commodity"], x), r[f"use_{x}"], r[f"why_{x}"], r["source"]]),
    ("demand_differences", lambda r, x: [names.label(r["commodity"], x), r[f"why_{x}"]]),
    ("candidates", lambda r, x: [r[f"name_{x}"], text(f"stage.{r['stage']}", x), r[f"reason_{x}"]]),
]  # fmt: skip
"""Each table with the words by which its row is known: they stand together in one row of a table of the page."""

ELSEWHERE = {"screening", "critical_lists", "measures", "policy_events", "policy_matrix", "supply_events"}
"""Shown as reasons and in the charts of the screening; those of policies are walked by `tests/test_observatory.py`."""


class Lines(HTMLParser):
    """The text of each row of a table and each entry of a list."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.open: list[int] = []
        self.feed(content)

    def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        if tag in ("tr", "li"):
            self.open.append(len(self.lines))
            self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("tr", "li") and self.open:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        for place in self.open:
            self.lines[place] += data


@pytest.fixture(scope="module", params=LANGS)
def page(request: pytest.FixtureRequest, whole) -> tuple[Lang, list[str]]:
    return request.param, Lines(html.page(whole, request.param, {})).lines


def missing(table: str, words: Callable[[Row, Lang], list[str]], lines: list[str], lang: Lang) -> list[str]:
    absent = []
    for row in embedded().table(table):
        wanted = [source_words(word, lang) for word in words(row, lang) if word]
        if not any(all(word in line for word in wanted) for line in lines):
            absent.append(f"{table}: {wanted}")
    return absent


def test_every_row_of_the_studys_tables_is_in_the_report(page) -> None:
    lang, lines = page
    assert [one for table, words in SHOWN for one in missing(table, words, lines, lang)] == []


def test_a_row_that_is_not_there_is_named(page) -> None:
    lang, lines = page
    assert len(missing("tech_trends", lambda row, _: [row["line"], "no such words"], lines, lang)) == 19


def test_every_table_of_the_study_is_walked() -> None:
    told = set()
    for file in PACKAGE.glob("*.csv"):
        rows = embedded().table(file.stem)
        cells = (row.get("source") or row.get("edition") or "" for row in rows)
        if file.stem != "editions" and any(cell.startswith("METI FY2020") for cell in cells):
            told.add(file.stem)
    assert len(told) >= 9
    assert told - {table for table, _ in SHOWN} - ELSEWHERE == set()
