"""Make the embedded data package from the tidy tables beside this file; the same input gives the same bytes.

`./run facts` writes into the package; `python facts/build.py FOLDER` writes elsewhere (a test compares the two).
Fails, and writes nothing, when a constraint is broken or a sum of countries misses its printed total.
"""

import hashlib
import json
import shutil
import sys
import tempfile
from pathlib import Path

import duckdb

from shigen.figures.checks import sum_problems
from shigen.figures.factbase import FactBase
from shigen.figures.schema import PACKAGE

HERE = Path(__file__).parent

FLAG = """case
    when qualifier = 'withheld' then 'withheld'
    when qualifier in ('not_available', 'blank', 'see_note', '') or qualifier like 'text:%' then 'not_available'
    when qualifier in ('greater_than', 'less_than') then 'bound'
    when qualifier = 'zero_dash' then 'zero'
    when quality = 'pdf_extract' then 'extracted'
    when quality like 'secondary%' then 'secondary'
    when qualifier = 'estimated' then 'estimated'
    when qualifier = 'exact' then 'official'
end"""

EDITION = r"""case
    when source like 'USGS Mineral Commodity Summaries %' then 'MCS ' || regexp_extract(source, 'Summaries (\d{4})', 1)
    when source like 'USGS Minerals Yearbook 2022%' then 'MYB 2022'
    when source like 'USGS Data Series 140%' then 'DS 140'
    when source like 'World Bank Commodity Price Data%' then 'Pink Sheet 2025-05'
    when source like 'IEA Critical Minerals Data Explorer%' then 'IEA CMDE 2025'
    when source like 'EU criticality assessment 2023 / SCRREEN2%' then 'SCRREEN2 2023'
    when source like 'EU CRM 2023 final report%' then 'EU CRM 2023 (atlas)'
    when source like 'European Commission (Deloitte%' then 'EU CRM 2017'
    when source like 'European Commission, Study on the critical raw materials for the EU 2023%' then 'EU CRM 2023'
    when source like 'Nassar%' then 'Nassar 2015'
    when source like '%Jasansky%' then 'Jasansky 2023'
    when source like '%IIASA%' then 'IIASA 2024'
    when source = 'shigen assumption' then 'shigen assumptions'
end"""


def country_years(file: str, step: str) -> str:
    """SQL for a table of tonnes by country and year."""
    return f"""
select commodity, country_iso3 as country, {step} as step,
    case when source like 'IEA%' then 'iea_refining' else stage end as series, year::smallint as year,
    case when {FLAG} in ('withheld', 'not_available') then null else nullif(value, '')::double end as value,
    unit, {FLAG} as flag, basis, {EDITION} as edition, nullif(value_as_published, '') as published,
    nullif(unit_as_published, '') as published_unit, nullif(country_as_published, '') as published_name,
    nullif(note, '') as note, place
from raw('{file}') where country_iso3 <> 'EUU'
order by commodity, series, basis, year, edition, country
"""


TABLES = {
    "production": country_years("production.csv", "case when stage = 'mine' then 'ore' else 'refined' end"),
    "reserves": country_years("reserves.csv", "'ore'"),
    "stage_shares": f"""
        select commodity, country_iso3 as country, step, 2020::smallint as year, share::double as value, '1' as unit,
            trade_parameter_t::double as trade_parameter,
            case when qualifier = 'less_than' then 'bound' else 'secondary' end as flag, period,
            {EDITION} as edition, share_as_published as published, nullif(note, '') as note
        from raw('stage_shares.csv') order by commodity, step, country""",
    "governance": r"""
        select country_iso3 as country, year::smallint as year, dimension, estimate::double as estimate,
            nullif(standard_error, '')::double as standard_error, nullif(n_sources, '')::double::integer as n_sources,
            regexp_extract(vintage, '^WGI \d{4} (update|revision)') as edition,
            nullif(country_name, '') as published_name, nullif(note, '') as note, place
        from raw('governance.csv') order by edition, country, year, dimension""",
    "prices": f"""
        select commodity, series, year::smallint as year,
            case when qualifier = 'not_available' then null else nullif(value_usd_per_t, '')::double end as value,
            'USD/t' as unit, case qualifier when 'exact' then 'official' else qualifier end as flag,
            {EDITION} as edition, value as published, unit as published_unit, nullif(note, '') as note, place
        from raw('prices.csv') order by commodity, series, year""",
    "recycling": f"""
        select commodity, case {EDITION} when 'SCRREEN2 2023' then 'scrreen2' when 'EU CRM 2017' then 'eu2017'
            else 'atlas' end as series, year::smallint as year, value::double / 100 as value, '1' as unit,
            'secondary' as flag, {EDITION} as edition, value as published, unit as published_unit,
            nullif(note, '') as note, place
        from raw('recycling.csv') order by commodity, series, year""",
    "companionality": f"""
        select commodity, year::smallint as year, value::double / 100 as value, '1' as unit,
            case quality when 'assumption' then 'assumption' else 'secondary' end as flag,
            {EDITION} as edition, value as published, unit as published_unit, nullif(note, '') as note, place
        from raw('companionality.csv') order by commodity""",
    "home_demand": """
        select home, commodity, year::smallint as year, nullif(value, '')::double as value,
            nullif(value_low, '')::double as value_low, nullif(value_high, '')::double as value_high, unit, secondary,
            flag, confidence, basis_en, basis_ja, edition, published, published_unit, nullif(note, '') as note, place
        from raw('home_demand.csv') order by home, commodity, year""",
    "home_scrap": """
        select home, commodity, year::smallint as year, value::double as value,
            nullif(value_low, '')::double as value_low, nullif(value_high, '')::double as value_high, unit, counts,
            whole, scrap, flag, confidence, perimeter_en, perimeter_ja, edition, published, published_unit,
            nullif(note, '') as note, place
        from raw('home_scrap.csv') order by home, commodity, year, counts""",
    "world_production": f"""
        select commodity, series, year::integer as year, value::double as value, unit, basis, {EDITION} as edition,
            place
        from raw('world_production.csv') order by commodity, series, year""",
    "mines": f"""
        with world as (
            select commodity, year, arg_max(value::double, source) as world from raw('world_totals.csv') group by all
        )
        select commodity, mine, country_iso3 as country, year::smallint as year, value::double as value, unit, world,
            'secondary' as flag, basis, {EDITION} as edition, value as published, nullif(note, '') as note
        from raw('mines.csv') left join world using (commodity, year) order by commodity, mine, country, year""",
    # Nine-digit customs data is brought by the user: the package holds the empty table.
    "customs": """
        select ''::varchar as importer, ''::varchar as partner, ''::varchar as hs9, 0::smallint as year,
            0::double as value_kjpy, 0::double as quantity_t, 0::double as unit1_quantity, ''::varchar as unit1,
            0::smallint as last_month, ''::varchar as edition, ''::varchar as flag, ''::varchar as published_code,
            ''::varchar as note, ''::varchar as place where false""",
    # One dataset a code and year: HS92 where the code still has flows there in the newest year, else HS17 or HS02;
    # trade_choice.csv holds the exceptions. Datasets are the same trade in other nomenclatures: never added.
    "trade": f"""
        with flows as (select * from read_parquet('{HERE}/trade.parquet')),
        newest as (select hs6, max(year) as year from flows where dataset = 'baci_hs92' group by hs6),
        choice as (
            select f.hs6, f.year, coalesce(any_value(c.dataset), arg_min(f.dataset, case f.dataset
                when 'baci_hs92' then case when any_year.hs6 is null then 9 else 0 end
                when 'baci_hs17' then 1 when 'baci_hs17_main' then 2 else 3 end)) as dataset
            from (select distinct hs6, year, dataset from flows) f
            left join (select hs6 from newest where year = (select max(year) from flows)) any_year using (hs6)
            left join read_csv('{HERE}/trade_choice.csv', all_varchar=true) c
                on c.hs6 = f.hs6 and c.year::int = f.year
            group by f.hs6, f.year
        )
        select hs6, year::smallint as year, importer_iso3 as importer, exporter_iso3 as exporter, value_kusd,
            quantity_t, case dataset when 'baci_hs92' then 'BACI V202601 HS92' when 'baci_hs17' then 'BACI V202601 HS17'
                when 'baci_hs17_main' then 'BACI V202601 HS17 main flows'
                else 'BACI V202601 HS02 main flows' end as edition
        from flows join choice using (hs6, year, dataset) where importer_iso3 <> exporter_iso3
        order by hs6, year, importer, exporter""",
}

COPIED = (
    "commodities",
    "editions",
    "supply_map",
    "price_series",
    "hs_map",
    "candidates",
    "study_demand",
    "type_policy",
    "indicator_policy",
    "lever_defaults",
    "disruption_parameters",
    "element_forms",
    "measure_forms",
    "projects",
    "sites",
    "home_feed",
    "smelter_feed",
    "stocks",
    "sum_exceptions",
    "trade_totals",
    "split_error",
    "forecast_states",
    "hs9_map",
    "hs_concordance",
    "country_names",
    "critical_lists",
    "list_titles",
    "demand_uses",
    "demand_scenarios",
    "demand_inputs",
    "demand_gaps",
    "demand_differences",
    "demand_elsewhere",
    "elements",
    "screening",
    "policy_instruments",
    "measures",
    "policy_events",
    "supply_events",
    "replays",
    "replay_outcomes",
    "edition_dates",
    "policy_matrix",
    "documents",
    "tech_trends",
    "transitions",
    "power_devices",
    "recycling_flows",
    "unit_intensities",
    "jogmec_shares",
    "study_minerals",
    "study_types",
    "eu_materials",
    "eu_stages",
    "eu_sourcing",
)


def build(folder: Path) -> None:
    """Write the whole package into an empty folder."""
    connection = duckdb.connect(config={"threads": 1})
    connection.execute(
        "create macro raw(file) as table select *, "
        "'facts/' || file || ', line ' || (row_number() over () + 1) as place "
        f"from read_csv('{HERE}/' || file, all_varchar=true, header=true, nullstr='\x01', quote='\"')"
    )
    for name, sql in TABLES.items():
        connection.execute(f"copy ({sql}) to '{folder / name}.parquet' (format parquet, compression zstd)")
    for name in COPIED:
        shutil.copyfile(HERE / f"{name}.csv", folder / f"{name}.csv")
    shutil.copyfile(HERE / "country_codes.csv", folder / "countries.csv")
    connection.execute(
        "copy (select 'EU27' as bloc, 'European Union (27)' as name_en, '欧州連合（27か国）' as name_ja, "
        "iso3 as member from raw('country_codes.csv') where eu27 = '1' and length(iso2) = 2 order by iso3) "
        f"to '{folder}/blocs.csv' (header true)"
    )
    package = json.loads((HERE / "schema.json").read_text("utf-8"))
    for resource in package["resources"]:
        content = (folder / resource["path"]).read_bytes()
        resource["hash"] = f"sha256:{hashlib.sha256(content).hexdigest()}"
        resource["bytes"] = len(content)
    (folder / "datapackage.json").write_text(json.dumps(package, ensure_ascii=False, indent=1) + "\n", "utf-8")


def main(target: Path) -> None:
    """Build beside the target, check, then put it in place."""
    with tempfile.TemporaryDirectory(dir=target.parent) as name:
        folder = Path(name)
        build(folder)
        facts = FactBase(folder)
        problems = [error.message("en") for error in facts.check() + sum_problems(facts, facts.editions)]
        facts.connection.close()
        if problems:
            print("\n".join(problems), file=sys.stderr)
            sys.exit(1)
        target.mkdir(exist_ok=True)
        for file in sorted(folder.iterdir()):
            file.replace(target / file.name)
    print(f"{len(list(target.iterdir()))} files, {sum(f.stat().st_size for f in target.iterdir()) / 1e6:.1f} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else PACKAGE)
