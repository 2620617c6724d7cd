"""Which rows answer a question: per commodity, year, edition and importer.

The chain fills its arrays from these rows and `explain` prints the same rows, so that what is shown is what was
computed. Every frame has one row a fact, with the year that was asked (`year`), the year of the figure
(`fact_year`), its edition, flag, and the number as published.

Rules for the tables that hold several editions (production, reserves, governance; `flows` has those of trade). Prices
and recycling are read in their newest edition, which a pinned edition does not set back.

- *Edition.* "As of edition E": of the editions not later than E, the newest that reports a commodity, step and
  year gives **all** countries of it; two editions never mix inside one commodity, step and year.
- *Year.* The newest year not later than the one asked, at most the `span` of its table back.
- *Demand of home* is read by preference: the user's, a national figure, the study's.
- *The user's own.* Which block is read is settled by what publishers print, whatever a user replaced or withdrew in it
  (`FactBase.printed`). His rows of the same series and year then stand in it: a row in place of a public one, a row
  beside them, or a row without a figure where he withdrew one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from shigen.base.errors import UserError
from shigen.figures.editions import newest, readable
from shigen.figures.factbase import FactBase
from shigen.figures.supply_map import MAP, names_row

if TYPE_CHECKING:
    import pandas as pd

DIMENSIONS: Final = 6
"""Dimensions of the Worldwide Governance Indicators; a country counts only where one edition holds all six."""

SECOND: Final[Mapping[str, str]] = {"World Mining Data": "wmd", "BGS": "bgs"}
"""Publishers of a second series of production, with its name: read only where a user asks for an edition of theirs."""

CUSTOMS: Final = "Japan Customs"
"""Publisher of imports by nine-digit code, which split some of what an HS6 code bundles; read only where asked for."""

SECOND_TRADE: Final = ("UN Comtrade", CUSTOMS)
"""Publishers of trade that is read only where a user asks for an edition of theirs."""

USER: Final = "user"
"""Publisher of editions that hold a user's own figures."""

ASKED: Final = 1_000_000
"""Added to the position of an edition of a second series that was asked for: it comes before all others."""

STUDY_HOME: Final = "JPN"
"""Whose demand the study tells."""


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


def as_of(facts: FactBase, editions: Sequence[str]) -> dict[str, float]:
    """Turn the editions that a user named into one limit a publisher."""
    publishers = [str(facts.editions[name]["publisher"]) for name in editions]
    if len(set(publishers)) < len(publishers):
        raise UserError("editions_clash", word=", ".join(editions))
    return {str(facts.editions[name]["publisher"]): float(facts.editions[name]["position"]) for name in editions}


def country_figures(facts: FactBase, table: str, question: Question) -> "pd.DataFrame":
    """Tonnes by country (with WLD and OTH rows) of `production` or `reserves`, mapped by `supply_map`.

    A year that no publisher prints is read from a user's rows alone where he gives the world total of it, or where no
    publisher ever prints the step.
    """
    alike = f"""
        {names_row(facts.tables[table], "w")} and (f.step = w.step or not list_contains($second, f.series))
    """
    return facts.ask(
        f"""
        with wanted as (
            select commodity, step, series_commodity, series, basis, coalesce(factor, 1) as factor
            from supply_map where variable = $variable and "table" = $variable
                and list_contains($commodities, commodity) and status in ('applicable', 'proxy')
            union all
            select distinct commodity, step, commodity, alike.series, null, 1.0
            from supply_map, (select unnest($second) as series) alike
            where variable = $variable and step is not null and list_contains($commodities, commodity)
                and status <> 'not_applicable'
        ), {readable()}, known as (
            select w.commodity, w.step, f.country, f.year as fact_year, f.value * w.factor as value, f.flag,
                f.edition, e.position + if(list_contains($second, f.series), {ASKED}, 0) as position,
                f.commodity as published_commodity, f.series, f.basis, f.published,
                f.published_unit, f.published_name, f.note, w.factor, e.publisher, e.file, f.place, e.sha256
            from wanted w join {table} f on {alike} join readable e using (edition)
        ), printed as (
            select distinct w.commodity, w.step, f.series, f.year as fact_year,
                e.position + if(list_contains($second, f.series), {ASKED}, 0) as position
            from wanted w join {facts.printed(table)} f on {alike} join readable e using (edition)
        ), own as (
            select distinct k.commodity, k.step, k.series, k.fact_year, {ASKED} as position
            from known k anti join printed using (commodity, step, fact_year)
            where k.publisher = $user and (
                k.country = 'WLD' and k.value is not null
                or (k.commodity, k.step) not in
                    (select (w.commodity, w.step) from wanted w join {facts.printed(table)} f on {alike})
            )
        ), newest as (
            select commodity, step, fact_year, arg_max(series, (position, series)) as series, max(position) as position
            from (from printed union all from own) group by all
        ), chosen as (
            select commodity, step, year, max(fact_year) as fact_year
            from newest, (select unnest($years) as year) where fact_year between year - $span and year group by all
        )
        select c.year, k.* from chosen c
            join newest n using (commodity, step, fact_year)
            join known k on k.commodity = n.commodity and k.step = n.step and k.fact_year = n.fact_year
                and if(k.publisher = $user, k.series = n.series, k.position = n.position)
        order by k.commodity, k.step, c.year, k.country
        """,
        {
            **question.parameters(),
            "variable": table,
            "span": facts.tables[table].facts.span,
            "second": [series for publisher, series in SECOND.items() if publisher in question.as_of] or [""],
            "user": USER,
        },
    )


def stage_shares(facts: FactBase, question: Question) -> "pd.DataFrame":
    """World shares by country where a step has no tonnes (EU study); a proxy of an older period."""
    return facts.ask(
        f"""
        select w.commodity, w.step, f.country, f.year as fact_year, f.value, f.flag, f.edition, f.period,
            f.published, '%' as published_unit, f.note, e.publisher, e.file, f.commodity as published_commodity
        from supply_map w join stage_shares f on {names_row(facts.tables["stage_shares"], "w")}
            join editions e using (edition)
        where w.variable = 'stage_share' and list_contains($commodities, w.commodity) and w.status = 'proxy'
            and f.flag <> 'bound' and f.country not in ('WLD', 'OTH')
        order by all
        """,
        {"commodities": list(question.commodities)},
    )


def governance(facts: FactBase, question: Question) -> "pd.DataFrame":
    """The six dimensions per country and asked year: all six of one edition, the same for all countries.

    A user's own rows count country by country: those of the year that is read stand in the country's six; of a later
    year (or where publishers have no six of a country) they count where they are six.
    """
    return facts.ask(
        f"""
        with {readable()}, complete as (
            select g.edition, g.year as fact_year, e.position
            from {facts.printed("governance")} g join readable e using (edition)
            group by all having count(distinct g.dimension) = $dimensions
        ), chosen as (
            select a.year, arg_max(struct_pack(edition, fact_year), (fact_year, position)) as pick
            from complete c, (select unnest($years) as year) a
            where fact_year between a.year - $span and a.year group by a.year
        ), own as (
            select g.* from governance g join editions e using (edition) where e.publisher = $user
        ), whole as (
            select country, year from own where estimate is not null
            group by all having count(distinct dimension) = $dimensions
        ), public as (
            select c.year as asked, c.pick.fact_year as read, g.* from chosen c join governance g
                on g.year = c.pick.fact_year
            where g.edition = c.pick.edition or g.edition in (select edition from own)
        ), standing as (
            select * from public qualify count(estimate) over (partition by asked, country) = $dimensions
        ), later as (
            select a.year as asked, max(w.year) as fact_year, w.country
            from (select unnest($years) as year) a join whole w on w.year between a.year - $span and a.year
                left join (select distinct asked, country, read from public) p
                    on p.asked = a.year and p.country = w.country
            where p.read is null or w.year > p.read group by a.year, w.country
        ), read as (
            select asked, read as block_year, s.* exclude (asked, read)
            from standing s anti join later using (asked, country)
            union all by name
            select l.asked, coalesce(c.pick.fact_year, l.fact_year) as block_year, o.* from later l
                join own o on o.country = l.country and o.year = l.fact_year left join chosen c on c.year = l.asked
        )
        select r.asked as year, r.year as fact_year, r.block_year, r.country, r.dimension, r.estimate,
            r.standard_error, r.edition, e.publisher, e.file, e.sha256, r.published_name, r.note, r.place
        from read r join editions e using (edition)
        order by r.asked, r.country, r.dimension
        """,
        {
            **{k: v for k, v in question.parameters().items() if k != "commodities"},
            "span": facts.tables["governance"].facts.span,
            "dimensions": DIMENSIONS,
            "user": USER,
        },
    )


def governance_risk(rows: "pd.DataFrame") -> "pd.DataFrame":
    """Governance risk of each asked year and country, from the rows of `governance`.

    Columns `year, country, risk, se, se_together`: risk = 1 - (m + 2.5) / 5 [1], m the mean of the six estimates and 1
    the worst; `se` its standard error where the errors of the dimensions have nothing to do with each other,
    `se_together` where they are one and the same; absent where that of a dimension is.
    """
    each = rows.assign(variance=rows["standard_error"] ** 2).groupby(["year", "country"])
    risk = (1 - (each["estimate"].mean() + 2.5) / 5).to_frame("risk")
    errors = {"se": each["variance"].sum(min_count=DIMENSIONS) ** 0.5,
              "se_together": each["standard_error"].sum(min_count=DIMENSIONS)}  # fmt: skip
    return risk.assign(**{name: error / DIMENSIONS / 5 for name, error in errors.items()}).reset_index()


def prices(facts: FactBase, question: Question, lags: int, *, role: str = "reference") -> "pd.DataFrame":
    """The reference series of each commodity over the window before each asked year, in USD per t on its basis.

    Of several definitions the first that has a row of a year counts; where a user withdrew it, the year has no price.
    """
    return facts.ask(
        f"""
        with newest as (
            select p.*, e.publisher, e.file, e.sha256 from prices p join editions e using (edition)
            where p.value is not null or e.publisher = $user
            {newest("commodity, series, year", "e.publisher = $user desc, e.position desc, edition")}
        ), read as (
            select s.commodity, a.year, p.year as fact_year, a.year - p.year as lag, s.segment,
                p.value * s.factor as value, p.value as usd_per_t, s.factor, p.flag, p.edition, p.series, p.published,
                p.published_unit, p.note, s.label_en, s.label_ja, p.publisher, p.file, p.sha256, p.place,
                p.commodity as published_commodity
            from price_series s join newest p on p.commodity = s.series_commodity and p.series = s.series
                    and p.year between coalesce(s.first_year, 0) and coalesce(s.last_year, 9999)
                join (select unnest($years) as year) a on p.year between a.year - $lags and a.year
            where list_contains($commodities, s.commodity) and s.role = $role
            qualify $role <> 'reference'
                or row_number() over (partition by s.commodity, a.year, p.year order by s.segment) = 1
        )
        from read order by commodity, year, fact_year, segment, series
        """,
        {
            "commodities": list(question.commodities),
            "years": list(question.years),
            "lags": lags,
            "role": role,
            "user": USER,
        },
    )


def price_steps(facts: FactBase, question: Question) -> "pd.DataFrame":
    """Commodity and steps whose goods the reference price describes."""
    return facts.ask(
        """
        select distinct commodity, unnest(string_split(steps, '|')) as step from price_series
        where role = 'reference' and list_contains($commodities, commodity) order by all
        """,
        {"commodities": list(question.commodities)},
    )


def companionality(facts: FactBase, question: Question) -> "pd.DataFrame":
    """Share of primary output that is won as a by-product; one structural figure a commodity."""
    return facts.ask(
        f"""
        with {structural(facts, "companionality", "commodity")}
        select c.commodity, s.asked as year, c.year as fact_year, c.value, c.flag, c.edition, c.published,
            c.published_unit, c.note, e.publisher, e.file, e.sha256, c.place
        from standing s join companionality c using (commodity, year, edition) join editions e using (edition)
        where list_contains($commodities, c.commodity)
        order by c.commodity, s.asked
        """,
        {"commodities": list(question.commodities), "years": list(question.years), "user": USER},
    )


def substitution(facts: FactBase, question: Question) -> "pd.DataFrame":
    """Substitution index of supply risk by the EU (SI_SR); one structural figure a commodity."""
    return facts.ask(
        """
        select m.commodity, m.year as fact_year, m.substitution as value, m.flag, m.edition, m.published_name,
            m.through, m.note, e.publisher, e.file, e.sha256
        from eu_materials m join editions e using (edition)
        where list_contains($commodities, m.commodity) and m.substitution is not null
        order by m.commodity
        """,
        {"commodities": list(question.commodities)},
    )


def assessed(facts: FactBase, question: Question) -> "pd.DataFrame":
    """Commodity and steps that the EU's study assesses; both of a commodity that it does not name."""
    return facts.ask(
        """
        select c.commodity, s.step
        from (select unnest($commodities) as commodity) c, (select unnest(['ore', 'refined']) as step) s
        where (c.commodity, s.step) in (select (commodity, step) from eu_stages)
            or c.commodity not in (select commodity from eu_stages)
        order by all
        """,
        {"commodities": list(question.commodities)},
    )


def structural(facts: FactBase, table: str, series: str) -> str:
    """Return the CTEs that end in `standing`: which row of each series of a structural table serves each asked year.

    The public figure serves all years. A user's takes its place where it is of the same year, or of a later one that is
    not later than the year asked.
    """
    same = f"commodity, {series}" if series != "commodity" else "commodity"
    return f"""
        public as (
            select p.* from {facts.printed(table)} p join editions e using (edition)
            {newest(same, "e.position desc, p.year desc, edition")}
        ), own as (
            select p.* from {table} p join editions e using (edition) where e.publisher = $user
        ), standing as (
            select a.year as asked, * exclude (first) from (
                select *, true as first from own union all by name select *, false as first from public
            ) p join (select unnest($years) as year) a
                on not p.first or p.year <= a.year or (p.commodity, p.{series}, p.year) in
                    (select (commodity, {series}, year) from public)
            qualify row_number() over (partition by asked, {same} order by p.year desc, first desc) = 1
        )
    """


def home_demand(facts: FactBase, question: Question, homes: Sequence[str]) -> "pd.DataFrame":
    """What each home uses of each commodity in each asked year, in tonnes as production is counted: one row each.

    Columns `home, commodity, year, fact_year, value, low, high, kind, secondary` and what the figure rests on. `kind`
    is user, national or study, in this order: the user's own counts whatever its year; then a figure of at most `span`
    years before, a national one before the study's, and the newest of them; else the nearest in time. What was
    withheld or withdrawn is absent, and the next counts.
    """
    return facts.ask(
        f"""
        with {readable()}, known as (
            select h.* exclude (year, value_low, value_high, unit, secondary), year as fact_year,
                coalesce(value_low, value) as low, coalesce(value_high, value) as high,
                coalesce(secondary, 'unknown') as secondary, if(e.publisher = $user, 'user', 'national') as kind,
                e.publisher, e.file, e.sha256, e.position
            from home_demand h join readable e using (edition) where value is not null
            union all by name
            select $study_home as home, commodity, year as fact_year, home_demand * to_basis as value,
                home_demand * to_basis_low as low, home_demand * to_basis_high as high, secondary, 'study' as kind,
                'secondary' as flag, 'medium' as confidence, basis_en, basis_ja, s.edition,
                home_demand::bigint::varchar as published, unit as published_unit, e.publisher, e.file, e.sha256
            from study_demand s join readable e using (edition)
        )
        select a.year, k.* exclude (position), fact_year between a.year - $span and a.year as fresh
        from known k, (select unnest($years) as year) a
        where list_contains($commodities, commodity) and list_contains($homes, home)
        qualify row_number() over (partition by home, commodity, a.year order by kind = 'user' desc, fresh desc,
            fresh and kind = 'study', abs(fact_year - a.year), kind = 'study', position desc, edition) = 1
        order by home, commodity, a.year
        """,
        {**question.parameters(), "homes": list(homes), "study_home": STUDY_HOME, "user": USER,
         "span": facts.tables["home_demand"].facts.span},
    )  # fmt: skip


def mines(facts: FactBase, question: Question) -> "pd.DataFrame":
    """Output of single mines in the newest year that the table holds, largest first (`rank` from 0)."""
    return facts.ask(
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
        {
            "commodities": list(question.commodities),
            "years": list(question.years),
            "span": facts.tables["mines"].facts.span,
        },
    )


def supply_map(facts: FactBase, question: Question) -> "pd.DataFrame":
    """The rows of `supply_map` for the commodities."""
    return facts.ask(
        f"select * from {MAP} where list_contains($commodities, commodity)",
        {"commodities": list(question.commodities), "customs": CUSTOMS in question.as_of},
    )
