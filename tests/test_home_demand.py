"""What home uses: the user's figure before a national one, that before the study's, on the basis of production."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import shigen
from shigen.figures.factbase import FactBase, embedded
from shigen.figures.own.layers import lay
from shigen.figures.own.overlay import read_overlay
from shigen.figures.selection import STUDY_HOME, Question, home_demand
from shigen.model.chain import meti13
from shigen.model.unread import unread

OWN = "action,home,commodity,year,value,value_low,value_high,unit,secondary,source\n"


def asked(
    *years: int, commodities: tuple[str, ...] = (), home: str = "JPN", facts: FactBase | None = None
) -> pd.DataFrame:
    return home_demand(facts or embedded(), Question(commodities or tuple(meti13()), years), [home])


def one(commodity: str, year: int, **more: Any) -> Mapping[str, Any]:
    return asked(year, commodities=(commodity,), **more).iloc[0].to_dict()


def own(tmp_path: Path, *rows: str) -> FactBase:
    (tmp_path / "home_demand.csv").write_text(OWN + "\n".join(rows) + "\n", "utf-8")
    return lay(embedded(), read_overlay([tmp_path / "home_demand.csv"]))


def test_a_national_figure_comes_before_the_studys() -> None:
    figure = one("gallium", 2024)
    assert (figure["value"], figure["fact_year"], figure["kind"], figure["secondary"]) == (167, 2021, "national", "yes")


def test_a_national_figure_that_is_older_than_the_span_gives_way() -> None:
    # 2012 is 12 years before 2024, the study's 2019 five.
    assert (one("cobalt", 2012)["value"], one("cobalt", 2024)["value"]) == (10446, 4753)


def test_before_all_figures_the_nearest_in_time_counts() -> None:
    # 2012 lies 5 years before the figure of 2017, 7 before the study's 2019.
    assert (one("indium", 2012)["fact_year"], one("gallium", 2012)["kind"]) == (2017, "study")


def test_contained_fluorine_becomes_fluorspar() -> None:
    # 129,700 t F; CaF2 weighs 40.078 + 2 x 18.998 = 78.074, of which 37.996 is F: x 2.0548; as 97 % grade / 0.97.
    figure = one("fluorspar", 2019)
    assert figure["value"] == pytest.approx(129_700 * 78.074 / 37.996, rel=1e-4)
    assert figure["high"] == pytest.approx(figure["value"] / 0.97, rel=1e-4)


def test_contained_phosphorus_becomes_rock_by_a_range_of_grades() -> None:
    # P2O5: 2 x 30.974 + 5 x 15.999 = 141.943, of which 61.948 is P. Rock of 30 % (27 to 33 %) P2O5.
    figure, share = one("phosphate_rock", 2019), 61.948 / 141.943
    for column, grade in (("low", 0.33), ("value", 0.30), ("high", 0.27)):
        assert figure[column] == pytest.approx(194_300 / (share * grade), rel=1e-3), column


def test_rock_per_phosphorus_is_one_figure_of_the_package(facts: FactBase) -> None:
    factor = next(row for row in facts.table("demand_inputs") if row["technology"] == "rock per phosphorus")
    study = next(row for row in facts.table("study_demand") if row["commodity"] == "phosphate_rock")
    for ours, assumed in (("to_basis_low", "low"), ("to_basis", "value"), ("to_basis_high", "high")):
        assert float(study[ours]) == float(factor[assumed])


def test_the_studys_figures_are_read_from_its_own_table(facts: FactBase) -> None:
    figures = asked(2019).set_index("commodity")
    printed = {row["commodity"]: row for row in facts.table("study_demand")}
    for commodity, row in printed.items():
        if figures.loc[commodity, "kind"] == "study":
            assert figures.loc[commodity, "value"] == float(row["home_demand"]) * float(row["to_basis"])
    assert set(facts.query("select distinct home from home_demand")["home"]) == {STUDY_HOME, "USA"}


def test_every_metal_of_the_thirteen_has_a_figure_of_japan_with_ordered_ends() -> None:
    figures = asked(2024)
    assert set(figures["commodity"]) == set(meti13())
    assert (figures["low"] <= figures["value"]).all()
    assert (figures["value"] <= figures["high"]).all()


def test_withheld_consumption_is_no_figure() -> None:
    assert asked(2024, commodities=("tungsten",), home="USA").empty
    assert one("magnesium_metal", 2024, home="USA")["value"] == 46_000


def test_an_edition_that_is_pinned_hides_later_ones(facts: FactBase) -> None:
    before = Question(("cobalt",), (2024,), {"USGS": 2025.0})
    assert home_demand(facts, before, ["USA"]).empty


def test_a_users_figure_comes_first_whatever_its_year(tmp_path: Path) -> None:
    facts = own(tmp_path, "add,JPN,cobalt,2016,5,4.5,5.5,kt,yes,survey", "add,EU27,gallium,2024,30,,,t,,survey")
    figure = one("cobalt", 2024, facts=facts)
    assert (figure["value"], figure["low"], figure["high"], figure["kind"]) == (5000, 4500, 5500, "user")
    assert (figure["secondary"], figure["fact_year"]) == ("yes", 2016)
    bloc = one("gallium", 2024, home="EU27", facts=facts)
    assert (bloc["value"], bloc["low"], bloc["secondary"]) == (30, 30, "unknown")


def test_a_replaced_figure_says_what_it_replaced_and_one_withdrawn_leaves_the_next(tmp_path: Path) -> None:
    facts = own(tmp_path, "replace,JPN,gallium,2021,160,,,t,,survey", "withdraw,JPN,rare_earths,2024,,,,,,doubtful")
    replaced = one("gallium", 2024, facts=facts)
    assert (replaced["value"], replaced["kind"], replaced["secondary"]) == (160, "user", "unknown")
    assert "public figure: 167 t" in replaced["note"]
    assert replaced["basis_en"] == "t primary low-purity gallium"
    assert one("rare_earths", 2024, facts=facts)["kind"] == "study"


def test_rows_of_another_home_or_mineral_are_told(tmp_path: Path) -> None:
    facts = own(tmp_path, "add,KOR,cobalt,2024,5,,,kt,,survey", "add,JPN,copper,2024,5,,,kt,,survey",
                "replace,JPN,gallium,2021,160,,,t,,survey", "withdraw,JPN,rare_earths,2024,,,,,,doubtful")  # fmt: skip
    chain = shigen.load("JPN", year=2024, facts=facts)
    assert [(row.row, row.reason("en")) for row in unread([chain], facts)] == [
        ("KOR, cobalt, 2024", "the demand of KOR is not asked for."),
        ("JPN, copper, 2024", "the mineral is not among those asked for."),
    ]
