"""The description of the API holds: models of all answers, names of operations, who may ask, and when again."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from browsers import Browser
from fastapi import FastAPI
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient

import shigen
from shigen.base.i18n import LANGS, Lang, catalogue
from shigen.figures.factbase import embedded
from shigen.model.indicators import axes
from shigen.model.odds_records import COLUMNS as ODDS_VIEWS
from shigen.show.web.tables import VIEWS

PLAN = [{"key": "smelter_investment", "commodity": "gallium", "host": "JPN", "t_per_year": 20}]
EVERY = [
    "commodities", "importers", "indicators", "levers", "facts", "facts?table=production&limit=50", "assessments",
    "assessments?years=2022:2024", "reliance", "messages", "types",
    *(f"uncertainty?draws=64&view={view}" for view in ODDS_VIEWS), "methods", "packages", "ledger?commodity=gallium",
    "explain/gallium/production_concentration", "why?address=production:gallium:CHN:refined:2024:MCS%202026",
    "screening", "demand", "demand?view=parts&commodity=cobalt", "demand?view=scrap", "demand?view=assumptions",
    *(f"policies?view={view}" for view in ("measures", "timeline", "matrix", "documents", "elsewhere")),
    "countries", "countries/CHN", "markets", "projects", "studies",
    *(f"tables?view={view}&a=smelter_investment:gallium:JPN:20" for view in VIEWS if not view.startswith("stop")),
    *(f"tables?view={view}&commodity=gallium&stops=CHN&stop_horizon=3" for view in VIEWS if view.startswith("stop")),
]  # fmt: skip


def answers(client: TestClient) -> Iterator[tuple[str, str, Any]]:
    for path in EVERY:
        yield "get", f"/api/v1/{path}", client.get(f"/api/v1/{path}").json()
    changed = {"levers": PLAN, "effects": True, "chart": True, "weights": {"price_volatility": 0}}
    yield "post", "/api/v1/whatif", client.post("/api/v1/whatif", json=changed).json()
    # Of tantalum no stop can be played: its row has neither figures nor firmness.
    several = {"commodities": ["gallium", "tantalum"]}
    yield "post", "/api/v1/studies", client.post("/api/v1/studies", json=several).json()


def operation(document: dict[str, Any], method: str, address: str) -> dict[str, Any]:
    bare = address.partition("?")[0]
    (found,) = [methods[method] for path, methods in document["paths"].items() if method in methods
                and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), bare)]  # fmt: skip
    return dict(found)


def closed(schema: Any) -> Any:
    """The same schema, in which an object holds nothing that is not described."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    shut = {key: closed(value) for key, value in schema.items()}
    return shut | {"additionalProperties": False} if "properties" in schema and "type" in schema else shut


def shape(row: Any) -> Any:
    """What of a row its model speaks of: its keys and the types of what they hold."""
    if isinstance(row, dict):
        return tuple((key, shape(value)) for key, value in row.items())
    return tuple(sorted({repr(shape(one)) for one in row})) if isinstance(row, list) else type(row)


FIRST = 40
"""Rows of a list that are held against their model in any case."""


def apart(answer: Any) -> Any:
    """An answer whose long lists have their first rows, and of the others one of each shape: a model takes its time."""
    if isinstance(answer, dict):
        return {key: apart(value) for key, value in answer.items()}
    if not isinstance(answer, list):
        return answer
    others = {shape(row): row for row in reversed(answer[FIRST:])}
    return [apart(row) for row in [*answer[:FIRST], *others.values()]]


def test_every_answer_is_its_model_and_holds_nothing_besides(app: FastAPI, client: TestClient) -> None:
    document = app.openapi()
    tried = set()
    for method, address, answer in answers(client):
        one = operation(document, method, address)
        schema = one["responses"]["200"]["content"]["application/json"]["schema"]
        whole = closed({**schema, "components": document["components"]})
        problems = [f"{'/'.join(map(str, p.absolute_path))}: {p.message[:200]}"
                    for p in Draft202012Validator(whole).iter_errors(apart(answer))]  # fmt: skip
        assert problems == [], address
        tried.add(one["operationId"])
    assert tried | {"healthz", "metrics"} == {one["operationId"] for methods in document["paths"].values()
                                             for one in methods.values()}  # fmt: skip


def test_every_operation_has_a_model_and_a_name_that_code_can_have(app: FastAPI) -> None:
    document = app.openapi()
    every = [(path, one) for path, methods in document["paths"].items() for one in methods.values()]
    assert len({one["operationId"] for _, one in every}) == len(every)
    for path, one in every:
        assert one["operationId"].isidentifier()
        content = one["responses"]["200"]["content"]
        schema = content["application/json"]["schema"] if path != "/metrics" else content["text/plain"]["schema"]
        assert schema
        assert schema != {"type": "object"}
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert {"token": []} in document["security"]


@pytest.mark.parametrize("path", ["types", "facts?table=production&limit=5", "assessments?format=csv"])
def test_an_answer_is_asked_about_again_by_its_tag(client: TestClient, path: str) -> None:
    first = client.get(f"/api/v1/{path}")
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    again = client.get(f"/api/v1/{path}", headers={"if-none-match": f'"other", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    others = [client.get(f"/api/v1/{path}{'&' if '?' in path else '?'}{more}").headers["etag"]
              for more in ("lang=ja", "year=2023")]  # fmt: skip
    assert len({tag, *others}) == 3
    assert "etag" not in client.get("/api/v1/types?importer=Atlantis").headers


def test_what_is_long_goes_compressed_and_a_what_if_does_not(client: TestClient) -> None:
    long = client.get("/api/v1/assessments")
    assert long.headers["content-encoding"] == "gzip"
    assert {"Accept-Encoding", "Accept-Language", "Cookie"} <= set(re.split(r",\s*", long.headers["vary"]))
    assert "content-encoding" not in client.get("/api/v1/assessments", headers={"accept-encoding": "identity"}).headers
    assert "content-encoding" not in client.post("/api/v1/whatif", json={"levers": PLAN}).headers


@pytest.mark.parametrize("path", ["/", "/healthz", "/docs", "/openapi.json", "/api/v1/types", "/charts/heatmap.svg",
                                  "/api/v1/assessments?commodity=galium"])  # fmt: skip
def test_head_is_get_without_its_body(client: TestClient, path: str) -> None:
    whole, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (whole.status_code, b"")
    differing = {key for key in whole.headers if whole.headers[key] != head.headers.get(key)}
    assert differing <= {"date"}


def test_the_rows_of_a_table_are_counted_and_lead_to_each_other(client: TestClient) -> None:
    (total,) = embedded().fetch("select count(*) from production where commodity = 'gallium'")[0]
    address, seen, turns = "/api/v1/facts?table=production&commodity=Ga&limit=20", [], 0
    while address:
        answer = client.get(address)
        assert answer.headers["x-total-count"] == str(total)
        links = {rel: there for there, rel in re.findall(r'<([^>]+)>; rel="(\w+)"', answer.headers["link"])}
        assert ("prev" in links) == (turns > 0)
        seen += answer.json()
        address, turns = links.get("next", ""), turns + 1
    assert len(seen) == total > 40
    assert seen == client.get("/api/v1/facts?table=production&commodity=gallium&limit=10000").json()
    assert "link" not in client.get("/api/v1/facts?table=production&commodity=gallium&limit=10000").headers


def test_the_ledger_is_that_of_the_library(client: TestClient) -> None:
    from shigen.study.ledger import ledger

    for lang in LANGS:
        asked = {"years": "2018:2023", "commodity": "gallium", "importer": "KOR", "lang": lang}
        expected = ledger("KOR", years=(2018, 2023), commodities=["gallium"]).rows(lang)
        assert client.get("/api/v1/ledger", params=asked).json() == json.loads(json.dumps(expected))
    usual = client.get("/api/v1/ledger?commodity=gallium&year=2023").json()
    assert {(row["then_year"], row["now_year"]) for row in usual} == {(2022, 2023)}
    wrong = client.get("/api/v1/ledger?years=2020:2020")
    assert (wrong.status_code, wrong.json()["errors"][0]["key"]) == (422, "ledger_years")


def test_weights_of_a_what_if_are_those_of_a_study_file(client: TestClient) -> None:
    weights = {"price_volatility": 0, "scrap_recovery": 3}
    found = client.post("/api/v1/whatif", json={"levers": PLAN, "weights": weights}).json()
    made = [shigen.lever(**one) for one in PLAN]
    after = shigen.assess(shigen.load("JPN"), levers=made, weights=weights).stages("en")
    expected = {row["stage"]: row["risk"] for row in after if row["commodity"] == "gallium"}
    assert {row["stage"]: row["risk"] for row in found["after"]["stages"]} == pytest.approx(expected, nan_ok=True)
    usual = client.post("/api/v1/whatif", json={"levers": PLAN}).json()
    assert usual["after"]["stages"] != found["after"]["stages"]
    for wrong, word in (({"price_volatility": -1}, "zero or more"), ({"price_volatilty": 1}, "price_volatility"),
                        ({"price_volatility": True}, "number"), ([], "object")):  # fmt: skip
        answer = client.post("/api/v1/whatif", json={"levers": PLAN, "weights": wrong})
        assert answer.status_code == 422
        assert word in answer.json()["detail"]


def test_years_have_one_shape(client: TestClient) -> None:
    for query in ("", "?years=2020:2022"):
        meta = client.get(f"/api/v1/assessments{query}").json()["meta"]
        assert all(isinstance(one, list) for part in ("years", "editions") for one in meta[part].values())
    assert len(axes()) == 6


# What an address and a body may hold


UNKNOWN = [
    ("/api/v1/assessments?yaer=2020&comodity=gallium", {"year", "commodity"}),
    ("/api/v1/facts?tabel=production", {"table"}),
    ("/api/v1/commodities?fromat=csv", {"format"}), ("/api/v1/demand?ratio.galium=0.1&region=KOR", {"ratio.gallium"}),
    ("/?yaer=2020", {"year"}), ("/minerals/gallium?smelter_investmet=20", {"smelter_investment"}),
    ("/countries/CHN?imprter=KOR", {"importer"}), ("/docs?lnag=ja", {"lang"}), ("/data?tabel=production", {"table"}),
    ("/charts/heatmap.svg?yaer=2020", {"year"}), ("/compare?wiht=cobalt", {"with"}), ("/healthz?x=1", set()),
    ("/screening?lst=JP%202012", {"list"}), ("/why?adress=x", {"address"}), ("/observatory?veiw=matrix", {"view"}),
]  # fmt: skip


@pytest.mark.parametrize(("address", "meant"), UNKNOWN)
def test_an_unknown_parameter_is_refused_with_the_nearest(browser: Browser, address: str, meant: set[str]) -> None:
    answer = browser(accept="application/json").get(address)
    assert answer.status_code == 422, answer.text[:300]
    errors = answer.json()["errors"]
    assert {one["key"] for one in errors} == {"web_key"}
    assert meant <= {word for one in errors for word in one["suggestions"]}
    page = browser("ja").get(address)
    assert page.status_code == 422
    assert ("パラメーター" in page.text) or "\\u" in page.text


@pytest.mark.parametrize("address", ["/demand?region=KOR&ratio.Ga=0.1", "/api/v1/demand?region=KOR&ratio.Ga=0.1",
                                     "/charts/demand?commodity=gallium&region=KOR&ratio.Ga=0.1"])  # fmt: skip
def test_a_ratio_by_symbol_is_refused_with_the_mineral_that_is_meant(browser: Browser, address: str) -> None:
    (error,) = browser(accept="application/json").get(address).json()["errors"]
    assert (error["key"], error["suggestions"]) == ("web_key", ["ratio.gallium"])


@pytest.mark.parametrize(
    ("address", "key"),
    [("/api/v1/assessments?year=2023&year=2024", "web_twice"), ("/api/v1/assessments?year=", "web_empty"),
     ("/api/v1/assessments?commodity=", "web_empty"), ("/?year=2023&year=2024", "web_twice"),
     ("/?importer=KOR&importer=JPN", "web_twice"), ("/api/v1/types?=1", "web_key")],
)  # fmt: skip
def test_a_parameter_stands_once_and_holds_something(client: TestClient, address: str, key: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.json()["errors"][0]["key"]) == (422, key)


def test_a_form_may_leave_its_fields_empty(browser: Browser) -> None:
    assert browser().get("/?importer=JPN&year=&edition=&commodity=&type=&alert=").status_code == 200
    several = "/?edition=MCS+2025&edition=WGI+2024+update&commodity=gallium&commodity=cobalt"
    assert browser().get(several).status_code == 200
    address = "/minerals/gallium?smelter_investment=0&smelter_investment.host=JPN&smelter_investment.offtake=0.5"
    assert browser().get(address).status_code == 200


BODIES: list[tuple[bytes, str, str]] = [
    (b"{", "application/json", "web_body"), (b'{"year": 2020, "year": 2024}', "application/json", "web_twice"),
    (b"levers=1", "application/x-www-form-urlencoded", "web_body_kind"), (b"[]", "application/json", "study_value"),
    (b'{"levrs": []}', "application/json", "web_field"), (b'{"basis": "both"}', "application/json", "study_value"),
    (b'{"levers": [{"key": "stockpile", "commodity": "gallium", "dys": 9}]}', "application/json", "web_field"),
    (b'{"levers": {}}', "application/json", "study_value"), (b'{"year": 2024.5}', "application/json", "study_value"),
    (b'{"year": true}', "application/json", "study_value"),
    (b'{"effects": "maybe"}', "application/json", "study_value"),
    (b'{"importer": null}', "application/json", "study_value"), (b'{"weights": 3}', "application/json", "study_value"),
    (b'{"importer": "\xff"}', "application/json", "web_body_letters"), (b"", "application/json", "web_lacks"),
    (b'{"year": ' + b"9" * 5000 + b"}", "application/json", "web_body_depth"),
]  # fmt: skip
JARGON = re.compile(
    r"\b(None|True|False|dict|str|int|NoneType|pydantic|model_\w+|input|valid \w+|Expecting|JSONDecode)\b"
)


@pytest.mark.parametrize(("body", "kind", "key"), BODIES)
@pytest.mark.parametrize("lang", LANGS)
def test_a_bad_body_is_told_in_words(browser: Browser, body: bytes, kind: str, key: str, lang: Lang) -> None:
    client = browser(lang, accept="application/json")
    answer = client.post("/api/v1/whatif", content=body, headers={"content-type": kind})
    assert answer.status_code in (400, 422), answer.text
    assert answer.json()["errors"][0]["key"] == key
    detail = answer.json()["detail"]
    assert not JARGON.search(detail), detail
    assert any("\u3040" <= c <= "\u9fff" for c in detail) == (lang == "ja"), detail
    assert " or " not in detail or lang == "en"


def test_a_field_that_is_misspelled_is_told_with_the_nearest(client: TestClient) -> None:
    for path, body in (("whatif", {"levrs": []}), ("studies", {"importr": "KOR"})):
        (error,) = client.post(f"/api/v1/{path}", json=body).json()["errors"]
        assert error["suggestions"][0] in ("levers", "importer")
        assert not error["detail"].startswith("--")


COMMAND = re.compile(r"`?\bshigen [a-z]|(?<![\w-])--[a-z]|\./run\b|command line|コマンド|--help")


@pytest.mark.parametrize("lang", LANGS)
def test_no_message_speaks_of_a_command_over_http(lang: Lang) -> None:
    words = catalogue(lang)
    spoken = [key for key, word in words.items() if key.startswith(("error.", "rule.")) and not key.endswith("_http")
              and COMMAND.search(words.get(f"{key}_http", word))]  # fmt: skip
    assert spoken == []


def test_a_message_over_http_is_the_one_for_http(client: TestClient) -> None:
    detail = client.get("/api/v1/assessments?edition=MCS%201812").json()["detail"]
    assert "The page Data lists the editions." in detail
    assert "shigen data" not in detail
