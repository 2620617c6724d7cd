"""The tables of a study's folder: keys stay as they are, names and words follow the language.

Beside each column of keys stands one with their names; `columns.csv` says what each column of each table holds.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from shigen.base import names
from shigen.base.i18n import LANGS, Lang, catalogue, shown_unit, text
from shigen.base.method import METHODS
from shigen.figures.factbase import FactBase
from shigen.model.drawn import EFFECT_ODDS
from shigen.model.effects import EFFECT_COLUMNS
from shigen.model.indicators import indicators
from shigen.model.method_records import METHOD_COLUMNS
from shigen.model.packages import PACKAGE_COLUMNS, package_rows
from shigen.model.records import RECORD_COLUMNS, STAGE_COLUMNS, P
from shigen.model.reliance import RELIANCE_COLUMNS, reliance_rows
from shigen.model.typology import TYPE_COLUMNS, Verdict
from shigen.outlook.ahead import AHEAD_COLUMNS
from shigen.outlook.countries import COLUMNS as COUNTRY_COLUMNS
from shigen.outlook.demand import LAST
from shigen.outlook.demand_tables import ROW_COLUMNS, SHOWN_YEARS, SUMMARY_COLUMNS, summary
from shigen.outlook.demand_tables import rows as demand_rows
from shigen.outlook.inputs import COLUMNS as INPUT_COLUMNS
from shigen.outlook.inputs import scenarios, uses
from shigen.outlook.markets import COLUMNS as MARKET_COLUMNS
from shigen.outlook.observatory import MEASURE_COLUMNS, instruments
from shigen.outlook.policies import policies
from shigen.outlook.projects import COLUMNS as PROJECT_COLUMNS
from shigen.outlook.stocks import COLUMNS as SCRAP_COLUMNS
from shigen.show.report import minerals, published
from shigen.show.report.rows import to_csv
from shigen.show.report.used import sources
from shigen.study.designs import DESIGN_COLUMNS, MINERAL_COLUMNS
from shigen.study.ledger import COLUMNS as LEDGER_COLUMNS
from shigen.study.stops.rows import HELP_COLUMNS, STOP_COLUMNS, help_rows, stop_rows

if TYPE_CHECKING:
    from shigen.study.run import Run

SOURCE_COLUMNS: Final = (
    "edition", "publisher", "title", "file", "terms", "address", "through", "sha256",
)  # fmt: skip
GUIDE: Final = "columns"
"""The table that tells of the columns of the others."""
GUIDE_COLUMNS: Final = ("table", "column", "name", "holds", "holds_name", "unit")

Rows = Iterable[Mapping[str, Any]]


@dataclass(frozen=True)
class Table:
    """One table of the folder, without the columns of names, which follow from its keys."""

    name: str
    columns: tuple[str, ...]
    rows: "Callable[[Run, Lang], Rows]"
    named: Mapping[str, str] = field(default_factory=dict)
    """What names the keys of a column, where that is other than NAMED has it."""
    printed: frozenset[str] = frozenset()
    """Columns that hold what a source printed, beside those of AS_PRINTED."""

    def namer(self, column: str) -> str | None:
        """Return what names the keys of a column; None where it holds none."""
        return self.named.get(column, NAMED.get(column))

    def wide(self) -> list[str]:
        """Return the columns with those of names, each beside its keys."""
        beside = {column: f"{column}_name" for column in self.columns if self.namer(column)}
        return [one for column in self.columns for one in (column, beside.get(column, ""))
                if one and (one == column or one not in self.columns)]  # fmt: skip

    def named_rows(self, result: "Run", lang: Lang) -> list[dict[str, Any]]:
        """Return the rows with the names of their keys."""
        wide = self.wide()
        added = [(column, named) for column in self.columns
                 if (named := f"{column}_name") in wide and named not in self.columns]  # fmt: skip
        return [
            {**row, **{named: name_of(row.get(column), str(self.namer(column)), lang, result.facts)
                       for column, named in added}}
            for row in self.rows(result, lang)
        ]  # fmt: skip

    def holds(self, column: str) -> str:
        """Return what a column holds: keys, their names, words, numbers, or what a source printed."""
        keys = column.removesuffix("_name")
        if keys in self.printed or keys in AS_PRINTED:
            return "as_printed"
        if keys != column and keys in self.columns:
            return "name"
        if self.namer(column) or f"{column}_name" in self.columns:
            return "key"
        if column in WORDS:
            return "words"
        return "number" if self.unit(column) or column in PLAIN_NUMBERS else "key"

    def unit(self, column: str) -> str:
        """Return the unit of a column of numbers; `unit` where another column tells it row by row; else empty."""
        if "unit" in self.columns and column in BY_ROW:
            return "unit"
        return "" if self.namer(column) else UNITS.get(column, "")


def name_of(value: Any, namer: str, lang: Lang, facts: FactBase) -> Any:
    """Return the name of a key, or of each of a list of keys; nothing for nothing."""
    if value is None or value == "":
        return None
    if isinstance(value, list | tuple):
        return [name_of(one, namer, lang, facts) for one in value]
    if namer in OF_TABLES:
        return OF_TABLES[namer](str(value), lang, facts)
    own = NAMERS.get(namer)
    return own(str(value), lang) if own else text(f"{namer}.{value}", lang)


def _region(key: str, lang: Lang) -> str:
    printed = f"policies.region.{key}"
    return text(printed, lang) if printed in catalogue(lang) else names.label(key, lang)


def _basis(key: str, lang: Lang) -> str:
    """Return what a figure of a policy rests on: its kind in words, then the source as it is recorded."""
    kind, _, source = key.partition(": ")
    if not source:
        return text(f"basis.{key}", lang)
    return f"{text(f'flag.{kind}', lang)}{'：' if lang == 'ja' else ': '}{source}"


def _of(key: str, lang: Lang) -> str:
    printed = f"project_basis.{key}"
    return text(printed, lang) if printed in catalogue(lang) else key


NAMERS: Final[Mapping[str, Callable[[str, Lang], str]]] = {
    "label": names.label,
    "region": _region,
    "indicator": lambda key, lang: indicators()[key].name[lang],
    "published": lambda key, lang: METHODS[key].name[lang],
    "unit": lambda key, lang: text("csv_holds.ratio", lang) if key == "1" else shown_unit(key, lang),
    "levers": lambda key, lang: " + ".join(text(f"lever.{one}", lang) for one in key.split("+")),
    "basis": _basis,
    "of": _of,
}
"""Where the name of a key does not stand in a section of the catalogue."""

OF_TABLES: Final[Mapping[str, Callable[[str, Lang, FactBase], str]]] = {
    "scenario": lambda key, lang, facts: scenarios(facts)[key].name[lang],
    "use": lambda key, lang, facts: uses(facts)[key].name[lang],
    "instrument": lambda key, lang, facts: instruments(facts)[key][f"name_{lang}"],
}
"""Where the name of a key stands in a table of figures."""

NAMED: Final[Mapping[str, str]] = {
    **dict.fromkeys(("commodity", "commodities", "country", "importer", "host", "top1_country", "top_commodity",
                     "largest_producer_of", "largest_holder_of", "largest_supplier_of", "worst", "types_changed"),
                    "label"),
    **dict.fromkeys(("region", "parties", "against"), "region"),
    **dict.fromkeys(("indicator", "used", "left_out", "raised", "lowered"), "indicator"),
    **dict.fromkeys(("type", "type_then", "type_now", "other_types"), "type"),
    **dict.fromkeys(("class", "study_class"), "demand_class"),
    **dict.fromkeys(("lever", "levers"), "levers"),
    **dict.fromkeys(("cost_basis", "year_basis"), "basis"),
    **dict.fromkeys(("instrument", "also"), "instrument"),
    "scenario": "scenario", "stage": "stage", "step": "step", "status": "status", "firmness": "firmness",
    "policy": "policy", "holds": "clause", "effect": "effect_kind", "unit": "unit", "part": "part", "use": "use",
    "value_absent": "market_absent", "reserve_life_absent": "reserve_life_absent", "scrap_absent": "scrap_absent",
    "traded_absent": "traded_absent_short", "flag": "flag", "why": "ledger_why", "of": "of",
}  # fmt: skip
"""What names the keys of a column: a function above, or a section of the catalogue."""

WORDS: Final = frozenset({
    "reason", "decided_by", "reasons", "moved_name", "says", "confidence", "conditions", "explained", "note",
    "consumption_rests_on", "sentence", "title", "summary", "status_note", "scope", "recalled", "price_series",
    "japanese_interest",
    "programme", "capex_unit", "legal_reference", "region_name", "status_name", "confidence_name", "policy_name",
    "instrument_name", "read_name", "name",
})  # fmt: skip
"""Columns of words in the language of the table."""

AS_PRINTED: Final = frozenset({
    "source", "sources", "edition", "publisher", "file", "terms", "address", "through", "sha256", "owner",
    "status_as_published", "status_printed", "date", "starts", "ends", "as_of", "suspended_until", "cost_basis",
    "year_basis", "of",
})  # fmt: skip
"""Columns that hold what a source printed, in its own language."""

STOPPED: Final = frozenset(f"{one}_{p}" for one in ("short", "saves") for p in P) | {"saved_p50"}
"""Amounts of a stop: tonnes, or percent of a year's need."""

BY_ROW: Final = frozenset({*STOPPED, "raw", "raw_low", "raw_high", *P, "size", "world", "low", "value", "high"})
"""Numbers whose unit stands in the column `unit`."""

PLAIN_NUMBERS: Final = frozenset({
    "year", "consumption_year", "then_year", "now_year", "base_year", "production_year", "growth_from", "growth_to",
    "year_of_effect",
    "start_year", "rank", "worst_in", "designs", "same_type_in",
    "rank_low", "rank_high", "rank_p05", "rank_p95", "producers", "produces", "capex", "draws", "month",
})  # fmt: skip
"""Years, places and counts, and an amount whose currency stands beside it: numbers without a unit."""

UNITS: Final[Mapping[str, str]] = {
    **dict.fromkeys((*P, *(one for one in EFFECT_ODDS if not one.startswith("displaced"))), "1"),
    **dict.fromkeys(("score", "coverage", "seen", "risk", "risk_low", "risk_high", "central", "upstream_before",
                     "upstream_after", "upstream_other_end", "intermediate_before", "intermediate_after",
                     "final_before", "final_after", "scrap_share", "recycling_ceiling", "rise", "fall", "then", "now",
                     "change", "effect", "real",
                     "reestimated", "revision",
                     "definition", "data", "method", "import_reliance", "top1", "top3", "traded_share", "volatility",
                     "governance",
                     "governance_se", "top_share", "home_import_share", "offtake"), "1"),
    **dict.fromkeys(("cagr", "cagr_low", "cagr_high", "study_cagr", "growth", "cagr_undamped"), "1/yr"),
    **dict.fromkeys(("multiple_2040", "iea_multiple_2040"), "1"),
    **dict.fromkeys(("displaced_t", "displaced_p05", "displaced_p95", "not_absorbed_t", "above_line_before_t",
                     "above_line_after_t", "largest_before_t",
                     "largest_after_t", "demand_t", "scrap_t", "base", "home_output_t", "apparent_consumption_t",
                     "production_t", "traded_t", "recoverable_t",
                     "t_per_year", "t_2050_undamped", *(f"t_{year}" for year in SHOWN_YEARS)), "t/yr"),
    **dict.fromkeys(("chance", "unseen", "split", "ceiling_share", *(f"peak_{p}" for p in P)), "1"),
    **dict.fromkeys((*(f"days_{p}" for p in P), "days_gained"), "days"),
    **dict.fromkeys((*(f"month_{p}" for p in P), "horizon"), "months"),
    **dict.fromkeys((f"exposed_{p}" for p in P), "million USD"),
    "in_use_t": "t", "stock_days": "days", "cost_musd": "million USD",
    **dict.fromkeys(("exposure_before_musd", "exposure_after_musd"), "million USD/yr"), "value_musd": "million USD",
    "price_usd_per_t": "USD/t", "home_imports_kusd": "kUSD/yr", "reserve_life": "years",
    "latitude": "degrees", "longitude": "degrees",
}  # fmt: skip


def _profiles(result: "Run", lang: Lang) -> Rows:
    return [row for one in result.scenarios() for row in one.records(lang)]


def _stages(result: "Run", lang: Lang) -> Rows:
    return [row for one in result.scenarios() for row in one.stages(lang)]


def _types(result: "Run", lang: Lang) -> Rows:
    return [{**v.row(lang), "moved": [f"{clause}: {kind}" for clause, kind in v.moved.items()],
             "moved_name": _moved(v, lang), "probability_name": minerals.odds_in_words(v, lang)}
            for v in result.verdicts]  # fmt: skip


def _moved(verdict: Verdict, lang: Lang) -> list[str]:
    return [text("report.moved", lang, clause=verdict.clauses[key].in_words(lang), type=text(f"type.{kind}", lang))
            for key, kind in verdict.moved.items()]  # fmt: skip


def _scrap(result: "Run", lang: Lang) -> Rows:  # noqa: ARG001
    return result.stocks.rows(range(int(result.demand.dataset["year"].min()), LAST + 1))


def _sources(result: "Run", lang: Lang) -> Rows:
    return sources(result, result.now.records(lang))


TABLES: Final[Sequence[Table]] = (
    Table("profiles", RECORD_COLUMNS, _profiles, {"scenario": "study_scenario"}),
    Table("stages", STAGE_COLUMNS, _stages, {"scenario": "study_scenario"}),
    Table("reliance", RELIANCE_COLUMNS, lambda result, lang: reliance_rows(result.chain, lang)),
    Table("types", (*TYPE_COLUMNS, "probability_name", "moved", "moved_name"), _types, {"scenario": "study_scenario"}),
    Table("designs", DESIGN_COLUMNS, lambda result, lang: result.designs.by_design(lang)),
    Table("design_ranks", MINERAL_COLUMNS, lambda result, lang: result.designs.by_mineral(lang)),
    Table("packages", PACKAGE_COLUMNS, lambda result, lang: package_rows(result.verdicts, result.packages, lang)),
    Table("levers", (*EFFECT_COLUMNS, *AHEAD_COLUMNS, *EFFECT_ODDS), lambda result, _: result.effects),
    Table("methods", METHOD_COLUMNS, published.rows, {"scenario": "study_scenario", "method": "published"}),
    Table("demand", ROW_COLUMNS, lambda result, _: [*demand_rows(result.demand), *demand_rows(result.home_demand)]),
    Table("scrap", SCRAP_COLUMNS, _scrap),
    Table("demand_summary", SUMMARY_COLUMNS, lambda result, lang: summary(result.demand, lang)),
    Table("demand_inputs", INPUT_COLUMNS, lambda result, lang: [row.row(lang) for row in result.demand.inputs.rows],
          {"confidence": "demand_confidence"}),
    Table("stops", STOP_COLUMNS, lambda result, lang: stop_rows(result.stops, lang) if result.stops else [],
          {"design": "disruption.design", "unit": ""}),
    Table("stop_helps", HELP_COLUMNS, lambda result, lang: help_rows(result.stops, lang) if result.stops else [],
          {"design": "disruption.design", "when": "disruption.when", "why": "disruption.helpless", "unit": ""}),
    Table("ledger", LEDGER_COLUMNS, lambda result, lang: result.ledger.rows(lang) if result.ledger else [],
          {"effect": ""}),
    Table("policies", MEASURE_COLUMNS, lambda result, lang: policies(lang=lang, facts=result.facts)),
    Table("markets", MARKET_COLUMNS, lambda result, lang: result.markets.rows(lang)),
    Table("countries", COUNTRY_COLUMNS, lambda result, _: result.countries),
    Table("projects", PROJECT_COLUMNS, lambda result, lang: [one.row(lang) for one in result.projects],
          {"kind": "project_kind", "stage": "project_stage", "status": "project_status",
           "measure": "project_measure", "confidence": "project_confidence"}, frozenset({"name"})),
    Table("sources", SOURCE_COLUMNS, _sources, {}, frozenset({"title"})),
)  # fmt: skip


def write(result: "Run", folder: Path, lang: Lang) -> None:
    """Write every table: `NAME.csv` in the language of the run, and `NAME.LANG.csv` in the other."""
    for spoken in LANGS:
        ending = "csv" if spoken == lang else f"{spoken}.csv"
        for table in TABLES:
            content = to_csv(table.named_rows(result, spoken), table.wide())
            (folder / f"{table.name}.{ending}").write_text(content, "utf-8", newline="")
        content = to_csv(guide(spoken), GUIDE_COLUMNS)
        (folder / f"{GUIDE}.{ending}").write_text(content, "utf-8", newline="")


def guide(lang: Lang) -> list[dict[str, str]]:
    """Return what each column of each table holds, with GUIDE_COLUMNS."""
    lines = []
    for table in TABLES:
        for column in table.wide():
            holds, unit = table.holds(column), table.unit(column)
            lines.append({
                "table": table.name, "column": column, "name": column_name(table, column, lang), "holds": holds,
                "holds_name": text(f"csv_holds.{holds}", lang),
                "unit": text("csv_holds.unit_column", lang) if unit == "unit" else shown_unit(unit, lang),
            })  # fmt: skip
    return lines


def column_name(table: Table, column: str, lang: Lang) -> str:
    """Return what a column is called: its own text of the table, that of all tables, or of the keys that it names."""
    held = catalogue(lang)
    for key in (f"csv.{table.name}.{column}", f"csv.{column}"):
        if key in held:
            return held[key]
    if column.endswith("_name"):
        return text("csv_holds.names_of", lang, column=column_name(table, column.removesuffix("_name"), lang))
    return text(f"column.{column}", lang)
