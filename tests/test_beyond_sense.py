"""A size beyond what the world has is computed, and said; a mineral whose demand cannot be is told alone."""

import json
from pathlib import Path

import pytest
import xarray as xr

import shigen
from shigen.base.declare import Lever
from shigen.figures.factbase import FactBase, embedded
from shigen.figures.own.layers import lay
from shigen.figures.own.overlay import read_overlay
from shigen.model.effects import effects
from shigen.model.sense import beyond
from shigen.model.typology import classify
from shigen.model.views import view
from shigen.outlook.demand import Choices
from shigen.outlook.demand_tables import rows, summary, surge
from shigen.outlook.stocks import stocks
from shigen.show.cli.main import main
from shigen.show.report import folder, html, minerals
from shigen.study import file as study_file
from shigen.study.run import Run


@pytest.fixture(scope="module")
def chain() -> xr.Dataset:
    return shigen.load("JPN", year=2024, commodities=["gallium", "cobalt"])


def smelter(size: float) -> Lever:
    return shigen.lever("smelter_investment", "gallium", host="JPN", t_per_year=size)


def world(chain: xr.Dataset) -> float:
    return float(view(chain, "total").sel(commodity="gallium", step="refined"))


def test_more_than_the_world_makes_is_computed_and_said(chain) -> None:
    found = shigen.assess(chain, levers=[smelter(1e12)])
    made = f"{world(chain):,.10g}"
    assert found.warnings("en") == [
        f"Smelter investment, Gallium: 1,000,000,000,000 t/yr is more than the {made} t/yr that the world makes at "
        "this step; computed all the same."
    ]
    assert "ガリウムの製錬所投資：規模1,000,000,000,000 t/年が、この段階の世界生産量" in found.warnings("ja")[0]
    assert found.dataset["score"].notnull().any()
    assert shigen.assess(chain).warnings("en") == []


def test_the_line_is_what_the_world_makes_of_all_policies_of_a_kind_together(chain) -> None:
    whole = world(chain)
    assert beyond(chain, [smelter(whole)]) == ()
    assert len(beyond(chain, [smelter(whole * 1.001)])) == 1
    (large,) = beyond(chain, [smelter(whole * 0.6), smelter(whole * 0.6)])
    assert large.size == pytest.approx(1.2 * whole)
    mine = shigen.lever("mine_investment", "cobalt", host="AUS", t_per_year=whole * 0.6)
    assert beyond(chain, [smelter(whole * 0.6), mine]) == ()  # of another kind and mineral


def test_exploration_stands_beside_reserves_and_shares_beside_nothing(chain) -> None:
    reserves = float(view(chain, "reserves_total").sel(commodity="cobalt"))
    found = beyond(chain, [shigen.lever("exploration", "cobalt", host="AUS", tonnes=2 * reserves)])
    assert "of reserves that the world has" in found[0].in_words("en")
    assert beyond(chain, [shigen.lever("resource_saving", "cobalt", share=1.0)]) == ()
    unknown = chain.assign(production=chain["production"] * float("nan"))
    assert beyond(unknown, [smelter(1e12)]) == ()


def test_of_several_years_the_largest_counts() -> None:
    several = shigen.load("JPN", years=[2020, 2024], commodities="gallium")
    first, last = view(several, "total").sel(commodity="gallium", step="refined").values
    assert first < last
    assert beyond(several, [smelter((first + last) / 2)]) == ()


def test_effects_and_report_set_the_size_beside_the_world(chain) -> None:
    row = effects(shigen.assess(chain), [smelter(1e6)])[0] | {"scrap_share": None, "scrap_absent": ""}
    assert row["world"] == world(chain)
    (shown,) = minerals.effect_rows([row], "en", assumed=False)
    assert f"(more than the world's {world(chain):,.10g})" in shown["sized"]
    (usual,) = minerals.effect_rows([{**row, "size": 20.0}], "en", assumed=False)
    assert "more than" not in usual["sized"]


@pytest.mark.parametrize(
    ("lang", "word"), [("en", "Warning: Smelter investment, Gallium"), ("ja", "警告：ガリウムの製錬所投資")]
)
def test_the_command_line_warns_on_standard_error(capsys, lang, word) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["lever", "gallium", "smelter_investment", "--host", "JPN", "--size", "1e12",
              "--format", "json", "--lang", lang])  # fmt: skip
    out, err = capsys.readouterr()
    assert not ended.value.code
    assert word in err
    assert json.loads(out)["size"] == 1e12


# Own figures that leave less demand than new uses take


@pytest.fixture(scope="module")
def low(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # 1 t in China, the few tonnes elsewhere stay: new uses of gallium take far more
    path = tmp_path_factory.mktemp("own") / "production.csv"
    path.write_text("action,commodity,country,step,series,year,value,unit,source,note\n"
                    "replace,gallium,CHN,refined,,2024,1,t,me,\n", "utf-8")  # fmt: skip
    return path


@pytest.fixture(scope="module")
def facts(low) -> FactBase:
    return lay(embedded(), read_overlay([low]))


def test_demand_of_the_mineral_is_absent_with_its_reason_and_that_of_others_as_it_was(facts) -> None:
    found = shigen.demand(commodities=["gallium", "cobalt"], facts=facts)
    usual = shigen.demand(commodities=["gallium", "cobalt"])
    xr.testing.assert_equal(found.total.sel(commodity="cobalt"), usual.total.sel(commodity="cobalt"))
    assert bool(found.total.sel(commodity="gallium").isnull().all())
    assert found.classes() == {"gallium": "", "cobalt": usual.classes()["cobalt"]}
    told = {lang: next(r for r in summary(found, lang) if r["commodity"] == "gallium") for lang in ("en", "ja")}
    assert told["en"]["explained"].startswith("New and regulated uses take ")
    assert "新規用途と規制対象用途" in told["ja"]["explained"]
    assert (told["en"]["t_2050"], told["en"]["growth"], told["en"]["rise"]) == (None, None, None)
    assert {row["part"] for row in rows(found) if row["commodity"] == "gallium"} == {"existing", "total"}
    assert all(row["value"] is None for row in rows(found) if row["commodity"] == "gallium")
    ahead = stocks(found).dataset
    assert bool(ahead["ceiling"].sel(commodity="gallium").isnull().all())


def test_types_treat_the_surge_as_unknown(facts) -> None:
    chain = shigen.load("JPN", year=2024, commodities=["gallium", "cobalt"], facts=facts)
    found = {v.commodity: v for v in classify(shigen.assess(chain), surge=surge(
        shigen.demand(commodities=["gallium", "cobalt"], facts=facts)))}  # fmt: skip
    assert found["gallium"].clauses["surge"].value is None
    assert found["gallium"].firmness == "undecidable"
    assert "new uses take more than the demand" in found["gallium"].clauses["surge"].in_words("en")
    assert found["cobalt"].clauses["surge"].value is True


@pytest.mark.long
def test_the_study_runs_and_every_document_says_why(low, capsys) -> None:
    result = Run(study_file.study_from({"commodities": ["gallium", "cobalt"], "overlay": [str(low)]}))
    why = {"en": "New and regulated uses take ", "ja": "新規用途と規制対象用途が必要とする"}
    for lang, words in why.items():
        assert words in html.page(result, lang, {})
    whole = folder.as_json(result)
    assert any(row["explained"].startswith(why["en"]) for row in whole["demand"]["summary"])
    assert whole["warnings"] == []
    with pytest.raises(SystemExit) as ended:
        main(["demand", "gallium", "cobalt", "--overlay", str(low)])
    assert not ended.value.code
    assert "Gallium: New and regulated uses take" in " ".join(capsys.readouterr().out.split())


def test_an_assumption_that_contradicts_demand_is_told_alike() -> None:
    choices = Choices(values={"base:::cobalt::2022": 9000.0})
    found = shigen.demand(commodities=["cobalt"], choices=choices)
    # 9,000 t against the about 62,600 t of batteries and alloys of 2022
    assert "more than the 9,000 t" in summary(found, "en")[0]["explained"]
    home = summary(shigen.demand("JPN", commodities=["cobalt"], choices=choices), "en")
    assert "more than the 6,640 t" in home[0]["explained"]  # 4,753 of 2019, grown at the stated 6.9 % a year to 2024
