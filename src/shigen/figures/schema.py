"""What each table is: its file, columns, rules and the facts that it holds, as `package/datapackage.json` describes it.

Each table is described once (Table Schema, with what is ours under `facts`); reading, checking, comparing, tracing and
documentation are built from that description. A fact's address is `table:commodity:country:step:year:edition`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pandas as pd

PACKAGE: Final = Path(__file__).parent / "package"


@dataclass(frozen=True)
class Facts:
    """What the rows of a table are as facts; a table of names or words has none of it."""

    figures: tuple[str, ...] = ()
    """Columns that carry the figure, the main one first."""
    cell: tuple[str, ...] = ()
    """Columns that say which figure a row is, in whichever edition; empty: a user brings none of his own."""
    block: tuple[str, ...] = ("edition",)
    """What a reading replaces when it is read again: a publisher's file holds such a block whole, but not every
    edition."""
    within: str = ""
    """What tells the rows of a block apart; empty: no source renews the table."""
    span: int = 0
    """How many years a figure may be carried forward when its year has none."""
    address: tuple[str, ...] = ()
    """What stands in an address for commodity, country and step: a column, or `=` and the words that may stand there;
    empty: its facts are not asked for by address."""
    compared: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Columns that make the commodity, the country and the series of a figure that two snapshots are compared by;
    empty: they are not."""
    feeds: str = ""
    """The variable of the supply chain that it fills, as the map of supply names it."""
    also: tuple[str, ...] = ()
    """Further variables that it fills, of which the map says nothing."""

    def matches(self) -> str:
        """SQL condition for the row that an address means: $1 to $5 are commodity, country, step, year, edition."""
        parts = []
        for n, part in enumerate(self.address, start=1):
            words = ", ".join(f"'{word}'" for word in part.removeprefix("=").split("|"))
            parts.append(f"${n} in ({words})" if part.startswith("=") else f"{part} = ${n}")
        return " and ".join([*parts, "year = $4", "edition = $5"])


@dataclass(frozen=True)
class Table:
    """One table: its file, its Table Schema, and what its rows are as facts."""

    name: str
    path: Path
    fields: tuple[dict[str, Any], ...]
    key: tuple[str, ...]
    foreign: tuple[dict[str, Any], ...]
    hash: str = ""
    """`sha256:…` of the file as it was written; empty where the description holds none."""
    facts: Facts = Facts()
    own: Mapping[str, Any] = field(default_factory=dict)
    """What a user may bring of it, as `own/tables.py` reads it; empty: nothing."""
    read_until: str = ""
    """Day until which its sources were followed; empty where they are not followed by day."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(f["name"] for f in self.fields)

    def unit(self, column: str) -> str:
        """Return the unit of a column; empty where it has none."""
        return next((str(f.get("unit", "")) for f in self.fields if f["name"] == column), "")

    def reader(self) -> str:
        """SQL that reads the file with the declared types; an empty CSV cell is absent."""
        path = str(self.path).replace("'", "''")
        if self.path.suffix == ".parquet":
            return f"read_parquet('{path}')"
        sql_type = {"string": "VARCHAR", "integer": "INTEGER", "number": "DOUBLE"}
        columns = ", ".join(f"'{f['name']}': '{sql_type[f['type']]}'" for f in self.fields)
        return f"read_csv('{path}', header=true, columns={{{columns}}}, nullstr='', quote='\"', strict_mode=true)"

    def violations(self) -> Iterator[tuple[str, str]]:
        """Yield (what is broken, SQL condition that finds the rows) for every constraint of the schema."""
        for f in self.fields:
            name, rules = f'"{f["name"]}"', f.get("constraints", {})
            if rules.get("required"):
                yield f"{f['name']} is empty", f"{name} is null"
            if "enum" in rules:
                allowed = ", ".join(f"'{word}'" for word in rules["enum"])
                yield f"{f['name']} is none of {', '.join(rules['enum'])}", f"{name} not in ({allowed})"
            if "minimum" in rules:
                yield f"{f['name']} is below {rules['minimum']}", f"{name} < {rules['minimum']}"
            if "maximum" in rules:
                yield f"{f['name']} is above {rules['maximum']}", f"{name} > {rules['maximum']}"
            if "pattern" in rules:
                yield (
                    f"{f['name']} is not of the form {rules['pattern']}",
                    (f"not regexp_full_match({name}, '{rules['pattern']}')"),
                )


def tables(folder: Path = PACKAGE) -> dict[str, Table]:
    """Read `datapackage.json`: every table by name.

    What a snapshot that an older version made does not say of its rows as facts, the embedded description says.
    """
    resources = _resources(folder)
    shipped = [] if folder == PACKAGE else _resources(PACKAGE)
    about = _about_facts([*shipped, *resources])
    return {
        r["name"]: Table(
            name=r["name"],
            path=folder / r["path"],
            fields=tuple(r["schema"]["fields"]),
            key=tuple(r["schema"].get("primaryKey", ())),
            foreign=tuple(r["schema"].get("foreignKeys", ())),
            hash=str(r.get("hash", "")),
            facts=about.get(r["name"], Facts()),
            own=_plain(r.get("own", {})),
            read_until=str(r.get("read_until", "")),
        )
        for r in resources
    }


@cache
def feeding() -> dict[str, str]:
    """The table that fills each variable of the supply chain; where several do, the one that is read unasked."""
    table_of: dict[str, str] = {}
    for name, table in tables().items():
        for variable in (table.facts.feeds, *table.facts.also):
            if variable:
                table_of.setdefault(variable, name)
    return table_of


def _resources(folder: Path) -> list[dict[str, Any]]:
    resources: list[dict[str, Any]] = json.loads((folder / "datapackage.json").read_text("utf-8"))["resources"]
    return resources


def _about_facts(resources: Sequence[Mapping[str, Any]]) -> dict[str, Facts]:
    """Return what descriptions say of the facts of their tables, by table; a later one where both say something."""
    said: dict[str, dict[str, Any]] = {}
    for r in resources:
        if "facts" in r:
            said.setdefault(r["name"], {}).update({key: _plain(value) for key, value in r["facts"].items()})
    return {name: Facts(**own) for name, own in said.items()}


def _plain(value: Any) -> Any:
    """Return lists as tuples, so that a description cannot be changed."""
    if isinstance(value, dict):
        return MappingProxyType({key: _plain(one) for key, one in value.items()})
    return tuple(value) if isinstance(value, list) else value


def frame(table: Table, rows: Sequence[Mapping[str, Any]]) -> "pd.DataFrame":
    """Return rows as a pandas table with the columns and types of a fact table; what a row lacks is absent."""
    import pandas as pd

    types = {"string": "object", "integer": "Int64", "number": "float64"}
    return pd.DataFrame({
        field["name"]: pd.Series([row.get(field["name"]) for row in rows], dtype=types[field["type"]])
        for field in table.fields
    })  # fmt: skip
