"""Commodities, countries and blocs: every name that a user may type leads to one key.

Reads the small CSV tables of the data package with the standard library alone, so that the command line can
check names before anything heavy is imported.
"""

import csv
import io
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypeVar

from shigen.base.errors import UserError, suggest, written
from shigen.base.i18n import Lang, source_words

T = TypeVar("T")

WORLD, OTHER = "WLD", "OTH"
"""Codes of printed totals and remainders. They are no countries and never enter a sum over countries."""

AGGREGATES = frozenset({WORLD, OTHER, "EUU"})


@dataclass(frozen=True)
class Name:
    """A key with its names: a commodity, a country or a bloc."""

    key: str
    en: str
    ja: str
    aliases: tuple[str, ...] = ()
    symbol: str = ""

    def to(self, lang: Lang) -> str:
        """Return the name in one language."""
        return self.ja if lang == "ja" else self.en


@dataclass(frozen=True)
class Commodity(Name):
    """A commodity: its basis (what a tonne is) and its place among METI's 13 (0: not one of them)."""

    basis_en: str = ""
    basis_ja: str = ""
    unit_en: str = ""
    unit_ja: str = ""
    meti13: int = 0

    def basis(self, lang: Lang) -> str:
        """Return what one tonne of it is."""
        return self.basis_ja if lang == "ja" else self.basis_en

    def unit(self, lang: Lang) -> str:
        """Return the basis in short, as the unit of a column of several commodities."""
        return self.unit_ja if lang == "ja" else self.unit_en


@dataclass(frozen=True)
class Bloc(Name):
    """Countries that count as one home; trade among them is home supply."""

    members: tuple[str, ...] = ()


def table(name: str, folder: str = "package") -> list[dict[str, str]]:
    """Read a small CSV table of the data package, or of the names beside `sources`; every cell is text as printed."""
    return [dict(row) for row in _table(name, folder)]


@cache
def _table(name: str, folder: str) -> tuple[dict[str, str], ...]:
    content = files("shigen.figures").joinpath(folder, f"{name}.csv").read_text("utf-8")
    return tuple(csv.DictReader(io.StringIO(content, newline="")))


def told(name: str, lang: Lang) -> list[dict[str, str]]:
    """Read a small CSV table with its words in one language: `name_ja` and `name_en` become `name`."""
    aside = f"_{'en' if lang == 'ja' else 'ja'}"
    return [
        {column.removesuffix(f"_{lang}"): source_words(cell, lang) if column == "source" else cell
         for column, cell in row.items() if not column.endswith(aside)}
        for row in table(name)
    ]  # fmt: skip


def _fold(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold().replace("_", " ").replace("-", " ").strip()


def split(cell: str) -> list[str]:
    """Return the parts of a cell that semicolons join."""
    return [part.strip() for part in cell.split(";") if part.strip()]


@cache
def commodities() -> dict[str, Commodity]:
    """All commodities of the package by key; METI's 13 first, in the order of the study."""
    rows = [
        Commodity(
            key=r["commodity"], en=r["name_en"], ja=r["name_ja"], aliases=tuple(split(r["aliases"])),
            symbol=r["symbol"], basis_en=r["basis_en"], basis_ja=r["basis_ja"],
            unit_en=r["unit_en"], unit_ja=r["unit_ja"], meti13=int(r["meti13"] or 0),
        )
        for r in table("commodities")
    ]  # fmt: skip
    return {c.key: c for c in sorted(rows, key=lambda c: (c.meti13 or 99, c.key))}


@cache
def countries() -> dict[str, Name]:
    """All countries and areas by ISO 3166 alpha-3 code, Taiwan and Kosovo among them; without the aggregates."""
    return {
        r["iso3"]: Name(
            r["iso3"], r["name_en"], r["name_ja"], (*split(r["usgs_aliases"]), *split(r["other_names"]), r["iso2"])
        )
        for r in table("countries")
        if r["iso3"] not in AGGREGATES
    }


@cache
def blocs() -> dict[str, Bloc]:
    """Blocs by key."""
    rows = table("blocs")
    first = {r["bloc"]: r for r in reversed(rows)}
    return {
        key: Bloc(key, r["name_en"], r["name_ja"], members=tuple(m["member"] for m in rows if m["bloc"] == key))
        for key, r in sorted(first.items())
    }


@cache
def _index(kind: str) -> Mapping[str, str]:
    names: Iterable[Name] = (
        commodities().values() if kind == "commodity" else (*countries().values(), *blocs().values())
    )
    found: dict[str, str] = {}
    for name in names:
        for word in (name.key, name.symbol, name.en, name.ja, *name.aliases):
            if word:
                found.setdefault(_fold(word), name.key)
    return found


def _resolve(word: str, kind: str) -> str:
    index = _index(kind)
    if not isinstance(word, str):
        raise UserError(f"unknown_{kind}", word=written(word))
    key = index.get(_fold(word))
    if key is None:
        close = list(dict.fromkeys(index[_fold(s)] for s in suggest(_fold(word), index)))
        raise UserError(f"unknown_{kind}", suggestions=close, word=word)
    return key


def commodity(word: str) -> str:
    """Return the key of a commodity named by key, symbol, or a name in either language.

    Raises
    ------
    UserError
        Nothing in the package goes by that name.
    """
    return _resolve(word, "commodity")


def each_commodity(words: Iterable[str]) -> tuple[str, ...]:
    """Return the keys of at least one commodity, each named once.

    Raises
    ------
    UserError
        There is none, one is not known, or one is named twice, under whichever names.
    """
    keys = tuple(commodity(word) for word in words)
    if not keys or len(set(keys)) < len(keys):
        raise UserError("commodities_twice" if keys else "no_commodity", word=", ".join(words))
    return keys


def by_commodity(given: Mapping[str, T]) -> dict[str, T]:
    """Return what is given by the commodities' names, by their keys.

    Raises
    ------
    UserError
        A commodity that is not known, or one named twice, under whichever names.
    """
    return by_key(given, commodity)


def by_key(given: Mapping[str, T], find: Callable[[str], str]) -> dict[str, T]:
    """Return what is given by names, by the keys that `find` tells.

    Raises
    ------
    UserError
        What `find` raises, or two names of one key.
    """
    found: dict[str, T] = {}
    first: dict[str, str] = {}
    for word, own in given.items():
        key = find(word)
        if key in found:
            raise UserError("commodities_twice", word=f"{first[key]}, {word}")
        found[key], first[key] = own, word
    return found


def importer(word: str) -> str:
    """Return the key of an importer: the alpha-3 code of a country, or a bloc such as EU27.

    Raises
    ------
    UserError
        No country or bloc goes by that name.
    """
    return _resolve(word, "importer")


def country(word: str) -> str:
    """Return the alpha-3 code of a country.

    Raises
    ------
    UserError
        No country goes by that name; a bloc is none.
    """
    key = importer(word)
    if key in blocs():
        raise UserError("not_a_country", word=word)
    return key


def members(importer_key: str) -> tuple[str, ...]:
    """Return the countries that are home to an importer: the country itself, or a bloc's members."""
    return blocs()[importer_key].members if importer_key in blocs() else (importer_key,)


def label(key: str, lang: Lang) -> str:
    """Return the name of a commodity, country or bloc in one language; the key itself where it has none."""
    for register in (commodities(), countries(), blocs()):
        if key in register:
            return register[key].to(lang)
    return key
