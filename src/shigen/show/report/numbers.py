"""Numbers as a reader wants them, the same on a page and on the command line; a dash where unknown."""

ABSENT = "–"


def amount(value: float | None) -> str:
    """Return an amount: whole from a hundred on, three digits below."""
    if value is None:
        return ABSENT
    return f"{value:,.0f}" if abs(value) >= 100 or value == 0 else f"{value:,.3g}"


def rounded(value: float | None) -> str:
    """Return an amount to three digits: a projection has no more."""
    return amount(None if value is None else float(f"{value:.3g}"))


def plain(value: float) -> str:
    """Return a number as it would be typed: no exponent, four digits below ten thousand."""
    return f"{value:,.0f}" if abs(value) >= 1e4 else f"{value:.4g}"


def percent(value: float | None, digits: int = 0) -> str:
    """Return a share in percent."""
    return ABSENT if value is None else f"{100 * value:.{digits}f} %"


def rate(value: float | None) -> str:
    """Return a growth a year in percent, with its sign."""
    return ABSENT if value is None else f"{100 * value:+.1f} %"


def decimals(value: float | None, digits: int) -> str:
    """Return a number with so many decimals."""
    return ABSENT if value is None else f"{value:.{digits}f}"
