"""World trade of each commodity in contained tonnes: all importers together, where every code says its content."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from shigen.figures.editions import newest, readable
from shigen.figures.factbase import FactBase
from shigen.figures.selection import SECOND_TRADE, USER, Question
from shigen.figures.supply_map import CODES

if TYPE_CHECKING:
    import pandas as pd

REVISIONS: Final[Mapping[str, int]] = {
    "HS92": 1988, "HS96": 1996, "HS02": 2002, "HS07": 2007, "HS12": 2012, "HS17": 2017, "HS22": 2022,
}  # fmt: skip
"""Revisions of the Harmonized System and the year from which each is in force."""


def world_trade(facts: FactBase, question: Question) -> "pd.DataFrame":
    """Imports of all countries by commodity, step and asked year.

    Columns `tonnes` [t/yr on the commodity's basis], absent where the content of a code is unknown; `unweighed`, the
    share of the value whose weight was not recorded [1]; `known`, whether the content of all codes is known; `lacking`,
    the codes of the step in that year of which no flow is held or counted, so that the tonnes are not all that crosses
    borders.
    """
    span = facts.tables["trade"].facts.span
    return facts.query(
        f"""
        with revisions as (
            select name, year, lead(year) over (order by year) as next_year
            from (select unnest($names) as name, unnest($begins) as year)
        ),
        wanted as ({CODES.format(map="supply_map")}),
        {readable("not list_contains($second, e.publisher)")},
        printed as (
            select t.hs6, t.year, t.edition, any_value(e.position) as position
            from {facts.printed("trade")} t semi join wanted using (hs6) join readable e using (edition)
            where t.year between $first and $last group by all
        ),
        chosen as (
            select hs6, year, edition from printed
            {newest("hs6, year")}
        ),
        flows as (
            select t.hs6, t.year, sum(t.value_kusd) as value_kusd,
                sum(t.quantity_t) as quantity_t,
                sum(t.value_kusd) filter (where t.quantity_t is null) as unweighed
            from trade t join readable e using (edition) left join chosen c using (hs6, year, edition)
            where c.hs6 is not null or (e.publisher = $user and t.hs6 in (select hs6 from wanted))
            group by all
        ),
        newest as (
            select a.year, max(f.year) as fact_year from (select distinct year from chosen) f,
                (select unnest($years) as year) a
            where f.year between a.year - $span and a.year group by a.year
        ),
        counted as (
            select w.commodity, w.step, n.year, n.fact_year, bool_and(w.factor is not null) as known,
                if(bool_and(w.factor is not null), sum(f.quantity_t * w.factor), null) as tonnes,
                coalesce(sum(f.unweighed), 0) / sum(f.value_kusd) as unweighed, list(w.hs6) as codes
            from newest n join flows f on f.year = n.fact_year
                join wanted w on w.hs6 = f.hs6 and f.year between w.first_year and w.last_year
            group by all
        ),
        codes as (
            select commodity, stage as step, hs6, string_split(hs_revision, '-') as span from hs_map
        ),
        in_force as (
            select c.commodity, c.step, c.hs6, f.year as from_year, coalesce(u.next_year, 9999) as before_year
            from codes c join revisions f on f.name = c.span[1] join revisions u on u.name = c.span[-1]
        )
        select c.* exclude (codes), coalesce((
            select list(i.hs6 order by i.hs6) from in_force i
            where i.commodity = c.commodity and i.step = c.step and not list_contains(c.codes, i.hs6)
                and c.fact_year >= i.from_year and c.fact_year < i.before_year
        ), []) as lacking
        from counted c order by c.commodity, c.step, c.year
        """,
        {
            **question.parameters(),
            "second": list(SECOND_TRADE),
            "user": USER,
            "span": span,
            "names": list(REVISIONS),
            "begins": list(REVISIONS.values()),
            "first": min(question.years) - span,
            "last": max(question.years),
        },
    )
