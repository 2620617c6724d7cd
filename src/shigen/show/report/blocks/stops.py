"""What happens when supply stops: the answer, each mineral, what policies save, and what cannot be told."""

from shigen.base.i18n import in_brackets
from shigen.show.report.blocks.kinds import Block, Cell, Column, Note, Part, Table
from shigen.show.report.blocks.telling import Telling, by_mineral, points
from shigen.study.stops import words
from shigen.study.stops.played import Played

WIDTHS = (1.3, 2.6, 0.9, 0.8, 1.5, 1.5, 1.5, 1.2, 2.6)


def stops(a: Telling) -> Part | None:
    """Return the stops of a study; None where it plays none."""
    found = a.run.stops
    if found is None or not found.rows:
        return None
    said = words.headline(found, a.lang)
    heads = (
        "commodity",
        "restricted",
        "design",
        "chance",
        "first_month",
        "cover_days",
        "short_amount",
        "peak",
        "reason",
    )
    columns = tuple(Column(a.t(f"column.{key}"), width=width) for key, width in zip(heads, WIDTHS, strict=True))
    order = {key: place for place, key in enumerate(a.order)}
    rows = sorted(found.rows, key=lambda one: order.get(one.commodity, len(order)))
    saved = [(_named(a, one), words.helped(one, a.lang), one.commodity) for one in rows if words.helped(one, a.lang)]
    blocks: list[Block] = [
        points(said),
        a.chart("stops", a.t("disruption.chart_line"), height=62),
        Note(a.sentences(*(a.t(f"disruption.{key}") for key in ("chart_line", "closures", "cannot"))), small=True),
        Table(columns, tuple(_row(a, one, found.draws) for one in rows), a.t("disruption.title"), small=True,
              folded=True),
    ]  # fmt: skip
    if saved:
        blocks.append(by_mineral(a, saved, a.t("web.disruption.helps"), folded=True))
    return Part("stops", "todo", a.t("disruption.title"), words.title(found, a.lang), tuple(blocks))


def _named(a: Telling, one: Played) -> str:
    """Return the name of what stops, with the design of its leak where there are two."""
    name = words.item_name(one, a.lang)
    if not one.design:
        return name
    return name + in_brackets(f"{a.t('column.design')} {a.t(f'disruption.design.{one.design}')}", a.lang)


def _row(a: Telling, one: Played, draws: int) -> tuple[Cell, ...]:
    name = Cell(words.item_name(one, a.lang), to=one.commodity)
    design = Cell(a.t(f"disruption.design.{one.design}") if one.design else "–")
    about = (name, Cell(words.scenario(one, a.lang)), design)
    if one.told is None:
        return (*about, *(Cell("–") for _ in range(5)), Cell(words.answer(one, draws, a.lang), tone="weak"))
    told = one.told
    first, short, peak = told.first["rationing"], told.short["rationing"], told.peak
    return (
        *about, Cell(f"{words.chance(told.within)} %"), Cell(words.month(first.p50, a.lang)),
        Cell(words.days(told.cover.p50, a.lang)), Cell(words.mass(short.p50, told, a.lang)),
        Cell(words.ratio(peak.p50, told, a.lang) if peak else "–"),
        Cell(words.unfirm(one, a.lang) or "–", tone="weak" if told.unfirm else ""),
    )  # fmt: skip
