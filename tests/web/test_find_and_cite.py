"""What every page offers: a search of names, a citation, a frame for others; and what one slider answers at once."""

import re
from html import unescape

import pytest

from shigen.base.i18n import LANGS
from shigen.show.web.glossary import explained, terms
from shigen.show.web.pages.find import hits

ALONG = "/minerals/gallium/along?year=2024&smelter_investment.host=JPN&recycling=0.2"


@pytest.mark.parametrize(
    ("word", "first"),
    [("gallium", "gallium"), ("ガリ", "gallium"), ("がりうむ", "gallium"), ("Ga", "gallium"), ("Ｗ", "tungsten"),
     ("Viet", "VNM"), ("べとなむ", "VNM"), ("CHN", "CHN"), ("cote d", "CIV"), ("rare", "rare_earths")],
)  # fmt: skip
def test_a_word_in_either_language_finds_what_it_names(word: str, first: str) -> None:
    assert hits(word)[0].key == first


def test_nothing_is_found_for_nothing() -> None:
    assert hits("  ") == hits("xyzzy") == []


def test_a_name_leads_to_its_page_and_keeps_the_importer(browser) -> None:
    answer = browser().get("/find?q=コバルト&importer=KOR&year=2023")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/minerals/cobalt?importer=KOR&year=2023"
    several = browser().get("/find?q=island")
    assert several.status_code == 200
    assert several.text.count('<a href="/countries/') > 3
    assert browser().get("/find/names?q=ga&importer=KOR").json()[0]["to"] == "/minerals/gallium?importer=KOR"


def test_a_slider_is_answered_at_each_of_its_places_as_a_what_if_is(browser, client) -> None:
    places = browser().get(ALONG + "&along=smelter_investment").json()
    assert [place["size"] for place in places[:3]] == ["0", "4", "8"]
    assert len(places) == 51
    levers = [{"key": "recycling", "commodity": "gallium", "share": 0.2},
              {"key": "smelter_investment", "commodity": "gallium", "t_per_year": 80, "host": "JPN"}]  # fmt: skip
    question = {"year": 2024, "commodities": ["gallium"], "levers": levers, "chart": True}
    told = client.post("/api/v1/whatif?lang=en", json=question).json()
    assert places[20]["size"] == "80"
    assert places[20]["chart"] == told["chart"]
    assert places[20]["stages"] == {row["stage"]: row["risk"] for row in told["after"]["stages"]}
    assert len(browser().get(ALONG).json()) == 1
    assert browser().get(ALONG + "&along=smelting").status_code == 422


def test_a_corner_that_moves_tells_both_scores(client) -> None:
    question = {"year": 2024, "chart": True, "levers": [
        {"key": "smelter_investment", "commodity": "gallium", "t_per_year": 200, "host": "JPN"}]}  # fmt: skip
    rows = client.post("/api/v1/whatif?lang=en", json=question).json()["chart"]
    labels = {row["indicator"]: row["label"] for row in rows if row["series"] == 0}
    assert re.search(r"\n0\.98 → 0\.\d\d$", labels["production_concentration"])
    assert "→" not in labels["scrap_recovery"]


def test_a_chart_alone_may_stand_in_a_frame_and_nothing_else(browser) -> None:
    framed = browser().get("/embed/chain?commodity=gallium&importer=KOR")
    assert "frame-ancestors" not in framed.headers["content-security-policy"]
    assert "script-src" not in framed.headers["content-security-policy"]
    assert "x-frame-options" not in framed.headers
    assert "<script" not in framed.text
    assert "<form" not in framed.text
    page = browser().get("/charts/chain?commodity=gallium&importer=KOR")
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert page.headers["x-frame-options"] == "DENY"
    snippet = re.search(r'<iframe src="http://testserver(/embed/[^"]+)"', unescape(page.text))
    assert snippet is not None
    assert browser().get(snippet[1]).text == browser().get("/embed/chain?commodity=gallium&importer=KOR&lang=en").text


def test_a_page_is_cited_with_its_title_importer_year_snapshot_and_address(browser, facts) -> None:
    page = unescape(browser().get("/minerals/cobalt?importer=KOR&year=2023").text)
    cited = page[page.index("<span data-text>") :]
    for part in (
        "Cobalt",
        "South Korea, 2023",
        facts.hash[:12],
        "http://testserver/minerals/cobalt?importer=KOR&year=2023&lang=en",
    ):
        assert part in cited[: cited.index("</span>")]


def test_rows_of_a_chart_say_to_a_pointer_what_its_table_says(browser) -> None:
    told = browser().get("/charts/price.json?commodity=gallium&year=2024").json()
    (rows,) = (one["values"] for one in told["spec"]["data"] if one["name"] == "rows")
    assert [row["row_"] for row in rows] == list(range(1, len(told["tips"]) + 1))
    assert ["Year", f"{rows[3]['year']}"] in told["tips"][3]


@pytest.mark.parametrize(("lang", "head"), [("en", "World production [kt/yr]"), ("ja", "千t/年")])
def test_amounts_of_tables_are_shown_in_thousands_where_asked(browser, lang: str, head: str) -> None:
    tonnes, thousands = (unescape(browser(lang).get(f"/markets?year=2024{more}").text) for more in ("", "&unit=kt"))
    assert head not in tonnes
    assert head in thousands
    assert ">10,310,000<" in tonnes  # fluorspar
    assert ">10,310<" in thousands
    assert 'href="/minerals/gallium?year=2024&unit=kt"' in thousands
    assert "unit=kt" not in "".join(re.findall(r'href="/api/[^"]*"', thousands))


@pytest.mark.parametrize("lang", LANGS)
def test_a_term_is_explained_where_it_first_stands_in_prose(lang: str) -> None:
    assert len(terms(lang)) == len(terms("en")) > 10
    page = "<header>HHI</header><main><h1>HHI</h1><a href='/'>HHI</a><p>HHI, EOL-RIR, HHI</p></main>"
    said = explained(page, lang, "/methods")
    assert said.count('class="term"') == 2
    assert said.startswith("<header>HHI</header><main><h1>HHI</h1><a href='/'>HHI</a><p><a class=\"term\"")
    assert said.count('id="tip-') == 2
    assert "</a>, HHI</p>" in said
    assert explained("<main><p>暫定弁法</p></main>", lang, "/methods") == "<main><p>暫定弁法</p></main>"


def test_every_term_stands_on_the_page_of_methods(browser) -> None:
    page = browser().get("/methods").text
    assert [term.key for term in terms("en") if f'id="term-{term.key}"' not in page] == []
