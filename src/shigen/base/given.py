"""What a caller of the library gives, read as it is plainly meant, else refused as a study file would.

Values of NumPy, pandas and xarray count as what they hold. A text is no number, a truth value is none either, and a
single name is one name, never its letters.
"""

import math
from collections.abc import Iterable, Mapping
from numbers import Integral, Real
from typing import Any

from shigen.base.errors import UserError, written
from shigen.base.i18n import default_lang, text


def plain(value: object) -> Any:
    """Return a scalar of an array library as Python has it; anything else as it is."""
    return value.item() if getattr(value, "shape", None) == () and hasattr(value, "item") else value


def _counts(bare: Any) -> bool:
    """Tell whether a scalar is a number; a truth value is none."""
    return isinstance(bare, Real) and not isinstance(bare, bool)


def refused(name: str, value: object, rule: str, **words: object) -> UserError:
    """Return the mistake that a value is not what a rule of the catalogue expects."""
    return UserError("study_value", name=name, value=written(value), rule=text(f"rule.{rule}", default_lang(), **words))


def many(given: object, name: str, rule: str = "list") -> list[Any]:
    """Return one value, or each of several.

    Raises
    ------
    UserError
        It is a table of keys, or neither one value nor several.
    """
    given = plain(given)
    if isinstance(given, str | Real):
        return [given]
    if isinstance(given, Mapping | bytes) or not isinstance(given, Iterable):
        raise refused(name, given, rule)
    return [plain(one) for one in given]


def words(given: object, name: str) -> list[str]:
    """Return one name, or each of several.

    Raises
    ------
    UserError
        Something among them is no text.
    """
    names = many(given, name)
    for word in names:
        if not isinstance(word, str):
            raise refused(name, word, "list")
    return names


def number(value: object, name: str, rule: str = "number", *, least: float = -math.inf, most: float = math.inf,
           **words: object) -> float:  # fmt: skip
    """Return a finite number between two bounds; `rule` and `words` say what was expected.

    Raises
    ------
    UserError
        It is a text, a truth value, not finite, or out of bounds.
    """
    bare = plain(value)
    if _counts(bare):
        try:
            figure = float(bare)
        except OverflowError:
            figure = math.inf
        if math.isfinite(figure) and least <= figure <= most:
            return figure
    raise refused(name, bare, rule, **words)


def year(value: object, name: str = "year") -> int:
    """Return a year: a whole number, whatever holds it.

    Raises
    ------
    UserError
        It is none, such as 2024.5 or a text.
    """
    bare = plain(value)
    if _counts(bare) and (isinstance(bare, Integral) or float(bare).is_integer()):
        return int(bare)
    raise refused(name, bare, "year")


def years(given: object, name: str = "years") -> list[int]:
    """Return one year, or each of several, as `year` reads them.

    Raises
    ------
    UserError
        One of them is none.
    """
    return [year(one, name) for one in many(given, name, "year")]
