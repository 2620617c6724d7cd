"""The command line in this process, warm: what several walks of it share."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from importlib import import_module
from inspect import isfunction
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import openpyxl
from pydantic import BaseModel

from shigen.show.cli.app import run

SLOW = (
    "shigen.model.chain:load", "shigen.model.criticality:assess", "shigen.model.effects:effects",
    "shigen.outlook.demand:demand", "shigen.outlook.stocks:stocks",
    "shigen.study.ledger:ledger", "shigen.study.trace:explain", "shigen.study.why:why",
    "shigen.study.revisions:revisions", "shigen.figures.difference:counts", "shigen.figures.difference:largest",
    "shigen.figures.checks:look_at", "shigen.study.run:Run",
)  # fmt: skip
"""What verbs ask for and nothing changes: computed once for all formats, and for both languages where it has none."""


@contextmanager
def warm() -> Iterator[None]:
    """Keep the answers of slow functions while the command line is walked."""
    answers: dict[tuple[str, str], tuple[Any, Any]] = {}

    def kept(name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def asked(*given: Any, **named: Any) -> Any:
            key = name, repr([_mark(one) for one in (*given, *sorted(named.items()))])
            if key not in answers:
                answers[key] = act(*given, **named), (given, named)  # held, so that no id is given twice
            return answers[key][0]

        return asked

    patches = []
    for one in SLOW:
        module, _, name = one.partition(":")
        patches.append(patch.object(import_module(module), name, kept(one, getattr(import_module(module), name))))
    for one_patch in patches:
        one_patch.start()
    try:
        yield
    finally:
        for one_patch in patches:
            one_patch.stop()


def _mark(value: Any) -> Any:
    if isinstance(value, str | int | float | bool | range | None):
        return value
    if isinstance(value, BaseModel):
        return value.model_dump_json()
    if isfunction(value):  # what hears of progress
        return ""
    return tuple(map(_mark, value)) if isinstance(value, list | tuple) else f"{type(value).__name__} {id(value)}"


def heeds_signals() -> None:
    """Undo what a shell does to what it starts in the background: it has it ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})


def call(*arguments: str) -> tuple[int, str, str]:
    """Run a command line; return its exit code, standard output and standard error."""
    out, err = StringIO(), StringIO()
    before = os.environ.get("SHIGEN_LANG")
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = run(arguments)
    finally:
        if before is not None:
            os.environ["SHIGEN_LANG"] = before
    return code, out.getvalue(), err.getvalue()


def fill(workbook: Path, sheet: str, **cells: object) -> Path:
    """Write one row into a sheet of the workbook for one's own figures, below its example."""
    book = openpyxl.load_workbook(workbook)
    keys = [cell.value for cell in book[sheet][5]]
    for key, value in cells.items():
        book[sheet].cell(7, keys.index(key) + 1, value)
    book.save(workbook)
    return workbook
