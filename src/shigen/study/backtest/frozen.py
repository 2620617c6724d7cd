"""Facts as of a day: every edition that came out later is hidden, in every table, so that nothing looks ahead."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from shigen.figures.factbase import FactBase
from shigen.figures.over import Over
from shigen.figures.rows import of_facts

if TYPE_CHECKING:
    from collections.abc import Mapping

MEASURED: Final = ("split_error",)
"""Tables without editions whose figures were measured on editions that are held: hidden on every day before the newest
of these. The other tables without editions are names, maps and rules of ours, or are read by no score."""


def first_day(date: str) -> str:
    """Return the first day that a date may mean: an event is frozen before all of it.

    Examples
    --------
    >>> first_day("2024"), first_day("2024-12"), first_day("2024-12-03")
    ('2024-01-01', '2024-12-01', '2024-12-03')
    """
    return date + "-01-01"[len(date) - 4 :]


@of_facts
def released(facts: FactBase) -> "Mapping[str, str]":
    """Return the day from which on each edition counts as out; the last day of its year where no more is known."""
    told = {row["edition"]: row["released"] for row in facts.table("edition_dates")}
    return {name: told.get(name, f"{int(row['position'])}-12-31") for name, row in facts.editions.items()}


def out_by(facts: FactBase, day: str) -> frozenset[str]:
    """Return the editions that were out before a day (`2024-08-15`); a user's own are none."""
    return frozenset(name for name, when in released(facts).items() if when < day)


@of_facts
def _held_in(facts: FactBase) -> "Mapping[str, frozenset[str]]":
    """Return the editions that each table with editions holds."""
    tables = [name for name, table in facts.tables.items() if "edition" in table.columns and name not in UNTOUCHED]
    return {name: frozenset(str(edition) for (edition,) in facts.fetch(f"select distinct edition from {name}"))
            for name in tables}  # fmt: skip


UNTOUCHED: Final = ("editions", "edition_dates")
"""Tables that say what editions there are."""


@contextmanager
def frozen(facts: FactBase, out: frozenset[str]) -> Iterator[FactBase]:
    """Give the facts of a snapshot with these editions alone; what a user laid over them is not in it."""
    import pandas as pd

    def without(table: str, hidden: pd.DataFrame) -> Over:
        columns: Sequence[str] = facts.tables[table].columns
        return Over(pd.DataFrame({column: pd.Series([], dtype=object) for column in columns}), hidden)

    over = {
        name: without(name, pd.DataFrame({"edition": sorted(held - out)}))
        for name, held in _held_in(facts).items() if held - out
    }  # fmt: skip
    if over:
        every = facts.query
        over |= {name: without(name, every(f"select * from {name}")) for name in MEASURED}
    then = FactBase(facts.folder, name=facts.name, over=over)
    try:
        yield then
    finally:
        then.connection.close()
