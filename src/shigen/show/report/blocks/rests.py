"""The parts that say what everything rests on: other methods, one's own charts, figures and years, sources."""

from typing import Any

from shigen.base.i18n import shown_unit, source_words
from shigen.model.records import meta
from shigen.model.unread import rows_read
from shigen.show.charts.kind import find_kind
from shigen.show.report import method as words
from shigen.show.report import pictures, published
from shigen.show.report.blocks.kinds import Block, Cell, Column, Heading, Note, Part, Table, Text
from shigen.show.report.blocks.telling import Telling, cells, points
from shigen.show.report.used import sources as used_sources


def methods(a: Telling) -> Part:
    """Return what other authors' methods say of the same figures, side by side."""
    told = published.section(a.run, a.lang)
    columns = [Column(a.t("column.commodity"), width=1.3)]
    lines: list[str | tuple[str, str]] = []
    by_mineral: dict[str, list[Cell]] = {}
    for one in told:
        unit = "" if one["unit"] == "1" else shown_unit(one["unit"], a.lang)
        columns.append(Column(one["name"], "figure", unit))
        answer = a.sentences(one["answer"])
        lines.append(answer if answer.startswith(one["name"]) else (one["name"], answer))
        for row in one["rows"]:
            by_mineral.setdefault(row["commodity"], []).append(Cell(
                row["raw"] if row["raw"] is not None else a.t(f"status.{row['status']}"),
                (f"{row['raw_low']:.3f}–{row['raw_high']:.3f}",) if row["banded"] else (),
                "" if row["status"] == "ok" else "weak"))  # fmt: skip
    rows = tuple((a.mineral(key), *by_mineral[key]) for key in a.order if key in by_mineral)
    blocks: list[Block] = [Note(a.t("report.published_note")), points(lines)]
    if told:
        blocks.append(Table(tuple(columns), rows, a.t("report.published"), small=True, folded=True))
    blocks += [_reasons(a, one) for one in told]
    return Part("methods", "method", a.t("report.published"), a.t("block.methods", count=len(told)), tuple(blocks))


def _reasons(a: Telling, one: dict[str, Any]) -> Table:
    """Return the figures of one method with status, reason and editions, as data."""
    rows = tuple(cells(row["mineral"], row["raw"], a.t(f"status.{row['status']}"), row["reason"], row["editions"])
                 for row in one["rows"])  # fmt: skip
    columns = a.columns("column.commodity", ("column.value", "figure"), "column.status",
                        ("column.reason", "text", 3.0), "column.sources")  # fmt: skip
    caption = a.sentences(f"{one['name']}:", one["formula"], one["differs"], one["reference"])
    return Table(columns, rows, caption, folded=True)


def own_charts(a: Telling) -> Part | None:
    """Return the charts that were declared outside the program; None without any."""
    own = [one for one in pictures.own(a.run.study.commodities, a.facts, a.lang) if one[0] in a.charts]
    if not own:
        return None
    blocks: list[Block] = [Note(a.t("report.own_charts_note"))]
    for name, title in own:
        blocks += [Heading(title), a.chart(name, title)]
    return Part("own-charts", "data", a.t("report.own_charts"), a.t("report.own_charts"), tuple(blocks))


def figures(a: Telling) -> Part:
    """Return which editions and years every figure is of, and how much of each table is known."""
    about = meta(a.run.now)
    used = words.used(about, a.lang)
    rows = tuple(cells(row["table"], row["years"], row["editions"]) for row in used)
    columns = a.columns("column.table", "report.table_years", ("column.editions", "text", 3.0))
    snapshot = a.facts
    stop = "。" if a.lang == "ja" else "."
    blocks: list[Block] = [
        Text(a.sentences(a.t("report.figures_note"),
                         a.t("explain.snapshot", name=snapshot.name, hash=snapshot.hash[:12]) + stop)),
        Table(columns, rows, a.t("report.figures"), small=True),
        *a.told("unknown"),
        Heading(find_kind("coverage").name[a.lang], folded=True),
        Note(a.t("report.coverage_note"), folded=True),
        a.chart("coverage", a.t("report.alt_coverage"), folded=True),
    ]  # fmt: skip
    if "revisions" in a.charts:
        blocks += [Heading(find_kind("revisions").name[a.lang], folded=True),
                   Note(a.t("report.revisions_note"), folded=True),
                   a.chart("revisions", a.t("report.alt_revisions"), folded=True)]  # fmt: skip
    return Part("figures", "data", a.t("report.figures"), a.t("block.figures", tables=len(rows)), tuple(blocks))


def sources(a: Telling) -> Part:
    """Return every edition with publisher, terms and address, and the user's own files."""
    listed, colon = used_sources(a.run, a.records), "：" if a.lang == "ja" else ": "
    rows = tuple(
        cells(source_words(one["edition"], a.lang),
              colon.join(source_words(one[key], a.lang) for key in ("publisher", "title")),
              source_words(one["terms"], a.lang),
              Cell(source_words(one["address"], a.lang), tuple(f"sha256 {mark[:12]}" for mark in (one["sha256"],)
                                                            if isinstance(mark, str) and mark)))
        for one in listed
    )  # fmt: skip
    columns = a.columns(("column.edition", "text", 0.9), ("column.publisher", "text", 3.0),
                        ("column.terms", "text", 1.1), ("column.address", "text", 2.8))  # fmt: skip
    blocks: list[Block] = [Table(columns, rows, a.t("report.sources"), small=True)]
    if own := rows_read(a.facts):
        blocks += [Heading(a.t("own.heading")), points([
            a.t("own.read", file=one["file"], table=a.t(f"table.{one['table']}"), count=one["rows"])
            for one in own])]  # fmt: skip
        unread = [one.in_words(a.lang) for one in a.run.unread]
        blocks += ([Heading(a.t("own.unread")), Note(a.t("own.unread_note")), points(unread)] if unread
                   else [Text(a.t("own.all_read"))])  # fmt: skip
    return Part("sources", "data", a.t("report.sources"), a.t("block.sources", count=len(rows)), tuple(blocks))
