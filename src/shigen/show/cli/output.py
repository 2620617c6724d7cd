"""Rows out of the command line: a table to read, JSON and CSV to keep; to standard output or, whole, to a file."""

import io
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from shigen.base.ending import undone
from shigen.base.errors import UserError, suggest
from shigen.base.i18n import Lang, default_lang, text, typeset
from shigen.base.whole import because, replacing, unwritable, where
from shigen.show.cli.lines import japanese_lines
from shigen.show.report.rows import to_csv

if TYPE_CHECKING:
    from rich.table import Table
    from xarray import Dataset

    from shigen.figures.factbase import FactBase

FORMATS: Final = ("table", "json", "csv")


def check_format(word: str) -> str:
    """Return a known format.

    Raises
    ------
    UserError
        There is no such format.
    """
    if word not in FORMATS:
        raise UserError("unknown_format", suggestions=suggest(word, FORMATS), word=word, known=", ".join(FORMATS))
    return word


def facts(overlay: list[Path] | None) -> "FactBase":
    """Return the facts of the snapshot in use, with the user's own figures over them.

    Raises
    ------
    UserError
        What is wrong with the user's files.
    """
    from shigen.figures.store import current

    if not overlay:
        return current()
    from shigen.figures.own.layers import lay
    from shigen.figures.own.overlay import read_overlay

    read = read_overlay(overlay)
    say_read(read.read)
    return lay(current(), read)


def say_read(read: "Mapping[tuple[str, str], int]") -> None:
    """Say on standard error what was read from each of the user's files, by table."""
    lang = default_lang()
    for (file, name), count in read.items():
        named = text(f"template.table.{name}" if name in ("products", "projects") else f"table.{name}", lang)
        say(text("own.read", lang, file=file, table=named, count=count))


def say_unread(chains: "Sequence[Dataset]", facts: "FactBase", lang: Lang, *, methods: bool = False) -> None:
    """Say on standard error which of the user's rows nothing reads, and why."""
    from shigen.model.unread import unread

    left = unread(chains, facts, methods=methods)
    for line in [text("own.unread", lang), *(row.in_words(lang) for row in left)] if left else ():
        say(line)


def to_json(value: Any) -> str:
    """Return JSON; numbers are numbers or null, never NaN."""
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def shown(form: str, rows: Sequence[dict[str, Any]], columns: Sequence[str], table: Callable[[], Any],
          whole: Any = None) -> str:  # fmt: skip
    """Return rows in the form that was asked for; `whole` is what JSON holds where that is more than the rows."""
    if form == "json":
        return to_json(list(rows) if whole is None else whole)
    return to_csv(rows, columns) if form == "csv" else render(table())


def emit(content: str, out: Path | None, lang: Lang) -> None:
    """Print, or write whole to a file: to a temporary name first, then renamed.

    Raises
    ------
    UserError
        The file cannot be written.
    """
    if out is None:
        _to_stdout(content)
        return
    place = where(out)
    if place.exists() and not place.is_file():
        # A pipe or a device is written to, never replaced.
        try:
            place.write_text(content, encoding="utf-8", newline="")
        except OSError as error:
            raise unwritable(out, error) from error
    else:
        with replacing(place) as part:
            part.write_text(content, encoding="utf-8", newline="")
    say(text("cli.written", lang, path=place))


def _to_stdout(content: str) -> None:
    try:
        print(content, end="", flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UserError("stdout_unwritable", detail=because(error)) from error


def say(message: str) -> None:
    """Print a message to standard error."""
    print(message, file=sys.stderr)


def warn(messages: Iterable[str], lang: Lang) -> None:
    """Print warnings to standard error; what was computed stands nonetheless."""
    for message in messages:
        say(text("cli.warning", lang, message=message))


def render(*parts: Any, width: int | None = None) -> str:
    """Return Rich tables, trees and texts as plain text (colour only on a terminal).

    What is printed is data: neither "[demand]" nor ":car:" in it is markup.
    """
    from rich.console import Console

    terminal = sys.stdout is not None and sys.stdout.isatty()
    console = Console(file=io.StringIO(), force_terminal=terminal, width=width if terminal else (width or 160),
                      markup=False, emoji=False)  # fmt: skip
    with japanese_lines():
        for part in parts:
            console.print(part)
    return typeset(console.file.getvalue(), default_lang())  # type: ignore[attr-defined]


def table(title: str, columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[str]]) -> "Table":
    """Return a table; columns are (title, justify)."""
    from rich import box
    from rich.table import Table as RichTable
    from rich.text import Text

    grid = RichTable(title=Text(title) if title else None, box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
    for name, justify in columns:
        grid.add_column(Text(name), justify=justify, overflow="fold")  # type: ignore[arg-type]
    for row in rows:
        grid.add_row(*map(Text, row))
    return grid


@contextmanager
def progress(lang: Lang, *, quiet: bool) -> Iterator[Callable[..., None]]:
    """Yield a function that tells the step under way on standard error: a spinner on a terminal, else one line each.

    What it takes is the step's key in the catalogue and the values that its text names.
    """
    if quiet:
        yield lambda _, **__: None
        return
    from rich.console import Console

    console = Console(stderr=True)
    start = time.monotonic()
    if not console.is_terminal:
        yield lambda step, **values: print(
            f"{time.monotonic() - start:5.1f} s  {text(f'progress.{step}', lang, **values)}", file=sys.stderr
        )
    else:
        with undone(lambda: print("\x1b[?25h", end="", file=sys.stderr, flush=True)), console.status("") as status:
            yield lambda step, **values: status.update(text(f"progress.{step}", lang, **values))
