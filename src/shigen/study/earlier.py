"""An earlier study as its folder holds it: what was printed then, to say what changed since and why.

    now - printed = (then, computed anew - printed) + (now - then, computed anew)
                  = method                          + the parts of the ledger

`then, computed anew` takes the rules of this version and of this study, the year of the earlier study, and the editions
that it used: what lies between it and the printed figure is neither the world's doing nor the publishers'.
"""

import json
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from shigen.base.errors import UserError
from shigen.figures.factbase import FactBase
from shigen.figures.selection import USER

WITHOUT: Final = "base"
"""The scenario without policies."""
STATED: Final = ("reserves", "production", "governance")
"""Tables whose editions say as of when a study was."""


@dataclass(frozen=True)
class Earlier:
    """What an earlier study printed."""

    name: str
    """Of its folder."""
    importer: str
    year: int
    editions: tuple[str, ...]
    """Of the tables STATED."""
    raw: dict[tuple[str, str], float | None]
    """By commodity and indicator, without policies."""
    score: dict[tuple[str, str], float | None]
    types: dict[str, str]
    """By commodity, as in `Verdict.type`."""
    mark: str = ""
    """Hash of its study.json, wherever that lies."""

    def pins(self, facts: FactBase) -> list[str]:
        """Return the newest edition of each publisher that it used, as far as the figures hold it."""
        newest: dict[str, str] = {}
        for name in (one for one in self.editions if one in facts.editions):
            publisher = str(facts.editions[name]["publisher"])
            held = newest.get(publisher)
            if held is None or facts.editions[name]["position"] > facts.editions[held]["position"]:
                newest[publisher] = name
        return [name for publisher, name in newest.items() if publisher != USER]


def read_earlier(folder: Path) -> Earlier:
    """Read what the folder of a study holds.

    Raises
    ------
    UserError
        It is none of a study, or what it holds cannot be read.
    """
    place = folder / "study.json"
    try:
        content = place.read_bytes()
        held = json.loads(content)
    except (OSError, ValueError) as error:
        raise UserError("against_no_study", place=str(folder)) from error
    try:
        found = _earlier(held, folder.resolve().name)
    except (KeyError, TypeError, AttributeError) as error:
        raise UserError("against_broken", place=str(place), detail=str(error)) from error
    return replace(found, mark=sha256(content).hexdigest())


def _earlier(held: dict[str, Any], name: str) -> Earlier:
    rows = [row for row in held["records"] if row["scenario"] == WITHOUT]

    def of(column: str) -> dict[tuple[str, str], float | None]:
        return {(row["commodity"], row["indicator"]): None if row[column] is None else float(row[column])
                for row in rows}  # fmt: skip

    editions = held["meta"]["editions"]
    types = {row["commodity"]: str(row["type"]) for row in held["types"] if row["scenario"] == WITHOUT}
    stated = tuple(dict.fromkeys(str(one) for table in STATED for one in editions[table]))
    importer, year = str(held["meta"]["importer"]), int(held["study"]["year"])
    return Earlier(name, importer, year, stated, of("raw"), of("score"), types)
