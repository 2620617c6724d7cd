"""Odds of many importers and years: one job, cut into units that any worker computes to the same bits.

A unit is a year and some importers, so that what is the same for all importers of a year is made once.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from shigen import __version__
from shigen.base import names
from shigen.base.errors import UserError
from shigen.figures import selection
from shigen.figures.factbase import FactBase
from shigen.figures.flows import reached, trade_years
from shigen.model.chain import load
from shigen.model.engine import World
from shigen.model.odds_records import COLUMNS, records
from shigen.model.period import period
from shigen.model.typology import Clause
from shigen.model.unseen import remember
from shigen.study.choices import Study
from shigen.study.run import Run

ALL: Final = "all"
"""The word that stands for every importer with recorded trade."""

VIEWS: Final = ("records", "stages", "types")
"""What is kept of the draws of a unit."""

IMPORTERS: Final = 8
"""Importers of a unit: some seconds of work, and little is lost with one that is not finished."""

YEARS_KEPT: Final = 4
"""Years whose answers on demand a process keeps."""

Rows = dict[str, list[list[Any]]]
"""By view: rows of cells, in the order of COLUMNS."""


@dataclass(frozen=True)
class Unit:
    """A year and the importers that are drawn together."""

    year: int
    importers: tuple[str, ...]

    @property
    def name(self) -> str:
        """What its file is called."""
        return f"{self.year}-{self.importers[0]}"


@dataclass(frozen=True)
class Sweep:
    """A job: whose odds, of which years, by which choices, of which figures."""

    study: Study
    """Minerals, editions, basis, own figures and all choices of method; `uncertainty` says how it is drawn."""
    units: tuple[Unit, ...]
    """In the order of the results."""
    absent: tuple[tuple[str, int], ...]
    """Importers and years without recorded trade."""
    figures: str
    """Hash of the figures that all of it is made of."""

    @property
    def choices(self) -> dict[str, Any]:
        """All that the results follow from, by name."""
        study = self.study.model_dump(mode="json", exclude={"importer", "year", "overlay", "snapshot"})
        years = dict.fromkeys(unit.year for unit in self.units)
        importers = dict.fromkeys(one for unit in self.units for one in unit.importers)
        return {"version": __version__, "figures": self.figures, "importers": list(importers), "years": list(years),
                "units": [unit.name for unit in self.units], **study}  # fmt: skip

    @property
    def mark(self) -> str:
        """Hash of all that the results follow from."""
        return hashlib.sha256(written(self.choices)).hexdigest()


def written(value: Any) -> bytes:
    """Return JSON of which there is one for each value; floats in full."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def digest_of(rows: Rows) -> str:
    """Return the hash of the rows of a unit."""
    return hashlib.sha256(written(rows)).hexdigest()


def sweep(
    study: Study, importers: Sequence[str] | str, years: Sequence[int] | None = None, *, facts: FactBase | None = None
) -> Sweep:
    """Return the job of some importers and years.

    Parameters
    ----------
    study : Study
        Its importer and year do not count.
    importers : sequence of str
        Countries or blocs by any name, or "all": every country with recorded trade.
    years : sequence of int, optional
        The newest that they all have trade of, of "all" the newest of any, when not given.
    facts : FactBase, optional
        Those of the study when not given.

    Raises
    ------
    UserError
        An importer that is not known or has no trade, a year that lies outside of it.
    """
    facts = study.facts() if facts is None else facts
    everyone = importers == ALL or list(importers) == [ALL]
    words = list(names.countries()) if everyone else [importers] if isinstance(importers, str) else list(importers)
    keys = list(dict.fromkeys(names.importer(word) for word in words))
    homes = {key: tuple(names.members(key)) for key in keys}
    as_of = selection.as_of(facts, list(study.edition))
    if not everyone:
        wanted = period(facts, homes, None, years, as_of)
    recorded = trade_years(facts, homes, as_of)
    if everyone:
        recorded = {key: held for key, held in recorded.items() if held}
        newest = max(held[-1] for held in recorded.values())
        wanted = [newest] if years is None else sorted(set(years))
        span = min(held[0] for held in recorded.values()), newest
        bad = [year for year in wanted if not reached(facts, span, year)]
        if bad or not wanted:
            raise UserError("year_without_data", year=", ".join(map(str, bad)) or "-", oldest=span[0], newest=span[1])
    there = {year: [key for key in recorded if reached(facts, recorded[key], year)] for year in wanted}
    units = [Unit(year, tuple(held[first : first + IMPORTERS])) for year, held in there.items()
             for first in range(0, len(held), IMPORTERS)]  # fmt: skip
    absent = [(key, year) for year, held in there.items() for key in recorded if key not in held]
    return Sweep(study, tuple(units), tuple(absent), facts.mark)


def compute(job: Sweep, unit: Unit, *, threads: int = 1) -> Rows:
    """Return the rows of a unit.

    Raises
    ------
    UserError
        The figures of this machine are not those of the job.
    """
    facts = figures_of(job.study.snapshot, tuple(job.study.overlay))
    check(job, facts)
    unseen = job.study.uncertainty.unseen  # for which all minerals are read; and the study's are among them
    chain = load(unit.importers, year=unit.year, edition=job.study.edition or None, basis=job.study.basis, facts=facts,
                 commodities=list(names.commodities()) if unseen else job.study.commodities)  # fmt: skip
    if unseen:
        remember(chain, facts)
    whole = chain.sel(commodity=job.study.commodities)
    rows: Rows = {view: [] for view in VIEWS}
    world = World()
    for importer in unit.importers:
        study = job.study.model_copy(update={"importer": importer, "year": unit.year})
        run = Run(study, facts=facts, chain=whole.sel(importer=importer))
        counted = run.odds(surge=_surges(run, job.mark, unit.year), threads=threads, ranked=False, world=world)
        for view in VIEWS:
            rows[view] += [[row[column] for column in COLUMNS[view]] for row in records(counted, view)]
    return rows


_ANSWERS: dict[tuple[str, int], dict[str, bool | Clause]] = {}


def _surges(run: Run, mark: str, year: int) -> dict[str, bool | Clause]:
    """Return the answers on demand, which are the same for all importers of a year; the last few years are kept."""
    if (mark, year) not in _ANSWERS:
        while len(_ANSWERS) >= YEARS_KEPT:
            del _ANSWERS[next(iter(_ANSWERS))]
        _ANSWERS[mark, year] = run.surges
    return _ANSWERS[mark, year]


def check(job: Sweep, facts: FactBase) -> None:
    """Refuse figures that are not those of a job.

    Raises
    ------
    UserError
        They are others.
    """
    if facts.mark != job.figures:
        raise UserError("sweep_figures", word=facts.name)


@lru_cache(maxsize=1)
def figures_of(snapshot: str, overlay: tuple[str, ...]) -> FactBase:
    """Return the figures of a snapshot with a user's own over them; opened once a process."""
    return Study(snapshot=snapshot, overlay=list(overlay)).facts()


def by_name(rows: Rows, view: str) -> list[Mapping[str, Any]]:
    """Return the rows of a view by column."""
    return [dict(zip(COLUMNS[view], row, strict=True)) for row in rows[view]]
