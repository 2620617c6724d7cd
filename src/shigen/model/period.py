"""Which years a supply chain is of: those that were asked for, where the importers have recorded trade."""

from collections.abc import Mapping, Sequence

from shigen.base.errors import UserError, written
from shigen.figures.factbase import FactBase
from shigen.figures.flows import reached, trade_years


def period(
    facts: FactBase,
    homes: Mapping[str, Sequence[str]],
    year: int | None,
    years: Sequence[int] | None,
    as_of: Mapping[str, float],
) -> list[int]:
    """Return the years of a chain: those asked for, else the newest that all importers have trade of.

    Facts that were set back to a day before any trade was held answer every year, without imports.

    Raises
    ------
    UserError
        An importer has no recorded trade, or a year lies outside of it.
    """
    asked = sorted(set(years)) if years is not None else [] if year is None else [year]
    if asked and not facts.fetch("select 1 from trade limit 1"):
        return asked
    known = trade_years(facts, homes, as_of)
    for key, recorded in known.items():
        if not recorded:
            raise UserError("importer_without_trade", word=key)
    newest = min(max(recorded) for recorded in known.values())
    oldest = max(min(recorded) for recorded in known.values())
    wanted = asked if years is not None or asked else [newest]
    bad = [y for y in wanted if not reached(facts, (oldest, newest), y)]
    if bad or not wanted:
        raise UserError("year_without_data", year=_span_in_words(bad), oldest=oldest, newest=newest)
    return wanted


def _span_in_words(years: list[int]) -> str:
    ends = [written(year) for year in years[:1] + years[-1:]]
    return "-" if not years else ends[0] if len(years) == 1 else "–".join(ends)
