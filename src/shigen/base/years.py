"""Spans of years, as a user writes them."""

from typing import Final

from shigen.base.errors import UserError

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
