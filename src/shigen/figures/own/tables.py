"""The tables that users may give figures for: columns, keys, units and a worked example of each.

The template is written from this list and the overlay is read by it. Limits (years, least and most, allowed words) come
from the schemas of the fact tables; only `products` and `projects`, which no publisher fills, state theirs here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Any, Final, Literal

from shigen.base import names
from shigen.base.errors import UserError, suggest
from shigen.base.i18n import LANGS, Lang, catalogue, text
from shigen.figures import schema
from shigen.figures.sources import files

Kind = Literal[
    "action",
    "commodity",
    "country",
    "home",
    "list",
    "word",
    "series",
    "year",
    "hs6",
    "mass",
    "price",
    "share",
    "number",
    "unit",
    "text",
]

EXAMPLE: Final = "example"
"""The action of a worked example; the row is skipped."""
ACTIONS: Final = ("replace", "add", "withdraw")
STATUSES: Final = ("operating", "construction", "planned", "exploration", "suspended", "closed")
"""What a project may be at."""


@dataclass(frozen=True)
class Column:
    """A column that a user fills."""

    key: str
    kind: Kind
    needed: bool = False
    unit: str = ""
    words: tuple[str, ...] = ()
    """What may stand there, where a list says so."""
    least: float | None = None
    most: float | None = None
    default: str | None = None
    """What an empty cell means; None: absent."""

    def name(self, lang: Lang) -> str:
        """Return its name in one language."""
        return text(f"template.column.{self.key}", lang)


@dataclass(frozen=True)
class UserTable:
    """A sheet of the template: what a row is, what makes it one of a kind, and what it measures."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    values: tuple[str, ...]
    either: bool = False
    """One of the values is enough."""
    ascending: tuple[str, ...] = ()
    """Columns of which none may be above the next."""
    aggregates: bool = False
    """The printed world total (WLD) and the remainder (OTH) may stand for a country."""
    example: Mapping[str, object] = field(default_factory=dict)

    def title(self, lang: Lang) -> str:
        """Return its name in one language."""
        return text(f"template.table.{self.name}" if self.name in OWN else f"table.{self.name}", lang)

    def column(self, key: str) -> Column:
        """Return one of its columns."""
        return next(column for column in self.columns if column.key == key)

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of its columns, in order."""
        return tuple(column.key for column in self.columns)


OWN: Final = ("products", "projects")
"""Tables that no publisher fills; their rows are not figures of a fact table."""


def _column(table: str, key: str, kind: Kind, *, needed: bool = True, unit: str = "", **more: Any) -> Column:
    """Return a column with the limits that the schema of the fact table states."""
    fields = {f["name"]: f for f in schema.tables()[table].fields}
    rules = fields.get(key, {}).get("constraints", {})
    limits = {"least": rules.get("minimum"), "most": rules.get("maximum"), "words": tuple(rules.get("enum", ()))}
    if kind == "year":
        limits |= {"least": rules.get("minimum", 1900), "most": rules.get("maximum", 2100)}
    return Column(key, kind, needed=needed, unit=unit, **{**limits, **more})


def _facts(
    table: str, *columns: Column, values: tuple[str, ...], example: Mapping[str, object], **more: Any
) -> UserTable:
    """Return a table with `action` before and `source` and `note` after its own columns."""
    whole = (
        Column("action", "action", needed=True, words=ACTIONS), *columns,
        Column("source", "text", needed=True), Column("note", "text"),
    )  # fmt: skip
    key = tuple(c.key for c in columns if c.key not in values and c.kind != "unit")
    return UserTable(table, whole, key, values, example={"action": EXAMPLE, **example}, **more)


@cache
def user_tables() -> dict[str, UserTable]:
    """All tables that users may give figures for, by name, in the order of the template."""
    commodity, country = Column("commodity", "commodity", needed=True), Column("country", "country", needed=True)
    series = Column("series", "series")
    every = [
        _facts(
            "production", commodity, country, _column("production", "step", "word"), series,
            _column("production", "year", "year"), _column("production", "value", "mass"),
            Column("unit", "unit", needed=True), values=("value",), aggregates=True,
            example={"commodity": "cobalt", "country": "AUS", "step": "ore", "year": 2024, "value": 3.6, "unit": "kt"},
        ),
        _facts(
            "reserves", commodity, country, _column("reserves", "step", "word", needed=False, default="ore"), series,
            _column("reserves", "year", "year"), _column("reserves", "value", "mass"),
            Column("unit", "unit", needed=True), values=("value",), aggregates=True,
            example={"commodity": "cobalt", "country": "AUS", "step": "ore", "year": 2024, "value": 1.7, "unit": "Mt"},
        ),
        _facts(
            "trade", Column("importer", "country", needed=True), Column("exporter", "country", needed=True),
            Column("hs6", "hs6", needed=True), _column("trade", "year", "year"),
            _column("trade", "value_kusd", "number", needed=False, unit="kUSD"),
            _column("trade", "quantity_t", "number", needed=False, unit="t"),
            values=("value_kusd", "quantity_t"), either=True,
            example={"importer": "JPN", "exporter": "CHN", "hs6": "810520", "year": 2024, "value_kusd": 5200,
                     "quantity_t": 140},
        ),
        _facts(
            "governance", country, _column("governance", "year", "year"), _column("governance", "dimension", "word"),
            _column("governance", "estimate", "number", unit="-2.5 … 2.5"),
            _column("governance", "standard_error", "number", needed=False), values=("estimate", "standard_error"),
            example={"country": "AUS", "year": 2024, "dimension": "rule_of_law", "estimate": 1.52,
                     "standard_error": 0.16},
        ),
        _facts(
            "prices", commodity, series, _column("prices", "year", "year"), _column("prices", "value", "price"),
            Column("unit", "unit", needed=True), values=("value",),
            example={"commodity": "cobalt", "series": "own_contract", "year": 2024, "value": 15.2, "unit": "USD/lb"},
        ),
        _facts(
            "recycling", commodity, series, _column("recycling", "year", "year"),
            _column("recycling", "value", "share"), Column("unit", "unit"), values=("value",),
            example={"commodity": "cobalt", "year": 2023, "value": 22, "unit": "%"},
        ),
        _facts(
            "companionality", commodity, _column("companionality", "year", "year"),
            _column("companionality", "value", "share"), Column("unit", "unit"), values=("value",),
            example={"commodity": "cobalt", "year": 2020, "value": 0.85, "unit": "1"},
        ),
        _facts(
            "home_demand", Column("home", "home", needed=True), commodity, _column("home_demand", "year", "year"),
            _column("home_demand", "value", "mass"), _column("home_demand", "value_low", "mass", needed=False),
            _column("home_demand", "value_high", "mass", needed=False), Column("unit", "unit", needed=True),
            _column("home_demand", "secondary", "word", needed=False, default="unknown"),
            values=("value", "value_low", "value_high", "secondary"), ascending=("value_low", "value", "value_high"),
            example={"home": "JPN", "commodity": "cobalt", "year": 2024, "value": 5.2, "value_low": 5,
                     "value_high": 5.5, "unit": "kt", "secondary": "yes"},
        ),
        _facts(
            "critical_lists", Column("list", "list", needed=True), Column("element", "text", needed=True),
            Column("member", "text"), values=("member",),
            example={"list": "KR 2023", "element": "Co", "member": "cobalt"},
        ),
        _facts(
            "stocks", Column("home", "home", needed=True), commodity, _column("stocks", "year", "year"),
            _column("stocks", "days", "number", unit="d"), _column("stocks", "means", "word"),
            values=("year", "days", "means"),
            example={"home": "JPN", "commodity": "cobalt", "year": 2024, "days": 45, "means": "held"},
        ),
        UserTable(
            "products",
            (
                Column("action", "action", words=("add",), default="add"), Column("part", "text", needed=True),
                commodity, Column("kg", "number", needed=True, unit="kg", least=0),
                Column("supplier_country", "country", needed=True), Column("note", "text"),
            ),
            key=("part", "commodity", "supplier_country"), values=("kg",),
            example={"action": EXAMPLE, "part": "battery cell A", "commodity": "cobalt", "kg": 0.12,
                     "supplier_country": "KOR"},
        ),
        UserTable(
            "projects",
            (
                Column("action", "action", words=("add",), default="add"), Column("project", "text", needed=True),
                commodity, country, _column("production", "step", "word"),
                Column("t_per_year", "number", needed=True, unit="t/yr", least=0),
                Column("start_year", "year", least=1900, most=2100),
                Column("status", "word", words=STATUSES), Column("owner", "text"),
                Column("offtake", "number", least=0, most=1), Column("cost_musd", "number", unit="MUSD", least=0),
                Column("source", "text", needed=True),
            ),
            key=("project", "commodity", "step"), values=("t_per_year",),
            example={"action": EXAMPLE, "project": "Mine X", "commodity": "cobalt", "country": "AUS", "step": "ore",
                     "t_per_year": 2500, "start_year": 2029, "status": "planned", "owner": "Company Y",
                     "offtake": 0.5, "cost_musd": 400},
        ),
    ]  # fmt: skip
    return {table.name: table for table in every}


def fold(word: object) -> str:
    """Return a word as it is compared: compatibility forms, case, `_` and `-` and white space made one."""
    return " ".join(files.heading(word).casefold().replace("_", " ").replace("-", " ").split())


@cache
def word_names(key: str) -> frozenset[str]:
    """Return what an allowed word (a step, a dimension, an action, a status) may be written as, folded."""
    spellings = {fold(key)}
    for lang in LANGS:
        for group in (
            "step",
            "explain.wgi",
            "template.action",
            "template.status",
            "template.secondary",
            "template.means",
        ):
            spellings.add(fold(catalogue(lang).get(f"{group}.{key}", key)))
    return frozenset(spellings)


@cache
def aggregates() -> dict[str, str]:
    """The printed total and the remainder: their codes by every name, folded."""
    codes = {"world": names.WORLD, "世界": names.WORLD, "other countries": names.OTHER, "その他の国": names.OTHER}
    for row in names.codes():
        if row["iso3"] in (names.WORLD, names.OTHER):
            codes |= {fold(row[c]): row["iso3"] for c in ("iso3", "name_en", "name_ja")}
    return codes


_MASS: Final[Mapping[str, Fraction]] = {
    word: Fraction(factor)
    for factor, words in (
        ("1", "t|tonne|tonnes|metric ton|metric tons|トン"),
        ("1000", "kt|千t|千トン|thousand tonnes|thousand metric tons|1000 t|1,000 t|1000t|1,000t"),
        ("10000", "万t|万トン"),
        ("1000000", "百万t|百万トン|million tonnes|million metric tons"),
        ("0.001", "kg|kilogram|kilograms|キログラム"),
        ("0.000001", "g|gram|grams|グラム"),
        ("0.00045359237", "lb|lbs|pound|pounds|ポンド"),
        ("0.0000311034768", "oz t|ozt|toz|troy oz|troy ounce|troy ounces|トロイオンス"),
        ("0.90718474", "short ton|short tons|ショートトン"),
        ("1.0160469088", "long ton|long tons|ロングトン"),
    )
    for word in words.split("|")
}
_UNCLEAR: Final = frozenset({"mt", "ton", "tons", "oz", "ounce", "ounces", "オンス"})
"""Metric ton or million tonnes; metric, short or long; troy or not: nobody can tell."""
_SHARE: Final = {
    "": Fraction(1),
    "1": Fraction(1),
    **dict.fromkeys(("%", "percent", "per cent", "パーセント"), Fraction(1, 100)),
}
_PRICE: Final = re.compile(r"(usd|us\$|\$|米ドル|ドル|us¢|¢|usc|us cents?|cents?|セント) ?(?:/|per )(.+)")

UNITS: Final[Mapping[str, tuple[str, ...]]] = {
    "mass": ("t", "kt", "Mt", "kg", "lb", "oz t"),
    "price": ("USD/t", "USD/kg", "USD/lb", "USD/oz t"),
    "share": ("1", "%"),
}
"""Units that are offered, by kind of value; the first is the table's own. More spellings are understood."""


def factor(word: str, kind: str, *, yearly: bool) -> Fraction:
    """Return what a figure in this unit is multiplied by to stand in the table's own unit.

    Raises
    ------
    UserError
        The unit is not known, or may mean several.
    """
    known = ", ".join(UNITS[kind])
    plain = files.heading(word)
    if kind == "share":
        scale = _SHARE.get(plain.casefold())
    elif kind == "price":
        split = _PRICE.fullmatch(plain.casefold())
        if split and split[2] in _UNCLEAR:
            raise UserError("overlay_unit_unclear", found=word, known=known)
        mass = _MASS.get(split[2]) if split else None
        scale = (Fraction(1, 100 if "c" in split[1] or split[1] in {"us¢", "¢", "セント"} else 1) / mass
                 if split and mass else None)  # fmt: skip
    else:
        if yearly:  # "t/yr" is how output is often labelled
            plain = re.sub(r" ?(/|per ) ?(yr|year|y|a|年)$", "", plain)
        if plain != "Mt" and plain.casefold() in _UNCLEAR:
            raise UserError("overlay_unit_unclear", found=word, known=known)
        scale = Fraction(10**6) if plain == "Mt" else _MASS.get(plain.casefold())
    if scale is None:
        raise UserError("overlay_unit", suggestions=suggest(plain, UNITS[kind]), found=word, known=known)
    return scale
