"""The tables of a study from which its messages are made, by the names that `study.json` gives them.

A figure of a message is read out of a row here and keeps its place; nothing is computed.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, Final

from shigen.base.i18n import Lang
from shigen.model.packages import package_rows
from shigen.model.reliance import reliance_rows
from shigen.outlook.alerts import restriction_rows
from shigen.outlook.demand_tables import summary
from shigen.outlook.newest import told
from shigen.study.message import Figure
from shigen.study.run import Run
from shigen.study.steps import Each

Rows = list[dict[str, Any]]
PACKAGES: Final = "packages"

TABLES: Final[Mapping[str, Callable[[Run, Lang], Rows]]] = {
    "records": lambda run, lang: run.shown.records(lang),
    "stages": lambda run, lang: run.shown.stages(lang),
    "stages:after": lambda run, lang: run.shown_after.stages(lang) if run.levers else [],
    "suppliers": lambda run, _: run.suppliers,
    "reliance": lambda run, lang: reliance_rows(run.chain, lang),
    "types": lambda run, lang: [one.row(lang) for one in run.verdicts],
    "settles": lambda run, _: run.settles,
    "designs.rows": lambda run, lang: run.designs.by_design(lang),
    "designs.ranks": lambda run, lang: run.designs.by_mineral(lang),
    PACKAGES: lambda run, lang: package_rows(run.verdicts, run.packages, lang),
    "levers": lambda run, _: run.effects,
    "ledger": lambda run, lang: run.ledger.rows(lang) if run.ledger else [],
    "countries": lambda run, _: run.countries,
    "policies.elsewhere": lambda run, lang: run.elsewhere.rows(lang),
    "restrictions": lambda run, lang: restriction_rows(run.alerts, lang),
    "screening.targets": lambda run, lang: _keyed(told(run.screening, lang)["targets"]),
    "screening.renewal.targets": lambda run, lang: _keyed(told(run.screening, lang)["renewal"]["targets"]),
    "demand.summary": lambda run, lang: summary(run.demand, lang),
}
"""Of `records` and `stages` those of today alone, which are first in `study.json`; behind a colon those that follow."""

OF_ROW: Final = ("raw",)
"""Columns whose unit stands in the row."""
UNITS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("above_line_before_t", "above_line_after_t", "largest_before_t", "largest_after_t"), "t/yr"),
    "cost_musd": "million USD",
    **dict.fromkeys(("t_2030", "t_2040", "t_2050"), "t/yr"),
    "cagr": "1/yr",
}
"""Units of the other columns that a message reads; 1 where none is named."""


class Evidence:
    """The tables of one run, each made once and only when a message asks for it."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.rows = cache(self._rows)
        self._of_mineral = cache(self._by_mineral)

    def _rows(self, table: str, lang: Lang = "en") -> Rows:
        """Return the rows of a table."""
        return TABLES[table](self.run, lang)

    def _by_mineral(self, table: str) -> Mapping[str, Rows]:
        """Return the rows of a table by their mineral, for those who ask of one."""
        if table == PACKAGES:  # that of one mineral is found without those of the others
            packages = self.run.packages
            return Each(packages, lambda key: package_rows([self.run.verdict(key)], packages, "en"))
        found: dict[str, Rows] = {}
        for row in self.rows(table):
            found.setdefault(row["commodity"], []).append(row)
        return found

    def matching(self, table: str, /, **where: Any) -> Rows:
        """Return the rows that hold what is asked."""
        mineral = where.get("commodity")
        rows = self._of_mineral(table).get(mineral, []) if isinstance(mineral, str) else self.rows(table)
        return [row for row in rows if matches(row, where)]

    def first(self, table: str, /, **where: Any) -> dict[str, Any] | None:
        """Return the first row that holds what is asked; None without one."""
        return next(iter(self.matching(table, **where)), None)

    def figure(self, table: str, column: str, form: str, /, **where: Any) -> Figure:
        """Return the figure in a column of the first row that holds what is asked; of a list, its length."""
        row = self.matching(table, **where)[0]
        held = row[column]
        value = len(held) if isinstance(held, list) else float(held)
        unit = str(row["unit"]) if column in OF_ROW else UNITS.get(column, "1")
        return Figure(value, unit, form, table.partition(":")[0], where, column)

    def count(self, table: str, /, **where: Any) -> Figure:
        """Return how many rows hold what is asked."""
        return Figure(len(self.matching(table, **where)), "1", "count", table, where, "")


def _keyed(keys: Iterable[str]) -> Rows:
    """Return a list of keys as rows: it can be counted."""
    return [{"commodity": key} for key in keys]


def matches(row: Mapping[str, Any], where: Mapping[str, Any]) -> bool:
    """Tell whether a row holds what is asked in each column; a tuple stands for any of its members."""
    return all(row[key] in value if isinstance(value, tuple) else row[key] == value for key, value in where.items())


def keys_of(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the minerals of rows, each once, in their order."""
    return list(dict.fromkeys(str(row["commodity"]) for row in rows))
