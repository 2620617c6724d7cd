"""What is advised for a mineral never contradicts its package, nor what a policy can act on."""

import pytest

import shigen
from shigen.base import names
from shigen.base.declare import Lever
from shigen.base.errors import UserError
from shigen.base.i18n import LANGS
from shigen.figures.factbase import embedded
from shigen.model.packages import POLICIES, default_levers, levers_of, logic, package, package_rows
from shigen.model.plans import plan
from shigen.model.reach import reach
from shigen.model.typology import classify
from shigen.show.report.method import matrix


@pytest.fixture(scope="module", params=["JPN", "KOR", "EU27"])
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
    assert row["says"] == "対象外（調査の表では「対策はすべて実施」）"
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
