"""Each table of data that a page shows has its rows as CSV right below it."""

import csv
import io
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

import pytest
from browsers import Browser

from shigen.base.i18n import LANGS, Lang
from shigen.show.web.pages import PAGES
from shigen.show.web.tables import VIEWS

PLANS: Final = "a=smelter_investment:gallium:JPN:20&a=stockpile:cobalt::60&b=recycling:gallium::0.2"
ADDRESSES: Final[dict[str, tuple[str, ...]]] = {
    "overview": ("/?commodity=gallium&commodity=cobalt",), "changes": ("/changes?commodity=gallium",),
    "minerals": ("/minerals",),
    "mineral": ("/minerals/gallium?importer=KOR&smelter_investment=20&smelter_investment.host=KOR",),
    "policies": (f"/policies?importer=KOR&{PLANS}",),
    "compare": (*(f"/compare?by={by}&year=2023" for by in ("minerals", "importers", "years")),
                f"/compare?by=scenarios&{PLANS}"),
    "disruption": ("/disruption?commodity=gallium&measure=CHN-2026-01-06",),
    "screening": ("/screening?list=JP+2012&list=EU+2020&importer=KOR",),
    "demand": ("/demand?region=JPN", "/demand?basis=imports_only"),
    "observatory": tuple(f"/observatory?view={view}&importer=KOR&year=2023"
                         for view in ("timeline", "matrix", "measures", "documents", "elsewhere")),
    "countries": ("/countries",), "country": ("/countries/CHN?year=2023",), "markets": ("/markets?importer=KOR",),
    "projects": ("/projects?country=AUS&importer=KOR",), "data": ("/data?table=prices&commodity=gallium&importer=KOR",),
    "documents": ("/documents?commodity=gallium",),
    "hindcast": ("/hindcast?importer=KOR",), "backtest": ("/backtest",), "replays": ("/replays",),
    "methods": ("/methods",),
    "trace": ("/trace/gallium/production_concentration",),
    "why": ("/why?address=production:gallium:CHN:refined:2024:MCS+2026",),
    "chart": ("/charts/profile?commodity=gallium",), "docs": ("/docs",),
}  # fmt: skip
"""Of each page, addresses that between them show every table it has; with what a link has to keep."""
REASONS: Final = {"docs": "It tells of the API itself, whose description is given whole at /openapi.json."}
"""Pages whose tables are no data."""
DOWNLOAD: Final = re.compile(r"[?&]format=csv\b|\.csv\?")


@dataclass
class Shown:
    """A table of a page: its rows in the body, and the first link to CSV between its end and the next table."""

    label: str
    rows: int = 0
    csv: str = ""


@dataclass
class Reader(HTMLParser):
    """Reads the tables of a page in their order."""

    tables: list[Shown] = field(default_factory=list)
    label: str = ""
    inside: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        self.label = given.get("aria-label", self.label)
        if tag == "table":
            self.tables.append(Shown(self.label))
        self.inside = tag if tag in ("table", "tbody") else self.inside
        if tag == "tr" and self.inside == "tbody":
            self.tables[-1].rows += 1
        address = given.get("href", "")
        if tag == "a" and "download" in given and DOWNLOAD.search(address) and not self.inside and self.tables:
            self.tables[-1].csv = self.tables[-1].csv or address

    def handle_endtag(self, tag: str) -> None:
        self.inside = "table" if tag == "tbody" else "" if tag == "table" else self.inside


def shown(browser: Browser, address: str, lang: Lang) -> list[Shown]:
    answer = browser(lang).get(address)
    assert answer.status_code == 200, address
    reader = Reader()
    reader.feed(answer.text)
    return reader.tables


EVERY: Final = [(page, address) for page, several in ADDRESSES.items() for address in several]


def test_every_page_is_walked() -> None:
    assert {page for page, _ in PAGES.values()} | {"chart", "docs"} == set(ADDRESSES)
    assert set(REASONS) <= set(ADDRESSES)


@pytest.mark.parametrize(("page", "address"), EVERY)
def test_every_table_of_data_has_its_rows_as_csv(browser: Browser, page: str, address: str) -> None:
    tables = shown(browser, address, "ja")
    if page in REASONS:
        assert tables
        return
    assert [one.label for one in tables if not one.csv] == []
    client = browser("ja")
    for there, most in {one.csv: max(other.rows for other in tables if other.csv == one.csv) for one in tables}.items():
        answer = client.get(there)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8"), answer.text
        head, *lines = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
        assert len(lines) >= most, there
        assert all(len(line) == len(head) for line in lines)


def test_a_browser_with_own_projects_can_keep_them(browser: Browser) -> None:
    client = browser("en")
    rows_of = "project,commodity,country,step,t_per_year,source\nA mine of ours,gallium,AUS,refined,10,Our books\n"
    client.post("/data/own", files={"file": ("projects.csv", rows_of.encode(), "text/csv")})
    reader = Reader()
    reader.feed(client.get("/data").text)
    (own,) = [one for one in reader.tables if "kind=own" in one.csv]
    assert "A mine of ours" in client.get(own.csv).text


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_has_rows_in_both_languages(browser: Browser, view: str) -> None:
    answers = [browser(lang, accept="application/json").get(f"/api/v1/tables?view={view}&{PLANS}").json()
               for lang in LANGS]  # fmt: skip
    for found in answers:
        assert found
        assert all(list(row) == list(VIEWS[view].columns) for row in found)
    assert view == "snapshots" or answers[0] != answers[1]
