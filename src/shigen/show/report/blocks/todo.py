"""The types of the minerals and what to do: type, matrix, logic, the sheet of minerals × policies."""

from collections import Counter
from typing import Any

from shigen.base.i18n import shown_date
from shigen.model.indicators import indicators
from shigen.model.packages import POLICIES
from shigen.outlook.appendices import study_policies, study_types
from shigen.outlook.standing import AS_OF
from shigen.show.report import method, minerals
from shigen.show.report.blocks.kinds import Block, Cell, Column, Heading, Note, Part, Table, Text
from shigen.show.report.blocks.telling import Telling, cells, points, stopped
from shigen.show.report.sheet import sheet

WIDTHS = {"mine": 1.25, "smelter": 1.1, "stockpile": 1.1}
"""Of the columns of the sheet."""
TONE_OF_CELL = {"focus": "focus", "all": "do", "x": "no", "x_or_triangle": "no"}


def types(a: Telling) -> Part:
    """Return the six types as the study draws them, beside ours; and of which type each mineral is, and why."""
    verdicts = {one.commodity: one for one in a.run.verdicts}
    told = [minerals.in_words(verdicts[key], a.lang) for key in a.order]
    columns = a.columns(("column.commodity", "text", 1.1), ("column.type", "text", 1.5),
                        ("column.firmness", "text", 0.7), ("column.decided_by", "text", 6.0))  # fmt: skip
    rows = []
    for one in told:
        firmness = Cell(a.t(f"firmness.{one['firmness']}"), tone="" if one["firmness"] == "firm" else "weak")
        why = a.sentences(*(stopped(a, clause) for clause in one["decided_by"]))
        odds = [a.join(one["odds"])] if one["odds"] else []
        rows.append(
            (a.mineral(one["key"]), Cell(one["type"], tone="strong"), firmness, Cell(why, (*odds, *one["moved"])))
        )
    firm = sum(one["firmness"] == "firm" for one in told)
    counts = Counter(one["type"] for one in told)
    blocks: list[Block] = [
        *a.told("type"),
        a.chart("type_shapes", a.t("block.alt_type_shapes"), height=81),
        Note(a.t("block.type_shapes_note")),
        shapes(a),
        Heading(a.t("block.types_ours")),
        Note(a.t("report.types_note")),
        *([a.chart("type_odds", a.t("block.alt_type_odds"), folded=True)] if "type_odds" in a.charts else []),
        Table(columns, tuple(rows), small=True),
    ]
    kinds = a.join(f"{kind}{count}" if a.lang == "ja" else f"{count} {kind}" for kind, count in counts.most_common())
    return Part("types", "why", a.t("report.types"),
                a.t("block.types", kinds=kinds, firm=firm, all=len(told)), tuple(blocks))  # fmt: skip


def shapes(a: Telling) -> Table:
    """Return what the study says of each type: its task, the shape of its radar, and its minerals there and here."""
    held: dict[str, list[str]] = {}
    for one in a.run.verdicts:
        held.setdefault(one.type, []).append(one.commodity)
    rows = [
        cells(
            a.t(f"type.{row['type']}"), row["headline"],
            Cell(row["shape"], (a.t(f"technology.confidence.{row['confidence']}"),)),
            a.listed(row["members"]) if row["members"] else a.t("block.members_unknown"),
            a.listed(key for key in a.order if key in held.get(row["type"], [])),
        )
        for row in study_types(a.lang, facts=a.facts)
    ]  # fmt: skip
    columns = a.columns(("column.type", "text", 1.1), ("technology.headline", "text", 2.2),
                        ("technology.shape", "text", 2.0), ("technology.members", "text", 1.2),
                        ("block.members_here", "text", 1.4))  # fmt: skip
    return Table(columns, tuple(rows), a.t("block.types_study"), a.t("block.source_study"))


def packages(a: Telling) -> Part:
    """Return the study's table of types × policies with its stages, and which policy answers which indicator."""
    rows = []
    for row in method.matrix(a.run.verdicts, a.run.packages, a.lang, facts=a.facts):
        told = [Cell(one["text"], _remarks(a, one),
                     TONE_OF_CELL.get(one["cell"], "if")) for one in row["cells"]]  # fmt: skip
        rows.append((Cell(row["name"]), *told, Cell(row["minerals"] or "–")))
    rule = {row["policy"]: row for row in a.facts.table("type_policy") if row["type"] == "rule"}
    rows.append((Cell(a.t("technology.kind.rule")), *(
        Cell(rule[one][f"text_{a.lang}"], tone="if") for one in POLICIES), Cell("")))  # fmt: skip
    columns = (Column(a.t("column.type"), width=1.1), *(
        Column(a.t(f"policy.{one}"), group=a.t(f"block.holds.{one}")) for one in POLICIES),
        Column(a.t("report.minerals"), width=1.1))  # fmt: skip
    return Part("packages", "todo", a.t("report.matrix"), a.t("block.packages"), (
        Text(a.t("block.packages_lead")),
        Table(columns, tuple(rows), a.t("report.matrix"), a.t("block.source_study"), small=True),
        Note(a.t("block.matrix_note")),
        Heading(a.t("block.logic"), "logic"),
        a.chart("policy_logic", a.t("block.alt_logic"), height=52),
        _logic(a),
    ))  # fmt: skip


def _remarks(a: Telling, cell: dict[str, Any]) -> tuple[str, ...]:
    """Return what stands below a cell: which minerals refuse it, and how sure it is where that is less than usual."""
    usual = (a.t("confidence.inferred_high"), a.t("confidence.stated"))
    return tuple(one for one in (cell["but"], "" if cell["confidence"] in usual else cell["confidence"]) if one)


def _logic(a: Telling) -> Table:
    """Return the policy that answers each indicator, the study's reason, and the minerals for which it is high here."""
    high: dict[str, list[str]] = {}
    declared = indicators()
    for row in a.records:
        one = declared[row["indicator"]]
        if row["score"] is not None and one.is_high(row["raw"], a.run.now.scoring.high.get(one.key)):
            high.setdefault(row["indicator"], []).append(row["commodity"])
    rows = [
        cells(row["name"], row["policy_name"], row["told"],
              a.listed(key for key in a.order if key in high.get(row["indicator"], [])))
        for row in study_policies(a.lang, facts=a.facts) if row["kind"] == "indicator"
    ]  # fmt: skip
    columns = a.columns(("column.indicator", "text", 1.1), ("column.policy", "text", 1.1),
                        ("block.why_policy", "text", 2.3), ("block.high_here", "text", 2.6))  # fmt: skip
    return Table(columns, tuple(rows), small=True)


def sheet_of_policies(a: Telling) -> Part:
    """Return the sheet of minerals × policies."""
    answers = sheet(a.run, a.lang, a.order)
    kinds = {one.commodity: one for one in a.run.verdicts}
    rows = []
    for line in answers:
        key = line[0].commodity
        kind = kinds[key]
        rows.append((Cell(a.name(key), (a.t(f"type.{kind.type}"), a.t(f"firmness.{kind.firmness}")), to=key),
                     *(Cell(one.word, one.lines, one.answer) for one in line)))  # fmt: skip
    columns = [Column(a.t("column.commodity"), width=0.72)]
    for one in POLICIES:
        over = a.t(f"block.holds.{one}")
        columns.append(Column(a.t(f"policy.{one}"), group=over, width=WIDTHS.get(one, 1.0)))
    counts = Counter(one.answer for line in answers for one in line)
    title = a.t("block.sheet", minerals=len(answers), cells=sum(counts.values()), focus=counts["focus"],
                do=counts["do"], conditional=counts["if"], no=counts["no"])  # fmt: skip
    return Part("sheet", "todo", a.t("sheet.name"), title, (
        *a.told("todo"), *a.told("effect"),
        Table(tuple(columns), tuple(rows), a.t("sheet.name"), small=True),
        Note(a.t("sheet.note")),
    ))  # fmt: skip


def elsewhere(a: Telling) -> Part:
    """Return the comparison of policies with its conclusions, and what others do and home does not."""
    observed = a.observed
    home = observed["home"]
    missing = [row for row in observed["missing"] if row["confidence"] != "recalled"]
    narrow = a.columns(("policies.column.measure", "text", 2.6), ("policies.column.home", "text", 1.4),
                       ("policies.column.by", "text", 2.0), ("policies.column.levers", "text", 1.2))  # fmt: skip
    wide = (
        *narrow,
        *a.columns(("policies.column.since_home", "text", 2.0), ("policies.column.confidence", "text", 1.0)),
    )

    def table(rows: list[dict[str, Any]], caption: str, *, folded: bool = False) -> Table:
        made = []
        for row in rows:
            line = cells(
                Cell(row["name"], (row["about"],) if row["about"] else (), "strong"),
                Cell(row["home_status_name"], (row["remark"],) if row["remark"] else ()),
                Cell(a.join(row["by_names"]), tuple(row["examples"][:2]) if folded else ()),
                Cell(a.join(a.t(f"lever.{key}") for key in row["levers"]) or a.t("policies.lever_none"),
                     to=f"lever-{row['levers'][0]}" if row["levers"] else ""),
            )  # fmt: skip
            made.append((*line, *cells("\n".join(row["since"]), row["confidence_name"])) if folded else line)
        return Table(wide if folded else narrow, tuple(made), caption, small=True, folded=folded)

    blocks: list[Block] = [
        *a.told("elsewhere"),
        Note(a.t("policies.lead", date=shown_date(AS_OF, a.lang)), small=True),
        a.chart("policy_matrix", a.t("policies.alt_matrix"), height=68),
        Note(a.t("policies.matrix_note")),
        points(
            [
                *((a.t("block.conclusion"), a.t(f"block.compared_{one}")) for one in ("1", "2")),
                (a.t("block.features"), a.t("block.features_are")),
            ]
        ),
        Heading(a.t("policies.elsewhere_heading", home=home), "elsewhere-table"),
        Note(a.sentences(a.t("policies.elsewhere_note"), observed["rests_on"])),
    ]
    unread = [row for row in observed["missing"] if row["confidence"] == "recalled"]
    restricts = [row for row in observed["restricts"] if row["confidence"] != "recalled"]
    secures = a.t("policies.side.secures")
    blocks += [table(missing, secures), table(missing, secures, folded=True)] if missing else [
        Text(a.t("policies.elsewhere_none"))]  # fmt: skip
    blocks += [table(restricts, a.t("policies.restricts_note"), folded=True)] if restricts else []
    blocks += [table(unread, a.t("policies.unconfirmed", count=len(unread)), folded=True)] if unread else []
    blocks.append(_levers(a, observed["levers"]))
    return Part("elsewhere", "todo", a.t("policies.elsewhere_heading", home=home),
                a.t("block.elsewhere", home=home, count=len(missing)), tuple(blocks))  # fmt: skip


def _levers(a: Telling, levers: list[dict[str, Any]]) -> Table:
    rows = tuple(
        cells(Cell(a.t(f"lever.{row['key']}"), (str(row["acts_on"]),), "strong"), row["measures"] or "–",
              a.join(one["name"] for one in row["minerals"]) or a.t("policies.lever_unused"))
        for row in levers
    )  # fmt: skip
    columns = a.columns(("policies.column.levers", "text", 2.0), ("policies.column.measure", "text", 2.0),
                        ("policies.lever_in", "text", 2.0))  # fmt: skip
    return Table(columns, rows, a.t("policies.levers_heading"), folded=True,
                 anchors=tuple(f"lever-{row['key']}" for row in levers))  # fmt: skip
