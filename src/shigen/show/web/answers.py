"""What pages and API ask of the lower rooms, each answer kept by what was asked. Nothing is computed here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from shigen.base.declare import Lever
from shigen.base.i18n import Lang
from shigen.figures.coverage import status
from shigen.figures.factbase import FactBase
from shigen.model.chain import load, meti13
from shigen.model.criticality import Assessment, assess
from shigen.model.effects import effects
from shigen.model.packages import Cell, default_levers, package
from shigen.model.records import meta
from shigen.model.typology import Verdict, classify
from shigen.model.unread import Unread, unread
from shigen.model.whatif import Answers, Question, what_if
from shigen.outlook.ahead import set_ahead
from shigen.outlook.alerts import Alert, alerts
from shigen.outlook.countries import CountryPage, countries, country
from shigen.outlook.demand import Demand, at_home, base_year, demand
from shigen.outlook.demand_tables import surge
from shigen.outlook.markets import Markets, markets
from shigen.outlook.projects import projects
from shigen.outlook.screening import Screening, screen
from shigen.outlook.shares import jogmec_shares
from shigen.outlook.stocks import Stocks, stocks
from shigen.show.charts import compiled, kinds
from shigen.show.web.asked import Asked
from shigen.show.web.kept import kept
from shigen.show.web.projection import Projection
from shigen.study.ledger import Ledger, ledger

FIRST_YEAR: Final = 2018
"""Where lines over the years begin, as in a study file."""


@kept(12)
def tables(facts: FactBase) -> list[dict[str, Any]]:
    """Return what each table of figures holds."""
    return status(facts)


@kept(48)
def assessment(facts: FactBase, asked: Asked) -> Assessment:
    """Return the assessment of what was asked, without policies."""
    return assess(_chain(facts, asked))


def year(facts: FactBase, asked: Asked) -> int:
    """Return the year of what was asked: the newest with trade where the address names none."""
    return int(assessment(facts, asked).chain["year"])


def _chain(facts: FactBase, asked: Asked, **when: Any) -> Any:
    when = when or {"year": asked.year}
    return load(asked.importer, commodities=asked.commodities or None, edition=list(asked.edition) or None,
                basis=asked.basis, facts=facts, **when)  # fmt: skip


@kept(24)
def history(facts: FactBase, asked: Asked) -> Assessment:
    """Return the assessment of the years up to that of what was asked."""
    last = year(facts, asked)
    return assess(_chain(facts, asked, years=range(min(FIRST_YEAR, last), last + 1)))


@kept(12)
def left(facts: FactBase, asked: Asked) -> list[Unread]:
    """Return the rows of the user's own that nothing reads for what was asked, the years before included."""
    return unread([assessment(facts, asked).chain, history(facts, asked).chain], facts)


@kept(12)
def of_years(facts: FactBase, asked: Asked, years: range, indicators: tuple[str, ...]) -> Assessment:
    """Return the assessment of a span of years, of these indicators, or of the six axes."""
    return assess(_chain(facts, asked, years=years), indicators=indicators or None)


@kept(24)
def with_indicators(facts: FactBase, asked: Asked, indicators: tuple[str, ...]) -> Assessment:
    """Return the assessment of what was asked, of these indicators."""
    return assess(assessment(facts, asked).chain, indicators=indicators)


def after(facts: FactBase, asked: Asked, questions: Sequence[Question]) -> Answers:
    """Return what becomes of minerals that were asked for under policies, all questions in one pass.

    Raises
    ------
    UserError
        See `what_if`.
    """
    return what_if(assessment(facts, asked), questions, facts=facts)


@dataclass(frozen=True)
class Told:
    """Some minerals of an assessment as a what-if answers of them: each row made once, however often it is sent."""

    one: Assessment
    meta: dict[str, Any]
    records: list[dict[str, Any]]
    stages: list[dict[str, Any]]
    chart: list[dict[str, Any]]


@kept(96)
def told(facts: FactBase, asked: Asked, commodities: tuple[str, ...], lang: Lang) -> Told:
    """Return the rows of some minerals of what was asked, without policies."""
    found, at = assessment(facts, asked), {"commodity": list(commodities)}
    places = None if found.places is None else found.places.sel(at)
    one = Assessment(found.chain.sel(at), found.dataset.sel(at), places=places)
    return Told(one, meta(found), one.records(lang), one.stages(lang), kinds()["profile"].rows(one, lang=lang))


@kept(48)
def under(facts: FactBase, asked: Asked, levers: tuple[Lever, ...]) -> Assessment:
    """Return the assessment of what was asked with policies in place."""
    return assess(assessment(facts, asked).chain, levers=levers, facts=facts)


@kept(48)
def projected(facts: FactBase, asked: Asked, way: Projection, region: str | None) -> Demand:
    """Return demand to 2050 of the minerals asked for, as of the year asked for: of an importer, or of the world."""
    if region is not None:
        return at_home(projected(facts, asked, way, None), region)
    keys, first = asked.commodities or meti13(), year(facts, replace(asked, commodities=()))
    return demand(commodities=list(keys), year=base_year(first, facts), edition=asked.edition, choices=way.choices(),
                  facts=facts)  # fmt: skip


def world_demand(facts: FactBase, asked: Asked) -> Demand:
    """Return demand of the world, projected in the usual way."""
    return projected(facts, asked, Projection(), None)


@kept(24)
def scrap_ahead(facts: FactBase, asked: Asked, way: Projection, region: str | None) -> Stocks:
    """Return what comes back from products under the same choices."""
    return stocks(projected(facts, asked, way, region))


@kept(48)
def changes(facts: FactBase, asked: Asked, levers: tuple[Lever, ...]) -> list[dict[str, Any]]:
    """Return what policies change, each alone and all together, set beside demand and scrap."""
    found = effects(assessment(facts, asked), levers, facts=facts)
    usual = Projection()
    home = projected(facts, asked, usual, asked.importer)
    return set_ahead(found, home, scrap_ahead(facts, asked, usual, None))


@kept(24)
def verdicts(facts: FactBase, asked: Asked) -> dict[str, Verdict]:
    """Return the type of each mineral asked for."""
    found = classify(assessment(facts, asked), surge=surge(world_demand(facts, asked)), facts=facts)
    return {one.commodity: one for one in found}


@kept(24)
def alarms(facts: FactBase, asked: Asked) -> dict[str, list[Alert]]:
    """Return what should catch the eye about each mineral asked for."""
    return alerts(assessment(facts, asked), facts=facts)


@kept(24)
def packages(facts: FactBase, asked: Asked) -> dict[str, list[Cell]]:
    """Return the package of each mineral asked for."""
    chain = assessment(facts, asked).chain
    return {key: package(one, chain, home=asked.importer, facts=facts) for key, one in verdicts(facts, asked).items()}


def default_plan(facts: FactBase, asked: Asked, commodity: str) -> list[Lever]:
    """Return the policies of a mineral's package at default size."""
    return default_levers(assessment(facts, asked).chain, packages(facts, asked)[commodity], facts=facts)


@kept(12)
def since(facts: FactBase, asked: Asked) -> Ledger | None:
    """Return what changed since the year before; None where lines over the years begin only then."""
    last = year(facts, asked)
    if last <= FIRST_YEAR:
        return None
    now = None if asked.edition else assessment(facts, asked)
    rules = {"surge": surge(world_demand(facts, asked))}
    return ledger(asked.importer, years=(last - 1, last), commodities=asked.commodities or None, basis=asked.basis,
                  typology=rules, now=now, facts=facts)  # fmt: skip


@kept(24)
def market_blocks(facts: FactBase, asked: Asked) -> Markets:
    """Return the market of each mineral asked for."""
    return markets(assessment(facts, asked), history=history(facts, asked).chain, facts=facts)


@kept(24)
def suppliers_of_home(facts: FactBase, asked: Asked) -> list[dict[str, Any]]:
    """Return the countries that produce or hold minerals, or supply the importer."""
    return countries(assessment(facts, asked))


@kept(48)
def country_page(facts: FactBase, asked: Asked, code: str) -> CountryPage:
    """Return the page of one country."""
    return country(code, assessment(facts, asked), facts=facts)


@kept(4)
def countries_of_projects(facts: FactBase) -> list[str]:
    """Return the countries of which a site or a project is held."""
    return sorted({one.country for one in projects(facts=facts)})


@kept(4)
def jogmec(facts: FactBase, asked: Asked) -> list[dict[str, Any]]:
    """Return JOGMEC's shares by country beside ours of the same year and of the year asked for."""
    return jogmec_shares(year(facts, replace(asked, commodities=())), edition=asked.edition, facts=facts)


@kept(4)
def screening(facts: FactBase, lists: tuple[str, ...] = ()) -> Screening:
    """Return the screening of the study's lists, or of others."""
    return screen(list(lists) or None, facts=facts)


def first_steps(facts: FactBase, lang: Lang) -> list[Callable[[], object]]:
    """Return what the first pages of a user need, step by step: answers first, then the compiling of charts."""
    asked = Asked()
    steps: list[Callable[[], object]] = [partial(verdicts, facts, asked), partial(compiled, "profile", lang)]
    steps += [partial(answer, facts, asked) for answer in (history, market_blocks, since)]
    return steps + [partial(compiled, key, lang) for key in kinds()]
