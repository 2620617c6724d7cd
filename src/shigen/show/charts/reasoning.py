"""The study's reasoning as it draws it: flow of the survey, choice of minerals and indicators, indicator → policy."""

from typing import TYPE_CHECKING, Any, Final

from shigen.base import names
from shigen.base.declare import STAGES
from shigen.base.i18n import Lang, joined, text
from shigen.figures.factbase import FactBase
from shigen.model.indicators import indicators
from shigen.model.packages import POLICIES
from shigen.outlook.screening import Screening, study_lists
from shigen.show.charts.diagram import BODY, SMALL, Canvas, spec
from shigen.show.charts.kind import Rows, chart_kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shigen.model.criticality import Assessment
    from shigen.model.typology import Types
    from shigen.outlook.demand import Demand

WIDE: Final = 760
STUDY: Final = ("METI FY2020",)


@chart_kind(
    key="survey_flow", per="whole",
    name={"ja": "調査の流れ", "en": "Flow of the survey"},
    cites=STUDY, spec=spec(WIDE, 330),
)  # fmt: skip
def survey_flow(screening: Screening, assessments: "Sequence[Assessment]", demand: "Demand", verdicts: "Types",
                facts: FactBase, lang: Lang) -> Rows:  # fmt: skip
    """Return the steps of the survey with their results here, and arrows from each to what it feeds."""
    a = Canvas(lang)
    surging = [key for key, letter in demand.classes().items() if letter == "A"]
    kinds = list(verdicts)
    told: dict[str, dict[str, Any]] = {
        "1": {"common": len(screening.common), "new": len(screening.new_technology), "targets": len(screening.targets)},
        "21": {"minerals": len(assessments[0].chain["commodity"]), "axes": sum(
            bool(one.axis) for one in indicators().values())},
        "22": {"count": len(surging), "minerals": joined([names.label(key, lang) for key in surging], lang) or "–"},
        "23": {"count": len(facts.table("measures"))},
        "3": {"types": len({one.type for one in kinds} - {"none"}), "firm": sum(
            one.firmness == "firm" for one in kinds), "all": len(kinds)},
    }  # fmt: skip

    def head(key: str) -> str:
        return text(f"block.step.{key}", lang)

    def result(key: str, **values: Any) -> str:
        return text(f"reasoning.{key}", lang, **values)

    a.box(0, 105, 190, 120, head("1"), result("step_1", **told["1"]), tone="kept")
    for place, key in enumerate(("21", "22", "23")):
        a.box(270, 5 + 112 * place, 235, 96, head(key), result(f"step_{key}", **told[key]))
        a.arrow(190, 165, 270, 53 + 112 * place, turn=230)
        a.arrow(505, 53 + 112 * place, 580, 165, turn=543)
    a.box(580, 95, 180, 140, head("3"), result("step_3", **told["3"]), tone="main")
    a.words(586, 242, result("feeds"), 170, size=SMALL, tone="dropped")
    return a.rows


@chart_kind(
    key="selection", per="whole",
    name={"ja": "鉱種の選定：A・BからCへ", "en": "Choice of minerals: A and B to C"},
    cites=lambda screening: screening.lists, spec=spec(WIDE, 318),
)  # fmt: skip
def selection(screening: Screening, facts: FactBase, lang: Lang) -> Rows:
    """Return the choice: what all lists name (A), what new technology drives (B), who leaves or joins, the targets."""
    a = Canvas(lang)

    def named(elements: "Iterable[str]") -> str:
        return joined([screening.plain_label(one, lang) for one in elements], lang)

    compared = [one for one in screening.lists if one in study_lists(facts)] or list(screening.lists)
    lists = joined([f"{one} ({len(screening.lists[one])})" for one in screening.lists], lang)
    left = [one for one in screening.new_technology if one not in screening.common]
    a.box(0, 0, 330, 128, text("reasoning.a", lang, count=len(screening.common), lists=len(compared)),
          named(screening.common), tone="soft", align="left")  # fmt: skip
    a.words(4, 132, text("reasoning.lists", lang, lists=lists), 320, size=SMALL, tone="dropped")
    a.box(0, 176, 330, 62, text("reasoning.b", lang, count=len(screening.new_technology)),
          named(screening.new_technology), tone="gain", align="left")  # fmt: skip
    a.words(4, 242, text("reasoning.b_new", lang, minerals=named(left) or "–"), 320, size=SMALL, tone="dropped")
    a.box(0, 268, 330, 50, text("reasoning.out", lang, count=len(screening.excluded)),
          named(screening.excluded) or "–", tone="dropped", align="left")  # fmt: skip
    a.box(430, 30, 330, 150, text("reasoning.c", lang, count=len(screening.targets)), named(screening.targets),
          tone="main", align="left")  # fmt: skip
    a.box(430, 214, 330, 62, text("reasoning.in", lang, count=len(screening.added)), named(screening.added) or "–",
          tone="plain", align="left")  # fmt: skip
    a.arrow(330, 64, 430, 90, turn=375)
    a.arrow(330, 207, 430, 120, turn=395)
    a.arrow(595, 214, 595, 180, up=True)
    return a.rows


@chart_kind(
    key="candidates", per="whole",
    name={"ja": "候補11指標から採用6指標へ", "en": "Eleven candidates, six kept"},
    cites=STUDY, spec=spec(WIDE, 322),
)  # fmt: skip
def candidates(facts: FactBase, lang: Lang) -> Rows:
    """Return the candidates in the stages of the value chain, those that were kept in blue, and why."""
    a = Canvas(lang)
    rows = facts.table("candidates")
    declared = indicators()
    widths = (340.0, 200.0, 200.0)
    for place, stage in enumerate(STAGES):
        x, wide = sum(widths[:place]) + 10 * place, widths[place]
        a.box(x, 0, wide, 26, text(f"stage.{stage}", lang), tone="main")
        a.words(x + wide / 2, 30, text(f"reasoning.holds.{stage}", lang), wide - 12, size=SMALL, align="center")
        own = [row for row in rows if row["stage"] == stage]
        y = 50.0
        for row in own:
            kept = [declared[key] for key in names.split(row["indicator"]) if declared[key].axis]
            marks = joined([str(one.axis) for one in kept], lang)
            a.box(x, y, wide, 25, body=(f"{marks} " if marks else "") + row[f"name_{lang}"],
                  tone="kept" if kept else "dropped", align="left")  # fmt: skip
            y += 29
        a.words(x + 4, y + 4, text("reasoning.candidates", lang, count=len(own), kept=sum(
            bool(declared[key].axis) for row in own for key in names.split(row["indicator"]))), wide - 8, size=BODY,
            weight="bold")  # fmt: skip
    a.box(widths[0] + 10, 150, WIDE - widths[0] - 10, 116, text("reasoning.leaned", lang),
          text("reasoning.leaned_so", lang), tone="gain", align="left")  # fmt: skip
    return a.rows


@chart_kind(
    key="policy_logic", per="whole",
    name={"ja": "指標から対策へ", "en": "From indicator to policy"},
    cites=STUDY, spec=spec(WIDE, 300),
)  # fmt: skip
def policy_logic(facts: FactBase, lang: Lang) -> Rows:
    """Return the six indicators at the left, the four policies that answer them at the right, and arrows."""
    a = Canvas(lang)
    rows = facts.table("indicator_policy")
    declared = indicators()
    heights = {row["indicator"]: 26 + 46 * place for place, row in enumerate(rows)}
    answers = [key for key in POLICIES if any(row["policy"] == key for row in rows)]
    a.words(150, 2, text("reasoning.indicator", lang), 300, weight="bold", align="center")
    a.words(600, 2, text("reasoning.policy", lang), 300, weight="bold", align="center")
    for row in rows:
        one = declared[row["indicator"]]
        a.box(0, heights[one.key], 300, 38, body=f"{one.axis} {one.name[lang]}", tone="soft", align="left")
    for place, key in enumerate(answers):
        own = [heights[row["indicator"]] for row in rows if row["policy"] == key]
        middle = sum(own) / len(own) + 19
        named = next(row[f"policy_{lang}"] for row in rows if row["policy"] == key)
        high = 58 if len(own) > 1 else 38
        number = "①②③④"[place] if lang == "ja" else f"({place + 1})"
        aim = text(f"reasoning.aim.{key}", lang) if len(own) > 1 else ""
        a.box(440, middle - high / 2, 320, high, f"{number} {named}", aim, tone="kept", align="left", size=BODY)
        for height in own:
            a.arrow(300, height + 19, 440, middle, turn=370)
    return a.rows
