"""The headline of each part of a document: one sentence from the tables, its figures with their places.

A headline is a message in the words of a title. Where the tables do not carry the sentence, a plainer one stands, or
none: then the part has nothing to say.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from shigen.base.declare import STAGES
from shigen.base.names import OTHER
from shigen.model.packages import OUTRIGHT, POLICIES, SURGE_FIRST
from shigen.model.records import rank_columns
from shigen.model.rule import TYPES
from shigen.outlook.demand import LAST
from shigen.study.designs import ranks
from shigen.study.evidence import Evidence, keys_of
from shigen.study.findings import RECALLED, whole_plan
from shigen.study.ledger import most_moved
from shigen.study.message import Message, Name, Said, Several, Value, Words, listed
from shigen.study.reasons import BASE, axis
from shigen.study.run import Run

MOST_NAMED: Final = 5
"""Minerals that a title names; of more their number is told."""


@dataclass(frozen=True)
class Headline:
    """A title: what `Message` is to a paragraph."""

    key: str
    message: Message
    commodity: str = ""
    """The mineral that it speaks of, where a part shows that one alone."""
    scenario: str = ""

    def text(self, lang: str) -> str:
        """Return it in a language, without a full stop."""
        return self.message.text(lang)  # type: ignore[arg-type]


def _headline(key: str, said: Said, *evidence: str) -> Headline:
    return Headline(key, Message(key, (said,), evidence))


def conclusion(held: Evidence) -> Headline | None:
    """Which mineral is at the highest risk in each stage, and where that is not certain."""
    worst, unsure, evidence = [], [], []
    for stage in STAGES:
        first = _first(held, stage)
        if not first:
            continue
        where = {**BASE, "stage": stage, "commodity": first[0]}
        row = held.matching("stages", **where)[0]
        worst.append(Said("headline.worst_stage", {
            "stage": Name(stage, "stage"), "minerals": listed(first[:MOST_NAMED]),
            "central": held.figure("stages", "central", "two", **where)}))  # fmt: skip
        if row[rank_columns(row)[1]] not in (None, 1):
            unsure.append(stage)
        evidence += [f"{key}/{stage}" for key in first]
    if not worst:
        return None
    values: dict[str, Value] = {"stages": Several(tuple(worst))}
    if not unsure:
        return _headline("conclusion", Said("headline.conclusion", values), *evidence)
    return _headline("conclusion", Said("headline.conclusion_open", {**values, "unsure": listed(unsure, "stage")}),
                     *evidence)  # fmt: skip


def _first(held: Evidence, stage: str) -> list[str]:
    """Return the minerals of the highest central risk of a stage."""
    order = ranks(held.run.shown, stage) if "central" in held.run.shown.dataset else {}
    return [key for key, rank in order.items() if rank == 1]


def targets(held: Evidence) -> Headline:
    """How many minerals are targets, and how many by the newest lists."""
    now, newest = (held.count(table) for table in ("screening.targets", "screening.renewal.targets"))
    return _headline("targets", Said("headline.targets", {"now": now, "newest": newest}))


def method(held: Evidence) -> Headline:
    """What the assessment rests on."""
    axes = held.count("records", **BASE, commodity=held.run.now.commodities[0])
    return _headline("method", Said("headline.method", {"axes": axes}))


def stage_worst(held: Evidence, stage: str, key: str) -> Headline | None:
    """Which mineral is at the highest risk of a stage, which follow, and how many may be first."""
    order = ranks(held.run.shown, stage) if "central" in held.run.shown.dataset else {}
    first = _first(held, stage)
    if not first:
        return None
    where = {**BASE, "stage": stage, "commodity": first[0]}
    row = held.matching("stages", **where)[0]
    best = rank_columns(row)[0]
    values: dict[str, Value] = {"stage": Name(stage, "stage"), "minerals": listed(first[:MOST_NAMED]),
                                "central": held.figure("stages", "central", "two", **where)}  # fmt: skip
    evidence = [f"{one}/{stage}" for one in first]
    second = [one for one, rank in order.items() if rank == 2]
    if not second:
        return _headline(key, Said("headline.stage_alone", values), *evidence)
    values["next"] = Said("headline.mineral_at", {
        "minerals": listed(second[:MOST_NAMED]),
        "central": held.figure("stages", "central", "two", **BASE, stage=stage, commodity=second[0])})  # fmt: skip
    contenders = held.count("stages", **BASE, stage=stage, **{best: 1})
    if contenders.value <= len(first):
        return _headline(key, Said("headline.stage_sure", values), *evidence)
    return _headline(key, Said("headline.stage_open", {
        **values, "contenders": contenders, "all": held.count("stages", **BASE, stage=stage)}), *evidence)  # fmt: skip


def controls(held: Evidence) -> Headline | None:
    """Which minerals measures restricted in the year; none where no source tells of one."""
    keys = keys_of(held.rows("restrictions"))
    if not keys:
        return None
    values: dict[str, Value] = {"home": Name(held.run.asked.importer), "all": held.count("types"),
                                "count": held.count("restrictions")}  # fmt: skip
    if len(keys) > MOST_NAMED:
        return _headline("controls", Said("headline.controls_many", values))
    return _headline("controls", Said("headline.controls", {**values, "minerals": listed(keys)}))


def supply(held: Evidence) -> Headline:
    """The country that home takes most minerals from, and how much it makes of the world's; plainer where two tie."""
    for form, column in (("supplier", "largest_supplier_of"), ("producer", "largest_producer_of")):
        rows = sorted((row for row in held.rows("countries") if row["country"] != OTHER),
                      key=lambda row: -len(row[column]))  # fmt: skip
        counts = [len(row[column]) for row in rows[:2]]
        if counts and counts[0] >= 2 and counts[1:] != counts[:1]:
            where = {"country": rows[0]["country"]}
            return _headline("supply", Said(f"headline.supply_{form}", {
                "home": Name(held.run.asked.importer), "country": Name(rows[0]["country"]), "all": held.count("types"),
                "count": held.figure("countries", column, "count", **where)}))  # fmt: skip
    return _headline("supply", Said("headline.supply_plain", {"home": Name(held.run.asked.importer)}))


def demand(held: Evidence) -> Headline | None:
    """Whose demand grows fastest, and what it comes to."""
    where = {"scenario": held.run.demand.choices.scenario}
    rows = sorted((row for row in held.matching("demand.summary", **where)
                   if row["cagr"] is not None and row[f"t_{LAST}"] is not None),
                  key=lambda row: -row["cagr"])  # fmt: skip
    if not rows:
        return None
    at = {**where, "commodity": rows[0]["commodity"]}
    said: dict[str, Value] = {"commodity": Name(rows[0]["commodity"]),
                              "rate": held.figure("demand.summary", "cagr", "rate", **at)}  # fmt: skip
    return _headline("demand", Said("headline.demand", said))


def surge(held: Evidence) -> Headline | None:
    """Whose demand rises discontinuously; none where none does."""
    where = {"type": SURGE_FIRST}
    keys = keys_of(held.matching("types", **where))
    if not keys:
        return None
    values: dict[str, Value] = {"count": held.count("types", **where), "all": held.count("types")}
    if len(keys) > MOST_NAMED:
        return _headline("surge", Said("headline.surge_many", values))
    return _headline("surge", Said("headline.surge", {**values, "minerals": listed(keys)}))


def lower(held: Evidence) -> Headline | None:
    """By which other scenario demand falls most against the deciding one: of the minerals whose demand surges, else of all.

    None where none falls.
    """
    base, last = held.run.demand.choices.scenario, f"t_{LAST}"
    found: tuple[float, str, str] | None = None
    surging = keys_of(held.matching("types", type=SURGE_FIRST))
    rows = held.rows("demand.summary")
    for row in [row for row in rows if row["commodity"] in surging] or rows:
        own = held.first("demand.summary", commodity=row["commodity"], scenario=base)
        if own is None or not own[last] or row[last] is None:
            continue
        left = row[last] / own[last]
        if left < (1 if found is None else found[0]):
            found = (left, row["commodity"], row["scenario"])
    if found is None:
        return None
    _, commodity, scenario = found
    short = held.run.demand.inputs.scenarios
    before, after = (held.figure("demand.summary", last, "rounded", commodity=commodity, scenario=one)
                     for one in (base, scenario))  # fmt: skip
    if before.shown() == after.shown():
        return None
    said = Said("headline.lower", {
        "commodity": Name(commodity), "scenario": Words(short[scenario].short), "base": Words(short[base].short),
        "before": before, "after": after})  # fmt: skip
    return replace(_headline("lower", said), commodity=commodity, scenario=scenario)


def changed(held: Evidence) -> Headline | None:
    """What moved most since the year before."""
    change = most_moved(held.run.ledger) if held.run.ledger else None
    if change is None:
        return None
    where = {"commodity": change.commodity, "indicator": change.indicator}
    row = held.matching("ledger", **where)[0]
    values: dict[str, Value] = {
        "commodity": Name(change.commodity), "axis": axis(change.indicator),
        "year": held.figure("ledger", "then_year", "count", **where),
        **{end: held.figure("ledger", end, "three", **where) for end in ("then", "now")}}  # fmt: skip
    form = "changed" if row["real"] is None else "changed_real"
    if form == "changed_real":
        values["real"] = held.figure("ledger", "real", "moved", **where)
    return _headline("changed", Said(f"headline.{form}", values), f"{change.commodity}/{change.indicator}")


def types(held: Evidence) -> Headline:
    """Which type most minerals are of."""
    counted = {kind: len(held.matching("types", type=kind)) for kind in TYPES}
    most = [kind for kind in TYPES if counted[kind] == max(counted.values())]
    return _headline("types", Said("headline.types", {
        "all": held.count("types"), "types": listed(most, "type"),
        "count": held.count("types", type=most[0])}))  # fmt: skip


def of_type(held: Evidence, kinds: Sequence[str]) -> Headline | None:
    """What the minerals of a type have in common: who among them is at the highest risk upstream, what to focus on."""
    where = {"type": tuple(kinds) if len(kinds) > 1 else kinds[0]}
    keys = keys_of(held.matching("types", **where))
    if not keys:
        return None
    present = [kind for kind in kinds if held.matching("types", type=kind)]
    named = listed(present, "type")
    order = ranks(held.run.shown, STAGES[0]) if "central" in held.run.shown.dataset else {}
    ranked = sorted((rank, key) for key in keys if (rank := order.get(key)) is not None)
    focus = [policy for policy in POLICIES if any(
        row["policy"] == policy and row["cell"] in OUTRIGHT and row["holds"] == "yes"
        for key in keys for row in held.matching("packages", commodity=key))]  # fmt: skip
    todo: Value = Said("headline.focus", {"policies": listed(focus, "policy")}) if focus else Said("headline.no_focus")
    values: dict[str, Value] = {"type": named, "todo": todo}
    if not ranked:
        return _headline("of_type", Said("headline.type_plain", {**values, "count": held.count("types", **where)}))
    first = [key for rank, key in ranked if rank == ranked[0][0]]
    central = held.figure("stages", "central", "two", **BASE, stage=STAGES[0], commodity=first[0])
    values |= {"stage": Name(STAGES[0], "stage"), "minerals": listed(first), "central": central}
    if len(keys) == 1:
        return _headline("of_type", Said("headline.type_one", values), f"{keys[0]}/{STAGES[0]}")
    return _headline("of_type", Said("headline.type_many", {**values, "count": held.count("types", **where)}),
                     *(f"{key}/{STAGES[0]}" for key in keys))  # fmt: skip


def effect(held: Evidence) -> Headline | None:
    """Whose risk upstream falls most with all policies, from what to what."""
    stage = STAGES[0]
    plans = {key: row for key in keys_of(held.rows("levers")) if (row := whole_plan(held, key))}
    falls = {key: row[f"{stage}_before"] - row[f"{stage}_after"] for key, row in plans.items()
             if None not in (row[f"{stage}_before"], row[f"{stage}_after"])}  # fmt: skip
    if not falls:
        return None
    most = max(falls, key=lambda key: falls[key])
    where = {"commodity": most, "lever": plans[most]["lever"], "effect": plans[most]["effect"]}
    before, after = (held.figure("levers", f"{stage}_{end}", "two", **where) for end in ("before", "after"))
    if before.value <= after.value or before.shown() == after.shown():
        return _headline("effect", Said("headline.effect_none", {"stage": Name(stage, "stage")}))
    form = "effect_default" if held.run.defaulted else "effect_own"
    return _headline("effect", Said(f"headline.{form}", {
        "stage": Name(stage, "stage"), "commodity": Name(most), "before": before, "after": after}),
        f"{most}/{stage}")  # fmt: skip


def ceiling(held: Evidence) -> Headline | None:
    """The highest and the lowest share that scrap of products could cover when recycling takes effect."""
    rows = [row for row in held.matching("levers", lever="recycling", effect="gross")
            if row["recycling_ceiling"] is not None]  # fmt: skip
    if not rows:
        return None
    high, low = (choose(rows, key=lambda row: row["recycling_ceiling"]) for choose in (max, min))

    def at(row: Mapping[str, object]) -> Said:
        where = {"commodity": row["commodity"], "lever": "recycling", "effect": "gross"}
        return Said("headline.ceiling_of", {
            "commodity": Name(str(row["commodity"])),
            "share": held.figure("levers", "recycling_ceiling", "percent", **where)})  # fmt: skip

    if high is low:
        return _headline("ceiling", Said("headline.ceiling_one", {"most": at(high)}))
    return _headline("ceiling", Said("headline.ceiling", {"most": at(high), "least": at(low)}))


def elsewhere(held: Evidence) -> Headline | None:
    """How many measures that secure supply others have and home does not."""
    surer = tuple(dict.fromkeys(row["confidence"] for row in held.rows("policies.elsewhere")
                                if row["confidence"] != RECALLED))  # fmt: skip
    where = {"side": "secures", "confidence": surer}
    if not held.matching("policies.elsewhere", **where):
        return None
    return _headline("elsewhere", Said("headline.elsewhere", {
        "home": Name(held.run.asked.importer), "count": held.count("policies.elsewhere", **where)}))  # fmt: skip


def sure(held: Evidence) -> Headline:
    """How many types are firm, and how many stay the same by all other rules."""
    stage = STAGES[0]
    kept = held.count("designs.ranks", stage=stage, same_type_in=len(held.matching("designs.rows", stage=stage)))
    return _headline("sure", Said("headline.sure", {
        "all": held.count("types"), "firm": held.count("types", firmness="firm"), "kept": kept}))  # fmt: skip


def decide(held: Evidence) -> Headline | None:
    """Which policy is to be focused on for most minerals, and of how many a stockpile cannot be told."""
    counted = {policy: len(held.matching("packages", policy=policy, cell=OUTRIGHT, holds="yes"))
               for policy in POLICIES}  # fmt: skip
    most = [policy for policy in POLICIES if counted[policy] == max(counted.values())]
    if not counted[most[0]]:
        return None
    values: dict[str, Value] = {
        "policies": listed(most, "policy"),
        "count": held.count("packages", policy=most[0], cell=OUTRIGHT, holds="yes")}  # fmt: skip
    unknown = {"policy": "stockpile", "holds": "unknown"}
    if not held.matching("packages", **unknown):
        return _headline("decide", Said("headline.decide", values))
    return _headline("decide", Said("headline.decide_stock", {**values, "unknown": held.count("packages", **unknown)}))


OF_STUDY: Final[Mapping[str, Callable[[Evidence], Headline | None]]] = {
    "conclusion": conclusion, "targets": targets, "method": method,
    "upstream": lambda held: stage_worst(held, STAGES[0], "upstream"), "controls": controls, "supply": supply,
    "price": lambda held: stage_worst(held, STAGES[1], "price"), "demand": demand, "surge": surge, "lower": lower, "changed": changed,
    "types": types, "effect": effect, "ceiling": ceiling, "elsewhere": elsewhere, "sure": sure, "decide": decide,
}  # fmt: skip
"""The headlines of a study, by the part of a document that each stands over."""


def headlines(run: Run) -> dict[str, Headline]:
    """Return the headlines that the tables of a run carry, by key; those of types by `type:KEY`, joined by `+`."""
    held = Evidence(run)
    found = {key: one for key, make in OF_STUDY.items() if (one := make(held))}
    for kinds in TYPE_GROUPS:
        if one := of_type(held, kinds):
            found[f"type:{'+'.join(kinds)}"] = one
    return found


TYPE_GROUPS: Final = (
    ("demand_surge",), ("mine_and_smelter",), ("mine",), ("smelter",), ("byproduct_smelting", "byproduct_recycling"),
)  # fmt: skip
"""Types that share a part of a document."""
