"""The slides on risk: the ranking upstream, export controls, who supplies home, prices, what changed."""

import math

from shigen.base import numbers
from shigen.base.declare import STAGES
from shigen.base.names import OTHER
from shigen.base.years import day_in_words
from shigen.model.indicators import import_axes
from shigen.model.records import interval
from shigen.model.records import places as rank_in_words
from shigen.model.reliance import reliance_rows
from shigen.outlook.observatory import region_name
from shigen.outlook.standing import AS_OF
from shigen.show.documents.making import MINERALS, Making
from shigen.show.documents.parts import Cell, Chart, Series, Slide, across
from shigen.show.documents.slides_answer import FED
from shigen.study.changes import PARTS
from shigen.study.ledger import summary


def upstream(a: Making) -> list[Slide]:
    """Return the ranking upstream with its intervals, and the later stages beside it."""
    if "upstream" not in a.heads:
        return []
    slides = []
    for group in a.groups():
        rows = [
            [
                a.name(key),
                a.risk(key, STAGES[0], ends=True),
                rank_in_words(a.by_stage[key, STAGES[0]], a.lang) or numbers.ABSENT,
                *(a.risk(key, stage) for stage in STAGES[1:]),
            ]
            for key in group
        ]
        table = a.table(
            a.t("block.stages"),
            [a.t("column.commodity"), a.t("deck.upstream_interval"), a.t("column.rank"), *a.stage_names()[1:]],
            rows,
            (1.9, 1.8, 0.9, 1, 1),
            "lcccc",
        )
        slides.append(
            a.slide(
                "upstream",
                across((_bars(a, group, STAGES[0]), table), shares=(1, 1)),
                unit=a.t("deck.unit_score"),
                notes=(_ends(a), a.t("report.overview_note")),
                tables=FED[:4],
                speech=a.answers("worst"),
            )
        )
    return slides


def _ends(a: Making) -> str:
    return a.t("deck.note_bars" if a.run.drawn is not None else "deck.note_bars_points")


def _bars(a: Making, group: list[str], stage: str) -> Chart:
    """Return the risk of a stage as bars with their intervals."""
    rows = [a.by_stage[key, stage] for key in group]
    ends = [interval(row) for row in rows]
    central = Series(
        a.t(f"stage.{stage}"),
        tuple(row["central"] for row in rows),
        tuple(low for low, _ in ends),
        tuple(high for _, high in ends),
    )
    return Chart(
        "bar",
        a.t("deck.alt_bars", stage=a.t(f"stage.{stage}")),
        tuple(a.name(key) for key in group),
        (central,),
        least=0,
        most=1,
        step=0.2,
        labels=True,
        legend=False,
    )


def controls(a: Making) -> list[Slide]:
    """Return the measures that restrict what home obtains, beside how much their countries make; none without any."""
    if "controls" not in a.heads:
        return []
    rows = []
    top = {row["commodity"]: row for row in a.run.markets.rows(a.lang)}
    for key in a.order:
        found = [one.restriction for one in a.run.alerts[key] if one.restriction]
        market = top[key]
        leader = f"{a.name(market['top1_country'])} {numbers.percent(market['top1'])}" if market["top1"] else "–"
        rows += [
            [
                a.name(key) if place == 0 else "",
                one.title[a.lang],
                region_name(one.region, a.lang),
                one.state.in_words(a.lang),
                leader if place == 0 else "",
            ]
            for place, one in enumerate(found)
        ]
    head = [
        a.t("column.commodity"),
        a.t("policies.column.measure"),
        a.t("deck.controls_by"),
        a.t("policies.column.status"),
        a.t("deck.leader"),
    ]
    table = a.table(a.t("deck.alt_controls"), head, rows, (1.4, 3.4, 0.8, 1.2, 1.3), "lllll")
    most = sorted((row for row in top.values() if row["top1"]), key=lambda row: -row["top1"])[:MINERALS]
    chart = Chart(
        "bar",
        a.t("deck.alt_top"),
        tuple(a.name(row["commodity"]) + a.brackets(a.name(row["top1_country"])) for row in most),
        (Series(a.t("deck.leader"), tuple(row["top1"] for row in most)),),
        form="0%",
        least=0,
        most=1,
        step=0.2,
        labels=True,
        legend=False,
        title=a.t("deck.leader"),
        size=9.0,
    )
    date = day_in_words(AS_OF, a.lang)
    return [
        a.slide(
            "controls",
            across((table, chart), shares=(1.7, 1)),
            notes=(a.t("deck.note_controls", date=date),),
            sources=(a.t("deck.source_controls"),),
            editions=a.about["editions"].get("production", []),
            speech=[
                a.sentences(a.name(key) + a.t("deck.colon"), *(one.in_words(a.lang) for one in found))
                for key, found in a.run.alerts.items()
                if found
            ],
        )
    ]


def supply(a: Making) -> list[Slide]:
    """Return who supplies home of each mineral, how far home relies on imports, and who leads most minerals."""
    relied = {row["commodity"]: row for row in reliance_rows(a.run.chain, a.lang)}
    held = {(row["commodity"], row["panel"], row["rank"]): row for row in a.run.suppliers}
    leaders = sorted(
        (
            row
            for row in a.run.countries
            if row["country"] != OTHER and (row["largest_producer_of"] or row["largest_supplier_of"])
        ),
        key=lambda row: (-len(row["largest_supplier_of"]), -len(row["largest_producer_of"]), row["country"]),
    )[:8]
    counts = Chart(
        "bar",
        a.t("deck.alt_leaders"),
        tuple(a.name(row["country"]) for row in leaders),
        (
            Series(
                a.t("deck.leads_imports", home=a.name(a.run.study.importer)),
                tuple(float(len(row["largest_supplier_of"])) for row in leaders),
            ),
            Series(a.t("deck.leads_production"), tuple(float(len(row["largest_producer_of"])) for row in leaders)),
        ),
        form="0;-0;;",
        least=0,
        step=2,
        labels=True,
        size=9.0,
    )

    def lead(key: str, panel: str) -> str:
        row = held.get((key, panel, 0))
        if row is None or row["country"] == OTHER or row["share"] is None:
            return numbers.ABSENT
        return f"{a.name(row['country'])} {numbers.percent(row['share'])}"

    def made(key: str) -> str:
        found = lead(key, "production_ore")
        return found if found != numbers.ABSENT else lead(key, "production_refined")

    slides = []
    for group in a.groups():
        rows = []
        for key in group:
            reliance = relied[key]["import_reliance"]
            rows.append(
                [
                    a.name(key),
                    *(lead(key, f"imports_{step}") for step in import_axes()),
                    made(key),
                    numbers.percent(reliance),
                ]
            )
        head = [
            a.t("column.commodity"),
            *(a.t("deck.imports_of", step=a.t(f"step.{step}")) for step in import_axes()),
            a.t("deck.leader"),
            a.t("column.import_reliance"),
        ]
        table = a.table(a.t("deck.alt_supply"), head, rows, (1.5, 1.6, 1.6, 1.6, 0.9), "llllr")
        slides.append(
            a.slide(
                "supply",
                across((table, counts), shares=(1.6, 1)),
                unit=a.t("deck.unit_supply"),
                notes=(a.t("deck.note_supply"),),
                tables=("imports", "production"),
                speech=a.answers("supply"),
            )
        )
    return slides


def price(a: Making) -> list[Slide]:
    """Return how far prices swing, with the interval of each figure."""
    key = "price_volatility"
    if "price" not in a.heads or key not in a.run.asked.indicators:
        return []
    high = a.run.now.scoring.high[key]
    slides = []
    for group in a.groups(sorted(a.order, key=lambda one: -(a.by_axis[one, key]["raw"] or -1.0))):
        rows = [a.by_axis[one, key] for one in group]
        drawn = all(row["p05"] is not None or row["raw"] is None for row in rows)
        series = Series(
            a.axis(key),
            tuple(row["raw"] for row in rows),
            tuple(row["p05"] for row in rows) if drawn else (),
            tuple(row["p95"] for row in rows) if drawn else (),
        )
        ends = [one for one in (*series.values, *series.high) if one is not None]
        top = math.ceil(10 * max(ends, default=1.0)) / 10
        chart = Chart(
            "bar",
            a.t("deck.alt_price"),
            tuple(a.name(one) for one in group),
            (series,),
            least=0,
            most=top,
            step=0.1,
            labels=True,
            legend=False,
        )
        table = a.table(
            a.t("deck.alt_price"),
            [a.t("column.commodity"), a.t("column.raw"), a.t("stage.intermediate"), a.t("table.price_series")],
            [
                [
                    a.name(one),
                    Cell(numbers.decimals(row["raw"], 2), bold=bool(row["raw"] and row["raw"] >= high)),
                    a.risk(one, STAGES[1]),
                    a.run.markets.row(one, a.lang)["price_series"] or numbers.ABSENT,
                ]
                for one, row in zip(group, rows, strict=True)
            ],
            (1.5, 0.7, 0.9, 3.2),
            "lrcl",
        )
        slides.append(
            a.slide(
                "price",
                across((chart, table), shares=(1, 1.2)),
                unit=a.t("deck.unit_price"),
                notes=(a.t("deck.note_price", line=f"{high:.2f}"),),
                tables=("price",),
                speech=a.answers("worst")[1:2],
            )
        )
    return slides


def changed(a: Making) -> list[Slide]:
    """Return what moved most since the year before, in its parts: real or of the figures."""
    moves = a.run.ledger
    if "changed" not in a.heads or moves is None:
        return []
    every = [row for row in moves.rows(a.lang) if row["effect"] is not None and row["change"] is not None]
    rows = sorted(every, key=lambda row: -abs(row["effect"]))[:MOVES]
    names = [f"{a.name(row['commodity'])} {a.t('message_axis.' + row['indicator'])}" for row in rows]
    shown = [part for part in PARTS if any(abs(row[part] or 0.0) >= LEAST for row in rows)]
    chart = Chart(
        "stacked",
        a.t("deck.alt_changed"),
        tuple(names),
        tuple(Series(a.t(f"deck.part_{part}"), tuple(row[part] for row in rows)) for part in shown),
        form="+0.00;-0.00;0.00",
    )
    table = a.table(
        a.t("deck.alt_changed"),
        [
            a.t("deck.what_moved"),
            str(rows[0]["then_year"]),
            str(rows[0]["now_year"]),
            a.t("column.change"),
            a.t("deck.part_real"),
            a.t("deck.stage_effect"),
        ],
        [
            [
                name,
                numbers.decimals(row["then"], 3),
                numbers.decimals(row["now"], 3),
                Cell(numbers.change(row["change"], 3), bold=True),
                numbers.change(row["real"], 3),
                f"{a.t('stage.' + row['stage'])} {numbers.change(row['effect'], 3)}",
            ]
            for name, row in zip(names, rows, strict=True)
        ],
        (2.8, 0.7, 0.7, 0.8, 0.8, 1.5),
        "lrrrrl",
    )
    return [
        a.slide(
            "changed",
            across((chart, table), shares=(1, 1.25)),
            unit=a.t("deck.unit_change"),
            notes=(moves.note(a.lang),),
            tables=FED[:5],
            speech=(*a.answers("changed"), *filter(None, (summary(moves, key, a.lang) for key in a.order))),
        )
    ]


MOVES = 10
"""Changes that a slide shows."""
LEAST = 5e-4
