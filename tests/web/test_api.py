"""The API gives what library and command line give: the same figures, columns and words; and mistakes in full."""

import asyncio
import csv
import io
import json
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from browsers import Browser
from fastapi import FastAPI
from loops import answered
from starlette.testclient import TestClient

import shigen
from shigen.base import names
from shigen.base.i18n import LANGS, Lang, text
from shigen.figures.coverage import status
from shigen.figures.factbase import embedded
from shigen.model.effects import EFFECT_COLUMNS, effects
from shigen.model.indicators import indicators
from shigen.model.levers import lever_kinds
from shigen.model.packages import package, package_rows
from shigen.model.records import RECORD_COLUMNS, STAGE_COLUMNS, meta
from shigen.show.cli.main import main
from shigen.show.report.rows import to_csv
from shigen.study import choices
from shigen.study.file import study_from
from shigen.study.run import Run

BOM = "\ufeff"
FACT = "production:gallium:CHN:refined:2024:MCS 2026"


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """What a command prints."""

    def printed(*words: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main(words)
        out, err = capsys.readouterr()
        assert not ended.value.code, err
        return out

    return printed


def got(client: TestClient, path: str, **query: Any) -> Any:
    """The JSON of an answer, which holds no NaN."""
    answer = client.get(f"/api/v1/{path}", params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    return json.loads(answer.text, parse_constant=pytest.fail)


def plain(value: Any) -> Any:
    """What becomes of a value on its way through JSON."""
    return json.loads(json.dumps(value, allow_nan=False))


def near(found: Any, expected: Any, at: str = "") -> Iterator[str]:
    """Where two answers differ by more than 1e-12."""
    if isinstance(expected, dict) and isinstance(found, dict):
        if list(found) != list(expected):
            yield f"{at}: {list(found)} != {list(expected)}"
        for key in expected:
            yield from near(found.get(key), expected[key], f"{at}.{key}")
    elif isinstance(expected, list) and isinstance(found, list):
        if len(found) != len(expected):
            yield f"{at}: {len(found)} != {len(expected)} items"
        for n, (one, other) in enumerate(zip(found, expected, strict=False)):
            yield from near(one, other, f"{at}[{n}]")
    elif isinstance(expected, float) and isinstance(found, int | float):
        if not math.isclose(found, expected, rel_tol=1e-12, abs_tol=1e-12):
            yield f"{at}: {found!r} != {expected!r}"
    elif found != expected:
        yield f"{at}: {found!r} != {expected!r}"


# What the library says


@pytest.mark.parametrize(
    ("query", "how", "which"),
    [
        ({}, {"importer": "JPN"}, None),
        ({"importer": "KOR", "year": 2023}, {"importer": "KOR", "year": 2023}, None),
        ({"importer": "EU27"}, {"importer": "EU27"}, None),
        ({"commodity": ["Ga", "コバルト"]}, {"importer": "JPN", "commodities": ["gallium", "cobalt"]}, None),
        ({"years": "2019:2021"}, {"importer": "JPN", "years": range(2019, 2022)}, None),
        ({"edition": "MCS 2025"}, {"importer": "JPN", "edition": ["MCS 2025"]}, None),
        ({"basis": "imports_only"}, {"importer": "JPN", "basis": "imports_only"}, None),
        ({"indicator": ["mine_concentration", "price_volatility"]}, {"importer": "JPN"},
         ("mine_concentration", "price_volatility")),
    ],
)  # fmt: skip
def test_assessments_are_those_of_the_library(client: TestClient, query, how, which) -> None:
    lang: Lang = "en" if query else "ja"
    found = shigen.assess(shigen.load(**how), indicators=which)
    answer = got(client, "assessments", lang=lang, **query)
    expected = plain({"meta": meta(found), "records": found.records(lang), "stages": found.stages(lang)})
    assert list(near(answer, expected)) == []


def test_names_are_those_of_the_package(client: TestClient) -> None:
    rows = got(client, "commodities")
    assert [row["key"] for row in rows] == list(names.commodities())
    assert [row["key"] for row in rows if row["meti13"]] == [str(c) for c in shigen.load("JPN")["commodity"].values]
    assert {row["key"]: row["name_ja"] for row in rows}["gallium"] == "ガリウム"
    found = {row["key"]: row for row in got(client, "importers")}
    assert set(found) == {*names.countries(), *names.blocs()}
    assert found["EU27"]["members"] == list(names.members("EU27"))
    declared = {row["key"]: row for row in got(client, "indicators")}
    assert list(declared) == list(indicators())
    assert (declared["price_volatility"]["least"], declared["price_volatility"]["most"]) == (0, None)
    assert [row["key"] for row in got(client, "levers")] == list(lever_kinds())


def test_facts_are_the_rows_of_the_tables(client: TestClient) -> None:
    assert got(client, "facts") == plain(status(embedded()))
    where = {"commodity": "gallium", "country": "CHN", "year": 2024, "edition": "MCS 2026"}
    said = {"commodity": "ガリウム", "country": "中国", "year": 2024, "edition": "mcs 2026"}
    (row,) = got(client, "facts", table="production", **said)
    assert [row] == plain(embedded().rows("production", where, limit=2))
    assert row["value"] == 839
    several = got(client, "facts", table="governance", country="JPN", limit=7, offset=5)
    assert several == plain(embedded().rows("governance", {"country": "JPN"}, limit=12)[5:])


@pytest.mark.parametrize("table", list(embedded().tables))
def test_every_table_is_given_without_nan(client: TestClient, table: str) -> None:
    rows = got(client, "facts", table=table, limit=300)
    assert len(rows) == min(300, embedded().fetch(f"select count(*) from {table}")[0][0])
    text_ = client.get(f"/api/v1/facts?table={table}&limit=300&format=csv").text
    assert text_.startswith(BOM + ",".join(embedded().tables[table].columns))


def test_explanations_are_those_of_the_library(client: TestClient) -> None:
    found = shigen.assess(shigen.load("KOR", year=2023, commodities=["cobalt"]), indicators=["ore_import_governance"])
    node = shigen.explain(found, "cobalt", "ore_import_governance", lang="ja")
    answer = got(client, "explain/Co/ore_import_governance", importer="Korea", year=2023, lang="ja")
    assert answer["value"] == node.value
    assert answer["label"] == node.label
    assert [one["address"] for one in _leaves(answer)] == [fact.address for fact in node.facts()]


def _leaves(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if node.get("address"):
        yield node
    for part in node.get("parts", node.get("children", ())):
        yield from _leaves(part)


# What the command line prints


@pytest.mark.parametrize(
    ("words", "path", "query"),
    [
        (("assess", "gallium", "cobalt", "--year", "2024"), "assessments",
         {"commodity": ["gallium", "cobalt"], "year": 2024}),
        (("assess", "gallium", "--importer", "KOR", "--years", "2020:2022", "--edition", "MCS 2025"), "assessments",
         {"commodity": "gallium", "importer": "KOR", "years": "2020:2022", "edition": "MCS 2025"}),
        (("assess", "gallium", "--basis", "imports_only", "--indicator", "mine_concentration"), "assessments",
         {"commodity": "gallium", "basis": "imports_only", "indicator": "mine_concentration"}),
        (("types",), "types", {}),
        (("types", "gallium", "--importer", "EU27"), "types", {"commodity": "gallium", "importer": "EU27"}),
        (("explain", "gallium", "production_concentration"), "explain/gallium/production_concentration", {}),
        (("screen",), "screening", {}),
        (("screen", "--list", "JP 2012", "--list", "US 2018"), "screening", {"list": ["JP 2012", "US 2018"]}),
        (("policies",), "policies", {}),
        (("policies", "--view", "timeline", "--region", "CHN", "--years", "2020:2025"), "policies",
         {"view": "timeline", "region": "CHN", "years": "2020:2025"}),
        (("policies", "--view", "elsewhere", "--home", "JPN"), "policies", {"view": "elsewhere", "home": "JPN"}),
        (("countries",), "countries", {}),
        (("countries", "AUS", "--importer", "KOR"), "countries/australia", {"importer": "KOR"}),
        (("markets", "gallium", "cobalt"), "markets", {"commodity": ["gallium", "cobalt"]}),
        (("projects", "--commodity", "gallium", "--country", "EU27"), "projects",
         {"commodity": "gallium", "country": "EU27"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)  # fmt: skip
def test_answers_are_those_of_the_command_line(client: TestClient, cli, words, path, query) -> None:
    assert got(client, path, lang="ja", **query) == json.loads(cli(*words, "--format", "json", "--lang", "ja"))
    answer = client.get(f"/api/v1/{path}", params={**query, "lang": "en", "format": "csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="')
    assert answer.text.startswith(BOM)
    assert answer.text == cli(*words, "--format", "csv", "--lang", "en")


@pytest.mark.parametrize(
    ("words", "query"),
    [
        (("demand", "gallium"), {"commodity": "gallium"}),
        (("demand", "--region", "JPN"), {"region": "JPN"}),
        (("demand", "cobalt", "--scenario", "NZE", "--view", "parts"),
         {"commodity": "cobalt", "scenario": "NZE", "view": "parts"}),
        (("demand", "gallium", "--view", "assumptions"), {"commodity": "gallium", "view": "assumptions"}),
    ],
)  # fmt: skip
def test_demand_as_csv_is_that_of_the_command_line(client: TestClient, cli, words, query) -> None:
    answer = client.get("/api/v1/demand", params={**query, "lang": "ja", "format": "csv"})
    assert answer.text == cli(*words, "--format", "csv", "--lang", "ja")


def test_demand_is_that_of_the_library(client: TestClient) -> None:
    from shigen.outlook.demand_tables import meta as told_of
    from shigen.outlook.demand_tables import rows, summary

    for region, asked in (("WLD", {}), ("JPN", {"region": "Japan"})):
        found = shigen.demand(region, commodities=["gallium", "cobalt"])
        query = {"commodity": ["gallium", "cobalt"], "lang": "ja", **asked}
        assert got(client, "demand", **query) == plain({"meta": told_of(found), "summary": summary(found, "ja")})
        parts = got(client, "demand", view="parts", **query)
        assert parts["records"] == plain(rows(found))
        years = found.dataset["year"].values.tolist()
        assert got(client, "demand", view="scrap", **query) == plain(shigen.stocks(found).rows(years))


def test_what_depends_on_a_fact_is_what_the_command_line_says(client: TestClient, cli) -> None:
    assert client.get("/api/v1/why", params={"address": FACT, "format": "csv"}).text == cli(
        "why", FACT, "--format", "csv"
    )


def test_csv_of_stages_has_their_columns(client: TestClient) -> None:
    found = shigen.assess(shigen.load("JPN"))
    assert client.get("/api/v1/assessments?format=csv&view=stages").text == to_csv(found.stages("en"), STAGE_COLUMNS)
    assert client.get("/api/v1/assessments?format=csv").text == to_csv(found.records("en"), RECORD_COLUMNS)


def test_packages_are_those_of_the_library(client: TestClient) -> None:
    chain = shigen.load("JPN")
    verdicts = Run(choices.question()).verdicts
    cells = {one.commodity: package(one, chain, home="JPN") for one in verdicts}
    for lang in LANGS:
        assert got(client, "packages", lang=lang) == plain(package_rows(verdicts, cells, lang))


# Policies


MANY = [
    ("gallium", "smelter_investment", "JPN", 20), ("gallium", "smelter_investment", "AUS", 60.5),
    ("cobalt", "mine_investment", "AUS", 5000), ("cobalt", "recycling", None, 0.3),
    ("indium", "stockpile", None, 90), ("tungsten", "mine_investment", "KOR", 2000),
]  # fmt: skip


def sized(kind: str, size: float) -> dict[str, float]:
    return {lever_kinds()[kind].size_name: size}


def questions() -> list[dict[str, Any]]:
    """Forty what-ifs, no two alike: single policies of every kind and size, and lists of them."""
    host = {key: "JPN" for key, kind in lever_kinds().items() if kind.needs_host}
    minerals = ["gallium", "cobalt", "indium", "tungsten", "antimony", "vanadium", "palladium", "tantalum"]
    found: list[dict[str, Any]] = []
    for n in range(40):
        levers = []
        for m in range(1 + n % 3):
            kinds = list(lever_kinds())
            kind = kinds[(n + 2 * m) % len(kinds)]
            commodity = minerals[(n + m) % len(minerals)]
            if kind in ("mine_investment", "exploration") and commodity in ("gallium", "indium"):
                kind = "smelter_investment"  # what is won at smelters has no ore
            size = {"share": 0.05 + n / 100, "days": 10.0 + n}.get(lever_kinds()[kind].size_name, 5.0 + 3 * n)
            levers.append({"key": kind, "commodity": commodity, **sized(kind, size),
                           **({"host": host[kind] if n % 2 else "AUS"} if kind in host else {})})  # fmt: skip
        found.append({"levers": levers})
    return found


def alone(before: shigen.Assessment, question: dict[str, Any]) -> dict[str, Any]:
    """What the library says of one what-if."""
    after = shigen.assess(before.chain, levers=[shigen.lever(**one) for one in question["levers"]])
    keys = {one["commodity"] for one in question["levers"]}

    def of(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [row for row in rows if row["commodity"] in keys]

    return {name: in_order({"records": of(one.records("en")), "stages": of(one.stages("en"))})
            for name, one in (("before", before), ("after", after))}  # fmt: skip


def in_order(part: dict[str, Any]) -> dict[str, Any]:
    """Rows in one order: library and API may hold minerals in another."""
    return {"records": sorted(part["records"], key=lambda row: (row["commodity"], row["indicator"])),
            "stages": sorted(part["stages"], key=lambda row: (row["commodity"], row["stage"]))}  # fmt: skip


def at_once(app: FastAPI, sent: Sequence[tuple[str, Any]]) -> list[httpx.Response]:
    """Send several questions at once."""

    async def all_at_once() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver", timeout=120) as client:
            return await asyncio.gather(*[client.post(path, json=one) for path, one in sent])

    return answered(all_at_once)


def test_forty_different_what_ifs_at_once_each_get_their_own_answer(app: FastAPI) -> None:
    asked = questions()
    assert len({json.dumps(one) for one in asked}) == 40

    answers = at_once(app, [("/api/v1/whatif", one) for one in asked])
    assert [one.status_code for one in answers] == [200] * 40
    before, differing = shigen.assess(shigen.load("JPN")), []
    for n, (question, answer) in enumerate(zip(asked, answers, strict=True)):
        found = json.loads(answer.text, parse_constant=pytest.fail)
        expected = plain(alone(before, question))
        differing += near({part: in_order(found[part]) for part in expected}, expected, f"{n}")
    assert differing == []


def test_mistakes_among_what_ifs_at_once_reach_only_who_made_them(app: FastAPI) -> None:
    good = {"levers": [{"key": "smelter_investment", "commodity": "gallium", "host": "JPN", "t_per_year": 20}]}
    bad = {"levers": [{"key": "mine_investment", "commodity": "gallium", "host": "JPN", "t_per_year": 20}]}
    asked = [bad if n % 4 == 1 else good for n in range(12)]

    answers = at_once(app, [(f"/api/v1/whatif?lang={LANGS[n % 2]}", one) for n, one in enumerate(asked)])
    assert [one.status_code for one in answers] == [422 if one is bad else 200 for one in asked]
    assert len({answers[n].json()["after"]["stages"][0]["risk"] for n in (0, 2, 4)}) == 1
    assert {one.headers["content-language"] for one in answers} == set(LANGS)


@pytest.mark.parametrize("lang", LANGS)
def test_effects_and_chart_are_those_of_the_library(client: TestClient, lang: Lang) -> None:
    levers = [
        {"key": key, "commodity": commodity, "host": host, **sized(key, size)} for commodity, key, host, size in MANY
    ]
    asked = {"levers": levers, "effects": True, "chart": True, "year": 2024}
    answer = client.post(f"/api/v1/whatif?lang={lang}", json=asked)
    assert answer.status_code == 200, answer.text
    found = json.loads(answer.text, parse_constant=pytest.fail)
    chain = shigen.load("JPN", year=2024)
    made_of = [shigen.lever(**one) for one in levers]
    before, after = shigen.assess(chain), shigen.assess(chain, levers=made_of)
    expected = plain(effects(before, made_of))
    assert len(expected) == len(found["effects"]) > len(levers)
    assert list(near([{key: row[key] for key in EFFECT_COLUMNS} for row in found["effects"]], expected)) == []
    minerals = {one["commodity"] for one in levers}
    drawn = [row for row in shigen.chart("profile", before, after, lang=lang).rows if row["commodity"] in minerals]
    order = sorted(found["chart"], key=lambda row: (row["series"], row["commodity"], str(row.get("indicator"))))
    expected = sorted(plain(drawn), key=lambda row: (row["series"], row["commodity"], str(row.get("indicator"))))
    assert list(near(order, expected)) == []


def test_a_what_if_without_policies_changes_nothing(client: TestClient) -> None:
    found = client.post("/api/v1/whatif", json={"commodities": ["gallium", "lithium"]}).json()
    for part in ("records", "stages"):
        assert [row | {"scenario": None} for row in found["after"][part]] == [
            row | {"scenario": None} for row in found["before"][part]
        ]
    assert {row["commodity"] for row in found["before"]["records"]} == {"gallium", "lithium"}


def test_policies_of_size_zero_change_nothing_and_say_so(client: TestClient) -> None:
    levers = [{"key": "recycling", "commodity": "gallium", "share": 0},
              {"key": "stockpile", "commodity": "gallium", "days": 0}]  # fmt: skip
    answer = client.post("/api/v1/whatif", json={"levers": levers, "effects": True, "chart": True})
    assert answer.status_code == 200, answer.text
    rows = answer.json()["effects"]
    assert [row["effect"] for row in rows] == ["gross", "gross", "joint"]
    for row in rows:
        for stage in ("upstream", "intermediate", "final"):
            assert row[f"{stage}_before"] == row[f"{stage}_after"]
        assert not row["raised"]


# Studies


def test_a_study_is_what_its_file_gives(client: TestClient) -> None:
    tree = {"importer": "KOR", "year": 2024, "commodities": ["gallium"], "levers": [
        {"key": "smelter_investment", "commodity": "gallium", "host": "KOR", "t_per_year": 10}]}  # fmt: skip
    answer = client.post("/api/v1/studies", json=tree)
    assert answer.status_code == 200, answer.text
    found = json.loads(answer.text, parse_constant=pytest.fail)
    result = Run(study_from(tree))
    assert found["records"] == plain([row for one in result.scenarios() for row in one.records("en")])
    assert found["levers"] == plain(result.effects)
    assert found["types"] == plain([one.row("en") for one in result.verdicts])


def test_the_study_that_is_given_can_be_sent_back(client: TestClient) -> None:
    tree = got(client, "studies")
    assert tree["importer"] == "JPN"
    answer = client.post("/api/v1/studies?format=csv", json={**tree, "commodities": ["gallium"]})
    assert answer.status_code == 200, answer.text
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix(BOM))))
    assert {row["commodity"] for row in rows} == {"gallium"}
    assert list(rows[0])[: len(EFFECT_COLUMNS)] == list(EFFECT_COLUMNS)


@pytest.mark.parametrize(
    ("tree", "key"),
    [
        ({"overlay": ["/etc/passwd"]}, "web_study_key"), ({"snapshot": "x"}, "web_study_key"),
        ({"importr": "KOR"}, "study_key"), ({"year": "soon"}, "study_value"),
        ({"commodities": ["galium"]}, "unknown_commodity"),
    ],
)  # fmt: skip
def test_a_study_that_is_wrong_is_refused(client: TestClient, tree: dict[str, Any], key: str) -> None:
    answer = client.post("/api/v1/studies", json=tree)
    assert answer.status_code == 422
    assert [one["key"] for one in answer.json()["errors"]] == [key]


# Mistakes


WRONG = [
    ("assessments", {"commodity": "galium"}, 422, "unknown_commodity"),
    ("assessments", {"commodity": ["gallium", "Ga"]}, 422, "commodities_twice"),
    ("assessments", {"importer": "Atlantis"}, 422, "unknown_importer"),
    ("assessments", {"year": "soon"}, 422, "study_value"),
    ("assessments", {"year": 1492}, 422, None),
    ("assessments", {"years": "2024"}, 422, "years_form"),
    ("assessments", {"years": "2020:2022", "year": 2024}, 422, "year_and_years"),
    ("assessments", {"basis": "both"}, 422, "study_value"),
    ("assessments", {"edition": "MCS 1812"}, 422, "unknown_edition"),
    ("assessments", {"view": "rows"}, 422, "unknown_view"),
    ("assessments", {"indicator": "hhi"}, 422, "unknown_indicator"),
    ("assessments", {"format": "xml"}, 422, "study_value"),
    ("assessments", {"lang": "fr"}, 422, "study_value"),
    ("assessments", {"commodity": ["gallium"] * 41}, 422, "web_many"),
    ("explain/galium/production_concentration", {}, 404, "unknown_commodity"),
    ("explain/gallium/hhi", {}, 404, "indicator_or_method"),
    ("countries/Atlantis", {}, 404, None),
    ("countries/EU27", {}, 404, "not_a_country"),
    ("facts", {"table": "productoin"}, 422, "unknown_table"),
    ("facts", {"table": "trade", "commodity": "gallium"}, 422, "choice_unused"),
    ("facts", {"table": "production", "limit": 0}, 422, "study_value"),
    ("facts", {"table": "production", "limit": 10_001}, 422, "study_value"),
    ("facts", {"table": "production", "offset": -1}, 422, "study_value"),
    ("facts", {"table": "production", "limit": "many"}, 422, "study_value"),
    ("why", {}, 422, "web_lacks"),
    ("why", {"address": "nowhere"}, 422, "address_form"),
    ("why", {"address": "production:gallium:CHN:refined:1901:MCS 2026"}, 422, "address_unknown"),
    ("screening", {"list": "XX 1999"}, 422, "unknown_list"),
    ("demand", {"scenario": "BAU"}, 422, "unknown_scenario"),
    ("demand", {"view": "rows"}, 422, "unknown_view"),
    ("demand", {"region": "Atlantis"}, 422, "unknown_place"),
    ("policies", {"view": "rows"}, 422, "unknown_view"),
    ("policies", {"region": "Atlantis"}, 422, None),
    ("projects", {"status": "dreamt"}, 422, "unknown_project_status"),
    ("nowhere", {}, 404, "web_path"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "query", "code", "key"), WRONG, ids=lambda value: str(value)[:40])
@pytest.mark.parametrize("lang", LANGS)
def test_a_mistake_is_told_with_all_fields(browser: Browser, path, query, code: int, key, lang: Lang) -> None:
    # "lang" of the query is itself wrong in one case: then the header says which.
    client = browser(lang, accept="application/json")
    answer = client.get(f"/api/v1/{path}", params=query)
    assert answer.status_code == code, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == lang
    told = answer.json()
    assert set(told) == {"type", "title", "status", "detail", "instance", "errors"}
    assert (told["status"], told["instance"]) == (code, f"/api/v1/{path}")
    assert told["title"] == text(f"web.status.{code}", lang)
    assert told["type"] == f"/docs#problem-{told['errors'][0]['key']}"
    assert key is None or key == told["errors"][0]["key"]
    assert told["detail"] == "\n".join(one["detail"] for one in told["errors"])
    for one in told["errors"]:
        assert set(one) == {"key", "place", "detail", "suggestions"}
        assert any("\u3040" <= c <= "\u9fff" for c in one["detail"]) == (lang == "ja")


def test_numbers_that_are_none_are_named_with_what_is_expected(client: TestClient) -> None:
    def detail(query: dict[str, Any]) -> str:
        return str(client.get("/api/v1/facts", params={"table": "production", **query}).json()["detail"])

    assert detail({"limit": "many"}) == "limit is 'many'. A whole number is expected."
    assert detail({"limit": 0}) == "limit is '0'. It is 1 or more."
    assert detail({"limit": 10_001}) == "limit is '10001'. It is 10000 at most."
    assert detail({"year": "soon"}) == "year is 'soon'. A year such as 2024 is expected."


def test_all_mistakes_of_a_question_come_at_once(client: TestClient) -> None:
    levers = [{"key": "stockpile", "commodity": "gallium", "days": "many"}, {"key": 3, "size": 1}]
    answer = client.post("/api/v1/whatif", json={"year": "soon", "levers": levers})
    assert answer.status_code == 422
    assert [one["detail"].split(". ")[0] for one in answer.json()["errors"]] == [
        "year is 'soon'", "levers.0.days is 'many'", "levers.1.key is 3", "levers.1.commodity is not there",
        "There is no field levers.1.size here",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "key"),
    [
        (b"{", "web_body"), (b"", "web_lacks"), (b"[]", "study_value"), (b"\xff\xfe", None),
        (b'{"levers": [{"key": "stockpile", "commodity": "gallium", "days": NaN}]}', None),
        (b'{"levers": [{"key": "stockpile", "commodity": "gallium", "days": 1e999}]}', None),
        (b'{"levers": [], "commodities": []}', "no_commodity"),
        (b'{"levers": [{"key": "stockpil", "commodity": "gallium", "days": 9}]}', "unknown_lever"),
        (b'{"levers": [{"key": "stockpile", "commodity": "gallium", "share": 0.5}]}', None),
        (b'{"levers": [{"key": "mine_investment", "commodity": "gallium", "host": "AUS", "t_per_year": 5}]}', None),
        (b'{"levers": [{"key": "smelter_investment", "commodity": "gallium", "t_per_year": 5}]}', None),
        (b'{"levers": ' + b"[" * 5000 + b"]" * 5000 + b"}", None),
    ],
)  # fmt: skip
def test_a_what_if_that_is_wrong_is_refused(client: TestClient, body: bytes, key: str | None) -> None:
    answer = client.post("/api/v1/whatif", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert key is None or answer.json()["errors"][0]["key"] == key


def test_lists_are_limited(client: TestClient) -> None:
    one = {"key": "stockpile", "commodity": "gallium", "days": 9}
    assert client.post("/api/v1/whatif", json={"levers": [one] * 41}).status_code == 422
    assert client.post("/api/v1/whatif", json={"commodities": ["gallium"] * 41}).status_code == 422
    several = list(names.commodities())[:41]
    assert client.post("/api/v1/studies", json={"commodities": several}).json()["errors"][0]["key"] == "web_many"
    assert client.get("/api/v1/assessments", params={"commodity": several}).status_code == 422
    assert client.get("/api/v1/projects", params={"status": ["closed"] * 41}).status_code == 422


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST"])
def test_another_method_is_refused_with_those_that_are_taken(client: TestClient, method: str) -> None:
    answer = client.request(method, "/api/v1/types")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["key"] == "web_method"
    assert client.get("/api/v1/whatif").status_code == 405


def test_no_answer_kept_for_one_language_is_given_in_the_other(client: TestClient) -> None:
    plan = [{"key": "smelter_investment", "commodity": "gallium", "host": "JPN", "t_per_year": 20}]
    paths = ["assessments", "methods?format=csv", "types", "packages", "screening", "demand", "policies", "countries",
             "countries/CHN", "markets", "projects", "explain/gallium/production_concentration",
             "demand?view=assumptions"]  # fmt: skip

    def every(lang: Lang) -> list[str]:
        found = [client.get(f"/api/v1/{path}{'&' if '?' in path else '?'}lang={lang}").text for path in paths]
        return [*found, client.post(f"/api/v1/whatif?lang={lang}", json={"levers": plan, "effects": True}).text]

    def japanese(word: str) -> bool:
        return any("\u3040" <= c <= "\u30ff" for c in word)

    in_japanese, in_english = every("ja"), every("en")
    assert every("ja") == in_japanese
    for path, one, other in zip([*paths, "whatif"], in_japanese, in_english, strict=True):
        assert not japanese(other) or path in ("projects", "policies"), path
        assert one == other or japanese(one) or path == "countries", path


# The description


def test_the_openapi_document_is_valid_and_whole(client: TestClient) -> None:
    import schemathesis

    found = client.get("/openapi.json").json()
    schemathesis.openapi.from_dict(found).validate()
    known = set(found["components"]["schemas"])
    for word in json.dumps(found).split('"$ref": "')[1:]:
        assert word.split('"')[0].removeprefix("#/components/schemas/") in known
    for path, methods in found["paths"].items():
        for one in methods.values():
            assert one["summary"], path
            assert all("examples" in p["schema"] for p in one.get("parameters", ()) if p["required"]), path
    schema = found["components"]["schemas"]["ProblemDetails"]
    assert set(schema["properties"]) == {"type", "title", "status", "detail", "instance", "errors"}


@pytest.mark.long
def test_every_example_of_the_openapi_document_works_when_sent(client: TestClient) -> None:
    tried = 0
    for path, methods in client.get("/openapi.json").json()["paths"].items():
        for method, one in methods.items():
            bodies = one.get("requestBody", {}).get("content", {}).get("application/json", {}).get("examples", {})
            for body in [example["value"] for example in bodies.values()] or [None]:
                needed = {p["name"]: p["schema"]["examples"][0] for p in one.get("parameters", ()) if p["required"]}
                every = [(p["name"], example) for p in one.get("parameters", ()) if p["in"] == "query"
                         for example in p["schema"].get("examples", ())]  # fmt: skip
                for extra in [None, *every]:
                    if extra and (body or path.endswith(("/why", "/ledger"))):  # each takes seconds
                        continue
                    query = {p["name"]: needed[p["name"]] for p in one.get("parameters", ())
                             if p["required"] and p["in"] == "query"}  # fmt: skip
                    query |= dict([extra]) if extra else {}
                    query |= {"table": "production"} if path.endswith("/facts") and "table" not in query else {}
                    address = f"{path.format(**needed)}?{urlencode(query, doseq=True)}"
                    answer = client.request(method, address, json=body)
                    assert answer.status_code == 200, (address, answer.text)
                    tried += 1
    assert tried > 60
