"""What was said before each event: a state of the facts for each set of editions, and one of later revisions."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from xarray import Dataset

from shigen.figures.factbase import FactBase
from shigen.figures.rows import of_facts
from shigen.model.chain import load
from shigen.study.backtest.events import Happened, happened
from shigen.study.backtest.figures import HOME, Said, every_commodity, said
from shigen.study.backtest.frozen import frozen, out_by, released

BROAD: Final = 15
"""Materials that figures must be out for, so that a rank among them says something."""
THREADS: Final = 2
"""States that are made at once."""

_HELD: Final = """
select distinct m.commodity, p.edition from supply_map m join {table} p
    on p.commodity = coalesce(m.series_commodity, m.commodity) and (m.series is null or p.series = m.series)
where m.variable = 'production' and m."table" = 'production' and p.value is not null
    and p.country not in ('WLD', 'OTH')
union all
select distinct m.commodity, p.edition from supply_map m join stage_shares p
    on p.commodity = coalesce(m.series_commodity, m.commodity) and p.step = m.step
where m.variable = 'stage_share' and m.status = 'proxy'
"""


@of_facts
def figured_by(facts: FactBase) -> Mapping[str, frozenset[str]]:
    """Return the editions that say who makes each commodity, at whichever step."""
    rows = facts.fetch(_HELD.format(table=facts.printed("production")))
    held: dict[str, set[str]] = {}
    for commodity, edition in rows:
        held.setdefault(str(commodity), set()).add(str(edition))
    return {key: frozenset(editions) for key, editions in held.items()}


@dataclass(frozen=True)
class States:
    """What was said, by the day of each event: by the editions that were out, and by later revisions."""

    printed: Mapping[str, Said]
    """By day; a day on which nothing was out is not in it."""
    revised: Mapping[str, Said]
    """By day, from the newest editions, of the year before: nobody had these figures then."""
    now: Said
    """On the day after the newest edition of production came out."""
    price: Mapping[tuple[str, int], float]
    """Annual means by commodity and year [USD/t], of the newest edition: what came, not what was known."""


def newest_out(facts: FactBase) -> tuple[str, str]:
    """Return the newest edition of production and the day from which it counts as out."""
    dates = released(facts)
    held = [str(one) for (one,) in facts.fetch(
        "select distinct edition from production join editions using (edition) where publisher = 'USGS'")]  # fmt: skip
    newest = max(held, key=lambda one: (dates[one], one))
    return newest, dates[newest]


def said_by(facts: FactBase, out: frozenset[str]) -> Said:
    """Return what is said where these editions alone are out."""
    with frozen(facts, out) as then:
        year = int(then.fetch("select max(year) from production where flag <> 'bound'")[0][0])
        return said(load(HOME, year=year, commodities=every_commodity(), facts=then), year)


def editions_of(facts: FactBase) -> tuple[Mapping[str, frozenset[str]], frozenset[str]]:
    """Return the editions out on the day of each event that some of them can say anything of, and those of today."""
    every = [one for one in happened(facts) if one.row["outcome"] != "outside" and one.unit[0]]
    of_day = {one.day: out_by(facts, one.day) for one in every if tested_by(facts, one) is not None}
    return of_day, out_by(facts, f"{newest_out(facts)[1]}~")


def states(facts: FactBase) -> States:
    """Return what was said before each event of which anything was said, and what is said now."""
    every = [one for one in happened(facts) if one.row["outcome"] != "outside" and one.unit[0]]
    of_day, today = editions_of(facts)
    with ThreadPoolExecutor(THREADS) as pool:
        later = pool.submit(_revised, facts, every)
        wanted = list(dict.fromkeys([*of_day.values(), today]))
        made = dict(zip(wanted, pool.map(lambda out: said_by(facts, out), wanted), strict=True))
    revised, price = later.result()
    return States({day: made[out] for day, out in of_day.items()}, revised, made[today], price)


def tested_by(facts: FactBase, one: Happened) -> str | None:
    """Return the newest edition out before an event that says who makes its material; None: it is not testable."""
    every, out = figured_by(facts), out_by(facts, one.day)
    held = every.get(one.unit[0], frozenset()) & out
    if sum(bool(editions & out) for editions in every.values()) < BROAD:
        return None
    return _newest(facts, held) if held else None


def _newest(facts: FactBase, editions: Iterable[str]) -> str:
    dates, made = released(facts), frozenset().union(*figured_by(facts).values())
    return max((one for one in editions if one in made), key=lambda one: (dates[one], one))


def _revised(facts: FactBase, every: Iterable[Happened]) -> tuple[Mapping[str, Said], Mapping[tuple[str, int], float]]:
    """Return what later revisions say of the year before each event, where production reaches; and the prices."""
    plain = FactBase(facts.folder, name=facts.name) if facts.over else facts
    try:
        span = plain.fetch("select min(year), max(year) from (select year from production where edition like 'MCS %' "
                           "group by year having count(distinct commodity) >= ?)", [BROAD])[0]  # fmt: skip
        years = {one.day: int(one.day[:4]) - 1 for one in every}
        wanted = sorted({year for year in years.values() if span[0] is not None and span[0] <= year <= span[1]})
        if not wanted:
            return {}, {}
        chain = load(HOME, years=wanted, commodities=every_commodity(), facts=plain)
        of_year = {year: said(chain.sel(year=year), year) for year in wanted}
        return {day: of_year[year] for day, year in years.items() if year in of_year}, _prices(chain)
    finally:
        if plain is not facts:
            plain.connection.close()


def _prices(chain: Dataset) -> Mapping[tuple[str, int], float]:
    """Return annual means of the newest year's series by commodity and year, back to where its definition changes."""
    newest = chain.isel(year=-1)
    price, segment = (newest[name].transpose("commodity", "lag").values for name in ("price", "price_segment"))
    year = int(newest["year"])
    told: dict[tuple[str, int], float] = {}
    for row, key in enumerate(newest["commodity"].values):
        held = np.flatnonzero(np.isfinite(price[row]))
        for lag in held:
            if segment[row, lag] == segment[row, held[0]]:
                told[str(key), year - int(lag)] = float(price[row, lag])
    return told
