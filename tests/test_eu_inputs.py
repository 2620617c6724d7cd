"""The EU's rule on its own inputs of 2023, by hand and by a second computation from the tables in facts/."""

import csv
from collections import defaultdict
from pathlib import Path
from statistics import mean

import pytest

from shigen.base.i18n import LANGS
from shigen.figures.factbase import FactBase
from shigen.model.methods.eu_inputs import COLUMNS, eu_stage_rows, mean_governance

FACTS = Path(__file__).parents[1] / "facts"


@pytest.fixture(scope="module")
def stages(facts: FactBase) -> dict[tuple[str, str], dict]:
    return {(row["commodity"], row["step"]): row for row in eu_stage_rows(facts, "en")}


def table(name: str) -> list[dict[str, str]]:
    with (FACTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# China's mean of six dimensions and five years is -0.357: (2.5 + 0.357) × 2 = 5.714; COD -1.627, BRA -0.228, CAN 1.577.
BY_HAND = [
    # Only China refines it, and world supply alone counts: 1² × 5.714 × 0.99 (recycling 1 %) × 0.99 (SI).
    ("dysprosium", "refined", 5.600),
    ("gadolinium", "refined", 3.337),  # the same × 0.59
    # 0.628² × 8.254 × 1.1 (export tax) = 3.581, others 0.063; × 0.78 × 0.98; the EU's sourcing does not count.
    ("cobalt", "ore", 2.785),
    ("cobalt", "refined", 0.502),  # 2.070 × 0.005 + 0.649 × 0.995, reliance 1 %: sourcing alone but for a trace
    ("niobium", "ore", 4.422),  # 0.918² × 5.46 = 4.60, and Canada's 0.066² × 1.85 = 0.008; × 0.96
    ("niobium", "refined", 3.860),  # (4.325 + 3.717) / 2 × 0.96
    ("magnesium_metal", "refined", 4.119),  # 0.906² × 5.714 = 4.69; 0.97² × 5.714 = 5.38; half of each × 0.87 × 0.94
    ("gallium", "refined", 3.802),  # 5.033 × 0.49 + 2.771 × 0.51 = 3.879, × 0.98
]


@pytest.mark.parametrize(("commodity", "step", "value"), BY_HAND)
def test_eu_inputs_by_hand(stages: dict, commodity: str, step: str, value: float) -> None:
    row = stages[commodity, step]
    assert row["value"] == pytest.approx(value, abs=6e-4)
    assert row["value_low"] <= row["value"] <= row["value_high"]


def test_a_second_computation_from_the_tables(stages: dict) -> None:
    estimates = defaultdict(list)
    for row in table("governance"):
        if row["vintage"].startswith("WGI 2024") and 2016 <= int(row["year"]) <= 2020:
            estimates[row["country_iso3"]].append(float(row["estimate"]))
    weight = {country: 2 * (2.5 - mean(values)) for country, values in estimates.items()}
    sums: dict[tuple[str, str, str], float] = defaultdict(float)
    for row in table("stage_shares"):
        sums["world", row["commodity"], row["step"]] += (
            float(row["share"]) ** 2 * weight[row["country_iso3"]] * float(row["trade_parameter_t"]))  # fmt: skip
    for row in table("eu_sourcing"):
        sums["eu", row["commodity"], row["step"]] += (
            float(row["value"]) ** 2 * weight[row["country"]] * float(row["trade_parameter"]))  # fmt: skip
    material = {row["published_name"]: row for row in table("eu_materials")}
    checked = 0
    for row in table("eu_stages"):
        key = row["commodity"], row["step"]
        found, about = stages[key], material[row["published_name"]]
        world, eu = sums.get(("world", *key)), sums.get(("eu", *key))
        if found["value"] is None:
            continue
        reliance = (
            {"GS": 2.0, "EU": 0.0}.get(row["scope"]) if row["scope"] != "GS+EU" else float(row["import_reliance"])
        )
        mixed = (world or 0) * reliance / 2 + (eu or 0) * (1 - reliance / 2)
        assert found["value"] == pytest.approx(
            mixed * (1 - float(about["eol_rir"])) * float(about["substitution"]), rel=1e-9), key  # fmt: skip
        checked += 1
    assert checked == 111


def test_what_lacks_leaves_an_interval(stages: dict) -> None:
    dysprosium = stages["dysprosium", "ore"]
    assert dysprosium["value"] is None
    # World supply alone is 4.134: of the EU's sourcing anything from 0 to 10, at a reliance of 0.8.
    assert dysprosium["value_low"] == pytest.approx(4.134 * 0.4 * 0.99 * 0.99, abs=1e-3)
    assert dysprosium["value_high"] > 7
    assert dysprosium["lacks"] == "No sources of the EU are printed."
    chromium = stages["chromium", "ore"]
    assert chromium["lacks"] == "Printed sources hold 9 % of the EU's supply."
    assert chromium["value_high"] > chromium["value"] + 1


def test_scopes_are_heeded(stages: dict) -> None:
    assert stages["cobalt", "ore"]["scope"] == "GS"
    assert stages["cobalt", "ore"]["eu"] is None
    assert stages["molybdenum", "refined"]["scope"] == "EU"
    assert stages["molybdenum", "refined"]["world"] is None
    assert stages["molybdenum", "refined"]["value"] is not None


def test_governance_is_of_six_dimensions_and_one_edition(facts: FactBase) -> None:
    assert mean_governance(facts).set_index("country")["estimate"]["CHN"] == pytest.approx(-0.357, abs=5e-4)


@pytest.mark.parametrize("lang", LANGS)
def test_rows_have_their_columns(facts: FactBase, lang: str) -> None:
    rows = eu_stage_rows(facts, lang)
    assert all(tuple(row) == COLUMNS for row in rows)
    assert len(rows) == 129
