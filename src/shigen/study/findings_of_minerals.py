"""What was found of one mineral: one answer to each question, where the tables carry one."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from shigen.base.declare import STAGES
from shigen.base.i18n import LANGS
from shigen.base.names import OTHER
from shigen.model.effects import high_axes
from shigen.model.evaluate import ELSEWHERE, PARTIAL_BELOW
from shigen.model.indicators import import_axes, indicators
from shigen.model.packages import OUTRIGHT
from shigen.model.records import number, rank_columns
from shigen.model.typology import Clause
from shigen.study.evidence import Evidence
from shigen.study.findings import at, moved, risks_moved, whole_plan
from shigen.study.ledger import most_moved
from shigen.study.message import Message, Name, Said, Several, Value, Words, listed
from shigen.study.reasons import ABSENT, BASE, axis, status_of


@dataclass(frozen=True)
class Asked:
    """What a finding is asked of: the tables, and the mineral."""

    held: Evidence
    commodity: str

    @property
    def name(self) -> Name:
        """The mineral's name."""
        return Name(self.commodity)

    def message(
        self, key: str, *said: Said | None, evidence: tuple[str, ...] = (), stage: str | None = None
    ) -> Message | None:
        """Return a message on the mineral; None where nothing is said."""
        told = tuple(one for one in said if one is not None)
        return Message(key, told, evidence, self.commodity, stage) if told else None


def _standing(one: Asked) -> Iterator[Message | None]:
    """The risk of each stage with the ranks that it may have, and what is high."""
    held = one.held
    parts: list[Value] = []
    evidence: list[str] = []
    for stage in STAGES:
        where = {**BASE, "commodity": one.commodity, "stage": stage}
        row = held.first("stages", **where)
        if row is None or row["central"] is None:
            continue
        ends = rank_columns(row)
        if row[ends[0]] is None or len(held.run.asked.commodities) == 1:
            parts.append(Said("message.standing_alone", {"stage": Name(stage, "stage"),
                                                         "at": at(held, one.commodity, stage)}))  # fmt: skip
        else:
            low, high = (held.figure("stages", end, "count", **where) for end in ends)
            place = Said("message.rank_one", {"low": low}) if low.value == high.value else Said(
                "message.rank_band", {"low": low, "high": high})  # fmt: skip
            parts.append(Said("message.standing_ranked", {
                "stage": Name(stage, "stage"), "place": place,
                "central": held.figure("stages", "central", "two", **where)}))  # fmt: skip
        evidence.append(f"{one.commodity}/{stage}")
    if not parts:
        yield None
        return
    highest = [key for key in high_axes(held.run.now, one.commodity) if not _weak(held, one.commodity, key)]
    yield one.message(
        "worst", Said("message.standing", {"commodity": one.name, "stages": Several(tuple(parts))}),
        Said("message.standing_high", {"axes": Several(tuple(
            _raw(held, one.commodity, key) for key in highest))}) if highest else None,
        evidence=(*evidence, *(f"{one.commodity}/{key}" for key in highest)),
    )  # fmt: skip


def _raw(held: Evidence, commodity: str, key: str) -> Said:
    """Return an axis with its figure, and how far that can be trusted or how much it sees, where that is little."""
    where = {**BASE, "commodity": commodity, "indicator": key}
    record = held.matching("records", **where)[0]
    values: dict[str, Value] = {"axis": axis(key), "raw": held.figure("records", "raw", "two", **where)}
    if record["status"] != "ok":
        return Said("message.axis_raw_status", {**values, "status": Name(record["status"], "status")})
    if record["seen"] is not None and record["seen"] < PARTIAL_BELOW:
        return Said("message.axis_raw_seen", {**values, "seen": held.figure("records", "seen", "percent", **where)})
    return Said("message.axis_raw", values)


def _weak(held: Evidence, commodity: str, key: str) -> bool:
    """Tell whether a figure cannot say that its axis is high: of several metals, or of too small a part."""
    record = held.matching("records", **BASE, commodity=commodity, indicator=key)[0]
    return record["status"] in (*ABSENT, "partial")


def _sure(one: Asked) -> Iterator[Message | None]:
    """The stage whose interval is widest, the figures that lack there, and the one that would settle most."""
    held, widest, found = one.held, 0.0, None
    for stage in STAGES:
        where = {**BASE, "commodity": one.commodity, "stage": stage}
        row = held.first("stages", **where)
        if row is None or row["risk_low"] is None or row["risk_high"] - row["risk_low"] <= widest:
            continue
        if lacking := _lacking(held, one.commodity, stage):
            widest, found = row["risk_high"] - row["risk_low"], (stage, where, lacking)
    if found is None:
        yield None
        return
    stage, where, lacking = found
    low, high = (held.figure("stages", end, "two", **where) for end in ("risk_low", "risk_high"))
    yield one.message(
        "sure",
        Said("message.sure_gap", {"commodity": one.name, "stage": Name(stage, "stage"), "low": low, "high": high,
                                  "axes": Several(tuple(lacking.values()))}),
        _settles(held, one.commodity, stage),
        evidence=(f"{one.commodity}/{stage}", *(f"{one.commodity}/{key}" for key in lacking)),
        stage=stage,
    )  # fmt: skip


def _settles(held: Evidence, commodity: str, output: str) -> Said | None:
    """Return which figure would settle an outcome, or would tell most; None without draws, or where nothing does."""
    where = {"commodity": commodity, "output": output}
    row = held.first("settles", **where)
    if row is None or row["input"] is None:
        return None
    values: dict[str, Value] = {"figure": Words({lang: row[f"figure_{lang}"] for lang in LANGS}),
                                "share": held.figure("settles", "own", "percent", **where)}  # fmt: skip
    return Said("message.settled" if row["settles"] else "message.settles_most", values)


def _lacking(held: Evidence, commodity: str, stage: str) -> dict[str, Said]:
    """Return the axes of a stage that apply, and that are absent or seen below PARTIAL_BELOW, each with how far."""
    parts: dict[str, Said] = {}
    weights = held.run.now.dataset.sel(commodity=commodity)["weight"]  # of two axes it may be the same for all
    for record in held.matching("records", **BASE, commodity=commodity, stage=stage):
        key, status, seen = record["indicator"], record["status"], record["seen"]
        if status == "not_applicable" or not (number(weights.sel(indicator=key)) or 0.0) > 0:
            continue
        if status in (*ABSENT, *ELSEWHERE):
            parts[key] = status_of(record)
        elif seen is not None and seen < PARTIAL_BELOW:
            figure = held.figure("records", "seen", "percent", **BASE, commodity=commodity, indicator=key)
            parts[key] = Said("message.axis_seen", {"axis": axis(key), "seen": figure})
    return parts


def _todo(one: Asked) -> Iterator[Message | None]:
    """What the package of the type says, policy by policy, and whether its conditions hold."""
    cells = one.held.matching("packages", commodity=one.commodity)
    if not cells:
        yield None
        return

    def named(holds: str, *, outright: bool | None = None) -> Several | None:
        keys = [row["policy"] for row in cells if row["holds"] == holds
                and outright in (None, row["cell"] in OUTRIGHT)]  # fmt: skip
        return listed(keys, "policy") if keys else None

    of_type: dict[str, Value] = {"commodity": one.name, "type": Name(cells[0]["type"], "type")}
    focus, holds = named("yes", outright=True), named("yes", outright=False)
    unsure, refused = named("unknown"), named("no", outright=True)
    yield one.message(
        "todo", Said("message.todo_focus", {**of_type, "policies": focus}) if focus else None,
        Said("message.todo_holds" if focus else "message.todo_only", {**({} if focus else of_type), "policies": holds})
        if holds else None,
        Said("message.todo_open", {"policies": unsure}) if unsure else None,
        Said("message.todo_refused", {"policies": refused}) if refused else None,
    )  # fmt: skip


def _effect(one: Asked) -> Iterator[Message | None]:
    """What all policies together change: ranked risks, tonnes, at what cost and by when; only what shows."""
    held, row = one.held, whole_plan(one.held, one.commodity)
    if row is None:
        yield None
        return
    where = {"commodity": one.commodity, "lever": row["lever"], "effect": row["effect"]}

    def ends(begun: str, end: str, form: str) -> dict[str, Value]:
        columns = [f"{begun}_{when}{end}" for when in ("before", "after")]
        if any(row[column] is None for column in columns):
            return {}
        before, after = (held.figure("levers", column, form, **where) for column in columns)
        return {} if before.shown() == after.shown() else {"before": before, "after": after}

    falls = []
    for stage in STAGES:
        both = risks_moved(held, one.commodity, stage)
        if both and both[0].shown() != both[1].shown():
            falls.append((stage, {"before": both[0], "after": both[1]}))
    tonnes = [Said(f"message.effect_{name}", moved_) for name in ("above_line", "largest")
              if (moved_ := ends(name, "_t", "amount"))]  # fmt: skip
    form = "effect_of_default" if one.commodity in held.run.defaulted else "effect_of_own"
    if not falls:
        yield None
        return
    stages = tuple(Said("message.effect_stage", {"stage": Name(stage, "stage"), **moved_}) for stage, moved_ in falls)
    said = Said(f"message.{form}", {"commodity": one.name, "falls": Several(stages)})
    if row["cost_musd"] is not None:
        tonnes.append(Said("message.effect_cost", {
            "cost": held.figure("levers", "cost_musd", "amount", **where)}))  # fmt: skip
    if row["year_of_effect"] is not None:
        tonnes.append(Said("message.effect_year", {"year": held.figure("levers", "year_of_effect", "count", **where)}))
    yield one.message("effect", said, *tonnes, evidence=tuple(f"{one.commodity}/{stage}" for stage, _ in falls))


def _type(one: Asked) -> Iterator[Message | None]:
    """The type, how firm it is, and what decides it."""
    verdict = one.held.run.verdict(one.commodity)
    decides = [verdict.clauses[key] for key in verdict.decided_by]
    yield one.message(
        "type", Said("message.type_of", {"commodity": one.name, "type": Name(verdict.type, "type"),
                                         "firmness": Name(verdict.firmness, "firmness")}),
        Said("message.type_decided", {"clauses": Several(tuple(_clause(one, clause) for clause in decides))})
        if decides else None,
        evidence=tuple(f"{one.commodity}/{key}" for clause in decides if (key := _indicator(one, clause))),
    )  # fmt: skip


def _indicator(one: Asked, clause: Clause) -> str:
    """Return the indicator that a clause asked; empty where it asked none that the study holds."""
    key = one.held.run.scoring.asks.get(clause.key, "")
    return key if one.held.first("records", **BASE, commodity=one.commodity, indicator=key) else ""


def _clause(one: Asked, clause: Clause) -> Said:
    """Return a clause with its answer and what weak figure that rests on."""
    answer = Name({True: "yes", False: "no", None: "unknown"}[clause.value], "clause")
    key, rests = _indicator(one, clause), []
    if clause.near:
        rests.append(Said("clause.near_surge" if clause.key == "surge" else "clause.near"))
    if clause.weak == "unseen" and key:
        rests.append(Said("clause.unseen", {"percent": one.held.figure(
            "records", "seen", "percent", **BASE, commodity=one.commodity, indicator=key)}))  # fmt: skip
    elif clause.weak and clause.weak != "unseen":
        rests.append(Said(f"clause.{clause.weak}"))
    told = Said("message.clause_asked", {"axis": axis(clause.asked), "answer": answer}) if clause.asked else Said(
        f"clause.{clause.key}", {"answer": answer})  # fmt: skip
    return Said("clause.resting", {"told": told, "rests": Several(tuple(rests))}) if rests else told


def _supply(one: Asked) -> Iterator[Message | None]:
    """The partner that most of the step with the larger intake comes from, how much of it is seen, and reliance."""
    held, steps = one.held, []
    for step, key in import_axes().items():
        record = held.first("records", **BASE, commodity=one.commodity, indicator=key)
        lead = held.first("suppliers", commodity=one.commodity, panel=f"imports_{step}", rank=0)
        if record and record["status"] in ("ok", "estimated") and lead and lead["country"] != OTHER:
            weight = number(held.run.now.dataset["weight"].sel(commodity=one.commodity, indicator=key)) or 0.0
            steps.append((weight, step, key, record["seen"], lead))
    said, evidence = [], []
    if steps:
        _, step, key, seen, lead = max(steps, key=lambda each: each[0])
        where = {"commodity": one.commodity, "panel": f"imports_{step}", "rank": 0}
        said.append(Said("message.supply_mass" if lead["unit"] == "t/yr" else "message.supply_value", {
            "home": Name(held.run.asked.importer), "commodity": one.name, "step": Name(step, "step"),
            "country": Name(lead["country"]), "share": held.figure("suppliers", "share", "percent", **where),
        }))  # fmt: skip
        if seen is None:
            said.append(Said("message.supply_sight"))
        elif seen < PARTIAL_BELOW:
            said.append(Said("message.supply_seen", {"seen": held.figure(
                "records", "seen", "percent", **BASE, commodity=one.commodity, indicator=key)}))  # fmt: skip
        evidence.append(f"{one.commodity}/{key}")
    relied = held.first("reliance", commodity=one.commodity)
    if said and relied and relied["import_reliance"] is not None:
        said.append(Said("message.supply_reliance", {
            "reliance": held.figure("reliance", "import_reliance", "percent", commodity=one.commodity)}))  # fmt: skip
    yield one.message("supply", *said, evidence=tuple(evidence))


def _changed(one: Asked) -> Iterator[Message | None]:
    """The change since the year before that stirs the risk of its stage most."""
    moves = one.held.run.ledger
    change = most_moved(moves, one.commodity) if moves else None
    yield None if change is None else one.message(
        "changed", *moved(one.held, one.commodity, change.indicator), evidence=(f"{one.commodity}/{change.indicator}",),
        stage=indicators()[change.indicator].stage)  # fmt: skip


def _unknown(one: Asked) -> Iterator[Message | None]:
    """The axes that have no figure of the mineral itself."""
    rows = one.held.matching("records", **BASE, commodity=one.commodity, status=ABSENT)
    yield one.message(
        "unknown", Said("message.unknown_axes", {"commodity": one.name, "axes": Several(tuple(
            status_of(row) for row in rows))}) if rows else None,
        evidence=tuple(f"{one.commodity}/{row['indicator']}" for row in rows),
    )  # fmt: skip


OF_MINERAL: Final[Mapping[str, Callable[[Asked], Iterator[Message | None]]]] = {
    "worst": _standing, "sure": _sure, "todo": _todo, "effect": _effect, "type": _type, "supply": _supply,
    "changed": _changed, "unknown": _unknown,
}  # fmt: skip
"""What answers each question of QUESTIONS for one mineral."""
