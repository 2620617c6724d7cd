"""Spans of years and days, as a user writes them and reads them."""

import calendar
import re
from datetime import date
from functools import cache
from typing import Final

from shigen.base.errors import UserError
from shigen.base.i18n import Lang, text

EARLIEST: Final = 1900
LATEST: Final = 2100
"""Between which a year lies."""


def span(word: str) -> range:
    """Read `first:last` as years.

    Raises
    ------
    UserError
        It is no such span.
    """
    first, colon, last = word.partition(":")
    if not (colon and first.isdecimal() and last.isdecimal() and max(len(first), len(last)) <= DIGITS):
        raise UserError("years_form", word=word)
    if not EARLIEST <= int(first) <= int(last) <= LATEST:
        raise UserError("years_form", word=word)
    return range(int(first), int(last) + 1)


DIGITS: Final = 9
"""Python refuses to read numbers of some thousand digits."""


@cache
def period(word: str) -> tuple[date, date]:
    """Read a day, a month or a year as its first and its last day.

    Raises
    ------
    UserError
        It is none of these.
    """
    if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", word, re.ASCII):
        raise UserError("day_form", word=word)
    year, month, day = (int(part) for part in (*word.split("-"), "0", "0")[:3])
    try:
        if day:
            return date(year, month, day), date(year, month, day)
        last = month or 12
        return date(year, month or 1, 1), date(year, last, calendar.monthrange(year, last)[1])
    except ValueError as error:
        raise UserError("day_form", word=word) from error


def day_in_words(printed: str, lang: Lang) -> str:
    """Return a day, a month or a year (`2026-11-10`) as people write it."""
    year, month, day = (int(part) for part in (*printed.split("-"), "0", "0")[:3])
    if not month:
        return text("day.year", lang, year=year)
    said = {"year": year, "month": month if lang == "ja" else calendar.month_name[month]}
    return text("day.day", lang, **said, day=day) if day else text("day.month", lang, **said)
