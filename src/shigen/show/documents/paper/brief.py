"""One page a mineral: the answers on it, the three risks, the radar, what policies change, who supplies, as PDF."""

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from shigen import __version__
from shigen.base import numbers
from shigen.base.declare import STAGES
from shigen.model.records import interval
from shigen.model.records import places as rank_in_words
from shigen.show.charts.drawing import Drawer, Here
from shigen.show.documents.making import shade
from shigen.show.documents.paper import BELOW, KINDS, RADAR
from shigen.show.documents.paper.setting import pdf
from shigen.show.documents.paper.told import Told
from shigen.show.report.blocks.kinds import Block, ChartBlock, Note, Said, Table
from shigen.show.report.blocks.mineral import mineral
from shigen.show.report.blocks.telling import Telling
from shigen.show.report.used import inputs_hash
from shigen.study.message import QUESTIONS

if TYPE_CHECKING:
    from shigen.base.i18n import Lang
    from shigen.show.report.html import Picture
    from shigen.study.run import Run

LINE: Final = (210 - 22) / 25.4 * 72
"""Width of the page between its margins [pt]."""
CLOSEST: Final = 1.8
"""How far pictures may be scaled down to stand abreast: letters of 7.5 pt become 4.2."""


def briefs(run: "Run", lang: "Lang", drawn: "Mapping[str, Picture]", only: str = "") -> dict[str, bytes]:
    """Return the brief of each mineral of a run in a language, by mineral, see `begun`."""
    return {key: one.result() for key, one in begun(run, lang, drawn, Here(), only).items()}


def begun(run: "Run", lang: "Lang", drawn: "Mapping[str, Picture]", setter: Drawer | Here,
          only: str = "") -> "dict[str, Future[bytes]]":  # fmt: skip
    """Return what will be the brief of each mineral of a run in a language, by mineral: one page each.

    Parameters
    ----------
    run : Run
        All of it is asked for.
    lang : {"ja", "en"}
        Language of all words.
    drawn : mapping
        The pictures of the study by name; those of KINDS are used.
    setter : Drawer or Here
        Whose workers set them.
    only : str, optional
        The mineral of which one is wanted; all of them when not given.
    """
    a = Telling(run, lang, {name: picture.chart for name, picture in drawn.items()})
    return {key: setter.start(pdf, "brief.typ", told(a, key, drawn)) for key in a.order if only in ("", key)}


def told(a: Telling, key: str, drawn: "Mapping[str, Picture]") -> dict[str, Any]:
    """Return the brief of a mineral as plain values: sections in the order of the page, each with its rank.

    Where a page has no room for all, those of the lowest ranks are set.
    """
    part = mineral(a, key)
    charts = {block.picture.removeprefix(f"{key}."): block for block in part.blocks if isinstance(block, ChartBlock)}
    wanted = {charts[kind].picture for kind in KINDS & charts.keys()}
    teller = Told(a.lang, {name: drawn[name].svg_text for name in wanted}, frozenset())
    tables = [block for block in part.blocks if isinstance(block, Table) and not block.folded]
    answers = [one for one in part.blocks if isinstance(one, Said)]
    answers += [one for one in a.told(*QUESTIONS, commodity=key) if one not in answers]
    answers.sort(key=lambda one: QUESTIONS.index(one.message.key))
    sections = [_section(teller, place, one) for place, one in enumerate(answers)]
    radar = [charts[RADAR]] if RADAR in charts else []
    sections.append(_section(teller, 2.5, *radar, tables[0]))
    sections += [_section(teller, 4.5, _one_line(one)) for one in tables[1:]]
    for line in BELOW:
        shown = [teller.block(charts[kind]) for kind in line if kind in charts]
        together = sum(one["width"] for one in shown) <= CLOSEST * LINE
        sections += [
            {"rank": len(sections), "blocks": one} for one in ([shown] if together else [[one] for one in shown])
        ]
    sources = [block for block in part.blocks if isinstance(block, Note) and block.small]
    importer, year = a.name(a.run.study.importer), a.run.study.year
    return {
        "lang": a.lang,
        "title": teller.words(a.t("report.brief", commodity=a.name(key), importer=importer, year=year)),
        "name": teller.words(part.title), "stages": [_stage(a, key, stage) for stage in STAGES],
        "sections": sections, "more": a.t("report.brief_more"),
        "sources": [teller.words(one.text) for one in sources],
        "foot": teller.words(a.t("deck.figures", snapshot=a.facts.name, version=__version__)),
        "hash": a.t("report.inputs", hash=inputs_hash(a.run)[:16]),
    }  # fmt: skip


def _section(teller: Told, rank: float, *blocks: Block) -> dict[str, Any]:
    return {"rank": rank, "blocks": [teller.block(one) for one in blocks]}


def _one_line(table: Table) -> Table:
    """Return the effects of the policies without what stands in small letters below their cells."""
    rows = tuple(tuple(replace(cell, notes=()) for cell in row) for row in table.rows)
    return replace(table, rows=rows)


def _stage(a: Telling, key: str, stage: str) -> dict[str, str]:
    """Return the risk of a stage in words: value, interval, ranks; its colour."""
    row = next(one for one in a.stages if (one["commodity"], one["stage"]) == (key, stage))
    low, high = interval(row)
    return {
        "name": a.t(f"stage.{stage}"), "value": numbers.decimals(row["central"], 2),
        "interval": "" if low is None or high is None else f"{low:.2f}–{high:.2f}",
        "rank": rank_in_words(row, a.lang), "fill": "" if row["central"] is None else shade(row["central"]),
        "label": a.t("column.interval"), "ranked": a.t("column.rank"),
    }  # fmt: skip
