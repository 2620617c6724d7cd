"""Rows that are held and that nothing reads: a code, series or year that the map of supply does not name.

They do no harm and no good; whoever brought them should hear of it. The map is the same that `selection` reads.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from shigen.base.i18n import text
from shigen.figures.factbase import FactBase
from shigen.figures.regeneration import SCRAP_EDITIONS
from shigen.figures.selection import SECOND
from shigen.figures.sources.hs_codes import concordance

if TYPE_CHECKING:
    from shigen.base.i18n import Lang

Row = Mapping[str, Any]
READ: Final = ("applicable", "shared_code", "proxy")
"""States of a row of the map that lead to a figure."""
ALWAYS: Final = (0, 9999)
Spans = dict[tuple[str, ...], list[tuple[int, int]]]
"""Years from and to that are read, by code or series."""


@dataclass(frozen=True)
class Unread:
    """Why nothing reads a row."""

    why: Literal["code", "revision", "series", "years"]
    what: str
    """The code or series that the row is of."""
    instead: str = ""
    """The code of the map that holds it, or the years that are read."""

    def to(self, lang: "Lang") -> str:
        """Return the reason in words."""
        return text(f"unread.{self.why}", lang, what=self.what, instead=self.instead)


def finder(facts: FactBase, table: str) -> Callable[[Row], Unread | None]:
    """Return a function that tells of a row of a table why no step reads it; None where one does.

    Whether a question reaches the row's year is not asked: another question may. Tables that are read whole
    (governance, companionality) have no row that is not read.

    Parameters
    ----------
    facts : FactBase
        Whose map is asked.
    table : str
        A fact table. Its rows need the columns that tell series and year: `hs6` and `year`; `hs9`; `commodity`,
        `series`, `basis`; `commodity`, `series`, `year`.
    """
    makers: dict[str, Callable[[FactBase], Callable[[Row], Unread | None]]] = {
        "trade": _trade, "customs": _customs, "prices": _prices, "recycling": _recycling,
        "production": lambda facts: _by_country(facts, "production"),
        "reserves": lambda facts: _by_country(facts, "reserves"),
    }  # fmt: skip
    return makers[table](facts) if table in makers else lambda _: None


def unread(facts: FactBase, tables: Mapping[str, Iterable[Row]]) -> list[tuple[str, Unread, int]]:
    """Return (table, why, number of rows) for rows that no step reads, the most first."""
    counts: Counter[tuple[str, Unread]] = Counter()
    for table, rows in tables.items():
        why = finder(facts, table)
        counts.update((table, reason) for row in rows if (reason := why(row)))
    return [(table, reason, count) for (table, reason), count in counts.most_common()]


def _trade(facts: FactBase) -> Callable[[Row], Unread | None]:
    spans = _spans(facts, "select series, first_year, last_year from supply_map where variable = 'imports' "
                   "and series is not null and list_contains(?, status)", [list(READ)])  # fmt: skip

    merged = concordance(facts)

    def why(row: Row) -> Unread | None:
        hs6 = str(row["hs6"])
        if (hs6,) in spans:
            return _out_of(spans[hs6,], f"HS {hs6}", row["year"])
        target = merged.get(hs6)
        if target and (target,) in spans:
            return Unread("revision", f"HS {hs6}", f"HS {target}")
        return Unread("code", f"HS {hs6}")

    return why


def _customs(facts: FactBase) -> Callable[[Row], Unread | None]:
    codes = {str(code) for (code,) in facts.fetch(
        "select distinct m.hs9 from hs9_map m join (select commodity from supply_map where variable = 'imports' "
        "group by commodity, step having bool_and(status = 'shared_code')) using (commodity)")}  # fmt: skip
    return lambda row: None if str(row["hs9"]) in codes else Unread("code", f"HS {row['hs9']}")


def _prices(facts: FactBase) -> Callable[[Row], Unread | None]:
    spans = _spans(facts, "select series_commodity, series, first_year, last_year from price_series")
    return lambda row: _of_series(spans, row, row["year"])


def _recycling(facts: FactBase) -> Callable[[Row], Unread | None]:
    declared = facts.fetch("select coalesce(series_commodity, commodity), series from supply_map "
                           "where variable = 'scrap_share' and status = 'proxy'")  # fmt: skip
    read: Spans = {(str(commodity), str(one)): [ALWAYS] for commodity, series in declared
            for one in ({series, *SCRAP_EDITIONS} if series in SCRAP_EDITIONS else {series})}  # fmt: skip
    return lambda row: _of_series(read, row, None)


def _by_country(facts: FactBase, table: str) -> Callable[[Row], Unread | None]:
    mapped = facts.fetch(
        'select series_commodity, series, basis from supply_map where variable = ? and "table" = ? '
        "and status in ('applicable', 'proxy')", [table, table])  # fmt: skip
    bases: dict[tuple[str, str], list[str] | None] = {}
    for commodity, series, basis in mapped:
        known = bases.get((commodity, series), [])
        bases[commodity, series] = None if basis is None or known is None else [*known, *str(basis).split("|")]
    alike = {
        (str(commodity), str(step))
        for commodity, step in facts.fetch(
            "select distinct commodity, step from supply_map where variable = ? and status <> 'not_applicable'", [table]
        )
    }

    def why(row: Row) -> Unread | None:
        key = str(row["commodity"]), str(row["series"])
        if key[1] in SECOND.values() and (key[0], str(row.get("step"))) in alike:
            return None
        if key in bases and ((allowed := bases[key]) is None or row.get("basis") in allowed):
            return None
        basis = f" ({row['basis']})" if key in bases else ""
        return Unread("series", f"{key[0]} {key[1]}{basis}")

    return why


def _spans(facts: FactBase, sql: str, parameters: Sequence[object] = ()) -> Spans:
    """Return years from and to by what comes before them in the rows of a query."""
    spans: defaultdict[tuple[str, ...], list[tuple[int, int]]] = defaultdict(list)
    for *key, first, last in facts.fetch(sql, parameters):
        span = (ALWAYS[0] if first is None else int(first)), (ALWAYS[1] if last is None else int(last))
        spans[tuple(str(cell) for cell in key)].append(span)
    return dict(spans)


def _of_series(spans: Spans, row: Row, year: Any) -> Unread | None:
    key = str(row["commodity"]), str(row["series"])
    if key not in spans:
        return Unread("series", f"{key[0]} {key[1]}")
    return _out_of(spans[key], f"{key[0]} {key[1]}", year) if year is not None else None


def _out_of(spans: list[tuple[int, int]], what: str, year: Any) -> Unread | None:
    """Return the reason of a year that no span holds."""
    if any(first <= int(year) <= last for first, last in spans):
        return None
    years = ", ".join(f"{first or ''}–{'' if last == ALWAYS[1] else last}" for first, last in spans)
    return Unread("years", what, years)
