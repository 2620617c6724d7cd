"""What is not modelled is said to be so: never a zero."""

import numpy as np
import pytest

import shigen
from shigen.base.i18n import LANGS
from shigen.model.assumptions import ceiling
from shigen.model.effects import effects
from shigen.outlook.ahead import set_ahead
from shigen.outlook.demand import at_home, demand
from shigen.outlook.demand_tables import summary, surge
from shigen.outlook.inputs import uses
from shigen.outlook.stocks import stocks
from shigen.show.report.demand import section
from shigen.show.report.minerals import effect_rows


@pytest.fixture(scope="module")
def world():
    return demand()


@pytest.fixture(scope="module")
def held(world):
    return stocks(world)


def test_scrap_that_no_use_models_is_absent(world, held) -> None:
    """A mineral is modelled where a use with a life holds some of it; antimony is in none of these uses."""
    lives = {row.use for row in world.inputs.rows if row.kind == "life"}
    in_uses = {row.commodity for row in world.inputs.rows
               if row.kind in ("intensity", "share") and row.use in lives and row.value > 0}  # fmt: skip
    modelled = held.modelled()
    assert not bool(modelled.sel(commodity="antimony"))
    for key in (str(c) for c in modelled["commodity"].values):
        found = held.dataset["ceiling"].sel(commodity=key)
        assert bool(modelled.sel(commodity=key)) == bool(found.notnull().all())
        assert bool(found.isnull().all()) or key in in_uses


def test_recycling_names_the_declared_ceiling_where_no_scrap_is_modelled(japan, assessed, world, held) -> None:
    # Antimony recycles 28 % of supply (score 0.72); to 30 %: 1 - 0.3 = 0.7.
    levers = [shigen.lever("recycling", "antimony", share=0.3), shigen.lever("recycling", "cobalt", share=0.25)]
    rows = set_ahead(effects(assessed, levers), at_home(world, "JPN"), held)
    antimony, cobalt = rows
    assert (antimony["scrap_share"], antimony["scrap_t"], antimony["scrap_absent"]) == (None, None, "not_modelled")
    assert antimony["recycling_ceiling"] == ceiling("antimony")
    assert antimony["final_after"] < antimony["final_before"]
    assert (cobalt["scrap_absent"], cobalt["scrap_share"] > 0, cobalt["scrap_t"] > 0) == ("", True, True)
    said = {lang: effect_rows(rows, lang, assumed=False)[0]["told"] for lang in LANGS}
    assert said["ja"][0] == "対象製品のスクラップは未推計（–）"
    assert said["en"][0] == "Scrap of its products: – (not modelled)"
    assert f"{100 * ceiling('antimony'):.0f} %" in said["en"][1]
    assert not any("0.0" in line for lines in said.values() for line in lines)


def test_only_recycling_speaks_of_scrap_and_only_a_stockpile_of_days(assessed, world, held) -> None:
    levers = [shigen.lever("stockpile", "cobalt", days=60), shigen.lever("resource_saving", "cobalt", share=0.1)]
    rows = set_ahead(effects(assessed, levers), at_home(world, "JPN"), held)
    assert {row["lever"]: row["stock_days"] for row in rows} == {
        "stockpile": 60.0, "resource_saving": None, "stockpile+resource_saving": 60.0,
    }  # fmt: skip
    assert {(row["scrap_absent"], row["recycling_ceiling"]) for row in rows} == {("", None)}


def test_rise_and_fall_stand_only_where_uses_are_modelled(world) -> None:
    rows = {row["commodity"]: row for row in summary(world, "en")}
    new, regulated = ({use.key for use in uses().values() if use.part == part} for part in ("new", "regulated"))
    for key, row in rows.items():
        own = {row.use for row in world.inputs.rows if row.commodity == key and row.kind in ("intensity", "share")}
        assert (row["rise"] is None) == (not own & new), key
        assert (row["fall"] is None) == (not own & regulated), key
    clause = surge(world)["antimony"]
    assert (clause.value, clause.raw) == (False, None)
    assert "no new use of it is modelled" in clause.in_words("en")
    assert "0.00" not in clause.in_words("en")


def test_report_names_the_minerals_without_modelled_scrap(world, held) -> None:
    found = section(world, at_home(world, "JPN"), held, "ja")
    assert "アンチモン" in found["scrap_absent"]
    assert "コバルト" not in found["scrap_absent"]
    assert all(np.isfinite(cell["ceiling"]) for row in found["scrap"] for cell in row["cells"])
