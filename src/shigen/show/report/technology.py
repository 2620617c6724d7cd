"""Technology trends and the study's appendices as tables to read, in the report and on the command line."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from shigen.base import names
from shigen.base.i18n import Lang, joined, shown_unit, text
from shigen.base.numbers import percent
from shigen.figures.factbase import FactBase
from shigen.outlook import appendices, technology
from shigen.outlook.shares import SHARE_COLUMNS, jogmec_shares, labelled

if TYPE_CHECKING:
    from shigen.study.run import Run

Rows = list[dict[str, Any]]

PERCENT: Final = frozenset({"share", "ours", "ours_newest", "growth", "cagr_2019_2050"})
NUMBERS: Final = PERCENT | {"value", "home_demand", "world_demand"}
PROSE: Final = frozenset({"reason", "note", "told", "beside", "main_use", "headline", "shape", "obligation", "driver"})
SHORT: Final = frozenset({"kind", "power", "frequency", "year", "letter", "unit", "byproduct"})
WORDS: Final[Mapping[str, str]] = {
    "confidence": "technology.confidence", "group_confidence": "technology.confidence",
    "direction": "technology.direction", "demand_class": "technology.direction", "group": "technology.group",
    "type": "type", "kind": "technology.kind", "panel": "technology.panel", "byproduct": "technology.level",
    **dict.fromkeys(appendices.AXES, "technology.level"),
}  # fmt: skip
"""Columns of keys → the group of texts that names them."""


@dataclass(frozen=True)
class View:
    """A table: its columns in JSON and CSV, and those that are read, each with the key of its title."""

    rows: Callable[..., Rows]
    """Of a language and, by keyword, facts."""
    columns: Sequence[str]
    read: Mapping[str, str]
    more: Mapping[str, str] = field(default_factory=dict)
    """Columns that the report shows besides."""


def _groups(lang: Lang, *, facts: FactBase | None = None) -> Rows:
    return [one.row(lang) for one in technology.groups(facts=facts)]


def _shares(lang: Lang, shares: Rows | None = None, *, facts: FactBase | None = None) -> Rows:
    return labelled(jogmec_shares(facts=facts) if shares is None else shares, lang)


RESTS: Final = {"confidence": "technology.confidence_of"}
SOURCE: Final = {"source": "column.source"}

VIEWS: Final[Mapping[str, View]] = {
    "trends": View(technology.trends, technology.TREND_COLUMNS, {
        "use": "technology.use", "technology": "technology.technology", "name": "column.commodity",
        "part": "technology.part", "direction": "technology.direction_of", **RESTS,
        "note": "technology.remark"}, SOURCE),
    "transitions": View(technology.transitions, technology.TRANSITION_COLUMNS, {
        "use": "technology.use", "technology": "technology.technology", "change": "technology.transition",
        "when": "technology.when", "effect": "technology.effect", **RESTS}, SOURCE),
    "groups": View(_groups, technology.GROUP_COLUMNS, {
        "name": "column.commodity", "demand_class": "technology.class_of", **RESTS, "letter": "technology.group_of",
        "group": "technology.holds", "group_confidence": "technology.letter_rests", "growth": "technology.growth"}),
    "devices": View(appendices.power_devices, appendices.DEVICE_COLUMNS, {
        "kind": "column.kind", "name": "technology.device", "power": "technology.power",
        "frequency": "technology.frequency", "reason": "column.reason", **RESTS},
        {"reference": "technology.reference", **SOURCE}),
    "flows": View(appendices.recycling_flows, appendices.FLOW_COLUMNS, {
        "product": "technology.product", "step": "technology.step", "actor": "technology.actor",
        "obligation": "technology.obligation", "obstacle": "technology.obstacle", "leak": "technology.leak",
        "note": "technology.remark", **RESTS}, SOURCE),
    "intensities": View(appendices.unit_intensities, appendices.INTENSITY_COLUMNS, {
        "technology": "technology.technology", "material": "technology.material", "value": "column.value",
        "unit": "column.unit", "basis": "technology.basis", **RESTS, **SOURCE}),
    "shares": View(_shares, SHARE_COLUMNS, {
        "name": "column.commodity", "panel": "technology.matter", "year": "column.year",
        "country_name": "column.country", "share": "technology.jogmec", "ours": "technology.ours",
        "ours_newest": "technology.ours_newest"}, {"total": "technology.world_total", **RESTS, **SOURCE}),
    "minerals": View(appendices.study_minerals, appendices.MINERAL_COLUMNS, {
        "name": "column.commodity", "main_use": "technology.main_use", "home_demand": "technology.home_demand",
        "world_demand": "technology.world_demand", "unit": "column.unit",
        "cagr_2019_2050": "technology.growth",
        "demand_class": "technology.class_of", "driver": "technology.driver", **RESTS},
        {"world_demand_printed": "technology.printed", "beside": "technology.beside", "note": "technology.remark"}),
    "types": View(appendices.study_types, appendices.TYPE_COLUMNS, {
        "type": "column.type", "headline": "technology.headline", "shape": "technology.shape",
        "members": "technology.members", **RESTS},
        {**{axis: f"axis.{axis}" for axis in appendices.AXES}, "byproduct": "technology.byproduct"}),
    "policies": View(appendices.study_policies, appendices.POLICY_COLUMNS, {
        "kind": "column.kind", "name": "column.indicator", "policy_name": "column.policy", "told": "technology.told",
        **RESTS}),
}  # fmt: skip
APPENDICES: Final = ("devices", "flows", "intensities", "shares", "minerals", "types", "policies")


def rows_of(view: str, lang: Lang, shares: Rows | None = None, *, facts: FactBase | None = None) -> Rows:
    """Return the rows of a view with its columns; `shares` are JOGMEC's where they are computed already.

    The tables are those of `facts`, of the snapshot in use when not given.
    """
    chosen = VIEWS[view]
    rows = _shares(lang, shares) if view == "shares" and shares is not None else chosen.rows(lang, facts=facts)
    return [{column: row[column] for column in chosen.columns} for row in rows]


def table_of(view: str, rows: Rows, lang: Lang, *, more: bool = False) -> dict[str, Any]:
    """Return `title`, `head` (title and look of each column) and `rows` of words."""
    columns = dict(VIEWS[view].read) | (dict(VIEWS[view].more) if more else {})
    newest = rows[0].get("newest", "")
    return {
        "view": view,
        "title": text(f"technology.{view}", lang),
        "head": [(text(title, lang, year=newest).replace("\n", " " if lang == "en" else ""), _look(column))
                 for column, title in columns.items()],
        "rows": [[cell(row, column, lang) for column in columns] for row in rows],
    }  # fmt: skip


def _look(column: str) -> str:
    """Return how a column looks: `num`, `long` (prose), `short` (never broken), `sure`, `address`, `word`."""
    if column in SHORT:
        return "short"
    if column.endswith("confidence"):
        return "sure"
    return "num" if column in NUMBERS else "long" if column in PROSE else "address" if column == "reference" else "word"


def cell(row: Mapping[str, Any], column: str, lang: Lang) -> str:
    """Return one cell in words: a key by its name, a share per cent, a range in one cell, a dash for no number."""
    if column in MADE:
        return MADE[column](row, lang)
    value = row[column]
    if column in NUMBERS:
        return percent(value, 1) if column in PERCENT else "–" if value is None else _number(value)
    if column in WORDS:
        return text(f"{WORDS[column]}.{value}", lang)
    if column == "unit":
        return shown_unit(str(value), lang)
    if isinstance(value, list):
        return joined([names.label(one, lang) for one in value], lang)
    return "" if value is None else str(value)


def _number(value: float) -> str:
    return f"{value:,.10g}"


def _change(row: Mapping[str, Any], lang: Lang) -> str:
    return f"{row['from']} → {row['to']}" if row["from"] else text("technology.adoption", lang)


def _range(row: Mapping[str, Any], quantity: str) -> str:
    low, high = row[f"{quantity}_low"], row[f"{quantity}_high"]
    return "–" if low is None else f"{_number(low)}–{_number(high)}"


def _total(row: Mapping[str, Any]) -> str:
    return "–" if row["world_total"] is None else f"{_number(row['world_total'])} {row['total_unit']}"


MADE: Final[Mapping[str, Callable[[Mapping[str, Any], Lang], str]]] = {
    "change": _change,
    "letter": lambda row, _: str(row["group"]),
    "power": lambda row, _: _range(row, "kw"),
    "frequency": lambda row, _: _range(row, "khz"),
    "total": lambda row, _: _total(row),
}
"""Columns that are read but are made of others."""


def page(result: "Run", lang: Lang) -> dict[str, Any]:
    """Return the tables of the section and of the appendices."""

    def of_view(view: str) -> dict[str, Any]:
        return table_of(view, rows_of(view, lang, result.jogmec, facts=result.facts), lang, more=True)

    products = {row["flow"]: row["product"] for row in appendices.recycling_flows(lang, facts=result.facts)}
    return {
        "trends": of_view("trends"), "transitions": of_view("transitions"), "groups": of_view("groups"),
        "appendices": [{**of_view(view), "note": text(f"technology.report.{view}_note", lang)} for view in APPENDICES],
        "flows": [(f"recycling_{flow}", product) for flow, product in products.items()],
    }  # fmt: skip


def whole(result: "Run") -> dict[str, Any]:
    """Return the rows of every view for study.json."""
    return {view: rows_of(view, "en", result.jogmec, facts=result.facts) for view in VIEWS}
