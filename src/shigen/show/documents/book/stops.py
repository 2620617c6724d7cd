"""Stops of supply: each with its chance, days, tonnes and value, policies, inputs, and its months by rationing.

What was played is as delivered. What a shortage is worth, what is short so far and of how much of the need follow by
formulas from the price, the need and the months that stand there.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from shigen.base.i18n import shown_unit
from shigen.base.numbers import ABSENT
from shigen.model.disruption.answers import Band
from shigen.model.disruption.helps import Help
from shigen.model.disruption.parameters import Range
from shigen.model.disruption.told import MET, Told
from shigen.model.levers import size_in_words
from shigen.show.documents.book.grid import NO, Sheet
from shigen.show.documents.book.held import Held
from shigen.study.stops import words
from shigen.study.stops.played import Played

CHANCE, MONTH, DAYS, SHORT, UNIT, PRICE, VALUE, WHY = 3, 4, 5, 8, 11, 12, 13, 15
"""Columns of a stop; days and amounts take three each: 5 %, median, 95 %."""
PARTS: Final = (*MET, "saved", "short")
RATIONED: Final = "rationing"
DIGITS: Final = 3
"""Of an amount; what formulas give is of amounts as they stand here."""


def stops(a: Held) -> None:
    """Write the stops of the study, what policies do in each, and what is assumed."""
    sheet, found = a.sheets["stops"], a.run.stops
    rows = [(one, one.told) for one in found.rows] if found else []
    if not rows:
        sheet.begin((a.w("note.no_stops"),), ())
        return
    notes = (a.t("disruption.closures"), a.t("disruption.cannot"), a.w("note.stops"))
    row = sheet.begin(notes, [
        *(a.t(f"column.{key}") for key in ("commodity", "restricted", "design", "chance", "first_month")),
        *_ends(a, "cover_days"), *_ends(a, "short_amount"),
        *a.head("unit", "price", "value", "origin"), a.t("column.reason"),
    ])  # fmt: skip
    for one, told in rows:
        _stop(a, sheet, row, one, told)
        row += 1
    row = _part(a, sheet, row, "helps", [
        a.t("column.commodity"), a.t("column.policy"), a.t("column.design"), a.t("column.chance"),
        a.t("column.help_month"), *_ends(a, "cover_days"), *_ends(a, "short_amount"), *a.head("unit"),
        a.t("column.help_saves"), a.t("column.help_days"), a.t("column.help_when"), a.t("column.reason"),
    ])  # fmt: skip
    for one, told in rows:
        for help_ in one.helps if told else ():
            _help(a, sheet, row, one, help_)
            row += 1
    row = _part(a, sheet, row, "assumed", [
        a.t("disruption.head.parameter"), a.t("disruption.head.source"), *a.head("unit"),
        *(a.t(f"disruption.head.{key}") for key in ("low", "central", "high")),
    ])  # fmt: skip
    sheet.put(row - 1, WHY, a.t("column.commodity"), "head")
    for (name, given), of in _assumed(a, rows).items():
        _range(a, sheet, row, name, given, of)
        row += 1


def _ends(a: Held, key: str) -> list[str]:
    """Return the heads of a band."""
    return [a.t(f"column.{key}") + a.brackets(a.t(f"disruption.head.{end}")) for end in ("p05", "p50", "p95")]


def _part(a: Held, sheet: Sheet, row: int, key: str, heads: Sequence[str]) -> int:
    sheet.put(row + 1, 0, a.w(f"part.{key}"), "part")
    sheet.heads(row + 2, heads)
    return row + 3


def _design(a: Held, one: Played) -> str:
    return a.t(f"disruption.design.{one.design}") if one.design else ABSENT


def _stop(a: Held, sheet: Sheet, row: int, one: Played, told: Told | None) -> None:
    sheet.put(row, 0, words.item_name(one, a.lang), "strong")
    sheet.put(row, 1, words.scenario(one, a.lang))
    sheet.put(row, 2, _design(a, one))
    if told is None:
        sheet.put(row, WHY, words.answer(one, 0, a.lang))
        return
    sheet.number(row, CHANCE, told.within, "share", "fixed")
    _figure(a, sheet, row, MONTH, told.first[RATIONED].p50)
    _band(a, sheet, row, DAYS, told.cover)
    _band(a, sheet, row, SHORT, told.short[RATIONED], DIGITS)
    sheet.put(row, UNIT, shown_unit(told.unit, a.lang))
    sheet.number(row, PRICE, one.price, "amount")
    short, price = sheet.at(row, SHORT + 1), sheet.at(row, PRICE)
    amount = round(told.short[RATIONED].p50, DIGITS)
    worth = amount * one.price / 1e6 if one.exposed and one.price else None
    known = f'AND({sheet.at(row, UNIT)}="{shown_unit("t", a.lang)}",ISNUMBER({short}),ISNUMBER({price}))'
    sheet.formula(row, VALUE, f"IF({known},{short}*{price}/1000000,{NO})", worth, "amount")
    sheet.number(row, VALUE + 1, told.seen, "share", "fixed")
    sheet.put(row, WHY, words.unfirm(one, a.lang))


def _figure(a: Held, sheet: Sheet, row: int, column: int, value: float, digits: int = 1) -> None:
    """Write a month or a number of days, else in words that it does not come within the horizon."""
    if np.isfinite(value):
        sheet.number(row, column, round(value, digits), "amount", "fixed")
    else:
        sheet.put(row, column, a.t("disruption.lasts"), "said")


def _band(a: Held, sheet: Sheet, row: int, column: int, band: Band, digits: int = 1) -> None:
    for place, value in enumerate((band.p05, band.p50, band.p95), start=column):
        _figure(a, sheet, row, place, value, digits)


def _help(a: Held, sheet: Sheet, row: int, one: Played, help_: Help) -> None:
    lever = help_.lever
    sized = "" if lever is None else a.brackets(" ".join(filter(None, (
        a.name(lever.host) if lever.host else "", size_in_words(lever.key, lever.size, a.lang)))))  # fmt: skip
    sheet.put(row, 0, words.item_name(one, a.lang), "text" if lever else "strong")
    sheet.put(row, 1, (a.t(f"lever.{lever.key}") if lever else a.t("effect.joint")) + sized,
              "text" if lever else "strong")  # fmt: skip
    sheet.put(row, 2, _design(a, one))
    sheet.number(row, CHANCE, help_.odds, "share", "fixed")
    sheet.number(row, MONTH, help_.month, "plain", "fixed")
    _band(a, sheet, row, DAYS, help_.cover)
    _band(a, sheet, row, SHORT, help_.short, DIGITS)
    sheet.put(row, UNIT, shown_unit(one.told.unit if one.told else "", a.lang))
    sheet.number(row, PRICE, round(help_.saves.p50, DIGITS), "amount", "fixed")
    sheet.number(row, VALUE, None if help_.why else round(help_.days, 1), "amount", "fixed")
    sheet.put(row, VALUE + 1, a.t(f"disruption.when.{help_.when}"))
    sheet.put(row, WHY, a.t(f"disruption.helpless.{help_.why}") if help_.why else "")


def _assumed(a: Held, rows: Sequence[tuple[Played, Told | None]]) -> dict[tuple[str, Range], list[str]]:
    """Return each assumption once, with the names of what it serves."""
    found: dict[tuple[str, Range], list[str]] = {}
    for one, told in rows:
        for name, given in told.parameters.items() if told else ():
            design = a.brackets(_design(a, one)) if one.design and name == "leak_share" else ""
            found.setdefault((name, given), []).append(words.item_name(one, a.lang) + design)
    return found


def _range(a: Held, sheet: Sheet, row: int, name: str, given: Range, of: Sequence[str]) -> None:
    sheet.put(row, 0, words.parameter(name, a.lang))
    sheet.put(row, 1, a.join(a.named([given.source])) if given.source else a.t(f"flag.{given.flag}"))
    sheet.put(row, 2, shown_unit(given.unit, a.lang))
    for column, value in enumerate((given.low, given.central, given.high), start=3):
        sheet.number(row, column, float(f"{value:.4g}"), "plain", "fixed")
    sheet.put(row, WHY, a.join(dict.fromkeys(of)))


def months(a: Held) -> None:
    """Write the months of each stop: how use is met, by rationing, and what is short so far."""
    sheet, found = a.sheets["stop_months"], a.run.stops
    rows = [(one, one.told) for one in found.rows if one.told] if found else []
    if not rows:
        sheet.begin((a.w("note.no_stops"),), ())
        return
    measures = [a.t(f"disruption.measure.{name}") for name in PARTS]
    row = sheet.begin((a.t("web.disruption.months_note"), a.w("note.stop_months")), [
        a.t("column.commodity"), a.t("column.design"), a.t("disruption.head.month"), *a.head("need"), *measures,
        *a.head("short_share", "short_so_far"), a.t("column.chance"), a.t("web.disruption.head.stocks"),
        a.t("web.disruption.head.price"), *a.head("unit"),
    ])  # fmt: skip
    for one, told in rows:
        row = _months(a, sheet, row, one, told)


def _months(a: Held, sheet: Sheet, row: int, one: Played, told: Told | None) -> int:
    """Write the months of one stop; return the row below them."""
    assert told is not None  # noqa: S101 - only what was played comes here
    after, so_far, need_t = 4 + len(PARTS), 0.0, round(told.need, DIGITS)
    price = told.bands.get(("price", "price_home"))
    for n in range(told.scenario.horizon):
        means = {name: round(told.means[RATIONED, name][n], DIGITS) for name in (*PARTS, "stock", "public")}
        sheet.put(row, 0, words.item_name(one, a.lang))
        sheet.put(row, 1, _design(a, one))
        sheet.number(row, 2, n + 1, "plain", "fixed")
        sheet.number(row, 3, need_t, "amount", "fixed")
        for column, name in enumerate(PARTS, start=4):
            sheet.number(row, column, means[name], "amount", "fixed")
        short, need, before = sheet.at(row, after - 1), sheet.at(row, 3), sheet.at(row - 1, after + 1)
        so_far += means["short"]
        sheet.formula(row, after, f"IF(N({need})>0,{short}/{need},{NO})", means["short"] / need_t, "share")
        sheet.formula(row, after + 1, f"{before}+{short}" if n else short, so_far, "amount")
        sheet.number(row, after + 2, told.odds[RATIONED][n], "share", "fixed")
        sheet.number(row, after + 3, means["stock"] + means["public"], "amount", "fixed")
        sheet.number(row, after + 4, price[n].p50 if price else None, "figure", "fixed")
        sheet.put(row, after + 5, shown_unit(f"{told.unit}/month", a.lang))
        row += 1
    return row
