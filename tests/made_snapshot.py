"""A snapshot of a test's own: the embedded package with some cells written otherwise."""

import csv
import hashlib
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

from shigen.figures.factbase import FactBase
from shigen.figures.schema import PACKAGE

Rows = list[dict[str, str]]


def snapshot(folder: Path, **changes: Callable[[Rows], Rows]) -> FactBase:
    """Return the facts of a package whose small tables are what `changes` makes of their rows, by table."""
    shutil.copytree(PACKAGE, folder)
    description = folder / "datapackage.json"
    package = json.loads(description.read_text("utf-8"))
    for resource in package["resources"]:
        if resource["name"] not in changes:
            continue
        path = folder / resource["path"]
        rows = changes[resource["name"]](list(csv.DictReader(io.StringIO(path.read_text("utf-8"), newline=""))))
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        content = path.read_bytes()
        resource |= {"hash": f"sha256:{hashlib.sha256(content).hexdigest()}", "bytes": len(content)}
    description.write_text(json.dumps(package, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return FactBase(folder, name="made")


def with_cells(where: dict[str, str], **cells: str) -> Callable[[Rows], Rows]:
    """Return what writes cells into the rows that have `where`; there is at least one."""

    def written(rows: Rows) -> Rows:
        assert any(where.items() <= row.items() for row in rows), where
        return [row | cells if where.items() <= row.items() else row for row in rows]

    return written
