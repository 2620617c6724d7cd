"""The whole way, in the order of the mission: figures → chain → indicators → scores → types → packages → effects."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from shigen.base.declare import Lever
from shigen.figures.factbase import FactBase
from shigen.figures.store import in_use
from shigen.model.chain import load
from shigen.model.criticality import Assessment, assess
from shigen.model.effects import effects
from shigen.model.packages import Cell, default_levers, package
from shigen.model.suppliers import suppliers
from shigen.model.typology import Verdict, classify
from shigen.model.unread import Unread, unread
from shigen.outlook.ahead import set_ahead
from shigen.outlook.countries import CountryPage, countries, pages
from shigen.outlook.demand import Demand, at_home, base_year, demand
from shigen.outlook.demand_tables import surge
from shigen.outlook.elsewhere import Elsewhere, elsewhere
from shigen.outlook.markets import Markets, markets
from shigen.outlook.projects import Project, projects
from shigen.outlook.screening import Screening
from shigen.outlook.shares import jogmec_shares
from shigen.outlook.stocks import Stocks, stocks
from shigen.study.file import Study
from shigen.study.ledger import Ledger, ledger

PAGES: Final = 8
"""Countries by home's imports that a report tells in full."""


@dataclass(frozen=True)
class Result:
    """All that one study computes; skins only show it."""

    study: Study
    """With the year that was resolved."""
    now: Assessment
    history: Assessment
    verdicts: list[Verdict]
    screening: Screening
    demand: Demand
    """Of the world."""
    home_demand: Demand
    stocks: Stocks
    packages: dict[str, list[Cell]]
    """By commodity; none for a commodity of no type."""
    levers: list[Lever]
    """The study's own, and the package at default size where it names none for a commodity."""
    defaulted: frozenset[str]
    """Commodities whose levers are the package at default size: assumptions."""
    after: Assessment
    effects: list[dict[str, Any]]
    ledger: Ledger | None
    """Against the year before; None where it has no figures."""
    suppliers: list[dict[str, Any]]
    suppliers_over_years: list[dict[str, Any]]
    markets: Markets
    countries: list[dict[str, Any]]
    pages: list[CountryPage]
    """Of the countries that home takes most from, and of those that produce most of a mineral."""
    projects: list[Project]
    facts: FactBase
    elsewhere: Elsewhere
    """What others do about minerals and the importer does not."""
    unread: list[Unread]
    """Rows of the user's own that neither the study's year nor its history reads."""
    jogmec: list[dict[str, Any]]
    """Shares by country of JOGMEC beside ours of the same year and of the study's."""

    def scenarios(self) -> tuple[Assessment, ...]:
        """Return the assessments of the study: today, and with its policies where there are any."""
        return (self.now, self.after) if self.levers else (self.now,)


def _silent(step: str) -> None:
    pass


def run(
    study: Study,
    *,
    facts: FactBase | None = None,
    own_projects: Iterable[Mapping[str, Any]] | None = None,
    tell: Callable[[str], None] = _silent,
) -> Result:
    """Run a study; `tell` hears each step by its key. Facts and own projects are those of its files when not given."""
    facts = facts or study.facts()
    own_projects = study.own_projects() if own_projects is None else own_projects
    choices: dict[str, Any] = {
        "weights": study.weights, "anchors": study.anchors, "high": study.high, "indicators": study.indicators,
    }  # fmt: skip
    where: dict[str, Any] = {"commodities": study.commodities, "edition": study.edition, "basis": study.basis,
                             "facts": facts}  # fmt: skip
    tell("facts")
    chain = load(study.importer, year=study.year, **where)
    tell("assess")
    now = assess(chain, **choices)
    tell("demand")
    ahead = demand(commodities=study.commodities, year=base_year(int(chain["year"]), facts),
                   choices=study.demand.choices(), edition=study.edition, facts=facts)  # fmt: skip
    home_demand, held = at_home(ahead, study.importer), stocks(ahead)
    tell("types")
    rule = study.typology
    six = assess(chain, weights=study.weights, anchors=study.anchors, high=study.high)
    rules: dict[str, Any] = {
        "surge": {**surge(ahead), **rule.surge}, "margins": rule.margins, "companion_line": rule.companion_line,
    }  # fmt: skip
    verdicts = classify(six, **rules, facts=facts)
    tell("policies")
    packages = {
        v.commodity: package(v, chain, home=study.importer, stock_days=study.stock_days, facts=facts) for v in verdicts
    }
    levers = [spec.lever() for spec in study.levers]
    own = {one.commodity for one in levers}
    defaulted = frozenset(study.commodities) - own
    levers += [
        one for key, cells in packages.items() if key in defaulted for one in default_levers(chain, cells, facts=facts)
    ]
    after = assess(chain, **choices, levers=levers, facts=facts)
    changed = effects(now, levers, choices, facts=facts)
    tell("history")
    year = int(chain["year"])
    years = range(min(study.first_year, year), year + 1)
    history = assess(load(study.importer, years=years, **where), **choices)
    tell("ledger")
    compared = None
    if study.first_year < year:
        six_choices = {k: v for k, v in choices.items() if k != "indicators"}
        compared = ledger(study.importer, years=(year - 1, year), commodities=study.commodities, basis=study.basis,
                          choices=six_choices, typology=rules, now=None if study.edition else six,
                          facts=facts)  # fmt: skip
    tell("places")
    known = countries(chain)
    leading = [row["country"] for i, row in enumerate(known) if i < PAGES or row["largest_producer_of"]]
    resolved = study.model_copy(update={"year": year, "snapshot": study.snapshot or in_use().name})
    return Result(
        study=resolved,
        now=now,
        history=history,
        verdicts=verdicts,
        screening=study.screening.screen(facts=facts),
        demand=ahead,
        home_demand=home_demand,
        stocks=held,
        packages=packages,
        levers=levers,
        defaulted=defaulted,
        after=after,
        effects=set_ahead(changed, home_demand, held),
        ledger=compared,
        suppliers=suppliers(chain),
        suppliers_over_years=suppliers(history.chain, top=40),
        markets=markets(chain, history=history.chain, facts=facts),
        countries=known,
        pages=pages(leading, chain, facts=facts),
        projects=projects(study.commodities, own=own_projects, facts=facts),
        facts=facts,
        elsewhere=elsewhere(study.importer, facts=facts),
        unread=unread([chain, history.chain], facts),
        jogmec=jogmec_shares(year, edition=study.edition, facts=facts),
    )  # fmt: skip
