"""Take the figures along: every table with its description, as CSV or Parquet."""

import json
import os
from pathlib import Path
from typing import Final

from shigen.base.errors import UserError, suggest
from shigen.base.whole import replacing_folder, unwritable, where
from shigen.figures.factbase import FactBase

FORMATS: Final = ("csv", "parquet")


def export(facts: FactBase, folder: Path, form: str) -> Path:
    """Write every table of a snapshot, and `datapackage.json`, into a new folder; whole or not at all.

    Raises
    ------
    UserError
        The form is unknown, the folder is there already, or it cannot be written.
    """
    if form not in FORMATS:
        raise UserError("unknown_format", suggestions=suggest(form, FORMATS), word=form, known=", ".join(FORMATS))
    place = where(folder)
    _only_new(place)
    if not place.parent.is_dir():
        raise UserError("out_parent", word=str(place.parent))
    package = json.loads((facts.folder / "datapackage.json").read_text("utf-8"))
    kind = "format parquet, compression zstd" if form == "parquet" else "header true"
    with replacing_folder(folder, check=_only_new) as part:
        for resource in package["resources"]:
            resource["path"] = f"{resource['name']}.{form}"
            for stale in ("hash", "bytes"):
                resource.pop(stale, None)
            _copy(facts, resource["name"], part / resource["path"], kind, folder)
        (part / "datapackage.json").write_text(json.dumps(package, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return folder


def _only_new(place: Path) -> None:
    if os.path.lexists(place):
        raise UserError("out_exists", word=str(place))


def _copy(facts: FactBase, table: str, target: Path, kind: str, folder: Path) -> None:
    """Have the database write a table; it has errors of its own for what the disk refuses."""
    import duckdb

    quoted = str(target).replace("'", "''")
    try:
        facts.connection.execute(f"copy (select * from {table}) to '{quoted}' ({kind})")
    except duckdb.IOException as error:
        raise unwritable(folder, error) from error
