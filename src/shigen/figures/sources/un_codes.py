"""The United Nations' country numbers as Comtrade and BACI write them: most are ISO's, some are not.

The table of countries holds one number a country. `un_codes.csv` beside this file holds what it cannot: former
countries, areas "not elsewhere specified", and numbers that mean another thing here than at ISO (492 is no Monaco).
"""

from collections.abc import Mapping
from functools import cache

from shigen.base import names
from shigen.figures.sources.maps import name_map


@cache
def _special() -> dict[str, Mapping[str, str]]:
    return {row["code"]: row for row in name_map("un_codes")}


@cache
def countries() -> dict[str, str]:
    """Return every number with its alpha-3 code, OTH for areas that are no country; no groups, and not the world."""
    own = {
        row[column]: row["iso3"]
        for row in names.codes()
        for column in ("baci_code", "comtrade_code")
        if row[column] and row["iso3"] not in names.AGGREGATES
    }
    special = {code: row["iso3"] for code, row in _special().items()}
    return {code: iso3 for code, iso3 in {**own, **special}.items() if iso3}


@cache
def groups() -> frozenset[str]:
    """Numbers of groups of countries, whose members stand beside them: they never enter a sum."""
    return frozenset(code for code, row in _special().items() if not row["iso3"])


def published(code: str) -> str:
    """Return the alpha-3 code that the publishers print for a number, where it is one of their own (S19, R20)."""
    return _special()[code]["published_iso3"] if code in _special() else ""
