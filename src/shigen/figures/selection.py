"""Which rows answer a question: per commodity, year, edition and importer.

The chain fills its arrays from these rows and `explain` prints the same rows, so that what is shown is what was
computed. Every frame has one row a fact, with the year that was asked (`year`), the year of the figure
(`fact_year`), its edition, flag, and the number as published.

Rules for the tables that hold several editions (production, reserves, trade, governance). Prices and recycling are read
in their newest edition, which a pinned edition does not set back.

- *Edition.* "As of edition E": of the editions not later than E, the newest that reports a commodity, step and
  year gives **all** countries of it; two editions never mix inside one commodity, step and year.
- *Year.* The newest year not later than the one asked, at most `SPAN` years back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from shigen.base.errors import UserError
from shigen.figures.factbase import FactBase

if TYPE_CHECKING:
    import pandas as pd

SPAN: Final[Mapping[str, int]] = {"production": 2, "reserves": 3, "governance": 2, "trade": 1, "mines": 6}
"""How many years a figure may be carried forward when its year has none."""

DIMENSIONS: Final = 6
"""Dimensions of the Worldwide Governance Indicators; a country counts only where one edition holds all six."""

SECOND: Final[Mapping[str, str]] = {"World Mining Data": "wmd", "BGS": "bgs"}
"""Publishers of a second series of production, with its name: read only where a user asks for an edition of theirs."""

CUSTOMS: Final = "Japan Customs"
"""Publisher of imports by nine-digit code, which split some of what an HS6 code bundles; read only where asked for."""

SECOND_TRADE: Final = ("UN Comtrade", CUSTOMS)
"""Publishers of trade that is read only where a user asks for an edition of theirs."""

ASKED: Final = 1_000_000
"""Added to the position of an edition of a second series that was asked for: it comes before all others."""

SCRAP_EDITIONS: Final = ("scrreen2", "atlas")
"""Compilations of the same EU list of 2023; where they differ, the band spans both."""


@dataclass(frozen=True)
class Question:
    """What is asked of the facts: commodities, years, and for each publisher the newest edition to be used."""

    commodities: tuple[str, ...]
    years: tuple[int, ...]
    as_of: Mapping[str, float] = field(default_factory=dict)

    def parameters(self) -> dict[str, object]:
        """Values of the named parameters of the SQL below."""
        return {
            "commodities": list(self.commodities),
            "years": list(self.years),
            "publishers": list(self.as_of) or [""],
            "positions": list(self.as_of.values()) or [0.0],
        }

    def flows(self) -> dict[str, object]:
        """Values of the parameters of the SQL for flows: which editions of trade may be read."""
        limits = self.parameters()
        return {"publishers": limits["publishers"], "positions": limits["positions"], "second": list(SECOND_TRADE),
                "customs": CUSTOMS in self.as_of}  # fmt: skip


def as_of(facts: FactBase, editions: Sequence[str]) -> dict[str, float]:
    """Turn the editions that a user named into one limit a publisher."""
    publishers = [str(facts.editions[name]["publisher"]) for name in editions]
    if len(set(publishers)) < len(publishers):
        raise UserError("editions_clash", word=", ".join(editions))
    return {str(facts.editions[name]["publisher"]): float(facts.editions[name]["position"]) for name in editions}


_MAP: Final = """(
    with split as (
        select m.commodity, s.step, m.hs9 from hs9_map m join (
            select commodity, step from supply_map where variable = 'imports'
            group by all having bool_and(status = 'shared_code')
        ) s using (commodity) where $customs
    )
    select * from supply_map where variable <> 'imports' or (commodity, step) not in (select commodity, step from split)
    union all by name
    select commodity, 'imports' as variable, step, 'customs' as "table", commodity as series_commodity, hs9 as series,
        1.0 as factor, 'mass' as measure, 'applicable' as status from split
)"""
"""The map of supply; where nine-digit customs data is asked for, its codes stand in place of bundled HS6 codes."""

_FLOWS: Final = """(
    with limits as (select unnest($publishers) as publisher, unnest($positions) as upto),
    readable as (
        select edition from editions e left join limits l using (publisher)
        where if(list_contains($second, e.publisher), e.position = l.upto, l.upto is null or e.position <= l.upto)
    )
    select hs6, year, importer, exporter, value_kusd, quantity_t, edition from trade semi join readable using (edition)
    union all
    select hs9, year, importer, partner, null, sum(quantity_t), edition from customs semi join readable using (edition)
    where $customs and last_month = 12 and partner not in ('WLD', 'OTH') group by all
)"""
"""Flows of the editions that a question may read, by HS6 and, where asked for, by nine-digit code: in tonnes alone,
since their value is in yen."""

_NEWEST: Final = f"(select max(t.year) from {_FLOWS} t where t.year between a.year - $span and a.year)"
"""The newest year of flows that is not later than the one asked, `a.year`."""


def country_figures(facts: FactBase, table: str, question: Question) -> "pd.DataFrame":
    """Tonnes by country (with WLD and OTH rows) of `production` or `reserves`, mapped by `supply_map`."""
    return facts.query(
        f"""
        with wanted as (
            select commodity, step, series_commodity, series, basis as bases, coalesce(factor, 1) as factor
            from supply_map where variable = $variable and "table" = $variable
                and list_contains($commodities, commodity) and status in ('applicable', 'proxy')
            union all
            select distinct commodity, step, commodity, alike.series, null, 1.0
            from supply_map, (select unnest($second) as series) alike
            where variable = $variable and step is not null and list_contains($commodities, commodity)
                and status <> 'not_applicable'
        ), limits as (
            select unnest($publishers) as publisher, unnest($positions) as upto
        ), known as (
            select w.commodity, w.step, f.country, f.year as fact_year, f.value * w.factor as value, f.flag,
                f.edition, e.position + if(list_contains($second, f.series), {ASKED}, 0) as position,
                f.commodity as published_commodity, f.series, f.basis, f.published,
                f.published_unit, f.published_name, f.note, w.factor, e.publisher, e.file, f.place, e.sha256
            from wanted w join {table} f on f.commodity = w.series_commodity and f.series = w.series
                and (w.bases is null or list_contains(string_split(w.bases, '|'), f.basis))
                and (f.step = w.step or not list_contains($second, f.series))
            join editions e using (edition) left join limits l using (publisher)
            where l.upto is null or e.position <= l.upto
        ), newest as (
            select commodity, step, fact_year, max(position) as position from known group by all
        ), chosen as (
            select commodity, step, year, max(fact_year) as fact_year
            from newest, (select unnest($years) as year) where fact_year between year - $span and year group by all
        )
        select c.year, k.* from chosen c
            join newest n using (commodity, step, fact_year)
            join known k using (commodity, step, fact_year, position)
        order by commodity, step, year, country
        """,
        {
            **question.parameters(),
            "variable": table,
            "span": SPAN[table],
            "second": [series for publisher, series in SECOND.items() if publisher in question.as_of] or [""],
        },
    )


def stage_shares(facts: FactBase, question: Question) -> "pd.DataFrame":
    """World shares by country where a step has no tonnes (EU study); a proxy of an older period."""
    return facts.query(
        """
        select w.commodity, w.step, f.country, f.year as fact_year, f.value, f.flag, f.edition, f.period,
            f.published, '%' as published_unit, f.note, e.publisher, e.file
        from supply_map w join stage_shares f on f.commodity = w.series_commodity and f.step = w.step
            join editions e using (edition)
        where w.variable = 'stage_share' and list_contains($commodities, w.commodity) and w.status = 'proxy'
            and f.flag <> 'bound' and f.country not in ('WLD', 'OTH')
        order by all
        """,
        {"commodities": list(question.commodities)},
    )


def trade_years(
    facts: FactBase, homes: Mapping[str, Sequence[str]], as_of: Mapping[str, float] = MappingProxyType({})
) -> dict[str, list[int]]:
    """Years in which each importer (a country, or a bloc by its members) has recorded imports."""
    rows = facts.query(
        f"""
        with home as (select unnest($keys) as key, unnest($members) as member)
        select key, list(distinct year order by year) as years from home join {_FLOWS} on importer = member group by key
        """,
        {**_homes(homes), **Question((), (), as_of).flows()},
    )
    found = {str(r["key"]): [int(y) for y in r["years"]] for r in rows.to_dict("records")}
    return {key: found.get(key, []) for key in homes}


def trade_flows(
    facts: FactBase, question: Question, homes: Mapping[str, Sequence[str]], *, outward: bool = False
) -> "pd.DataFrame":
    """Flows into each home by HS6 code and partner, trade inside a bloc left out; outward: its exports.

    Columns `quantity` [t on the commodity's basis] and `value_kusd`; `quantity` is absent where the content is
    unknown or no weight was recorded.
    """
    inside, outside = ("exporter", "importer") if outward else ("importer", "exporter")
    return facts.query(
        f"""
        with home as (select unnest($keys) as key, unnest($members) as member),
        wanted as (
            select commodity, step, series as hs6, factor, status,
                coalesce(first_year, 0) as first_year, coalesce(last_year, 9999) as last_year
            from {_MAP} where variable = 'imports' and list_contains($commodities, commodity)
                and status in ('applicable', 'shared_code', 'proxy')
        ), asked as (
            select key, year, {_NEWEST} as fact_year
            from (select distinct key from home), (select unnest($years) as year) a
        )
        select a.key as home, w.commodity, w.step, a.year, t.year as fact_year, t.{outside} as country, t.hs6,
            t.value_kusd, t.quantity_t * w.factor as quantity, t.quantity_t as published, w.factor, t.edition,
            e.publisher, e.file, e.sha256
        from asked a join home h using (key)
            join {_FLOWS} t on t.{inside} = h.member and t.year = a.fact_year
            join wanted w on w.hs6 = t.hs6 and t.year between w.first_year and w.last_year
            join editions e on e.edition = t.edition
            anti join (select key as inner_key, member as inner_member from home)
                on inner_key = a.key and inner_member = t.{outside}
        qualify dense_rank() over (
            partition by t.{inside}, t.hs6, t.year
            order by e.position + if(list_contains($second, e.publisher), {ASKED}, 0) desc,
                string_split(t.edition, ' + ')[1] desc
        ) = 1
        order by home, commodity, step, year, country, hs6
        """,
        {
            "commodities": list(question.commodities),
            "years": list(question.years),
            "span": SPAN["trade"],
            **question.flows(),
            **_homes(homes),
        },
    )


def trade_known(facts: FactBase, question: Question) -> "pd.DataFrame":
    """Commodity, step and year for which the package holds flows of any importer at all."""
    return facts.query(
        f"""
        with asked as (
            select year, {_NEWEST} as fact_year
            from (select unnest($years) as year) a
        ), held as (select distinct hs6, year as fact_year from {_FLOWS})
        select distinct w.commodity, w.step, a.year, a.fact_year
        from {_MAP} w join held h on h.hs6 = w.series join asked a using (fact_year)
        where w.variable = 'imports' and list_contains($commodities, w.commodity)
            and w.status in ('applicable', 'shared_code', 'proxy')
            and a.fact_year between coalesce(w.first_year, 0) and coalesce(w.last_year, 9999)
        order by all
        """,
        {
            "commodities": list(question.commodities),
            "years": list(question.years),
            "span": SPAN["trade"],
            **question.flows(),
        },
    )


def governance(facts: FactBase, question: Question) -> "pd.DataFrame":
    """The six dimensions per country and asked year, all six of one edition."""
    return facts.query(
        """
        with limits as (select unnest($publishers) as publisher, unnest($positions) as upto),
        complete as (
            select g.edition, g.year as fact_year, e.position from governance g join editions e using (edition)
                left join limits l using (publisher)
            where l.upto is null or e.position <= l.upto
            group by all having count(distinct g.dimension) = $dimensions
        ), chosen as (
            select a.year, arg_max(struct_pack(edition, fact_year), (fact_year, position)) as pick
            from complete c, (select unnest($years) as year) a
            where fact_year between a.year - $span and a.year group by a.year
        )
        select c.year, g.year as fact_year, g.country, g.dimension, g.estimate, g.standard_error, g.edition,
            e.publisher, e.file, e.sha256, g.published_name, g.place
        from chosen c join governance g on g.edition = c.pick.edition and g.year = c.pick.fact_year
            join editions e on e.edition = g.edition
        qualify count(*) over (partition by c.year, g.country) = $dimensions
        order by c.year, g.country, g.dimension
        """,
        {
            **{k: v for k, v in question.parameters().items() if k != "commodities"},
            "span": SPAN["governance"],
            "dimensions": DIMENSIONS,
        },
    )


def governance_risk(rows: "pd.DataFrame") -> "pd.DataFrame":
    """Governance risk of each asked year and country, from the rows of `governance`.

    Columns `year, country, risk, se`: risk = 1 - (m + 2.5) / 5 [1], m the mean of the six estimates and 1 the worst;
    `se` its standard error, absent where that of a dimension is.
    """
    each = rows.assign(variance=rows["standard_error"] ** 2).groupby(["year", "country"])
    risk = (1 - (each["estimate"].mean() + 2.5) / 5).to_frame("risk")
    return risk.assign(se=each["variance"].sum(min_count=DIMENSIONS) ** 0.5 / DIMENSIONS / 5).reset_index()


def prices(facts: FactBase, question: Question, lags: int, *, role: str = "reference") -> "pd.DataFrame":
    """The reference series of each commodity over the window before each asked year, in USD per t on its basis."""
    return facts.query(
        """
        with newest as (
            select p.*, e.publisher, e.file, e.sha256 from prices p join editions e using (edition)
            qualify row_number() over (partition by commodity, series, year order by e.position desc, edition) = 1
        )
        select s.commodity, a.year, p.year as fact_year, a.year - p.year as lag, s.segment, p.value * s.factor as value,
            p.value as usd_per_t, s.factor, p.flag, p.edition, p.series, p.published, p.published_unit, p.note,
            s.label_en, s.label_ja, p.publisher, p.file, p.sha256, p.place
        from price_series s join newest p on p.commodity = s.series_commodity and p.series = s.series
                and p.year between coalesce(s.first_year, 0) and coalesce(s.last_year, 9999)
            join (select unnest($years) as year) a on p.year between a.year - $lags and a.year
        where list_contains($commodities, s.commodity) and s.role = $role and p.value is not null
        qualify $role <> 'reference'
            or row_number() over (partition by s.commodity, a.year, p.year order by s.segment) = 1
        order by s.commodity, a.year, p.year, s.segment, p.series
        """,
        {
            "commodities": list(question.commodities),
            "years": list(question.years),
            "lags": lags,
            "role": role,
        },
    )


def price_steps(facts: FactBase, question: Question) -> "pd.DataFrame":
    """Commodity and steps whose goods the reference price describes."""
    return facts.query(
        """
        select distinct commodity, unnest(string_split(steps, '|')) as step from price_series
        where role = 'reference' and list_contains($commodities, commodity) order by all
        """,
        {"commodities": list(question.commodities)},
    )


def scrap(facts: FactBase, question: Question) -> "pd.DataFrame":
    """End-of-life recycling input rate: the declared series, and the compilations that may contradict it."""
    return facts.query(
        """
        select w.commodity, r.series, r.series = w.series as declared, r.year as fact_year, r.value, r.flag, r.edition,
            r.published, r.published_unit, r.note, e.publisher, e.file, e.sha256, r.place
        from supply_map w join recycling r on r.commodity = coalesce(w.series_commodity, w.commodity)
            join editions e using (edition)
        where w.variable = 'scrap_share' and list_contains($commodities, w.commodity) and w.status = 'proxy'
            and (r.series = w.series or (list_contains($alike, w.series) and list_contains($alike, r.series)))
        qualify row_number() over (
            partition by w.commodity, r.series order by e.position desc, r.year desc, edition
        ) = 1
        order by w.commodity, r.series
        """,
        {"commodities": list(question.commodities), "alike": list(SCRAP_EDITIONS)},
    )


def companionality(facts: FactBase, question: Question) -> "pd.DataFrame":
    """Share of primary output that is won as a by-product; one structural figure a commodity."""
    return facts.query(
        """
        select c.commodity, c.year as fact_year, c.value, c.flag, c.edition, c.published, c.published_unit, c.note,
            e.publisher, e.file, e.sha256, c.place
        from companionality c join editions e using (edition) where list_contains($commodities, c.commodity)
        qualify row_number() over (partition by c.commodity order by e.position desc, c.year desc, edition) = 1
        order by c.commodity
        """,
        {"commodities": list(question.commodities)},
    )


def mines(facts: FactBase, question: Question) -> "pd.DataFrame":
    """Output of single mines in the newest year that the table holds, largest first (`rank` from 0)."""
    return facts.query(
        """
        with chosen as (
            select commodity, a.year, max(m.year) as fact_year
            from mines m, (select unnest($years) as year) a
            where list_contains($commodities, commodity) and m.year between a.year - $span and a.year group by all
        )
        select c.year, m.year as fact_year, m.commodity, m.mine, m.country, m.value, m.world, m.flag, m.edition,
            m.published, m.basis, m.note, e.publisher, e.file,
            row_number() over (partition by c.commodity, c.year order by m.value desc, m.mine, m.country) - 1 as rank
        from chosen c join mines m on m.commodity = c.commodity and m.year = c.fact_year join editions e using (edition)
        order by m.commodity, c.year, rank
        """,
        {"commodities": list(question.commodities), "years": list(question.years), "span": SPAN["mines"]},
    )


def supply_map(facts: FactBase, question: Question) -> "pd.DataFrame":
    """The rows of `supply_map` for the commodities."""
    return facts.query(
        f"select * from {_MAP} where list_contains($commodities, commodity)",
        {"commodities": list(question.commodities), "customs": CUSTOMS in question.as_of},
    )


def _homes(homes: Mapping[str, Sequence[str]]) -> dict[str, object]:
    pairs = [(key, member) for key, members in homes.items() for member in members]
    return {"keys": [key for key, _ in pairs], "members": [member for _, member in pairs]}
