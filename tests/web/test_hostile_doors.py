"""Odd input at the doors of the workbench: refused as at any other door, or told; nothing else stops."""

import time

import pytest
from own_files import gallium
from starlette.testclient import TestClient

from shigen.show.web.asked import MOST


def sent(client: TestClient, tree: dict) -> tuple[int, dict, float]:
    start = time.process_time()
    answer = client.post("/api/v1/studies", json=tree)
    return answer.status_code, answer.json(), time.process_time() - start


@pytest.mark.parametrize(
    "lever",
    ["smelter_investment:gallium:JPN:20:1:-1000000", "smelter_investment:gallium:JPN:-20", "recycling:gallium::2",
     "smelter_investment:gallium:JPN:20:1:nan", "smelter_investment:gallium:JPN:inf"],
)  # fmt: skip
def test_an_address_with_a_size_or_cost_of_no_sense_is_refused(browser, lever) -> None:
    assert browser().get(f"/policies?a={lever}").status_code == 422


def test_a_cost_of_less_than_nothing_says_so(client) -> None:
    told = client.get("/policies?a=smelter_investment:gallium:JPN:20:1:-1000000").json()["detail"]
    assert told == (
        "smelter_investment.cost_musd is -1000000.0. A cost in million USD is expected: a number, zero or more."
    )


@pytest.mark.parametrize("name", ["share", "cost_musd", "offtake", "year"])
def test_a_truth_value_and_a_text_are_no_numbers(client, name) -> None:
    for odd in (True, "0.5"):
        lever = {"key": "recycling", "commodity": "gallium", "share": 0.5} | ({} if name == "year" else {name: odd})
        body = {"levers": [lever]} | ({"year": odd} if name == "year" else {})
        assert client.post("/api/v1/whatif", json=body).status_code == 422, (name, odd)


def test_a_size_beyond_what_the_world_makes_is_answered_with_a_warning(client) -> None:
    lever = {"key": "smelter_investment", "commodity": "gallium", "host": "JPN", "t_per_year": 1e12}
    large = client.post("/api/v1/whatif?lang=en", json={"levers": [lever]})
    assert large.status_code == 200
    (warning,) = large.json()["warnings"]
    assert warning.startswith("Smelter investment, Gallium: 1,000,000,000,000 t/yr is more than the ")
    usual = client.post("/api/v1/whatif", json={"levers": [lever | {"t_per_year": 20}]})
    assert usual.json()["warnings"] == []


def test_more_policies_than_a_question_may_name_are_refused_soon(client) -> None:
    lever = {"key": "recycling", "commodity": "gallium", "share": 0.1}
    for key, many in (
        ("levers", [lever] * 9_000),
        ("commodities", ["gallium"] * 90_000),
        ("edition", ["MCS 2026"] * 99),
    ):
        code, body, spent = sent(client, {key: many})
        assert code == 422
        assert body["errors"][0]["key"] == "web_many"
        assert str(MOST) in body["detail"]
        assert spent < 5


def test_of_many_mistakes_in_a_body_the_first_are_told(client) -> None:
    for tree in ({f"k{i}": 1 for i in range(80_000)}, {"demand": {"values": {f"a{i}": 1 for i in range(20_000)}}}):
        code, body, spent = sent(client, tree)
        assert code == 422
        assert len(body["errors"]) == 21
        assert body["errors"][-1]["key"] == "more"
        assert spent < 10


def test_a_number_of_many_digits_is_a_mistake_of_the_body(client) -> None:
    answer = client.post("/api/v1/studies", content='{"year": ' + "9" * 5000 + "}",
                         headers={"content-type": "application/json"})  # fmt: skip
    assert 400 <= answer.status_code < 500


@pytest.mark.long
def test_own_figures_below_new_uses_stop_the_demand_of_that_mineral_alone(browser) -> None:
    client = browser()
    taken = client.post("/data/own", files=[("file", ("production.csv", gallium(1)))])
    assert taken.status_code == 303
    why = "New and regulated uses take "
    for address in ("/", "/minerals/gallium", "/minerals/cobalt", "/policies", "/demand", "/methods"):
        page = client.get(address)
        assert page.status_code == 200, address
        assert (why in page.text) == (address in ("/minerals/gallium", "/demand")), address
    rows = client.get("/api/v1/types?lang=en").json()
    types = {row["commodity"]: row for row in rows}
    assert types["gallium"]["firmness"] == "undecidable"
    assert types["cobalt"]["type"] == "demand_surge"
    found = client.get("/api/v1/demand?commodity=gallium&lang=en").json()["summary"]
    assert all(row["t_2050"] is None and row["explained"].startswith(why) for row in found)


def test_minerals_over_more_years_than_a_call_is_given_are_refused_before_they_are_built(client) -> None:
    # 13 minerals: 26 years are 338 of 350, 27 are 351
    study = {"first_year": 1998, "year": 2024}
    for answer in (
        client.post("/api/v1/studies?lang=en", json=study),
        client.get("/api/v1/assessments?years=1998:2024&lang=en"),
    ):
        assert answer.status_code == 422
        assert answer.json()["detail"] == (
            "13 minerals over 27 years are asked for at once. Minerals times years may come to 350. "
            "Ask for fewer years, or for the minerals in several calls."
        )
    fits = client.get("/api/v1/assessments?years=2023:2024&commodity=gallium")
    assert fits.status_code == 200
