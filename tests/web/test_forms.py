"""Forms: what they offer is there, what they do not ask they keep, and a mistake leaves them filled."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from fastapi import FastAPI

import shigen
from shigen.base import names
from shigen.base.errors import UserError
from shigen.show.web.visit import importers_of

SMELTER = "smelter_investment=20&smelter_investment.host=JPN&recycling=0.2"


def every_route(routes) -> Iterator[Any]:
    """Routes, those of routers within among them."""
    for one in routes:
        within = getattr(one, "original_router", None)
        yield from every_route(within.routes) if within else (one,)


def hidden(page: str) -> list[tuple[str, str]]:
    """Hidden fields of the form at the head of a page."""
    form = page[page.index('<form class="choose"') :]
    return re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', unescape(form[: form.index("</form>")]))


@pytest.mark.parametrize("year", [1996, 2024])
def test_every_importer_that_is_offered_in_a_year_has_figures(facts, year: int) -> None:
    offered = importers_of(facts, year)
    assert len(offered) > 150
    shigen.load(sorted(offered), year=year, commodities=["gallium"], facts=facts)  # one without any would be refused
    for key in sorted(importers_of(facts, None) - offered)[::4]:
        with pytest.raises(UserError) as told:
            shigen.load(key, year=year, commodities=["gallium"], facts=facts)
        assert told.value.key == "year_without_data"


def test_an_importer_that_has_never_figures_is_not_offered(facts) -> None:
    never = sorted({*names.blocs(), *names.countries()} - importers_of(facts, None))
    assert {"LIE", "MCO", "VAT"} <= set(never)
    for key in never:
        with pytest.raises(UserError) as told:
            shigen.load(key, commodities=["gallium"], facts=facts)
        assert told.value.key == "importer_without_trade"


def test_lists_of_importers_offer_those_with_figures_alone(browser, facts) -> None:
    page = browser().get("/?year=2024").text
    shown = page[page.index('name="importer"') :]
    assert set(re.findall(r'<option value="(\w+)"', shown[: shown.index("</select>")])) == importers_of(facts, 2024)


def test_all_minerals_can_be_shown_at_once(browser) -> None:
    every = list(names.commodities())
    assert len(every) > 40
    answer = browser().get("/", params={"commodity": every})
    assert answer.status_code == 200
    assert all(f'href="/minerals/{key}' in answer.text for key in every)


def test_importer_and_year_keep_the_policies_that_are_set(browser) -> None:
    form = dict(hidden(browser().get(f"/minerals/gallium?year=2024&{SMELTER}").text))
    assert form == {"smelter_investment": "20", "smelter_investment.host": "JPN", "recycling": "0.2"}


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/?sort=name&type=bottleneck", {"sort": "name"}),
        ("/observatory?view=measures&commodity=gallium&importer=KOR", {"view": "measures", "importer": "KOR"}),
        ("/markets?sort=name&map=cobalt", {"sort": "name", "map": "cobalt"}),
        ("/compare?by=years&with=2018&lang=ja", {"by": "years", "lang": "ja"}),
        ("/policies?a=recycling:cobalt::0.3&left=basis", {"a": "recycling:cobalt::0.3"}),
        ("/data?table=production&country=CHN&commodity=gallium", {"table": "production", "country": "CHN"}),
    ],
)
def test_a_form_keeps_what_it_does_not_ask(browser, address: str, kept: dict[str, str]) -> None:
    assert dict(hidden(browser().get(address).text)) == kept


def test_every_address_that_takes_a_form_leads_back_to_its_page(app: FastAPI, browser) -> None:
    posted = [route.path for route in every_route(app.routes)
              if "POST" in route.methods and not route.path.startswith("/api/")]  # fmt: skip
    assert {"/policies/load", "/data/own", "/login"} <= set(posted)
    for path in posted:
        answer = browser().get(f"{path}?importer=KOR")
        assert answer.status_code == 303, path
        assert browser().get(answer.headers["location"]).status_code == 200
        assert "importer=KOR" in answer.headers["location"]


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (f"/minerals/gallium?importer=LIE&year=2023&{SMELTER}", "LIE"),
        (f"/minerals/gallium?importer=KOR&year=1500&{SMELTER}", "1500"),
        ("/minerals/gallium?importer=Koreaa&smelter_investment=20&recycling=x", "Koreaa"),
        ("/policies/add?kind=recycling&mineral=gallium&size=7&add=a", "7"),
        ("/?year=2024&basis=nothing&commodity=gallium", "nothing"),
    ],
)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_an_error_page_keeps_the_form_filled(browser, address: str, told: str, lang: str) -> None:
    answer = browser(lang).get(address)
    assert answer.status_code == 422
    page = unescape(answer.text)
    assert told in page[page.index('class="problems"') : page.index('<form class="choose"')]
    form = page[page.index('<form class="choose"') :]
    form = form[: form.index("</form>")]
    texts = dict(re.findall(r'<input type="text" name="([^"]+)" value="([^"]*)">', form))
    chosen = dict(re.findall(r'<select name="(\w+)">.*?<option(?: value="\w+")? selected>([^<]+)', form, re.DOTALL))
    path, _, query = address.partition("?")
    assert f'action="{path}"' in form
    for key, value in (pair.split("=") for pair in query.split("&")):
        if key in ("importer", "year"):
            assert chosen[key] == (names.label(value, lang) if value in names.countries() and value != "LIE" else value)
        elif key != "basis":
            assert texts[key] == value
