"""Commodities, countries and blocs: every name that a user may type leads to one key.

Reads the small CSV tables of the data package with the standard library alone, so that the command line can
check names before anything heavy is imported.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, Literal, TypeVar

from shigen.base.errors import LONGEST, UserError, suggest, written
from shigen.base.i18n import Lang

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
    spread: str = "other"
    """How far its figures of production are revised: bulk, ferro or other."""

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


@cache
def _identities(name: str) -> tuple[Mapping[str, str], ...]:
    """Return the rows of a table of identities, of the package that came with the program; cells are text as printed.

    What a word means must be known before any facts are opened, and is the same whichever they are. All other tables
    are the facts', by `FactBase.table`.
    """
    content = files("shigen.figures").joinpath("package", f"{name}.csv").read_text("utf-8")
    return tuple(map(MappingProxyType, csv.DictReader(io.StringIO(content, newline=""))))


def _fold(word: str) -> str:
    folded = unicodedata.normalize("NFKC", word).casefold().replace("_", " ").replace("-", " ").strip()
    for small, large in _KANA:
        folded = folded.replace(small, large)
    return folded


_KANA: Final = (("ヴァ", "バ"), ("ヴィ", "ビ"), ("ヴェ", "ベ"), ("ヴォ", "ボ"), ("ヴ", "ブ"), ("・", ""), ("=", ""))
"""One sound that is written in two ways, and marks between the parts of a name."""
_SHORT: Final = {
    "rep": "republic", "dem": "democratic", "fed": "federal", "isds": "islands", "isl": "islands", "st": "saint",
    "sts": "states", "terr": "territory", "br": "british", "fr": "french", "n": "north", "s": "south",
}  # fmt: skip
"""What publishers shorten in English names."""
_FILLERS: Final = frozenset({"the", "of", "and"})
_SHARED: Final = frozenset({
    "republic", "democratic", "peoples", "people", "kingdom", "united", "state", "states", "federal", "federated",
    "federation", "federative", "islamic", "arab", "socialist", "commonwealth", "union", "islands", "island", "saint",
    "territory", "territories", "new", "north", "south", "east", "west", "korea", "china", "guinea", "africa",
    "america", "american", "asia", "british", "french", "virgin", "former", "province", "sar",
})  # fmt: skip
"""Words that names of different countries have in common: what is like in them alone is not alike."""
_SHARED_JA: Final = re.compile(
    "連邦共和国|民主共和国|人民共和国|共和国|合衆国|連邦|王国|公国|民主主義|社会主義|人民|民主|諸島|朝鮮|英領|米領|仏領|領|[東西南北国島]"
)
LIKE: Final = 0.8
"""How alike the words must be that are a country's own, for a suggestion."""
SLIP: Final = 0.9
"""How alike a whole name must be that has no word of its own ("South Korea", "United States")."""


def _words(word: str) -> list[str]:
    """Return the words of a name in Latin letters, as they are compared: without accents, dots and short forms."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", _fold(word)) if not unicodedata.combining(c))
    plain = plain.replace("&", " and ").replace(".", "" if re.search(r"\b\w\.\w\.", plain) else " ")
    parts = re.sub(r"[^\w\s]", " ", re.sub(r"['’`]", "", plain)).split()
    return [_SHORT.get(part, part) for part in parts if part not in _FILLERS]


def _bag(word: str) -> str:
    """Return the words of a name without their order: "Korea, Rep." is "Republic of Korea"; empty where not Latin."""
    return " ".join(sorted(_words(word))) if word.isascii() or "LATIN" in {_script(c) for c in word} else ""


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").split(" ")[0]


@lru_cache(maxsize=1 << 14)
def _own(word: str) -> str:
    """Return what of a name is its own, without words that it shares with names of other countries."""
    if bag := _bag(word):
        return " ".join(w for w in bag.split() if w not in _SHARED and not get_close_matches(w, _SHARED, 1, 0.8))
    return _SHARED_JA.sub("", _fold(word))


def _suggested(word: str, index: Mapping[str, str]) -> list[str]:
    """Return the keys of names that are like a word in what is their own, the most like first; of codes none."""
    if len(word) > LONGEST:  # longer than any name: it resembles none, and is not worth keeping
        return []
    own, folded = _own(word), _fold(word)
    least = 4 if _bag(word) else 2  # three Latin letters are a code: one letter off is another country
    to_own, to_whole = (SequenceMatcher(None, "", one, autojunk=False) for one in (own, folded))
    close: dict[str, float] = {}
    for name, key in index.items():
        by_own = len(_own(name)) >= least
        compared, meant, matcher = (_own(name), own, to_own) if by_own else (name, folded, to_whole)
        line = LIKE if by_own else SLIP
        if min(len(compared), len(meant)) < least:
            continue
        matcher.set_seq1(compared)
        alike = matcher.real_quick_ratio() >= line and matcher.quick_ratio() >= line and matcher.ratio() >= line
        if alike or (least > 2 and one_slip(folded, name)):
            to_whole.set_seq1(name)
            close[key] = max(close.get(key, 0.0), to_whole.ratio())
    return sorted(close, key=lambda key: -close[key])[:3]


def one_slip(one: str, other: str) -> bool:
    """Tell whether two words differ by one slip: a letter more, less or another, or two neighbours that changed places.

    Examples
    --------
    >>> one_slip("chnia", "china"), one_slip("chna", "china"), one_slip("chile", "china")
    (True, True, False)
    """
    shorter, longer = sorted((one, other), key=len)
    begin = next((i for i, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    a, b = shorter[begin:], longer[begin:]
    if len(a) != len(b):
        return b[1:] == a
    return a[1:] == b[1:] or (len(a) > 1 and a[:2] == b[1::-1] and a[2:] == b[2:])


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
            spread=r["spread_class"],
        )
        for r in _identities("commodities")
    ]  # fmt: skip
    return {c.key: c for c in sorted(rows, key=lambda c: (c.meti13 or 99, c.key))}


@cache
def countries() -> dict[str, Name]:
    """All countries and areas by ISO 3166 alpha-3 code, Taiwan and Kosovo among them; without the aggregates."""
    written: dict[str, list[str]] = {}
    for r in _identities("country_names"):
        written.setdefault(r["iso3"], []).append(r["name"])
    aliases = ("usgs_aliases", "comtrade_aliases", "other_names")
    return {
        r["iso3"]: Name(
            r["iso3"], r["name_en"], r["name_ja"],
            (*(name for column in aliases for name in split(r[column])), r["iso2"], *written.get(r["iso3"], ())),
        )
        for r in _identities("countries")
        if r["iso3"] not in AGGREGATES
    }  # fmt: skip


def codes() -> tuple[Mapping[str, str], ...]:
    """The codes of every country, area and aggregate: `iso3`, `iso2`, `baci_code`, `comtrade_code` …; empty: none."""
    return _identities("countries")


@cache
def blocs() -> dict[str, Bloc]:
    """Blocs by key."""
    rows = _identities("blocs")
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
    key_of: dict[str, str] = {}
    for name in names:
        for word in (name.key, name.symbol, name.en, name.ja, *name.aliases):
            if word:
                key_of.setdefault(_fold(word), name.key)
    return key_of


@cache
def _bags() -> Mapping[str, str]:
    """Return the countries and blocs by the words of their names, whatever their order."""
    by_bag: dict[str, str] = {}
    for name, key in _index("importer").items():
        if bag := _bag(name):
            by_bag.setdefault(bag, key)
    return by_bag


def _resolve(word: str, kind: str, said: str = "") -> str:
    index, said = _index(kind), said or kind
    if not isinstance(word, str):
        raise UserError(f"unknown_{said}", word=written(word))
    key = index.get(_fold(word))
    if key is None and kind == "importer":
        key = _bags().get(_bag(word))
    if key is None:
        if kind == "importer":
            close = _suggested(word, index)
        else:
            close = list(dict.fromkeys(index[_fold(s)] for s in suggest(_fold(word), index)))
        raise UserError(f"unknown_{said}", suggestions=close, word=word)
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
    values: dict[str, T] = {}
    first: dict[str, str] = {}
    for word, own in given.items():
        key = find(word)
        if key in values:
            raise UserError("commodities_twice", word=f"{first[key]}, {word}")
        values[key], first[key] = own, word
    return values


def importer(word: str, *, said: Literal["importer", "country", "place"] = "importer") -> str:
    """Return the key of an importer: the alpha-3 code of a country, or a bloc such as EU27.

    `said` is what the message calls it where another is asked for: a supplier, whom a stop is against (`country`);
    whose demand (`place`).

    Raises
    ------
    UserError
        No country or bloc goes by that name.
    """
    return _resolve(word, "importer", said)


def country(word: str) -> str:
    """Return the alpha-3 code of a country.

    Raises
    ------
    UserError
        No country goes by that name; a bloc is none.
    """
    key = importer(word, said="country")
    if key in blocs():
        raise UserError("not_a_country", word=word)
    return key


def members(importer_key: str) -> tuple[str, ...]:
    """Return the countries that are home to an importer: the country itself, or a bloc's members."""
    return blocs()[importer_key].members if importer_key in blocs() else (importer_key,)


def market(importer_key: str) -> tuple[str, ...]:
    """Return the countries of one market with an importer: those of its bloc, or of the bloc that it is a member of."""
    own = (one.members for key, one in blocs().items() if importer_key in {key, *one.members})
    return next(own, (importer_key,))


def label(key: str, lang: Lang) -> str:
    """Return the name of a commodity, country or bloc in one language; the key itself where it has none."""
    for register in (commodities(), countries(), blocs()):
        if key in register:
            return register[key].to(lang)
    return key
