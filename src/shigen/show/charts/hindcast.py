"""How good intervals are: coverage by what is tested, with its own interval, beside a guess and what is meant."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from shigen.base.i18n import Lang, text
from shigen.model.hindcast.cases import LEVEL
from shigen.model.hindcast.table import hindcast as hindcast_of
from shigen.show.charts.kind import Rows, chart_kind, in_no_study
from shigen.show.charts.shares import shares

if TYPE_CHECKING:
    from shigen.figures.factbase import FactBase

GROUPS: Final = ("all", "class", "thirteen")
"""Groups that are drawn; all are in the table."""


def spec(lang: Lang) -> Any:
    """Return a row a group: the coverage with its interval, the guess in grey, a line at what is meant."""
    return shares(lang, text("hindcast.head.coverage", lang), "coverage", "guess_coverage", rival_size=40)


@chart_kind(
    key="hindcast", per="whole",
    name={"ja": "区間の検証（被覆率）", "en": "How good the intervals are"},
    cites=lambda facts: hindcast_of(facts).editions, spec=spec, files=in_no_study,
    reads=lambda lang: text("hindcast.coverage_line", lang),
)  # fmt: skip
def hindcast(facts: "FactBase", lang: Lang) -> Rows:
    """Return one row an input and group that is tested, in the order of the table; `meant` is the level [1]."""
    rows = [row for row in hindcast_of(facts).records(lang) if row["group"] in GROUPS and row["n"]]
    return [
        {"place": place, "name": label(row), "meant": LEVEL, "told": f"{row['coverage']:.2f}  n = {row['n']:,}",
         **{key: row[key] for key in ("input", "group", "level", "n", "coverage", "coverage_low", "coverage_high",
                                      "guess_coverage")}}
        for place, row in enumerate(rows)
    ]  # fmt: skip


def label(row: Mapping[str, Any]) -> str:
    """Return what a row is of in one line."""
    return str(row["input_name"]) if row["group"] == "all" else f"{row['input_name']} · {row['level_name']}"
