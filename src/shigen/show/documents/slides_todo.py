"""The slides on what to do: what the packages change, what others do and home does not, what has to be decided."""

from shigen.base import numbers
from shigen.base.declare import STAGES
from shigen.base.years import day_in_words
from shigen.model.packages import POLICIES
from shigen.outlook.standing import AS_OF
from shigen.show.documents.making import TONES, Making
from shigen.show.documents.parts import Cell, Chart, Placed, Prose, Series, Slide, across
from shigen.show.documents.slides_answer import FED
from shigen.show.report.sheet import sheet
from shigen.study.evidence import Evidence
from shigen.study.findings import RECALLED, whole_plan
from shigen.study.stops import beside


def effects(a: Making) -> list[Slide]:
    """Return what all policies of each mineral change: risk upstream, tonnes, and by when."""
    held = Evidence(a.run)
    plans = {key: row for key in a.order if (row := whole_plan(held, key))}
    if "effect" not in a.heads or not plans:
        return []
    slides = []
    for group in a.groups(list(plans)):
        ends = ((a.t("deck.before"), a.by_stage), (a.t("deck.after"), a.stage_after))
        chart = Chart(
            "bar",
            a.t("deck.alt_effects"),
            tuple(a.name(key) for key in group),
            tuple(Series(name, tuple(rows[key, STAGES[0]]["central"] for key in group)) for name, rows in ends),
            least=0,
            most=1,
            step=0.2,
            labels=True,
            title=a.t(f"stage.{STAGES[0]}"),
            size=9.0,
        )
        rows = [
            [
                a.name(key),
                *(
                    numbers.arrow(a.by_stage[key, one]["central"], a.stage_after[key, one]["central"], "two")
                    for one in STAGES
                ),
                numbers.arrow(plans[key]["above_line_before_t"], plans[key]["above_line_after_t"], "tonnes"),
                beside.moved(beside.stop_of(a.run.stops, key), plans[key], a.lang)[0],
                str(plans[key]["year_of_effect"] or numbers.ABSENT),
            ]
            for key in group
        ]
        head = [
            a.t("column.commodity"),
            *a.stage_names(),
            a.t("block.above_line"),
            a.t("block.stop_chance"),
            a.t("effect.year_of_effect"),
        ]
        table = a.table(a.t("report.effects"), head, rows, (1.6, 1.25, 1.25, 1.25, 1.7, 1.7, 0.7), "lcccccc", 7.5)
        default = a.t("deck.note_default") if a.run.defaulted else ""
        slides.append(
            a.slide(
                "effect",
                across((chart, table), shares=(1, 1.9)),
                unit=a.t("deck.unit_effects"),
                notes=(a.sentences(default, a.t("deck.note_effects")),),
                tables=FED,
                speech=a.answers("effect", "todo"),
            )
        )
    return slides


def elsewhere(a: Making) -> list[Slide]:
    """Return what others do to secure supply and home does not, and what the study concludes of it."""
    rows = [row for row in a.run.elsewhere.rows(a.lang) if row["side"] == "secures" and row["confidence"] != RECALLED]
    if "elsewhere" not in a.heads or not rows:
        return []
    head = [
        a.t("policies.column.measure"),
        a.t("policies.column.by"),
        a.name(a.run.study.importer),
        a.t("policies.column.since_home"),
        a.t("policies.column.levers"),
    ]
    made = [
        [
            Cell(row["name"], bold=True),
            a.join(row["by_names"]),
            "\n".join(filter(None, (row["home_status_name"], row["remark"]))),
            "\n".join(row["since"]) or numbers.ABSENT,
            a.join(a.t(f"lever.{key}") for key in row["levers"]) or numbers.ABSENT,
        ]
        for row in rows
    ]
    table = a.table(
        a.t("policies.elsewhere_heading", home=a.name(a.run.study.importer)),
        head,
        made,
        (2.0, 2.0, 1.7, 2.6, 1.7),
        "lllll",
    )
    body: tuple[Placed, ...] = (Placed(table),)
    if a.run.study.importer == "JPN":
        said = Prose(tuple(a.t(f"block.compared_{one}") for one in ("1", "2")), largest=13.0)
        body = (Placed(table, height=0.76), Placed(said, top=0.79, height=0.21))
    return [
        a.slide(
            "elsewhere",
            body,
            notes=(a.t("deck.note_elsewhere"),),
            sources=(a.t("deck.source_meti"), a.t("deck.source_measures", date=day_in_words(AS_OF, a.lang))),
            speech=(*a.answers("elsewhere"), a.run.elsewhere.in_words(a.lang)),
        )
    ]


def decide(a: Making) -> list[Slide]:
    """Return the sheet of minerals and policies: what to focus on, what to do, what hangs on a condition."""
    if "decide" not in a.heads:
        return []
    slides = []
    said = Prose((*a.answers("unknown"), a.t("deck.note_sheet")), largest=12.0)
    for group in a.groups():
        rows = []
        for line in sheet(a.run, a.lang, group):
            key = line[0].commodity
            rows.append(
                [
                    Cell(a.name(key), bold=True),
                    a.t(f"type.{a.run.verdict(key).type}"),
                    *(Cell(one.word, bold=TONES[one.answer][1], fill=TONES[one.answer][0]) for one in line),
                ]
            )
        head = [a.t("column.commodity"), a.t("column.type"), *(a.t(f"policy.{one}") for one in POLICIES)]
        table = a.table(a.t("sheet.name"), head, rows, (1.6, 1.8, 1.1, 1.1, 1.1, 1.1, 1.1), "llccccc", 7.0)
        default = a.t("deck.note_default") if a.run.defaulted else ""
        slides.append(
            a.slide(
                "decide",
                across((table, said), shares=(2.3, 1)),
                notes=(default,),
                sources=(a.t("deck.source_meti"), a.t("deck.source_here")),
                speech=a.answers("todo"),
            )
        )
    return slides
