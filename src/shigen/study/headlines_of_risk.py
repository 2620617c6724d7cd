"""The headlines on risk: which minerals, where, who supplies, what lies ahead and what changed."""

from dataclasses import replace

from shigen.base.declare import STAGES
from shigen.base.names import OTHER
from shigen.model.packages import SURGE_FIRST
from shigen.model.records import rank_columns
from shigen.outlook.demand import LAST
from shigen.study.designs import ranks
from shigen.study.evidence import Evidence, keys_of
from shigen.study.headline import MOST_NAMED, Headline, headline
from shigen.study.ledger import most_moved
from shigen.study.message import Name, Said, Several, Value, Words, listed
from shigen.study.reasons import BASE, axis


def conclusion(held: Evidence) -> Headline | None:
    """Which mineral is at the highest risk in each stage, and where that is not certain."""
    worst, unsure, evidence = [], [], []
    for stage in STAGES:
        first = _first(held, stage)
        if not first:
            continue
        where = {**BASE, "stage": stage, "commodity": first[0]}
        row = held.matching("stages", **where)[0]
        worst.append(
            Said(
                "headline.worst_stage",
                {
                    "stage": Name(stage, "stage"),
                    "minerals": listed(first[:MOST_NAMED]),
                    "central": held.figure("stages", "central", "two", **where),
                },
            )
        )
        if row[rank_columns(row)[1]] not in (None, 1):
            unsure.append(stage)
        evidence += [f"{key}/{stage}" for key in first]
    if not worst:
        return None
    values: dict[str, Value] = {"stages": Several(tuple(worst))}
    if not unsure:
        return headline("conclusion", Said("headline.conclusion", values), *evidence)
    return headline(
        "conclusion", Said("headline.conclusion_open", {**values, "unsure": listed(unsure, "stage")}), *evidence
    )


def _first(held: Evidence, stage: str) -> list[str]:
    """Return the minerals of the highest central risk of a stage."""
    order = ranks(held.run.shown, stage) if "central" in held.run.shown.dataset else {}
    return [key for key, rank in order.items() if rank == 1]


def targets(held: Evidence) -> Headline:
    """How many minerals are targets, and how many by the newest lists."""
    now, newest = (held.count(table) for table in ("screening.targets", "screening.renewal.targets"))
    return headline("targets", Said("headline.targets", {"now": now, "newest": newest}))


def method(held: Evidence) -> Headline:
    """What the assessment rests on."""
    axes = held.count("records", **BASE, commodity=held.run.now.commodities[0])
    return headline("method", Said("headline.method", {"axes": axes}))


def stage_worst(held: Evidence, stage: str, key: str) -> Headline | None:
    """Which mineral is at the highest risk of a stage, which follow, and how many may be first."""
    order = ranks(held.run.shown, stage) if "central" in held.run.shown.dataset else {}
    first = _first(held, stage)
    if not first:
        return None
    where = {**BASE, "stage": stage, "commodity": first[0]}
    row = held.matching("stages", **where)[0]
    best = rank_columns(row)[0]
    values: dict[str, Value] = {
        "stage": Name(stage, "stage"),
        "minerals": listed(first[:MOST_NAMED]),
        "central": held.figure("stages", "central", "two", **where),
    }
    evidence = [f"{one}/{stage}" for one in first]
    second = [one for one, rank in order.items() if rank == 2]
    if not second:
        return headline(key, Said("headline.stage_alone", values), *evidence)
    values["next"] = Said(
        "headline.mineral_at",
        {
            "minerals": listed(second[:MOST_NAMED]),
            "central": held.figure("stages", "central", "two", **BASE, stage=stage, commodity=second[0]),
        },
    )
    contenders = held.count("stages", **BASE, stage=stage, **{best: 1})
    if contenders.value <= len(first):
        return headline(key, Said("headline.stage_sure", values), *evidence)
    return headline(
        key,
        Said(
            "headline.stage_open",
            {**values, "contenders": contenders, "all": held.count("stages", **BASE, stage=stage)},
        ),
        *evidence,
    )


def controls(held: Evidence) -> Headline | None:
    """Which minerals measures restricted in the year; none where no source tells of one."""
    keys = keys_of(held.rows("restrictions"))
    if not keys:
        return None
    values: dict[str, Value] = {
        "home": Name(held.run.asked.importer),
        "all": held.count("types"),
        "count": held.count("restrictions"),
    }
    if len(keys) > MOST_NAMED:
        return headline("controls", Said("headline.controls_many", values))
    return headline("controls", Said("headline.controls", {**values, "minerals": listed(keys)}))


def supply(held: Evidence) -> Headline:
    """The country that home takes most minerals from, and how much it makes of the world's; plainer where two tie."""
    for form, column in (("supplier", "largest_supplier_of"), ("producer", "largest_producer_of")):
        rows = sorted(
            (row for row in held.rows("countries") if row["country"] != OTHER), key=lambda row: -len(row[column])
        )
        counts = [len(row[column]) for row in rows[:2]]
        if counts and counts[0] >= 2 and counts[1:] != counts[:1]:
            where = {"country": rows[0]["country"]}
            return headline(
                "supply",
                Said(
                    f"headline.supply_{form}",
                    {
                        "home": Name(held.run.asked.importer),
                        "country": Name(rows[0]["country"]),
                        "all": held.count("types"),
                        "count": held.figure("countries", column, "count", **where),
                    },
                ),
            )
    return headline("supply", Said("headline.supply_plain", {"home": Name(held.run.asked.importer)}))


def demand(held: Evidence) -> Headline | None:
    """Whose demand grows fastest, and what it comes to."""
    where = {"scenario": held.run.demand.choices.scenario}
    rows = sorted(
        (
            row
            for row in held.matching("demand.summary", **where)
            if row["cagr"] is not None and row[f"t_{LAST}"] is not None
        ),
        key=lambda row: -row["cagr"],
    )
    if not rows:
        return None
    at = {**where, "commodity": rows[0]["commodity"]}
    said: dict[str, Value] = {
        "commodity": Name(rows[0]["commodity"]),
        "rate": held.figure("demand.summary", "cagr", "rate", **at),
    }
    return headline("demand", Said("headline.demand", said))


def surge(held: Evidence) -> Headline | None:
    """Whose demand rises discontinuously; none where none does."""
    where = {"type": SURGE_FIRST}
    keys = keys_of(held.matching("types", **where))
    if not keys:
        return None
    values: dict[str, Value] = {"count": held.count("types", **where), "all": held.count("types")}
    if len(keys) > MOST_NAMED:
        return headline("surge", Said("headline.surge_many", values))
    return headline("surge", Said("headline.surge", {**values, "minerals": listed(keys)}))


def lower(held: Evidence) -> Headline | None:
    """By which other scenario demand falls most against the deciding one; None where none falls.

    Of the minerals whose demand surges; where none does, of all.
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
    before, after = (
        held.figure("demand.summary", last, "rounded", commodity=commodity, scenario=one) for one in (base, scenario)
    )
    if before.shown() == after.shown():
        return None
    said = Said(
        "headline.lower",
        {
            "commodity": Name(commodity),
            "scenario": Words(short[scenario].short),
            "base": Words(short[base].short),
            "before": before,
            "after": after,
        },
    )
    return replace(headline("lower", said), commodity=commodity, scenario=scenario)


def changed(held: Evidence) -> Headline | None:
    """What moved most since the year before."""
    change = most_moved(held.run.ledger) if held.run.ledger else None
    if change is None:
        return None
    where = {"commodity": change.commodity, "indicator": change.indicator}
    row = held.matching("ledger", **where)[0]
    values: dict[str, Value] = {
        "commodity": Name(change.commodity),
        "axis": axis(change.indicator),
        "year": held.figure("ledger", "then_year", "count", **where),
        **{end: held.figure("ledger", end, "three", **where) for end in ("then", "now")},
    }
    form = "changed" if row["real"] is None else "changed_real"
    if form == "changed_real":
        values["real"] = held.figure("ledger", "real", "moved", **where)
    return headline("changed", Said(f"headline.{form}", values), f"{change.commodity}/{change.indicator}")
