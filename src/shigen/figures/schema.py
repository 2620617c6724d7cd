"""What each table is: its file, columns, rules and the facts that it holds, as `package/datapackage.json` describes it.

Each table is described once (Table Schema, with what is ours under `facts`); reading, checking, comparing, tracing and
documentation are built from that description. A fact's address is `table:commodity:country:step:year:edition`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pandas as pd

PACKAGE: Final = Path(__file__).parent / "package"


@dataclass(frozen=True)
class Table:
    """One fact table: its file and its Table Schema."""

    name: str
    path: Path
    fields: tuple[dict[str, Any], ...]
    key: tuple[str, ...]
    foreign: tuple[dict[str, Any], ...]
    hash: str = ""
    """`sha256:…` of the file as it was written; empty where the description holds none."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(f["name"] for f in self.fields)

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
    """Read `datapackage.json`: every table by name."""
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    return {
        r["name"]: Table(
            name=r["name"],
            path=folder / r["path"],
            fields=tuple(r["schema"]["fields"]),
            key=tuple(r["schema"].get("primaryKey", ())),
            foreign=tuple(r["schema"].get("foreignKeys", ())),
            hash=str(r.get("hash", "")),
        )
        for r in package["resources"]
    }


def frame(table: Table, rows: Sequence[Mapping[str, Any]]) -> "pd.DataFrame":
    """Return rows as a pandas table with the columns and types of a fact table; what a row lacks is absent."""
    import pandas as pd

    types = {"string": "object", "integer": "Int64", "number": "float64"}
    return pd.DataFrame({
        field["name"]: pd.Series([row.get(field["name"]) for row in rows], dtype=types[field["type"]])
        for field in table.fields
    })  # fmt: skip
