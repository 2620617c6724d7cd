"""Stops as tables: by mineral, month by month, policies, who else is short, and what is assumed."""

from typing import Any, Final

import numpy as np

from shigen.base import names
from shigen.base.i18n import Lang, source_words, text
from shigen.figures.factbase import FactBase
from shigen.model.disruption.answers import Band
from shigen.model.disruption.helps import Help
from shigen.model.disruption.parameters import Range
from shigen.model.disruption.presets import presets
from shigen.model.disruption.scenario import ALL
from shigen.model.disruption.told import month_rows
from shigen.study.stops import words
from shigen.study.stops.played import Played, Stops

_ONE: Final = ("commodity", "form", "name", "design", "measure")
_STOP: Final = (*_ONE, "who", "towards", "step", "starts")
STOP_COLUMNS: Final = (
    *_STOP, "status", "firm", "chance", "month_p05", "month_p50", "month_p95", "days_p05", "days_p50", "days_p95",
    "short_p05", "short_p50", "short_p95", "saved_p50", "unit", "peak_p05", "peak_p50", "peak_p95", "ceiling_share",
    "exposed_p05", "exposed_p50", "exposed_p95", "seen", "unseen", "split", "network", "year", "horizon", "draws",
    "decides", "reason", "sentence", "source",
)  # fmt: skip
MONTH_COLUMNS: Final = (*_ONE, "closure", "month", "quantity", "p05", "p50", "p95", "mean", "unit")
HELP_COLUMNS: Final = (
    *_ONE, "effect", "lever", "lever_name", "size", "host", "when", "month", "short_p05", "short_p50", "short_p95",
    "saves_p05", "saves_p50", "saves_p95", "unit", "days_p05", "days_p50", "days_p95", "days_gained", "chance", "why",
    "reason",
)  # fmt: skip
ELSEWHERE_COLUMNS: Final = (*_ONE, "closure", "country", "country_name", "share")
PARAMETER_COLUMNS: Final = (*_ONE, "parameter", "parameter_name", "low", "central", "high", "unit", "law", "flag",
                            "source", "note")  # fmt: skip
MEASURE_COLUMNS: Final = ("measure", "title", "date", "starts", "who", "towards", "minerals", "in_force", "source")


def stop_rows(found: Stops, lang: Lang) -> list[dict[str, Any]]:
    """Return one row a stop, with STOP_COLUMNS; a month or day that does not come within the horizon is None."""
    return [_stop(one, found, lang) for one in found.rows]


def _stop(one: Played, found: Stops, lang: Lang) -> dict[str, Any]:
    told = one.told
    row: dict[str, Any] = dict.fromkeys(STOP_COLUMNS) | _about(one, lang) | {
        "who": ";".join(one.stops), "towards": one.against if one.against == ALL else ";".join(one.against),
        "status": "ok" if told else "no_data", "draws": found.draws, "source": one.source,
        "sentence": words.answer(one, found.draws, lang),
    }  # fmt: skip
    if told is None:
        return row | {"reason": one.unplayed.part("fact", lang) if one.unplayed else ""}
    exposed = one.exposed or (None, None, None)
    return row | {
        "step": told.step, "starts": told.scenario.starts, "firm": not told.unfirm, "chance": told.within,
        **_ends("month", told.first["rationing"]), **_ends("days", told.cover),
        **_ends("short", told.short["rationing"]),
        "saved_p50": told.saved["price"].p50 if "price" in told.saved else None, "unit": told.unit,
        **(_ends("peak", told.peak) if told.peak else {}), "ceiling_share": told.at_ceiling if told.peak else None,
        **{f"exposed_{end}": value if value is None else value / 1e6
           for end, value in zip(("p05", "p50", "p95"), exposed, strict=True)},
        "seen": None if np.isnan(told.seen) else told.seen, "unseen": told.unseen, "split": told.split,
        "network": told.scope,
        "year": told.year, "horizon": told.scenario.horizon,
        "decides": ";".join(f"{name} {rho:+.2f}" for name, rho in told.decides), "reason": words.unfirm(one, lang),
    }  # fmt: skip


def _about(one: Played, lang: Lang) -> dict[str, Any]:
    return {"commodity": one.commodity, "form": one.form, "name": words.item_name(one, lang), "design": one.design,
            "measure": one.preset.measure if one.preset else ""}  # fmt: skip


def _ends(name: str, band: Band) -> dict[str, float | None]:
    ends = {"p05": band.p05, "p50": band.p50, "p95": band.p95}
    return {f"{name}_{end}": float(f"{value:.6g}") if np.isfinite(value) else None for end, value in ends.items()}


def by_month(found: Stops, lang: Lang) -> list[dict[str, Any]]:
    """Return one row a stop, closure, month and quantity, with MONTH_COLUMNS."""
    return [{**_about(one, lang), **{key: row[key] for key in row if key != "measure"}, "quantity": row["measure"]}
            for one in found.rows if one.told for row in month_rows(one.told)]  # fmt: skip


def help_rows(found: Stops, lang: Lang) -> list[dict[str, Any]]:
    """Return one row a stop, policy and time of its decision, with HELP_COLUMNS; `joint`: all of them beforehand."""
    return [
        {**_about(one, lang), **_lever(help_, one, lang), "when": help_.when, "month": help_.month,
         **_ends("short", help_.short), **_ends("saves", help_.saves), "unit": one.told.unit,
         **_ends("days", help_.cover),
         "days_gained": None if np.isnan(help_.days) else help_.days,
         "chance": help_.odds, "why": help_.why,
         "reason": text(f"disruption.helpless.{help_.why}", lang) if help_.why else ""}
        for one in found.rows if one.told for help_ in one.helps
    ]  # fmt: skip


def _lever(one: Help, of: Played, lang: Lang) -> dict[str, Any]:
    if one.lever is None:
        keys = "+".join(help_.lever.key for help_ in of.helps if help_.lever and help_.when == one.when)
        return {"effect": "joint", "lever": keys, "lever_name": text("effect.joint", lang), "size": None, "host": None}
    return {"effect": "gross", "lever": one.lever.key, "lever_name": text(f"lever.{one.lever.key}", lang),
            "size": one.lever.size, "host": one.lever.host}  # fmt: skip


def elsewhere_rows(found: Stops, lang: Lang) -> list[dict[str, Any]]:
    """Return one row a stop, closure and country that lacks most, with ELSEWHERE_COLUMNS; `share` of use [1]."""
    return [
        {**_about(one, lang), "closure": closure, "country": key, "country_name": names.label(key, lang),
         "share": share}
        for one in found.rows if one.told for closure, rows in one.told.elsewhere.items() for key, share in rows
        if key in names.countries()
    ]  # fmt: skip


def parameter_rows(found: Stops, lang: Lang) -> list[dict[str, Any]]:
    """Return one row a stop and assumption, with PARAMETER_COLUMNS."""
    return [
        {**_about(one, lang), "parameter": name, "parameter_name": words.parameter(name, lang), **_range(row, lang)}
        for one in found.rows if one.told
        for name, row in one.told.parameters.items()
    ]  # fmt: skip


def _range(one: Range, lang: Lang) -> dict[str, Any]:
    keys = ("low", "central", "high", "unit", "law", "flag")
    said = {key: source_words(getattr(one, key), lang) for key in ("source", "note")}
    return {key: getattr(one, key) for key in keys} | said


def measure_rows(facts: FactBase, lang: Lang) -> list[dict[str, Any]]:
    """Return the measures that a stop may name, the newest first, with MEASURE_COLUMNS."""
    return [
        {"measure": one.measure, "title": one.title[lang], "date": one.date, "starts": one.starts,
         "who": ";".join(one.stops), "towards": one.against if one.against == ALL else ";".join(one.against),
         "minerals": ";".join(":".join(filter(None, (item.commodity, item.form))) for item in one.items),
         "in_force": one.in_force, "source": one.source}
        for one in presets(facts).values()
    ]  # fmt: skip


def as_json(found: Stops | None, lang: Lang) -> dict[str, Any] | None:
    """Return the stops of a study, as its JSON holds them, without the months; None where it plays none."""
    if found is None:
        return None
    return {"home": found.home, "year": found.year, "draws": found.draws, "sentences": words.headline(found, lang),
            "stops": stop_rows(found, lang), "helps": help_rows(found, lang),
            "elsewhere": elsewhere_rows(found, lang)}  # fmt: skip
