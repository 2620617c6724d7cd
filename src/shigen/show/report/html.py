"""The report as one self-contained page: pictures, tables and font inside, no script, nothing fetched."""

import base64
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from shigen import __version__
from shigen.base import names, numbers
from shigen.base.declare import STAGES
from shigen.base.i18n import Lang, joined, shown_date, shown_unit, text, typeset
from shigen.base.years import day_in_words
from shigen.model.indicators import axes, indicators
from shigen.model.packages import POLICIES
from shigen.model.records import interval, meta
from shigen.model.records import places as rank_in_words
from shigen.model.reliance import reliance_rows
from shigen.model.unread import rows_read
from shigen.outlook.alerts import alerts
from shigen.outlook.newest import renewal
from shigen.outlook.standing import AS_OF
from shigen.show.charts import theme
from shigen.show.charts.kind import find_kind
from shigen.show.report import demand, method, minerals, observatory, pictures, places, published, technology
from shigen.show.report.rows import to_csv
from shigen.show.report.templates import environment
from shigen.study.ledger import summary
from shigen.study.message import QUESTIONS, Message
from shigen.study.messages import by_risk, messages

if TYPE_CHECKING:
    from jinja2 import Template

    from shigen.show.charts.picture import Chart
    from shigen.study.run import Run


FONT: Final = "/*FONT*/"
OF_MINERAL: Final = ("worst", "sure", "supply", "todo", "effect")
"""Questions whose answers open the part on a mineral: what its tables below say too is left to them."""


@dataclass(frozen=True)
class Picture:
    """A chart that is being drawn."""

    drawn: Future[str]
    chart: "Chart"

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Its data."""
        return self.chart.rows

    @property
    def source_line(self) -> str:
        """What its figures come from."""
        return self.chart.source_line

    @property
    def framed(self) -> str:
        """The SVG as a file of its own, with what the report says around it."""
        return self.chart.framed(self.svg_text)

    @property
    def svg_text(self) -> str:
        """The SVG, once it is drawn."""
        return self.drawn.result()

    @property
    def csv_uri(self) -> str:
        """The data as a link that a browser saves."""
        content = to_csv(self.rows, list(self.rows[0]) if self.rows else [])
        return "data:text/csv;base64," + base64.b64encode(content.encode()).decode()

    def svg(self, title: str) -> str:
        """Return the SVG for a page: named for screen readers, scaled to its place."""
        head, _, rest = self.svg_text.partition(">")
        return f'{head} role="img" aria-label="{title}">{rest}'


def page(result: "Run", lang: Lang, drawn: dict[str, Picture]) -> str:
    """Return the whole report in one language, with `FONT` where the rules of its font belong."""

    def t(key: str, **values: object) -> str:
        return text(key, lang, **values)

    about = meta(result.now)
    records, stages = result.shown.records(lang), result.shown.stages(lang)
    importer = names.label(result.study.importer, lang)
    ahead = demand.context(result, lang)
    said = messages(result)
    demand_of = {m["key"]: m for m in ahead["minerals"]}
    relied = {row["commodity"]: row for row in reliance_rows(result.chain, lang)}
    content = _template().render(
        t=t, lang=lang, other="en" if lang == "ja" else "ja", version=__version__, importer=importer,
        defaulted=bool(result.defaulted & set(result.packages)), owned=bool(result.asked.levers),
        unit=lambda word: shown_unit(word, lang), day=lambda date: shown_date(date, lang),
        chart_name=lambda key: find_kind(key).name[lang],
        own_charts=[one for one in pictures.own(result.study.commodities, result.facts, lang) if one[0] in drawn],
        policies=POLICIES, axis_keys=[k for k in axes() if k in result.study.indicators], stage_spans=_spans(result),
        year=result.study.year, count=len(result.study.commodities), pictures=drawn, stages_of=STAGES,
        snapshot=result.facts, screening=result.screening, renewed=renewal(result.facts).sentence(lang),
        element=lambda key: result.screening.label(key, lang),
        verdict=_verdict(said, lang), overview=_overview(result, stages, lang), minerals=[
            {**_mineral(result, key, records, relied[key], lang), "demand": demand_of[key],
             "told": [one.text(lang) for one in said if one.commodity == key and one.key in OF_MINERAL]}
            for key in by_risk(result)],
        demand=ahead, years=method.used(about, lang), weights=result.now.scoring.weights, indicators=indicators(),
        candidates=method.candidates(lang, facts=result.facts), ledger=_ledger(result, lang),
        observed=observatory.section(result, lang), published=published.section(result, lang),
        designs=_designs(result, lang), drawn=result.drawn is not None,
        types=[minerals.in_words(v, lang) for v in result.verdicts],
        matrix=method.matrix(result.verdicts, result.packages, lang, facts=result.facts),
        assumptions=method.assumptions(lang, facts=result.facts), sources=sources(result, records),
        own_read=rows_read(result.facts),
        unread=[one.in_words(lang) for one in result.unread], css=_css(lang),
        ledger_note=result.ledger.note(lang) if result.ledger else "",
        alerts=_alerts(result, lang), alerts_as_of=day_in_words(AS_OF, lang),
        technology=technology.page(result, lang), places=places.part(result, lang),
        as_of=joined(about["as_of"], lang) or t("report.newest_editions"), basis=t(f"report.basis_{about['basis']}"),
    )  # fmt: skip
    return typeset(places.shared_paths(content), lang)


@cache
def _template() -> "Template":
    return environment("shigen.show.report", ".").get_template("report.html")


def _css(lang: Lang) -> str:
    from importlib.resources import files

    return files("shigen.show.report").joinpath("report.css").read_text("utf-8").replace("/*FAMILY*/", theme.font(lang))


def _verdict(said: Sequence[Message], lang: Lang) -> list[tuple[str, list[str]]]:
    """Return the answers on the study as a whole, by question."""
    whole = [one for one in said if one.commodity is None]
    return [(key, [one.text(lang) for one in whole if one.key == key])
            for key in QUESTIONS if any(one.key == key for one in whole)]  # fmt: skip


def _overview(result: "Run", stages: list[dict[str, Any]], lang: Lang) -> list[dict[str, Any]]:
    return [
        {"key": commodity, "name": names.label(commodity, lang),
         "cells": [{**row, "rank": rank_in_words(row, lang) or numbers.ABSENT, "interval": interval(row)}
                   for row in stages if row["commodity"] == commodity]}
        for commodity in result.study.commodities
    ]  # fmt: skip


def _designs(result: "Run", lang: Lang) -> dict[str, Any]:
    """Return how firmly ranks and types stand by other rules: a sentence, and a row for each mineral."""
    ranked = result.designs.by_mineral(lang)
    rows = []
    for commodity in result.study.commodities:
        own = [row for row in ranked if row["commodity"] == commodity]
        count, every = own[0]["same_type_in"], len(result.designs.others)
        rows.append({
            "key": commodity, "name": own[0]["name"],
            "cells": [{"rank": row["rank"], "span": rank_in_words(row, lang) or numbers.ABSENT} for row in own],
            "kept": text("report.design.of", lang, count=count, all=every),
            "others": joined([text(f"type.{kind}", lang) for kind in own[0]["other_types"]], lang),
        })  # fmt: skip
    return {"sentence": result.designs.sentence(lang), "rows": rows}


def _mineral(
    result: "Run", key: str, records: list[dict[str, Any]], relied: dict[str, Any], lang: Lang
) -> dict[str, Any]:  # fmt: skip
    verdict = next(v for v in result.verdicts if v.commodity == key)
    return {
        **minerals.about(result.now, key, records, relied, lang, facts=result.facts),
        **minerals.policy(result.now, verdict, result.packages[key], result.effects, lang,
                          assumed=key in result.defaulted, facts=result.facts),
    }  # fmt: skip


def _ledger(result: "Run", lang: Lang) -> list[dict[str, str]]:
    """Return the sentence of each mineral on what moved most since the year before."""
    if result.ledger is None:
        return []
    return [{"key": c, "name": names.label(c, lang), "sentence": summary(result.ledger, c, lang)}
            for c in result.study.commodities]  # fmt: skip


def _alerts(result: "Run", lang: Lang) -> list[dict[str, Any]]:
    """Return what should catch the eye about each mineral, each with the key of its measure."""
    by_commodity = alerts(result.now, facts=result.facts)
    return [{"key": key, "name": names.label(key, lang),
             "alerts": [(alert.in_words(lang), alert.measure) for alert in by_commodity[key]]}
            for key in result.study.commodities if by_commodity[key]]  # fmt: skip


def _spans(result: "Run") -> list[tuple[str, int]]:
    """Return each stage with the number of axes that the study shows in it."""
    shown = [indicators()[k].stage for k in axes() if k in result.study.indicators]
    return [(stage, shown.count(stage)) for stage in STAGES if stage in shown]


def sources(result: "Run", records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return every edition that feeds the report, with publisher, title, terms and address."""
    used = {e for r in (*records, *result.history.records("en")) for e in r["sources"]}
    used |= {e for one in result.methods for r in one.records("en") for e in r["sources"]}
    used |= {one.source for one in result.projects if one.kind == "site"}
    return [{"edition": k, **v} for k, v in result.facts.editions.items() if k in used]
