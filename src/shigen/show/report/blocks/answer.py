"""The first parts of a report: the answers, the risks by stage, how far they hold, what alerts, and what changed."""

from typing import Any

from shigen.base import numbers
from shigen.base.declare import STAGES
from shigen.base.i18n import shown_date
from shigen.base.years import day_in_words
from shigen.model.indicators import axes, indicators
from shigen.model.records import interval, rank_columns
from shigen.model.records import places as rank_in_words
from shigen.outlook.alerts import alerts
from shigen.outlook.standing import AS_OF
from shigen.show.report.blocks.kinds import Block, Cell, Column, Heading, Note, Part, Row, Table, Text
from shigen.show.report.blocks.telling import Telling, by_mineral, cells, stopped
from shigen.study.backtest.come_true import since
from shigen.study.backtest.words import came_true
from shigen.study.changes import PARTS, VISIBLE
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
        Text(a.join(a.t(f"stage.{stage}") + a.brackets(a.t(f"stage.{stage}_holds")) for stage in STAGES)),
        a.chart("overview", a.t("report.alt_heatmap"), height=92),
        Note(a.t("chart.interval_note") + ("。" if a.lang == "ja" else ".")),
        chain(a),
        Note(a.sentences(a.t("report.chain_note"), a.t("report.overview_note"), _marks_note(a))),
        stages(a),
    ]
    return Part("overview", "answer", a.t("report.overview"), _surely_first(a), tuple(blocks))


def _marks_note(a: Telling) -> str:
    moves = a.run.ledger
    return a.t("block.marks", name=moves.against, year=moves.first) if moves is not None and moves.against else ""


def _surely_first(a: Telling) -> str:
    """Return in which stages the first mineral is sure of its rank, as a heading."""
    found = []
    for row in a.stages:
        best, last = rank_columns(row)
        if row[best] == row[last] == 1:
            stage = a.t(f"stage.{row['stage']}")
            found.append(a.t("block.first_of_stage", stage=stage, minerals=a.name(row["commodity"])))
    return a.t("block.overview_sure", first=a.join(found)) if found else a.t("block.overview_open")


def chain(a: Telling) -> Table:
    """Return the scores of the axes in the stages of the value chain, and the ranks that a mineral may have in each."""
    declared, high = indicators(), a.run.now.scoring.high
    keys = [key for key in axes() if key in a.run.asked.indicators]
    by_stage = [(stage, [key for key in keys if declared[key].stage == stage]) for stage in STAGES]
    columns = [Column(a.t("column.commodity"), width=1.5)]
    for stage, own in by_stage:
        over = a.t(f"stage.{stage}")
        columns += [Column(a.t(f"axis.{key}"), "score", group=over) for key in own]
        columns += [Column(a.t("column.rank"), "words", group=over, width=0.9)]
    scores = {(row["commodity"], row["indicator"]): row for row in a.records}
    marked = marks(a)
    ranked = {(row["commodity"], row["stage"]): row for row in a.stages}

    def score(mineral: str, key: str) -> Cell:
        row = scores[mineral, key]
        notes = marked.get((mineral, key), ())
        if row["score"] is None:
            return Cell(a.t(f"status.{row['status']}"), notes, tone="soft")
        high_here = declared[key].is_high(row["raw"], high.get(key))
        return Cell(row["score"], notes, tone="high" if high_here else "weak" if row["status"] != "ok" else "")

    def line(mineral: str) -> Row:
        found = [a.mineral(mineral)]
        for stage, own in by_stage:
            found += [score(mineral, key) for key in own]
            found.append(Cell(rank_in_words(ranked[mineral, stage], a.lang) or None))
        return tuple(found)

    return Table(tuple(columns), tuple(line(key) for key in a.order), a.t("report.value_chain"))


def marks(a: Telling) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return what a score moved by since an earlier study, and the largest part, by mineral and axis.

    Empty where the study is compared with no earlier one: what moved since the year before has a part of its own.
    """
    moves = a.run.ledger
    if moves is None or not moves.against:
        return {}
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for one in moves.changes:
        if one.change is not None and abs(one.change) >= VISIBLE:
            most = max(PARTS, key=lambda part: abs(one.parts[part] or 0.0))
            found[one.commodity, one.indicator] = (f"{numbers.change(one.change, 3)} {a.t(f'deck.part_{most}')}",)
    return found


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
    return Table(tuple(columns), rows, a.t("block.stages"), folded=True)


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
                (Text(a.run.designs.sentence(a.lang)), Note(a.t("report.design.designs_note"), folded=True),
                 Table(tuple(columns), tuple(rows), a.t("report.design.designs"), folded=True)))  # fmt: skip


def alerted(a: Telling) -> Part | None:
    """Return what should catch the eye about each mineral; None where nothing does."""
    found = alerts(a.run.now, facts=a.facts)
    lines = [
        (a.name(key), a.sentences(*(stopped(a, one.in_words(a.lang)) for one in found[key])), key)
        for key in a.order if found[key]
    ]  # fmt: skip
    if not lines:
        return None
    note = a.t("alert.note", year=a.run.study.year, date=day_in_words(AS_OF, a.lang))
    return Part("alerts", "why", a.t("web.alerts"), a.t("block.alerts", count=len(lines), all=len(a.order)),
                (Note(note), by_mineral(a, lines, a.t("web.alerts"))))  # fmt: skip


def ledger(a: Telling) -> Part | None:
    """Return what moved since the year before; None where the study begins only then."""
    moves = a.run.ledger
    if moves is None:
        return None
    before = moves.first
    most = most_moved(moves)
    title = a.t("report.ledger", year=before) if most is None else a.t(
        "block.ledger", year=before, commodity=a.name(most.commodity),
        axis=a.axis(most.indicator))  # fmt: skip
    lines = [(a.name(key), summary(moves, key, a.lang) or a.t("report.ledger_none"), key) for key in a.order]
    return Part("ledger", "why", a.t("report.ledger", year=before), title,
                (Note(moves.note(a.lang)), by_mineral(a, lines, a.t("block.changes")), *_foretold(a)))  # fmt: skip


def _foretold(a: Telling) -> list[Block]:
    """Return what came of the forecast of the earlier study, for screens alone; nothing where it wrote none."""
    found = since(a.run.study.against, a.facts)
    if found is None:
        return []
    title = a.t("block.foretold", date=shown_date(found["date"], a.lang))
    blocks: list[Block] = [Heading(title, "foretold", folded=True), Note(came_true(found, a.lang), folded=True)]
    if not found["events"]:
        return blocks
    rows = tuple(
        cells(Cell(a.t("backtest.came_step", name=a.name(row["commodity"]), step=a.t(f"step.{row['step']}")),
                   to=row["commodity"]), row["rank"], row["score"], row["odds"],
              a.t(f"backtest.came.{'yes' if row['came'] else 'no'}"),
              shown_date(row["date"], a.lang) if row["date"] else numbers.ABSENT)
        for row in found["steps"]
    )  # fmt: skip
    columns = a.columns(("backtest.head.unit", "text", 2.0), ("backtest.head.rank", "count"),
                        ("backtest.head.ours", "score"), ("backtest.head.odds", "percent1"), "backtest.head.came",
                        "backtest.head.date")  # fmt: skip
    return [*blocks, Table(columns, rows, title, folded=True)]
