"""What the study appends: the map of power devices, recycling flows, intensities, and its own figures and types.

Each row says how surely it is what its source says.
"""

from typing import Any, Final

from shigen.base import names
from shigen.base.errors import UserError
from shigen.base.i18n import Lang, source_words, text
from shigen.figures.factbase import FactBase
from shigen.figures.rows import in_language
from shigen.figures.store import current
from shigen.model.indicators import indicators

AXES: Final = ("reserve_concentration", "production_concentration", "ore_import_governance",
               "refined_import_governance", "price_volatility", "scrap_recovery")  # fmt: skip
RANGES: Final = ("kw_low", "kw_high", "khz_low", "khz_high")

DEVICE_COLUMNS: Final = ("kind", "device", "name", *RANGES, "reason", "confidence", "reference", "source")
FLOW_COLUMNS: Final = ("flow", "product", "commodities", "node", "after", "number", "step", "actor", "obligation",
                       "obstacle", "leak", "note", "confidence", "source")  # fmt: skip
INTENSITY_COLUMNS: Final = ("technology", "symbol", "material", "commodity", "value", "unit", "basis", "year",
                            "confidence", "source")  # fmt: skip
MINERAL_COLUMNS: Final = ("commodity", "name", "main_use", "home_demand", "world_demand", "unit",
                          "world_demand_printed", "world_year", "cagr_2019_2050", "demand_class", "driver", "common",
                          "beside", "note", "confidence", "source")  # fmt: skip
TYPE_COLUMNS: Final = ("number", "type", "headline", *AXES, "byproduct", "shape", "members", "confidence", "source")
POLICY_COLUMNS: Final = ("kind", "indicator", "name", "policy", "policy_name", "told", "confidence", "source")


def _rows(name: str, lang: Lang, facts: FactBase | None) -> list[dict[str, str]]:
    return [in_language(row, lang) for row in (facts or current()).table(name)]


def power_devices(lang: Lang, *, facts: FactBase | None = None) -> list[dict[str, Any]]:
    """Return axes, devices and loads of the map with DEVICE_COLUMNS: ranges in kW and kHz.

    The study gives names and rough places; the ranges of devices and loads are ours, each with its reason.
    """
    return [
        {**row, **{end: float(row[end]) if row[end] else None for end in RANGES}}
        for row in _rows("power_devices", lang, facts)
    ]


def recycling_flows(lang: Lang, *, commodity: str | None = None, facts: FactBase | None = None) -> list[dict[str, Any]]:
    """Return the steps of the recycling flows with FLOW_COLUMNS, each after those that it comes from.

    Parameters
    ----------
    lang : {"ja", "en"}
        Language of the words.
    commodity : str, optional
        Only the flow that holds this commodity, by key.
    facts : FactBase, optional
        Whose table is asked; that of the snapshot in use when not given.

    Raises
    ------
    UserError
        The study draws no flow of that commodity.
    """
    rows: list[dict[str, Any]] = [
        {**row, "number": int(row["number"]), "commodities": names.split(row["commodities"]),
         "after": names.split(row["after"])}
        for row in _rows("recycling_flows", lang, facts)
    ]  # fmt: skip
    chosen = [row for row in rows if commodity is None or commodity in row["commodities"]]
    if not chosen:
        known = dict.fromkeys(one for row in rows for one in row["commodities"])
        raise UserError("no_recycling_flow", word=names.label(str(commodity), lang), known=", ".join(known))
    return chosen


def unit_intensities(lang: Lang, *, facts: FactBase | None = None) -> list[dict[str, Any]]:
    """Return what one unit of a technology holds of a material, with INTENSITY_COLUMNS."""
    return [
        {**row, "value": float(row["value"]), "year": int(row["year"])}
        for row in _rows("unit_intensities", lang, facts)
    ]


def study_minerals(lang: Lang, *, facts: FactBase | None = None) -> list[dict[str, Any]]:
    """Return the study's own figures of its minerals with MINERAL_COLUMNS."""
    demand = {row["commodity"]: row for row in _rows("study_demand", lang, facts)}
    numbers = ("home_demand", "world_demand", "cagr_2019_2050")
    return [
        {**demand[row["commodity"]], **row, "name": names.label(row["commodity"], lang),
         "common": row["common"] == "yes", **{key: float(demand[row["commodity"]][key]) for key in numbers}}
        for row in _rows("study_minerals", lang, facts)
    ]  # fmt: skip


def study_types(lang: Lang, *, facts: FactBase | None = None) -> list[dict[str, Any]]:
    """Return the study's six types with TYPE_COLUMNS: the shape of profile that each has."""
    return [
        {**row, "number": int(row["number"]), "members": names.split(row["members"])}
        for row in _rows("study_types", lang, facts)
    ]  # fmt: skip


def study_policies(lang: Lang, *, facts: FactBase | None = None) -> list[dict[str, Any]]:
    """Return the policy that answers each indicator, with the reason, then the rules for all types: POLICY_COLUMNS."""
    answers = [
        {"kind": "indicator", "indicator": row["indicator"], "name": indicators()[row["indicator"]].name[lang],
         "policy": row["policy"], "policy_name": row[f"policy_{lang}"], "told": row[f"reason_{lang}"],
         "confidence": "stated", "source": source_words(row["edition"], lang)}
        for row in (facts or current()).table("indicator_policy")
    ]  # fmt: skip
    rules = [
        {"kind": "rule", "indicator": None, "name": "", "policy": row["policy"],
         "policy_name": text(f"policy.{row['policy']}", lang), "told": row["text"], "confidence": row["confidence"],
         "source": source_words(row["edition"], lang)}
        for row in _rows("type_policy", lang, facts) if row["type"] == "rule"
    ]  # fmt: skip
    return answers + rules
