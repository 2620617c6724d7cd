"""Take the figures along: every table with its description, as CSV or Parquet."""

import json
import shutil
import tempfile
from pathlib import Path
from typing import Final

from shigen.base.errors import UserError, suggest
from shigen.base.whole import unwritable
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
    if folder.exists():
        raise UserError("out_exists", word=str(folder))
    if not folder.parent.is_dir():
        raise UserError("out_parent", word=str(folder.parent))
    try:
        part = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
        try:
            package = json.loads((facts.folder / "datapackage.json").read_text("utf-8"))
            kind = "format parquet, compression zstd" if form == "parquet" else "header true"
            for resource in package["resources"]:
                resource["path"] = f"{resource['name']}.{form}"
                for stale in ("hash", "bytes"):
                    resource.pop(stale, None)
                where = str(part / resource["path"]).replace("'", "''")
                facts.connection.execute(f"copy (select * from {resource['name']}) to '{where}' ({kind})")
            (part / "datapackage.json").write_text(json.dumps(package, ensure_ascii=False, indent=1) + "\n", "utf-8")
            part.chmod(0o755)
            part.rename(folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    except OSError as error:
        raise unwritable(folder, error) from error
    return folder
