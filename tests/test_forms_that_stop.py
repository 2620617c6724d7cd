"""Forms that stop by themselves, on flows or at an estimated split; codes of which only totals are held."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from shigen.base.errors import UserError
from shigen.figures.factbase import FactBase
from shigen.figures.own.layers import lay
from shigen.figures.own.overlay import read_overlay
from shigen.figures.store import embedded
from shigen.model.chain import load
from shigen.model.disruption import forms
from shigen.model.disruption import network as nets
from shigen.model.disruption.answers import disrupt
from shigen.model.disruption.told import told
from shigen.study.stops import words
from shigen.study.stops.played import stops
from shigen.study.stops.spec import StopSpec

APT, OXIDE, MAGNETS = "284180", "282580", "850511"
TOLD = {"action": "add", "year": 2024, "source": "own survey"}


def with_trade(folder: Path, rows: Sequence[Mapping[str, object]]) -> FactBase:
    lines = [{**TOLD, **row} for row in rows]
    path = folder / "trade.csv"
    path.write_text("\n".join([",".join(lines[0]), *(",".join(map(str, row.values())) for row in lines)]) + "\n")
    return lay(embedded(), read_overlay([path]))


def flow(exporter: str, importer: str, hs6: str, tonnes: float) -> dict[str, object]:
    return {"importer": importer, "exporter": exporter, "hs6": hs6, "quantity_t": tonnes}


def test_a_users_flows_of_a_form_are_played_in_tonnes_of_the_element(tmp_path: Path) -> None:
    facts = with_trade(tmp_path, [flow("CHN", "JPN", APT, 600), flow("VNM", "JPN", APT, 200),
                                  flow("VNM", "DEU", APT, 400)])  # fmt: skip
    laid = forms.network("tungsten", "refined", "JPN", form=APT, facts=facts)
    # 800 t of tungstates with 0.7043 t of tungsten in each; Germany's flow can be re-routed.
    assert (laid.attrs["scope"], laid.attrs["unit"]) == ("traded", "t")
    assert float(laid["flows"].sel(user="JPN").sum()) == pytest.approx(800 * 0.7043)
    assert float(laid["flows"].sel(user="DEU").sum()) == pytest.approx(400 * 0.7043)
    scenario = {"commodity": "tungsten", "form": APT, "stops": "CHN", "leak": 0.0, "months": 24.0}
    answer = disrupt(scenario, draws=32, facts=facts)
    assert not answer.priced
    assert answer.need == pytest.approx(800 * 0.7043 / 12)
    one = told(answer)
    assert {"traded", "unknown"} == set(one.unfirm)
    assert one.within > 0.9  # three quarters gone, and hardly anybody else exports
    # Home's flows alone: the same need, nothing to re-route, said so.
    alone = with_trade(tmp_path, [flow("CHN", "JPN", APT, 600), flow("VNM", "JPN", APT, 200)])
    laid = forms.network("tungsten", "refined", "JPN", form=APT, facts=alone)
    assert (laid.attrs["scope"], list(laid["country"].values)) == ("home", ["CHN", "VNM"])


def test_a_study_plays_a_form_of_the_users_own_code(tmp_path: Path) -> None:
    # A code that is listed of no mineral is the user's to name; its content is not known: percent of need.
    facts = with_trade(tmp_path, [flow("CHN", "JPN", "381800", 9), flow("DEU", "JPN", "381800", 1)])
    chain = load("JPN", commodities=["gallium"], facts=facts)
    spec = StopSpec(stops="CHN", form="381800", commodities=["gallium"], months=24.0)
    (one,) = stops([spec], "JPN", chain, draws=16, facts=facts).rows
    assert one.told is not None
    assert (one.told.unit, one.told.scope, one.named["en"]) == ("percent", "home", "Gallium (HS 381800)")
    assert one.told.need == pytest.approx(100 / 12)
    assert one.told.within == 1.0  # nine tenths are gone for two years
    with pytest.raises(UserError, match="381800"):
        forms.network("gallium", "refined", "JPN", form="381800", facts=embedded())


def test_a_form_without_flows_comes_at_the_estimated_split_of_homes_totals(facts: FactBase) -> None:
    laid = forms.network("antimony", "refined", "JPN", form=OXIDE, facts=facts)
    arriving = load("JPN", commodities=["antimony"], facts=facts)["imports_estimated"].sel(
        commodity="antimony", step="refined").dropna("country")  # fmt: skip
    share = 100 * float(arriving.sel(country="CHN") / arriving.sum())
    assert float(laid["flows"].sel(user="JPN", country="CHN")) == pytest.approx(share)
    one = told(disrupt({"commodity": "antimony", "form": OXIDE, "stops": "CHN"}, draws=16, facts=facts))
    assert (one.unit, one.split, one.unfirm) == ("percent", pytest.approx(1.0), ["home"])


def test_trade_of_the_package_under_a_code_that_no_study_counts(facts: FactBase) -> None:
    laid = forms.network("rare_earths", "refined", "JPN", form=MAGNETS, facts=facts)
    assert (laid.attrs["scope"], laid.attrs["unit"]) == ("traded", "percent")
    assert float(laid["flows"].sel(user="JPN").sum()) == pytest.approx(100)
    assert laid["flows"].sizes["user"] > 100
    with pytest.raises(UserError, match="850511"):
        forms.network("gallium", "refined", "JPN", form=MAGNETS, facts=facts)


def test_a_form_stops_the_minerals_that_have_it(facts: FactBase) -> None:
    minerals = ["gallium", "rare_earths", "tungsten"]

    def stopped(form: str) -> list[str]:
        return [one.commodity for one in StopSpec(stops="CHN", form=form).items(minerals, facts)]

    assert (stopped(MAGNETS), stopped(APT), stopped("Dy")) == (["rare_earths"], ["tungsten"], ["rare_earths"])
    assert stopped("381800") == minerals  # nobody's: told as a mistake, or brought by a user for what is named


def test_codes_of_which_only_totals_are_held_enter_as_far_as_home_takes_more(facts: FactBase) -> None:
    key = "magnesium_metal"
    chain = load("JPN", commodities=[key], facts=facts)
    plain = nets.network(key, "refined", "JPN", chain=chain, facts=facts)
    laid = forms.network(key, "refined", "JPN", recovered=0.0, chain=chain, facts=facts)
    tracked, takes = float(plain["flows"].sel(user="JPN").sum()), plain.attrs["home_takes"]
    # 33.5 million USD over 2,850 USD a tonne is more than what lacks: all that lacks comes at the split.
    assert laid.attrs["split"] == pytest.approx(takes - tracked)
    assert float(laid["flows"].sel(user="JPN").sum()) == pytest.approx(takes, rel=1e-6)
    whole = nets.completed(laid, "JPN", takes)
    assert whole.attrs["seen"] == pytest.approx(tracked / takes, rel=1e-6)  # an estimate is not seen
    assert whole.attrs["estimated"] == pytest.approx(takes - tracked, rel=1e-6)
    # Not where nobody asks for it, and not beyond what home takes.
    assert "split" not in forms.network(key, "refined", "JPN", chain=chain, facts=facts).attrs
    most = forms.network(key, "refined", "JPN", recovered=1 - tracked / takes, chain=chain, facts=facts)
    assert most.attrs.get("split", 0.0) == pytest.approx(0.0, abs=1e-6)


def test_what_is_estimated_is_told(facts: FactBase) -> None:
    chain = load("JPN", commodities=["magnesium_metal"], facts=facts)
    (one,) = stops(None, "JPN", chain, draws=16, whole=False, facts=facts).rows
    assert one.told is not None
    assert one.told.split == pytest.approx(0.33, abs=0.01)
    assert "33 %" in words.estimated(one, "en")
    assert words.estimated(one, "en") in words.told_of(one, 16, "en")
