"""How demand ahead is computed, as the study draws it: from today's demand in three parts."""

from typing import TYPE_CHECKING, Final

from shigen.base import names
from shigen.base.i18n import Lang, joined, text
from shigen.show.charts.diagram import SMALL, Canvas, spec
from shigen.show.charts.kind import Rows, chart_kind

if TYPE_CHECKING:
    from shigen.outlook.demand import Demand

PARTS: Final = (("new", "gain", 0), ("regulated", "loss", 104), ("existing", "soft", 208))
"""Each part with its tone and where it stands."""
HIGH: Final = 92


@chart_kind(
    key="demand_flow", per="whole",
    name={"ja": "需要の推計方法", "en": "How demand ahead is computed"},
    cites=("METI FY2020",), spec=spec(760, 372),
)  # fmt: skip
def demand_flow(demand: "Demand", lang: Lang) -> Rows:
    """Return today's demand, the way of each of its parts with the factors that are multiplied, and demand ahead."""
    a = Canvas(lang)
    first, last = (int(one) for one in (demand.dataset["year"].min(), demand.dataset["year"].max()))
    a.box(0, 0, 118, 300, text("demand_flow.now", lang), str(first), tone="kept")
    a.box(642, 0, 118, 300, text("demand_flow.ahead", lang), str(last), tone="main")
    for key, tone, y in PARTS:
        a.box(150, y, 460, HIGH, tone=tone)
        a.words(160, y + 7, text(f"demand_flow.{key}", lang), 440, weight="bold")
        factors = [text(f"demand_factor.{key}_{place}", lang) for place in ((1, 2, 3) if key != "existing" else (1,))]
        wide = (440 - 22 * (len(factors) - 1)) / len(factors)
        for place, factor in enumerate(factors):
            x = 160 + place * (wide + 22)
            a.box(x, y + 27, wide, 34, body=factor, tone="plain")
            if place:
                a.words(x - 11, y + 36, "×", 20, weight="bold", align="center")
        a.words(160, y + 68, text(f"demand_here.{key}", lang, span=demand.choices.span), 440, size=SMALL,
                tone="dropped")  # fmt: skip
        a.arrow(118, y + HIGH / 2, 150, y + HIGH / 2)
        a.arrow(610, y + HIGH / 2, 642, y + HIGH / 2)
    by_class: dict[str, list[str]] = {}
    for key, letter in demand.classes().items():
        by_class.setdefault("B" if letter == "D" else "A" if letter else "", []).append(names.label(key, lang))
    for place, letter in enumerate(("A", "B")):
        minerals = joined(by_class.get(letter, []), lang) or "–"
        a.words(4, 310 + 31 * place, text(f"demand_rule.{letter}", lang, minerals=minerals), 752)
    return a.rows
