"""The parts on demand and technology: what new uses and regulation do to demand, and how that is computed."""

from collections.abc import Sequence
from typing import Any

from shigen.base import numbers
from shigen.base.i18n import shown_unit, source_words
from shigen.show.charts.kind import find_kind
from shigen.show.report import demand as told
from shigen.show.report import technology as trends
from shigen.show.report.blocks.kinds import Block, Cell, Column, Heading, Note, Part, Row, Table, Text
from shigen.show.report.blocks.telling import Telling, by_mineral, cells, points, stopped


def demand(a: Telling) -> Part:
    """Return demand to 2050: how it is computed, what it gives, and how that stands beside the study."""
    ahead = told.context(a.run, a.lang)
    choices = ahead["choices"]
    surging = [key for key in a.order if a.run.demand.classes()[key] == "A"]
    blocks: list[Block] = [
        Text(a.t("report.demand_note", scenario=ahead["scenario"].name[a.lang], span=choices.span,
                 line=f"{100 * choices.line:.0f}", horizon=choices.horizon)),
        a.chart("demand_flow", a.t("block.alt_demand_flow"), height=70),
        points([(a.t("block.study_says"), a.t("block.cagr_study")),
                (a.t("block.here"), a.t("block.cagr_here", span=choices.span))]),
        a.chart("demand_growth", a.t("report.alt_demand_growth"), height=62),
        Note(a.t("report.demand_growth_note")),
        table(a, ahead, deciding=True),
        Note(a.t("report.demand_home_note")),
        by_mineral(a, [(one["name"], one["explained"], one["key"]) for one in _ordered(a, ahead["minerals"])],
                   a.t("report.demand_why"), folded=True),
        Heading(a.t("report.demand_scenarios")),
        points([(one.name[a.lang], one.note[a.lang] + a.brackets(one.source)) for one in ahead["scenarios"]]),
        *_scrap(a, ahead),
        Heading(a.t("report.demand_gaps")),
        by_mineral(a, [(one["name"], a.sentences(stopped(a, one["use"]), one["why"] + a.brackets(one["source"])), "")
                       for one in ahead["gaps"]], a.t("block.use_and_why")),
        table(a, ahead, deciding=False), _inputs(a, ahead["inputs"]),
    ]  # fmt: skip
    title = a.t("block.demand", minerals=a.listed(surging), count=len(surging)) if surging else a.t(
        "block.demand_none")  # fmt: skip
    return Part("demand", "method", a.t("report.demand"), title, tuple(blocks))


def _ordered(a: Telling, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: a.order.index(row["key"]))


def table(a: Telling, ahead: dict[str, Any], *, deciding: bool) -> Table:
    """Return demand of each mineral, its growth and the study's, and home's: in the deciding scenario, or in all."""
    years = ahead["years"]
    columns = [Column(a.t("column.commodity"), width=1.3), Column(a.t("column.class"), width=2.1)]
    columns += [] if deciding else [Column(a.t("column.scenario"), width=1.1)]
    columns += [Column(str(year), "rounded") for year in years]
    columns += [Column(a.t("column.cagr"), "rate", width=0.9), Column(a.t("column.interval"), "words", width=1.3),
                Column(a.t("block.study_cagr"), "rate", width=1.0),
                Column(a.name(a.run.asked.importer), "words", width=1.5)]  # fmt: skip
    rows: list[Row] = []
    chosen, caption = a.run.demand.choices.scenario, a.t("report.demand")
    caption = a.t("block.deciding", scenario=ahead["scenario"].name[a.lang]) if deciding else caption
    colon, to, per = ("：", "～", "/年") if a.lang == "ja" else (": ", " … ", "/yr")
    for one in _ordered(a, ahead["minerals"]):
        of_one = [row for row in one["rows"] if not deciding or row["scenario"] == chosen or len(one["rows"]) == 1]
        for place, row in enumerate(of_one):
            first = place == 0
            band = f"{numbers.rate(row['cagr_low'])}{to}{numbers.rate(row['cagr_high'])}"
            home = numbers.arrow(row["home"][f"t_{years[0]}"], row["home"][f"t_{years[-1]}"], "rounded")
            beside = (f"{a.t('demand.study')}{colon}{numbers.rounded(one['study_home'])}",)
            rows.append(cells(
                Cell(one["name"], (one["unit"] + per,), to=one["key"]) if first else "",
                Cell(a.t(f"demand_class.{one['class'] or 'none'}"),
                     (f"{a.t('demand.study')}{colon}{a.t('demand_class.' + (one['study_class'] or 'unknown'))}",))
                if first else "",
                *([] if deciding else [row["short"]]), *(row[f"t_{year}"] for year in years), row["cagr"],
                Cell(band, tone="soft"), row["study_cagr"] if first else "",
                Cell(home, beside if first and one["study_home"] else ()),
            ))  # fmt: skip
    return Table(tuple(columns), tuple(rows), caption, small=True, folded=not deciding)


def _scrap(a: Telling, ahead: dict[str, Any]) -> list[Block]:
    blocks: list[Block] = [
        Heading(find_kind("scrap").name[a.lang], folded=True),
        Note(a.t("report.scrap_note", scenario=ahead["scenario"].name[a.lang]), folded=True),
        a.chart("scrap", a.t("report.alt_scrap"), folded=True),
    ]
    if ahead["scrap"]:
        years = [cell["year"] for cell in ahead["scrap"][0]["cells"]]
        columns = (*a.columns(("column.commodity", "text", 1.2), ("column.use", "text", 2.0)),
                   *(Column(str(year), "rounded") for year in years))  # fmt: skip
        rows = tuple(
            cells(one["name"], a.join(one["uses"]), *(
                Cell(cell["scrap"], (numbers.rounded(cell["recoverable"])
                                     + a.brackets(numbers.percent(cell["ceiling"], 1)),)) for cell in one["cells"]))
            for one in ahead["scrap"]
        )  # fmt: skip
        blocks.append(Table(columns, rows, find_kind("scrap").name[a.lang], folded=True))
    if ahead["scrap_absent"]:
        blocks.append(Note(a.t("scrap_absent.minerals", minerals=ahead["scrap_absent"]), folded=True))
    return blocks


def _inputs(a: Telling, inputs: list[dict[str, Any]]) -> Table:
    rows = tuple(
        cells(one["name"], one["address"], one["low"], one["value"], one["high"], shown_unit(one["unit"], a.lang),
              a.t(f"flag.{one['flag']}"), a.t(f"demand_confidence.{one['confidence']}"),
              source_words(one["source"], a.lang), one["note"])
        for one in inputs
    )  # fmt: skip
    columns = a.columns("column.assumption", "column.key", ("column.low", "plain"), ("column.value", "plain"),
                        ("column.high", "plain"), "column.unit", "column.flag", "column.confidence", "column.source",
                        "column.note")  # fmt: skip
    return Table(columns, rows, a.t("report.demand_inputs"), a.t("report.demand_inputs_note"), folded=True)


def view(a: Telling, key: str, *, folded: bool = False, only: Sequence[str] = ()) -> Table:
    """Return one of the tables of technology and the appendices; of a few of its columns where they are named."""
    rows = trends.rows_of(key, a.lang, a.run.jogmec, facts=a.facts)
    made = trends.table_of(key, rows, a.lang, more=True)
    chosen = [place for place, column in enumerate({**trends.VIEWS[key].read, **trends.VIEWS[key].more})
              if not only or column in only]  # fmt: skip
    widths = {"long": 2.4, "word": 1.2, "sure": 0.9, "address": 1.6, "short": 0.9, "num": 0.9}
    heads = [made["head"][place] for place in chosen]
    columns = tuple(Column(title, "words" if look == "num" else "text", width=widths[look]) for title, look in heads)
    lines = tuple(cells(*(row[place] for place in chosen)) for row in made["rows"])
    return Table(columns, lines, made["title"], small=True, folded=folded)


def technology(a: Telling) -> Part:
    """Return what technology does to demand."""
    return Part("technology", "method", a.t("technology.report.title"), a.t("block.technology"), (
        Note(a.t("technology.report.note")),
        view(a, "transitions", only=("use", "technology", "change", "when", "effect")),
        view(a, "transitions", folded=True),
        a.chart("trends", a.t("technology.report.alt_trends"), height=74),
        view(a, "trends", folded=True),
        view(a, "groups", folded=True),
    ))  # fmt: skip


def appendices(a: Telling) -> Part:
    """Return the study's appendices, each under its headline."""
    page = trends.page(a.run, a.lang)
    blocks: list[Block] = []
    for key in trends.APPENDICES:
        if key in MOVED:
            continue
        headline = a.t(f"block.appendix_{key}")
        unseen = key in ("intensities", "shares")
        blocks += [Heading(headline, f"appendix-{key}", unseen), Note(a.t(f"technology.report.{key}_note"), unseen)]
        if key == "devices":
            blocks.append(Note(a.t("block.devices_left"), small=True))
            blocks.append(a.chart("power_map", a.t("technology.report.alt_devices"), height=54))
        if key == "flows":
            for name, product in page["flows"]:
                flow = name.removeprefix("recycling_")
                blocks += [Text(a.t(f"block.flow_{flow}", product=product)),
                           a.chart(name, a.t("technology.report.alt_flow", product=product), height=44)]  # fmt: skip
        if key == "minerals":
            blocks.append(view(a, key, only=NARROW))
        blocks.append(view(a, key, folded=True))
    return Part("appendices", "data", a.t("technology.report.appendices"), a.t("block.appendices"), tuple(blocks))


NARROW = ("name", "main_use", "home_demand", "world_demand", "unit", "cagr_2019_2050", "demand_class", "driver")
"""Columns of the study's own figures on paper; all of them are data."""
MOVED = ("types", "policies")
"""Appendices whose rows stand in the parts on types and policies."""
