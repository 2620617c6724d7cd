"""Sums of the trade table over suppliers, for all importers and years at once.

`selection` gives the rows behind one study; here are sums of all rows, for methods that look at every importer. What is
summed, and with which weight for each supplier, comes as an argument: no formula of an indicator stands here.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from shigen.base.errors import UserError
from shigen.figures import selection
from shigen.figures.factbase import FactBase

if TYPE_CHECKING:
    import pandas as pd

_WANTED: Final = """
    with good as (select unnest($traded) as commodity, unnest($steps) as step),
    asked as (select unnest($years) as year),
    wanted as (
        select w.commodity, a.year, w.series as hs6, w.factor,
            bool_and(w.factor is not null) over (partition by w.commodity, a.year) as content
        from supply_map w join good using (commodity, step), asked a
        where w.variable = 'imports' and w.status = 'applicable'
            and a.year between coalesce(w.first_year, 0) and coalesce(w.last_year, 9999)
    )
"""
"""The codes of each commodity and year; `content`: that of all of them is known, so that tonnes are contained ones."""


STABILITY: Final = ["year", "fact_year", "country", "estimate", "edition"]
"""Columns of the rows of political stability."""


def years_held(facts: FactBase) -> list[int]:
    """Return the years of which publishers hold trade."""
    return [int(y) for y in facts.ask(f"select distinct year from {facts.printed('trade')} order by year")["year"]]


def editions_held(facts: FactBase) -> set[str]:
    """Return the editions of the trade table."""
    return {str(e) for e in facts.ask("select distinct edition from trade")["edition"]}


def importers_held(facts: FactBase) -> list[str]:
    """Return every country with recorded imports."""
    return [str(i) for i in facts.ask("select distinct importer from trade order by 1")["importer"]]


def goods(facts: FactBase, commodities: Sequence[str]) -> "pd.DataFrame":
    """Return the step whose trade counts for each commodity: ore where it has a code of its own, else refined.

    Columns `commodity`, `traded` (ore, refined, absent where no code is its own), `bundled` (the step whose codes
    bundle several metals), `made` (the step of production that counts), `mapped`: applicable, or what `supply_map`
    says where no code is its own (shared_code, no_data).
    """
    return facts.ask(
        """
        with asked as (select unnest($commodities) as commodity),
        traded as (
            select commodity, min(step) filter (where status = 'applicable') as traded,
                min(step) filter (where status = 'shared_code') as bundled
            from supply_map where variable = 'imports' group by commodity
        ), made as (
            select commodity, bool_or(step = 'ore' and status = 'not_applicable') as no_ore
            from supply_map where variable = 'production' group by commodity
        )
        select commodity, traded, bundled, if(coalesce(no_ore, false), 'refined', 'ore') as made,
            case when traded is not null then 'applicable'
                when bundled is not null then 'shared_code' else 'no_data' end as mapped
        from asked left join traded using (commodity) left join made using (commodity)
        """,
        {"commodities": list(commodities)},
    )


def stability_edition(
    facts: FactBase, years: Sequence[int], as_of: Mapping[str, float] = MappingProxyType({})
) -> str | None:
    """Return the edition that holds political stability for most of the years; of equals the newest; None without any.

    Each revision changes all years, so that two editions never mix in one answer. `years` are all that the facts hold,
    not those that are asked: a year alone must not score otherwise than among others. An edition that was asked for
    comes first, and of its publisher none that is later.
    """
    rows = facts.ask(
        f"""
        with limits as (select unnest($publishers) as publisher, unnest($positions) as upto)
        select g.edition from {facts.printed("governance")} g join editions e using (edition)
            left join limits l using (publisher)
        where g.dimension = 'political_stability' and list_contains($years, g.year) and g.estimate is not null
            and (l.upto is null or e.position <= l.upto)
        group by g.edition
        order by coalesce(max(e.position) = max(l.upto), false) desc, count(distinct g.year) desc, max(e.position) desc,
            g.edition
        limit 1
        """,
        {"years": list(years), "publishers": list(as_of) or [""], "positions": list(as_of.values()) or [0.0]},
    )
    return None if rows.empty else str(rows["edition"].iloc[0])


def stability_as_of(facts: FactBase, question: selection.Question) -> "pd.DataFrame":
    """Return political stability by asked year and country as `stability` does; no rows where no edition holds any."""
    edition = stability_edition(facts, years_held(facts), question.as_of)
    if edition is None:
        import pandas as pd

        return pd.DataFrame(columns=STABILITY)
    return stability(facts, edition, question.years)


def stability(facts: FactBase, edition: str, years: Sequence[int]) -> "pd.DataFrame":
    """Return political stability by asked year and country, from the edition's newest year that is not later.

    A user's estimate of that year stands in it.

    Raises
    ------
    UserError
        The edition holds no political stability at all.
    """
    estimates = facts.ask(
        """
        select g.country, g.year as fact_year, g.estimate, g.edition from governance g join editions e using (edition)
        where g.dimension = 'political_stability' and g.estimate is not null
            and (g.edition = $edition or e.publisher = $user and exists (
                from governance p where p.edition = $edition and p.year = g.year))
        """,
        {"edition": edition, "user": selection.USER},
    )
    if estimates.empty:
        raise UserError("edition_without", word=edition)
    newest = {
        year: [y for y in set(estimates["fact_year"]) if 0 <= year - y <= facts.tables["governance"].facts.span]
        for year in years
    }
    import pandas as pd

    chosen = pd.DataFrame([{"year": year, "fact_year": max(past)} for year, past in newest.items() if past])
    return estimates.merge(chosen, on="fact_year")[STABILITY] if len(chosen) else pd.DataFrame(columns=STABILITY)


def traded(facts: FactBase, goods: "pd.DataFrame", years: Sequence[int]) -> "pd.DataFrame":
    """Return commodity and year of which the table holds flows of any importer; elsewhere no flow means nothing."""
    return facts.ask(
        f"""{_WANTED}
        select distinct commodity, year from wanted semi join (select distinct hs6, year from trade) using (hs6, year)
        """,
        _own(goods, years),
    )


def weighted_sums(
    facts: FactBase,
    homes: Mapping[str, Sequence[str]],
    goods: "pd.DataFrame",
    weights: "pd.DataFrame",
    years: Sequence[int],
    bits: Mapping[str, int],
) -> "pd.DataFrame":
    """Sum the flows of each importer, year and commodity over suppliers and codes.

    Parameters
    ----------
    facts : FactBase
    homes : mapping of str to sequence of str
        Importers with the countries that are home to each; flows among them are left out.
    goods : DataFrame
        From `goods`.
    weights : DataFrame
        Columns `year`, `country` and `weight` of the supplier.
    years : sequence of int
    bits : mapping of str to int
        For each edition of trade the bit by which `sources` names it.

    Returns
    -------
    DataFrame
        `content` (mass is contained tonnes, else gross), `value` [kUSD/yr] and `mass` [t/yr] of all flows (of those
        with a recorded weight), `weighted_value` and `weighted_mass` (times the supplier's weight), `placed_value` and
        `placed_mass` (of suppliers that have one), `weighed` and `placed_weighed` [kUSD/yr]: the value of flows that
        have a mass, and a mass and a weight; `sources`, the bits of the editions.
    """
    pairs = [(key, member) for key, members in homes.items() for member in members]
    return facts.ask(
        f"""{_WANTED},
        home as (select unnest($keys) as key, unnest($members) as member, unnest($inside) as inside),
        weights as (select unnest($w_years) as year, unnest($w_countries) as country, unnest($w) as w),
        bits as (select unnest($b_editions) as edition, unnest($b) as bit),
        usable as (
            select edition, position, publisher = $user as own, bit from editions join bits using (edition)
            where not list_contains($second, publisher)
        ),
        held as (
            select hs6, year, edition, position from (select distinct hs6, year, edition from {facts.printed("trade")})
                join usable using (edition)
        ),
        ties as (select hs6, year, max(position) as position from held group by all having count(*) > 1),
        chosen as (
            select importer, hs6, year, max(edition) as edition
            from {facts.printed("trade")} join ties using (hs6, year) join usable using (edition, position) group by all
        ), flow as (
            select h.key as importer, t.year, g.commodity, g.content, t.value_kusd as value, s.w, u.bit,
                t.quantity_t * if(g.content, g.factor, 1) as mass
            from trade t join wanted g using (hs6, year) join home h on h.member = t.importer
                join usable u on u.edition = t.edition
                left join ties i using (hs6, year)
                left join chosen c using (importer, hs6, year)
                left join weights s on s.year = t.year and s.country = t.exporter
            where (u.own or i.hs6 is null or c.edition = t.edition)
                and not list_contains(h.inside, t.exporter)
        )
        select importer, year, commodity, any_value(content) as content, bit_or(bit) as sources,
            sum(value) as value, sum(mass) as mass, sum(value * w) as weighted_value, sum(mass * w) as weighted_mass,
            coalesce(sum(value) filter (where mass is not null), 0) as weighed,
            sum(value) filter (where w is not null) as placed_value,
            sum(mass) filter (where w is not null) as placed_mass,
            sum(value) filter (where w is not null and mass is not null) as placed_weighed
        from flow group by all
        """,
        {
            **_own(goods, years),
            "keys": [key for key, _ in pairs],
            "members": [member for _, member in pairs],
            "inside": [list(homes[key]) for key, _ in pairs],
            "w_years": weights["year"].tolist(),
            "w_countries": weights["country"].tolist(),
            "w": weights["weight"].tolist(),
            "b_editions": list(bits),
            "b": list(bits.values()),
            "second": list(selection.SECOND_TRADE),
            "user": selection.USER,
        },
    )


def _own(goods: "pd.DataFrame", years: Sequence[int]) -> dict[str, object]:
    """Return the parameters of `_WANTED`: commodities with a code of their own, and the step of it."""
    own = goods[goods["mapped"] == "applicable"]
    return {"traded": own["commodity"].tolist(), "steps": own["traded"].tolist(), "years": list(years)}
