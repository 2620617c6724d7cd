"""One mineral: its radar under policies, its value chain, its past and its outlook, each figure with its trace."""

from collections.abc import Mapping
from typing import Any, Final

from shigen.base import names
from shigen.base.declare import STAGES
from shigen.model.indicators import indicators
from shigen.model.levers import lever_kinds
from shigen.model.reach import Reach
from shigen.model.records import interval
from shigen.model.reliance import reliance_rows
from shigen.outlook.elsewhere import elsewhere
from shigen.outlook.inputs import scenarios
from shigen.outlook.policies import policies
from shigen.show.report import minerals, places
from shigen.show.web import answers
from shigen.show.web.along import reaches
from shigen.show.web.asked import levers_of, plan_words, written
from shigen.show.web.pages.documents import links
from shigen.show.web.pages.observatory import not_here
from shigen.show.web.pages.overview import shade, shown_alerts
from shigen.show.web.problems import in_path
from shigen.show.web.visit import Visit, countries_by_name

VERDICT: Final = ("worst", "supply", "todo")
"""Questions that open the page: how high the risk is and what is high, who supplies, what to do."""
MAPS: Final = {"production": "map", "reserves": "reserves_map", "imports": "imports_map"}
CHARTS: Final = ("chain", "years", "history", "price", "demand")
"""Charts of one mineral beside the radar and the map, in the order of the page."""


def index(visit: Visit) -> dict[str, Any]:
    """Return the minerals that have a page: METI's 13 first, then the others."""
    every = [{"key": one.key, "name": one.to(visit.lang), "symbol": one.symbol, "basis": one.basis(visit.lang),
              "meti": bool(one.meti13)} for one in names.commodities().values()]  # fmt: skip
    groups = {"meti": True, "others": False}
    return {"groups": [(name, [one for one in every if one["meti"] is theirs]) for name, theirs in groups.items()]}


def page(visit: Visit, commodity: str) -> dict[str, Any]:
    """Return all of one mineral."""
    key = in_path(names.commodity, commodity)
    facts, lang = visit.facts, visit.lang
    asked = visit.asked.about(key)
    levers = levers_of(visit.query, key)
    run = answers.run_of(facts, asked)
    now = run.now
    after = answers.under(facts, asked, levers) if levers else now
    verdict = run.verdict(key)
    default = answers.default_plan(facts, asked, key)
    records = run.shown.records(lang)
    then = {row["indicator"]: row for row in after.records(lang) if row["commodity"] == key}
    (relied,) = reliance_rows(run.chain.sel(commodity=[key]), lang)
    shown = minerals.about(now, key, records, relied, lang, facts=facts)
    market = run.markets.row(key, lang)
    cleared = named({f"{kind}{part}": "" for kind in lever_kinds() for part in ("", ".host", ".offtake", ".cost_musd")})
    of = visit.query.get("map") if visit.query.get("map") in MAPS else "production"
    return {
        **shown, "verdict": [one.text(lang) for one in answers.messages_about(facts, asked, VERDICT, key)],
        **minerals.policy(now, verdict, run.packages[key], answers.changes(facts, asked, levers),
                          lang, assumed=False, facts=facts),
        "commodity": key,
        "importer": names.label(asked.importer, lang),
        "after": then, "levers": levers, "indicators": indicators(),
        "planned": plan_words(levers), "cleared": cleared, "defaults": cleared | named(written(default)),
        "sliders": [_slider(one, visit)
                    for one in reaches(facts, asked, key)],
        "hosts": countries_by_name(lang),
        "stages": _stages(run.shown.stages(lang), after.stages(lang), key), "drawn": run.drawn is not None,
        "chances": answers.chances(facts, asked.of(key), levers, lang) if levers else [],
        "alerts": shown_alerts(run.alerts[key], visit),
        "radar": visit.figure("profile", key, levers=levers, live=True),
        "charts": {kind: visit.figure(kind, key) for kind in CHARTS},
        "map": visit.figure(MAPS[str(of)], key), "map_of": of, "maps": tuple(MAPS),
        "market": market, "market_words": places.sentence(market, lang), "market_absent": places.absent(market, lang),
        "demand": [row for row in answers.demand_summary(facts, asked, lang) if row["commodity"] == key],
        "scenarios": {one.key: one.short[lang] for one in scenarios(facts).values()},
        "not_here": not_here(visit, policies("elsewhere", home=asked.importer, commodity=key, lang=lang, facts=facts),
                             key),
        "rests_on": elsewhere(asked.importer, commodity=key, facts=facts).in_words(lang),
        "sources": sources(visit, records, key),
        "brief": links(visit, f"brief.{key}.{lang}.pdf", plan_words(levers)),
    }  # fmt: skip


def named(parameters: Mapping[str, str]) -> dict[str, str]:
    """Return parameters of an address as names that `Visit.link` takes."""
    return {key.replace(".", "__"): value for key, value in parameters.items()}


def _slider(one: Reach, visit: Visit) -> dict[str, Any]:
    kind = lever_kinds()[one.key]
    size = visit.query.get(one.key) or "0"
    return {
        "key": one.key, "name": kind.name[visit.lang], "most": f"{one.most:.12g}", "step": f"{one.step:.12g}",
        "size": size, "needs_host": kind.needs_host, "host": visit.query.get(f"{one.key}.host") or one.host,
        "unit": visit.t(f"unit.{kind.size_name}"), "size_name": kind.size_name, "acts_on": kind.acts_on[visit.lang],
        "can_worsen": kind.can_worsen[visit.lang], "now": one.now,
    }  # fmt: skip


def _stages(before: list[dict[str, Any]], after: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    then = {row["stage"]: row for row in after if row["commodity"] == key}
    now = {row["stage"]: row for row in before if row["commodity"] == key}
    return [{**now[stage], "after": then[stage], "shade": shade(now[stage]["risk"]), "interval": interval(now[stage]),
             "blind": now[stage]["central"] != now[stage]["risk"],
             "shade_after": shade(then[stage]["risk"])} for stage in STAGES]  # fmt: skip


def sources(visit: Visit, records: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    """Return the editions that the figures of a mineral come from, each with the indicators that read it."""
    used = dict.fromkeys(source for row in records if row["commodity"] == key for source in row["sources"])
    readers = [row for row in records if row["commodity"] == key]
    return [
        {"edition": name, **visit.facts.editions[name],
         "read_by": visit.list(indicators()[row["indicator"]].name[visit.lang] for row in readers
                               if name in row["sources"])}
        for name in used
    ]  # fmt: skip
