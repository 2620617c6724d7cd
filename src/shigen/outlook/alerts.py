"""What should catch the eye first about each mineral: restrictions of the year, a single large producer, gaps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from shigen.base import names
from shigen.base.i18n import LANGS, Lang, text
from shigen.figures.factbase import FactBase, Row
from shigen.figures.store import current
from shigen.model.effects import high_axes
from shigen.model.indicators import axes, indicators
from shigen.model.suppliers import suppliers
from shigen.outlook.observatory import instruments, kinds, region_name
from shigen.outlook.standing import Standing, standing

if TYPE_CHECKING:
    from shigen.model.criticality import Assessment

DOMINANT: Final = 0.7
"""Share of world production from which one country is named; ours."""
MANY: Final = 4
"""High axes from which their number is told; ours."""


@dataclass(frozen=True)
class Restriction:
    """A measure that restricts what home obtains, as of the year of the assessment."""

    measure: str
    region: str
    title: dict[Lang, str]
    state: Standing


@dataclass(frozen=True)
class Alert:
    """One thing about a mineral that should catch the eye."""

    kind: Literal["restriction", "dominant", "many_high", "gap"]
    commodity: str
    values: tuple[tuple[str, Any], ...]
    restriction: "Restriction | None" = None
    """What it tells of a measure."""

    @property
    def measure(self) -> str:
        """Key of the measure that it tells of; empty where it tells of none."""
        return self.restriction.measure if self.restriction else ""

    def in_words(self, lang: Lang) -> str:
        """Return it in words."""
        values = {name: _word(value, lang) for name, value in self.values}
        if self.restriction:
            values |= {"title": self.restriction.title[lang], "region": region_name(self.restriction.region, lang),
                       "state": self.restriction.state.in_words(lang)}  # fmt: skip
        return text(f"alert.{self.kind}", lang, **values)


def alerts(assessment: "Assessment", *, facts: FactBase | None = None) -> dict[str, list[Alert]]:
    """Return the alerts of each commodity of an assessment of one importer and year, the gravest first.

    Restrictions are those of `restricting`, in the year of the assessment, by the measures of `facts`.
    """
    chain = assessment.chain
    home = set(names.members(str(chain["importer"].values)))
    keys = [str(key) for key in chain["commodity"].values]
    by_commodity: dict[str, list[Alert]] = {key: [] for key in keys}
    year = int(chain["year"])
    for key in keys:
        by_commodity[key] += [
            Alert("restriction", key, (("year", year),), Restriction(
                row["measure"], row["region"], {lang: row[f"title_{lang}"] for lang in LANGS},
                standing(row, year, facts=facts),
            ))
            for row in restricting(key, home, year, facts=facts)
        ]  # fmt: skip
    for row in suppliers(chain, top=1):
        counts = row["panel"].startswith("production") and row["country"] != names.OTHER
        if counts and row["share"] >= DOMINANT and row["country"] not in home:
            values = (("country", row["country"]), ("percent", f"{100 * row['share']:.0f}"), ("step", row["panel"]))
            by_commodity[row["commodity"]].append(Alert("dominant", row["commodity"], values))
    for key in keys:
        high = high_axes(assessment, key)
        if len(high) >= MANY:
            by_commodity[key].append(Alert("many_high", key, (("count", len(high)),)))
    for row in assessment.records("en"):
        if row["status"] == "no_data" and row["indicator"] in axes():
            by_commodity[row["commodity"]].append(Alert("gap", row["commodity"], (("indicator", row["indicator"]),)))
    return by_commodity


def restriction_rows(by_commodity: Mapping[str, Sequence[Alert]], lang: Lang) -> list[dict[str, Any]]:
    """Return one row a mineral that measures restrict: keys, regions, titles and states of these, in one order."""
    rows = []
    for key, every in by_commodity.items():
        found = [one.restriction for one in every if one.restriction]
        if found:
            rows.append({
                "commodity": key, "measures": [one.measure for one in found],
                "regions": [one.region for one in found], "titles": [one.title[lang] for one in found],
                "states": [one.state.in_words(lang) for one in found],
            })  # fmt: skip
    return rows


def restricting(commodity: str, home: set[str], when: str | int, *, facts: FactBase | None = None) -> list[Row]:
    """Return the measures that restrict what home obtains of a mineral on a day or in a year, oldest first.

    Only measures that name the mineral, by a region that is not home and not against others alone, whose source was
    read, and that were in force then or are kept from it by a suspension whose end is known. What eases a restriction
    is none.
    """
    facts = facts or current()
    controls = {key for key, row in instruments(facts).items() if row["side"] == "restricts"}
    return [
        row for row in sorted(facts.table("measures"), key=lambda row: row["date"])
        if controls & set(kinds(row)) and not row["eases"] and row["region"] not in home
        and commodity in names.split(row["commodities"]) and _read(row)
        and (not row["against"] or home & {land for key in names.split(row["against"]) for land in names.members(key)})
        and _works(standing(row, when, facts=facts))
    ]  # fmt: skip


def _read(row: Row) -> bool:
    """Tell whether a source was read for what a measure says."""
    return row["read"] == "yes" and not {"all", "content"} & set(names.split(row["recalled"]))


def _works(now: Standing) -> bool:
    return now.stood or now.suspension is not None


def _word(value: Any, lang: Lang) -> str:
    """Return a value of an alert in words."""
    if value in indicators():
        return indicators()[value].name[lang]
    if isinstance(value, str) and value.startswith("production_"):
        return text(f"step.{value.removeprefix('production_')}", lang)
    return names.label(value, lang) if value in names.countries() else str(value)
