"""Numbers and days as a reader wants them, the same in sentences, pages and the command line; a dash where unknown."""

from collections.abc import Callable
from typing import Final

from shigen.base.i18n import Lang, signless, text

ABSENT = "–"


def amount(value: float | None) -> str:
    """Return an amount: whole from a hundred on, three digits below."""
    if value is None:
        return ABSENT
    return signless(f"{value:,.0f}" if abs(value) >= 100 or value == 0 else f"{value:,.3g}")


def rounded(value: float | None) -> str:
    """Return an amount to three digits: a projection has no more."""
    return amount(None if value is None else float(f"{value:.3g}"))


def plain(value: float) -> str:
    """Return a number as it would be typed: no exponent, four digits below ten thousand."""
    return signless(f"{value:,.0f}" if abs(value) >= 1e4 else f"{value:,.4g}")


def percent(value: float | None, digits: int = 0) -> str:
    """Return a share in percent."""
    return ABSENT if value is None else signless(f"{100 * value:.{digits}f} %")


def rate(value: float | None) -> str:
    """Return a growth a year in percent, with its sign."""
    return ABSENT if value is None else signless(f"{100 * value:+.1f} %")


def decimals(value: float | None, digits: int) -> str:
    """Return a number with so many decimals."""
    return ABSENT if value is None else signless(f"{value:.{digits}f}")


def change(value: float | None, digits: int = 2) -> str:
    """Return a difference with its sign; a zero has none."""
    return ABSENT if value is None else signless(f"{value:+.{digits}f}")


FORMS: Final[dict[str, Callable[[float | None], str]]] = {
    "figure": lambda value: decimals(value, 3), "two": lambda value: decimals(value, 2), "tonnes": amount,
    "rounded": rounded, "rate": rate,
}  # fmt: skip
"""The forms of a number that templates name."""


def arrow(before: float | None, after: float | None, form: str) -> str:
    """Return a figure before and after; one that stays, or that neither side has, is written once."""
    then, now = FORMS[form](before), FORMS[form](after)
    return now if then == now else f"{then} → {now}"


def money(musd: float | None, lang: Lang) -> str:
    """Return an amount of money, given in million US dollars, in words: 億米ドル in Japanese from a hundred on."""
    if musd is None:
        return ABSENT
    if lang == "ja" and abs(musd) >= 100:
        return text("number.hundred_million_usd", lang, value=amount(musd / 100))
    return text("number.million_usd", lang, value=amount(musd))


def odds(probability: float) -> str:
    """Return a probability in whole per cent; what is neither never nor always is never told as either.

    Examples
    --------
    >>> odds(0.48), odds(0.001), odds(0.999), odds(1.0)
    ('48 %', '<1 %', '>99 %', '100 %')
    """
    if probability in (0.0, 1.0) or 0.005 <= probability <= 0.995:
        return f"{100 * probability:.0f} %"
    return "<1 %" if probability < 0.5 else ">99 %"
