"""What home regenerates from scrap: its own figure before the EU's, which stands in with its measured spread.

The headline counts old and purchased scrap of a stated perimeter. Scrap that circles inside one industry, or a figure
that is not of home alone, stands beside it and is no supply.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from shigen.base.i18n import LANGS, text
from shigen.figures.factbase import FactBase
from shigen.figures.rows import of_facts
from shigen.figures.selection import USER, Question, structural
from shigen.figures.supply_map import Reasons

if TYPE_CHECKING:
    import pandas as pd

OF_EU: Final = "EU27"
"""Whose own figure the EU's rates are."""
ENDS: Final = (0.1, 0.9)
"""Quantiles of the differences between home's figures and the EU's, between which a proxy is taken to be right."""


SCRAP_EDITIONS: Final = ("scrreen2", "atlas")
"""Compilations of the same EU list of 2023; where they differ, the band spans both."""


@dataclass(frozen=True)
class Spread:
    """How far home's own figures lie from the EU's where both are known: own less the EU's [1]."""

    count: int
    low: float
    median: float
    high: float


def eu_rates(facts: FactBase, question: Question) -> "pd.DataFrame":
    """End-of-life recycling input rate: the declared series, and the compilations that may contradict it."""
    return facts.ask(
        f"""
        with wanted as (
            select commodity, coalesce(series_commodity, commodity) as series_commodity, series from supply_map
            where variable = 'scrap_share' and list_contains($commodities, commodity)
                and status in ('applicable', 'proxy')
        ), {structural(facts, "recycling", "series")}
        select w.commodity, s.asked as year, r.series, r.series = w.series as declared, r.year as fact_year, r.value,
            r.flag, r.edition, r.published, r.published_unit, r.note, e.publisher, e.file, e.sha256, r.place,
            r.commodity as published_commodity
        from wanted w join standing s on s.commodity = w.series_commodity
                and (s.series = w.series or (list_contains($alike, w.series) and list_contains($alike, s.series)))
            join recycling r on r.commodity = s.commodity and r.series = s.series and r.year = s.year
                and r.edition = s.edition
            join editions e on e.edition = r.edition
        order by w.commodity, s.asked, r.series
        """,
        {
            "commodities": list(question.commodities),
            "years": list(question.years),
            "alike": list(SCRAP_EDITIONS),
            "user": USER,
        },
    )


def home_figures(facts: FactBase, question: Question, homes: Sequence[str]) -> "pd.DataFrame":
    """Every figure of some homes, for each asked year, the newest first.

    `chosen` marks the headline: of those that are supply, the newest that is not later than the year, else the nearest;
    `low` and `high` are its own range.
    """
    return facts.ask(
        """
        with known as (
            select h.* exclude (year), h.year as fact_year, coalesce(value_low, value) as low,
                coalesce(value_high, value) as high, e.publisher, e.file, e.sha256, e.position
            from home_scrap h join editions e using (edition)
            where list_contains($homes, home) and list_contains($commodities, commodity)
        )
        select a.year, k.*, counts = 'supply' and row_number() over (
            partition by home, commodity, counts, a.year
            order by fact_year > a.year, abs(fact_year - a.year), position desc, edition) = 1 as chosen
        from known k, (select unnest($years) as year) a
        order by home, commodity, a.year, chosen desc, fact_year desc, counts
        """,
        {"homes": list(homes), "commodities": list(question.commodities), "years": list(question.years)},
    )


@of_facts
def proxy_spread(facts: FactBase) -> Spread:
    """Return how far the EU's rate is from home's own figure, over all homes and commodities where both are held."""
    keys = facts.ask("select distinct home, commodity from home_scrap where counts = 'supply' order by all")
    year = int(facts.ask("select coalesce(max(year), 0) as year from home_scrap")["year"].item())
    question = Question(tuple(keys["commodity"].unique()), (year,))
    own = home_figures(facts, question, list(keys["home"].unique()))
    eu = eu_rates(facts, question)
    both = own[own["chosen"] & (own["whole"] == "yes")].merge(eu[eu["declared"]], on="commodity", suffixes=("", "_eu"))
    gap = both["value"] - both["value_eu"]
    if gap.empty:  # facts set back to a day before any such figure
        return Spread(0, 0.0, 0.0, 0.0)
    low, high = (float(gap.quantile(end)) for end in ENDS)
    return Spread(len(gap), low, float(gap.median()), high)


def of_homes(facts: FactBase, question: Question, homes: Sequence[str]) -> "pd.DataFrame":
    """Regenerated share of supply of each home, commodity and asked year: one row each.

    Columns `home, commodity, year, fact_year, value, low, high, kind, edition`. `kind` is user, national (or partial,
    where one maker or one use stands for the country) or proxy, in this order. The band of home's own figure is that
    figure's range; of a proxy, what its compilations state, widened by `proxy_spread` to both sides.
    """
    import pandas as pd

    eu = eu_rates(facts, question)
    by = ["commodity", "year"]
    told = eu[eu["declared"]].merge(
        eu.groupby(by, as_index=False).agg(low=("value", "min"), high=("value", "max")), on=by
    )
    every = (
        pd.concat([told.assign(home=home) for home in homes], ignore_index=True) if len(told) else told.assign(home="")
    )
    every["kind"] = "proxy"
    every.loc[every["home"] == OF_EU, "kind"] = "national"
    # A rate that the user withdrew says nothing against home's own figure.
    every.loc[(every["publisher"] == USER) & every["value"].notna(), "kind"] = "user"
    figures = home_figures(facts, question, homes)
    own = figures[figures["chosen"]]
    own = own.assign(kind=own["whole"].map({"yes": "national", "no": "partial"}))
    keys = ["home", *by]
    first = every[every["kind"] == "user"][keys]
    own = own.merge(first.assign(given=True), how="left", on=keys)
    own = own[own["given"].isna()]
    every = every.merge(own[keys].assign(given=True), how="left", on=keys)
    every = every[every["given"].isna()]
    columns = [*keys, "fact_year", "value", "low", "high", "kind", "edition"]
    rows = pd.concat([part[columns] for part in (own, every) if len(part)] or [every[columns]], ignore_index=True)
    spread, stands_in = proxy_spread(facts), rows["kind"] == "proxy"
    rows.loc[stands_in, "low"] = (rows["low"] + min(spread.low, 0.0)).clip(lower=0.0)
    rows.loc[stands_in, "high"] = (rows["high"] + max(spread.high, 0.0)).clip(upper=1.0)
    return rows.sort_values(keys, ignore_index=True)


def perimeters(facts: FactBase, question: Question, homes: Sequence[str]) -> Reasons:
    """Return what home's own headline counts, by commodity, `scrap_share` and home: of the newest asked year."""
    figures = home_figures(facts, Question(question.commodities, question.years[-1:], question.as_of), homes)
    return {
        (row["commodity"], "scrap_share", row["home"]): {
            lang: ("" if row["whole"] == "yes" else text("regeneration.partial", lang)) + row[f"perimeter_{lang}"]
            for lang in LANGS
        }
        for row in figures[figures["chosen"]].to_dict("records")
    }
