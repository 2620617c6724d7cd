"""Dated stops, from the table of measures: who restricts which minerals and forms against whom, and from when."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shigen.base import names
from shigen.base.errors import UserError, suggest
from shigen.base.i18n import Lang
from shigen.figures.factbase import FactBase, Row
from shigen.figures.rows import of_facts
from shigen.figures.store import current
from shigen.model.disruption.scenario import ALL

RESTRICTS: Final = "export_restriction"


@dataclass(frozen=True)
class Restricted:
    """A mineral, or a form of it, that a measure restricts."""

    commodity: str
    form: str
    source: str


@dataclass(frozen=True)
class Preset:
    """A measure that may stop supply.

    `starts` is the month from which it holds; `against` those whom it names, `all` where it names none.
    """

    measure: str
    title: Mapping[Lang, str]
    label: Mapping[Lang, str]
    stops: tuple[str, ...]
    against: tuple[str, ...] | str
    starts: str
    date: str
    items: tuple[Restricted, ...]
    source: str
    in_force: bool
    """Whether it was in force and not suspended when the table was last read."""

    def hits(self, home: str) -> bool:
        """Tell whether it names home, and is in force."""
        return self.in_force and self.against != ALL and home in self.against


@of_facts
def presets(facts: FactBase) -> dict[str, Preset]:
    """Return the measures that restrict exports of a mineral, by their id, the newest first."""
    forms: dict[str, list[Restricted]] = {}
    for row in facts.table("measure_forms"):
        forms.setdefault(row["measure"], []).append(
            Restricted(row["commodity"], row["form"] or "", f"{row['measure']}: {row['source']}"))  # fmt: skip
    rows = facts.table("measures")
    ended = {str(row["suspends"]) for row in rows if row["suspends"]}
    known = names.commodities()
    found = []
    for row in rows:
        if row["instrument"] != RESTRICTS or row["eases"] or row["suspends"]:
            continue
        listed = [key for key in str(row["commodities"] or "").split(";") if key in known]
        items = forms.get(row["measure"]) or [Restricted(key, "", str(row["source"])) for key in listed]
        if items and row["region"] in names.countries():
            found.append(_preset(row, tuple(items), row["measure"] not in ended))
    return {one.measure: one for one in sorted(found, key=lambda one: one.date, reverse=True)}


def _preset(row: Row, items: tuple[Restricted, ...], stands: bool) -> Preset:
    from_day = str(row["starts"] or row["date"])[:10]
    named = [key for word in str(row["against"] or "").split(";") if word for key in names.members(word)]
    title: dict[Lang, str] = {"en": str(row["title_en"]), "ja": str(row["title_ja"])}
    label: dict[Lang, str] = {"en": str(row["label_en"] or title["en"]), "ja": str(row["label_ja"] or title["ja"])}
    return Preset(
        str(row["measure"]), title, label, (str(row["region"]),), tuple(named) or ALL, from_day[:7], from_day, items,
        str(row["source"]), stands and row["status"] == "in_force",
    )  # fmt: skip


def preset(word: str, facts: FactBase | None = None) -> Preset:
    """Return the measure of an id.

    Raises
    ------
    UserError
        There is none of it, or it restricts no mineral that is known.
    """
    known = presets(facts or current())
    if word not in known:
        raise UserError("disruption_word", suggestions=suggest(word, known), name="measure", word=word,
                        known=", ".join(known))  # fmt: skip
    return known[word]


def hitting(home: str, facts: FactBase) -> list[tuple[Preset, Restricted]]:
    """Return what measures in force restrict against home, each mineral and form by its newest measure."""
    newest: dict[tuple[str, str], tuple[Preset, Restricted]] = {}
    for one in presets(facts).values():
        for item in one.items if one.hits(home) else ():
            newest.setdefault((item.commodity, item.form), (one, item))
    return list(newest.values())
