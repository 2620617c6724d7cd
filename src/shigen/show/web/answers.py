"""What pages and API ask of a run, each answer kept by what was asked. Nothing is computed here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from shigen.base import names
from shigen.base.declare import Lever
from shigen.base.i18n import Lang
from shigen.figures.coverage import status
from shigen.figures.factbase import FactBase
from shigen.model.criticality import Assessment, assess
from shigen.model.drawn import beside
from shigen.model.methods import MethodFigures, methods
from shigen.model.odds import Odds, odds
from shigen.model.plans import check_possible
from shigen.model.records import meta
from shigen.model.sense import Worlds
from shigen.model.spread import Uncertainty
from shigen.model.whatif import Answers, Question, what_if
from shigen.outlook.countries import CountryPage
from shigen.outlook.demand import Demand, at_home
from shigen.outlook.demand_tables import summary
from shigen.outlook.projects import projects
from shigen.outlook.screening import Screening, screen
from shigen.outlook.stocks import Stocks, stocks
from shigen.show.charts.profile import laid_over, profile
from shigen.show.report import minerals
from shigen.show.web.asked import Asked
from shigen.show.web.kept import kept
from shigen.show.web.projection import Projection
from shigen.show.web.stopping import Stopping, spec_of
from shigen.study.choices import LeverSpec, question
from shigen.study.ledger import Ledger
from shigen.study.message import Message
from shigen.study.messages import messages
from shigen.study.run import Run
from shigen.study.stops.played import MOST, Stops, stops


@kept(12)
def tables(facts: FactBase) -> list[dict[str, Any]]:
    """Return what each table of figures holds."""
    return status(facts)


@kept(48)
def run_of(facts: FactBase, asked: Asked) -> Run:
    """Return the run of METI's study of what was asked; each of its steps is computed when a page first needs it."""
    return Run(question(asked.importer, year=asked.year, edition=asked.edition, commodities=asked.commodities,
                        basis=asked.basis, weights=dict(asked.weights)), facts=facts)  # fmt: skip


@kept(48)
def messages_of(facts: FactBase, asked: Asked, about: tuple[str, ...]) -> list[Message]:
    """Return what was found of what was asked, on these questions."""
    return messages(run_of(facts, asked), about=about)


@kept(96)
def messages_about(facts: FactBase, asked: Asked, about: tuple[str, ...], commodity: str) -> list[Message]:
    """Return what was found of one mineral, on these questions and in their order."""
    found = messages(run_of(facts, asked), about=about, commodities=(commodity,))
    return sorted((one for one in found if one.commodity), key=lambda one: about.index(one.key))


@kept(48)
def now_of(facts: FactBase, asked: Asked) -> Assessment:
    """Return the assessment of what was asked, without policies."""
    return run_of(facts, asked).now


@kept(48)
def stops_of(facts: FactBase, asked: Asked, stopping: Stopping) -> Stops | None:
    """Return the stops of what was asked, or the one that an address describes; None for several importers."""
    run = run_of(facts, asked)
    if not stopping or asked.importer in names.blocs():
        return run.stops
    specs = [spec_of(stopping)]
    return stops(specs, asked.importer, run.chain, levers=run.levers, draws=MOST, whole=False, facts=facts)


@kept(12)
def of_years(facts: FactBase, asked: Asked, years: range, indicators: tuple[str, ...]) -> Assessment:
    """Return the assessment of a span of years, of these indicators, or of the six axes."""
    return run_of(facts, asked).over(years, indicators)


@kept(24)
def with_indicators(facts: FactBase, asked: Asked, indicators: tuple[str, ...]) -> Assessment:
    """Return the assessment of what was asked, of these indicators."""
    return assess(run_of(facts, asked).chain, indicators=indicators)


def after(facts: FactBase, asked: Asked, questions: Sequence[Question]) -> Answers:
    """Return what becomes of minerals that were asked for under policies, all questions in one pass.

    Raises
    ------
    UserError
        See `what_if`.
    """
    return what_if(now_of(facts, asked), questions)


@dataclass(frozen=True)
class Baseline:
    """Some minerals of an assessment as a what-if answers of them: each row made once, however often it is sent."""

    assessment: Assessment
    meta: dict[str, Any]
    records: list[dict[str, Any]]
    stages: list[dict[str, Any]]
    chart: list[dict[str, Any]]
    worlds: Worlds


@kept(96)
def baseline(facts: FactBase, asked: Asked, commodities: tuple[str, ...], lang: Lang) -> Baseline:
    """Return the rows of some minerals of what was asked, without policies."""
    now, at = now_of(facts, asked), {"commodity": list(commodities)}
    places = None if now.places is None else now.places.sel(at)
    cut = Assessment(now.chain.sel(at), now.dataset.sel(at), scoring=now.scoring, places=places)
    drawn = profile(laid_over(cut), lang)
    return Baseline(cut, meta(now), cut.records(lang), cut.stages(lang), drawn, Worlds(cut.chain))


@kept(48)
def under(facts: FactBase, asked: Asked, levers: tuple[Lever, ...]) -> Assessment:
    """Return the assessment of what was asked with policies in place.

    Raises
    ------
    UserError
        A mineral cannot have its policy; told before anything is computed.
    """
    check_possible(levers, facts)
    return run_of(facts, asked).under(levers)


@kept(48)
def demand_of(facts: FactBase, asked: Asked, way: Projection, region: str | None) -> Demand:
    """Return demand to 2050 of the minerals asked for, as of the year asked for: of an importer, or of the world."""
    if region is not None:
        return at_home(demand_of(facts, asked, way, None), region)
    run = run_of(facts, asked)
    return run.demand if way == USUAL else run.demand_by(way.choices())


USUAL: Final = Projection()
"""How demand is projected where an address chooses nothing."""


@kept(24)
def scrap_ahead(facts: FactBase, asked: Asked, way: Projection, region: str | None) -> Stocks:
    """Return what comes back from products under the same choices."""
    return stocks(demand_of(facts, asked, way, region))


@kept(48)
def changes(facts: FactBase, asked: Asked, levers: tuple[Lever, ...]) -> list[dict[str, Any]]:
    """Return what policies change, each alone and all together, set beside demand and scrap.

    Raises
    ------
    UserError
        See `under`.
    """
    check_possible(levers, facts)
    return run_of(facts, asked).effects_of(levers)


@kept(8)
def odds_of(facts: FactBase, asked: Asked, draws: int, seed: int, policies: bool) -> Odds:
    """Return the counts of draws of what was asked, with what each policy of its packages changes on request."""
    return run_of(facts, asked).odds(Uncertainty(draws=draws, seed=seed), policies=policies)


@kept(48)
def default_plan(facts: FactBase, asked: Asked, commodity: str) -> list[Lever]:
    """Return the policies of a mineral's package at default size."""
    return run_of(facts, asked).default_plan(commodity)


@kept(24)
def demand_summary(facts: FactBase, asked: Asked, lang: Lang) -> list[dict[str, Any]]:
    """Return demand of the world in a row a mineral and scenario."""
    return summary(run_of(facts, asked).demand, lang)


@kept(96)
def chances(facts: FactBase, asked: Asked, levers: tuple[Lever, ...], lang: Lang) -> list[str]:
    """Return what draws say of policies of one mineral, all in place: a sentence a stage that they move."""
    run, key = run_of(facts, asked), levers[0].commodity
    # Draws of a mineral are the same whatever else is drawn; of one, a thread is faster than several.
    alone = assess(run.chain.sel(commodity=[key]), indicators=run.study.indicators, scoring=run.scoring)
    counted = odds(alone, run.study.uncertainty.choices(), surge=run.surges, joint=levers, facts=facts,
                   ranked=False, threads=1)  # fmt: skip
    (row,) = beside([{"commodity": key, "effect": "joint"}], counted)
    return minerals.chances(row, lang)


@kept(24)
def changes_since(facts: FactBase, asked: Asked, years: range | None) -> Ledger:
    """Return what changed between the ends of a span of years; since the year before, where there is none."""
    if years is None:
        year = run_of(facts, asked).year
        years = range(year - 1, year + 1)
    return run_of(facts, replace(asked, year=years[-1])).since(years)


@kept(24)
def method_figures(facts: FactBase, asked: Asked, keys: tuple[str, ...]) -> MethodFigures:
    """Return what methods say of what was asked, without policies."""
    return methods(run_of(facts, asked).now, keys=keys)


@kept(48)
def country_page(facts: FactBase, asked: Asked, code: str) -> CountryPage:
    """Return the page of one country."""
    return run_of(facts, asked).country(code)


@kept(4)
def countries_of_projects(facts: FactBase) -> list[str]:
    """Return the countries of which a site or a project is held."""
    return sorted({one.country for one in projects(facts=facts)})


@kept(4)
def screening(facts: FactBase, lists: tuple[str, ...] = ()) -> Screening:
    """Return the screening of the study's lists, or of others."""
    return screen(list(lists) or None, facts=facts)


def first_steps(facts: FactBase) -> list[Callable[[], object]]:
    """Return what the first pages of a user need, step by step."""
    run = partial(run_of, facts, Asked())
    return [lambda: run().verdicts, lambda: run().history, lambda: run().markets, lambda: run().ledger]


@dataclass(frozen=True)
class Paper:
    """A document that is asked for."""

    asked: Asked
    plan: tuple[Lever, ...]
    """Policies that are in place of the packages of their minerals; those of the types where there is none."""
    format: str
    lang: Lang
    only: str = ""
    """The mineral of a brief; all of them where empty."""


STEPS: Final[dict[Paper, str]] = {}
"""What is being done for the documents that are being made, by the key of its words."""


@kept(6)
def document(facts: FactBase, paper: Paper) -> dict[str, bytes]:
    """Return the files of a document, each by its name."""
    from shigen.show.charts.drawing import Here
    from shigen.show.documents import formats

    chosen = formats.chosen(paper.format)
    run = run_of(facts, paper.asked) if not paper.plan else _with_plan(facts, paper.asked, paper.plan)

    def tell(step: str) -> None:
        STEPS[paper] = step

    try:
        run.complete(tell, without=formats.unread(chosen))
        wish = formats.Wish(run, (paper.lang,), drawer=Here() if chosen[0].kinds != frozenset() else None,
                            only=paper.only)  # fmt: skip
        return formats.made(chosen, wish, tell)
    finally:
        STEPS.pop(paper, None)


@kept(4)
def _with_plan(facts: FactBase, asked: Asked, plan: tuple[Lever, ...]) -> Run:
    study = run_of(facts, asked).study
    return Run(study.model_copy(update={"levers": [LeverSpec.of(one) for one in plan]}), facts=facts)
