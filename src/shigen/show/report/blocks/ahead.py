"""The parts on demand and technology: what new uses and regulation do to demand, and how that is computed."""

from typing import Any

from shigen.base import numbers
from shigen.base.i18n import shown_unit, source_words
from shigen.show.charts.kind import find_kind
from shigen.show.report import demand as told
from shigen.show.report import technology as trends
from shigen.show.report.blocks.kinds import Block, Cell, Column, Heading, Note, Part, Row, Table, Text
from shigen.show.report.blocks.telling import Telling, cells, points


def demand(a: Telling) -> Part:
    """Return demand to 2050: how it is computed, what it gives, and how that stands beside the study."""
    ahead = told.context(a.run, a.lang)
    choices = ahead["choices"]
    surging = [key for key in a.order if a.run.demand.classes()[key] == "A"]
    blocks: list[Block] = [
        Text(a.t("report.demand_note", scenario=ahead["scenario"].name[a.lang], span=choices.span,
                 line=f"{100 * choices.line:.0f}", horizon=choices.horizon)),
        a.chart("demand_flow", a.t("block.alt_demand_flow"), height=92),
        points([(a.t("block.study_says"), a.t("block.cagr_study")),
                (a.t("block.here"), a.t("block.cagr_here", span=choices.span))]),
        a.chart("demand_growth", a.t("report.alt_demand_growth"), height=95),
        Note(a.t("report.demand_growth_note")),
        table(a, ahead),
        Note(a.t("report.demand_home_note")),
        Heading(a.t("report.demand_why")),
        points([(one["name"], one["explained"], one["key"]) for one in _ordered(a, ahead["minerals"])]),
        Heading(a.t("report.demand_scenarios")),
        points([(one.name[a.lang], one.note[a.lang] + a.brackets(one.source)) for one in ahead["scenarios"]]),
        *_scrap(a, ahead),
        Heading(a.t("report.demand_gaps")),
        points([(one["name"], f"{one['use']}{'。' if a.lang == 'ja' else '. '}{one['why']}{a.brackets(one['source'])}")
                for one in ahead["gaps"]]),
        _inputs(a, ahead["inputs"]),
    ]  # fmt: skip
    title = a.t("block.demand", minerals=a.listed(surging), count=len(surging)) if surging else a.t(
        "block.demand_none")  # fmt: skip
    return Part("demand", "method", a.t("report.demand"), title, tuple(blocks), opens=True)


def _ordered(a: Telling, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: a.order.index(row["key"]))


def table(a: Telling, ahead: dict[str, Any]) -> Table:
    """Return demand of each mineral by scenario, its growth and the study's, and home's."""
    years = ahead["years"]
    columns = [Column(a.t("column.commodity"), width=1.4), Column(a.t("column.class"), width=1.5),
               Column(a.t("column.scenario"), width=1.1)]  # fmt: skip
    columns += [Column(str(year), "rounded") for year in years]
    columns += [Column(a.t("column.cagr"), "rate", width=1.2),
                Column(a.name(a.run.asked.importer), "words", width=1.3)]  # fmt: skip
    rows: list[Row] = []
    colon, to, per = ("：", "～", "/年") if a.lang == "ja" else (": ", " … ", "/yr")
    for one in _ordered(a, ahead["minerals"]):
        for place, row in enumerate(one["rows"]):
            first = place == 0
            band = [f"{numbers.rate(row['cagr_low'])}{to}{numbers.rate(row['cagr_high'])}"]
            if first and row["study_cagr"] is not None:
                band.append(f"{a.t('demand.study')}{colon}{numbers.rate(row['study_cagr'])}")
            home = numbers.arrow(row["home"][f"t_{years[0]}"], row["home"][f"t_{years[-1]}"], "rounded")
            beside = (f"{a.t('demand.study')}{colon}{numbers.rounded(one['study_home'])}",)
            rows.append(cells(
                Cell(one["name"], (one["unit"] + per,), to=one["key"]) if first else "",
                Cell(a.t(f"demand_class.{one['class'] or 'none'}"),
                     (f"{a.t('demand.study')}{colon}{a.t('demand_class.' + (one['study_class'] or 'unknown'))}",))
                if first else "",
                row["short"], *(row[f"t_{year}"] for year in years), Cell(row["cagr"], tuple(band)),
                Cell(home, beside if first and one["study_home"] else ()),
            ))  # fmt: skip
    return Table(tuple(columns), tuple(rows), a.t("report.demand"), small=True)


def _scrap(a: Telling, ahead: dict[str, Any]) -> list[Block]:
    blocks: list[Block] = [
        Heading(find_kind("scrap").name[a.lang]),
        Note(a.t("report.scrap_note", scenario=ahead["scenario"].name[a.lang])),
        a.chart("scrap", a.t("report.alt_scrap"), height=70),
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
        blocks.append(Table(columns, rows, find_kind("scrap").name[a.lang], small=True))
    if ahead["scrap_absent"]:
        blocks.append(Note(a.t("scrap_absent.minerals", minerals=ahead["scrap_absent"])))
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


def view(a: Telling, key: str, *, folded: bool = False, caption: str = "") -> Table:
    """Return one of the tables of technology and the appendices."""
    rows = trends.rows_of(key, a.lang, a.run.jogmec, facts=a.facts)
    made = trends.table_of(key, rows, a.lang, more=True)
    widths = {"long": 2.4, "word": 1.2, "sure": 0.9, "address": 1.6, "short": 0.9, "num": 0.9}
    columns = tuple(
        Column(title, "words" if look == "num" else "text", width=widths[look]) for title, look in made["head"]
    )
    return Table(columns, tuple(cells(*row) for row in made["rows"]), caption or made["title"], small=True,
                 folded=folded)  # fmt: skip


def technology(a: Telling) -> Part:
    """Return what technology does to demand."""
    return Part("technology", "method", a.t("technology.report.title"), a.t("block.technology"), (
        Note(a.t("technology.report.note")),
        view(a, "transitions"),
        a.chart("trends", a.t("technology.report.alt_trends"), height=105),
        view(a, "trends", folded=True),
        view(a, "groups"),
    ))  # fmt: skip


def appendices(a: Telling) -> Part:
    """Return the study's appendices, each under its headline."""
    page = trends.page(a.run, a.lang)
    blocks: list[Block] = []
    for key in trends.APPENDICES:
        if key in MOVED:
            continue
        headline = a.t(f"block.appendix_{key}")
        blocks += [Heading(headline, f"appendix-{key}"), Note(a.t(f"technology.report.{key}_note"))]
        if key == "devices":
            blocks.append(a.chart("power_map", a.t("technology.report.alt_devices"), height=85))
        if key == "flows":
            for name, product in page["flows"]:
                flow = name.removeprefix("recycling_")
                blocks += [Text(a.t(f"block.flow_{flow}", product=product)),
                           a.chart(name, a.t("technology.report.alt_flow", product=product), height=75)]  # fmt: skip
        blocks.append(view(a, key, folded=key in FOLDED))
    return Part("appendices", "data", a.t("technology.report.appendices"), a.t("block.appendices"), tuple(blocks))


FOLDED = ("devices", "flows", "intensities", "shares")
MOVED = ("types", "policies")
"""Appendices whose rows stand in the parts on types and policies."""
