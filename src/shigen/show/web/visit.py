"""One visit of a page: what its address asks for, in which language, with whose figures; and how it becomes HTML."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from shigen import __version__
from shigen.base import names
from shigen.base.declare import Lever
from shigen.base.i18n import LANGS, Lang, in_brackets, joined, shown_date, shown_unit, source_words, text, typeset
from shigen.base.numbers import amount
from shigen.figures.factbase import FactBase
from shigen.figures.flows import importers
from shigen.show.charts.kind import find_kind
from shigen.show.charts.picture import Chart
from shigen.show.report.templates import environment
from shigen.show.web import answers
from shigen.show.web.asked import COMMON, KEPT, SCENARIOS, Asked, asked_of, plan_words, whole, written
from shigen.show.web.figures import Wanted, chart_of, size_of
from shigen.show.web.glossary import explained
from shigen.show.web.kept import kept
from shigen.show.web.own import Own
from shigen.show.web.parameters import Read
from shigen.study.run import Run

if TYPE_CHECKING:
    from jinja2 import Environment


NAVIGATION: Final[Mapping[str, str]] = {
    "overview": "/", "minerals": "/minerals", "policies": "/policies", "compare": "/compare",
    "disruption": "/disruption", "screening": "/screening", "demand": "/demand", "observatory": "/observatory",
    "countries": "/countries", "markets": "/markets", "projects": "/projects", "documents": "/documents",
    "data": "/data", "hindcast": "/hindcast", "backtest": "/backtest", "replays": "/replays",
    "methods": "/methods",
}  # fmt: skip
"""Pages by key, in the order of the menu."""
HOMELY: Final = frozenset({
    "overview", "changes", "mineral", "policies", "compare", "disruption", "demand", "countries", "country", "trace",
    "why", "documents",
})  # fmt: skip
"""Pages that show an importer in a year, which a citation names."""


@dataclass(frozen=True)
class Figure:
    """A chart as a page shows it: a picture with its source, a table, downloads, and an address of its own."""

    chart: Chart
    title: str
    query: str
    """Parameters of the chart's addresses."""
    size: tuple[int, int] | None = None
    """Width and height of the picture; None where there are no figures to draw."""
    live: bool = False
    """Whether its rows are pushed into a live view."""

    @property
    def kind(self) -> str:
        """The kind of the chart."""
        return self.chart.kind.key

    def address(self, form: str = "") -> str:
        """Return the address of the picture or its data (svg, png, csv, json), or of the chart's own page."""
        return f"/charts/{self.kind}{form and '.'}{form}?{self.query}"


@dataclass(frozen=True)
class Visit:
    """What a page needs to know of its visit."""

    facts: FactBase
    lang: Lang
    path: str
    query: Read
    own: Own | None = None
    base: str = ""
    """How the server was called: scheme and host, before the path of a whole address."""

    @cached_property
    def asked(self) -> Asked:
        """What the address asks for."""
        return asked_of(self.query)

    @property
    def run(self) -> Run:
        """The run of what the address asks for."""
        return answers.run_of(self.facts, self.asked)

    @cached_property
    def year(self) -> int:
        """The year that is shown."""
        return self.run.year

    def t(self, key: str, **values: object) -> str:
        """Return a text in the language of the visit."""
        return text(key, self.lang, **values)

    def label(self, key: str) -> str:
        """Return the name of a commodity, country or bloc."""
        return names.label(key, self.lang)

    def list(self, parts: Iterable[str]) -> str:
        """Join the items of a list."""
        return joined([str(part) for part in parts], self.lang)

    def link(self, path: str | None = None, **changes: object) -> str:
        """Return an address that keeps the common parameters; of the same page, that keeps all of them.

        A change replaces every value of a parameter; None or an empty list takes it out, a list repeats it. What a form
        left empty falls out.
        """
        given = [(key, value) for key, value in self.query.multi_items() if value and (path is None or key in KEPT)]
        changed = {key.replace("__", "."): value for key, value in changes.items()}
        pairs = [(key, value) for key, value in given if key not in changed]
        for key, value in changed.items():
            several = value if isinstance(value, list | tuple) else [value]
            pairs += [(key, str(one)) for one in several if one is not None and one != ""]
        encoded = urlencode(pairs)
        return (self.path if path is None else path) + (f"?{encoded}" if encoded else "")

    def data(self, operation: str, form: str = "csv", *, where: bool = True, **given: object) -> str:
        """Return where the API gives what is shown, as CSV or as JSON; tables that pages alone show are `tables`.

        `where` is false for an operation that is asked of no importer, year or edition.
        """
        aside: dict[str, object] = {key: None for key in (("unit",) if where else KEPT) if key != "lang"}
        return self.link(f"/api/v1/{operation}", **(aside | given | {"lang": self.lang, "format": form}))

    def figure(
        self, kind: str, commodity: str | None = None, *, levers: Sequence[Lever] = (), live: bool = False, **more: Any
    ) -> Figure:
        """Return a chart of what the address asks for.

        Raises
        ------
        UserError
            See `figures.chart_of`.
        """
        asked = replace(self.asked, commodities=()) if commodity else self.asked
        wanted = Wanted(kind, self.lang, asked, commodity, tuple(levers), **more)
        pairs = [(key, value) for key, value in self.query.multi_items() if value and key in COMMON and key != "lang"]
        pairs += [("lang", self.lang)]
        pairs += [("commodity", key) for key in ([commodity] if commodity else asked.commodities)]
        pairs += list(written(levers).items())
        pairs += [(key, value) for key, value in more.items() if isinstance(value, str)]
        pairs += [("list", value) for value in more.get("lists", ())]
        pairs += [("scenario", value) for value in more.get("scenarios", ())]
        pairs += list(more["projection"].written().items()) if "projection" in more else []
        pairs += list(more.get("stop", ()))
        pairs += [("with", _spelled(one)) for one in more.get("others", ())]
        pairs += [(key, word) for key, plan in zip(SCENARIOS, more.get("plans", ()), strict=False)
                  for word in plan_words(plan)]  # fmt: skip
        named = find_kind(kind).title(self.lang, commodity or more.get("country"))
        drawing = chart_of(self.facts, wanted)
        size = size_of(self.facts, replace(wanted, levers=()) if live else wanted) if drawing.rows else None
        return Figure(drawing, named, urlencode(pairs), size, live)

    @property
    def thousands(self) -> bool:
        """Whether tables of amounts show thousands of tonnes."""
        return str(self.query.get("unit")) == "kt"

    def mass(self, tonnes: float | None) -> str:
        """Return an amount as the tables of the page show it: in tonnes, or in thousands of them."""
        return amount(None if tonnes is None else tonnes / 1000 if self.thousands else tonnes)

    def masses(self, before: float | None, after: float | None) -> str:
        """Return an amount before and after; one that stays is written once."""
        then, now = self.mass(before), self.mass(after)
        return now if then == now else f"{then} → {now}"

    def heading(self, words: str) -> str:
        """Return the head of a column of amounts, or its unit, with the unit that is shown."""
        named, then = self.t("web.units.t"), self.t("web.units.kt")
        return re.sub(rf"(?<![A-Za-z]){named}(?=/|\]|）|$)", then, words) if self.thousands else words

    def common(self) -> Sequence[tuple[str, str]]:
        """Return the common parameters as the address has them, which a form elsewhere passes on."""
        return tuple((key, value) for key, value in self.query.multi_items() if value and key in KEPT)

    def cited(self, title: str, *, address: str = "", of_home: bool = False, about: str = "") -> str:
        """Return how a page or a chart is cited: title, whose figures and of when, snapshot, whole address.

        `about` says whose figures a chart shows, and of when, where it says so itself.
        """
        at = self.base + (address or self.link(lang=self.lang))
        told = {"version": __version__, "snapshot": self.facts.name, "hash": self.facts.hash[:12], "address": at}
        if of_home:
            return self.t("web.cite.of_home", title=title, importer=self.label(self.asked.importer),
                          year=self.asked.year or years(self.facts)[0], **told)  # fmt: skip
        named = title + in_brackets(about, self.lang) if about else title
        return self.t("web.cite.page", title=named, **told)

    def kept(self, asks: Iterable[str] = ()) -> Sequence[tuple[str, str]]:
        """Return what a form passes on unseen: all that the address holds and the form does not ask."""
        return tuple((key, value) for key, value in self.query.multi_items() if value and key not in asks)

    @property
    def held(self) -> dict[str, Any]:
        """What the lists of the common form stand at."""
        return {key: getattr(self.asked, key) for key in ("importer", "year", "edition", "basis")}

    def day(self, date: str) -> str:
        """Return a date as a language writes it."""
        return shown_date(date, self.lang)

    def choices(self) -> dict[str, Any]:
        """Return what the form at the head of a page offers: of importers, those that have figures."""
        year = whole(self.query.get("year") or "")
        offered = importers_of(self.facts, year if year in years(self.facts) else None)
        return {
            "blocs": [(key, self.label(key)) for key in offered if key in names.blocs()],
            "importers": [(key, name) for key, name in countries_by_name(self.lang) if key in offered],
            "offered": offered,
            "years": years(self.facts),
            "editions": editions(self.facts),
            "minerals": [(one.key, one.to(self.lang), bool(one.meti13)) for one in names.commodities().values()],
        }


def _spelled(one: Asked) -> str:
    """Return a further question of a chart as one word: mineral, importer and year."""
    return ":".join([(one.commodities or ("",))[0], one.importer, str(one.year or "")])


@kept(48)
def importers_of(facts: FactBase, year: int | None) -> frozenset[str]:
    """Return the importers that have figures: of a year, or of any where none is named."""
    homes = {key: names.members(key) for key in (*names.blocs(), *names.countries())}
    return frozenset(importers(facts, homes, year))


@kept(48)
def years(facts: FactBase) -> list[int]:
    """Return the years with trade, the newest first."""
    return [int(year) for (year,) in facts.fetch(f"select distinct year from {facts.printed('trade')} order by 1 desc")]


@kept(48)
def editions(facts: FactBase) -> list[tuple[str, list[str]]]:
    """Return the editions that a page can look back to, by publisher, the newest first."""
    by_publisher: dict[str, list[str]] = {}
    for table in ("production", "reserves", "governance"):
        for (name,) in facts.fetch(f"select distinct edition from {facts.printed(table)}"):
            several = by_publisher.setdefault(str(facts.editions[name]["publisher"]), [])
            if name not in several:
                several.append(str(name))
    return [(publisher, sorted(several, reverse=True)) for publisher, several in sorted(by_publisher.items())]


UNEXPLAINED: Final = frozenset({"methods", "docs", "find"})
"""Pages that explain terms themselves, or hold none."""


def render(visit: Visit, page: str, context: Mapping[str, Any]) -> str:
    """Return a page as HTML; `page` names its template and its entry of the menu."""
    content = filled(visit, f"{page}.html", {"page": page, "choices": visit.choices(), **context})
    return content if page in UNEXPLAINED else explained(content, visit.lang, visit.link("/methods"))


def filled(visit: Visit, template: str, context: Mapping[str, Any]) -> str:
    """Return a template as HTML, with what every page has: its visit, texts, units and days in its language."""
    other = next(lang for lang in LANGS if lang != visit.lang)
    content = templates().get_template(template).render(
        v=visit, t=visit.t, lang=visit.lang, other=other, version=__version__, navigation=NAVIGATION, homely=HOMELY,
        colon="：" if visit.lang == "ja" else ": ", stop="。" if visit.lang == "ja" else ". ",
        unit=lambda word: shown_unit(word, visit.lang), day=visit.day,
        chart_name=lambda key: find_kind(key).name[visit.lang],
        cited=lambda source: source_words(source, visit.lang), **context,
    )  # fmt: skip
    return typeset(content, visit.lang)


@cache
def templates() -> "Environment":
    """Return the templates of the pages."""
    return environment("shigen.show.web", "templates")


@cache
def countries_by_name(lang: Lang) -> list[tuple[str, str]]:
    """Return every country with its name, as a list to choose from has them."""
    return sorted(((one.key, one.to(lang)) for one in names.countries().values()), key=lambda one: one[1])
