"""What a publisher's series is declared by: its file of `read_*` and `fetch_*`, and the terms under which it gives."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from shigen.base.i18n import Lang

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Source:
    """The declaration of a publisher's series: what it gives, where it stands, and under which terms."""

    key: str
    name: dict[Lang, str]
    publisher: str
    """As in the table `editions`."""
    gives: tuple[str, ...]
    """Fact tables that its rows go into."""
    address: str
    """Page from which a user downloads by hand."""
    terms: str
    open: bool = field(default=True, kw_only=True)
    """Whether it can be fetched without a key."""
    shipped: bool
    """Whether the terms allow the rows in the embedded package; else they stay on the user's machine."""
    files: dict[Lang, str]
    """Which files `--from` takes, in words."""
    read: Callable[..., Any]
    """(paths: Sequence[Path], edition: str | None) -> Reading"""
    fetch: Callable[..., Any] | None = None
    """(fetcher: Fetcher, folder: Path, ...) -> list[Path]: bring the files; None: only a download by hand works."""


SOURCES: dict[str, Source] = {}
"""Filled by `source`; `shigen.figures.sources.sources` reads it."""


def source(**declared: Any) -> Callable[[F], F]:
    """Declare a publisher by its `read` function; the function keeps its signature and its source."""

    def register(function: F) -> F:
        if declared["key"] in SOURCES:
            message = f"the source {declared['key']!r} is declared twice"
            raise ValueError(message)
        SOURCES[declared["key"]] = Source(read=function, **declared)
        return function

    return register
