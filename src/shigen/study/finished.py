"""The folder of a sweep: a manifest that says of what it is, and a file for each unit that is finished.

A unit is written under another name first and then renamed, so that what stands there is whole whenever the process
ends; a file that was damaged since is not taken for one.
"""

import gzip
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from shigen.base.errors import UserError
from shigen.base.whole import NEW, replacing, unwritable, where
from shigen.study.sweep import Rows, Sweep, Unit, digest_of

MANIFEST: Final = "manifest.json"
UNITS: Final = "units"


class Finished:
    """What is finished of a job, in a folder; where there is none it is made with the first unit.

    Raises
    ------
    UserError
        The folder is of another job, or of none; or it cannot be written.
    """

    def __init__(self, folder: Path, job: Sweep) -> None:
        self.folder, self.job = where(folder), job
        earlier = self._manifest()
        if earlier is not None and earlier["job"] != job.mark:
            raise UserError("sweep_other", word=str(self.folder), known=", ".join(self._differing(earlier)))
        self.digests = {unit: digest for unit in job.units if (digest := self._sound(unit))}
        """Of the units that are finished."""

    def _manifest(self) -> dict[str, Any] | None:
        """Return the manifest that stands there; none where the folder is free."""
        try:
            there = [one.name for one in self.folder.iterdir()] if self.folder.exists() else []
            if not [name for name in there if not name.startswith(NEW)]:
                return None
            manifest = json.loads((self.folder / MANIFEST).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise UserError("sweep_foreign", word=str(self.folder)) from error
        if not isinstance(manifest, dict) or "job" not in manifest:
            raise UserError("sweep_foreign", word=str(self.folder))
        return manifest

    def _differing(self, earlier: dict[str, Any]) -> list[str]:
        """Return the names of the choices that were others; of a table in it, those of the table."""
        now, then = json.loads(json.dumps(self.job.choices)), earlier.get("choices", {})
        told: list[str] = []
        for key in now:
            one, other = now[key], then.get(key)
            if one == other or key == "units":
                continue
            if isinstance(one, dict) and isinstance(other, dict):
                told += [f"{key}.{name}" for name in one if one[name] != other.get(name)]
            else:
                told.append(key)
        return told or ["units"]

    def _write(self, more: dict[str, Any]) -> None:
        about = {"job": self.job.mark, "choices": self.job.choices, "absent": [list(one) for one in self.job.absent],
                 **more}  # fmt: skip
        with replacing(self.folder / MANIFEST) as part:
            part.write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", "utf-8")

    def _file(self, unit: Unit) -> Path:
        return self.folder / UNITS / f"{unit.name}.json.gz"

    def _sound(self, unit: Unit) -> str:
        """Return the digest of a unit that is finished and whole; empty for one that is not."""
        try:
            return self._read(unit)["digest"] if self._file(unit).exists() else ""
        except (OSError, EOFError, ValueError, KeyError, TypeError):
            return ""

    def _read(self, unit: Unit) -> dict[str, Any]:
        """Return a unit as it was written.

        Raises
        ------
        ValueError
            It is another one than was written.
        """
        with gzip.open(self._file(unit), "rt", encoding="utf-8") as file:
            kept: dict[str, Any] = json.load(file)
        meant = {"job": self.job.mark, "year": unit.year, "importers": list(unit.importers)}
        if any(kept[key] != one for key, one in meant.items()) or kept["digest"] != digest_of(kept["rows"]):
            message = f"{self._file(unit).name} is not the file that was written"
            raise ValueError(message)
        return kept

    def left(self) -> list[Unit]:
        """Return the units that are not finished, in order."""
        return [unit for unit in self.job.units if unit not in self.digests]

    def keep(self, unit: Unit, rows: Rows) -> None:
        """Write a unit that was computed."""
        if not (self.folder / MANIFEST).exists():
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
                self._write({})
                (self.folder / UNITS).mkdir(exist_ok=True)
            except OSError as error:
                raise unwritable(self.folder, error) from error
        digest = digest_of(rows)
        kept = {"job": self.job.mark, "year": unit.year, "importers": unit.importers, "digest": digest, "rows": rows}
        content = json.dumps(kept, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
        with replacing(self._file(unit)) as part:
            part.write_bytes(gzip.compress(content, 6, mtime=0))
        self.digests[unit] = digest

    def rows(self) -> Iterator[Rows]:
        """Yield the rows of the units in order, one unit at a time."""
        for unit in self.job.units:
            yield self._read(unit)["rows"]

    @property
    def digest(self) -> str:
        """Hash of the results of all units: the same wherever and in whatever order they were computed."""
        every = "".join(f"{unit.name} {self.digests[unit]}\n" for unit in self.job.units)
        return f"sha256:{hashlib.sha256(every.encode()).hexdigest()}"

    def close(self, seconds: float) -> None:
        """Write into the manifest that all is finished: the digest of the results, and when."""
        self._write({"digest": self.digest, "finished_at": datetime.now(UTC).isoformat(timespec="seconds"),
                     "seconds": round(seconds, 1)})  # fmt: skip
