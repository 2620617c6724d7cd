"""Policies: two scenarios beside today, kept in the address and in a study file, without loss."""

import csv
import io
import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from browsers import Browser
from httpx2 import Response
from starlette.datastructures import QueryParams
from starlette.testclient import TestClient

import shigen
from shigen.base.declare import Lever
from shigen.base.errors import UserError
from shigen.base.i18n import joined, text
from shigen.base.numbers import amount, arrow, decimals
from shigen.figures.store import current
from shigen.model.effects import effects, total_cost
from shigen.model.packages import default_levers, package
from shigen.model.typology import classify
from shigen.outlook.demand import base_year, demand
from shigen.outlook.demand_tables import surge
from shigen.show.web.asked import plan_of, plan_words
from shigen.study.file import read
from shigen.study.run import Run

SMELTER = "smelter_investment:gallium:JPN:20"
MINE = "mine_investment:rare_earths:AUS:3000:0.8:500"
STOCK = "stockpile:gallium::60"


def told(answer: Response) -> str:
    """Return the words of a page, each apart from the next by one space."""
    assert answer.status_code == 200, answer.text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def query_of(answer: Response) -> QueryParams:
    """Return what the address holds to which an answer leads."""
    assert answer.status_code == 303, answer.text
    place = urlsplit(answer.headers["location"])
    assert place.path == "/policies"
    return QueryParams(parse_qsl(place.query))


def levers(*words: str) -> list[Lever]:
    return list(plan_of(QueryParams([("a", word) for word in words]), "a"))


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_stage_risks_are_those_of_the_library(browser: Browser, lang: str) -> None:
    page = browser(lang).get("/policies", params={"a": [SMELTER, MINE], "b": [STOCK, "recycling:gallium::0.1"]})
    words = told(page)
    chain = shigen.load("JPN")
    for key in ("gallium", "rare_earths"):
        for stage in ("upstream", "intermediate", "final"):
            name = text("web.policies.stage_risk", lang, stage=text(f"stage.{stage}", lang))
            risks = [
                float(shigen.assess(chain, levers=found).dataset["risk"].sel(commodity=key, stage=stage))
                for found in ([], levers(SMELTER, MINE), levers(STOCK, "recycling:gallium::0.1"))
            ]
            today, a, b = (decimals(risk, 2) for risk in risks)
            assert re.search(rf"{re.escape(name)} {today} {a} (?:[+-]\d\.\d\d )?{b}", words), (key, stage, risks)


def test_effects_and_tonnes_are_those_of_the_library(browser: Browser) -> None:
    words = told(browser("en").get("/policies", params={"a": [SMELTER, MINE]}))
    rows = effects(shigen.assess(shigen.load("JPN")), levers(SMELTER, MINE))
    mine = next(row for row in rows if row["commodity"] == "rare_earths")
    assert mine["above_line_before_t"] is not None
    assert f"governance line [t/yr] {amount(mine['above_line_before_t'])} {amount(mine['above_line_after_t'])}" in words
    assert arrow(mine["largest_before_t"], mine["largest_after_t"], "tonnes") in words
    for row in rows:
        assert str(row["year_of_effect"]) in words


def test_total_cost_says_what_has_no_figure(browser: Browser) -> None:
    words = told(browser("en").get("/policies", params={"a": [SMELTER, MINE, STOCK]}))
    cost, lacking = total_cost(levers(SMELTER, MINE, STOCK), facts=current())
    assert cost is not None
    assert [one.key for one in lacking] == ["stockpile"]
    assert f"Total cost: {amount(cost)} million USD" in words
    assert "not in the total: Gallium Stockpile" in words
    nothing = told(browser("en").get("/policies", params={"a": STOCK}))
    assert "Total cost: no figure" in nothing


def test_total_cost_adds_own_figures_to_those_of_the_table() -> None:
    smelter, mine = levers(SMELTER), levers(MINE)
    alone, _ = total_cost(smelter, facts=current())
    assert alone is not None
    assert total_cost([*smelter, *mine], facts=current()) == (alone + 500, [])
    assert total_cost([], facts=current()) == (None, [])


def test_form_adds_a_policy_and_leads_to_the_clean_address(browser: Browser) -> None:
    fields = {"add": "b", "kind": "mine_investment", "mineral": "レアアース", "host": "Australia", "size": "3000",
              "offtake": "0.8", "cost": "500", "a": SMELTER, "year": "2022"}  # fmt: skip
    found = query_of(browser().get("/policies/add", params=fields))
    assert found.multi_items() == [("year", "2022"), ("a", SMELTER), ("b", MINE)]


def test_same_policy_for_the_same_mineral_and_host_is_replaced(browser: Browser) -> None:
    fields = {"add": "a", "kind": "smelter_investment", "mineral": "gallium", "host": "JPN", "size": "35",
              "a": [SMELTER, STOCK]}  # fmt: skip
    assert query_of(browser().get("/policies/add", params=fields)).getlist("a") == [
        STOCK, "smelter_investment:gallium:JPN:35"]  # fmt: skip


def test_a_policy_that_needs_no_host_takes_none(browser: Browser) -> None:
    fields = {"add": "a", "kind": "stockpile", "mineral": "Ga", "host": "JPN", "size": "60"}
    assert query_of(browser().get("/policies/add", params=fields)).getlist("a") == [STOCK]


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"kind": "smelter_investment", "mineral": "gallium", "size": "20"}, "lever_host"),
        ({"kind": "smelter_investment", "mineral": "gallium", "host": "JPN", "size": "many"}, "study_value"),
        ({"kind": "recycling", "mineral": "gallium", "size": "3"}, "lever_range_share"),
        ({"kind": "tax", "mineral": "gallium", "size": "3"}, "unknown_lever"),
        ({"kind": "recycling", "mineral": "galium", "size": "0.3"}, "unknown_commodity"),
        ({"kind": "recycling", "mineral": "gallium", "size": "0.3", "add": "z"}, "unknown_scenario"),
    ],
)
def test_wrong_words_are_told(client: TestClient, fields: dict[str, str], key: str) -> None:
    answer = client.get("/policies/add", params=fields)
    assert answer.status_code == 422
    assert [one["key"] for one in answer.json()["errors"]] == [key]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_policy_in_another_form_is_told_in_the_language(browser: Browser, lang: str) -> None:
    answer = browser(lang).get("/policies", params={"a": "smelter_investment:gallium"})
    assert answer.status_code == 422
    message = UserError("web_lever", name="a", word="smelter_investment:gallium").message(lang)
    assert message in unescape(answer.text)


def test_package_at_default_size_takes_the_place_of_a_minerals_policies(browser: Browser) -> None:
    asked = {"add": "a", "package": "gallium", "a": [MINE, "smelter_investment:gallium:KOR:5"]}
    found = query_of(browser().get("/policies/package", params=asked)).getlist("a")
    assessed = shigen.assess(shigen.load("JPN"))
    rules = surge(demand(year=base_year(int(assessed.chain["year"]), current())))
    verdict = next(one for one in classify(assessed, surge=rules) if one.commodity == "gallium")
    assert found == [MINE, *plan_words(default_levers(assessed.chain, package(verdict, assessed.chain, home="JPN")))]


def test_links_remove_copy_and_clear(browser: Browser) -> None:
    page = unescape(browser("en").get("/policies", params={"a": [SMELTER, STOCK], "year": "2023"}).text)
    links = [QueryParams(urlsplit(found).query) for found in re.findall(r'href="(/policies\?[^"]*|/policies)"', page)]
    assert any(one.getlist("a") == [STOCK] and not one.getlist("b") for one in links)  # smelter removed
    assert any(one.getlist("a") == one.getlist("b") == [SMELTER, STOCK] for one in links)
    assert any(not one.getlist("a") and one.get("year") == "2023" for one in links)


def test_importer_year_and_basis_change_what_is_shown(browser: Browser) -> None:
    asked: list[dict[str, str]] = [
        {}, {"importer": "KOR"}, {"year": "2020"}, {"basis": "imports_only", "importer": "CHN"}]  # fmt: skip
    shown = {told(browser("en").get("/policies", params={"a": SMELTER, **more})) for more in asked}
    assert len(shown) == 4


def test_picture_shows_both_scenarios_and_its_address_gives_it_again(browser: Browser) -> None:
    params = {"a": SMELTER, "b": [STOCK, "recycling:gallium::0.1"]}
    page = unescape(browser("en").get("/policies", params=params).text)
    address = re.findall(r'src="(/charts/profile\.svg\?[^"]*)"', page)[0]
    assert browser().get(address).headers["content-type"] == "image/svg+xml"
    table = browser().get(address.replace(".svg?", ".csv?")).text.lstrip("\ufeff")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert {(row["series"], row["told"]) for row in rows} == {
        ("0", "today"), ("1", "Scenario A"), ("2", "Scenario B")}  # fmt: skip


def test_picture_leaves_an_empty_scenario_out_and_keeps_the_colour_of_the_other(browser: Browser) -> None:
    spec = browser().get("/charts/profile.json", params={"commodity": "gallium", "b": SMELTER}).json()["spec"]
    rows = next(one["values"] for one in spec["data"] if one["name"] == "rows")
    after = shigen.assess(shigen.load("JPN"), levers=levers(SMELTER))
    expected = {row["indicator"]: row["score"] for row in after.records("en") if row["commodity"] == "gallium"}
    assert {row["series"] for row in rows} == {0, 2}
    assert {row["indicator"]: row["score"] for row in rows if row["series"] == 2} == {
        key: expected[key] for key in expected if key in {row["indicator"] for row in rows}
    }


def test_policies_for_other_minerals_do_not_move_a_picture(browser: Browser) -> None:
    lone = browser().get("/charts/profile.csv", params={"commodity": "gallium", "a": SMELTER})
    both = browser().get("/charts/profile.csv", params={"commodity": "gallium", "a": [MINE, SMELTER]})
    assert lone.text == both.text


def saved(client: TestClient, **params: object) -> Response:
    return client.get("/policies/study.toml", params=params)


def load(client: TestClient, content: bytes, name: str = "plan.toml", scenario: str = "a", **query: object) -> Response:
    return client.post("/policies/load", params=query, data={"scenario": scenario}, files={"file": (name, content)})


def test_study_file_comes_with_a_name_and_runs(client: TestClient, tmp_path: Path) -> None:
    answer = saved(client, a=[SMELTER, STOCK], importer="KOR", year=2023, basis="imports_only", scenario="a")
    assert answer.headers["content-disposition"] == 'attachment; filename="study-gallium-KOR-2023-A.toml"'
    file = tmp_path / "study.toml"
    file.write_bytes(answer.content)
    study = read(file, {})
    assert (study.importer, study.year, study.basis, study.commodities) == ("KOR", 2023, "imports_only", ["gallium"])
    result = Run(study)
    assert result.levers == levers(SMELTER, STOCK)  # no package beside them
    chain = shigen.load("KOR", year=2023, basis="imports_only", commodities=["gallium"])
    assert (
        result.effects[-1]["upstream_after"]
        == effects(shigen.assess(chain), levers(SMELTER, STOCK))[-1]["upstream_after"]
    )


def test_round_trip_from_address_to_file_to_address_is_exact(client: TestClient) -> None:
    third = f"recycling:gallium::{0.1 + 0.2!r}"  # 0.30000000000000004
    plan = [SMELTER, MINE, third, "exploration:tungsten:AUS:1234.5678", "stockpile:cobalt::60:0.5:12.25"]
    asked = {"importer": "EU27", "year": "2022", "edition": ["MCS 2024"], "basis": "imports_only"}
    file = saved(client, b=plan, a=STOCK, scenario="b", **asked).content
    found = query_of(load(client, file, scenario="b", a=STOCK, importer="JPN"))
    assert found.getlist("b") == plan
    assert found.getlist("a") == [STOCK]  # the other scenario stays
    assert {key: found.getlist(key) if key == "edition" else found[key] for key in asked} == asked
    assert "left" not in found
    again = client.get("/policies/study.toml", params=[*found.multi_items(), ("scenario", "b")])
    assert again.content == file


def test_round_trip_from_file_to_address_to_file_keeps_every_policy(client: TestClient, tmp_path: Path) -> None:
    content = b"""importer = "JPN"
year = 2024
commodities = ["Ga", "W"]
[[levers]]
key = "smelter_investment"
commodity = "gallium"
host = "Japan"
t_per_year = 12.000000000000002
cost_musd = 33.3
[[levers]]
key = "mine_investment"
commodity = "tungsten"
host = "AUS"
t_per_year = 1000
offtake = 0.25
"""
    found = query_of(load(client, content))
    file = tmp_path / "study.toml"
    file.write_bytes(content)
    study = read(file, {})
    assert list(plan_of(found, "a")) == [spec.lever() for spec in study.levers]
    file.write_bytes(client.get("/policies/study.toml", params=[*found.multi_items(), ("scenario", "a")]).content)
    assert read(file, {}).levers != study.levers  # names become keys …
    assert [spec.lever() for spec in read(file, {}).levers] == [spec.lever() for spec in study.levers]  # … of the same
    assert read(file, {}).model_copy(update={"levers": study.levers}) == study


def test_mistakes_of_a_study_file_come_with_its_name_and_line(client: TestClient) -> None:
    content = b'importer = "JPN"\nyeer = 2024\n[[levers]]\nkey = "tax"\ncommodity = "gallium"\nshare = 0.1\n'
    answer = load(client, content, "C:\\plans\\my plan.toml")
    assert answer.status_code == 422
    errors = answer.json()["errors"]
    assert [one["key"] for one in errors] == ["study_key", "unknown_lever"]
    assert [one["place"] for one in errors] == ["my plan.toml, line 2", "my plan.toml, line 3"]
    broken = load(client, b"importer = ").json()
    assert broken["errors"][0]["place"] == "plan.toml"
    assert "/tmp" not in broken["detail"]  # noqa: S108


def test_study_files_that_name_files_of_the_server_are_refused(browser: Browser) -> None:
    for line in (b'overlay = ["/etc/passwd"]', b'snapshot = "embedded"'):
        for lang in ("ja", "en"):
            answer = load(browser(lang), line)
            assert answer.status_code == 422
            word = line.split()[0].decode()
            assert UserError("web_study_key", word=word).message(lang) in unescape(answer.text)


def test_study_files_that_are_too_large_or_absent_are_refused(client: TestClient) -> None:
    large = load(client, b"#" * 1_000_001)
    assert (large.status_code, large.json()["errors"][0]["key"]) == (413, "web_file_size")
    absent = client.post("/policies/load", data={"scenario": "a"})
    assert (absent.status_code, absent.json()["errors"][0]["key"]) == (422, "web_no_study")
    unnamed = client.post("/policies/load", files={"file": ("", b"")})
    assert unnamed.status_code == 422


def test_what_a_study_file_says_beyond_the_page_is_told(browser: Browser) -> None:
    content = (
        b"[weights]\nprice_volatility = 0.0\n"
        b'[[levers]]\nkey = "stockpile"\ncommodity = "gallium"\ndays = 60\nnote = "x"\n'
    )
    answer = load(browser("en"), content)
    assert query_of(answer).getlist("left") == ["commodities", "weights", "levers.note"]
    keys = joined(["commodities", "weights", "levers.note"], "en")
    assert text("web.policies.left", "en", keys=keys) in told(browser("en").get(answer.headers["location"]))


def test_an_empty_scenario_has_no_study_file(browser: Browser) -> None:
    answer = browser("ja").get("/policies/study.toml", params={"a": SMELTER, "scenario": "b"})
    assert answer.status_code == 422
    assert UserError("web_scenario_empty", word="B").message("ja") in unescape(answer.text)


def test_a_load_from_another_site_is_refused(browser: Browser) -> None:
    answer = browser(origin="https://evil.example").post("/policies/load", files={"file": ("a.toml", b"")})
    assert answer.status_code == 403
