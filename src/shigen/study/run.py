"""The whole way of one study: each step computed when first asked for, and once; a skin never rebuilds one.

figures → chain → scores → demand → types → policies, methods → stops → the years before → what changed → places
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from threading import RLock
from typing import Any

from xarray import Dataset

from shigen.base.declare import Lever
from shigen.base.memory import give_back
from shigen.figures.factbase import FactBase
from shigen.figures.store import in_use
from shigen.model.chain import load
from shigen.model.criticality import Assessment, assess
from shigen.model.drawn import beside, ranked_like, with_draws, with_odds
from shigen.model.draws import THREADS
from shigen.model.drivers import Drivers, drivers
from shigen.model.drivers_records import FEW_DRAWS, settle_rows
from shigen.model.effects import effects
from shigen.model.engine import World
from shigen.model.indicators import axes
from shigen.model.methods import MethodFigures, declarations, methods
from shigen.model.odds import Odds, odds
from shigen.model.packages import Cell, default_levers, package
from shigen.model.plans import check_possible
from shigen.model.scoring import Scoring
from shigen.model.spread import Uncertainty
from shigen.model.suppliers import suppliers
from shigen.model.tornado import Tornado, tornado
from shigen.model.typology import Clause, Types, Verdict, classify, with_asked
from shigen.model.unread import Unread, unread
from shigen.outlook.ahead import set_ahead
from shigen.outlook.alerts import Alert, alerts
from shigen.outlook.countries import CountryPage, countries, country, leading, pages
from shigen.outlook.demand import Choices, Demand, at_home, base_year, demand
from shigen.outlook.demand_tables import surge
from shigen.outlook.elsewhere import Elsewhere, elsewhere
from shigen.outlook.markets import Markets, markets
from shigen.outlook.projects import Project, projects
from shigen.outlook.screening import Screening
from shigen.outlook.shares import jogmec_shares
from shigen.outlook.stocks import Stocks, stocks
from shigen.study.agreement import Agreement, agreement
from shigen.study.choices import Study
from shigen.study.designs import Designs, designs
from shigen.study.earlier import Earlier
from shigen.study.file import read
from shigen.study.ledger import Ledger, ledger
from shigen.study.side_by_side import SideBySide, side_by_side
from shigen.study.steps import Each, Step, step
from shigen.study.stops.played import Stops, stops_of


class Run:
    """One run of a study.

    Parameters
    ----------
    study : Study or path, optional
        What is studied, or the file that says so; METI's study when not given.
    facts, own_projects : FactBase and iterable of rows, optional
        Those of the study's snapshot and own figures when not given.
    chain : Dataset, optional
        The supply chain of the study, where it was loaded already.

    Raises
    ------
    UserError
        The problems of the study's file; later, with the step that meets it, what the figures do not allow.
    """

    def __init__(
        self, study: Study | Path | str | None = None, *, facts: FactBase | None = None,
        own_projects: Iterable[Mapping[str, Any]] | None = None, chain: Dataset | None = None,
    ) -> None:  # fmt: skip
        self.asked = study if isinstance(study, Study) else read(None if study is None else Path(study), {})
        """The study as it was asked for; `study` is the resolved one."""
        self.facts = self.asked.facts() if facts is None else facts
        check_possible((spec.lever() for spec in self.asked.levers), self.facts)
        self._own_projects = own_projects
        self.__dict__ |= {} if chain is None else {"chain": chain}
        self.locks = {name: RLock() for name in self.steps()}

    def complete(self, tell: Callable[[str], None], without: Collection[str] = ()) -> "Run":
        """Compute every step but some in the order of the mission; `tell` hears each part by its key before it."""
        part = ""
        for name, one in [each for each in self.steps().items() if each[0] not in {*without, *self.__dict__}]:
            give_back()  # what comes now needs arrays of its own
            if one.part != part:
                tell(part := one.part)
            if name == "drawn" and self.drawn_policies:  # draws of policies hold those of today: once is enough
                self.__dict__.setdefault(name, self.drawn_policies)
            getattr(self, name)
        return self

    @classmethod
    def steps(cls) -> dict[str, Step[Any]]:
        """Return the steps by name, in the order of the mission."""
        return {name: one for name, one in vars(cls).items() if isinstance(one, Step)}

    @step("facts")
    def chain(self) -> Dataset:
        """The supply chain of the study's importer and year."""
        return load(self.asked.importer, year=self.asked.year, **self._where)

    @step("facts")
    def study(self) -> Study:
        """The study with all that was resolved: run anew, it gives the same."""
        return self.asked.model_copy(update={"year": self.year, "snapshot": self.asked.snapshot or in_use().name})

    @step("assess")
    def scoring(self) -> Scoring:
        """All choices of scoring."""
        return self.asked.scoring()

    @step("assess")
    def now(self) -> Assessment:
        """The assessment of today, of the study's indicators."""
        return assess(self.chain, indicators=self.asked.indicators, scoring=self.scoring)

    @step("assess")
    def axes(self) -> Assessment:
        """The assessment of today, of the six axes: what the types go by."""
        return self.now if list(self.asked.indicators) == list(axes()) else assess(self.chain, scoring=self.scoring)

    @step("demand")
    def demand(self) -> Demand:
        """Demand of the world to 2050."""
        return self.demand_by(self.asked.demand.choices())

    @step("demand")
    def home_demand(self) -> Demand:
        """The same of the importer."""
        return at_home(self.demand, self.asked.importer)

    @step("demand")
    def stocks(self) -> Stocks:
        """What comes back from products."""
        return stocks(self.demand)

    @step("demand")
    def surges(self) -> dict[str, bool | Clause]:
        """Whether demand rises discontinuously, by mineral: of the demand result, or as the user says."""
        return {**surge(self.demand), **self.asked.typology.surge}

    @step("draws")
    def drawn(self) -> Odds | None:
        """Draws of all that is uncertain of today, only counted; None where the study wants none."""
        return self.odds() if self.asked.uncertainty.draws else None

    @step("draws")
    def shown(self) -> Assessment:
        """The assessment of today with what the draws say: what is shown, ranked and coloured."""
        return self.now if self.drawn is None else with_draws(self.now, self.drawn)

    @step("draws")
    def settles(self) -> list[dict[str, Any]]:
        """The figure that would narrow each outcome most, from at most FEW_DRAWS; empty without draws."""
        chosen = self.asked.uncertainty.choices()
        if not chosen.draws:
            return []
        return settle_rows(self.drivers_by(replace(chosen, draws=min(chosen.draws, FEW_DRAWS))))

    @step("types")
    def typed(self) -> Types:
        """The type of each mineral, of the points alone."""
        return classify(with_asked(self.axes), surge=self.surges, facts=self.facts)

    @step("types")
    def verdicts(self) -> Types:
        """The same, firm or not by the draws."""
        return self.typed if self.drawn is None else with_odds(self.typed, self.drawn.types)

    @step("types")
    def designs(self) -> Designs:
        """The ranking and the types by other rules, one changed at a time."""
        return designs(self.axes, self.typed, self.asked, surge=self.surges, facts=self.facts)

    @step("policies")
    def packages(self) -> Mapping[str, list[Cell]]:
        """The package of each mineral, found when it is asked for; empty for one of no type."""
        home, days, verdicts = self.asked.importer, self.asked.stock_days, {one.commodity: one for one in self.typed}
        more: dict[str, Any] = {"home": home, "stock_days": days, "scoring": self.scoring, "facts": self.facts}
        return Each(verdicts, lambda key: package(verdicts[key], self.chain, **more))

    @step("policies")
    def levers(self) -> list[Lever]:
        """The study's own policies, and the package at default size where it names none for a mineral."""
        own, defaulted = [spec.lever() for spec in self.asked.levers], self.defaulted
        return own + [lever for key in self.packages if key in defaulted for lever in self.default_plan(key)]

    @step("policies")
    def after(self) -> Assessment:
        """The assessment with these policies in place."""
        return self.under(self.levers)

    @step("policies")
    def drawn_policies(self) -> Odds | None:
        """The draws with each of them in place alone, and with all; None without draws or policies."""
        return self.odds_of(self.levers) if self.levers and self.asked.uncertainty.draws else None

    @step("policies")
    def shown_after(self) -> Assessment:
        """The assessment with these policies in place, with what the draws say; ranked by what today's is."""
        counted = self.drawn_policies
        return ranked_like(with_draws(self.after, counted, counted.effects[-1]) if counted else self.after, self.now)

    @step("policies")
    def effects(self) -> list[dict[str, Any]]:
        """What each of them changes, alone and with all others, with its odds, set beside demand and scrap ahead."""
        return beside(self.effects_of(self.levers), self.drawn_policies)

    @step("policies")
    def methods(self) -> list[MethodFigures]:
        """What other authors' methods and the user's own say of today; with these policies, those of home alone."""
        alone = [key for key, one in declarations().items() if not one.needs_world_imports]
        home = {"importer": self.asked.importer, "year": self.year, **self._where}
        now = methods(self.now) if len(alone) == len(declarations()) else methods(**home)
        return [now, methods(self.after, keys=alone)] if self.levers and alone else [now]

    @step("policies")
    def agreement(self) -> list[Agreement]:
        """How far the order in which each method puts the minerals is that of our upstream risk."""
        return agreement(self.methods[0].dataset, self.now.dataset)

    @step("policies")
    def side_by_side(self) -> SideBySide:
        """The methods beside each other and beside our upstream risk, of today."""
        return side_by_side(self.now, self.methods[0])

    @step("stops")
    def stops(self) -> Stops | None:
        """What happens when supply stops; None for several importers, and where the study plays none."""
        return stops_of(self.asked, self.chain, self.levers, self.facts)

    @step("history")
    def history(self) -> Assessment:
        """The assessment of the years up to the study's."""
        return self.over(range(min(self.asked.first_year, self.year), self.year + 1))

    @step("ledger")
    def ledger(self) -> Ledger | None:
        """What changed since the earlier study, else since the year before; None where the study begins only then."""
        if (earlier := self.asked.earlier(self.year)) is not None:
            return self.since((earlier.year, self.year), earlier)
        return self.since((self.year - 1, self.year)) if self.asked.first_year < self.year else None

    @step("places")
    def countries(self) -> list[dict[str, Any]]:
        """The countries that produce or hold minerals, or supply the importer."""
        return countries(self.chain)

    @step("places")
    def pages(self) -> list[CountryPage]:
        """Of the countries that home takes most from, and of those that produce most of a mineral."""
        return pages(leading(self.countries), self.chain, facts=self.facts)

    @step("places")
    def screening(self) -> Screening:
        """The choice of target minerals."""
        return self.asked.screening.screen(facts=self.facts)

    @step("places")
    def suppliers(self) -> list[dict[str, Any]]:
        """Who produces, holds and supplies each mineral."""
        return suppliers(self.chain)

    @step("places")
    def suppliers_over_years(self) -> list[dict[str, Any]]:
        """The same over the years."""
        return suppliers(self.history.chain, top=40)

    @step("places")
    def markets(self) -> Markets:
        """The market of each mineral."""
        return markets(self.chain, history=self.history.chain, facts=self.facts)

    @step("places")
    def projects(self) -> list[Project]:
        """Mines and plants, with the user's own."""
        own = self.asked.own_projects() if self._own_projects is None else self._own_projects
        return projects(self.asked.commodities, own=own, facts=self.facts)

    @step("places")
    def elsewhere(self) -> Elsewhere:
        """What others do about minerals and the importer does not."""
        return elsewhere(self.asked.importer, facts=self.facts)

    @step("places")
    def alerts(self) -> dict[str, list[Alert]]:
        """What should catch the eye about each mineral."""
        return alerts(self.axes, facts=self.facts)

    @step("places")
    def unread(self) -> list[Unread]:
        """Rows of the user's own that neither the study's year nor its history reads."""
        return unread([self.chain, self.history.chain], self.facts)

    @step("places")
    def jogmec(self) -> list[dict[str, Any]]:
        """Shares by country of JOGMEC beside ours of the same year and of the study's."""
        return jogmec_shares(self.year, edition=self.asked.edition, facts=self.facts)

    @property
    def year(self) -> int:
        """The study's year: the newest with trade where it names none."""
        return int(self.chain["year"])

    @property
    def defaulted(self) -> frozenset[str]:
        """Minerals whose policies are the package at default size: assumptions."""
        return frozenset(self.asked.commodities) - {spec.lever().commodity for spec in self.asked.levers}

    def scenarios(self) -> tuple[Assessment, ...]:
        """Return the assessments of the study: today, and with its policies where there are any."""
        return (self.shown, self.shown_after) if self.levers else (self.shown,)

    def over(self, years: Sequence[int], indicators: Sequence[str] | None = None) -> Assessment:
        """Return the assessment of several years: of the study's indicators, or of others."""
        chain = load(self.asked.importer, years=years, **self._where)
        return assess(chain, indicators=indicators or self.asked.indicators, scoring=self.scoring)

    def under(self, levers: Sequence[Lever]) -> Assessment:
        """Return the assessment with policies in place."""
        return assess(self.chain, indicators=self.asked.indicators, scoring=self.scoring, levers=levers)

    def effects_of(self, levers: Sequence[Lever]) -> list[dict[str, Any]]:
        """Return what policies change, each alone and all together, set beside demand and scrap ahead."""
        return set_ahead(effects(self.now, levers, facts=self.facts), self.home_demand, self.stocks)

    def odds_of(self, levers: Sequence[Lever], uncertainty: Uncertainty | None = None, **more: Any) -> Odds:
        """Return the counts of draws of today's assessment, and of what policies change: each alone, then all.

        By the study's choices where none are given; `more` is what `odds` takes besides.
        """
        of_each = ([one for one in levers if one.commodity == key] for key in self.asked.commodities)
        plans = [[one for one in row if one is not None] for row in zip_longest(*of_each)]
        chosen, said = uncertainty or self.asked.uncertainty.choices(), more.pop("surge", None)
        return odds(self.now, chosen, surge=self.surges if said is None else said, plans=plans, joint=levers,
                    facts=self.facts, **more)  # fmt: skip

    def odds(self, uncertainty: Uncertainty | None = None, *, policies: bool = False,
             surge: Mapping[str, bool | Clause] | None = None, threads: int = THREADS,
             ranked: bool = True, world: World | None = None) -> Odds:  # fmt: skip
        """Return the counts of draws of today, with the study's `policies` on request; `surge`, if known already."""
        levers = self.levers if policies else ()
        return self.odds_of(levers, uncertainty, surge=surge, threads=threads, ranked=ranked, world=world)

    @cached_property
    def drivers(self) -> Drivers:
        """What drives the stage risks and the odds of the types, by the study's choices of draws."""
        return self.drivers_by(self.asked.uncertainty.choices())

    def drivers_by(self, uncertainty: Uncertainty) -> Drivers:
        """Return the same by other choices."""
        return drivers(self.now, uncertainty, surge=self.surges, facts=self.facts)

    @cached_property
    def tornado(self) -> Tornado:
        """How far each input alone moves the stage risks, by the study's choices of draws."""
        return self.tornado_by(self.asked.uncertainty.choices())

    def tornado_by(self, uncertainty: Uncertainty) -> Tornado:
        """Return the same by other choices of draws."""
        return tornado(self.now, uncertainty, facts=self.facts)

    def since(self, years: Sequence[int], printed: Earlier | None = None) -> Ledger:
        """Return what changed between two years, of which the study's is the later; or since an earlier study."""
        return ledger(self.asked.importer, years=years, commodities=self.asked.commodities, basis=self.asked.basis,
                      scoring=self.scoring, surge=self.surges, printed=printed, facts=self.facts,
                      now=self.axes if printed or not self.asked.edition else None)  # fmt: skip

    def demand_by(self, choices: Choices) -> Demand:
        """Return demand of the world, projected by other choices than the study's."""
        return demand(commodities=self.asked.commodities, year=base_year(self.year, self.facts), choices=choices,
                      edition=self.asked.edition, facts=self.facts)  # fmt: skip

    def verdict(self, commodity: str) -> Verdict:
        """Return the type of one mineral."""
        return self.verdicts.of_each[commodity]

    def default_plan(self, commodity: str) -> list[Lever]:
        """Return the policies of a mineral's package at default size."""
        return default_levers(self.chain, self.packages[commodity], scoring=self.scoring, facts=self.facts)

    def country(self, code: str) -> CountryPage:
        """Return the page of one country."""
        return country(code, self.now, facts=self.facts)

    @property
    def _where(self) -> dict[str, Any]:
        return {"commodities": self.asked.commodities, "edition": self.asked.edition or None,
                "basis": self.asked.basis, "facts": self.facts}  # fmt: skip
