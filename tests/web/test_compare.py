"""Compare: up to four minerals, importers, years or scenarios in one radar and one table, each figure traced."""

import csv
import io
import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from browsers import Browser
from httpx2 import Response
from starlette.datastructures import QueryParams
from starlette.testclient import TestClient

import shigen
from shigen.base import names
from shigen.base.errors import UserError
from shigen.base.i18n import Lang, text
from shigen.base.numbers import decimals
from shigen.model.indicators import axes
from shigen.show.web.asked import plan_of

RECYCLING = "recycling:gallium::0.1"
SMELTER = "smelter_investment:gallium:JPN:20"
STAGES = ("upstream", "intermediate", "final")
CASES: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "minerals": (
        {"by": "minerals", "commodity": "gallium", "with": ["cobalt", "Li"]},
        [{"key": key} for key in ("gallium", "cobalt", "lithium")],
    ),
    "importers": (
        {"by": "importers", "commodity": "rare_earths", "with": ["KOR", "EU27", "USA"], "year": "2022"},
        [{"key": "rare_earths", "importer": one, "year": 2022} for one in ("JPN", "KOR", "EU27", "USA")],
    ),
    "years": (
        {"by": "years", "commodity": "cobalt", "with": ["2018", "2021"], "year": "2024", "importer": "KOR"},
        [{"key": "cobalt", "importer": "KOR", "year": year} for year in (2024, 2018, 2021)],
    ),
    "scenarios": (
        {"by": "scenarios", "commodity": "gallium", "a": SMELTER, "c": [RECYCLING, "stockpile:cobalt::9"]},
        [{"key": "gallium"}, {"key": "gallium", "words": [SMELTER]},
         {"key": "gallium", "words": [RECYCLING]}],
    ),
}  # fmt: skip


def assessed(key: str, importer: str = "JPN", year: int = 2024, words: list[str] | None = None) -> shigen.Assessment:
    levers = plan_of(QueryParams([("a", word) for word in words or []]), "a")
    return shigen.assess(shigen.load(importer, year=year, commodities=[key]), levers=levers)


def cells(answer: Response) -> list[list[str]]:
    """Return the rows of the table of a page, each cell without its marks."""
    assert answer.status_code == 200, answer.text
    body = answer.text.split('class="compared"')[1].split("<tbody>")[1].split("</tbody>")[0]
    return [
        [
            " ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split())
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)
        ]
        for row in re.findall(r"<tr.*?</tr>", body, re.S)
    ]


def signed(value: float | None, first: float | None) -> str:
    if value is None or first is None:
        return "–"
    return "0.00" if abs(value - first) < 0.005 else f"{value - first:+.2f}"


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("by", CASES)
def test_table_holds_the_figures_of_the_library(browser: Browser, by: str, lang: Lang) -> None:
    params, series = CASES[by]
    rows = cells(browser(lang).get("/compare", params=params))
    found = [assessed(**one) for one in series]
    records = [{row["indicator"]: row for row in one.records(lang)} for one in found]
    for row, key in zip(rows, axes(), strict=False):
        expected = []
        for n, own in enumerate(records):
            expected += [f"{decimals(own[key]['raw'], 3)} {text('status.' + own[key]['status'], lang)}",
                         decimals(own[key]["score"], 2)]  # fmt: skip
            expected += [signed(own[key]["score"], records[0][key]["score"])] if n else []
        high = text("web.compare.high", lang)
        assert [cell.removesuffix(f" {high}") for cell in row[1:]] == expected, key
    risks = [{row["stage"]: row for row in one.stages(lang)} for one in found]
    assert len(rows) == len(axes()) + len(STAGES)
    for row, stage in zip(rows[len(axes()) :], STAGES, strict=True):
        expected = []
        for n, own in enumerate(risks):
            here = own[stage]
            sure = here["risk"] is None or here["risk_high"] - here["risk_low"] < 0.005
            band = "" if sure else f" {decimals(here['risk_low'], 2)}–{decimals(here['risk_high'], 2)}"
            expected += [decimals(here["risk"], 2) + band]
            expected += [signed(here["risk"], risks[0][stage]["risk"])] if n else []
        assert row[1:] == expected, stage


@pytest.mark.parametrize("by", CASES)
def test_radar_holds_the_same_scores(browser: Browser, by: str) -> None:
    params, series = CASES[by]
    page = unescape(browser("en").get("/compare", params=params).text)
    address = re.findall(r'src="(/charts/profile\.svg\?[^"]*)"', page)[0]
    assert browser().get(address).status_code == 200
    table = browser().get(address.replace(".svg?", ".csv?")).text.lstrip("\ufeff")
    rows = list(csv.DictReader(io.StringIO(table)))
    numbers = list(dict.fromkeys(int(row["series"]) for row in rows))
    assert numbers == ([0, 1, 3] if by == "scenarios" else list(range(len(series))))  # an empty list keeps its colour
    for number, one in zip(numbers, series, strict=True):
        scores = {row["indicator"]: row["score"] for row in assessed(**one).records("en")}
        shown = {row["indicator"]: row["score"] for row in rows if int(row["series"]) == number}
        assert {key: float(value) if value else None for key, value in shown.items()} == pytest.approx(
            {key: scores[key] for key in axes()})  # fmt: skip
    assert len({row["told"] for row in rows}) == len(series)


def test_every_figure_links_to_its_trace_at_its_importer_and_year(browser: Browser) -> None:
    params, series = CASES["importers"]
    page = unescape(browser("en").get("/compare", params=params).text)
    traced = [urlsplit(one) for one in re.findall(r'href="(/trace/[^"]*)"', page)]
    for one in series:
        mine = [
            link.path for link in traced if parse_qs(link.query) == {"importer": [one["importer"]], "year": ["2022"]}
        ]
        assert set(mine) == {f"/trace/rare_earths/{key}" for key in (*axes(), *STAGES)}
    risk = next(row["risk"] for row in assessed(**series[1]).stages("en") if row["stage"] == "upstream")
    link = next(one for one in traced if one.path.endswith("upstream") and "KOR" in one.query)
    assert f"<b>{decimals(risk, 3)}</b>" in browser("en").get(link.geturl()).text


def test_figures_of_a_scenario_have_no_trace_of_today(browser: Browser) -> None:
    page = browser("en").get("/compare", params=CASES["scenarios"][0]).text
    body = page.split('class="compared"')[1].split("<tbody>")[1]
    assert body.count("/trace/gallium/upstream") == 1


def test_scenarios_start_with_the_package_at_default_size(browser: Browser) -> None:
    page = unescape(browser("en").get("/compare", params={"by": "scenarios", "commodity": "gallium"}).text)
    packaged = browser().get("/policies/package", params={"add": "a", "package": "gallium"}).headers["location"]
    assert f'href="{packaged}"' in page


def test_package_can_become_one_more_scenario(browser: Browser) -> None:
    page = browser("en").get("/compare", params={"by": "scenarios", "commodity": "gallium", "a": SMELTER})
    link = unescape(next(one for one in re.findall(r'href="(/compare\?[^"]*)"', page.text) if "b=" in one))
    shown = browser("en").get(link)
    assert QueryParams(urlsplit(link).query)["a"] == SMELTER
    assert len(cells(shown)[0]) == 1 + 2 + 3 + 3


def test_a_bare_address_compares_something_and_none_is_taken_as_none(browser: Browser) -> None:
    for by in CASES:
        assert len(cells(browser("ja").get("/compare", params={"by": by}))[0]) > 3
    assert len(cells(browser("ja").get("/compare", params={"with": ""}))[0]) == 3


def test_a_series_is_shown_once(browser: Browser) -> None:
    params = {"commodity": "gallium", "with": ["Ga", "cobalt", "ガリウム", "cobalt"]}
    assert len(cells(browser("en").get("/compare", params=params))[0]) == 1 + 2 + 3


def test_five_series_are_too_many(browser: Browser) -> None:
    for lang in ("ja", "en"):
        params = {"commodity": "gallium", "with": ["cobalt", "lithium", "nickel", "copper"]}
        answer = browser(lang).get("/compare", params=params)
        assert answer.status_code == 422
        assert UserError("web_many", name="with", count=4, most=3).message(lang) in unescape(answer.text)


@pytest.mark.parametrize(
    ("params", "key"),
    [
        ({"by": "planets"}, "unknown_view"),
        ({"with": "galium"}, "unknown_commodity"),
        ({"by": "importers", "with": "JPX"}, "unknown_importer"),
        ({"by": "years", "with": "soon"}, "study_value"),
        ({"by": "years", "with": "1950"}, "year_without_data"),
        ({"by": "scenarios", "a": "smelter"}, "web_lever"),
    ],
)
def test_wrong_words_are_told(client: TestClient, params: dict[str, str], key: str) -> None:
    answer = client.get("/compare", params=params)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["key"] == key


def test_series_are_named_in_words_with_marks_of_their_own(browser: Browser) -> None:
    for lang in ("ja", "en"):
        page = browser(lang).get("/compare", params=CASES["importers"][0]).text
        legend = page.split('<ul class="series">')[1].split("</ul>")[0]
        words = re.sub(r"<[^>]+>", " ", legend).split()
        assert [word for word in words if word in "●■▲◆"] == ["●", "■", "▲", "◆"]
        for key in ("JPN", "KOR", "EU27", "USA"):
            assert names.label(key, lang) in " ".join(words)
