"""The slides that answer: the conclusion, which minerals, by what they are measured, how sure, what would settle it."""

from shigen.base import numbers
from shigen.base.declare import STAGES
from shigen.model.records import places as rank_in_words
from shigen.outlook.newest import renewal
from shigen.show.documents.making import Making
from shigen.show.documents.parts import Cell, Placed, Prose, Slide, across
from shigen.show.report import method as words

FED = ("reserves", "production", "imports", "governance", "price", "scrap_share")
"""Tables behind the risks."""


def conclusion(a: Making) -> list[Slide]:
    """Return the answer on one slide: the messages that matter most, and the risks of all minerals beside them."""
    if "conclusion" not in a.heads:
        return []
    said = (*a.answers("worst"), *a.answers("sure"), *a.answers("effect"))
    group = a.groups()[0]
    rows = [
        [a.name(key), *(a.risk(key, stage) for stage in STAGES), a.t(f"type.{a.run.verdict(key).type}")]
        for key in group
    ]
    table = a.table(
        a.t("report.overview"),
        [a.t("column.commodity"), *a.stage_names(), a.t("column.type")],
        rows,
        (2.4, 1.2, 1.2, 1.2, 2.6),
        "lcccl",
    )
    body = across((Prose(said, largest=14.0), table), shares=(1, 1))
    return [
        a.slide(
            "conclusion",
            body,
            unit=a.t("deck.unit_score"),
            notes=(_interval_note(a),),
            tables=FED,
            speech=a.answers("worst", "sure", "todo", "effect", "supply"),
        )
    ]


def _interval_note(a: Making) -> str:
    return a.t("deck.note_risk" if a.run.drawn is not None else "deck.note_risk_points")


def targets(a: Making) -> list[Slide]:
    """Return which minerals are targets, by which lists, and what newer lists change."""
    both = renewal(a.facts)
    found = a.run.screening
    before = list(found.lists)
    after = [name for name in both.newest.lists if name not in before]
    lists = {**found.lists, **{name: both.newest.lists[name] for name in after}}
    rows = []
    for element in found.targets:
        why = [a.t("deck.list_common")] if element in found.common else []
        why += [a.t("deck.list_new")] if element in found.new_technology else []
        why += [a.t("deck.list_added")] if element in found.added else []
        rows.append(
            [
                Cell(found.label(element, a.lang), bold=True),
                a.join(why),
                *(("●" if element in lists[name] else numbers.ABSENT) for name in lists),
            ]
        )
    head = [a.t("column.commodity"), a.t("deck.list_why"), *lists]
    table = a.table(
        a.t("report.lists_compared"), head, rows, (2.2, 2.6, *([0.9] * len(lists))), "ll" + "c" * len(lists)
    )
    newest = both.newest
    said = [
        a.t("deck.list_in", minerals=a.join(newest.plain_label(one, a.lang) for one in both.targets_in) or "–"),
        a.t("deck.list_out", minerals=a.join(newest.plain_label(one, a.lang) for one in both.targets_out) or "–"),
        *(
            f"{found.label(key, a.lang)}{a.brackets(why[a.lang].rstrip('。.'))}"
            for key, why in (*found.excluded.items(), *found.added.items())
        ),
    ]
    body = (Placed(table, width=0.66), Placed(Prose(tuple(said), largest=13.0), left=0.68, width=0.32))
    return [
        a.slide(
            "targets",
            body,
            notes=(a.t("deck.note_lists"),),
            sources=(a.t("deck.source_lists"),),
            speech=(both.sentence(a.lang),),
        )
    ]


def method(a: Making) -> list[Slide]:
    """Return the eleven candidates and what became of them, and the three stages."""
    rows = [
        [
            one["stage"],
            Cell(one["name"], bold=one["study"] == one["here"]),
            Cell(one["study"], bold=one["study"] == one["here"], fill="EAF1FB" if one["study"] == one["here"] else ""),
            one["here"],
        ]
        for one in words.candidates(a.lang, facts=a.facts)
    ]
    table = a.table(
        a.t("report.candidates"),
        [
            a.t("column.stage"),
            a.t("column.indicator"),
            a.t("report.candidate_selected"),
            a.t("report.candidate_here"),
        ],
        rows,
        (0.8, 2.2, 0.9, 3.0),
        "llll",
    )
    said = (
        a.t("block.candidates_why"),
        *(f"{a.t(f'stage.{stage}')}{a.t('deck.colon')}{a.t(f'stage.{stage}_holds')}" for stage in STAGES),
        a.t("deck.scale"),
    )
    body = (Placed(table, width=0.66), Placed(Prose(said, largest=13.0), left=0.68, width=0.32))
    return [
        a.slide(
            "method",
            body,
            notes=(a.t("report.study_note").rstrip(),),
            sources=(a.t("deck.source_meti"),),
            speech=(a.t("report.method_text"),),
        )
    ]


def sure(a: Making) -> list[Slide]:
    """Return how firm each type and rank is, and which figure would settle it."""
    settle = {(row["commodity"], row["output"]): row for row in a.run.settles}
    slides = []
    for group in a.groups():
        rows = []
        for key in group:
            verdict = a.run.verdict(key)
            kind = a.t(f"type.{verdict.type}")
            odds = numbers.odds(verdict.probability[verdict.type]) if verdict.probability else numbers.ABSENT
            row = settle.get((key, STAGES[0]))
            figure = row[f"figure_{a.lang}"] if row and row["input"] else numbers.ABSENT
            share = numbers.percent(row["own"]) if row and row["input"] else numbers.ABSENT
            firm = verdict.firmness == "firm"
            rows.append(
                [
                    a.name(key),
                    kind,
                    Cell(a.t(f"firmness.{verdict.firmness}"), bold=firm, fill="D9EAD3" if firm else ""),
                    odds,
                    rank_in_words(a.by_stage[key, STAGES[0]], a.lang) or numbers.ABSENT,
                    figure,
                    share,
                ]
            )
        head = [
            a.t("column.commodity"),
            a.t("column.type"),
            a.t("column.firmness"),
            a.t("deck.odds"),
            a.t("deck.rank_upstream"),
            a.t("deck.settles"),
            a.t("deck.settles_share"),
        ]
        table = a.table(a.t("deck.alt_sure"), head, rows, (1.6, 1.7, 0.8, 0.8, 1.0, 3.2, 0.9), "lllrllr")
        slides.append(
            a.slide(
                "sure",
                (Placed(table),),
                notes=(a.t("deck.note_settles"),),
                tables=FED,
                speech=(*a.answers("sure", "unknown"), a.run.designs.sentence(a.lang)),
            )
        )
    return slides
