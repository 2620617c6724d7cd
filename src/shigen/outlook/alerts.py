"""What should catch the eye first about each mineral: restrictions that stand, a single large producer, gaps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from shigen.base import names
from shigen.base.i18n import Lang, joined, text
from shigen.model.effects import high_axes
from shigen.model.indicators import axes, indicators
from shigen.model.suppliers import suppliers
from shigen.outlook.elsewhere import LIVE
from shigen.outlook.observatory import instruments, kinds, region_name

if TYPE_CHECKING:
    from shigen.model.criticality import Assessment

DOMINANT: Final = 0.7
"""Share of world production from which one country is named; ours."""
MANY: Final = 4
"""High axes from which their number is told; ours."""


@dataclass(frozen=True)
class Alert:
    """One thing about a mineral that should catch the eye."""

    kind: Literal["restriction", "dominant", "many_high", "gap"]
    commodity: str
    values: tuple[tuple[str, Any], ...]

    def told(self, lang: Lang) -> str:
        """Return it in words."""
        return text(f"alert.{self.kind}", lang, **{name: _word(value, lang) for name, value in self.values})


def alerts(assessment: "Assessment") -> dict[str, list[Alert]]:
    """Return the alerts of each commodity of an assessment of one importer and year, the gravest first.

    A restriction counts where a measure of export control stands that names the mineral, by a region that is not home.
    """
    chain = assessment.chain
    home = set(names.members(str(chain["importer"].values)))
    keys = [str(key) for key in chain["commodity"].values]
    found: dict[str, list[Alert]] = {key: [] for key in keys}
    for key, regions in _restricting(keys, home).items():
        found[key].append(Alert("restriction", key, (("regions", tuple(regions)),)))
    for row in suppliers(chain, top=1):
        counts = row["panel"].startswith("production") and row["country"] != names.OTHER
        if counts and row["share"] >= DOMINANT and row["country"] not in home:
            values = (("country", row["country"]), ("percent", f"{100 * row['share']:.0f}"), ("step", row["panel"]))
            found[row["commodity"]].append(Alert("dominant", row["commodity"], values))
    for key in keys:
        high = high_axes(assessment, key)
        if len(high) >= MANY:
            found[key].append(Alert("many_high", key, (("count", len(high)),)))
    for row in assessment.records("en"):
        if row["status"] == "no_data" and row["indicator"] in axes():
            found[row["commodity"]].append(Alert("gap", row["commodity"], (("indicator", row["indicator"]),)))
    return found


def _restricting(keys: Sequence[str], home: set[str]) -> dict[str, list[str]]:
    """Return the regions whose standing export controls name each mineral."""
    controls = {key for key, row in instruments().items() if row["side"] == "restricts"}
    found: dict[str, list[str]] = {}
    for row in names.table("measures"):
        if row["status"] in LIVE and controls & set(kinds(row)) and row["region"] not in home:
            for key in set(names.split(row["commodities"])) & set(keys):
                several = found.setdefault(key, [])
                if row["region"] not in several:
                    several.append(row["region"])
    return found


def _word(value: Any, lang: Lang) -> str:
    """Return a value of an alert in words."""
    if isinstance(value, tuple):
        return joined([region_name(key, lang) for key in value], lang)
    if value in indicators():
        return indicators()[value].name[lang]
    if isinstance(value, str) and value.startswith("production_"):
        return text(f"step.{value.removeprefix('production_')}", lang)
    return names.label(value, lang) if value in names.countries() else str(value)
