"""Why: from a fact up to everything that depends on it, and what changes if it is 10 % lower or higher.

The fact is changed in a second view of the tables and the whole way is run again, so that nothing that depends on it
can be forgotten, and nothing is listed that does not. Of a governance figure, which reaches every mineral that comes
from its country, METI's 13 are asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from xarray import DataArray

from shigen.base import names
from shigen.base.errors import UserError
from shigen.figures.factbase import FactBase
from shigen.figures.store import current
from shigen.model.chain import meti13
from shigen.model.criticality import Assessment
from shigen.model.records import number
from shigen.study.choices import question
from shigen.study.run import Run

SHARE: Final = 0.1


@dataclass(frozen=True)
class Dependent:
    """One figure that moves with a fact: an indicator's raw value, a stage risk, home demand of a year, or a type."""

    commodity: str
    kind: str
    """indicator, stage, demand or type."""
    name: str
    base: float | str | None
    low: float | str | None
    high: float | str | None

    def row(self) -> dict[str, Any]:
        """Return it as a row of tables and JSON."""
        return {
            "commodity": self.commodity, "kind": self.kind, "name": self.name, "minus_10": self.low, "base": self.base,
            "plus_10": self.high,
        }  # fmt: skip


COLUMNS: Final = ("commodity", "kind", "name", "minus_10", "base", "plus_10")


def why(
    address: str,
    *,
    importer: str = "JPN",
    year: int | None = None,
    edition: Sequence[str] | None = None,
    facts: FactBase | None = None,
) -> list[Dependent]:
    """Return what depends on a fact, with its value at 10 % less, as it is, and at 10 % more.

    Parameters
    ----------
    address : str
        `table:commodity:country:step:year:edition`, as `explain` prints it.
    importer, year, edition
        Of the study in which it is asked, as for `shigen.load`.

    Raises
    ------
    UserError
        No fact has that address.
    """
    facts = facts or current()
    table, values = fact_at(facts, address)
    where: dict[str, Any] = {
        "year": year,
        "edition": list(edition or ()),
        "commodities": _touched(facts, table, values),
    }
    homes = names.members(names.importer(importer))
    states, named, ahead = [], [], []
    for factor in (1 - SHARE, 1.0, 1 + SHARE):
        changed = _changed(facts, table, values, homes, factor)
        run = Run(question(importer, **where), facts=changed)
        states.append(run.now)
        named.append({v.commodity: v.type for v in run.typed})
        ahead.append(run.home_demand.total.sel(scenario=run.home_demand.choices.scenario, bound="central"))
        changed.connection.close()
    return _moved(states, named, ahead)


def fact_at(facts: FactBase, address: str) -> tuple[str, list[object]]:
    """Return the table of a fact, and what its address says for commodity, country, step, year and edition.

    Raises
    ------
    UserError
        It is no address, or no fact has it.
    """
    parts = address.strip().split(":", 5)  # an edition may be a file with ":" in its name
    known = [name for name, one in facts.tables.items() if one.facts.address]
    if len(parts) != 6 or parts[0] not in known or not parts[4].isdecimal():
        raise UserError("address_form", word=address, known=", ".join(known))
    table, commodity, country, step, year, edition = parts
    values: list[object] = [commodity, country, step, int(year), facts.find_edition(edition)]
    matching = facts.query(f"select count(*) as n from {table} where {facts.tables[table].facts.matches()}", values)
    if not matching["n"].item():
        raise UserError("address_unknown", word=address)
    return table, values


def _touched(facts: FactBase, table: str, values: Sequence[object]) -> list[str]:
    """Return the commodities that may depend on a fact, METI's 13 for a governance figure."""
    if table == "governance":
        return list(meti13())
    about = facts.tables[table]
    code = next((column for column in ("hs6", "hs9") if column in about.columns), "")
    if table == "prices":
        sql = "select distinct commodity from price_series where series_commodity = ? and series = ?"
        rows = facts.query(sql, [values[0], values[2]])
    elif code == "hs9":
        rows = facts.query("select distinct commodity from hs9_map where hs9 = ? order by 1", [values[0]])
    elif about.facts.feeds not in {row["variable"] for row in facts.table("supply_map")}:  # its rows name the commodity
        return [str(values[0])]
    else:
        column = "series" if code else "coalesce(series_commodity, commodity)"
        sql = f"select distinct commodity from supply_map where variable = ? and {column} = ? order by 1"
        rows = facts.query(sql, [about.facts.feeds, values[0]])
    if rows.empty:
        raise UserError("address_unused", word=str(values[0]))
    return [str(c) for c in rows["commodity"]]


def _changed(facts: FactBase, table: str, values: Sequence[object], homes: Sequence[str], factor: float) -> FactBase:
    """Return the facts with one figure times a factor; flows into the importer alone."""
    made = FactBase(facts.folder, name=facts.name, over=facts.over)
    about = facts.tables[table].facts
    match = about.matches()
    for n, value in enumerate(values, start=1):
        literal = str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"
        match = match.replace(f"${n}", literal)
    if "importer" in facts.tables[table].columns and "importer" not in about.address:
        match += " and importer in (" + ", ".join(f"'{home}'" for home in homes) + ")"
    replaced = ", ".join(f"case when {match} then {c} * {factor} else {c} end as {c}" for c in about.figures)
    made.connection.execute(
        f"create or replace view {table} as select * replace ({replaced}) from ({made.select(table)})"
    )
    return made


def _moved(
    states: Sequence[Assessment], named: Sequence[Mapping[str, str]], ahead: Sequence[DataArray]
) -> list[Dependent]:
    """Return what differs between the fact lowered, as it is, and raised."""
    dependents = []
    base = states[1]
    sides, types_of = (base, states[0], states[2]), (named[1], named[0], named[2])
    demanded = (ahead[1], ahead[0], ahead[2])
    years = (int(ahead[1]["year"][0]), int(ahead[1]["year"][-1]))
    for commodity in base.chain["commodity"].values:
        key = str(commodity)
        cells: list[tuple[str, str, list[Any]]] = [
            ("indicator", str(name), [number(s.dataset["raw"].sel(commodity=key, indicator=name)) for s in sides])
            for name in base.dataset["indicator"].values
        ]
        cells += [
            ("stage", str(name), [number(s.dataset["risk"].sel(commodity=key, stage=name)) for s in sides])
            for name in base.dataset["stage"].values
        ]
        cells += [("demand", str(y), [number(d.sel(commodity=key, year=y)) for d in demanded]) for y in years]
        cells.append(("type", "type", [one[key] for one in types_of]))
        dependents += [Dependent(key, kind, name, *values) for kind, name, values in cells if len(set(values)) > 1]
    return dependents
