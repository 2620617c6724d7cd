"""What if it stops: the answer first, by mineral, then one mineral month by month, its policies and what is assumed."""

from dataclasses import replace
from typing import Any, Final

from shigen.base import names
from shigen.base.i18n import in_brackets, source_words
from shigen.model.disruption.forms import forms
from shigen.model.disruption.network import elements
from shigen.model.disruption.presets import presets
from shigen.model.disruption.scenario import ALL, LEAKS
from shigen.model.disruption.told import MET
from shigen.show.web import answers
from shigen.show.web.asked import several
from shigen.show.web.stopping import FIELDS, Stopping, stopping_of
from shigen.show.web.visit import Visit, countries_by_name
from shigen.study.stops import rows as tables
from shigen.study.stops import words
from shigen.study.stops.played import Played, Stops

SHOWN: Final = (*MET, "saved", "short")


def page(visit: Visit) -> dict[str, Any]:
    """Return the answer, all stops, and one mineral in full: the one that the address names, else the first short."""
    stopping, lang = stopping_of(visit.query), visit.lang
    found = answers.stops_of(visit.facts, visit.asked, stopping)
    detail = visit.query.get("detail") or ""
    held: dict[str, Any] = (
        dict.fromkeys(FIELDS, "") | dict(stopping) | {key: several(visit.query, key) for key in ("stops", "against")}
    )
    context = {
        "bloc": found is None, "held": held, "fields": FIELDS, "leaks": list(LEAKS), "all": ALL,
        "measures": [(one.measure, f"{one.date} {one.label[lang]}") for one in presets(visit.facts).values()],
        "elements": [(key, row[f"name_{lang}"]) for key, row in elements(visit.facts).items()] + _codes(visit),
        "countries": countries_by_name(lang),
    }  # fmt: skip
    if found is None:
        return context
    chosen = _chosen(found, detail)
    return context | {
        "headline": words.headline(found, lang), "draws": found.draws,
        "figure": visit.figure("stops", stop=stopping),
        "rows": [_row(one, found, visit) for one in found.rows],
        "detail": [_detail(one, found, visit) for one in chosen],
        "detail_name": words.item_name(chosen[0], lang) if chosen else "",
        "flows": visit.figure("stop_flows", chosen[0].commodity, stop=stopping) if chosen else None,
        "stocks": visit.figure("stop_stocks", chosen[0].commodity, stop=stopping) if chosen else None,
        "months": _months(chosen, visit),
        "csv": {view: visit.data("tables", view=view, **_words(stopping)) for view in VIEWS},
    }  # fmt: skip


def _codes(visit: Visit) -> list[tuple[str, str]]:
    """Return the codes that may stop by themselves, by mineral."""
    found = [(code, visit.label(key) + in_brackets(f"HS {code}", visit.lang)) for key in visit.run.asked.commodities
             for code, row in forms(key, visit.facts).items() if row]  # fmt: skip
    return sorted(found, key=lambda one: one[1])


VIEWS: Final = ("stops", "stop_months", "stop_helps", "stop_elsewhere", "stop_parameters")


def _words(stopping: Stopping) -> dict[str, Any]:
    """Return the fields of a stop as the changes of an address."""
    return {key: [word for other, word in stopping if other == key] for key, _ in stopping}


def key_of(one: Played) -> str:
    """Return the word by which an address names a mineral or form in full."""
    return f"{one.commodity}:{one.form}" if one.form else one.commodity


def _chosen(found: Stops, detail: str) -> list[Played]:
    """Return the stops of one mineral or form, by each design: the one named, else the one that is short first."""
    played = [one for one in found.rows if one.told is not None]
    named = [one for one in played if detail in (key_of(one), *(f"{one.commodity}:{form}" for form in one.forms))]
    if named or not played:
        return named
    short = max(played, key=lambda one: one.told.within if one.told else 0.0)
    return [one for one in played if key_of(one) == key_of(short)]


def _row(one: Played, found: Stops, visit: Visit) -> dict[str, Any]:
    told, lang = one.told, visit.lang
    row = {
        "name": words.item_name(one, lang),
        "key": key_of(one),
        "design": one.design,
        "played": told is not None,
        "scenario": words.scenario(one, lang),
        "reason": words.unfirm(one, lang) or words.answer(one, found.draws, lang),
    }
    if told is None:
        return row
    first, short = told.first["rationing"], told.short["rationing"]
    return row | {
        "firm": not told.unfirm, "reason": words.unfirm(one, lang), "chance": words.chance(told.within),
        "month": words.month(first.p50, lang), "month_low": words.month(first.p05, lang),
        "days": words.days(told.cover.p50, lang), "days_low": words.days(told.cover.p05, lang),
        "short": words.mass(short.p50, told, lang), "short_high": words.mass(short.p95, told, lang),
        "peak": words.ratio(told.peak.p50, told, lang) if told.peak else None,
        "peak_high": words.ratio(told.peak.p95, told, lang) if told.peak else None,
    }  # fmt: skip


def _detail(one: Played, found: Stops, visit: Visit) -> dict[str, Any]:
    lang = visit.lang
    assert one.told is not None  # noqa: S101 - `_chosen` takes what was played
    alone = replace(found, rows=[one])
    return {
        "design": one.design, "scenario": words.scenario(one, lang), "told": words.told_of(one, found.draws, lang),
        "source": source_words(one.source, lang), "unit": one.told.unit,
        "helps": tables.help_rows(alone, lang),
        "elsewhere": [(names.label(key, lang), words.chance(share)) for key, share in one.told.elsewhere["rationing"]
                      if key in names.countries()],
        "parameters": tables.parameter_rows(alone, lang),
    }  # fmt: skip


def _months(chosen: list[Played], visit: Visit) -> list[dict[str, Any]]:
    """Return one row a month: of each design the chance of being short by then, and how use is met."""
    if not chosen:
        return []
    horizon = max(one.told.scenario.horizon for one in chosen if one.told)
    return [{"month": n + 1, "designs": [_month(one, n, visit) for one in chosen]} for n in range(horizon)]


def _month(one: Played, n: int, visit: Visit) -> dict[str, Any]:
    told = one.told
    assert told is not None  # noqa: S101 - `_chosen` takes what was played
    price = told.bands.get(("price", "price_home"))
    return {
        "chance": words.chance(told.odds["rationing"][n]),
        "parts": {name: visit.mass(told.means["rationing", name][n]) for name in SHOWN},
        "stock": visit.mass(told.means["rationing", "stock"][n] + told.means["rationing", "public"][n]),
        "price": words.ratio(price[n].p50, told, visit.lang) if price else None,
        "price_high": words.ratio(price[n].p95, told, visit.lang) if price else None,
    }  # fmt: skip
