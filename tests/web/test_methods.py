"""Methods: every declaration of indicators, rules, policies and published methods stands on the page in words."""

import json
import re
from html import unescape

import numpy as np
import pytest
from browsers import Browser
from own_method import declared

import shigen
from shigen.base import names
from shigen.base.declare import STATUSES
from shigen.base.i18n import LANGS, Lang, source_words, text
from shigen.figures.factbase import embedded
from shigen.figures.store import current
from shigen.model.indicators import axes, indicators
from shigen.model.levers import lever_kinds
from shigen.model.method_records import METHOD_COLUMNS
from shigen.model.methods import declarations
from shigen.model.rule import CLAUSES, NO, TYPES, YES, judge
from shigen.model.scoring import ASKS, Scoring
from shigen.show.report.method import candidates, matrix
from shigen.show.web import answers
from shigen.show.web.asked import Asked
from shigen.show.web.pages.methods import RULES


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.fixture(scope="module", params=LANGS)
def lang(request: pytest.FixtureRequest) -> Lang:
    return request.param


def test_every_indicator_stands_with_formula_line_origin_and_reference(browser: Browser, lang: Lang) -> None:
    page = browser(lang).get("/methods").text
    told = words(page)
    for one in indicators().values():
        assert f'id="{one.key}"' in page
        for word in (one.name[lang], one.written[lang], one.origin[lang], one.reference, f"{one.high_from:g}"):
            assert " ".join(word.split()) in told, one.key
    for status in STATUSES:
        assert text(f"status_means.{status}", lang) in told


def test_a_band_is_told_of_each_indicator_that_has_one(browser: Browser, lang: Lang) -> None:
    told = words(browser(lang).get("/methods").text)
    for one in indicators().values():
        assert bool(one.band) == bool(one.band_means), one.key
        assert one.band_means.get(lang, "") in told


def test_the_import_axes_share_their_weights_as_computed(browser: Browser, lang: Lang) -> None:
    page = browser(lang).get("/methods").text
    weight = answers.run_of(current(), Asked()).now.dataset["weight"]
    keys = ("ore_import_governance", "refined_import_governance")
    for key in weight["commodity"].values:
        row = re.search(rf'/trace/{key}/upstream">.*?</tr>', page, re.DOTALL)[0]
        shown = re.findall(r'class="num">([\d.]+)<', row)
        assert shown == [f"{float(weight.sel(commodity=key, indicator=axis)):.2f}" for axis in keys]


def test_another_importer_has_other_weights_and_types(browser: Browser) -> None:
    page = words(browser().get("/methods", params={"importer": "KOR"}).text)
    assert "supply of South Korea" in page or names.label("KOR", "en") in page
    asked = Asked("KOR")
    run = answers.run_of(current(), asked)
    found = matrix(run.verdicts, run.packages, "en", facts=current())
    assert all(row["minerals"] in page for row in found if row["minerals"])


def test_the_rules_stand_in_the_order_in_which_they_decide(browser: Browser, lang: Lang) -> None:
    assert set(RULES) == set(TYPES)
    # With every answer yes the first rule decides; without demand and by-products the sides do.
    denied = [(), ("surge",), ("surge", "refined_governance_high"), ("surge", "companion")]
    answers = np.array([[NO if key in row else YES for key in CLAUSES] for row in denied], np.int8)
    plain = np.zeros(answers.shape, bool)
    decided = judge(answers, near=plain, weak=plain, has_ore=np.full(len(denied), True)).type
    assert [TYPES[code] for code in decided] == list(RULES[:4])
    page = browser(lang).get("/methods").text
    listed = re.search(r'class="rules">(.*?)</ol>', page, re.DOTALL)[1]
    assert re.findall(r"<b>(.*?)</b>", listed) == [text(f"type.{kind}", lang) for kind in RULES]
    for clause, key in ASKS.items():
        row = words(next(r for r in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if f'href="#{key}"' in r))
        assert f"{indicators()[key].high_from:.2f} ±{Scoring().margins[clause]:.2f}" in row


def test_candidates_matrix_and_policies_stand_as_declared(browser: Browser, lang: Lang) -> None:
    told = words(browser(lang).get("/methods").text)
    for row in candidates(lang, facts=embedded()):
        assert f"{row['name']} {row['stage']} {row['study']} {row['here']}" in told
    run = answers.run_of(current(), Asked())
    for row in matrix(run.verdicts, run.packages, lang, facts=current()):
        cell = row["cells"][0]
        assert " ".join(f"{row['name']} {cell['text']} {cell['but']} {cell['confidence']}".split()) in told
    for kind in lever_kinds().values():
        assert kind.acts_on[lang] in told
        assert kind.can_worsen[lang] in told


def test_every_assumption_on_policies_stands_with_its_source(browser: Browser, lang: Lang) -> None:
    told = words(browser(lang).get("/methods").text)
    for row in embedded().table("lever_defaults"):
        assert " ".join(source_words(row["source"], lang).split()) in told
        assert text(f"web.methods.parameter.{row['parameter']}", lang) in told


def test_what_nobody_publishes_is_told_as_ours(browser: Browser, lang: Lang) -> None:
    assert any(row["source"] == "assumption" for row in embedded().table("lever_defaults"))
    assert source_words("assumption", lang) in words(browser(lang).get("/methods").text)


def test_published_methods_stand_with_their_reference(browser: Browser, lang: Lang) -> None:
    told = words(browser(lang).get("/methods").text)
    for one in declarations().values():
        assert one.name[lang] in told
        assert " ".join(one.written[lang].split()) in told
        assert f"shigen methods {one.key}" in told
        assert one.reference in told
        assert one.differs[lang] in told


def test_own_method_stands_on_the_page_marked_as_such(browser: Browser, lang: Lang) -> None:
    with declared() as key:
        told = words(browser(lang).get("/methods").text)
        name = declarations()[key].name[lang]
        assert text("methods.own", lang, name=name) in told
        assert text("web.methods.own_note", lang) in told
    assert name not in words(browser(lang).get("/methods").text)


def test_own_method_is_answered_by_the_api(browser: Browser) -> None:
    client = browser(accept="application/json")
    ours = client.get("/api/v1/methods", params={"commodity": "cobalt"}).json()
    with declared() as key:
        both = client.get("/api/v1/methods", params={"commodity": "cobalt"}).json()
        lines = client.get("/api/v1/methods", params={"commodity": "cobalt", "method": key, "format": "csv"}).text
    assert set(ours) == {"meta", "records"}
    assert [(row["method"], row["own"]) for row in both["records"]] == [
        *((row["method"], False) for row in ours["records"]), (key, True)]  # fmt: skip
    assert both["records"][:-1] == ours["records"]
    assert lines.lstrip("\ufeff").splitlines()[0] == ",".join(METHOD_COLUMNS)
    answer = client.get("/api/v1/methods", params={"method": key})
    assert (answer.status_code, answer.json()["errors"][0]["key"]) == (422, "unknown_method")


def test_the_api_and_the_library_answer_the_same(browser: Browser) -> None:
    sent = browser(accept="application/json").get("/api/v1/methods", params={"importer": "KOR", "year": 2023}).json()
    found = shigen.methods(importer="KOR", year=2023)
    assert sent == json.loads(json.dumps({"meta": found.meta(), "records": found.records("en")}))
    assert sent["records"][0]["importer"] == "KOR"


def test_the_contents_lead_to_sections_that_are_there(browser: Browser, lang: Lang) -> None:
    page = browser(lang).get("/methods").text
    listed = re.search(r'class="contents".*?</nav>', page, re.DOTALL)[0]
    targets = re.findall(r'href="#([a-z]+)"', listed)
    assert len(targets) == 14
    assert all(page.count(f'id="{one}"') == 1 for one in targets)
    assert len(re.findall(r"指標\d：|Axis \d:", page)) == len(axes())


def test_methods_stand_side_by_side_with_reasons_and_fidelity(browser: Browser, lang: Lang) -> None:
    page = unescape(browser(lang).get("/methods").text)
    side = page[page.index('id="side"') : page.index('id="fidelity"')]
    fidelity = page[page.index('id="fidelity"') : page.index('id="study"')]
    found = shigen.side_by_side(shigen.assess(shigen.load("JPN", year=2024)))
    assert all(row["sentence"] in side for row in found.reasons(lang=lang))
    assert "/charts/method_ranks.svg" in side
    assert all(name in fidelity for name in ("41", "59", "43", "Dysprosium"))
    assert ("公表した供給リスクは収録していない" if lang == "ja" else "is not in the package") in fidelity


@pytest.mark.parametrize("view", ["method_ranks", "method_taus", "method_reasons", "method_elements", "fidelity",
                                  "eu_stages"])  # fmt: skip
def test_what_is_side_by_side_is_given_as_csv(browser: Browser, view: str) -> None:
    answer = browser("en").get(f"/api/v1/tables?view={view}&format=csv")
    assert answer.status_code == 200
    assert len(answer.text.splitlines()) > 7
