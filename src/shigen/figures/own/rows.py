"""One row of a user's table: its cells as keys and figures in the table's unit, or what is wrong with each."""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

from shigen.base import names
from shigen.base.errors import UserError, suggest
from shigen.base.i18n import default_lang
from shigen.figures.own.sheets import EMPTY, Cell
from shigen.figures.own.tables import BEYOND, Column, UserTable, aggregates, factor, fold, word_names
from shigen.figures.sources import files

LARGEST: Final = 1e15
"""Above any mass, price or value that there is: a slip of the keyboard."""


def read_row(table: UserTable, cells: Mapping[str, Cell]) -> tuple[dict[str, Any], list[tuple[str, UserError]]]:
    """Return the values of a row by column, and what is wrong by column; values count only where nothing is.

    The columns of values hold figures in the table's unit; `written` is the first of them as the user wrote it.
    """
    values: dict[str, Any] = {"written": ""}
    wrong: list[tuple[str, UserError]] = []
    withdrawn = False
    times: Fraction | None = Fraction(1)
    kinds = {column.kind for column in table.columns}
    measured = next((kind for kind in ("mass", "price", "share") if kind in kinds), "")
    for column in sorted(table.columns, key=lambda c: ("action", "unit").index(c.kind) if c.kind in _FIRST else 2):
        cell = cells.get(column.key, EMPTY)
        unread = withdrawn and (column.kind == "unit" or column.key in table.values)
        try:
            if unread:  # a withdrawal takes a figure out, whatever stood there
                values[column.key] = None
                continue
            if column.kind == "unit":
                times = None  # until it is understood
            _check_kind(cell, column)
            if column.kind == "unit":
                values[column.key] = _filled(column, cell, values) and cell.shown
                times = factor(cell.shown, measured, yearly=table.name in _YEARLY)
            elif not _filled(column, cell, values):
                values[column.key] = column.default
            elif column.kind in _FIGURES:
                values[column.key] = _figure(cell, column, times)
            else:
                values[column.key] = _READ[column.kind](cell, column, table)
        except UserError as error:
            wrong.append((column.key, error))
            values[column.key] = None
        withdrawn = withdrawn or values.get("action") == "withdraw"
        if column.key in table.values and not values["written"]:
            values["written"] = cell.shown
    if table.either and not withdrawn and not wrong and all(values[key] is None for key in table.values):
        first, second = table.values
        wrong.append((first, UserError("overlay_neither", first=first, second=second)))
    known = [key for key in table.ascending if values.get(key) is not None]
    for lower, upper in pairwise(known):
        if not wrong and values[lower] > values[upper]:
            wrong.append((lower, UserError("overlay_order", lower=lower, upper=upper)))
    order = {key: i for i, key in enumerate(table.keys)}
    return values, sorted(wrong, key=lambda one: order[one[0]])


_FIRST: Final = {"action", "unit"}
"""Kinds that say how the others are read."""
_FIGURES: Final = {"mass", "price", "share", "number"}


_YEARLY: Final = {"production", "home_demand"}
"""Tables of masses a year."""


def _check_kind(cell: Cell, column: Column) -> None:
    """Refuse what is no value; a date is one where a day is asked for."""
    if cell.odd == "formula":
        raise UserError("overlay_formula", found=cell.shown[:60])
    if cell.odd == "error":
        raise UserError("overlay_error_value", found=cell.shown)
    if cell.odd == "date" and column.kind != "day":
        raise UserError("overlay_date", found=cell.shown)


def _filled(column: Column, cell: Cell, values: Mapping[str, Any]) -> bool:
    """Tell whether something stands in a cell; an empty one that must be filled is refused."""
    if cell.empty and column.needed:
        if column.kind == "action":
            raise UserError("overlay_action", known=", ".join(column.words))
        if column.key == "source":
            raise UserError("overlay_source")
        raise UserError("overlay_empty", column=column.key, action=values.get("action") or "-")
    return not cell.empty


def _word(cell: Cell, column: Column, _: UserTable) -> str:
    """Return the key of an allowed word, given as key or as a name in either language."""
    folded = {name: word for word in column.words for name in word_names(word)}
    key = folded.get(fold(cell.shown))
    if key is None:
        close = list(dict.fromkeys(folded[s] for s in suggest(fold(cell.shown), folded)))
        raise UserError("overlay_word", suggestions=close, found=cell.shown, column=column.key,
                        known=", ".join(column.words))  # fmt: skip
    return key


def _country(cell: Cell, _: Column, table: UserTable) -> str:
    if table.aggregates and fold(cell.shown) in aggregates():
        return aggregates()[fold(cell.shown)]
    try:
        return names.country(cell.shown)
    except UserError as error:
        if error.key == "not_a_country":
            raise UserError("overlay_bloc", word=cell.shown) from error
        close = [f"{key} ({names.label(key, default_lang())})" for key in error.suggestions if key in names.countries()]
        raise UserError("overlay_country", suggestions=close, word=cell.shown) from error


def _home(cell: Cell, _: Column, __: UserTable) -> str:
    """Return an importer: a country or a bloc."""
    return names.importer(cell.shown)


def _marked(cell: Cell) -> bool:
    """Tell whether a raised or lowered mark stands in a cell: a footnote's ¹ is no digit of the number."""
    return any(unicodedata.decomposition(c).startswith(("<super>", "<sub>", "<circle>")) for c in cell.shown)


def _year(cell: Cell, column: Column, _: UserTable) -> int:
    word = re.fullmatch(r"(\d{4})年?", files.heading(cell.shown), re.ASCII)
    year = int(word[1]) if word and not (cell.percent or _marked(cell)) else 0
    if not word or not (column.least or 0) <= year <= (column.most or 0):
        raise UserError("overlay_year", found=cell.shown, least=column.least, most=column.most)
    return year


def _hs6(cell: Cell, _: Column, __: UserTable) -> str:
    word = files.heading(cell.shown)
    if isinstance(cell.value, str):
        word = word.replace(".", "").replace(" ", "")
    if _marked(cell) or not re.fullmatch(
        r"\d{6}", word, re.ASCII
    ):  # a code that became a number has lost its leading zero
        raise UserError("overlay_hs6", found=cell.shown)
    return word


def _list(cell: Cell, _: Column, __: UserTable) -> str:
    word = files.heading(cell.shown)
    if _marked(cell) or not re.fullmatch(r"[A-Z]{2,12} (19|20)[0-9]{2}", word, re.ASCII):
        raise UserError("overlay_list", found=cell.shown)
    return word


def _id(cell: Cell, _: Column, __: UserTable) -> str:
    """Return the key of a row that has one of its own."""
    word = files.heading(cell.shown)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}", word, re.ASCII):
        raise UserError("overlay_id", found=cell.shown)
    return word


def _region(cell: Cell, _: Column, __: UserTable) -> str:
    """Return a country, a bloc, or one of the groups that measures are of."""
    word = files.heading(cell.shown).upper()
    return word if word in BEYOND else names.importer(cell.shown, said="country")


def _day(cell: Cell, _: Column, __: UserTable) -> str:
    """Return a day, a month or a year as `2026-01-31`, `2026-01` or `2026`."""
    word = files.heading(cell.shown)[: 10 if cell.odd == "date" else None].replace("/", "-")
    whole = word + "-01-01"[len(word) - 4 :] if re.fullmatch(r"\d{4}(-\d{2}){0,2}", word, re.ASCII) else ""
    try:
        date.fromisoformat(whole)
    except ValueError as error:
        raise UserError("overlay_day", found=cell.shown) from error
    return word


def _minerals(cell: Cell, _: Column, __: UserTable) -> str:
    """Return minerals, each by any of its names, as a table holds them."""
    words = [word for word in re.split(r"[,;、，；]", cell.shown) if word.strip()]
    return ";".join(dict.fromkeys(names.commodity(word) for word in words))


def _series(cell: Cell, _: Column, __: UserTable) -> str:
    word = files.heading(cell.shown)
    if not re.fullmatch(r"[a-z0-9_]+", word):
        raise UserError("overlay_series", found=cell.shown)
    return word


def _text(cell: Cell, _: Column, __: UserTable) -> str:
    """Return a text in one line, without what cannot be printed."""
    return " ".join("".join(c if c.isprintable() else " " for c in cell.shown).split())


_READ: Final[Mapping[str, Callable[[Cell, Column, UserTable], str | int]]] = {
    "action": _word,
    "commodity": lambda cell, _, __: names.commodity(cell.shown),
    "country": _country,
    "home": _home,
    "list": _list,
    "word": _word,
    "series": _series,
    "id": _id,
    "region": _region,
    "day": _day,
    "minerals": _minerals,
    "year": _year,
    "hs6": _hs6,
    "text": _text,
}


def _figure(cell: Cell, column: Column, times: Fraction | None) -> float:
    """Return a number in the table's unit; `times` None: the unit is not understood, which is said elsewhere."""
    number, percent = _number(cell, column)
    if cell.sign and times == 1 and column.kind == "share":  # 1 that is shown as 1%: a hundredth, or the whole?
        raise UserError("overlay_percent_sign", found=cell.shown, value=files.shown(cell.value))
    value = float(number if percent or times is None else number * times) + 0.0  # no minus zero
    if column.least == 0 and value < 0:
        raise UserError("overlay_negative", found=cell.shown)
    if column.kind == "share" and value > 1 and times is not None:
        if percent or times < 1:
            raise UserError("overlay_range", found=f"{cell.shown.rstrip('%％ ')} %", least=0, most=100)
        raise UserError("overlay_share", found=cell.shown)
    least, most = (-LARGEST if column.least is None else column.least), LARGEST if column.most is None else column.most
    if not least <= value <= most and times is not None:
        raise UserError("overlay_range", found=cell.shown, least=f"{least:,.16g}", most=f"{most:,.16g}")
    return value


def _number(cell: Cell, column: Column) -> tuple[Fraction, bool]:
    """Return the number in a cell, and whether it was a percentage (and is a fraction now)."""
    share = column.kind == "share"
    wrong = UserError("overlay_number", found=cell.shown)
    if (cell.percent and not share) or _marked(cell):
        raise wrong
    if isinstance(cell.value, int | float):
        if not math.isfinite(cell.value) or abs(cell.value) > 1e300:
            raise wrong
        return Fraction(repr(cell.value)), cell.percent
    word = files.heading(cell.shown).replace("−", "-")
    percent = share and word.endswith("%")
    word = word.removesuffix("%").strip() if percent else word
    if cell.odd or files.number(word) is None:
        raise wrong
    return Fraction(word.replace(",", "")) / (100 if percent else 1), percent
