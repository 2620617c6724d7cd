"""The first parts of a report: the answers, the risks by stage, how far they hold, what alerts, and what changed."""

from typing import Any

from shigen.base.declare import STAGES
from shigen.base.years import day_in_words
from shigen.model.indicators import axes, indicators
from shigen.model.records import interval
from shigen.model.records import places as rank_in_words
from shigen.outlook.alerts import alerts
from shigen.outlook.standing import AS_OF
from shigen.show.report.blocks.kinds import Block, Cell, Column, Note, Part, Row, Table, Text
from shigen.show.report.blocks.telling import Telling, cells, points
from shigen.study.designs import ranks
from shigen.study.ledger import most_moved, summary
from shigen.study.message import QUESTIONS


def verdict(a: Telling) -> Part:
    """Return the answers on the study as a whole, in the order of the questions."""
    blocks: list[Block] = [Text(a.t("report.question")), *a.told(*QUESTIONS), Note(a.t("report.lead"))]
    return Part("verdict", "answer", a.t("report.verdict"), _worst_of_all(a), tuple(blocks))


def _worst_of_all(a: Telling) -> str:
    """Return which mineral stands first in each stage, as a heading."""
    first = []
    for stage in STAGES:
        order = ranks(a.run.shown, stage) if "central" in a.run.shown.dataset else {}
        if named := [key for key, rank in order.items() if rank == 1]:
            first.append(a.t("block.first_of_stage", stage=a.t(f"stage.{stage}"), minerals=a.listed(named)))
    return a.t("block.verdict", first=a.join(first)) if first else a.t("report.verdict")


def overview(a: Telling) -> Part:
    """Return the risks of the stages and the scores of the axes, the riskiest mineral first."""
    blocks: list[Block] = [
        points([(a.t(f"stage.{stage}"), a.t(f"stage.{stage}_holds")) for stage in STAGES]),
        a.chart("overview", a.t("report.alt_heatmap"), height=95),
        Note(a.t("chart.interval_note") + ("。" if a.lang == "ja" else ".")),
        chain(a),
        Note(a.t("report.chain_note")),
        Note(a.t("report.overview_note")),
        stages(a),
    ]
    return Part("overview", "answer", a.t("report.overview"), _high_count(a), tuple(blocks))


def _high_count(a: Telling) -> str:
    """Return how many minerals have how many high axes, as a heading."""
    high = a.run.now.scoring.high
    declared = indicators()
    counts = dict.fromkeys(a.order, 0)
    for row in a.records:
        one = declared[row["indicator"]]
        if one.axis and row["score"] is not None and one.is_high(row["raw"], high.get(one.key)):
            counts[row["commodity"]] += 1
    several = sum(count >= SEVERAL for count in counts.values())
    return a.t("block.overview", count=several, all=len(counts), axes=SEVERAL)


SEVERAL = 3
"""High axes from which a mineral counts as weak along its chain: half of the six."""


def chain(a: Telling) -> Table:
    """Return the scores of the axes with the stages of the value chain above them."""
    declared, high = indicators(), a.run.now.scoring.high
    keys = [key for key in axes() if key in a.run.asked.indicators]
    columns = (Column(a.t("column.commodity"), width=1.6), *(
        Column(a.t(f"axis.{key}"), "score", group=a.t(f"stage.{declared[key].stage}")) for key in keys))  # fmt: skip
    scores = {(row["commodity"], row["indicator"]): row for row in a.records}

    def score(mineral: str, key: str) -> Cell:
        row = scores[mineral, key]
        if row["score"] is None:
            return Cell(a.t(f"status.{row['status']}"), tone="soft")
        high_here = declared[key].is_high(row["raw"], high.get(key))
        return Cell(row["score"], tone="high" if high_here else "weak" if row["status"] != "ok" else "")

    rows = tuple((a.mineral(key), *(score(key, one) for one in keys)) for key in a.order)
    return Table(columns, rows, a.t("report.value_chain"))


def stages(a: Telling) -> Table:
    """Return the risk of each stage with its interval and its ranks."""
    by_place = {(row["commodity"], row["stage"]): row for row in a.stages}
    columns = [Column(a.t("column.commodity"), width=1.6)]
    for stage in STAGES:
        over = a.t(f"stage.{stage}")
        columns += [Column(a.t(f"column.{key}"), form, group=over)
                    for key, form in (("risk", "score"), ("interval", "words"), ("rank", "words"))]  # fmt: skip

    def three(row: dict[str, Any]) -> Row:
        ends = interval(row)
        shown = "–".join(f"{end:.2f}" for end in ends if end is not None)
        return cells(row["central"], Cell(shown or None, tone="soft"), rank_in_words(row, a.lang) or None)

    rows = tuple(
        (a.mineral(key), *(cell for stage in STAGES for cell in three(by_place[key, stage]))) for key in a.order
    )
    return Table(tuple(columns), rows, a.t("block.stages"))


def designs(a: Telling) -> Part:
    """Return how firmly ranks and types stand by other rules."""
    ranked = a.run.designs.by_mineral(a.lang)
    columns = [Column(a.t("column.commodity"), width=1.4)]
    for stage in STAGES:
        over = a.t(f"stage.{stage}")
        columns += [Column(a.t("report.design.rank"), "count", group=over, width=0.6),
                    Column(a.t("report.design.span"), "words", group=over, width=0.9)]  # fmt: skip
    columns += [Column(a.t("report.design.kept"), width=1.4)]
    rows, every = [], len(a.run.designs.others)
    for key in a.order:
        own = [row for row in ranked if row["commodity"] == key]
        others = a.join(a.t(f"type.{kind}") for kind in own[0]["other_types"])
        kept = a.t("report.design.of", count=own[0]["same_type_in"], all=every)
        rows.append((a.mineral(key), *(cell for row in own for cell in cells(
            row["rank"], Cell(rank_in_words(row, a.lang) or None, tone="soft"))),
            Cell(kept, (others,) if others else ())))  # fmt: skip
    held = sum(row[-1].notes == () for row in rows)
    return Part("designs", "why", a.t("report.design.designs"),
                a.t("block.designs", designs=every, kept=held, all=len(rows)),
                (Text(a.run.designs.sentence(a.lang)), Note(a.t("report.design.designs_note")),
                 Table(tuple(columns), tuple(rows), small=True)))  # fmt: skip


def alerted(a: Telling) -> Part | None:
    """Return what should catch the eye about each mineral; None where nothing does."""
    found = alerts(a.run.now, facts=a.facts)
    lines = [
        (a.name(key), a.sentences(*(_stopped(a, one.in_words(a.lang)) for one in found[key])), key)
        for key in a.order if found[key]
    ]  # fmt: skip
    if not lines:
        return None
    note = a.t("alert.note", year=a.run.study.year, date=day_in_words(AS_OF, a.lang))
    return Part("alerts", "why", a.t("web.alerts"), a.t("block.alerts", count=len(lines), all=len(a.order)),
                (Note(note), points(lines)))  # fmt: skip


def _stopped(a: Telling, words: str) -> str:
    return words if words.endswith(("。", ".")) else words + ("。" if a.lang == "ja" else ".")


def ledger(a: Telling) -> Part | None:
    """Return what moved since the year before; None where the study begins only then."""
    moves, before = a.run.ledger, a.run.year - 1
    if moves is None:
        return None
    most = most_moved(moves)
    title = a.t("report.ledger", year=before) if most is None else a.t(
        "block.ledger", year=before, commodity=a.name(most.commodity),
        axis=a.t(f"axis.{most.indicator}").replace("\n", ""))  # fmt: skip
    lines = [(a.name(key), summary(moves, key, a.lang) or a.t("report.ledger_none"), key) for key in a.order]
    return Part("ledger", "why", a.t("report.ledger", year=before), title,
                (Note(moves.note(a.lang)), points(lines)))  # fmt: skip
