"""Which flows of trade answer a question: per importer, commodity, step and year.

- *Year.* The newest year of which publishers hold any flow, not later than the one asked, at most the `span` of the
  table back.
- *Source.* Publishers count differently (at the border of the importer or of the exporter; as reported or reconciled).
  So one publisher gives **all** codes and partners of an importer's commodity, step and year, or none of them: the one
  whose edition was asked for, else BACI. Of its releases the newest that holds a code and year counts for it.
- *The user's own.* The source is settled by what publishers print. A user's flow of the year that is read then stands
  in place of the public one of that importer, partner and code, or beside all of them.
- *Unseen.* A flow without a country, or without the measure of its step, stays: `OTH`, or an absent value or quantity.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from shigen.figures.editions import newest, readable
from shigen.figures.factbase import FactBase
from shigen.figures.selection import ASKED, CUSTOMS, SECOND_TRADE, USER, Question
from shigen.figures.supply_map import CODES, MAP

if TYPE_CHECKING:
    import pandas as pd


_READABLE: Final = f"""
    {readable("(not list_contains($second, e.publisher) or e.position = l.upto)")}, nine as (
        select hs9 as hs6, year, importer, partner as exporter, null::double as value_kusd,
            sum(quantity_t) as quantity_t, edition, 'customs' as held_in
        from customs semi join readable using (edition)
        where $customs and last_month = 12 and partner <> 'WLD' group by all
    )
"""
"""The editions of trade that a question may read, and the flows by nine-digit code where those are asked for: in tonnes
alone, since their value is in yen."""


def _read(facts: FactBase) -> str:
    """SQL of the CTEs behind an answer.

    `wanted`: codes by commodity and step; `asked`: each asked year with the one that is read, the newest one of which
    publishers hold any flow; `printed` and `seen`: the flows of these, as publishers hold them, and as they are with
    the user's.
    """
    held = """
        select t.*, r.publisher, r.position
        from (select * from {table} union all by name select * from nine) t join readable r using (edition)
        where t.hs6 in (select hs6 from wanted) and t.year in (select fact_year from asked)
    """
    return f"""
        wanted as materialized ({CODES.format(map=MAP)}), {_READABLE}, every as (
            select year from {facts.printed("trade")} semi join readable using (edition) union select year from nine
        ), asked as materialized (
            select a.year, max(t.year) as fact_year from (select unnest($years) as year) a
                join every t on t.year between a.year - $span and a.year group by a.year
        ), printed as materialized ({held.format(table=facts.printed("trade"))}
        ), seen as ({"from printed" if facts.printed("trade") == "trade" else held.format(table="trade")})
    """


def trade_years(
    facts: FactBase, homes: Mapping[str, Sequence[str]], as_of: Mapping[str, float] = MappingProxyType({})
) -> dict[str, list[int]]:
    """Years in which each importer (a country, or a bloc by its members) has recorded imports.

    Those that publishers hold; a user's own where they hold none of the importer.
    """
    rows = facts.ask(
        f"""
        with home as (select unnest($keys) as key, unnest($members) as member), {_READABLE}
        select key, list(distinct year order by year) filter (where publisher <> $user) as years,
            list(distinct year order by year) as own
        from home
            join (select * from trade union all by name select * from nine) on importer = member
            join readable using (edition)
        group by key
        """,
        {**_homes(homes), **_parameters(Question((), (), as_of)), "user": USER},
    )
    by_key = {str(r["key"]): r["own"] if r["years"] is None else r["years"] for r in rows.to_dict("records")}
    return {key: [int(year) for year in by_key.get(key, [])] for key in homes}


def reached(facts: FactBase, recorded: Sequence[int], year: int) -> bool:
    """Return whether imports of a year are answered from the years that are recorded, the oldest first."""
    return recorded[0] <= year <= recorded[-1] + facts.tables["trade"].facts.span


def importers(facts: FactBase, homes: Mapping[str, Sequence[str]], year: int | None = None) -> list[str]:
    """Return the importers that have figures: of a year, or of any where none is named."""
    return [key for key, recorded in trade_years(facts, homes).items()
            if recorded and (year is None or reached(facts, recorded, year))]  # fmt: skip


def trade_flows(
    facts: FactBase, question: Question, homes: Mapping[str, Sequence[str]], *, outward: bool = False
) -> "pd.DataFrame":
    """Flows into each home by HS6 code and partner, trade inside a bloc left out; outward: its exports.

    Columns `quantity` [t on the commodity's basis] and `value_kusd`; `quantity` is absent where the content is
    unknown or no weight was recorded. A flow that a user withdrew has neither. `country` OTH: no country is named.
    `content` [t/t] is the known one or the central one of an assumed range; `unit_kusd` [kUSD/t of goods] is the mean
    of all flows of the code and year that have both value and weight, absent where none has.
    `held_in` is the table that holds the flow.
    """
    inside, outside = ("exporter", "importer") if outward else ("importer", "exporter")
    return facts.ask(
        f"""
        with home as (select unnest($keys) as key, unnest($members) as member), {_read(facts)},
        counted as (
            select t.importer, w.commodity, w.step, w.status, w.factor, t.hs6, t.year, t.edition, t.publisher,
                t.position + if(list_contains($second, t.publisher), {ASKED}, 0) as position
            from printed t join wanted w on w.hs6 = t.hs6 and t.year between w.first_year and w.last_year
            where $outward or t.importer in (select member from home)
        ), source as (
            select importer, commodity, step, year, arg_max(publisher, (position, publisher)) as publisher
            from counted group by all
        ), release as (
            select publisher, hs6, year, max(position) as position from printed group by all
        ), chosen as (
            select c.importer, c.commodity, c.step, c.hs6, c.year, max(c.edition) as edition
            from counted c semi join source using (importer, commodity, step, year, publisher)
                join release r on r.publisher = c.publisher and r.hs6 = c.hs6 and r.year = c.year
                    and c.position = r.position + if(list_contains($second, c.publisher), {ASKED}, 0)
            group by all
        ), rated as (
            select hs6, year, sum(value_kusd) / sum(quantity_t) as unit_kusd from printed
                where value_kusd > 0 and quantity_t > 0 group by all
        ), own as (
            select distinct t.importer, w.commodity, w.step, t.hs6, t.year, t.edition
            from seen t join wanted w on w.hs6 = t.hs6 and t.year between w.first_year and w.last_year
            where t.publisher = $user
        )
        select h.key as home, w.commodity, w.step, w.status, a.year, t.year as fact_year, t.{outside} as country, t.hs6,
            t.value_kusd, t.quantity_t * w.factor as quantity, t.quantity_t as published, w.factor, w.content,
            u.unit_kusd, t.edition, e.publisher, e.file, e.sha256, coalesce(t.held_in, 'trade') as held_in
        from asked a cross join home h
            join seen t on t.{inside} = h.member and t.year = a.fact_year
            join wanted w on w.hs6 = t.hs6 and t.year between w.first_year and w.last_year
            join (from chosen union all from own) c on c.importer = t.importer and c.commodity = w.commodity
                and c.step = w.step and c.hs6 = t.hs6 and c.year = t.year and c.edition = t.edition
            join editions e on e.edition = t.edition
            left join rated u on u.hs6 = t.hs6 and u.year = t.year
            anti join (select key as inner_key, member as inner_member from home)
                on inner_key = h.key and inner_member = t.{outside}
        order by home, w.commodity, w.step, a.year, country, t.hs6
        """,
        {
            "commodities": list(question.commodities),
            "years": list(question.years),
            "span": facts.tables["trade"].facts.span,
            "outward": outward,
            "user": USER,
            **_parameters(question),
            **_homes(homes),
        },
    )


def trade_known(facts: FactBase, question: Question) -> "pd.DataFrame":
    """Commodity, step and year for which the facts hold flows of any importer at all."""
    return facts.ask(
        f"""
        with {_read(facts)}, held as (select distinct hs6, year as fact_year from seen)
        select distinct w.commodity, w.step, a.year, a.fact_year
        from wanted w join held h using (hs6) join asked a using (fact_year)
        where a.fact_year between w.first_year and w.last_year
        order by all
        """,
        {
            "commodities": list(question.commodities),
            "years": list(question.years),
            "span": facts.tables["trade"].facts.span,
            **_parameters(question),
        },
    )


def _parameters(question: Question) -> dict[str, object]:
    """Values of the parameters of `_flows`: which editions of trade may be read."""
    limits = question.parameters()
    return {"publishers": limits["publishers"], "positions": limits["positions"], "second": list(SECOND_TRADE),
            "customs": CUSTOMS in question.as_of}  # fmt: skip


def code_flows(facts: FactBase, question: Question, code: str) -> "pd.DataFrame":
    """Return the flows of one HS6 code between all countries, of whichever mineral it is.

    Columns `country` (the exporter), `home` (the importer), `year`, `value_kusd`, `tonnes` of goods, `edition`,
    `publisher`. Of the newest year that holds any of it, not later than the first asked and at most the span back; a
    user's flow stands in place of the public one. A missing weight is the value over the mean value of the code.
    """
    return facts.ask(
        f"""
        with {readable("(not list_contains($second, e.publisher) or e.position = l.upto)")}, flow as (
            select t.*, e.publisher, e.position from trade t join readable e using (edition)
            where t.hs6 = $code and t.year between $year - $span and $year
            {newest("t.year, t.importer, t.exporter", "e.position desc, t.edition desc")}
        ), late as (from flow where year = (select max(year) from flow)), rated as (
            select sum(value_kusd) / sum(quantity_t) as unit_kusd from late where value_kusd > 0 and quantity_t > 0
        )
        select exporter as country, importer as home, year, value_kusd,
            coalesce(quantity_t, value_kusd / (select unit_kusd from rated)) as tonnes, edition, publisher
        from late where exporter <> importer and exporter not in ('WLD', 'OTH') and importer not in ('WLD', 'OTH')
        order by importer, exporter
        """,
        {"code": code, "year": question.years[0], "span": facts.tables["trade"].facts.span,
         "second": list(SECOND_TRADE), "publishers": list(question.as_of) or [""],
         "positions": list(question.as_of.values()) or [0.0]},
    )  # fmt: skip


def _homes(homes: Mapping[str, Sequence[str]]) -> dict[str, object]:
    pairs = [(key, member) for key, members in homes.items() for member in members]
    return {"keys": [key for key, _ in pairs], "members": [member for _, member in pairs]}
