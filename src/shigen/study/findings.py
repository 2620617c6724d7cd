"""What was found of a study as a whole: one answer to each question, where the tables carry one."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from shigen.base.declare import STAGES, STATUSES
from shigen.base.i18n import LANGS
from shigen.model.criticality import EQUAL
from shigen.model.packages import OUTRIGHT, POLICIES
from shigen.model.records import DRAWN_RANKS, P, interval_columns, rank_columns
from shigen.model.rule import TYPES
from shigen.outlook.observatory import region_name
from shigen.study.changes import PARTS, VISIBLE
from shigen.study.designs import ranks, worst
from shigen.study.evidence import Evidence, keys_of
from shigen.study.ledger import most_moved
from shigen.study.message import Figure, Message, Name, Said, Several, Value, Words, listed
from shigen.study.reasons import ABSENT, BASE, axis, why

APPLIES: Final = tuple(status for status in STATUSES if status != "not_applicable")
RECALLED: Final = "recalled"
"""Confidence of a measure whose source nobody read: no message rests on it."""


def worst_of_stage(held: Evidence, stage: str) -> Message | None:
    """Return which minerals are at the highest risk in a stage, and why the first is.

    The order is that of the assessment (`central`, which no gap makes sure); whether the first is certain, the ranks
    tell. None where no mineral has a figure.
    """
    order = ranks(held.run.shown, stage) if "central" in held.run.shown.dataset else {}
    first = [key for key, rank in order.items() if rank == 1]
    if not first:
        return None
    row = held.matching("stages", **BASE, stage=stage, commodity=first[0])[0]
    best, last = rank_columns(row)
    drawn = "_drawn" if best == DRAWN_RANKS[0] else ""
    values: dict[str, Value] = {"stage": Name(stage, "stage"), "commodity": listed(first),
                                "at": at(held, first[0], stage)}  # fmt: skip
    if len(order) == 1:
        said = [Said("message.worst_alone", values)]
    elif len(held.matching("stages", **BASE, stage=stage, **{best: 1})) == len(order):
        said = [Said(f"message.worst_any{drawn}", {**values, "all": held.count("stages", **BASE, stage=stage)})]
    elif len(first) == 1 and row[best] == row[last] == 1:
        said = [Said(f"message.worst_sure{drawn}", values)]
    else:
        said = [Said(f"message.worst_open{drawn}", {
            **values, "all": held.count("stages", **BASE, stage=stage),
            "contenders": held.count("stages", **BASE, stage=stage, **{best: 1}),
        })]  # fmt: skip
    if after := [key for key in worst(order) if key not in first]:
        said.append(Said("message.next", {"minerals": Several(tuple(
            Said("message.mineral_at", {"commodity": Name(key), "central": held.figure(
                "stages", "central", "two", **BASE, stage=stage, commodity=key)}) for key in after))}))  # fmt: skip
    reason = why(held, first[0], stage)
    evidence = [f"{key}/{stage}" for key in (*first, *after)]
    return Message("worst", (*said, reason[0]) if reason else tuple(said),
                   (*evidence, reason[1]) if reason else tuple(evidence), stage=stage)  # fmt: skip


def at(held: Evidence, commodity: str, stage: str) -> Said:
    """Return the risk of a stage by which it is ranked, with its interval where that shows: of the draws, if any."""
    where = {**BASE, "stage": stage, "commodity": commodity}
    ends = interval_columns(held.matching("stages", **where)[0])
    central, low, high = (held.figure("stages", one, "two", **where) for one in ("central", *ends))
    if low.shown() == high.shown():
        return Said("message.at_point", {"central": central})
    return Said(
        "message.at_drawn" if ends[0] in P else "message.at_interval", {"central": central, "low": low, "high": high}
    )


def _worst(held: Evidence) -> Iterator[Message | None]:
    yield from (worst_of_stage(held, stage) for stage in STAGES)


def _sure(held: Evidence) -> Iterator[Message | None]:
    """How many types are firm, and what of ranking and types stays by other rules."""
    said = [Said("message.sure_types", {"all": held.count("types"), "firm": held.count("types", firmness="firm")})]
    stage = STAGES[0]
    designs = held.count("designs.rows", stage=stage)
    said.append(Said("message.sure_designs", {
        "designs": designs,
        "kept": held.count("designs.ranks", stage=stage, same_type_in=int(designs.value)),
    }))  # fmt: skip
    touched = [one for one in STAGES if held.matching("designs.rows", stage=one, touched=True)]
    if touched and len(held.rows("types")) > 1:
        said.append(Said("message.sure_order", {"stages": Several(tuple(
            Said("message.sure_stage", {
                "stage": Name(one, "stage"), "touching": held.count("designs.rows", stage=one, touched=True),
                "same": held.count("designs.rows", stage=one, touched=True, same_worst=True)}) for one in touched
        ))}))  # fmt: skip
    yield Message("sure", tuple(said), ())


def _todo(held: Evidence) -> Iterator[Message | None]:
    """The policies that the types name outright and whose conditions hold, those of most minerals first."""
    named = []
    for policy in POLICIES:
        where = {"policy": policy, "cell": OUTRIGHT, "holds": "yes"}
        if keys := keys_of(held.matching("packages", **where)):
            values: dict[str, Value] = {"policy": Name(policy, "policy"), "count": held.count("packages", **where),
                                        "minerals": listed(keys)}  # fmt: skip
            named.append((len(keys), Said("message.todo_policy", values)))
    named.sort(key=lambda one: -one[0])
    policies = Several(tuple(one for _, one in named))
    yield Message("todo", (Said("message.todo", {"policies": policies}),), ()) if named else None


def whole_plan(held: Evidence, commodity: str) -> dict[str, Any] | None:
    """Return the row of all policies of a mineral together, of the one where it has one; None without any."""
    rows = held.matching("levers", commodity=commodity)
    return rows[-1] if rows else None  # the joint row stands last


def risks_moved(held: Evidence, commodity: str, stage: str) -> tuple[Figure, Figure] | None:
    """Return the risk of a stage by which a mineral is ranked, today and with all policies; None where one lacks."""
    at = {"commodity": commodity, "stage": stage}
    now, then = held.first("stages", **BASE, **at), held.first("stages:after", **at)
    if now is None or then is None or None in (now["central"], then["central"]):
        return None
    return (held.figure("stages", "central", "two", **BASE, **at),
            held.figure("stages:after", "central", "two", scenario=then["scenario"], **at))  # fmt: skip


def all_moved(held: Evidence, stage: str) -> dict[str, tuple[Figure, Figure]]:
    """Return `risks_moved` of each mineral that has policies, as far as there is one."""
    return {key: both for key in keys_of(held.rows("levers")) if (both := risks_moved(held, key, stage))}


def _effect(held: Evidence) -> Iterator[Message | None]:
    """Which one mineral's risk falls most with all policies, stage by stage; only falls that show."""
    falls, evidence = [], []
    for stage in STAGES:
        moves = all_moved(held, stage)
        known = {key: before.value - after.value for key, (before, after) in moves.items()}
        if not known:
            continue
        most = max(known, key=lambda key: known[key])
        if sum(known[most] - fall <= EQUAL for fall in known.values()) > 1:
            continue  # no mineral stands out
        before, after = moves[most]
        if before.value > after.value and before.shown() != after.shown():
            falls.append(Said("message.effect_fall", {"stage": Name(stage, "stage"), "commodity": Name(most),
                                                      "before": before, "after": after}))  # fmt: skip
            evidence.append(f"{most}/{stage}")
    form = "effect_default" if held.run.defaulted else "effect_own"
    said = Said(f"message.{form}", {"falls": Several(tuple(falls))})
    yield Message("effect", (said,), tuple(evidence)) if falls else None


def _types(held: Evidence) -> Iterator[Message | None]:
    """How many minerals are of which type."""
    counted = [
        Said("message.type_count", {"type": Name(kind, "type"), "count": held.count("types", type=kind),
                                    "minerals": listed(keys_of(rows))})
        for kind in TYPES if (rows := held.matching("types", type=kind))
    ]  # fmt: skip
    yield Message("type", (Said("message.type", {"types": Several(tuple(counted))}),), ())


def _supply(held: Evidence) -> Iterator[Message | None]:
    """The country that makes most minerals, and the one that home imports most minerals from; none where two tie."""
    said = []
    for form, column in (("producer", "largest_producer_of"), ("supplier", "largest_supplier_of")):
        rows = sorted(held.rows("countries"), key=lambda row: -len(row[column]))
        counts = [len(row[column]) for row in rows[:2]]
        if not counts or counts[0] < 2 or counts[1:] == counts[:1]:
            continue
        values: dict[str, Value] = {
            "country": Name(rows[0]["country"]), "minerals": listed(rows[0][column]),
            "count": held.figure("countries", column, "count", country=rows[0]["country"]),
        }  # fmt: skip
        home: dict[str, Value] = {"home": Name(held.run.asked.importer)} if form == "supplier" else {}
        said.append(Said(f"message.supply_{form}", values | home))
    yield Message("supply", tuple(said), ()) if said else None


def _changed(held: Evidence) -> Iterator[Message | None]:
    """What moved the risk of a stage most since the year before, and how."""
    change = most_moved(held.run.ledger) if held.run.ledger else None
    if change is None:
        yield None
        return
    said = moved(held, change.commodity, change.indicator, "changed_most")
    yield Message("changed", said, (f"{change.commodity}/{change.indicator}",))


def moved(held: Evidence, commodity: str, indicator: str, form: str = "changed") -> tuple[Said, ...]:
    """Return the sentences on one change: from what to what, in which parts, and what it does to its stage."""
    where = {"commodity": commodity, "indicator": indicator}
    row = held.matching("ledger", **where)[0]

    def of(column: str, form: str) -> Any:
        return held.figure("ledger", column, form, **where)

    parts = [Said(f"ledger.part_{part}", {"value": figure}) for part in PARTS
             if row[part] is not None and abs(row[part]) >= VISIBLE and (figure := of(part, "moved"))]  # fmt: skip
    told = Said(f"message.{form}", {
        "commodity": Name(commodity), "axis": axis(indicator), "year": of("then_year", "count"),
        "then": of("then", "three"), "now": of("now", "three"),
        "parts": Several(tuple(parts)) if parts else Said("ledger.unmoved"),
    })  # fmt: skip
    if row["effect"] is None:
        return (told,)
    return told, Said("message.changed_effect", {"stage": Name(row["stage"], "stage"), "effect": of("effect", "moved")})


def _elsewhere(held: Evidence) -> Iterator[Message | None]:
    """What others do to secure supply and home does not, as far as a source was read."""
    surer = tuple(dict.fromkeys(row["confidence"] for row in held.rows("policies.elsewhere")
                                if row["confidence"] != RECALLED))  # fmt: skip
    where = {"side": "secures", "confidence": surer}
    if not held.matching("policies.elsewhere", **where):
        yield None
        return
    named = {lang: {row["key"]: row["name"] for row in held.rows("policies.elsewhere", lang)} for lang in LANGS}
    measures = tuple(
        Said("message.elsewhere_one", {
            "name": Words({lang: named[lang][row["key"]] for lang in LANGS}),
            "regions": Several(tuple(_region(one) for one in row["by"]), pair=True),
        })
        for row in held.matching("policies.elsewhere", **where)
    )  # fmt: skip
    yield Message("elsewhere", (Said("message.elsewhere", {
        "home": _region(held.run.elsewhere.home),
        "count": held.count("policies.elsewhere", **where), "measures": Several(measures)}),), ())  # fmt: skip


def _region(key: str) -> Words:
    return Words({lang: region_name(key, lang) for lang in LANGS})


def _unknown(held: Evidence) -> Iterator[Message | None]:
    """What has no figure of its own, and what no public figure tells."""
    said = [Said("message.unknown", {
        "all": held.count("records", **BASE, status=APPLIES),
        "absent": held.count("records", **BASE, status=ABSENT),
        "proxy": held.count("records", **BASE, status="proxy"),
    })]  # fmt: skip
    stock = {"policy": "stockpile", "holds": "unknown"}
    if keys := keys_of(held.matching("packages", **stock)):
        said.append(Said("message.unknown_stock", {"count": held.count("packages", **stock), "minerals": listed(keys)}))
    yield Message("unknown", (*said, Said("message.unknown_ever")), ())


OF_STUDY: Final[Mapping[str, Callable[[Evidence], Iterator[Message | None]]]] = {
    "worst": _worst, "sure": _sure, "todo": _todo, "effect": _effect, "type": _types, "supply": _supply,
    "changed": _changed, "elsewhere": _elsewhere, "unknown": _unknown,
}  # fmt: skip
"""What answers each question of QUESTIONS for the study as a whole."""
