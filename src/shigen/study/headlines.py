"""The headline of each part of a document: one sentence from the tables, its figures with their places.

Where the tables do not carry the sentence, a plainer one stands, or none: then the part has nothing to say.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from shigen.base.declare import STAGES
from shigen.base.lasting import once_each
from shigen.model.packages import OUTRIGHT, POLICIES
from shigen.model.rule import TYPES
from shigen.study.designs import ranks
from shigen.study.evidence import Evidence, keys_of
from shigen.study.findings import RECALLED, all_moved
from shigen.study.headline import Headline, headline
from shigen.study.headlines_of_risk import (
    changed,
    conclusion,
    controls,
    demand,
    lower,
    method,
    stage_worst,
    supply,
    surge,
    targets,
)
from shigen.study.message import Name, Said, Value, listed
from shigen.study.reasons import BASE
from shigen.study.run import Run


def types(held: Evidence) -> Headline:
    """Which type most minerals are of."""
    counted = {kind: len(held.matching("types", type=kind)) for kind in TYPES}
    most = [kind for kind in TYPES if counted[kind] == max(counted.values())]
    return headline(
        "types",
        Said(
            "headline.types",
            {"all": held.count("types"), "types": listed(most, "type"), "count": held.count("types", type=most[0])},
        ),
    )


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
    focus = [
        policy
        for policy in POLICIES
        if any(
            row["policy"] == policy and row["cell"] in OUTRIGHT and row["holds"] == "yes"
            for key in keys
            for row in held.matching("packages", commodity=key)
        )
    ]
    cells = {row["cell"] for key in keys for row in held.matching("packages", commodity=key) if row["policy"] in focus}
    verb = "focus" if FOCUS in cells else "do"
    todo: Value = (
        Said(f"headline.{verb}", {"policies": listed(focus, "policy")}) if focus else Said("headline.no_focus")
    )
    values: dict[str, Value] = {"type": named, "todo": todo}
    if not ranked:
        return headline("of_type", Said("headline.type_plain", {**values, "count": held.count("types", **where)}))
    first = [key for rank, key in ranked if rank == ranked[0][0]]
    central = held.figure("stages", "central", "two", **BASE, stage=STAGES[0], commodity=first[0])
    values |= {"stage": Name(STAGES[0], "stage"), "minerals": listed(first), "central": central}
    if len(keys) == 1:
        return headline("of_type", Said("headline.type_one", values), f"{keys[0]}/{STAGES[0]}")
    return headline(
        "of_type",
        Said("headline.type_many", {**values, "count": held.count("types", **where)}),
        *(f"{key}/{STAGES[0]}" for key in keys),
    )


def effect(held: Evidence) -> Headline | None:
    """Whose risk upstream falls most with all policies, from what to what: by the risks that are ranked."""
    stage = STAGES[0]
    moves = all_moved(held, stage)
    if not moves:
        return None
    most = max(moves, key=lambda key: moves[key][0].value - moves[key][1].value)
    before, after = moves[most]
    if before.value <= after.value or before.shown() == after.shown():
        return headline("effect", Said("headline.effect_none", {"stage": Name(stage, "stage")}))
    form = "effect_default" if held.run.defaulted else "effect_own"
    said = Said(
        f"headline.{form}", {"stage": Name(stage, "stage"), "commodity": Name(most), "before": before, "after": after}
    )
    return headline("effect", said, f"{most}/{stage}")


def ceiling(held: Evidence) -> Headline | None:
    """The highest and the lowest share that scrap of products could cover when recycling takes effect."""
    rows = [
        row
        for row in held.matching("levers", lever="recycling", effect="gross")
        if row["recycling_ceiling"] is not None
    ]
    if not rows:
        return None
    high, low = (choose(rows, key=lambda row: row["recycling_ceiling"]) for choose in (max, min))

    def at(row: Mapping[str, object]) -> Said:
        where = {"commodity": row["commodity"], "lever": "recycling", "effect": "gross"}
        return Said(
            "headline.ceiling_of",
            {
                "commodity": Name(str(row["commodity"])),
                "share": held.figure("levers", "recycling_ceiling", "percent", **where),
            },
        )

    if high is low:
        return headline("ceiling", Said("headline.ceiling_one", {"most": at(high)}))
    return headline("ceiling", Said("headline.ceiling", {"most": at(high), "least": at(low)}))


def elsewhere(held: Evidence) -> Headline | None:
    """How many measures that secure supply others have and home does not."""
    surer = tuple(
        dict.fromkeys(row["confidence"] for row in held.rows("policies.elsewhere") if row["confidence"] != RECALLED)
    )
    where = {"side": "secures", "confidence": surer}
    if not held.matching("policies.elsewhere", **where):
        return None
    return headline(
        "elsewhere",
        Said(
            "headline.elsewhere",
            {"home": Name(held.run.asked.importer), "count": held.count("policies.elsewhere", **where)},
        ),
    )


def sure(held: Evidence) -> Headline:
    """How many types are firm, and how many stay the same by all other rules."""
    stage = STAGES[0]
    kept = held.count("designs.ranks", stage=stage, same_type_in=len(held.matching("designs.rows", stage=stage)))
    return headline(
        "sure",
        Said("headline.sure", {"all": held.count("types"), "firm": held.count("types", firmness="firm"), "kept": kept}),
    )


def decide(held: Evidence) -> Headline | None:
    """Which policy is to be focused on for most minerals, and of how many a stockpile cannot be told."""
    where = {"cell": FOCUS, "holds": "yes"}
    counted = {policy: len(held.matching("packages", policy=policy, **where)) for policy in POLICIES}
    most = [policy for policy in POLICIES if counted[policy] == max(counted.values())]
    unknown = {"policy": "stockpile", "holds": "unknown"}
    values: dict[str, Value] = {}
    if held.matching("packages", **unknown):
        values["unknown"] = held.count("packages", **unknown)
    if counted[most[0]]:
        values |= {"policies": listed(most, "policy"), "count": held.count("packages", policy=most[0], **where)}
        return headline("decide", Said("headline.decide_stock" if "unknown" in values else "headline.decide", values))
    if values:
        return headline("decide", Said("headline.decide_open", values))
    return headline("decide", Said("headline.decide_plain")) if held.rows("packages") else None


FOCUS: Final = "focus"
"""The cell of the study's table that names a policy as the one to focus on."""

OF_STUDY: Final[Mapping[str, Callable[[Evidence], Headline | None]]] = {
    "conclusion": conclusion,
    "targets": targets,
    "method": method,
    "upstream": lambda held: stage_worst(held, STAGES[0], "upstream"),
    "controls": controls,
    "supply": supply,
    "price": lambda held: stage_worst(held, STAGES[1], "price"),
    "demand": demand,
    "surge": surge,
    "lower": lower,
    "changed": changed,
    "types": types,
    "effect": effect,
    "ceiling": ceiling,
    "elsewhere": elsewhere,
    "sure": sure,
    "decide": decide,
}
"""The headlines of a study, by the part of a document that each stands over."""


@once_each
def headlines(run: Run) -> dict[str, Headline]:
    """Return the headlines that the tables of a run carry, by key; those of types by `type:KEY`, joined by `+`."""
    held = Evidence(run)
    found = {key: one for key, make in OF_STUDY.items() if (one := make(held))}
    for kinds in TYPE_GROUPS:
        if one := of_type(held, kinds):
            found[f"type:{'+'.join(kinds)}"] = one
    return found


TYPE_GROUPS: Final = (
    ("demand_surge",),
    ("mine_and_smelter",),
    ("mine",),
    ("smelter",),
    ("byproduct_smelting", "byproduct_recycling"),
)
"""Types that share a part of a document."""
