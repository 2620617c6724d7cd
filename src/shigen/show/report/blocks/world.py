"""The parts on markets, countries and projects, and on the policies of others over time."""

from typing import Any

from shigen.base.i18n import shown_date, shown_unit
from shigen.base.numbers import change
from shigen.show.report import places
from shigen.show.report.blocks.kinds import Block, Cell, Column, Note, Part, Table, Text
from shigen.show.report.blocks.telling import Telling, cells, points


def markets(a: Telling) -> Part:
    """Return the market of each mineral."""
    by_mineral = {row["commodity"]: places.market_row(row, a.lang) for row in a.run.markets.rows(a.lang)}
    rows = []
    for key in a.order:
        row = by_mineral[key]
        first = None if row["top1"] is None else f"{row['top1_name']} {100 * row['top1']:.0f} %"
        rows.append((a.mineral(key), *cells(
            row["value_musd"], row["producers"], first, row["top3"], row["growth_told"], row["traded_share"],
            row["volatility"], row["reserve_life"])))  # fmt: skip
    columns = a.columns(
        ("column.commodity", "text", 1.4), ("market.value_musd", "amount"), ("market.producers", "count"),
        ("market.top1", "text", 1.7), ("market.top3", "percent"), ("market.growth", "words", 2.0),
        ("market.traded_share", "percent"), ("market.volatility", "score"), ("market.reserve_life", "amount"),
    )  # fmt: skip
    steep = [key for key in a.order if (by_mineral[key]["top1"] or 0) >= HALF]
    return Part("markets", "data", a.t("report.markets"), a.t("block.markets", count=len(steep), all=len(rows)), (
        Note(a.t("market.note")), Table(columns, tuple(rows), a.t("report.markets"), small=True),
        Note(a.t("block.soundness")),
    ))  # fmt: skip


HALF = 0.5
"""Share of production from which one country has more than all others."""


def countries(a: Telling) -> Part:
    """Return the countries that produce, hold and supply, with their governance."""
    told = a.around
    importer = a.name(a.run.asked.importer)
    rows = tuple(
        cells(row["name"], row["governance"], row["largest_producer_of"] or "–", row["largest_holder_of"] or "–",
              None if row["home_imports_kusd"] is None else row["home_imports_kusd"] / 1000, row["home_import_share"],
              row["largest_supplier_of"] or "–")
        for row in told["countries"]
    )  # fmt: skip
    columns = (
        *a.columns(("column.country", "text", 1.1), ("country.governance", "score", 0.7),
                   ("country.largest_producer_of", "text", 2.0),
                   ("country.largest_holder_of", "text", 1.6)),
        Column(a.t("country.home_imports", importer=importer), "amount", width=0.9),
        Column(a.t("country.home_share"), "percent1", width=0.8),
        Column(a.t("country.largest_supplier_of", importer=importer), width=1.8),
    )  # fmt: skip
    first = a.told("supply")
    blocks: list[Block] = [
        *first,
        Note(a.sentences(a.t("country.home_note", importer=importer, year=a.run.year), a.t("country.partial_note"))),
        Table(columns, rows, a.t("report.countries"), small=True),
        a.chart("governance_map", a.t("report.alt_governance_map"), folded=True),
        Note(a.t("country.trend_note"), folded=True),
        Note(a.t("block.not_open_governance")),
    ]  # fmt: skip
    blocks += [block for page in told["pages"] for block in _country(a, page)]
    return Part("countries", "data", a.t("report.countries"), a.t("block.countries", count=len(rows)), tuple(blocks))


def _country(a: Telling, page: dict[str, Any]) -> list[Block]:
    """Return the tables of one country, folded."""
    governance = tuple(
        cells(a.t(f"explain.wgi.{row['dimension']}"), row["year"], row["value"], row["standard_error"],
              a.t("country.change_since", change=change(row["change"]), year=row["since"]),
              a.t(f"trend.{row['trend']}") if row["trend"] else "–")
        for row in page["governance"]
    )  # fmt: skip
    head = a.columns("country.dimension", ("column.year", "count"), ("country.estimate", "score"),
                     ("country.standard_error", "score"), "country.change", "country.trend")  # fmt: skip
    shares = a.columns("column.commodity", "column.panel", ("column.share", "percent1"), ("column.rank", "count"),
                       ("column.value", "amount"), "column.unit", "column.flags")  # fmt: skip

    def figures(rows: list[dict[str, Any]]) -> tuple[Any, ...]:
        return tuple(
            cells(row["name"], row["step_name"], row["share"], row["rank"],
                  None if row["unit"] == "1" else row["value"],
                  "" if row["unit"] == "1" else shown_unit(row["unit"], a.lang), row["flag_word"])
            for row in rows
        )  # fmt: skip

    name = page["name"]
    made: list[Block] = [
        Table(head, governance, a.t("block.of", what=a.t("country.dimensions"), whom=name), folded=True)
    ]
    for key, word in (("shares", "country.shares"), ("imports", "country.imports")):
        if page[key]:
            made.append(Table(shares, figures(page[key]), a.t("block.of", what=a.t(word), whom=name), folded=True))
    if page["measures"]:
        rows = tuple(cells(shown_date(one["date"], a.lang), one["title"], one["instrument_name"],
                           Cell(one["status_name"], (one["status_note"],) if one["status_note"] else ()),
                           one["confidence_name"]) for one in page["measures"])  # fmt: skip
        columns = a.columns("policies.column.date", ("policies.column.measure", "text", 3.0), *(
            f"policies.column.{key}" for key in ("instrument", "status", "confidence")))  # fmt: skip
        made.append(Table(columns, rows, a.t("block.of", what=a.t("country.measures"), whom=name), folded=True))
    return made


def projects(a: Telling) -> Part:
    """Return mines, plants and projects, and what is not known of them."""
    told = a.around
    rows = []
    for row in told["projects"]:
        mark = " ※" if row["recalled"] else ""
        own = [a.t("project_kind.own")] if row["kind"] == "own" else []
        interest = (
            [row["japanese_interest"] or row["programme"]] if row["japanese_interest"] or row["programme"] else []
        )
        rows.append(cells(
            Cell(f"{row['name']}{mark}", (*own, *interest)), row["commodity_name"], row["country_name"],
            a.t(f"project_stage.{row['stage']}"), a.t(f"project_status.{row['status']}"), row["measured"],
            row["owner"] or "", a.t(f"lever.{row['lever']}") if row["lever"] else "",
        ))  # fmt: skip
    columns = a.columns(
        ("project.name", "text", 2.4), ("column.commodity", "text", 0.9),
        ("column.country", "text", 1.0), ("project.stage", "text", 0.7),
        ("project.status", "text", 0.9), ("project.tonnes", "words", 1.1),
        ("project.owner", "text", 1.4), ("project.lever", "text", 0.9),
    )  # fmt: skip
    held = tuple(
        cells(row["name"], row["site"], row["project"] + row["own"], row["where"] or "–") for row in told["held"]
    )
    held_columns = a.columns(("column.commodity", "text", 1.0), ("project_kind.site", "count", 0.5),
                             ("project_kind.project", "count", 0.6), ("project.where", "text", 5.0))  # fmt: skip
    sized = sum(row["t_per_year"] is not None for row in told["projects"])
    blocks: list[Block] = [
        Note(a.sentences(a.t("project.note"), a.t("map.outlines"))), Note(a.t("block.not_open_projects")),
        *([Table(columns, tuple(rows), a.t("project.planned"), folded=True)] if rows else [Text(a.t("project.none"))]),
        Table(held_columns, held, a.t("project.sites_held"), folded=True),
    ]  # fmt: skip
    sites = sum(row["site"] for row in told["held"])
    return Part("projects", "data", a.t("report.projects"),
                a.t("block.projects", count=len(rows), sized=sized, sites=sites), tuple(blocks))  # fmt: skip


def policies(a: Telling) -> Part:
    """Return what others did and when: timeline, documents, and the measures as data."""
    seen = a.observed
    timeline = tuple(
        cells(_day(a, row), row["region_name"], row["category_name"],
              Cell(row["title"], (row["minerals"],) if row["minerals"] else ()), row["note"], _sure(row))
        for row in seen["timeline"]
    )  # fmt: skip
    timeline_columns = a.columns("policies.column.date", "policies.column.region", "policies.column.category",
                                 ("policies.column.measure", "text", 3.0),
                                 ("policies.column.note", "text", 2.0), "policies.column.confidence")  # fmt: skip
    blocks: list[Block] = [
        Note(a.t("policies.timeline_note")),
        a.chart("timeline", a.t("policies.alt_timeline"), height=80),
        documents(a, seen["documents"]),
        documents(a, seen["documents"], whole=True),
        points(
            [
                (a.t("block.eu_latest"), a.t("block.eu_latest_says")),
                (a.t("block.eip"), a.t("block.eip_is")),
                (a.t("block.eu_outlook"), a.t("block.eu_outlook_says")),
                (a.t("block.order_13806"), a.t("block.order_13806_says")),
            ]
        ),
        Table(timeline_columns, timeline, a.t("policies.timeline_table", count=len(timeline)), folded=True),
        matrix(a, seen["matrix"]),
        Table(
            a.columns("policies.column.instrument", ("policies.column.note", "text", 4.0)),
            tuple(cells(row["name"], row["about"]) for row in seen["instruments"]),
            a.t("policies.column.instrument"),
            folded=True,
        ),
        measures(a, seen["studied"], a.t("policies.measures_study", count=len(seen["studied"]))),
        measures(a, seen["others"], a.t("policies.measures_other", count=len(seen["others"]))),
    ]
    total = len(seen["studied"]) + len(seen["others"])
    return Part("policies", "data", a.t("policies.heading"),
                a.t("block.policies", events=len(timeline), measures=total), tuple(blocks))  # fmt: skip


def _day(a: Telling, row: dict[str, Any]) -> Cell:
    """Return the day of a row, with that which the study prints where it prints another."""
    printed = [a.t("policies.printed", date=shown_date(one, a.lang)) for one in (row["date_printed"],) if one]
    return Cell(shown_date(row["date"], a.lang), tuple(printed))


def _sure(row: dict[str, Any]) -> Cell:
    """Return how sure a row is, with its source where one was read."""
    return Cell(row["confidence_name"], () if row["confidence"] == "recalled" else (row["source"],))


def documents(a: Telling, rows: list[dict[str, Any]], *, whole: bool = False) -> Table:
    """Return orders, plans and strategies: what they ask for and propose; all that is held of them as data."""
    made = []
    for row in rows:
        of = f"{row['region_name']} {row['kind_name']}"
        report = [row["report"], shown_date(row["report_date"], a.lang)] if row["report"] else []
        line = [
            _day(a, row),
            Cell(row["title"], (of, row["legal_reference"]) if whole else tuple(report)), row["asks"],
        ]  # fmt: skip
        if whole:
            line.append(Cell("\n".join(report) or "–"))
        beside = (row["note"], row["confidence_name"], row["source"]) if whole else ()
        made.append(cells(*line, Cell(row["proposes"], tuple(one for one in beside if one))))
    columns = a.columns(("policies.column.date", "text", 0.8), ("column.title", "text", 2.0),
                        ("policies.asks", "text", 2.2), *([("policies.report", "text", 1.3)] if whole else []),
                        ("policies.proposes", "text", 2.4))  # fmt: skip
    return Table(columns, tuple(made), a.t("policies.documents_heading"), small=True, folded=whole)


def matrix(a: Telling, rows: list[dict[str, Any]]) -> Table:
    """Return the comparison of policies as data."""
    made = tuple(
        cells(Cell(row["name"], (row["group_name"],)), row["region_name"], row["status_name"],
              Cell(row["remark"], (row["note"],) if row["note"] else ()),
              a.join(a.t(f"lever.{key}") for key in row["levers"]), Cell("\n".join(row["later_titles"])),
              _sure(row))
        for row in rows
    )  # fmt: skip
    columns = a.columns("policies.column.measure", "policies.column.region", "policies.column.status",
                        "policies.column.remark", "policies.column.levers", "policies.column.since",
                        "policies.column.confidence")  # fmt: skip
    return Table(columns, made, a.t("policies.matrix_table"), folded=True)


def measures(a: Telling, rows: list[dict[str, Any]], caption: str) -> Table:
    """Return measures as data."""
    made = tuple(
        cells(shown_date(row["date"], a.lang), Cell(row["region_name"], (row["with"],) if row["with"] else ()),
              Cell(row["title"], (row["summary"],)), row["kinds"],
              Cell(row["status_name"], (row["status_note"],) if row["status_note"] else ()), row["minerals"],
              row["legal_reference"], _sure(row))
        for row in rows
    )  # fmt: skip
    columns = a.columns("policies.column.date", "policies.column.region",
                        ("policies.column.measure", "text", 3.0), "policies.column.instrument",
                        "policies.column.status", "policies.column.minerals", "policies.column.legal_reference",
                        "policies.column.confidence")  # fmt: skip
    return Table(columns, made, caption, folded=True, anchors=tuple(f"measure-{row['measure']}" for row in rows))
