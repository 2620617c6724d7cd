"""The one list of blocks of a study, which every format renders: page, document, slides, sheets.

`parts(run, lang)` gives the parts of a report in their order; each has a key (its anchor), a group (answer, question,
why, todo, minerals, method, data), a short name, a title that says what was found, and its blocks. `blocks(run, lang)`
gives all of them in one list, each part opened by its heading. A block is a frozen dataclass of `blocks.kinds`:

- `Heading`, `Text`, `Note`, `Points`: words, resolved for the language.
- `Said`: a message of the study with its figures (`message.numbers`).
- `Table`: columns (header, form, unit, the group above, relative width) and rows of cells; a cell holds its value
  (number or words), notes in small letters, a tone and the anchor that it leads to. `Cell.written(column)` writes it;
  `kinds.EXCEL` has the number format of each form. `folded` tables are data: for screens and sheets, not for paper.
- `ChartBlock`: the name of a picture (`figures/NAME.LANG.svg` in the folder), its `Chart`, alt text and source line.

A block's `span` below 1 lets it stand beside its neighbours; `height` of a picture is its most on paper, in mm. Nothing
holds markup, and nothing is computed here: every figure comes from the run.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from shigen.base.i18n import Lang
from shigen.show.report.blocks import ahead, answer, mineral, rests, selection, stops, todo, world
from shigen.show.report.blocks.kinds import Block, Heading, Part
from shigen.show.report.blocks.telling import Telling

if TYPE_CHECKING:
    from shigen.show.charts.picture import Chart
    from shigen.study.run import Run


def parts(run: "Run", lang: Lang, charts: "Mapping[str, Chart] | None" = None) -> list[Part]:
    """Return the parts of the report of a run, in their order.

    Parameters
    ----------
    run : Run
        Each of its steps is computed where a block asks for it.
    lang : {"ja", "en"}
        Language of all words.
    charts : mapping, optional
        The charts of the study by the name of their picture, where they are made already.
    """
    if charts is None:
        from shigen.show.report.pictures import charts as made
        from shigen.show.report.pictures import given_by

        charts = made(given_by(run), run.study.commodities, lang)
    a = Telling(run, lang, charts)
    made_parts = [
        answer.verdict(a), selection.purpose(a), answer.overview(a), answer.designs(a), answer.alerted(a),
        answer.ledger(a), todo.types(a), todo.packages(a), todo.sheet_of_policies(a), stops.stops(a),
        todo.elsewhere(a),
        mineral.introduction(a), *(mineral.mineral(a, key) for key in a.order), ahead.demand(a), ahead.technology(a),
        selection.screening(a), selection.method(a), rests.methods(a), world.markets(a), world.countries(a),
        world.projects(a), world.policies(a), selection.assumptions(a), rests.own_charts(a), rests.figures(a),
        rests.sources(a), ahead.appendices(a),
    ]  # fmt: skip
    return [one for one in made_parts if one is not None]


def blocks(run: "Run", lang: Lang, charts: "Mapping[str, Chart] | None" = None) -> list[Block]:
    """Return all blocks of the report of a run in one list, each part opened by its heading."""
    return [block for part in parts(run, lang, charts) for block in (Heading(part.title, part.key), *part.blocks)]
