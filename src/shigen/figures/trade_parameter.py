"""What the rule of the EU's list weighs a supplier's exports by: its trade parameter t, and what happened since."""

from typing import TYPE_CHECKING, Final

from shigen.figures.factbase import FactBase
from shigen.figures.selection import Question

if TYPE_CHECKING:
    import pandas as pd

MEMBER: Final = 0.8
"""Of the home itself and of members of its bloc: what the EU's study prints of its own members, and of no one else."""
MOST: Final = 1.5
"""The greatest that the study prints: the end of what is unknown."""
FREE: Final = 1.0
"""Of a supplier of which the study prints no restriction; of members of the EU, from outside: Regulation (EU) 2015/479,
Article 1 (exports are free of quantitative restrictions)."""
INSTRUMENT: Final = "export_restriction"


def printed(facts: FactBase, question: Question) -> "pd.DataFrame":
    """Return t of each supplier that the EU's study names at a step, as it stands to homes outside the EU.

    Returns
    -------
    DataFrame
        `commodity`, `step`, `country`, `value` [1], never below FREE; `edition`.
    """
    return facts.ask(
        """
        with told as (
            select commodity, step, country, trade_parameter, edition from stage_shares
            union all select commodity, step, country, trade_parameter, edition from eu_sourcing
        )
        select commodity, step, country, greatest(max(trade_parameter), $free) as value, max(edition) as edition
        from told where trade_parameter is not null and list_contains($commodities, commodity) group by all order by all
        """,
        {"commodities": list(question.commodities), "free": FREE},
    )


def restricted(facts: FactBase, question: Question) -> "pd.DataFrame":
    """Return who restricts exports of what, in each asked year, by a measure that the EU's study does not know yet.

    A measure that a source confirms, against every country, that holds at some time of the year and was not suspended
    by its end.
    """
    return facts.ask(
        """
        with known as (select max(year) as year from stage_shares), dated as (
            select *, coalesce(nullif(starts, ''), date) as since, split(coalesce(commodities, ''), ';') as several
            from measures
            where (instrument = $instrument or list_contains(split(coalesce(also, ''), ';'), $instrument))
                and confidence <> 'recalled' and coalesce(against, '') = '' and status not in ('announced', 'unclear')
        ), asked as (select unnest($years) as year), off as (
            select unnest(split(suspends, ';')) as measure, coalesce(nullif(starts, ''), date) as since, ends
            from measures where coalesce(suspends, '') <> ''
        )
        select distinct commodity, d.region as country, a.year, true as yes
        from (select unnest(several) as commodity, * exclude several from dated where coalesce(eases, '') = '') d,
            asked a, known k
        where list_contains($commodities, commodity) and left(d.since, 4)::int > k.year
            and left(d.since, 4)::int <= a.year
            and (coalesce(d.ends, '') = '' or left(d.ends, 4)::int >= a.year)
            and not exists (from off where off.measure = d.measure and left(off.since, 4)::int <= a.year
                and (coalesce(off.ends, '') = '' or left(off.ends, 4)::int > a.year))
        order by all
        """,
        {"commodities": list(question.commodities), "years": list(question.years), "instrument": INSTRUMENT},
    )
