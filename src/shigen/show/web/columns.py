"""What stands in a column, by its name, and rows as models of it: an answer is described by the columns of its rows."""

from collections.abc import Mapping, Sequence
from types import GenericAlias
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, create_model

from shigen.model.drawn import EFFECT_ODDS
from shigen.model.records import P
from shigen.outlook.demand_tables import SHOWN_YEARS
from shigen.study.changes import PARTS

NUMBERS: Final = frozenset({
    "raw", "raw_low", "raw_high", "score", "coverage", "seen", "risk", "risk_low", "risk_high", "central", "low",
    "value", "high", "line", "least", "most", "high_from", "size_max", "minus_10", "base", "plus_10", "size",
    "world", "stock_days", "offtake",
    *P, *EFFECT_ODDS, "lowers", "above_next", "total",
    *(f"score_{p}" for p in P), *(f"displaced_{p}" for p in P),
    *(f"{stage}_{end}" for stage in ("upstream", "intermediate", "final") for end in ("before", "after")),
    "upstream_other_end", "exposure_before_musd", "exposure_after_musd",
    "displaced_t", "not_absorbed_t", "above_line_before_t", "above_line_after_t", "largest_before_t",
    "largest_after_t", "cost_musd", "demand_t", "scrap_share", "scrap_t", "recycling_ceiling", "in_use_t",
    "recoverable_t", *(f"t_{year}" for year in SHOWN_YEARS), "cagr", "cagr_low", "cagr_high", "study_cagr", "growth",
    "rise", "fall",
    "governance", "governance_se", "top_share", "home_imports_kusd", "home_import_share", "share", "standard_error",
    "change", "production_t", "price_usd_per_t", "value_musd", "top1", "top3", "traded_t", "traded_share", "volatility",
    "reserve_life", "t_per_year", "capex", "latitude", "longitude", "then", "now", "kw_low",
    "kw_high", "khz_low", "khz_high", "ours", "ours_newest", "world_total", "home_demand", "world_demand",
    "cagr_2019_2050", "home_output_t", "apparent_consumption_t", "import_reliance",
    "t_2050_undamped", "cagr_undamped", "multiple_2040", "iea_multiple_2040", "importance", *PARTS,
    *(f"{one}_{p}" for one in ("month", "days", "short", "peak", "exposed", "saves") for p in P),
    "saved_p50", "chance", "unseen", "split", "ceiling_share", "days_gained", "mean",
})  # fmt: skip
COUNTS: Final = frozenset({
    "year", "rank_low", "rank_high", "rank_p05", "rank_p95",
    "year_of_effect", "base_year", "produces", "rank", "since", "production_year",
    "producers", "growth_from", "growth_to", "start_year", "then_year", "now_year", "first_year", "number", "newest",
    "series", "axis", "order", "rows", "age", "meti13", "consumption_year", "worst_in",
    "designs", "same_type_in", "horizon", "draws", "month",
})  # fmt: skip
FLAGS: Final = frozenset(
    {"own", "shown", "moved", "study", "common", "needs_host", "touched", "same_worst", "firm", "in_force"}
)
LISTS: Final = frozenset({
    "sources", "used", "left_out", "decided_by", "reasons", "conditions", "raised", "lowered", "parties", "against",
    "also", "commodities", "levers", "later", "later_titles", "by", "by_names", "examples", "lists",
    "largest_producer_of", "largest_holder_of", "largest_supplier_of", "traded_lacking", "after", "members", "aliases",
    "reads", "editions", "terms", "worst", "types_changed", "other_types", "evidence",
})  # fmt: skip
BY_KEY: Final = frozenset({"probability"})
"""Numbers, whole numbers, truth values, lists of texts, numbers by key, by the columns' names; any other column
holds a text."""
NOT_PYTHON: Final = frozenset({"class"})
"""Names of columns that Python keeps for itself."""


def row(
    name: str, columns: Sequence[str], about: str, *, sure: Sequence[str] = (), **otherwise: Any
) -> type[BaseModel]:
    """Return the model of a row with these columns.

    Parameters
    ----------
    name, columns, about : str, sequence of str, str
        Of the model.
    sure : sequence of str
        Columns that always hold something; any other may be null, but is always there.
    **otherwise
        What stands in a column whose name means something else here.
    """
    fields: dict[str, Any] = {
        f"{column}_" if column in NOT_PYTHON else column: (
            otherwise.get(column, kind_of(column, sure=column in sure)),
            Field(alias=column) if column in NOT_PYTHON else ...,
        )
        for column in columns
    }
    return whole(name, about, fields)


def kind_of(column: str, *, sure: bool = False) -> Any:
    """Return what stands in a column of this name."""
    if column in FLAGS:
        return bool
    if column in LISTS:
        return list[str]
    if column in BY_KEY:
        return dict[str, float] if sure else dict[str, float] | None
    kind = float if column in NUMBERS else int if column in COUNTS else str
    return kind if sure else kind | None


def whole(name: str, about: str, fields: Mapping[str, Any]) -> type[BaseModel]:
    """Return the model of an answer with these fields: a kind, or a kind and its default."""
    made: dict[str, Any] = {key: kind if isinstance(kind, tuple) else (kind, ...) for key, kind in fields.items()}
    return create_model(name, __doc__=about, __config__=ConfigDict(populate_by_name=True), **made)


def many(kind: Any) -> Any:
    """Return the type of a list of these."""
    return GenericAlias(list, (kind,))
