"""The part on one mineral: two pages that say what was found of it, and show what that rests on."""

from typing import Any

from shigen.base import numbers
from shigen.base.i18n import shown_unit, source_words
from shigen.model.reliance import reliance_rows
from shigen.show.charts.kind import find_kind
from shigen.show.report import minerals, places
from shigen.show.report.blocks.kinds import Block, Cell, ChartBlock, Column, Heading, Note, Part, Table, Text
from shigen.show.report.blocks.telling import Telling, cells, points, stopped
from shigen.study.stops import beside
from shigen.study.stops.played import Played

OPENING = ("worst", "sure", "supply", "todo", "effect")
"""Questions whose answers open the part: what its tables below say too is left to them."""


def introduction(a: Telling) -> Part:
    """Return how the parts on minerals are read, said once for all of them."""
    notes = [a.t("report.minerals_note")]
    notes.append(a.t("report.effects_default") if a.run.defaulted & set(a.run.packages) else "")
    notes.append(a.t("report.effects_own") if a.run.asked.levers else "")
    notes.append(a.t("block.stopped_note", draws=a.run.stops.draws) if a.run.stops else "")
    notes += [a.t("block.radar_note"), a.t("report.demand_chart_note"), a.t("block.not_open_minerals")]
    return Part("minerals", "minerals", a.t("report.minerals"), a.t("block.minerals", count=len(a.order)),
                (Note(a.sentences(*notes), small=True),))  # fmt: skip


def _headline(a: Telling, key: str) -> str:
    """Return the type of a mineral and its high axes, as a heading."""
    verdict = a.run.verdict(key)
    high = [row for row in minerals.table(key, a.records, a.lang, a.run.now.scoring.high) if row["high"]]
    kind = a.t("report.type_head", type=a.t(f"type.{verdict.type}"), firmness=a.t(f"firmness.{verdict.firmness}"))
    if not high:
        return a.t("block.mineral_none_high", kind=kind)
    axes = a.join(a.t(f"message_axis.{row['indicator']}") if row["axis"] else row["name"] for row in high)
    return a.t("block.mineral_high", kind=kind, axes=axes)


def mineral(a: Telling, key: str) -> Part:
    """Return the part on one mineral."""
    relied = next(row for row in reliance_rows(a.run.chain, a.lang) if row["commodity"] == key)
    about = minerals.about(a.run.now, key, a.records, relied, a.lang, facts=a.facts)
    name = about["name"]
    policy = minerals.policy(a.run.now, a.run.verdict(key), a.run.packages[key], a.run.effects, a.lang,
                             assumed=key in a.run.defaulted, facts=a.facts)  # fmt: skip
    blocks: list[Block] = [*a.told(*OPENING, commodity=key), Note(_rests(a, about))]
    blocks += [
        a.chart(f"{key}.profile", a.t("report.alt_profile", commodity=name), height=47, span=0.38),
        indicators_of(a, about["records"]),
    ]
    if gaps := [(row["name"], row["reason"]) for row in about["records"] if row["reason"]]:
        blocks.append(points(gaps))
    if f"{key}.policies" in a.charts:
        blocks.append(a.chart(f"{key}.policies", a.t("block.alt_policies", commodity=name), height=41))
    if policy["effects"]:
        stop = beside.stop_of(a.run.stops, key)
        blocks.append(effects(a, policy["effects"], stop))
        blocks += _chances(a, policy["effects"], beside.about(stop, a.lang) if stop else "")
    if gives_way := [(row["policy_name"], row["gives_way"]) for row in policy["logic"] if row["gives_way"]]:
        blocks += [Heading(a.t("block.gives_way")), points(list(dict.fromkeys(gives_way)))]
    blocks += [
        Heading(a.t("report.type_of", type=policy["type"]["type"],
                    firmness=a.t(f"firmness.{policy['type']['firmness']}"))),
        Text(a.sentences(*(stopped(a, one) for one in policy["type"]["reasons"]))),
        *_market(a, key),
        *_charts(a, key, name),
    ]  # fmt: skip
    title = f"{name} {about['symbol']}" if about["symbol"] else name
    return Part(key, "minerals", name, a.t("block.mineral", name=title, told=_headline(a, key)), tuple(blocks), key,
                opens=True)  # fmt: skip


def _rests(a: Telling, about: dict[str, Any]) -> str:
    """Return what the figures of a mineral rest on, in sentences."""
    companion, price = about["companionality"], about["price"]
    return a.sentences(
        a.t("report.basis", basis=about["basis"]),
        a.t("report.price_series", **price) if price else a.t("report.price_none"),
        about["reliance"],
        a.t("report.companionality_assumed" if companion["assumed"] else "report.companionality",
            percent=companion["percent"], year=companion["year"]) if companion else a.t("report.companionality_none"),
        a.t("report.reserve_life", years=about["reserve_life"]) if about["reserve_life"] else "",
    )  # fmt: skip


def indicators_of(a: Telling, records: list[dict[str, Any]]) -> Table:
    """Return the indicators of a mineral: figure, interval, score and status, with the reason of what lacks."""
    rows = []
    for row in records:
        band = "–".join(f"{end:.3f}" for end in row["band"]) if row["band"] else None
        tone = "high" if row["high"] else ""
        status = a.t(f"status.{row['status']}")
        rows.append(cells(
            Cell(f"{row['axis'] or ''} {row['name']}".strip(), tone=tone),
            Cell(row["raw"], tone=tone), Cell(band, tone="soft"), Cell(row["score"], tone=tone),
            Cell(status, tone="" if row["status"] == "ok" else "weak"),
        ))  # fmt: skip
    interval = "uncertainty.interval" if a.run.drawn is not None else "column.band"
    columns = a.columns(("column.indicator", "text", 3.1), ("column.raw", "figure", 0.75),
                        (interval, "words", 1.4), ("column.score", "score", 0.75),
                        ("column.status", "text", 1.2))  # fmt: skip
    return Table(columns, tuple(rows), span=0.62, small=True)


def effects(a: Telling, rows: list[dict[str, Any]], stop: Played | None) -> Table:
    """Return what each policy changes, alone and all together, and what it does when supply stops."""
    made = []
    for row in rows:
        below = []
        if row["raised_names"]:
            below.append(a.t("block.raised", axes=row["raised_names"]))
        if row["left_out_names"]:
            below.append(a.t("block.left_out", axes=row["left_out_names"]))
        other = row["upstream_other_end"]
        up = numbers.arrow(row["upstream_before"], row["upstream_after"], "figure")
        beyond = other is not None and f"{other:.3f}" != f"{row['upstream_after'] or 0:.3f}"
        made.append(cells(
            Cell(row["name"], tuple(below), "strong" if row["joint"] else ""),
            Cell(row["sized"], (row["where"],) if row["where"] else ()),
            Cell(up, (f"{other:.3f}",) if beyond else ()),
            numbers.arrow(row["intermediate_before"], row["intermediate_after"], "two"),
            numbers.arrow(row["final_before"], row["final_after"], "two"),
            row["displaced_t"],
            *beside.moved(stop, row, a.lang),
            row["cost_musd"],
            Cell(row["year_of_effect"]),
        ))  # fmt: skip
    over, stopped_ = a.t("column.risk"), a.t("block.stopped")
    columns = (
        Column(a.t("effect.lever"), width=2.3), Column(a.t("effect.size"), width=1.35),
        Column(a.t("stage.upstream"), "words", group=over, width=1.3),
        Column(a.t("stage.intermediate"), "words", group=over, width=0.9),
        Column(a.t("stage.final"), "words", group=over, width=1.15),
        Column(a.t("block.displaced"), "amount", width=0.8),
        Column(a.t("block.stop_chance"), "words", group=stopped_, width=1.2),
        Column(a.t("block.stop_days"), "words", group=stopped_, width=1.1),
        Column(a.t("block.stop_short"), "words", group=stopped_, width=1.35),
        Column(a.t("block.cost"), "amount", width=0.8), Column(a.t("effect.year_of_effect"), "count", width=0.7),
    )  # fmt: skip
    return Table(columns, tuple(made), a.t("report.effects"), small=True)


def _chances(a: Telling, rows: list[dict[str, Any]], stop: str) -> list[Block]:
    """Return which stop policies are tried in; what draws and the scrap ahead say of each, as data, of all on paper."""
    told = tuple(cells(row["name"], "\n".join(row["told"])) for row in rows if row["told"])
    joint = [one for row in rows if row["joint"] for one in row["told"]]
    words = [stop, *(stopped(a, one) for one in joint)]
    said: list[Block] = [Note(a.sentences(*words))] if any(words) else []
    columns = a.columns("effect.lever", ("block.told", "text", 4.0))
    return [*said, Table(columns, told, a.t("block.told"), folded=True)] if told else said


def _market(a: Telling, key: str) -> list[Block]:
    row = places.market_row(a.run.markets.row(key, a.lang), a.lang)
    said = a.sentences(row["sentence"], *row["absent"])
    return [Heading(a.t("report.market")), Text(said)] if said else []


def _charts(a: Telling, key: str, name: str) -> list[Block]:
    def titled(kind: str, alt: str, height: float, span: float = 1.0, *, folded: bool = False) -> list[Block]:
        drawn = a.chart(f"{key}.{kind}", a.t(f"report.alt_{alt}", commodity=name), height=height, span=span,
                        folded=folded)  # fmt: skip
        return [Heading(find_kind(kind).name[a.lang], folded=folded, span=span), drawn]

    blocks: list[Block] = []
    blocks += [*titled("map", "map", 28, 0.5, folded=True), *titled("price", "price", 27, 0.5, folded=True)]
    blocks += [Heading(a.t("report.suppliers")),
               a.chart(f"{key}.suppliers", a.t("report.alt_suppliers", commodity=name), height=43)]  # fmt: skip
    if f"{key}.suppliers" in a.charts:
        blocks.append(suppliers(a, a.charts[f"{key}.suppliers"].rows))
    blocks += titled("years", "years", 37)
    blocks += [*titled("demand", "demand", 42, 0.5), *titled("history", "history", 42, 0.5)]
    drawn = [one.chart for one in blocks if isinstance(one, ChartBlock)]
    cited = dict.fromkeys(source for one in drawn for source in one.sources)
    sources = a.join(source_words(one, a.lang) for one in cited)
    blocks.append(Note(a.t("chart.source", sources=sources), small=True))
    return blocks


def suppliers(a: Telling, rows: list[dict[str, Any]]) -> Table:
    """Return who holds, produces and supplies, as data."""
    made = tuple(
        cells(row["panel_name"], row["name"], row["share"], row["value"], shown_unit(row["unit"], a.lang),
              a.t(f"flag.{row['flag']}") if row["flag"] != "none" else "", row["governance"])
        for row in rows
    )  # fmt: skip
    columns = a.columns("column.panel", "column.country", ("column.share", "percent1"), ("column.value", "amount"),
                        "column.unit", "column.flags", ("column.governance", "score"))  # fmt: skip
    return Table(columns, made, a.t("report.suppliers"), folded=True)
