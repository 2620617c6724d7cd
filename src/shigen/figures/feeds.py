"""Which countries feed home's refineries with intermediates that no trade code tells apart."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shigen.figures.editions import readable
from shigen.figures.factbase import FactBase
from shigen.figures.selection import Question

if TYPE_CHECKING:
    import pandas as pd


def home_feed(facts: FactBase, question: Question, homes: Sequence[str]) -> "pd.DataFrame":
    """Return what share of each home's output of a step is fed from which country: one row each and asked year.

    Columns `home, commodity, step, country, year, fact_year, value` and what the figure rests on. How plants are fed
    is structural: the year nearest to the asked one counts.
    """
    return facts.ask(
        f"""
        with {readable()}
        select a.year, h.* exclude (year, share, fed_by), h.year as fact_year, h.share as value, h.fed_by as country,
            h.home as made_in, e.publisher, e.file, e.sha256
        from home_feed h join readable e using (edition), (select unnest($years) as year) a
        where list_contains($commodities, commodity) and list_contains($homes, home)
        qualify abs(h.year - a.year) = min(abs(h.year - a.year)) over (partition by home, commodity, step, a.year)
        order by home, commodity, step, country, a.year
        """,
        {**question.parameters(), "homes": list(homes)},
    )
