"""`shigen data update`: renew the figures from the network or from files at hand."""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from shigen.base import names
from shigen.base.errors import UserError, suggest
from shigen.base.i18n import Lang, text
from shigen.base.years import span
from shigen.show.cli import output
from shigen.show.cli.options import Options

if TYPE_CHECKING:
    from shigen.base.source import Source
    from shigen.figures.factbase import FactBase
    from shigen.figures.sources.reading import Reading

MOST_UNREAD: Final = 12
"""Codes and series without a reader that are told; the rest is counted."""


def add(group: typer.Typer, lang: Lang) -> None:
    """Add the verb to the group."""
    shared = Options(lang)

    def t(key: str) -> str:
        return text(f"cli.{key}", lang)

    @group.command(help=t("update_help"))
    def update(
        source: list[str] = typer.Argument(None, help=t("arg_source"), show_default=False),
        from_: list[Path] = typer.Option(None, "--from", help=t("opt_from"), show_default=False, readable=False),
        edition: str = typer.Option(None, help=t("opt_new_edition"), show_default=False),
        importer: str = shared.importer,
        years: str = shared.years,
        accept_sums: bool = typer.Option(False, "--accept-sums", help=t("opt_accept_sums")),
        accept_lost: bool = typer.Option(False, "--accept-lost", help=t("opt_accept_lost")),
        lang_: str = shared.lang,
        quiet: bool = shared.quiet,
    ) -> None:
        from shigen.figures import store
        from shigen.figures import update as renewal

        publishers = _sources(source, from_)
        readings = []
        for publisher in publishers:
            paths = from_ or _fetched(publisher, importer, years, lang, quiet=quiet)
            with output.progress(lang, quiet=quiet) as tell:
                tell("reading")
                readings.append((publisher, publisher.read(paths, edition)))
        with output.progress(lang, quiet=quiet) as tell:
            snapshot = renewal.add(readings, accept_sums=accept_sums, accept_lost=accept_lost, tell=tell)
        facts = store.facts_of(snapshot)
        for publisher, reading in readings:
            output.say(_read_summary(publisher, reading, lang))
            for line in _aside(reading, facts, lang):
                output.say(line)
        print(text("cli.snapshot_made", lang, name=snapshot.name, parent=snapshot.parent))


def _sources(words: list[str] | None, files: list[Path] | None) -> "list[Source]":
    """Return the sources that a user named; all that can be fetched without a key when none is."""
    from shigen.figures.sources import sources

    known = sources()
    for word in words or ():
        if word not in known:
            raise UserError("source_unknown", suggestions=suggest(word, known), word=word, known=", ".join(known))
    if files and len(words or ()) != 1:
        raise UserError("one_source", known=", ".join(known))
    chosen = [known[word] for word in words] if words else [one for one in known.values() if one.fetch and one.open]
    if not files:
        by_hand = [one for one in chosen if one.fetch is None]
        if by_hand:
            raise UserError("source_by_hand", source=by_hand[0].key, address=by_hand[0].address)
    return chosen


def _fetched(one: "Source", importer: str, years: str | None, lang: Lang, *, quiet: bool) -> list[Path]:
    """Bring the files of a source from the network, with a bar of progress."""
    from shigen.figures import store
    from shigen.figures.sources import hs_codes
    from shigen.figures.sources.http import Fetcher

    facts = store.current()
    choices = {
        "reporters": list(names.members(names.importer(importer))),
        "years": list(span(years)) if years else [int(facts.query("select max(year) as y from trade")["y"].item())],
        "hs6": sorted(hs_codes.wanted()),
        "codes": [str(c) for c in facts.query("select distinct hs9 from hs9_map order by 1")["hs9"]],
    }
    accepted = inspect.signature(one.fetch).parameters if one.fetch else {}
    given = {name: value for name, value in choices.items() if name in accepted}
    folder = store.root() / "fetched" / one.key
    folder.mkdir(parents=True, exist_ok=True)
    with (
        _bar(lang, one.name[lang], quiet=quiet) as tell,
        Fetcher(one.publisher, one.address, store.root() / "cache" / one.key, tell=tell) as fetcher,
    ):
        return list(one.fetch(fetcher, folder, **given)) if one.fetch else []


@contextmanager
def _bar(lang: Lang, name: str, *, quiet: bool) -> Iterator[Any]:
    """Yield a function that hears bytes so far and in all, and shows them on standard error."""
    if quiet:
        yield lambda so_far, whole: None  # noqa: ARG005
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    with Progress(TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(),
                  console=Console(stderr=True)) as bar:  # fmt: skip
        task = bar.add_task(text("cli.fetching", lang, name=name), total=None)
        yield lambda so_far, whole: bar.update(task, completed=so_far, total=whole or None)


def _read_summary(publisher: "Source", reading: "Reading", lang: Lang) -> str:
    """Return what was read, in one sentence a table, and what was left out."""
    rows = ", ".join(f"{text(f'table.{name}', lang)} {len(rows):,}" for name, rows in reading.tables.items())
    out = ", ".join(f"{what} {count:,}" for what, count in list(reading.left_out.items())[:8]) or "–"
    editions = ", ".join(str(e["edition"]) for e in reading.editions)
    return text(
        "cli.source_read",
        lang,
        source=publisher.name[lang],
        editions=editions,
        rows=rows,
        left_out=out,
        terms=publisher.terms,
    )


def _aside(reading: "Reading", facts: "FactBase", lang: Lang) -> Iterator[str]:
    """Yield what a user may not expect: codes that stand under another one, and rows that nothing reads."""
    from shigen.figures.unread import unread

    if reading.read_as:
        codes = ", ".join(f"{hs6} → {target}" for hs6, target in reading.read_as.items())
        yield text("cli.source_read_as", lang, codes=codes)
    unread_rows = unread(facts, reading.tables)
    if unread_rows:
        reasons = "; ".join(f"{why.to(lang)} ({count:,})" for _, why, count in unread_rows[:MOST_UNREAD])
        more = len(unread_rows) - MOST_UNREAD
        rows = f"{sum(count for *_, count in unread_rows):,}"
        yield text("cli.source_unread", lang, rows=rows, told=reasons + (f"; … (+{more})" if more > 0 else ""))
