"""The slides on types: the table of types and policies, then the minerals of each type with their six figures."""

from collections.abc import Sequence

from shigen.base import numbers
from shigen.model.indicators import axes
from shigen.model.packages import POLICIES
from shigen.show.documents.making import TONES, Making
from shigen.show.documents.parts import Cell, Chart, Placed, Prose, Series, Slide, Table
from shigen.show.documents.slides_answer import FED
from shigen.show.report import method
from shigen.study.headlines import TYPE_GROUPS

TONE_OF_CELL = {"all": "focus", "focus": "focus", "x": "no", "x_or_triangle": "no"}
RINGED = "①②③④⑤⑥⑦⑧⑨⑩"
ON_SLIDE = 4
"""Radars of one slide."""


def types(a: Making) -> list[Slide]:
    """Return the study's table of types and policies with the minerals of each type here."""
    rows = []
    for row in method.matrix(a.run.verdicts, a.run.packages, a.lang, facts=a.facts):
        cells = []
        for one in row["cells"]:
            fill, bold = TONES[TONE_OF_CELL.get(one["cell"], "if")]
            cells.append(Cell("\n".join(filter(None, (one["text"], one["but"]))), bold=bold, fill=fill))
        rows.append([Cell(row["name"], bold=True), row["minerals"] or "–", *cells])
    head = [
        a.t("column.type"),
        a.t("report.minerals"),
        *(f"{a.t(f'block.holds.{one}')}\n{a.t(f'policy.{one}')}" for one in POLICIES),
    ]
    table = a.table(a.t("report.matrix"), head, rows, (1.3, 1.6, 1.4, 1.4, 1.4, 1.4, 1.4), "llccccc", 7.5)
    return [
        a.slide(
            "types",
            (Placed(table),),
            notes=(a.t("report.matrix_note"),),
            sources=(a.t("deck.source_meti"),),
            speech=a.answers("type"),
        )
    ]


def of_types(a: Making) -> list[Slide]:
    """Return the minerals of each type: radars before and after, the six figures beside them, and what to do."""
    slides = []
    for kinds in TYPE_GROUPS:
        keys = [key for key in a.order if a.run.verdict(key).type in kinds]
        name = f"type:{'+'.join(kinds)}"
        if name not in a.heads or not keys:
            continue
        for first in range(0, len(keys), ON_SLIDE):
            shown = keys[first : first + ON_SLIDE]
            title = a.heads[name].text(a.lang)
            if len(keys) > ON_SLIDE:
                title = a.t("deck.further", title=title, page=first // ON_SLIDE + 1, pages=-(-len(keys) // ON_SLIDE))
            speech = tuple(one.text for key in shown for one in a.told("type", "todo", "effect", commodity=key))
            slides.append(
                a.slide(
                    name,
                    _placed(a, shown),
                    unit=a.t("deck.unit_score"),
                    notes=_notes(a),
                    tables=FED,
                    headline=name,
                    title=title,
                    speech=speech,
                )
            )
    return slides


def _notes(a: Making) -> tuple[str, ...]:
    rings = a.join(f"{ring} {a.t(f'message_axis.{key}')}" for ring, key in zip(RINGED, _axes(a), strict=False))
    default = a.t("deck.note_default") if a.run.defaulted else ""
    return tuple(filter(None, (a.sentences(rings + a.t("deck.stop"), a.t("deck.note_radar"), default),)))


def _axes(a: Making) -> list[str]:
    return [key for key in axes() if key in a.run.asked.indicators]


def _placed(a: Making, keys: Sequence[str]) -> tuple[Placed, ...]:
    """Return radars with their figures: four in a square, fewer side by side with what to do below."""
    count = len(keys)
    if count == 4:
        places = [(0.0, 0.0), (0.51, 0.0), (0.0, 0.51), (0.51, 0.51)]
        return tuple(
            part
            for key, (left, top) in zip(keys, places, strict=True)
            for part in (
                Placed(radar(a, key, 8.0), left, top, 0.21, 0.49),
                Placed(six(a, key), left + 0.215, top + 0.02, 0.275, 0.46),
            )
        )
    if count == 1:
        key = keys[0]
        return (
            Placed(radar(a, key, 11.0), 0, 0, 0.38, 1),
            Placed(six(a, key), 0.39, 0.04, 0.27, 0.8),
            Placed(Prose(_said(a, key, "type", "todo", "effect"), largest=12.0), 0.68, 0.02, 0.32, 0.96),
        )
    wide = (1 - 0.02 * (count - 1)) / count
    placed = []
    for n, key in enumerate(keys):
        left = n * (wide + 0.02)
        placed += [
            Placed(radar(a, key, 9.0), left, 0, wide, 0.5),
            Placed(six(a, key), left, 0.5, wide, 0.34),
            Placed(Prose(_said(a, key, "todo"), largest=10.5, least=8.0, bullets=False), left, 0.85, wide, 0.15),
        ]
    return tuple(placed)


def _said(a: Making, key: str, *questions: str) -> tuple[str, ...]:
    return tuple(one.text for one in a.told(*questions, commodity=key))


def radar(a: Making, key: str, size: float) -> Chart:
    """Return the six scores of a mineral today and with its policies; a gap where there is no figure."""
    keys = _axes(a)
    before = Series(a.t("deck.before"), tuple(a.by_axis[key, one]["score"] for one in keys))
    after = [Series(a.t("deck.after"), tuple(a.after[key, one]["score"] for one in keys))] if a.after else []
    rings = tuple(RINGED[n % len(RINGED)] for n in range(len(keys)))
    return Chart(
        "radar",
        a.t("deck.alt_radar", commodity=a.name(key)),
        rings,
        (before, *after),
        form="0.0",
        least=0,
        most=1,
        step=0.2,
        title=a.name(key),
        size=size,
        ticks=size >= 11,
    )


def six(a: Making, key: str) -> Table:
    """Return the figures of the radar: each axis today, with policies, and the difference."""
    rows = []
    for ring, one in zip(RINGED, _axes(a), strict=False):
        row = a.by_axis[key, one]
        name = f"{ring} {a.t(f'message_axis.{one}')}"
        if row["score"] is None:
            rows.append([name, Cell(a.t(f"status.{row['status']}"), ink="5F6B76"), *([""] if a.after else [])])
            continue
        now = a.score(row["score"])
        if not a.after:
            rows.append([name, now])
            continue
        then = a.after[key, one]["score"]
        moved = then is not None and numbers.decimals(then, 2) != numbers.decimals(row["score"], 2)
        rows.append([name, now, Cell(numbers.decimals(then, 2), bold=moved, fill="FCE8D5" if moved else "")])
    head = [a.t("column.indicator"), a.t("deck.before"), *([a.t("deck.after")] if a.after else [])]
    return a.table(
        a.t("deck.alt_six", commodity=a.name(key)), head, rows, (2.4, 1.1, 1.1)[: len(head)], "lrr"[: len(head)], 7.0
    )
