"""What each operation of the API answers with, from the columns of its rows: for its description and the tests alone.

No answer is checked against its model while it is served.
"""

from types import GenericAlias
from typing import Any, Final

from pydantic import BaseModel, Field

from shigen.base.i18n import LANGS
from shigen.model.drawn import EFFECT_ODDS
from shigen.model.drivers_records import SETTLE_COLUMNS
from shigen.model.effects import EFFECT_COLUMNS
from shigen.model.method_records import METHOD_COLUMNS
from shigen.model.packages import PACKAGE_COLUMNS
from shigen.model.records import RECORD_COLUMNS, STAGE_COLUMNS
from shigen.model.reliance import RELIANCE_COLUMNS
from shigen.model.typology import TYPE_COLUMNS
from shigen.model.unread import COLUMNS as UNREAD_COLUMNS
from shigen.outlook.ahead import AHEAD_COLUMNS
from shigen.outlook.countries import COLUMNS as COUNTRY_COLUMNS
from shigen.outlook.demand_tables import ROW_COLUMNS, SUMMARY_COLUMNS
from shigen.outlook.inputs import COLUMNS as INPUT_COLUMNS
from shigen.outlook.markets import COLUMNS as MARKET_COLUMNS
from shigen.outlook.policies import VIEWS
from shigen.outlook.projects import COLUMNS as PROJECT_COLUMNS
from shigen.outlook.stocks import COLUMNS as SCRAP_COLUMNS
from shigen.show.report.technology import VIEWS as TECHNOLOGY
from shigen.show.web.columns import many, row, whole
from shigen.study.backtest.come_true import JUDGED_COLUMNS
from shigen.study.backtest.table import FORECAST_COLUMNS
from shigen.study.choices import Study
from shigen.study.designs import DESIGN_COLUMNS, MINERAL_COLUMNS
from shigen.study.ledger import COLUMNS as LEDGER_COLUMNS
from shigen.study.message import FIGURE_COLUMNS, MESSAGE_COLUMNS
from shigen.study.stops.rows import ELSEWHERE_COLUMNS, HELP_COLUMNS, STOP_COLUMNS
from shigen.study.why import COLUMNS as WHY_COLUMNS

Texts = dict[str, str]
DIFFERS: Final[dict[str, dict[str, Any]]] = {"elsewhere": {"since": list[str]}, "trends": {"line": str}}
"""Columns of views that mean something else there."""
OF_ASSESSMENT: Final = ("commodity", "importer", "year", "scenario")
SPOKEN: Final = ("name", "formula", "origin", "acts_on", "can_worsen", "basis", "differs")


def _in_both(*columns: str) -> tuple[str, ...]:
    """Return columns, those that are words once for each language."""
    return tuple(
        one for column in columns for one in ([f"{column}_{code}" for code in LANGS] if column in SPOKEN else [column])
    )


# Names and declarations

COMMODITY_COLUMNS: Final = _in_both("key", "name", "symbol", "aliases", "basis", "meti13")
IMPORTER_COLUMNS: Final = _in_both("key", "kind", "name", "members")
INDICATOR_COLUMNS: Final = _in_both("key", "own", "axis", "stage", "name", "formula", "unit", "least", "most",
                                    "high_from", "anchors", "reads", "step", "origin", "reference")  # fmt: skip
LEVER_COLUMNS: Final = _in_both("key", "own", "order", "name", "size_name", "unit", "size_max", "needs_host", "acts_on",
                                "can_worsen")  # fmt: skip
TABLE_COLUMNS: Final = ("table", "rows", "years", "age", "editions", "flags", "terms")

Commodity = row("Commodity", COMMODITY_COLUMNS, "A mineral, with every name.",
                sure=[one for one in COMMODITY_COLUMNS if one != "meti13"])  # fmt: skip
Importer = row("Importer", IMPORTER_COLUMNS, "A country or bloc that can be the importer.", sure=IMPORTER_COLUMNS)
Indicator = row("Indicator", INDICATOR_COLUMNS, "An indicator as it is declared.", sure=("key", "stage", "unit"),
                anchors=list[float] | None)  # fmt: skip
LeverKind = row("LeverKind", LEVER_COLUMNS, "A kind of policy as it is declared.", sure=LEVER_COLUMNS)
Table = row("Table", TABLE_COLUMNS, "A table of figures: what it holds.", sure=("table", "rows", "years"),
            flags=dict[str, int])  # fmt: skip
Fact = dict[str, str | float | bool | None]
"""A row of a table of figures, by column; which there are, the table says (`shigen data export` writes its schema)."""

# Indicators, types, methods

Record = row("Record", RECORD_COLUMNS, "One indicator of one commodity.",
             sure=("commodity", "importer", "year", "indicator", "stage", "unit", "status"))  # fmt: skip
Stage = row("Stage", STAGE_COLUMNS, "The risk of one stage of one commodity.",
            sure=("commodity", "importer", "year", "stage"))  # fmt: skip
Meta = whole("Meta", "What figures rest on: importer, years and editions of each table, basis, version.", {
    "importer": str, "years": dict[str, list[int]], "editions": dict[str, list[str]], "as_of": list[str],
    "basis": str, "version": str,
})  # fmt: skip
_DRAWS: Final[dict[str, Any]] = {"draws": int, "seed": int, "unseen": bool, "truth": bool, "spread": dict[str, float],
                                  "error": float | None}  # fmt: skip
Draws = whole("Draws", "How many draws, from which seed, by which parameters; error of a 95 % quantile.", _DRAWS)
Settled = row("Settled", SETTLE_COLUMNS, "The figure that would narrow an outcome most.",
              sure=("commodity", "output"), own=float | None, settles=bool)  # fmt: skip
MetaDrawn = whole("MetaDrawn", "What figures rest on, and how they were drawn.", {
    "importer": str, "years": dict[str, list[int]], "editions": dict[str, list[str]], "as_of": list[str],
    "basis": str, "version": str, **_DRAWS,
})  # fmt: skip
Profile = whole("Profile", "Indicators and stage risks.", {"records": many(Record), "stages": many(Stage)})
Assessed = whole("Assessed", "Indicators and stage risks, and what they rest on.",
                 {"meta": Meta, "records": many(Record), "stages": many(Stage)})  # fmt: skip
Reliance = row("Reliance", RELIANCE_COLUMNS, "Apparent consumption and net import reliance of a commodity.",
               sure=("commodity", "importer", "year", "consumption_rests_on", "reason"))  # fmt: skip
Type = row("Type", TYPE_COLUMNS, "The type of a commodity, with its reasons.", sure=("commodity", "importer", "year"))
Method = row("Method", ("key", "own", *(f"{part}_{code}" for part in ("name", "formula", "differs") for code in LANGS),
                        "unit", "bounds", "reads", "reference"), "Another author's method as it is declared.",
             sure=("key", "unit"), bounds=many(float | None))  # fmt: skip
MethodMeta = whole("MethodMeta", "Which methods, and what their figures rest on.", {
    "importer": str, "year": int, "methods": many(Method), "editions": list[str], "version": str})  # fmt: skip
MethodRecord = row("MethodRecord", METHOD_COLUMNS, "One method's figure of one commodity.",
                   sure=("commodity", "importer", "year", "unit", "status"), method=str)  # fmt: skip
Methods = whole("Methods", "Methods of other authors on the same figures.",
                {"meta": MethodMeta, "records": many(MethodRecord)})  # fmt: skip
Package = row("Package", PACKAGE_COLUMNS, "One policy of the package of a commodity.", sure=("commodity", "policy"))
Dependent = row("Dependent", WHY_COLUMNS, "What depends on a fact, and what it would be 10 % lower and higher.",
                sure=("kind", "name"))  # fmt: skip
Change = row("Change", LEDGER_COLUMNS, "What changed of one indicator between two years, and why.",
             sure=("commodity", "indicator", "then_year", "now_year", "stage", "sentence"),
             effect=float | None)  # fmt: skip


class Node(BaseModel):
    """A figure with its formula and what it was computed from, down to the publishers' rows."""

    label: str
    value: float | None
    unit: str
    note: str
    address: str = Field(description="Of a fact, as `why` takes it; empty where this is none")
    published: str
    children: list["Node"]


# Policies

Effect = row("Effect", (*EFFECT_COLUMNS, *AHEAD_COLUMNS), "What a policy changes, alone (gross) or all together.",
             sure=("commodity", "effect"))  # fmt: skip
DrawnEffect = row("DrawnEffect", (*EFFECT_COLUMNS, *AHEAD_COLUMNS, *EFFECT_ODDS), "The same, with its odds.",
                  sure=("commodity", "effect"))  # fmt: skip
Point = row("Point", ("commodity", "name", "series", "axis", "order", "indicator", "label", "score", "low", "high",
                      "line", "status", "shown", "moved"),
            "A point of the chart `profile`: series 0 is today, 1 the policies.",
            sure=("commodity", "name", "series", "axis", "order", "indicator", "label", "status"))  # fmt: skip
Changed = whole("Changed", "What policies change.", {
    "meta": Meta, "before": Profile, "after": Profile,
    "warnings": (list[str], Field(description="Sizes of policies beyond what the world has")),
    "effects": (many(Effect), Field(default_factory=list, description="Where they were asked for")),
    "chart": (many(Point), Field(default_factory=list, description="Where it was asked for")),
})  # fmt: skip

# What lies around a mineral

Reason = row("Reason", ("commodity", "reason"), "A commodity that is left out or added, with the reason.",
             sure=("commodity", "reason"))  # fmt: skip
Renewal = whole("Renewal", "The study's rule on the newest list of each jurisdiction, and what that changes.", {
    "lists": list[str], "common": list[str], "targets": list[str], "targets_in": list[str], "targets_out": list[str],
    "common_in": list[str], "common_out": list[str], "sentence": str,
})  # fmt: skip
Screening = whole("Screening", "Which minerals are targets.", {
    "lists": dict[str, list[str]], "common": list[str], "new_technology": list[str], "excluded": many(Reason),
    "added": many(Reason), "targets": list[str], "renewal": Renewal,
})  # fmt: skip
DemandMeta = whole("DemandMeta", "Of whom, since when and by which choices demand is projected.", {
    "region": str, "base_year": int, "scenario": str, "horizon": int, "line": float, "span": int,
    "irregular_from": float, "damping": int, "editions": list[str], "version": str,
})  # fmt: skip
DemandSummary = row("DemandSummary", SUMMARY_COLUMNS, "Demand of a commodity in one scenario.",
                    sure=("commodity", "scenario"))  # fmt: skip
DemandPart = row("DemandPart", ROW_COLUMNS, "Demand of a commodity for one use in one year.",
                 sure=("region", "commodity", "part", "year"))  # fmt: skip
Scrap = row("Scrap", SCRAP_COLUMNS, "What comes back from one use in one year.", sure=("commodity", "use", "year"))
Assumption = row("Assumption", INPUT_COLUMNS, "An assumption of demand.", sure=("address",))
Demand = whole("Demand", "Demand to 2050; with the view `parts`, by use and year.", {
    "meta": DemandMeta, "summary": many(DemandSummary),
    "records": (many(DemandPart), Field(default_factory=list, description="With the view `parts`")),
})  # fmt: skip
OBSERVED: Final = {
    view: row(f"Observed{view.title()}", columns, f"A row of the view `{view}` of the observatory.",
              **DIFFERS.get(view, {}))
    for view, (_, columns, _) in VIEWS.items()
}  # fmt: skip
Country = row("Country", COUNTRY_COLUMNS, "A country that produces, holds or supplies.", sure=("country",))
SHARE_COLUMNS: Final = ("commodity", "step", "value", "unit", "share", "rank", "flag")
CountryShare = row("CountryShare", SHARE_COLUMNS, "A country's share of one step of a commodity.", sure=("commodity",))
GovernanceYear = row("GovernanceYear", ("dimension", "year", "value", "standard_error"),
                     "A country's governance in one year.", sure=("dimension", "year"))  # fmt: skip
Governance = row("Governance", ("dimension", "year", "value", "standard_error", "unit", "change", "since", "trend"),
                 "A country's governance, and its trend.", sure=("dimension", "year"))  # fmt: skip
CountryPage = whole("CountryPage", "One country.", {
    "country": str, "shares": many(CountryShare), "governance": many(Governance),
    "governance_years": many(GovernanceYear), "imports": many(CountryShare), "arrivals": many(CountryShare),
    "measures": many(OBSERVED["measures"]),
})  # fmt: skip
Market = row("Market", MARKET_COLUMNS, "The market of a commodity.", sure=("commodity", "year"))
Project = row("Project", PROJECT_COLUMNS, "A mine, a plant or a project.", sure=("kind", "name", "commodity"))

# A study

Figure = row("Figure", FIGURE_COLUMNS, "A number of a sentence, and the cell of study.json that holds it.",
             sure=FIGURE_COLUMNS, where=dict[str, Any])  # fmt: skip
Message = row("Message", MESSAGE_COLUMNS, "One thing that was found, with its numbers and where they stand.",
              sure=("key", "importance", "text_ja", "text_en", "evidence"),
              numbers=GenericAlias(dict, (str, Figure)))  # fmt: skip
Supplier = row("Supplier", ("commodity", "year", "panel", "unit", "rank", "country", "share", "value", "flag",
                            "governance"), "Who produces, holds or supplies a commodity.",
               sure=("commodity", "year", "panel", "country"))  # fmt: skip
TypeMoved = row("TypeMoved", (*TYPE_COLUMNS, "moved"), "The type of a commodity, and what the user moved of it.",
                sure=("commodity", "importer", "year"), moved=Texts)  # fmt: skip
Designed = whole("Designed", "Ranking and types by other rules, one changed at a time.", {
    "sentence": whole("InBoth", "In both languages.", {"ja": str, "en": str}),
    "rows": many(row("Design", DESIGN_COLUMNS, "Another rule and a stage.",
                     sure=("design", "name", "stage", "touched", "worst", "types_changed"),
                     same_worst=bool | None)),
    "ranks": many(row("DesignRank", MINERAL_COLUMNS, "The ranks of a mineral in a stage by the other rules.",
                      sure=("commodity", "name", "stage", "worst_in", "designs", "type", "same_type_in",
                            "other_types"))),
})  # fmt: skip
Stops = whole("Stops", "What happens when supply stops: the answer, each stop, its policies, who else is short.", {
    "home": str, "year": int, "draws": int, "sentences": list[str],
    "stops": many(row("Stop", STOP_COLUMNS, "A stop of supply of one mineral, by one design of its leak.",
                      sure=("commodity", "form", "name", "design", "measure", "who", "towards", "status", "draws",
                            "sentence", "source"), firm=bool | None)),
    "helps": many(row("Help", HELP_COLUMNS, "What a policy does in a stop.",
                      sure=("commodity", "effect", "lever", "when", "unit", "chance"))),
    "elsewhere": many(row("ShortElsewhere", ELSEWHERE_COLUMNS, "Who else is short in a stop.",
                          sure=("commodity", "closure", "country", "share"))),
})  # fmt: skip
Forecast = whole("Forecast", "The forecast on record, and what came of that of the earlier study.", {
    "record": whole("ForecastRecord", "The steps most likely to be restricted, and all at risk.", {
        "edition": str, "date": str, "score": str, "skill": bool, "base_rate": float | None, "brier": float | None,
        "brier_of_base_rate": float | None, "gain": list[float] | None,
        "steps": many(row("ForecastStep", [one for one in FORECAST_COLUMNS if one != "name"], "A step by our score.",
                          sure=("rank", "commodity", "step", "score"), odds=float | None, largest=float, china=float)),
        "at_risk": many(row("AtRisk", ("commodity", "step", "score", "odds"), "A step at risk.",
                            sure=("commodity", "step", "score"), odds=float | None)),
    }),
    "judged": whole("ForecastJudged", "What came of an earlier forecast.", {
        "date": str, "edition": str, "until": str | None, "events": int, "rows": int, "hits": int,
        "brier": float | None, "brier_of_base_rate": float | None, "auc": float | None,
        "steps": many(row("JudgedStep", JUDGED_COLUMNS, "A step that was listed, or restricted since.",
                          sure=("rank", "commodity", "step", "score", "came"), odds=float | None, came=bool)),
    }) | None,
    "sentences": whole("ForecastWords", "The same in both languages; empty without an earlier forecast.",
                       {"ja": str, "en": str}),
})  # fmt: skip
Studied = whole("Studied", "All of a study, as study.json holds it.", {
    "kind": str, "version": str, "study": Study, "meta": Meta,
    "snapshot": whole("Snapshot", "The figures that were used.", {"name": str, "sha256": str}),
    "own": whole("OwnRows", "The user's own rows.", {
        "read": many(row("OwnRead", ("file", "table", "rows"), "Rows of a file over a table.")),
        "unread": many(row("OwnUnread", UNREAD_COLUMNS, "A row that nothing reads.")),
    }),
    "messages": many(Message),
    "records": many(Record), "stages": many(Stage), "history": many(Record), "suppliers": many(Supplier),
    "reliance": many(Reliance),
    "screening": Screening,
    "demand": whole("StudiedDemand", "Demand of the world and of home.", {
        "meta": DemandMeta, "summary": many(DemandSummary), "home": many(DemandSummary), "records": many(DemandPart),
        "scrap": many(Scrap),
    }),
    "policies": whole("Observed", "What others do, by view.", {
        **{view: many(kind) for view, kind in OBSERVED.items()},
        "home": whole("ObservedHome", "The home that is compared.", {"region": str, "held": int, "rests_on": str}),
    }),
    "technology": whole("Technology", "Technology and the study's appendices, by view.", {
        view: many(row(f"Technology{view.title()}", one.columns, f"A row of the view `{view}`.",
                       **DIFFERS.get(view, {})))
        for view, one in TECHNOLOGY.items()
    }),
    "methods": many(MethodRecord), "types": many(TypeMoved), "designs": Designed,
    "settles": many(Settled), "uncertainty": Draws | None, "packages": many(Package), "levers": many(DrawnEffect),
    "warnings": list[str],
    "restrictions": many(row("Restricted", ("commodity", "measures", "regions", "titles", "states"),
                             "The measures that restrict what the importer obtains of a commodity.",
                             sure=("commodity",),
                             **dict.fromkeys(("measures", "regions", "titles", "states"), list[str]))),
    "stops": Stops | None, "forecast": Forecast,
    "ledger": many(Change), "markets": many(Market), "countries": many(Country), "country_pages": many(CountryPage),
    "projects": many(Project),
})  # fmt: skip

# The server


class Health(BaseModel):
    """That the server is up."""

    status: str
    version: str
