"""Rows of small tables: their words in one language, and what is made of them, once for each state of the facts."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Protocol, TypeVar

from shigen.base.i18n import Lang, source_words
from shigen.base.lasting import once_each
from shigen.figures.factbase import FactBase
from shigen.figures.store import current

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class OfFacts(Protocol[T_co]):
    """What is made of the tables."""

    def __call__(self, facts: FactBase | None = None) -> T_co:
        """Return it as of some facts; of the snapshot in use when none are given."""


def of_facts(make: Callable[[FactBase], T]) -> OfFacts[T]:
    """Keep what a function makes of the tables for as long as the facts are there that it was made of."""
    kept = once_each(make)

    @wraps(make)
    def of(facts: FactBase | None = None) -> T:
        return kept(facts or current())

    return of


def in_language(row: Mapping[str, str], lang: Lang) -> dict[str, str]:
    """Return a row with its words in one language: of `name_ja` and `name_en` one becomes `name`."""
    other = f"_{'en' if lang == 'ja' else 'ja'}"
    return {
        column.removesuffix(f"_{lang}"): source_words(cell, lang) if column == "source" else cell
        for column, cell in row.items() if not column.endswith(other)
    }  # fmt: skip
