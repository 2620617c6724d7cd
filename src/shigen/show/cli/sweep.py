"""`shigen uncertainty` of many importers and years: by processes of this machine or a scheduler, and resumable."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from shigen.base import given, names
from shigen.base.errors import UserError
from shigen.base.i18n import Lang, text
from shigen.base.whole import scratch
from shigen.base.years import span
from shigen.show.cli import output

if TYPE_CHECKING:
    from shigen.model.spread import Uncertainty
    from shigen.study.finished import Finished
    from shigen.study.sweep import Sweep, Unit
    from shigen.study.workers import Results

MOST_WORKERS: Final = 256
"""Processes of one machine beyond which somebody slipped."""


@dataclass(frozen=True)
class Ask:
    """What the options ask for."""

    commodities: list[str] | None
    importers: str
    """Joined by commas, or "all"."""
    year: int | None
    years: str | None
    edition: list[str] | None
    overlay: list[Path] | None
    basis: str
    workers: int | None
    scheduler: str | None

    def check(self, view: str) -> None:
        """Refuse what does not go together before anything heavy is loaded."""
        from shigen.study.sweep import ALL, VIEWS

        if view not in VIEWS:
            raise UserError("sweep_view", word=view, known=", ".join(VIEWS))
        if self.year is not None and self.years is not None:
            raise UserError("year_and_years")
        if self.workers is not None and self.scheduler is not None:
            raise UserError("workers_and_scheduler")
        if self.workers is not None:
            given.number(self.workers, "--workers", "between_whole", least=1.0, most=float(MOST_WORKERS), low="1",
                         high=str(MOST_WORKERS))  # fmt: skip
        for word in () if self.importers == ALL else self.importers.split(","):
            names.importer(word.strip())

    def job(self, chosen: "Uncertainty") -> "Sweep":
        """Return the job."""
        from shigen.study.choices import Study, UncertaintySpec
        from shigen.study.sweep import sweep

        facts = output.facts(self.overlay)
        drawn = UncertaintySpec(draws=chosen.draws, seed=chosen.seed)
        study = Study.model_validate({
            **({"commodities": self.commodities} if self.commodities else {}), "edition": self.edition or [],
            "overlay": [str(file.absolute()) for file in self.overlay or ()], "basis": self.basis,
            "uncertainty": drawn,
        })  # fmt: skip
        years = span(self.years) if self.years else None if self.year is None else [self.year]
        return sweep(study, [word.strip() for word in self.importers.split(",")], years, facts=facts)

    def results(self, job: "Sweep", left: "Sequence[Unit]") -> "Results":
        """Return what computes the units that are left."""
        from shigen.model.draws import THREADS
        from shigen.study import workers

        if self.scheduler is not None:
            return workers.on_a_scheduler(job, left, self.scheduler)
        if self.workers is not None and self.workers > 1:
            return workers.on_this_machine(job, left, self.workers)
        return workers.alone(job, left, threads=THREADS if self.workers is None else 1)


def run(ask: Ask, chosen: "Uncertainty", view: str, form: str, out: Path | None, lang: Lang, *, quiet: bool) -> None:
    """Compute what is left of the job, then write its tables or print a view of it."""
    ask.check(view)
    from shigen.study.finished import Finished

    with ExitStack() as kept:
        job = ask.job(chosen)
        folder = kept.enter_context(scratch()) if out is None else out
        finished = Finished(folder, job)
        start = time.monotonic()
        with output.progress(lang, quiet=quiet) as tell:
            _compute(ask, finished, tell, lang)
            if out is not None:
                tell("sweep_tables")
        if out is None:
            _print(finished, view, form, lang)
            output.say(text("sweep.digest", lang, digest=finished.digest))
        else:
            from shigen.show.report.sweep_tables import write

            files = write(finished)
            finished.close(time.monotonic() - start)
            print(text("sweep.done", lang, units=len(job.units), path=finished.folder, files=", ".join(files),
                       digest=finished.digest))  # fmt: skip
        if job.absent and not quiet:
            output.say(text("sweep.absent", lang, count=len(job.absent)))


def _compute(ask: Ask, finished: "Finished", tell: Callable[..., None], lang: Lang) -> None:
    """Compute the units that are left and keep each as it comes; tell how far it is and how long it takes."""
    left, of = finished.left(), len(finished.job.units)
    if len(left) < of:
        tell("sweep_resumed", done=of - len(left), of=of)
    if not left:
        return
    start = time.monotonic()
    for n, (unit, rows) in enumerate(ask.results(finished.job, left), 1):
        finished.keep(unit, rows)
        to_go = (time.monotonic() - start) / n * (len(left) - n)
        tell("sweep", done=of - len(left) + n, of=of, unit=unit.name, left=duration(to_go, lang))


def duration(seconds: float, lang: Lang) -> str:
    """Return a time in words: seconds up to a minute and a half, minutes up to an hour and a half, then hours."""
    if seconds < 90:
        return text("sweep.seconds", lang, count=round(seconds))
    if seconds < 5400:
        return text("sweep.minutes", lang, count=round(seconds / 60))
    hours, minutes = divmod(round(seconds / 60), 60)
    return text("sweep.hours", lang, hours=hours, minutes=minutes)


def _print(finished: "Finished", view: str, form: str, lang: Lang) -> None:
    """Print a view, unit by unit."""
    from shigen.model.odds_records import COLUMNS
    from shigen.show.cli.odds_table import table_of
    from shigen.show.report.rows import csv_head, csv_lines
    from shigen.study.sweep import by_name

    every: Iterator[Sequence[Mapping[str, Any]]] = (by_name(rows, view) for rows in finished.rows())
    if form == "csv":
        output.emit(csv_head(COLUMNS[view]), None, lang)
        for rows in every:
            output.emit(csv_lines(rows, COLUMNS[view]), None, lang)
    elif form == "json":
        output.emit(output.to_json({"meta": {**finished.job.choices, "digest": finished.digest},
                                    "records": [row for rows in every for row in rows]}), None, lang)  # fmt: skip
    else:
        for rows in every:
            for (importer, year), mine in groupby(rows, key=lambda row: (row["importer"], row["year"])):
                title = text("sweep.title", lang, importer=names.label(importer, lang), year=year)
                output.emit(output.render(table_of(view, list(mine), lang, title)), None, lang)
