"""What is advised for a mineral never contradicts its package, nor what a policy can act on."""

import pytest

import shigen
from shigen.base import names
from shigen.base.declare import Lever
from shigen.base.errors import UserError
from shigen.base.i18n import LANGS
from shigen.figures.factbase import embedded
from shigen.model.defaults import idle, levers_of
from shigen.model.packages import POLICIES, default_levers, logic, package, package_rows
from shigen.model.plans import plan
from shigen.model.reach import reach
from shigen.model.scoring import Scoring
from shigen.model.typology import classify
from shigen.show.report.method import matrix


@pytest.fixture(scope="module", params=["JPN", pytest.param("KOR", marks=pytest.mark.long), "EU27"])
def everything(request) -> "shigen.Assessment":
    """All minerals of the package for one importer."""
    return shigen.assess(shigen.load(request.param, year=2024, commodities=list(names.commodities())))


def refused_by_levers(chain, commodity: str, policy: str) -> bool:
    """Whether every lever of a policy answers that it cannot apply, when it is put in place."""

    def answers(key: str) -> bool:
        try:
            plan(chain, [Lever(key, commodity, 0.5, str(chain["country"].values[0]))])
        except UserError:
            return False
        return True

    return not any(answers(kind.key) for kind in levers_of(policy))


def test_no_page_advises_what_package_or_lever_refuses(everything) -> None:
    chain = everything.chain
    advised = refused = 0
    for verdict in classify(everything):
        key = verdict.commodity
        cells = package(verdict, chain)
        holds = {cell.policy: cell.holds for cell in cells}
        one = chain.sel(commodity=[key])
        without = {policy for policy in POLICIES if refused_by_levers(one, key, policy)}
        for lang in LANGS:
            for row in logic(everything, key, lang, cells):
                no = row["policy"] in without or holds.get(row["policy"]) is False
                assert row["advised"] is not no, (key, row)
                assert bool(row["gives_way"]) is no, (key, row)
                advised, refused = advised + (not no), refused + no
        for cell in cells:
            if cell.policy in without:
                assert cell.holds is False
                assert cell.conditions["en"]
                assert cell.conditions["ja"]
            if cell.holds is False and cell.cell in ("all", "focus"):
                assert cell.says["en"].startswith("not here")
                assert cell.says["ja"].startswith("対象外")
        # What the package puts in place by default is neither refused by it nor impossible.
        of = {kind.key: policy for policy in POLICIES for kind in levers_of(policy)}
        levers = default_levers(chain, cells)
        assert all(holds[of[one.key]] is not False for one in levers)
        plan(one, levers)
    assert advised > 20
    assert refused > 10


def test_sliders_stand_only_where_a_policy_can_apply(everything) -> None:
    chain = everything.chain
    for key in chain["commodity"].values:
        for one in reach(chain.sel(commodity=key), str(key)):
            plan(chain.sel(commodity=[key]), [Lever(one.key, str(key), 0.5, str(chain["country"].values[0]))])


def test_gallium_all_measures_but_a_mine(assessed) -> None:
    """Gallium's demand surges: "all measures"; a mine has nothing to act on, since gallium has no ore of its own."""
    verdict = next(v for v in classify(assessed) if v.commodity == "gallium")
    cells = package(verdict, assessed.chain)
    row = next(r for r in package_rows([verdict], {"gallium": cells}, "ja") if r["policy"] == "mine")
    assert row["holds"] == "no"
    assert row["says"] == "対象外（METI調査の表では「対策はすべて実施」）"
    assert row["conditions"][0].startswith("適用できません。ガリウムは")
    told = next(r for r in logic(assessed, "gallium", "en", cells) if r["indicator"] == "production_concentration")
    assert (told["policy"], told["advised"]) == ("mine", False)
    assert told["gives_way"].startswith("Cannot apply: Gallium is won from bauxite liquor")


def test_palladium_by_product_rates_mines_as_not_effective(assessed) -> None:
    verdict = next(v for v in classify(assessed) if v.commodity == "palladium")
    told = logic(assessed, "palladium", "ja", package(verdict, assessed.chain))
    mine = [row for row in told if row["policy"] == "mine"]
    assert mine
    assert {row["gives_way"] for row in mine} == {"この類型の政策パッケージでは「×」のため、見送ります。"}
    assert all(row["advised"] for row in told if row["policy"] == "smelter")


def test_matrix_names_the_minerals_that_a_cell_leaves_out(assessed) -> None:
    verdicts = classify(assessed)
    held = {v.commodity: package(v, assessed.chain) for v in verdicts}
    surge = matrix(verdicts, held, "en", facts=embedded())[0]
    assert "Gallium" in surge["minerals"]
    assert "Gallium" in surge["cells"][0]["but"]
    assert "Cobalt" not in surge["cells"][0]["but"]


def test_a_smelter_where_nothing_is_refined_is_refused() -> None:
    chain = shigen.load("JPN", year=2024, commodities=["barite"])
    smelter = shigen.lever("smelter_investment", "barite", host="JPN", t_per_year=20)
    with pytest.raises(UserError) as caught:
        shigen.assess(chain, levers=[smelter])
    assert caught.value.message("en") == (
        "Barite has no refining step of its own. A smelter acts on a mineral that is refined. Take mine_investment."
    )


@pytest.mark.parametrize("commodity", ["phosphate_rock", "graphite_natural"])
def test_a_default_that_moves_nothing_is_no_focus(assessed, commodity) -> None:
    """Neither yellow phosphorus nor graphite products have an import figure in tonnes that a smelter could displace."""
    verdict = next(v for v in classify(assessed) if v.commodity == commodity)
    cell = next(c for c in package(verdict, assessed.chain, home="JPN") if c.policy == "smelter")
    assert cell.refused
    assert cell.says["ja"].startswith("対象外")
    assert cell.conditions["en"][0].startswith("At default size it moves no score")
    assert idle(assessed.chain, [Lever("smelter_investment", commodity, 1000.0, "JPN")])


def test_what_a_focus_puts_in_place_moves_something(everything) -> None:
    for verdict in classify(everything):
        for cell in package(verdict, everything.chain):
            levers = default_levers(everything.chain, [cell])
            if cell.cell in ("all", "focus") and levers:
                assert not idle(everything.chain, levers), cell


def test_a_gallium_plant_in_japan_has_no_feed_and_says_so(assessed) -> None:
    verdict = next(v for v in classify(assessed) if v.commodity == "gallium")
    cells = package(verdict, assessed.chain, home="JPN")
    cell = next(c for c in cells if c.policy == "smelter")
    assert cell.refused
    assert cell.conditions["en"] == [
        "No feed: a plant for Gallium is fed with Bayer liquor of an alumina refinery, which is not traded, and the "
        "figures name no output of alumina where it would stand."
    ]
    assert not [one for one in default_levers(assessed.chain, cells) if one.key == "smelter_investment"]


def test_a_default_host_is_not_above_the_line_nor_the_largest_already(everything) -> None:
    line, chain = Scoring().governance_line, everything.chain
    sited = 0
    for verdict in classify(everything):
        for one in default_levers(chain, package(verdict, chain)):
            if one.host is None:
                continue
            at = {"commodity": one.commodity, "step": "refined" if one.key == "smelter_investment" else "ore"}
            assert not float(chain["governance"].sel(country=one.host)) > line, one
            for name in ("production", "imports_value"):
                amount = chain[name].sel(at).fillna(0.0)
                assert not 0 < float(amount.max()) == float(amount.sel(country=one.host)), (one, name)
            sited += 1
    assert sited > 5


def test_a_lower_line_leaves_fewer_hosts(assessed) -> None:
    """Australia (0.19) may host a tungsten mine; no country is at or below 0.1."""
    verdict = next(v for v in classify(assessed) if v.commodity == "tungsten")
    strict = Scoring(high={"refined_import_governance": 0.1})
    cells = package(verdict, assessed.chain, scoring=strict)
    (mine,) = (c for c in cells if c.policy == "mine")
    assert mine.refused
    assert mine.conditions["en"][0].startswith("No default host")
    assert all(one.host is None for one in default_levers(assessed.chain, cells, scoring=strict))
