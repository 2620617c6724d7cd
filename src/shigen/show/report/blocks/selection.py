"""The question, the way of the study from it to the answer, the choice of minerals and that of indicators."""

from shigen.model.indicators import indicators
from shigen.outlook.newest import renewal
from shigen.show.report import method as words
from shigen.show.report.blocks.kinds import Block, Cell, Column, Heading, Note, Part, Table, Text
from shigen.show.report.blocks.telling import Telling, cells, points

PURPOSES = ("markets", "countries", "governance", "projects", "supply", "types")
"""What the study sets out to look at."""
BACKGROUND = ("batteries", "imports", "strategy")
STEPS = ("1", "21", "22", "23", "3")
STATUSES = ("ok", "partial", "proxy", "estimated", "shared_code", "not_applicable", "no_data")


def purpose(a: Telling) -> Part:
    """Return the background and purpose, and the flow of the survey with what each step gives to the next."""
    answered = {
        "markets": a.t("report.markets"), "countries": a.t("report.countries"), "governance": a.t("report.countries"),
        "projects": a.t("report.projects"), "supply": a.t("report.minerals"), "types": a.t("report.types"),
    }  # fmt: skip
    colon = "：" if a.lang == "ja" else ": "
    columns = a.columns(("block.purpose_item", "text", 1.6), ("block.purpose_where", "text", 1.4),
                        ("block.purpose_lacks", "text", 3.0))  # fmt: skip
    where = {"markets": "markets", "countries": "countries", "governance": "countries", "projects": "projects",
             "supply": "minerals", "types": "types"}  # fmt: skip
    rows = tuple(
        cells(a.t(f"block.purpose.{one}"), Cell(answered[one], to=where[one]), a.t(f"block.lacks.{one}"))
        for one in PURPOSES
    )
    return Part("purpose", "question", a.t("block.purpose_name"), a.t("block.purpose_title"), (
        Heading(a.t("block.background")),
        points([a.t(f"block.background_{one}") for one in BACKGROUND]),
        Heading(a.t("block.purpose_heading")),
        Table(columns, rows, source=a.t("block.source_study")),
        Heading(a.t("block.flow"), "survey-flow"),
        a.chart("survey_flow", a.t("block.alt_flow"), height=58),
        Note(a.sentences(*(f"{a.t(f'block.step.{one}')}{colon}{a.t(f'block.step_does.{one}')}" for one in STEPS),
                         a.t("block.flow_note")), small=True),
    ))  # fmt: skip


def screening(a: Telling) -> Part:
    """Return how the minerals were chosen: A and B, then C; and where they stand in the periodic table."""
    found = a.run.screening
    blocks: list[Block] = [
        Text(a.t("report.screening_note", common=len(found.common), targets=len(found.targets))),
        a.chart("selection", a.t("block.alt_selection"), height=60),
        Note(a.t("block.selection_note")),
        *([Note(found.gap(a.lang))] if found.gap(a.lang) else []),
        Text(renewal(a.facts).sentence(a.lang)),
        a.chart("periodic", a.t("report.alt_periodic"), height=78),
        points([(a.t("block.rare_metals"), a.t("block.rare_metals_are")),
                (a.t("block.rare_earths"), a.t("block.rare_earths_are"))]),
    ]  # fmt: skip
    lines = []
    for word, group in (("report.screened_out", found.excluded), ("report.screened_in", found.added),
                        ("screen.new_technology", found.new_technology)):  # fmt: skip
        stop = "。" if a.lang == "ja" else ". "
        lines += [(found.label(key, a.lang), f"{a.t(word)}{stop}{why[a.lang]}") for key, why in group.items()]
    blocks += [points(lines), Heading(a.t("report.lists_compared"), folded=True),
               a.chart("lists", a.t("report.alt_lists"), folded=True)]  # fmt: skip
    return Part("screening", "method", a.t("report.screening"),
                a.t("block.screening", common=len(found.common), new=len(found.new_technology),
                    targets=len(found.targets)), tuple(blocks))  # fmt: skip


def method(a: Telling) -> Part:
    """Return how the indicators were chosen and how they are computed."""
    rows = tuple(
        cells(one["stage"], one["name"], Cell(one["study"], tone="" if one["study"] != one["here"] else "strong"),
              one["here"])
        for one in words.candidates(a.lang, facts=a.facts)
    )  # fmt: skip
    columns = a.columns(("column.stage", "text", 0.8), ("column.indicator", "text", 2.4),
                        ("report.candidate_selected", "text", 1.0), ("report.candidate_here", "text", 2.6))  # fmt: skip
    weights = a.join(f"{indicators()[key].name[a.lang]} {weight}" for key, weight in a.run.now.scoring.weights.items())
    colon = "：" if a.lang == "ja" else ": "
    return Part("method", "method", a.t("report.method"), a.t("block.method"), (
        Text(a.t("block.candidates_why")),
        a.chart("candidates", a.t("block.alt_candidates"), height=58),
        Table(columns, rows, a.t("report.candidates"), a.t("block.source_study"), folded=True),
        Heading(a.t("block.computed")),
        Text(a.t("report.method_text")),
        Heading(a.t("report.what_is_ours")),
        Text(a.t("report.study_note")),
        points([(one.name[a.lang], one.origin[a.lang]) for one in indicators().values() if one.axis]),
        Text(f"{a.t('report.weights')}{colon}{weights}"),
        Heading(a.t("block.status")),
        Text(a.sentences(*(f"{a.t(f'status.{one}')}{colon}{a.t(f'status_means.{one}')}" for one in STATUSES))),
    ))  # fmt: skip


def assumptions(a: Telling) -> Part:
    """Return what the effects of policies rest on."""
    rows = tuple(
        cells(one["policy"], one["name"] or a.t("web.all"), one["parameter"], one["low"], one["central"], one["high"],
              one["unit"], a.t(f"flag.{one['flag']}"), one["source"])
        for one in words.assumptions(a.lang, facts=a.facts)
    )  # fmt: skip
    columns: tuple[Column, ...] = a.columns(
        "effect.lever", "column.commodity", "report.parameter", ("column.low", "plain"), ("column.value", "plain"),
        ("column.high", "plain"), "column.unit", "column.flags", "column.sources",
    )  # fmt: skip
    held = Table(columns, rows, a.t("report.assumptions"), folded=True)
    return Part("assumptions", "data", a.t("report.assumptions"), a.t("block.assumptions", count=len(rows)),
                (Text(a.t("report.assumptions_note")), held))  # fmt: skip
