"""Which chart an address shows: one way from a kind and a question to a chart, for pages, pictures and downloads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from shigen.base import names
from shigen.base.declare import Lever
from shigen.base.errors import UserError
from shigen.base.i18n import Lang, text
from shigen.figures.coverage import covered
from shigen.figures.factbase import FactBase
from shigen.model.chain import meti13
from shigen.model.revisions import revised
from shigen.show.charts import Chart, chart, kinds
from shigen.show.charts.coverage import labelled as covered_rows
from shigen.show.charts.demand import SCRAP, cited
from shigen.show.charts.revisions import labelled as revised_rows
from shigen.show.web import answers
from shigen.show.web.asked import SCENARIOS, Asked
from shigen.show.web.kept import kept
from shigen.show.web.projection import Projection

OVER_YEARS: Final = ("history", "years")
OF_DEMAND: Final = ("demand", "demand_growth", "scrap")
OF_ONE: Final = ("profile", "chain", "suppliers", "history", "years", "price", "map", "reserves_map", "imports_map",
                 "demand", "recycling_flow")  # fmt: skip
"""Kinds that show one mineral."""
MAY_BE_OF_ONE: Final = (*OF_ONE, "timeline")
"""Kinds that show one mineral where one is named."""
OF_FACTS: Final = ("coverage", "revisions")


@dataclass(frozen=True)
class Wanted:
    """A chart that an address asks for."""

    kind: str
    lang: Lang
    asked: Asked
    commodity: str | None = None
    levers: tuple[Lever, ...] = ()
    """Policies in place in a second series of a profile."""
    others: tuple[Asked, ...] = ()
    """Further questions laid over the first, in a profile; each may name its own mineral."""
    plans: tuple[tuple[Lever, ...], ...] = ()
    """Lists of policies, each a further series of a profile; an empty list leaves its colour out."""
    region: str | None = None
    """Whose demand; the world's when None."""
    lists: tuple[str, ...] = ()
    """Critical lists that a screening compares."""
    projection: Projection = field(default_factory=Projection)
    """How demand is projected."""
    scenarios: tuple[str, ...] = ()
    """Scenarios of demand that are shown; all when empty."""
    country: str | None = None
    """Whose governance is shown over the years."""


@kept(160)
def chart_of(facts: FactBase, wanted: Wanted) -> Chart:
    """Return a chart with its rows and sources.

    Raises
    ------
    UserError
        There is no such kind, it shows one mineral and none is named, or what was asked has no figures.
    """
    kind, lang, commodity = wanted.kind, wanted.lang, wanted.commodity
    if kind in OF_ONE and commodity is None:
        raise UserError("which_one", dim="commodity", word="-", known=", ".join(names.commodities()))
    asked = wanted.asked.of(commodity) if commodity else wanted.asked
    if kind == "profile":
        return _profile(facts, replace(wanted, asked=asked))
    if kind in OF_FACTS:
        keys = [commodity] if commodity else list(asked.commodities or meti13())
        held = {"coverage": lambda: covered_rows(covered(keys, facts), lang),
                "revisions": lambda: revised_rows(revised(keys, facts), lang)}  # fmt: skip
        rows = held[kind]()
        return Chart(kinds()[kind], rows, lang, tuple(sorted({row["edition"] for row in rows if row["edition"]})), kind)
    if kind in OF_DEMAND:
        return _of_demand(facts, replace(wanted, asked=asked))
    results: list[Any] = []
    if kind in ("periodic", "lists"):
        results = [answers.screening(facts, wanted.lists)]
    elif kind in OVER_YEARS:
        results = [answers.history(facts, asked)]
    elif kind == "governance_years" and wanted.country:
        results = [answers.country_page(facts, asked, wanted.country)]
    elif kind in ("heatmap", "governance_map") or kind in OF_ONE:
        results = [answers.assessment(facts, asked)]
    return chart(kind, *results, lang=lang, commodity=commodity, facts=facts)


def _of_demand(facts: FactBase, wanted: Wanted) -> Chart:
    """Return a chart of demand, of the scenarios asked for; a mineral that all give alike keeps its one panel."""
    shown = answers.projected(facts, wanted.asked, wanted.projection, wanted.region)
    if wanted.kind == SCRAP.key:
        held = answers.scrap_ahead(facts, wanted.asked, wanted.projection, wanted.region)
        rows = SCRAP.rows(shown, wanted.lang, wanted.commodity, held)
        return Chart(SCRAP, rows, wanted.lang, cited(SCRAP, shown, [], wanted.lang), SCRAP.key)
    found = chart(wanted.kind, shown, lang=wanted.lang, commodity=wanted.commodity)
    alike = [key for key, same in shown.alike().items() if same]
    rows = [row for row in found.rows if not wanted.scenarios or row["commodity"] in alike
            or row["scenario"] in wanted.scenarios]  # fmt: skip
    return replace(found, rows=rows)


def _profile(facts: FactBase, wanted: Wanted) -> Chart:
    """Return the radar: of one mineral with and without policies, or of several questions."""
    if wanted.plans:
        return _scenarios(facts, wanted)
    if not wanted.others:
        shown = [answers.assessment(facts, wanted.asked)]
        shown += [answers.under(facts, wanted.asked, wanted.levers)] if wanted.levers else []
        return chart("profile", *shown, lang=wanted.lang, commodity=wanted.commodity)
    drawn = [_series(facts, replace(wanted, levers=()), wanted.asked)] + [
        _series(facts, wanted, one) for one in wanted.others]  # fmt: skip
    rows = [{**row, "series": number, "commodity": wanted.commodity, "told": told}
            for number, (one, told) in enumerate(zip(drawn, _told(facts, wanted), strict=True))
            for row in one.rows]  # fmt: skip
    cited = tuple(dict.fromkeys(source for one in drawn for source in one.sources))
    return Chart(kinds()["profile"], rows, wanted.lang, cited, "profile")


def _scenarios(facts: FactBase, wanted: Wanted) -> Chart:
    """Return the radar of one mineral today and under each list of policies."""
    told = {0: text("report.before", wanted.lang)}
    shown = {0: answers.assessment(facts, wanted.asked)}
    for number, (name, plan) in enumerate(zip(SCENARIOS, wanted.plans, strict=False), start=1):
        if plan:
            told[number] = text("web.scenario", wanted.lang, name=name.upper())
            shown[number] = answers.under(facts, wanted.asked, plan)
    found = chart("profile", *shown.values(), lang=wanted.lang, commodity=wanted.commodity)
    numbers = list(shown)
    rows = [{**row, "series": (number := numbers[row["series"]]), "told": told[number]} for row in found.rows]
    return replace(found, rows=rows)


def _told(facts: FactBase, wanted: Wanted) -> list[str]:
    """Return what tells each question of a profile from the others: its mineral, importer or year."""
    several = [
        ((one.commodities if len(one.commodities) == 1 else (str(wanted.commodity),))[0], one.importer,
         one.year or answers.year(facts, one.of(str(wanted.commodity))))
        for one in (wanted.asked, *wanted.others)
    ]  # fmt: skip
    differ = [part for part in range(3) if len({one[part] for one in several}) > 1]
    label = (lambda key: names.label(key, wanted.lang), lambda key: names.label(key, wanted.lang), str)
    return [" ".join(label[part](one[part]) for part in differ or (0,)) for one in several]


def _series(facts: FactBase, wanted: Wanted, asked: Asked) -> Chart:
    """Return the profile of one question; of the one mineral that it names, else of the common one."""
    commodity = asked.commodities[0] if len(asked.commodities) == 1 else wanted.commodity
    found = answers.assessment(facts, asked.about(str(commodity)))
    return chart("profile", found, lang=wanted.lang, commodity=commodity)


@kept(160)
def drawn(facts: FactBase, wanted: Wanted, form: str) -> bytes:
    """Return a chart as SVG or PNG."""
    found = chart_of(facts, wanted)
    return found.svg().encode() if form == "svg" else found.png()


def columns(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the columns of a chart's data: every key that any row has, in order."""
    return list(dict.fromkeys(key for row in rows for key in row))


def title(kind: str, lang: Lang, of: str | None = None) -> str:
    """Return the name of a chart, with the mineral or the country that it is of."""
    told = text(f"chart.{kind}", lang)
    return told if of is None else text("web.chart_of", lang, chart=told, commodity=names.label(of, lang))
