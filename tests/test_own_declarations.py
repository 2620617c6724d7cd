"""An indicator, a policy, a method and a chart, declared here alone, and found by every door."""

import json
import re
from collections.abc import Iterator, Sequence
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import xarray as xr
from front import call
from made_snapshot import snapshot
from starlette.testclient import TestClient

import shigen
from shigen.base.declare import INDICATORS, LEVERS
from shigen.base.i18n import LANGS, Lang
from shigen.base.method import METHODS
from shigen.figures.store import current
from shigen.model.arrays import ratio, summed
from shigen.model.effects import effects
from shigen.model.levers import find_lever_kind, lever_kinds
from shigen.model.packages import default_levers, package
from shigen.model.plans import plan
from shigen.model.reach import reach
from shigen.model.typology import classify
from shigen.model.whatif import Question, what_if
from shigen.show.charts.drawing import Drawer
from shigen.show.charts.kind import KINDS
from shigen.show.report import folder
from shigen.show.web.app import create_app
from shigen.show.web.guard import Rules
from shigen.show.web.kept import forget
from shigen.study import file as study_file
from shigen.study.run import Run

ROOT = Path(__file__).parents[1]
INDICATOR, LEVER, METHOD, CHART = "partner_share", "friendly_sourcing", "two_partners", "partners_named"
REFERENCE = "Bain (1951), Relation of profit rate to industry concentration, Q. J. Econ. 65(3), 293"


@pytest.fixture(autouse=True)
def _own() -> Iterator[None]:
    """Declare all four as a researcher would in a notebook, and take them back."""

    @shigen.indicator(
        key=INDICATOR, stage="upstream", reads=("imported",), step="counting", unit="1", bounds=(0, 1), high_from=0.5,
        name={"ja": "最大輸入元シェア", "en": "Share of the largest partner"},
        written={"ja": "max_c M_c / ΣM。", "en": "max_c M_c / ΣM."},
        origin={"ja": "試験のための定義。", "en": "Declared for a test."}, reference=REFERENCE,
    )  # fmt: skip
    def partner_share(imported: Any) -> Any:
        """Share of the largest partner; 1 is a single partner."""
        return ratio(imported, summed(imported, "country")).max("country")

    @shigen.lever_kind(
        key=LEVER, size_name="share", unit="1", size_max=1.0, needs_host=True,
        moves=("import_concentration", "ore_import_governance", "refined_import_governance"),
        reach=lambda *_: 0.8, host=lambda *_: "AUS",
        name={"ja": "友好国からの調達", "en": "Sourcing from a friend"},
        acts_on={"ja": "輸入の相手国", "en": "partners of imports"},
        conserves={"ja": "輸入量の合計", "en": "all that arrives"},
        can_worsen={"ja": "輸入寡占度", "en": "concentration of imports"},
    )  # fmt: skip
    def friendly_sourcing(chain: Any, levers: Any, *, riskiest_first: Any) -> Any:
        """A share of imports comes from another country. Conserved: all that arrives."""
        share = levers[LEVER]
        flows = ("imports", "imports_value", "imports_gross")
        return chain | {
            name: chain[name] * (1 - summed(share, "country")) + summed(chain[name], "country") * share
            for name in flows
        }  # fmt: skip

    @shigen.method(
        key=METHOD, reads={"imported": "traded"}, unit="1", bounds=(0, 1), reference=REFERENCE,
        name={"ja": "輸入元の均等度", "en": "Evenness of partners"},
        written={"ja": "1 - Σ m_c²。", "en": "1 - Σ m_c²."},
    )  # fmt: skip
    def two_partners(imported: Any) -> Any:
        """One less the sum of squared shares; 0 is a single partner."""
        return 1 - summed(ratio(imported, summed(imported, "country")) ** 2, "country")

    def bars(lang: Lang) -> Any:
        import altair as alt

        return alt.Chart(alt.NamedData("rows")).mark_bar().encode(x="share:Q", y="name:N")

    @shigen.chart_kind(
        key=CHART, per="commodity", cites=("A test",), spec=bars,
        name={"ja": "輸入額", "en": "Value of imports"},
    )  # fmt: skip
    def partners_named(assessments: "Sequence[shigen.Assessment]") -> list[dict[str, Any]]:
        return [
            {"commodity": str(key), "name": str(key),
             "share": float(one.chain["imports_value"].sel(commodity=key).sum())}
            for one in assessments for key in one.chain["commodity"].values
        ]  # fmt: skip

    yield
    for registry, key in ((INDICATORS, INDICATOR), (LEVERS, LEVER), (METHODS, METHOD), (KINDS, CHART)):
        del registry[key]
    forget(current())  # what a server answered while they were there


@pytest.fixture(scope="module")
def hooks() -> ModuleType:
    pytest.importorskip("mkdocs", reason="the documentation is built with its own packages")
    spec = spec_from_file_location("hooks", ROOT / "docs" / "hooks.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def web() -> Iterator[TestClient]:
    with TestClient(create_app(Rules(hosts=("testserver",)))) as client:
        yield client


def friendly(commodity: str = "cobalt", **more: Any) -> Any:
    return shigen.lever(LEVER, commodity, host="AUS", **{"share": 0.25, **more})


def raw(assessment: "shigen.Assessment", indicator: str, commodity: str) -> float:
    return float(assessment.dataset["raw"].sel(indicator=indicator, commodity=commodity))


def test_assess_computes_the_indicator_by_hand(japan: xr.Dataset) -> None:
    found = shigen.assess(japan, indicators=["最大輸入元シェア", "production_concentration"])
    value = japan["imports_value"].sel(commodity="phosphate_rock", step="ore")
    # Shared out by mass or by value, whichever the step is; the share of the largest is the figure.
    flows = japan["imports"].sel(commodity="phosphate_rock", step="ore") if bool(
        japan["by_mass"].sel(commodity="phosphate_rock", step="ore")) else value  # fmt: skip
    assert raw(found, INDICATOR, "phosphate_rock") == pytest.approx(float(flows.max() / flows.sum()), rel=1e-12)
    row = next(r for r in found.records("en") if (r["indicator"], r["commodity"]) == (INDICATOR, "phosphate_rock"))
    assert row["status"] == "ok"
    assert row["sources"]
    # It has no weight: the stage risk is that of the axes.
    alone = shigen.assess(japan, indicators=["production_concentration"])
    np.testing.assert_array_equal(found.dataset["risk"].values, alone.dataset["risk"].values)
    # The types ask their own indicators, and give the same answers beside one of a user's.
    whole = shigen.assess(japan, indicators=[*shigen.assess(japan).dataset["indicator"].values.tolist(), INDICATOR])
    types = [[one.type for one in classify(given)] for given in (whole, shigen.assess(japan))]
    assert types[0] == types[1]


@pytest.mark.parametrize("lang", LANGS)
def test_explain_leads_to_the_rows(japan: xr.Dataset, lang: Lang) -> None:
    tree = shigen.explain(shigen.assess(japan, indicators=INDICATOR), "phosphate_rock", INDICATOR, lang=lang)
    assert INDICATORS[INDICATOR].name[lang] in tree.label
    assert any("max_c M_c / ΣM" in node.label for node in tree.children)
    assert tree.facts()


@pytest.mark.parametrize("lang", LANGS)
def test_explain_leads_to_the_rows_of_the_method(japan: xr.Dataset, lang: Lang) -> None:
    tree = shigen.explain(japan, "コバルト", METHODS[METHOD].name[lang], lang=lang)
    (row,) = shigen.methods(shigen.load("JPN", year=2024, commodities="cobalt"), keys=METHOD).records(lang)
    assert METHODS[METHOD].name[lang] in tree.label
    assert tree.value == pytest.approx(row["raw"], rel=1e-12)
    # Its shares are those of the rows below: what it is made of stands there whole.
    flows: dict[str, float] = {}
    for fact in tree.facts():
        country = fact.address.split(":")[2]
        flows[country] = flows.get(country, 0.0) + (fact.value or 0.0)
    whole = sum(flows.values())
    assert row["raw"] == pytest.approx(1 - sum((value / whole) ** 2 for value in flows.values()), rel=1e-9)


@pytest.mark.parametrize(("lang", "said"), [
    ("en", "Policies stand between the rows and the figure: Sourcing from a friend (Cobalt, Australia)."),
    ("ja", "対策実施後の値です（友好国からの調達（コバルト、オーストラリア））。"),
])  # fmt: skip
def test_explain_tells_of_policies_with_the_figure_before_and_after(japan: xr.Dataset, lang: Lang, said: str) -> None:
    after = shigen.assess(japan, indicators=INDICATOR, levers=[friendly()])
    figures = [float(shigen.methods(one, keys=METHOD).dataset["raw"].sel(commodity="cobalt").item())
               for one in (japan, after)]  # fmt: skip
    assert figures[0] != figures[1]
    for measure, expected in ((METHOD, [f"{figure:.3f}" for figure in figures]), (INDICATOR, ["–"])):
        (told,) = (node.label for node in shigen.explain(after, "cobalt", measure, lang=lang).children
                   if said in node.label)  # fmt: skip
        assert all(figure in told for figure in expected)
    assert not any(said in node.label for node in shigen.explain(japan, "cobalt", INDICATOR, lang=lang).children)


def test_a_method_that_reads_what_cannot_be_traced_is_refused() -> None:
    words = {"ja": "名", "en": "Name"}
    more = {"unit": "1", "bounds": (0, 1), "name": words, "written": words, "reference": REFERENCE}
    with pytest.raises(ValueError, match="'made' has an unknown variable 'home' that it reads"):
        shigen.method(key="made", reads={"home": None}, **more)(lambda home: home)
    assert "made" not in METHODS


def test_explain_of_neither_suggests_from_both(japan: xr.Dataset) -> None:
    for word, meant in (("partner_shar", INDICATOR), ("two_partner", METHOD)):
        with pytest.raises(shigen.UserError) as caught:
            shigen.explain(japan, "cobalt", word)
        assert caught.value.key == "indicator_or_method"
        assert meant in caught.value.suggestions


def test_a_clause_of_the_types_asks_the_indicator(japan: xr.Dataset) -> None:
    scoring = shigen.Scoring(asks={"production_high": INDICATOR})
    keys = [*shigen.assess(japan).dataset["indicator"].values.tolist(), INDICATOR]
    assessment = shigen.assess(japan, indicators=keys, scoring=scoring)
    verdict = next(one for one in classify(assessment) if one.commodity == "phosphate_rock")
    clause = verdict.clauses["production_high"]
    assert clause.raw == raw(assessment, INDICATOR, "phosphate_rock")
    assert (clause.line, clause.value) == (0.5, clause.raw >= 0.5)
    assert "Share of the largest partner high, asked in place of" in clause.in_words("en")
    assert "最大輸入元シェアが高い" in clause.in_words("ja")
    with pytest.raises(shigen.UserError, match=INDICATOR):
        classify(shigen.assess(japan, scoring=scoring))


def test_the_policy_acts_in_assess_effects_and_what_if(japan: xr.Dataset) -> None:
    before = shigen.assess(japan, indicators=[*shigen.assess(japan).dataset["indicator"].values.tolist(), INDICATOR])
    after = shigen.assess(japan, indicators=[INDICATOR], levers=[friendly()])
    flows = japan["imports_value"].sel(commodity="cobalt")
    now = after.chain["imports_value"].sel(commodity="cobalt")
    assert float(now.sum()) == pytest.approx(float(flows.sum()), rel=1e-12)
    expected = 0.75 * flows.sel(country="AUS") + 0.25 * flows.sum("country")
    np.testing.assert_allclose(now.sel(country="AUS"), expected, rtol=1e-12)
    row = effects(before, [friendly()])[0]
    assert (row["lever"], row["size"], row["unit"], row["stock_days"]) == (LEVER, 0.25, "1", None)
    assert "refined_import_governance" in {*row["lowered"], *row["raised"]}
    # What is answered live is what `assess` gives, also for an indicator that no declaration of ours can name.
    smelter = shigen.lever("smelter_investment", "cobalt", host="ISL", t_per_year=2000)
    mine = shigen.lever("mine_investment", "phosphate_rock", host="MAR", t_per_year=100_000)
    for levers in ([friendly()], [friendly(), smelter], [mine]):
        key = levers[0].commodity
        live = what_if(before, [Question(levers, (key,))]).of(0).dataset
        whole = shigen.assess(japan, indicators=before.dataset["indicator"].values.tolist(), levers=levers).dataset
        for name in ("raw", "score"):
            np.testing.assert_allclose(live[name].sel(commodity=key), whole[name].sel(commodity=key), rtol=1e-12)
    untouched = before.dataset["raw"].sel(indicator=INDICATOR, commodity="phosphate_rock")
    assert float(live["raw"].sel(indicator=INDICATOR, commodity="phosphate_rock")) != float(untouched)


def test_the_policy_has_a_slider_and_takes_its_place(japan: xr.Dataset) -> None:
    assert list(lever_kinds())[-1] == LEVER
    (slider,) = (one for one in reach(japan.sel(commodity="cobalt"), "cobalt") if one.key == LEVER)
    assert (slider.most, slider.step, slider.host) == (0.8, 0.016, "AUS")
    assert find_lever_kind(LEVER).own
    with pytest.raises(shigen.UserError) as caught:
        shigen.lever(LEVER, "cobalt", host="AUS", days=3)
    assert "Sourcing from a friend" in caught.value.message("en")
    assert "友好国からの調達" in caught.value.message("ja")


def test_the_methods_beside_a_policy(japan: xr.Dataset) -> None:
    found = shigen.methods(shigen.assess(japan, levers=[friendly(share=1.0)]), keys=METHOD)
    assert float(found.dataset["raw"].sel(commodity="cobalt").item()) == pytest.approx(0.0, abs=1e-12)
    assert {row["own"] for row in found.records()} == {True}


def test_command_line_lists_and_computes_them() -> None:
    code, out, _ = call("assess", "Co", "--indicator", INDICATOR, "--format", "json")
    assert code == 0
    assert {row["indicator"] for row in json.loads(out)["records"]} == {INDICATOR}
    code, _, told = call("assess", "Co", "--indicator", "partner_shares", "--lang", "en")
    assert code == 2
    assert f"Did you mean {INDICATOR}" in told
    code, out, _ = call("explain", "Co", INDICATOR, "--lang", "ja")
    assert code == 0
    assert "最大輸入元シェア" in out
    code, out, _ = call("explain", "Co", METHOD, "--lang", "ja")
    assert code == 0
    assert "輸入元の均等度" in out
    assert "trade:" in out
    code, out, _ = call("lever", "Co", LEVER, "--host", "AUS", "--size", "0.25", "--format", "json")
    assert code == 0
    assert json.loads(out)["lever"] == LEVER
    code, out, _ = call("lever", "Co", LEVER, "--host", "AUS", "--size", "0.25", "--lang", "ja")
    assert "友好国からの調達" in out
    assert LEVER in call("lever", "Co", "friendly", "--size", "1", "--lang", "en")[2]
    assert call("methods", METHOD, "Co")[0] == 0


def test_api_lists_and_answers_them(web: TestClient) -> None:
    listed = {kind: {row["key"]: row for row in web.get(f"/api/v1/{kind}").json()} for kind in ("indicators", "levers")}
    assert [key for key, row in listed["indicators"].items() if row["own"]] == [INDICATOR]
    assert [key for key, row in listed["levers"].items() if row["own"]] == [LEVER]
    asked = web.get("/api/v1/assessments", params={"commodity": "Co", "indicator": INDICATOR}).json()
    assert {row["indicator"] for row in asked["records"]} == {INDICATOR}
    assert web.get(f"/api/v1/explain/cobalt/{INDICATOR}").status_code == 200
    tree = web.get(f"/api/v1/explain/cobalt/{METHOD}", params={"lang": "en"}).json()
    assert METHODS[METHOD].name["en"] in tree["label"]
    assert web.get("/api/v1/explain/gallium/geopolrisk", params={"format": "csv"}).text.count("trade:") > 1
    answer = web.post("/api/v1/whatif", json={"levers": [
        {"key": LEVER, "commodity": "cobalt", "host": "AUS", "share": 0.25}], "effects": True})  # fmt: skip
    assert answer.status_code == 200
    before, after = ({row["indicator"]: row["raw"] for row in answer.json()[side]["records"]
                      if row["commodity"] == "cobalt"} for side in ("before", "after"))  # fmt: skip
    assert before["refined_import_governance"] != after["refined_import_governance"]
    assert answer.json()["effects"][0]["lever"] == LEVER
    assert {row["method"] for row in web.get("/api/v1/methods").json()["records"]} >= {METHOD}
    assert web.get(f"/charts/{CHART}.csv", params={"commodity": "Co"}).status_code == 200


@pytest.mark.parametrize("lang", LANGS)
def test_pages_show_them(web: TestClient, lang: Lang) -> None:
    page = web.get("/methods", params={"lang": lang}).text
    mark = {"ja": "（自作）", "en": " (own)"}[lang]
    for one in (INDICATORS[INDICATOR], LEVERS[LEVER], METHODS[METHOD]):
        assert one.name[lang] + mark in page
    assert LEVERS[LEVER].conserves[lang] in page
    mineral = web.get("/minerals/cobalt", params={"lang": lang}).text
    assert f'name="{LEVER}"' in mineral
    for key in (INDICATOR, METHOD):
        trace = web.get(f"/trace/cobalt/{key}", params={"lang": lang})
        assert trace.status_code == 200
        assert (INDICATORS | METHODS)[key].name[lang] in trace.text
    assert "trade:" in trace.text  # the method's rows, each with its address
    policies = web.get("/policies", params={"a": f"{LEVER}:cobalt:AUS:0.25", "lang": lang})
    assert policies.status_code == 200
    assert LEVERS[LEVER].name[lang] in policies.text


def test_a_study_runs_and_reports_them(undrawn: Drawer, tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_text(
        'commodities = ["cobalt"]\n'
        f'indicators = ["production_concentration", "ore_import_governance", "refined_import_governance", '
        f'"reserve_concentration", "price_volatility", "scrap_recovery", "{INDICATOR}"]\n'
        f'[[levers]]\nkey = "{LEVER}"\ncommodity = "cobalt"\nhost = "AUS"\nshare = 0.25\n'
        f'[typology.asks]\nproduction_high = "{INDICATOR}"\n', "utf-8")  # fmt: skip
    folder.write(Run(study_file.read(path, {})), tmp_path / "out", undrawn, tell=lambda _: None)
    assert INDICATOR in (tmp_path / "out" / "profiles.csv").read_text("utf-8-sig")
    assert LEVER in (tmp_path / "out" / "levers.csv").read_text("utf-8-sig")
    assert "Share of the largest partner high" in (tmp_path / "out" / "types.csv").read_text("utf-8-sig")
    told = json.loads((tmp_path / "out" / "study.json").read_text("utf-8"))
    assert told["study"]["typology"]["asks"]["production_high"] == INDICATOR
    rows = [row for row in told["methods"] if row["method"] == METHOD]
    # Today, and with a quarter from Australia: other partners, another figure.
    assert [row["scenario"] for row in rows] == ["base", "policies"]
    assert rows[0]["raw"] != rows[1]["raw"]
    assert {row["own"] for row in rows} == {True}
    table = (tmp_path / "out" / "methods.csv").read_text("utf-8-sig")
    assert table.count(METHOD) == 2
    assert table.count("geopolrisk") == 2
    for lang in LANGS:
        report = (tmp_path / "out" / f"report.{lang}.html").read_text("utf-8")
        for one in (INDICATORS[INDICATOR], LEVERS[LEVER], KINDS[CHART]):
            assert one.name[lang] in report
        section = report.split('<section id="methods" class="method">')[1].split("</section>")[0]
        assert METHODS[METHOD].name[lang] + {"ja": "（自作）", "en": " (own)"}[lang] in section
        assert METHODS["geopolrisk"].name[lang] in section
        assert f"{rows[0]['raw']:.3f}"[:5] in section


def test_documentation_describes_them(hooks: ModuleType) -> None:
    for page, key in (("indicators", INDICATOR), ("levers", LEVER), ("methods", METHOD)):
        assert f"{{ #{key} }}" in hooks.PAGES[page]()
        assert f"`{key}`, yours / 自作" in hooks.PAGES[page]()


@pytest.mark.parametrize(
    ("title", "registry", "key"),
    [("An indicator", INDICATORS, "largest_producer"), ("A policy", LEVERS, LEVER)],
)
def test_what_the_documents_work_through_runs(title: str, registry: dict[str, Any], key: str) -> None:
    section = (ROOT / "docs" / "adding.md").read_text("utf-8").split(f"\n## {title}\n")[1].split("\n## ")[0]
    (lines,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    shipped = registry.pop(key, None)
    try:
        exec(compile(lines, "adding.md", "exec"), {"__name__": "notebook"})  # noqa: S102 - the documents are ours
        assert registry[key].own
    finally:
        registry.pop(key, None)
        registry.update({key: shipped} if shipped else {})


def indicator(**more: Any) -> None:
    words = {"ja": "名", "en": "Name"}
    shigen.indicator(**{
        "key": "made", "stage": "upstream", "reads": ("imported",), "step": "counting", "unit": "1", "bounds": (0, 1),
        "high_from": 0.5, "name": words, "written": words, "origin": words, "reference": REFERENCE, **more,
    })(lambda imported: imported)  # fmt: skip


def policy(**more: Any) -> None:
    words = {"ja": "名", "en": "Name"}
    shigen.lever_kind(**{
        "key": "made", "size_name": "share", "unit": "1", "size_max": 1.0, "moves": (), "name": words,
        "acts_on": words, "conserves": words, "can_worsen": words, **more,
    })(lambda chain, *_, **__: chain)  # fmt: skip


@pytest.mark.parametrize(
    ("declare", "more", "message"),
    [
        (indicator, {"key": "price_volatility"}, "the indicator 'price_volatility' is declared twice"),
        (indicator, {"key": "Made"}, "the key of the indicator is lower-case letters, digits and underscores"),
        (indicator, {"name": {"ja": "名"}}, "the indicator 'made' has no name in: en"),
        (indicator, {"reads": ()}, "the indicator 'made' has nothing that it reads"),
        (indicator, {"reads": ("wages",)}, "the indicator 'made' has an unknown variable 'wages' that it reads"),
        (indicator, {"axis": 2}, "the indicator 'made' has an axis, a weight or a clause: those are the study's"),
        (indicator, {"band": lambda imported: imported}, "the indicator 'made' has no words for its band"),
        (indicator, {"anchors": (1, 1)}, "the indicator 'made' has anchors that are no interval"),
        (policy, {"key": "recycling"}, "the policy 'recycling' is declared twice"),
        (policy, {"size_name": "kilos"}, "the policy 'made' has no size 'kilos'"),
        (policy, {"combine": "least"}, "the policy 'made' has no way to combine 'least'"),
        (policy, {"builds_on": ("wages", "ore")}, "an unknown variable 'wages' that it builds on"),
        (policy, {"offtake": True}, "an offtake or a host to start with, and needs no host"),
        (policy, {"policy": "war"}, "the policy 'made' has no policy 'war'"),
        (policy, {"conserves": {}}, "the policy 'made' has no conserves in: ja; no conserves in: en"),
    ],
)  # fmt: skip
def test_a_declaration_of_no_sense_is_refused_when_it_is_made(declare: Any, more: Any, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        declare(**more)
    assert "made" not in {*INDICATORS, *LEVERS}


def test_a_cell_that_runs_again_declares_anew() -> None:
    try:
        for size in (1.0, 0.5):
            policy(size_max=size)
            indicator(high_from=size)
        assert LEVERS["made"].size_max == INDICATORS["made"].high_from == 0.5
    finally:
        del LEVERS["made"], INDICATORS["made"]


def test_a_package_puts_it_in_place_where_the_table_sizes_it(japan: xr.Dataset, tmp_path: Path) -> None:
    row = {"lever": "made", "commodity": "", "parameter": "size_share", "low": "0.1", "central": "0.3", "high": "0.5",
           "unit": "1", "source": "assumption", "confidence": "low", "flag": "assumption"}  # fmt: skip
    facts = snapshot(tmp_path / "made", lever_defaults=lambda rows: [*rows, row])
    (verdict,) = (one for one in classify(shigen.assess(japan)) if one.commodity == "gallium")
    try:
        policy(policy="saving")
        cells = package(verdict, japan, home="JPN")
        sized, unsized = (
            {one.key: one.size for one in default_levers(japan, cells, facts=given)} for given in (facts, None)
        )
    finally:
        del LEVERS["made"]
    assert sized == {**unsized, "made": 0.3}


def test_sizes_of_one_policy_combine_as_it_declares(japan: xr.Dataset) -> None:
    try:
        for how, together in (("add", 0.7), ("most", 0.4), ("remaining", 1 - 0.6 * 0.7)):
            policy(combine=how)
            made = plan(japan, [shigen.lever("made", "cobalt", share=size) for size in (0.4, 0.3)])
            assert float(made["made"].sel(commodity="cobalt")) == pytest.approx(together)
    finally:
        del LEVERS["made"]
