"""The slides on what lies ahead: demand to 2050, what could lower it, and how much scrap could cover."""

from typing import Any

from shigen.base import numbers
from shigen.base.i18n import text
from shigen.outlook.demand import LAST
from shigen.outlook.demand_tables import SHOWN_YEARS, sources, summary
from shigen.outlook.demand_tables import rows as demand_rows
from shigen.show.documents.making import Making, from_block
from shigen.show.documents.parts import Cell, Chart, Placed, Prose, Series, Slide, across
from shigen.show.report import demand as told
from shigen.show.report.blocks import ahead
from shigen.study.evidence import Evidence

UNITS = ((5e6, "#,##0,,", "mt"), (5e3, "#,##0,", "kt"), (0.0, "#,##0", "t"))
"""From which amount on, how Office writes it, and the word for its unit: the figures stay tonnes."""
STEP = 2
AREAS = 4


def demand(a: Making) -> list[Slide]:
    """Return how demand of each mineral grows, beside METI's study, and the uses of those whose demand surges."""
    if "demand" not in a.heads:
        return []
    chosen = a.run.demand.choices.scenario
    rows = {row["commodity"]: row for row in summary(a.run.demand, a.lang) if row["scenario"] == chosen}
    slides = []
    years = [year for year in SHOWN_YEARS if year >= int(a.run.demand.dataset["year"].min())]
    for group in a.groups(sorted(a.order, key=lambda key: -(rows[key]["cagr"] or -1.0))):
        shown = [rows[key] for key in group]
        chart = Chart(
            "bar",
            a.t("deck.alt_growth"),
            tuple(a.name(key) for key in group),
            (
                Series(
                    a.t("deck.growth_here"),
                    tuple(row["cagr"] for row in shown),
                    tuple(row["cagr_low"] for row in shown),
                    tuple(row["cagr_high"] for row in shown),
                ),
                Series(a.t("demand.study"), tuple(row["study_cagr"] for row in shown), colour="9AA5B1"),
            ),
            form="0%",
            size=9.0,
        )
        table = a.table(
            a.t("report.demand"),
            [a.t("column.commodity"), a.t("column.class"), *(str(year) for year in years), a.t("column.cagr")],
            [
                [
                    a.name(key),
                    a.t(f"demand_class.{row['class'] or 'none'}"),
                    *(numbers.rounded(row[f"t_{year}"]) for year in years),
                    numbers.rate(row["cagr"]),
                ]
                for key, row in zip(group, shown, strict=True)
            ],
            (1.5, 2.0, *([1.1] * len(years)), 0.9),
            "ll" + "r" * (len(years) + 1),
        )
        scenario = a.run.demand.inputs.scenarios[chosen].name[a.lang]
        slides.append(
            a.slide(
                "demand",
                across((chart, table), shares=(1, 1.5)),
                unit=a.t("deck.unit_demand"),
                notes=(a.t("deck.note_demand", scenario=scenario),),
                editions=_editions(a, group),
                speech=tuple(f"{a.name(key)}{a.t('deck.colon')}{rows[key]['explained']}" for key in group),
            )
        )
    return [*slides, *_surge(a)]


def _editions(a: Making, keys: list[str]) -> list[str]:
    every = [one for one in sources(a.run.demand, keys) if one in a.facts.editions]
    return list(dict.fromkeys(every))


def _surge(a: Making) -> list[Slide]:
    """Return the uses of minerals whose demand surges, stacked."""
    keys = [key for key in a.order if a.run.verdict(key).type == "demand_surge"]
    if "surge" not in a.heads or not keys:
        return []
    slides = []
    for first in range(0, len(keys), AREAS):
        group = keys[first : first + AREAS]
        charts = [_uses(a, key) for key in group]
        if len(charts) <= 2:
            body = across(charts)
        else:
            body = tuple(Placed(one, 0.51 * (n % 2), 0.51 * (n // 2), 0.49, 0.49) for n, one in enumerate(charts))
        slides.append(
            a.slide(
                "surge",
                body,
                notes=(a.t("deck.note_surge"),),
                editions=_editions(a, group),
                sources=(a.t("deck.source_demand"),),
            )
        )
    return slides


def _uses(a: Making, key: str) -> Chart:
    """Return demand of a mineral by use over the years; lines where a use has no figure in some year."""
    chosen = a.run.demand.choices.scenario
    years = _years(a)
    rows = demand_rows(a.run.demand, commodities=[key], years=years, chosen=[chosen])
    total = max((row["value"] or 0.0 for row in rows if row["part"] == "total"), default=0.0)
    form, word = next((form, word) for line, form, word in UNITS if total >= line)
    by_use: dict[str, dict[int, Any]] = {}
    for row in rows:
        if row["part"] != "total":
            by_use.setdefault(row["use"], {})[row["year"]] = row["value"]
    series = tuple(
        Series(a.run.demand.inputs.uses[use].name[a.lang], tuple(values.get(year) for year in years))
        for use, values in by_use.items()
    )
    whole = all(value is not None for one in series for value in one.values)
    return Chart(
        "area" if whole else "line",
        a.t("deck.alt_uses", commodity=a.name(key)),
        tuple(map(str, years)),
        series,
        form=form,
        least=0,
        title=f"{a.name(key)}{a.brackets(text(f'demand.unit_{word}', a.lang))}",
        size=9.0,
    )


def _years(a: Making) -> list[int]:
    first = int(a.run.demand.dataset["year"].min())
    return [*range(first, LAST, STEP), LAST]


def lower(a: Making) -> list[Slide]:
    """Return how other scenarios lower the demand of the mineral that falls most, and the shifts of technology."""
    if "lower" not in a.heads:
        return []
    key = a.heads["lower"].commodity
    years = _years(a)
    rows = [row for row in demand_rows(a.run.demand, commodities=[key], years=years) if row["part"] == "total"]
    by_scenario: dict[str, dict[int, Any]] = {}
    for row in rows:
        by_scenario.setdefault(row["scenario"], {})[row["year"]] = row["value"]
    total = max((row["value"] or 0.0 for row in rows), default=0.0)
    form, word = next((form, word) for line, form, word in UNITS if total >= line)
    every = a.run.demand.inputs.scenarios
    chart = Chart(
        "line",
        a.t("deck.alt_scenarios", commodity=a.name(key)),
        tuple(map(str, years)),
        tuple(
            Series(
                every[one].short[a.lang],
                tuple(values.get(year) for year in years),
                dashed=one != a.run.demand.choices.scenario,
            )
            for one, values in by_scenario.items()
        ),
        form=form,
        least=0,
        title=f"{a.name(key)}{a.brackets(text(f'demand.unit_{word}', a.lang))}",
    )
    table = from_block(ahead.view(a, "transitions"), kept=range(5), least=7.0)
    notes = a.sentences(
        *(
            f"{one.short[a.lang]}{a.t('deck.colon')}{one.note[a.lang]}"
            for one in every.values()
            if one.key in (a.run.demand.choices.scenario, a.heads["lower"].scenario)
        )
    )
    return [
        a.slide(
            "lower",
            across((chart, table), shares=(1, 1.25)),
            notes=(notes,),
            editions=_editions(a, [key]),
            sources=(a.t("deck.source_meti"),),
        )
    ]


def ceiling(a: Making) -> list[Slide]:
    """Return the ceiling of recycling that is assumed, and what scrap of products could cover."""
    if "ceiling" not in a.heads:
        return []
    held = Evidence(a.run).matching("levers", lever="recycling", effect="gross")
    bound = {row["commodity"]: row["recycling_ceiling"] for row in held if row["recycling_ceiling"] is not None}
    covered = told.context(a.run, a.lang)
    slides = []
    for group in a.groups(sorted(bound, key=lambda key: -bound[key])):
        chart = Chart(
            "bar",
            a.t("deck.alt_ceiling"),
            tuple(a.name(key) for key in group),
            (Series(a.t("deck.ceiling"), tuple(bound[key] for key in group)),),
            form="0%",
            least=0,
            most=1,
            step=0.2,
            labels=True,
            legend=False,
        )
        years = [cell["year"] for cell in covered["scrap"][0]["cells"]] if covered["scrap"] else []
        rows = [
            [one["name"], a.join(one["uses"]), *(Cell(numbers.percent(cell["ceiling"], 1)) for cell in one["cells"])]
            for one in covered["scrap"]
        ]
        table = a.table(
            a.t("deck.alt_scrap"),
            [a.t("column.commodity"), a.t("column.use"), *map(str, years)],
            rows,
            (1.4, 2.2, *([0.8] * len(years))),
            "ll" + "r" * len(years),
        )
        absent = a.t("scrap_absent.minerals", minerals=covered["scrap_absent"]) if covered["scrap_absent"] else ""
        side = (
            Placed(chart, width=0.42),
            Placed(Prose((a.t("deck.scrap_head"),), bullets=False, largest=12.0, bold=True), 0.44, 0, 0.56, 0.08),
            Placed(table, 0.44, 0.09, 0.56, 0.6),
            Placed(Prose(tuple(filter(None, (a.t("deck.scrap_reads"), absent))), largest=11.0), 0.44, 0.71, 0.56, 0.29),
        )
        slides.append(
            a.slide(
                "ceiling",
                side,
                unit=a.t("deck.unit_ceiling"),
                notes=(a.t("deck.note_ceiling"),),
                sources=(a.t("deck.source_here"),),
                editions=a.about["editions"].get("scrap_share", []),
            )
        )
    return slides
