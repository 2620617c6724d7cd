"""The store of a BACI release and the index of all imports in it."""

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

import shigen
from shigen.base.errors import UserError
from shigen.figures import selection
from shigen.figures.factbase import FactBase
from shigen.figures.selection import Question
from shigen.figures.trade import governance_by_year, index_trade, store_baci
from shigen.figures.trade_store import CELL
from shigen.model.evaluate import evaluate
from shigen.model.variables import MAPS

CODES = """country_code,country_name,country_iso2,country_iso3
56,Belgium,BE,BEL
58,Belgium-Luxembourg (...1998),BE,BEL
156,China,CN,CHN
180,Dem. Rep. of the Congo,CD,COD
392,Japan,JP,JPN
490,"Other Asia, nes",,S19
516,Namibia,,NAM
697,"Europe EFTA, nes",,R20
699,India,IN,IND
842,USA,US,USA
"""
# Japan's 282200: China 60, USA 30, India 10, Namibia 100 kUSD, and an area that is no country.
ROWS = """t,i,j,k,v,q
2022,156,392,282200,60,6
2022,490,392,811292,5,           NA
2022,516,392,282200,    100.000,
2022,697,392,282200,77,1
2022,699,392,282200,10,1
2022,842,392,050800,4,0.5
2022,842,697,282200,44,5
2022,842,392,282200,30,3
"""
GOVERNANCE = pd.DataFrame(
    {"year": [2022] * 3, "country": ["CHN", "USA", "IND"], "governance": [0.6, 0.3, 0.5]}
)  # Namibia has none


def release(folder: Path, years: dict[int, str] | None = None, codes: str = CODES) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "country_codes_V202601.csv").write_text(codes, "utf-8")
    for year, rows in (years or {2022: ROWS}).items():
        (folder / f"BACI_HS17_Y{year}_V202601.csv").write_text(rows, "utf-8")
    return folder


def year_of(year: int) -> str:
    return ROWS.replace("2022,", f"{year},")


def read(path: Path) -> pd.DataFrame:
    return duckdb.sql(f"select * from '{path}'").df()


def cell(path: Path, hs6: str, importer: str = "JPN") -> dict[str, float]:
    rows = read(path)
    (found,) = rows[(rows["hs6"] == hs6) & (rows["importer"] == importer)].to_dict("records")
    return {str(k): v for k, v in found.items()}


def message(act: Callable[[], object]) -> str:
    with pytest.raises(UserError) as caught:
        act()
    return caught.value.message("en")


def test_store_is_sorted_and_keeps_zeros_absent_weights_and_codes_that_are_not_iso(tmp_path: Path) -> None:
    (path,) = store_baci(release(tmp_path / "baci"), tmp_path / "out")
    rows = read(path)
    assert path.name == "trade_2022.parquet"
    assert list(rows) == ["year", "hs6", "importer", "exporter", "value_kusd", "quantity_t", "cell"]
    assert list(zip(rows["hs6"], rows["exporter"], rows["value_kusd"], strict=True)) == [
        ("050800", "USA", 4), ("282200", "CHN", 60), ("282200", "IND", 10), ("282200", "NAM", 100),
        ("282200", "OTH", 77), ("282200", "USA", 30), ("811292", "TWN", 5),
    ]  # fmt: skip
    assert list(rows["quantity_t"].isna()) == [False, False, False, True, False, False, True]


def test_index_of_a_napkin(tmp_path: Path) -> None:
    store_baci(release(tmp_path / "baci"), tmp_path / "out")
    (path,) = index_trade(tmp_path / "out", tmp_path / "out", GOVERNANCE)
    # 200 kUSD from four countries; the area that is none is left out. Shares 0.3, 0.15, 0.05, 0.5.
    found = cell(path, "282200")
    assert found["value_kusd"] == 200
    assert found["partners"] == 4
    assert found["import_hhi"] == pytest.approx(0.09 + 0.0225 + 0.0025 + 0.25)
    # Σ m·g over China, USA and India, whose shares are made to add up to one: (60·0.6 + 30·0.3 + 10·0.5) / 100.
    assert found["governance_risk"] == pytest.approx(0.5)
    assert found["covered_share"] == 0.5
    assert found["top1_share"] == 0.5
    assert found["largest_kusd"] == 100
    assert found["top3_share"] == pytest.approx(0.95)
    # A single partner without a figure: all of it, and no governance.
    alone = cell(path, "811292")
    assert (alone["partners"], alone["import_hhi"], alone["top3_share"], alone["covered_share"]) == (1, 1, 1, 0)
    assert np.isnan(alone["governance_risk"])


def test_index_equals_the_indicators_on_every_shared_cell(tmp_path: Path, facts: FactBase) -> None:
    years, importers = (2012, 2020, 2024), ["JPN", "DEU", "USA", "KOR", "IND", "CHN", "FRA", "ZAF", "BRA", "MLT", "CHE"]
    for year in years:
        facts.connection.execute(
            f"copy (select year, hs6, importer, exporter, value_kusd, quantity_t, {CELL} as cell from trade "
            f"where year = {year} order by hs6, importer, exporter) to '{tmp_path}/trade_{year}.parquet'"
        )
    index_trade(tmp_path, tmp_path, governance_by_year(facts, years))
    index = read(tmp_path / "index_*.parquet").set_index(["year", "importer", "hs6"])

    chain = shigen.load(importers, years=years, basis="imports_only")
    chain = chain.assign(by_mass=chain["by_mass"] & False)
    keys = {
        "import_concentration": "import_hhi",
        "ore_import_governance": "governance_risk",
        "refined_import_governance": "governance_risk",
    }
    raw, estimated = evaluate(chain, list(keys))["raw"], chain["imports_estimated"].sum("country")
    codes = selection.supply_map(facts, Question(tuple(map(str, chain["commodity"].values)), years))
    codes = codes[(codes["variable"] == "imports") & codes["status"].isin(["applicable", "shared_code", "proxy"])]
    no_ore = chain["production_map"].sel(step="ore") == MAPS.index("not_applicable")
    compared = dict.fromkeys(keys, 0)
    for indicator, column in keys.items():
        for commodity in map(str, chain["commodity"].values):
            step = "ore" if indicator.startswith("ore") else "refined"
            if indicator == "import_concentration" and not bool(no_ore.sel(commodity=commodity).all()):
                step = "ore"
            for year in years:
                mapped = codes[
                    (codes["commodity"] == commodity) & (codes["step"] == step)
                    & (codes["first_year"].fillna(0) <= year) & (codes["last_year"].fillna(9999) >= year)
                ]["series"].unique()  # fmt: skip
                if len(mapped) != 1:  # a step of several codes is no cell of the index
                    continue
                for importer in importers:
                    figure = float(raw.sel(indicator=indicator, commodity=commodity, year=year, importer=importer))
                    at = {"commodity": commodity, "step": step, "year": year, "importer": importer}
                    if np.isnan(figure) or float(estimated.sel(at)) > 0:  # the index counts recorded flows alone
                        continue
                    assert index.loc[(year, importer, mapped[0]), column] == pytest.approx(figure, rel=0, abs=1e-12)
                    compared[indicator] += 1
    assert all(count > 60 for count in compared.values()), compared


def test_a_run_that_was_cut_off_goes_on_where_it_stopped(tmp_path: Path) -> None:
    source = release(tmp_path / "baci", {year: year_of(year) for year in (2020, 2021, 2022)})
    out = tmp_path / "out"

    def stop(year: int, done: int, of: int) -> None:
        assert of == 3
        if done == 2:
            raise KeyboardInterrupt

    for work in (
        lambda tell: store_baci(source, out, tell=tell),
        lambda tell: index_trade(out, out, GOVERNANCE, tell=tell),
    ):
        before = set(out.glob("*.parquet"))
        with pytest.raises(KeyboardInterrupt):
            work(stop)
        first = {p: p.stat().st_mtime_ns for p in set(out.glob("*.parquet")) - before}
        # Years of the index are made two at once: the third may have been under way, and is then whole.
        assert sorted(p.name[-12:] for p in first)[:2] == ["2020.parquet", "2021.parquet"]
        assert all(len(read(path)) for path in first)
        assert not list(out.glob(".making-*"))
        told: list[tuple[int, int, int]] = []
        paths = work(lambda *step, told=told: told.append(step))
        assert told == [(2020, 1, 3), (2021, 2, 3), (2022, 3, 3)]
        assert {p: p.stat().st_mtime_ns for p in first} == first
        assert all(len(read(path)) for path in paths)


def test_a_year_is_made_anew_only_when_its_file_or_governance_changed(tmp_path: Path) -> None:
    source = release(tmp_path / "baci", {year: year_of(year) for year in (2021, 2022)})
    out = tmp_path / "out"
    both = pd.concat([GOVERNANCE, GOVERNANCE.assign(year=2021)])

    def made() -> dict[str, int]:
        store_baci(source, out)
        index_trade(out, out, both)
        return {p.name: p.stat().st_ino for p in out.glob("*.parquet")}

    first = made()
    assert made() == first
    (source / "BACI_HS17_Y2021_V202601.csv").write_text(year_of(2021).replace(",60,6", ",61.5,6"), "utf-8")
    second = made()
    changed = sorted(name for name in first if first[name] != second[name])
    assert changed == ["index_2021.parquet", "trade_2021.parquet"]
    both.loc[(both["year"] == 2022) & (both["country"] == "USA"), "governance"] = 0.4
    third = made()
    assert [name for name in sorted(second) if second[name] != third[name]] == ["index_2022.parquet"]
    assert cell(out / "index_2022.parquet", "282200")["governance_risk"] == pytest.approx(0.53)


def test_a_broken_file_of_ours_is_made_anew_and_leavings_of_a_killed_run_are_swept(tmp_path: Path) -> None:
    source, out = release(tmp_path / "baci"), tmp_path / "out"
    (path,) = store_baci(source, out)
    path.write_bytes(path.read_bytes()[:300])
    (out / ".making-dead").mkdir()
    (out / ".making-dead" / "year.csv").write_text("half a file", "utf-8")
    store_baci(source, out)
    assert len(read(path)) == 7
    assert sorted(p.name for p in out.iterdir()) == [".lock", "trade_2022.parquet"]


def test_zip_and_folder_give_the_same_store(tmp_path: Path) -> None:
    source = release(tmp_path / "baci", {year: year_of(year) for year in (2021, 2022)})
    with zipfile.ZipFile(tmp_path / "BACI_HS17_V202601.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in source.iterdir():
            archive.write(path, path.name)
    plain = store_baci(source, tmp_path / "plain")
    packed = store_baci(tmp_path / "BACI_HS17_V202601.zip", tmp_path / "packed")
    assert [p.name for p in plain] == [p.name for p in packed] == ["trade_2021.parquet", "trade_2022.parquet"]
    for one, other in zip(plain, packed, strict=True):
        pd.testing.assert_frame_equal(read(one), read(other))
    assert not list((tmp_path / "packed").glob("*.csv"))


def test_only_the_years_asked_for_are_made(tmp_path: Path) -> None:
    source = release(tmp_path / "baci", {year: year_of(year) for year in (2020, 2021, 2022)})
    out = tmp_path / "out"
    assert [p.name for p in store_baci(source, out, years=range(2021, 2030))] == [
        "trade_2021.parquet", "trade_2022.parquet",
    ]  # fmt: skip
    assert [p.name for p in index_trade(out, out, GOVERNANCE, years=[2022])] == ["index_2022.parquet"]


def test_numbers_of_one_country_add_up_and_its_trade_with_itself_is_no_import(tmp_path: Path) -> None:
    rows = (
        "t,i,j,k,v,q\n2022,56,392,282200,10,1\n2022,56,58,282200,7,1\n2022,58,392,282200,20,NA\n"
        "2022,58,392,810520,5,2\n2022,56,392,810520,6,3\n2022,56,392,810520,6,3\n"
    )
    (path,) = store_baci(release(tmp_path / "baci", {2022: rows}), tmp_path / "out")
    found = read(path).drop(columns="cell").replace({np.nan: None}).to_dict("records")
    # A row that stands twice word by word counts once: 5 + 6. A sum with a weight that is unknown is unknown.
    assert found == [
        {"year": 2022, "hs6": "282200", "importer": "JPN", "exporter": "BEL", "value_kusd": 30.0, "quantity_t": None},
        {"year": 2022, "hs6": "810520", "importer": "JPN", "exporter": "BEL", "value_kusd": 11.0, "quantity_t": 5.0},
    ]


BAD = {
    "letters for a value": (",60,6", ",6O,6", 'BACI_HS17_Y2022_V202601.csv, line 2, column v: 6O stands there.'),
    "a negative value": (",60,6", ",-60,6", "BACI_HS17_Y2022_V202601.csv, line 2, column v: -60 stands there."),
    "a value without end": (",60,6", ",inf,6", "BACI_HS17_Y2022_V202601.csv, line 2, column v: inf stands there."),
    "a line in a number": (",60,6", ",6_0,6", "BACI_HS17_Y2022_V202601.csv, line 2, column v: 6_0 stands there."),
    "an unknown weight": (",60,6", ",60,n.a.", "BACI_HS17_Y2022_V202601.csv, line 2, column q: n.a. stands there."),
    "an unknown country": ("2022,156,", "2022,999,", "BACI_HS17_Y2022_V202601.csv, line 2, column i: 999 stands"),
    "a code too long": ("282200,60", "2822001,60", "BACI_HS17_Y2022_V202601.csv, line 2, column k: 2822001 stands"),
    "a code that is none": ("282200,60", "2822.1,60", "BACI_HS17_Y2022_V202601.csv, line 2, column k: 2822.1 stands"),
    "another year inside": ("2022,699", "2021,699", "BACI_HS17_Y2022_V202601.csv, line 6, column t: 2021 stands"),
    "another year at first": ("2022,156", "2021,156", "BACI_HS17_Y2022_V202601.csv, line 2: year stands there twice"),
    "a cell too many": (",60,6", ",60,6,7", "BACI_HS17_Y2022_V202601.csv, line 2: The row is broken (7 ≠ 6)."),
    "a comma in a number": (",10,1", ",1,0,1", "BACI_HS17_Y2022_V202601.csv, line 6: The row is broken (7 ≠ 6)."),
    "a cut line": ("282200,30,3\n", "2822", "BACI_HS17_Y2022_V202601.csv, line 9: The row is broken"),
    "another column": ("t,i,j,k,v,q", "t,i,j,k,value,q", "line 1: This is not a file of CEPII BACI"),
    "a flow with two figures": (
        "2022,699,392,282200,10,1\n", "2022,699,392,282200,10,1\n2022,699,392,282200,11,1\n",
        "BACI_HS17_Y2022_V202601.csv: 2022, 699 → 392, 282200 stands there twice with different figures (10, 1.0 and",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_rows_are_told_with_their_place_and_leave_no_file(tmp_path: Path, case: str) -> None:
    old, new, expected = BAD[case]
    assert old in ROWS
    source = release(tmp_path / "baci", {2022: ROWS.replace(old, new, 1)})
    assert expected in message(lambda: store_baci(source, tmp_path / "out"))
    assert [p.name for p in (tmp_path / "out").iterdir()] == [".lock"]


def test_columns_go_by_their_names_and_not_by_their_order(tmp_path: Path) -> None:
    lines = [line.split(",") for line in ROWS.splitlines()]
    turned = "\n".join(",".join(line[n] for n in (5, 3, 0, 2, 4, 1)) for line in lines) + "\n"
    (path,) = store_baci(release(tmp_path / "turned", {2022: turned}), tmp_path / "out")
    (as_shipped,) = store_baci(release(tmp_path / "baci"), tmp_path / "plain")
    pd.testing.assert_frame_equal(read(path), read(as_shipped))


def test_a_code_that_is_not_in_the_list_of_products_is_refused(tmp_path: Path) -> None:
    source = release(tmp_path / "baci")
    (source / "product_codes_HS17_V202601.csv").write_text('code,description\n050800,"Coral, raw"\n282200,Cobalt\n')
    assert message(lambda: store_baci(source, tmp_path / "out")).startswith(
        "BACI_HS17_Y2022_V202601.csv, line 3, column k: 811292 stands there. an HS code of six digits is expected."
    )


def test_two_releases_are_never_one_store(tmp_path: Path) -> None:
    store_baci(release(tmp_path / "baci"), tmp_path / "out")
    other = tmp_path / "other"
    other.mkdir()
    (other / "BACI_HS22_Y2023_V202601.csv").write_text(year_of(2023), "utf-8")
    assert "The folder holds release 202601 17; 202601 22 is another one." in message(
        lambda: store_baci(other, tmp_path / "out")
    )
    (other / "BACI_HS17_Y2024_V202601.csv").write_text(year_of(2024), "utf-8")
    assert "edition stands there twice with different figures (HS17 and HS22)" in message(
        lambda: store_baci(other, tmp_path / "new")
    )
    assert [p.name for p in (tmp_path / "out").glob("*.parquet")] == ["trade_2022.parquet"]


def test_what_is_no_store_is_told(tmp_path: Path) -> None:
    assert "There is no such file or folder." in message(lambda: index_trade(tmp_path, tmp_path / "out", GOVERNANCE))
    (tmp_path / "trade_2022.parquet").write_bytes(b"PAR1 and then nothing")
    told = message(lambda: index_trade(tmp_path, tmp_path / "out", GOVERNANCE))
    assert told.startswith("trade_2022.parquet: The archive is refused:")
    assert "There is no such file" in message(lambda: store_baci(tmp_path / "nowhere", tmp_path / "out"))


def test_a_target_that_is_a_file_and_one_in_use_are_told(tmp_path: Path) -> None:
    import filelock

    (tmp_path / "file").write_text("", "utf-8")
    source = release(tmp_path / "baci")
    assert "Nothing can be written to" in message(lambda: store_baci(source, tmp_path / "file"))
    (tmp_path / "busy").mkdir()
    with filelock.FileLock(tmp_path / "busy" / ".lock"):
        assert "Another update has held the data folder" in message(lambda: store_baci(source, tmp_path / "busy"))


def test_index_of_made_trade_equals_pandas(tmp_path: Path) -> None:
    made = _made(tmp_path / "made", 60_000, (2021, 2022))
    store_baci(made, tmp_path / "out")
    countries = ["CHN", "USA", "DEU", "JPN", "AUS", "BRA", "IND", "ZAF", "CHL", "CAN", "FRA", "GBR"]
    rng = np.random.default_rng(3)
    governance = pd.DataFrame({"year": 2021, "country": countries, "governance": rng.uniform(0.1, 0.9, len(countries))})
    index_trade(tmp_path / "out", tmp_path / "out", governance)
    flows = read(tmp_path / "out" / "trade_2021.parquet")
    assert len(flows) == 30_000
    flows = flows.merge(governance.rename(columns={"country": "exporter"})[["exporter", "governance"]], how="left")
    expected = flows.groupby(["hs6", "importer"]).apply(_by_hand).sort_index()
    found = read(tmp_path / "out" / "index_2021.parquet").set_index(["hs6", "importer"]).sort_index()
    pd.testing.assert_frame_equal(found[list(expected)].astype(float), expected, rtol=1e-12, atol=1e-12)


def _by_hand(part: pd.DataFrame) -> pd.Series:
    value = part["value_kusd"].to_numpy()
    shares = value / value.sum()
    known = part["governance"].notna().to_numpy()
    largest: Sequence[float] = np.sort(shares)[::-1]
    weighed = (shares * part["governance"]).sum(min_count=1) / shares[known].sum() if known.any() else np.nan
    return pd.Series({
        "value_kusd": value.sum(), "partners": float(len(part)), "import_hhi": (shares**2).sum(),
        "governance_risk": weighed, "covered_share": shares[known].sum(), "top1_share": largest[0],
        "top3_share": np.sum(largest[:3]), "largest_kusd": value.max(),
    })  # fmt: skip


def _made(folder: Path, rows: int, years: Sequence[int]) -> Path:
    import importlib.util

    where = Path(__file__).parents[1] / "benchmarks" / "made_baci.py"
    spec = importlib.util.spec_from_file_location("made_baci", where)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Path = module.made_baci(folder, rows, years=years, seed=2)
    return found


@pytest.mark.parametrize(("lang", "told"), [("en", "The index of 2 years is in"), ("ja", "2年分の指標を")])
def test_command_indexes_a_release_and_tells_of_every_year(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str, told: str
) -> None:
    source = release(tmp_path / "baci", {year: year_of(year) for year in (2020, 2021, 2022)})
    arguments = ["trade", "index", str(source), "--out", str(tmp_path / "out"), "--years", "2021:2022", "--lang", lang]
    assert run(arguments) == 0
    shown = capsys.readouterr()
    assert told in shown.out
    assert len(shown.err.splitlines()) == 4
    assert sorted(p.name for p in (tmp_path / "out").glob("index_*")) == ["index_2021.parquet", "index_2022.parquet"]
    assert cell(tmp_path / "out" / "index_2022.parquet", "811292")["covered_share"] == 1  # Taiwan has a figure
    assert run([*arguments, "--quiet"]) == 0
    assert not capsys.readouterr().err


def test_command_tells_the_users_mistakes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["trade", "index", str(tmp_path / "nowhere"), "--out", str(tmp_path / "out"), "--lang", "en"]) == 2
    assert "There is no such file or folder." in capsys.readouterr().err
    source = release(tmp_path / "baci")
    assert run(["trade", "index", str(source), "--out", str(tmp_path / "o"), "--years", "1:2", "--lang", "en"]) == 2
    assert '"1:2" is no span of years.' in capsys.readouterr().err
    assert not (tmp_path / "o").exists()


def run(arguments: list[str]) -> int:
    """The exit code of the command line, with the verb group `trade` in it."""
    from shigen.show.cli import main

    with pytest.raises(SystemExit) as ended:
        main.main(arguments)
    return int(ended.value.code or 0)
