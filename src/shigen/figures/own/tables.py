"""The tables that users may give figures for: columns, keys, units and a worked example of each.

The template is written from this list and the overlay is read by it. What a user may bring of a fact table stands in
the schema of that table (`own`), and so do limits (years, least and most, allowed words); only `products` and
`projects`, which no publisher fills, are declared here.
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
    "id",
    "region",
    "day",
    "minerals",
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
    into: tuple[str, ...] = ()
    """Columns of the fact table that it fills, where they go by other names: a text stands in both languages."""

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
    fill: Mapping[str, str] = field(default_factory=dict)
    """Of a table that names no edition: what stands in columns that the user does not fill, or, after `=`, the column
    that it is taken from."""
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


BEYOND: Final = ("EU27", "G7", "UN", "WLD")
"""Regions of measures that are no country; the EU is a bloc, and named here as the study names it."""
FIRST: Final = ("production", "reserves", "trade", "governance", "prices", "recycling", "companionality", "home_demand")
OWN: Final = ("products", "projects")
"""Tables that no publisher fills; their rows are not figures of a fact table."""


def _column(fields: Mapping[str, Mapping[str, Any]], said: Mapping[str, Any]) -> Column:
    """Return a column as a schema declares it, with the limits that it states of the field."""
    rules = fields.get(said["name"], {}).get("constraints", {})
    limits: dict[str, Any] = {"least": rules.get("minimum"), "most": rules.get("maximum")}
    if said["kind"] == "year":
        limits = {"least": rules.get("minimum", 1900), "most": rules.get("maximum", 2100)}
    given = {key: tuple(one) if isinstance(one, list) else one for key, one in said.items() if key != "name"}
    return Column(said["name"], words=tuple(rules.get("enum", ())), **{**limits, **given})


def _declared(table: schema.Table) -> UserTable:
    """Return the sheet that the schema of a table declares: `action` before its own columns, `source` and `note` after.

    What is no value and no unit makes the key.
    """
    own, fields = table.own, {field["name"]: field for field in table.fields}
    columns, actions = [_column(fields, one) for one in own["columns"]], tuple(own.get("actions", ACTIONS))
    values = tuple(own["values"])
    whole = (
        Column("action", "action", needed=True, words=actions), *columns,
        Column("source", "text", needed=True), Column("note", "text"),
    )  # fmt: skip
    key = tuple(c.key for c in columns if c.key not in values and c.kind != "unit")
    return UserTable(table.name, whole, key, values, either=own.get("either", False),
                     ascending=tuple(own.get("ascending", ())), aggregates=own.get("aggregates", False),
                     fill=own.get("fill", {}), example={"action": EXAMPLE, **own["example"]})  # fmt: skip


@cache
def user_tables() -> dict[str, UserTable]:
    """All tables that users may give figures for, by name, in the order of the template.

    Those of facts are declared in their schemas (`own`); products and projects, which no publisher fills, here.
    """
    described = schema.tables()
    steps = tuple(next(f for f in described["production"].fields if f["name"] == "step")["constraints"]["enum"])
    commodity = Column("commodity", "commodity", needed=True)
    every = [
        *(_declared(table) for table in sorted(described.values(), key=_place) if table.own),
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
                commodity, Column("country", "country", needed=True),
                Column("step", "word", needed=True, words=steps),
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


def _place(table: schema.Table) -> int:
    """Return where a table stands in the template: figures first, then what names no edition, as the schema has it."""
    return FIRST.index(table.name) if table.name in FIRST else len(FIRST)


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
            "policies.status",
            "technology.direction",
            "type",
            "policy",
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
