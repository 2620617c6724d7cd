"""Methods as declarations: ours and a user's own, on a chain with policies, by every door."""

import json
import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from front import call
from own_method import comparing, declared

import shigen
from shigen.base.declare import STATUSES
from shigen.base.errors import UserError
from shigen.base.method import METHODS
from shigen.model.evaluate import REASONS
from shigen.model.method_values import FIGURES
from shigen.model.methods import declarations, sorted_out
from shigen.model.views import view

ROOT = Path(__file__).parents[1]
OURS = ["bgs_type", "eu_supply_risk", "eu_supply_risk_ore", "eu_supply_risk_refined", "geopolrisk", "iea_cr1",
        "iea_cr3", "iea_n_minus_1", "usgs_type", "yale_geological", "yale_geopolitical"]  # fmt: skip


def score(assessed, commodity: str) -> float:
    """GeoPolRisk of one mineral."""
    return float(shigen.methods(assessed, keys="geopolrisk").dataset["raw"].sel(commodity=commodity).item())


def test_a_smelter_in_a_stable_country_lowers_geopolrisk(japan) -> None:
    before = shigen.assess(japan)
    lever = shigen.lever("smelter_investment", "cobalt", host="ISL", t_per_year=2000)
    after = shigen.assess(japan, levers=[lever])
    assert score(after, "cobalt") < score(before, "cobalt") - 0.01
    assert score(after, "tungsten") == score(before, "tungsten")


def test_new_imports_of_a_policy_by_hand(japan) -> None:
    # All refined cobalt from Iceland: what Japan imports is as stable as Iceland.
    lever = shigen.lever("smelter_investment", "cobalt", host="ISL", t_per_year=1e6)
    after = shigen.assess(japan, levers=[lever])
    made, whole = (view(after.chain, name, "ore").sel(commodity="cobalt") for name in ("production", "total"))
    hhi = float(((made / whole) ** 2).sum())
    iceland = (2.5 - float(after.chain["stability"].sel(country="ISL"))) / 5
    assert score(after, "cobalt") == pytest.approx(hhi * iceland, rel=1e-9)


def test_a_mine_at_home_is_domestic_production(japan) -> None:
    # Rock from Morocco and others gives way to 20,000 t at home: risk falls by the share that it takes.
    lever = shigen.lever("mine_investment", "phosphate_rock", host="JPN", t_per_year=20_000)
    assert score(shigen.assess(japan, levers=[lever]), "phosphate_rock") < score(japan, "phosphate_rock")


def test_several_importers_and_years_are_dims() -> None:
    found = shigen.methods(keys="geopolrisk", importer=["JPN", "KOR"], years=[2022, 2023], commodities=["cobalt"])
    assert found.dataset["raw"].dims == ("method", "importer", "year", "commodity")
    alone = shigen.methods(keys="geopolrisk", importer="KOR", year=2023, commodities=["cobalt"])
    one = found.dataset["raw"].sel(importer="KOR", year=2023).squeeze("method")
    assert float(one.item()) == pytest.approx(float(alone.dataset["raw"].item()), rel=1e-12)
    assert [(row["importer"], row["year"]) for row in found.records("en")] == [
        ("JPN", 2022), ("JPN", 2023), ("KOR", 2022), ("KOR", 2023)]  # fmt: skip


def test_records_say_why_there_is_no_figure(japan) -> None:
    rows = {row["commodity"]: row for row in shigen.methods(japan, keys="geopolrisk").records("en")}
    gallium = rows["gallium"]
    assert (gallium["raw"], gallium["raw_low"], gallium["status"]) == (None, None, "shared_code")
    assert gallium["reason"].startswith("The method gives no figure where the status is")
    assert rows["cobalt"]["reason"] == ""
    assert rows["cobalt"]["raw_low"] <= rows["cobalt"]["raw"] <= rows["cobalt"]["raw_high"]


def test_gross_imports_beside_contained_production_are_a_proxy() -> None:
    row = shigen.methods(keys="geopolrisk", importer="CHN", commodities=["tungsten"], year=2022).records("en")[0]
    assert row["status"] == "proxy"
    assert "in gross tonnes beside domestic production in contained tonnes" in row["reason"]


def test_a_subject_stands_alone(assessed) -> None:
    with pytest.raises(UserError, match="importer, year is given beside an assessment or a chain"):
        shigen.methods(assessed, importer="KOR", year=2023)


def test_a_chain_that_breaks_its_rules_gives_no_figure(japan) -> None:
    with pytest.raises(UserError, match="stability"):
        shigen.methods(japan.drop_vars("stability"))


def test_words_are_sorted_into_methods_and_commodities() -> None:
    assert sorted_out(["Co", "GeoPolRisk", "タングステン"]) == (["geopolrisk"], ["cobalt", "tungsten"])
    with pytest.raises(UserError, match=r"geopolrsk names neither a method nor a commodity.*Did you mean geopolrisk"):
        sorted_out(["geopolrsk"])


def test_own_method_by_hand(japan) -> None:
    with declared() as key:
        found = shigen.methods(japan, keys=key)
        value = japan["imports_value"].sel(commodity="phosphate_rock", step="ore")
        expected = float(value.max() / value.sum())
        row = next(row for row in found.records("ja") if row["commodity"] == "phosphate_rock")
    assert row["own"] is True
    assert row["raw"] == pytest.approx(expected, rel=1e-12)
    assert row["sources"]


def test_own_method_stands_beside_ours_by_every_door(assessed) -> None:
    with declared() as key:
        assert list(declarations()) == [*OURS, key]
        assert {row["method"] for row in shigen.methods(assessed).records()} == {*OURS, key}
        code, out, _ = call("methods", key, "Co", "--format", "json")
        whole = json.loads(out)
        assert code == 0
        assert [(one["key"], one["own"]) for one in whole["meta"]["methods"]] == [(key, True)]
        assert [row["commodity"] for row in whole["records"]] == ["cobalt"]
        shown = call("methods", "最大輸入元シェア", "Co", "--lang", "ja")[1]
        assert "最大輸入元シェア（自作）" in shown
    assert key not in declarations()
    assert call("methods", "largest_partner")[0] == 2


def test_own_method_stands_in_the_reference() -> None:
    pytest.importorskip("mkdocs", reason="the documentation is built with its own packages")
    spec = spec_from_file_location("hooks", ROOT / "docs" / "hooks.py")
    hooks = module_from_spec(spec)
    spec.loader.exec_module(hooks)
    with declared() as key:
        page = hooks.PAGES["methods"]()
    for one in (*OURS, key):
        assert f"{{ #{one} }}" in page
    assert f"`{key}`, yours / 自作" in page
    assert key not in hooks.PAGES["methods"]()


def test_the_method_that_the_documents_work_through_runs() -> None:
    section = (ROOT / "docs" / "adding.md").read_text("utf-8").split("\n## A method\n")[1].split("\n## ")[0]
    (lines,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    try:
        exec(compile(lines, "adding.md", "exec"), {"__name__": "notebook"})  # noqa: S102 - the documents are ours
        assert declarations()["largest_partner"].own
    finally:
        METHODS.pop("largest_partner", None)


def test_own_method_after_a_policy(japan) -> None:
    with declared() as key:
        lever = shigen.lever("smelter_investment", "cobalt", host="ISL", t_per_year=1e6)
        after = shigen.methods(shigen.assess(japan, levers=[lever]), keys=key).dataset["raw"]
    assert float(after.sel(commodity="cobalt").item()) == pytest.approx(1.0)


def test_own_method_without_sums_is_refused_for_all_importers() -> None:
    with declared() as key, pytest.raises(UserError, match=f"There are no sums of all importers for {key}"):
        shigen.methods(keys=["geopolrisk", key], importer="all")


def test_a_method_that_compares_importers_loads_them(japan) -> None:
    with comparing() as key:
        with pytest.raises(UserError, match=f"The method {key} compares importers, and the chain holds one"):
            shigen.methods(japan, keys=key)
        found = shigen.methods(keys=key, importer="JPN", year=2022, commodities=["cobalt"])
        # Three importers that are all there are: a share each, together 1.
        three = shigen.load(["JPN", "KOR", "DEU"], year=2022, commodities=["cobalt"])
        shares = shigen.methods(three, keys=key).dataset["raw"].values.ravel()
    assert found.dataset["raw"].size == 1
    assert str(found.dataset["importer"].values) == "JPN"
    assert 0 < float(found.dataset["raw"].item()) < shares[0] < 1
    assert shares.sum() == pytest.approx(1.0)


def test_declaring_wrongly_is_refused() -> None:
    asked = {"key": "geopolrisk", "name": {}, "written": {}, "unit": "1", "bounds": (0, 1), "reference": "-"}
    with pytest.raises(ValueError, match="declared twice"):
        shigen.method(**asked, reads={"total": "ore"})(lambda total: total)
    with pytest.raises(ValueError, match="reads nothing"):
        shigen.method(**asked, reads={})
    with pytest.raises(ValueError, match="without words"):
        shigen.method(**asked, reads={"total": "ore"}, coverage=lambda total: total)
    assert sorted(METHODS) == OURS


def test_codes_of_the_answer_are_declared(assessed) -> None:
    found = shigen.methods(assessed).dataset
    assert set(FIGURES) == set(found.data_vars)
    assert found["status"].max() < len(STATUSES)
    assert found["reason"].max() < len(REASONS)
    shown = ~np.isnan(found["raw"])
    assert isinstance(found, xr.Dataset)
    assert bool((found["raw_low"].where(shown) <= found["raw"] + 1e-12).where(shown, True).all())
    assert bool((found["raw"] <= found["raw_high"].where(shown) + 1e-12).where(shown, True).all())


def test_own_stability_alone_is_read_by_methods_and_not_by_indicators(tmp_path: Path) -> None:
    # New Caledonia has no estimates: the one dimension that is given is read by GeoPolRisk, and by no indicator.
    own = tmp_path / "governance.csv"
    head, row = "action,country,dimension,year,estimate,source", "add,NCL,political_stability,2023,-2.5,own"
    own.write_text(f"{head}\n{row}\n", "utf-8")
    code, out, said = call("methods", "geopolrisk", "Co", "--year", "2023", "--overlay", str(own), "--format", "json")
    assert (code, json.loads(out)["records"][0]["status"]) == (0, "ok")
    assert "NCL" not in said
    assert "NCL" in call("assess", "Co", "--year", "2023", "--overlay", str(own), "--format", "json")[2]
