"""Which chart an address shows: one way from a kind and a question to a chart, for pages, pictures and downloads."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from shigen.base import names
from shigen.base.declare import Lever
from shigen.base.i18n import Lang, text
from shigen.figures.factbase import FactBase
from shigen.model.chain import meti13
from shigen.model.criticality import Assessment
from shigen.model.suppliers import suppliers
from shigen.outlook.countries import CountryPage
from shigen.outlook.projects import projects
from shigen.show.charts.given import Given, none_named
from shigen.show.charts.kind import find_kind
from shigen.show.charts.picture import Chart
from shigen.show.charts.profile import Series, laid_over
from shigen.show.charts.world import EVERY
from shigen.show.web import answers
from shigen.show.web.asked import SCENARIOS, Asked
from shigen.show.web.kept import kept
from shigen.show.web.projection import Projection
from shigen.show.web.stopping import Stopping
from shigen.study.alone import each_alone


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
    stop: Stopping = ()
    """The stop of supply that is played; that of a study when empty."""


@kept(160)
def chart_of(facts: FactBase, wanted: Wanted) -> Chart:
    """Return a chart with its rows and sources.

    Raises
    ------
    UserError
        There is no such kind, it shows one mineral or country and none is named, or what was asked has no figures.
    """
    kind, commodity = find_kind(wanted.kind), wanted.commodity
    if kind.per == "commodity" and commodity is None:
        raise none_named("commodity")
    asked = wanted.asked.of(commodity) if commodity else wanted.asked
    return _given(facts, replace(wanted, asked=asked)).chart(kind, wanted.lang, commodity)


def _given(facts: FactBase, wanted: Wanted) -> Given:
    """Return what an address gives to charts."""
    asked, commodity = wanted.asked, wanted.commodity

    def country() -> CountryPage:
        if wanted.country is None:
            raise none_named("country")
        return answers.country_page(facts, asked, wanted.country)

    def under(levers: Sequence[Lever]) -> Assessment:
        return _under(facts, asked, tuple(levers))

    return Given({
        "assessments": lambda: [answers.run_of(facts, asked).shown],
        "verdicts": lambda: answers.run_of(facts, asked).verdicts,
        "past": lambda: [answers.run_of(facts, asked).history],
        "series": lambda: _series(facts, wanted),
        "commodities": lambda: list(asked.commodities or meti13()),
        "facts": lambda: facts,
        "shares": lambda: suppliers(answers.run_of(facts, asked).now.chain, top=EVERY),
        "projects": lambda: projects([commodity] if commodity else list(asked.commodities or meti13()), facts=facts),
        "screening": lambda: answers.screening(facts, wanted.lists),
        "demand": lambda: answers.demand_of(facts, asked, wanted.projection, wanted.region),
        "scenarios": lambda: wanted.scenarios,
        "stocks": lambda: answers.scrap_ahead(facts, asked, wanted.projection, wanted.region),
        "country": country,
        "tornado": lambda: answers.run_of(facts, asked).tornado,
        "stops": lambda: answers.stops_of(facts, asked, wanted.stop),
        "alone": lambda: each_alone(wanted.levers or answers.run_of(facts, asked).levers, under),
    })  # fmt: skip


def _series(facts: FactBase, wanted: Wanted) -> list[Series]:
    """Return the lines of a radar: one mineral with and without policies, or several questions."""
    asked = wanted.asked
    if wanted.plans:
        plans = [(0, text("report.before", wanted.lang), ())] + [
            (place, text("web.scenario", wanted.lang, name=name.upper()), plan)
            for place, (name, plan) in enumerate(zip(SCENARIOS, wanted.plans, strict=False), start=1) if plan
        ]  # fmt: skip
        return [Series(_under(facts, asked, plan), place, name) for place, name, plan in plans]
    if wanted.others:
        return [_beside(facts, wanted, question, place, name) for place, (question, name) in enumerate(
                zip((asked, *wanted.others), _distinctions(facts, wanted), strict=True))]  # fmt: skip
    plans_alone = [(), wanted.levers] if wanted.levers else [()]
    return laid_over(*(_under(facts, asked, levers) for levers in plans_alone))


def _under(facts: FactBase, asked: Asked, levers: tuple[Lever, ...]) -> Assessment:
    return answers.under(facts, asked, levers) if levers else answers.run_of(facts, asked).now


def _beside(facts: FactBase, wanted: Wanted, asked: Asked, place: int, name: str) -> Series:
    """Return the line of one question: of the one mineral that it names, else of the common one."""
    commodity = asked.commodities[0] if len(asked.commodities) == 1 else str(wanted.commodity)
    assessment = answers.run_of(facts, asked.about(commodity)).now
    return Series(assessment, place, name, commodity, beside=wanted.commodity)


def _distinctions(facts: FactBase, wanted: Wanted) -> list[str]:
    """Return what tells each question of a profile from the others: its mineral, importer or year."""
    several = [
        ((question.commodities if len(question.commodities) == 1 else (str(wanted.commodity),))[0], question.importer,
         question.year or answers.run_of(facts, question.of(str(wanted.commodity))).year)
        for question in (wanted.asked, *wanted.others)
    ]  # fmt: skip
    differ = [part for part in range(3) if len({question[part] for question in several}) > 1]
    label = (lambda key: names.label(key, wanted.lang), lambda key: names.label(key, wanted.lang), str)
    return [" ".join(label[part](question[part]) for part in differ or (0,)) for question in several]


def size_of(facts: FactBase, wanted: Wanted) -> tuple[int, int]:
    """Return width and height of a picture, which its page reserves: drawn now, it is at hand when it is asked for."""
    head = picture(facts, wanted, "svg")[:400].decode(errors="replace")
    width, height = (float(word) for word in _SIZE.search(head).groups())  # type: ignore[union-attr]  # each SVG has it
    return round(width), round(height)


_SIZE: Final = re.compile(r'<svg [^>]*?width="([\d.]+)" height="([\d.]+)"')


@kept(160)
def picture(facts: FactBase, wanted: Wanted, form: str) -> bytes:
    """Return a chart as SVG for its page, or framed to leave it: as SVG (`framed`) or PNG."""
    drawing = chart_of(facts, wanted)
    if form == "png":
        return drawing.png()
    return (drawing.framed() if form == "framed" else drawing.svg()).encode()
