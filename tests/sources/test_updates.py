"""Updates that would mislead: codes of a later HS revision, answers without rows, files that lack what is held."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import shigen
from shigen.base.errors import UserError
from shigen.figures import checks, store, update
from shigen.figures.factbase import FactBase, embedded
from shigen.figures.sources import hs_codes, sources
from shigen.figures.sources.baci import read_baci
from shigen.figures.sources.comtrade import read_comtrade
from shigen.figures.unread import Unread, finder, unread
from shigen.show.cli.main import main

FILES = Path(__file__).parent / "files"
NOWHERE = FILES / "comtrade" / "areas-nes-synthetic.json"
LATER = FILES / "comtrade" / "later-revision-synthetic.json"
PARTS = FILES / "comtrade" / "parts-only-synthetic.json"
EMPTY = FILES / "comtrade" / "empty-http200-synthetic.json"
WGI = FILES / "wgi" / "wgidataset-2024-excerpt.xlsx"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHIGEN_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], home: Path) -> Run:
    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(list(arguments))
        done = capsys.readouterr()
        return int(left.value.code or 0), done.out, done.err

    return run


def record(**changed: object) -> dict[str, Any]:
    """Japan's imports of 810520 from DR Congo in the sample, changed."""
    found: list[dict[str, Any]] = json.loads(LATER.read_text())["data"]
    value = changed.get("primaryValue", 60_000_000.0)
    return {**next(r for r in found if r["cmdCode"] == "810520" and r["partnerCode"] != 0), "cifvalue": value,
            "primaryValue": value, **changed}  # fmt: skip


def answer(path: Path, *data: dict[str, Any]) -> Path:
    path.write_text(json.dumps({"elapsedTime": "0.1 secs", "count": len(data), "data": data, "error": ""}))
    return path


def test_codes_of_a_later_revision_reach_the_step(cli: Run) -> None:
    code, _, err = cli("data", "update", "comtrade", "--from", str(LATER), "--edition", "Comtrade 2026-11")
    assert code == 0, err
    assert "Codes of a later HS revision, read as codes of the map of supply: 810520 → 810510." in err
    assert "Read by no step" not in err
    chain = shigen.load("JPN", year=2024, commodities=["cobalt"], edition="Comtrade 2026-11", basis="imports_only")
    (found,) = (r for r in shigen.assess(chain).records() if r["indicator"] == "refined_import_governance")
    # (17,000 kUSD of Finland × 0.165369 + 60,000 kUSD of DR Congo × 0.816903) / 77,000 kUSD
    assert found["raw"] == pytest.approx(0.67306, abs=1e-5)
    assert found["sources"] == ["Comtrade 2026-11", *[s for s in found["sources"] if s.startswith("WGI")]]


def test_what_arrives_from_no_named_country_widens_the_band_and_counts_as_not_covered(cli: Run) -> None:
    code, _, err = cli("data", "update", "comtrade", "--from", str(NOWHERE), "--edition", "Comtrade 2026-11")
    assert code == 0, err
    chain = shigen.load("JPN", year=2024, commodities=["graphite_natural"], edition="Comtrade 2026-11")
    (ore,) = (r for r in shigen.assess(chain).records() if r["indicator"] == "ore_import_governance")
    # 10,000 t of Finland at 0.165369, which mines none and so passes on what others mined, and 90,000 t of no country,
    # anywhere from 0 to 1; BACI's 250490 is not mixed in.
    assert (ore["status"], ore["coverage"]) == ("partial", pytest.approx(0.1))
    assert (ore["raw"], ore["raw_low"], ore["raw_high"], ore["seen"]) == (pytest.approx(0.165369, abs=1e-6), 0, 1, 0)


def test_metal_and_scrap_of_a_later_revision_add_up_to_the_code_of_the_map(tmp_path: Path) -> None:
    path = answer(tmp_path / "a.json", record(), record(cmdCode="810530", primaryValue=5_000_000.0, netWgt=1000.0))
    reading = read_comtrade([path], "2026-11")
    (row,) = reading.tables["trade"]
    weight = record()["netWgt"] / 1000
    assert (row["hs6"], row["value_kusd"], row["quantity_t"]) == ("810510", 65_000.0, pytest.approx(weight + 1))
    assert reading.read_as == {"810520": "810510", "810530": "810510"}
    assert reading.editions[0]["title"].endswith("pulled 2026-11 (810520 + 810530 as 810510)")


def test_one_import_in_two_revisions_is_refused_and_never_counted_twice(tmp_path: Path) -> None:
    path = answer(tmp_path / "a.json", record(), record(cmdCode="810510", classificationCode="H0"))
    with pytest.raises(UserError) as caught:
        read_comtrade([path])
    assert caught.value.message("en") == (
        "a.json, record 2: JPN 2024: 810520 (H6) and 810510 (H0) are the same trade in two revisions of the HS "
        "(810510 here). One revision for each importer and year is expected, else the trade would count twice. "
        "Take out the answers of one of the two."
    )


def test_baci_in_hs22_gives_the_codes_of_the_map(tmp_path: Path) -> None:
    path = tmp_path / "BACI_HS22_Y2024_V202701.csv"
    path.write_text("t,i,j,k,v,q\n2024,156,392,810610,7.5,1\n2024,156,392,810690,2.5,NA\n2024,156,392,811241,1,1\n")
    rows = {r["hs6"]: (r["value_kusd"], r["quantity_t"]) for r in read_baci([path]).tables["trade"]}
    assert rows == {"810600": (10.0, None), "811292": (1.0, 1.0)}


def test_the_concordance_joins_parts_and_nothing_else(facts: FactBase) -> None:
    read = {code for (code,) in facts.fetch("select distinct series from supply_map where variable = 'imports' "
                                            "and status in ('applicable', 'shared_code')")}  # fmt: skip
    for row in embedded().table("hs_concordance"):
        assert row["map_hs6"] in read, "leads to no step"
        assert row["hs6"] not in read, "would be read twice"
        assert row["source"]
    # No chain of replacements, and a code leads to one other only.
    assert not set(hs_codes.concordance()) & set(hs_codes.concordance().values())
    assert "282200" not in hs_codes.concordance()


@pytest.mark.parametrize(
    ("table", "row", "expected"),
    [
        ("trade", {"hs6": "282200", "year": 2024}, None),
        ("trade", {"hs6": "810520", "year": 2024}, Unread("revision", "HS 810520", "HS 810510")),
        ("trade", {"hs6": "811020", "year": 2024}, Unread("code", "HS 811020")),
        ("trade", {"hs6": "810310", "year": 2024}, Unread("years", "HS 810310", "–2001")),
        ("trade", {"hs6": "810310", "year": 2001}, None),
        ("customs", {"hs9": "811292100"}, None),
        ("customs", {"hs9": "282200000"}, Unread("code", "HS 282200000")),
        ("production", {"commodity": "cobalt", "step": "ore", "series": "mine", "basis": "Co content"}, None),
        ("production", {"commodity": "cobalt", "step": "ore", "series": "mining", "basis": "Co content"},
         Unread("series", "cobalt mining")),
        ("production", {"commodity": "cobalt", "step": "ore", "series": "wmd", "basis": None}, None),
        ("production", {"commodity": "chromium", "step": "ore", "series": "wmd_other_basis", "basis": None},
         Unread("series", "chromium wmd_other_basis")),
        ("prices", {"commodity": "cobalt", "series": "nobody", "year": 2024}, Unread("series", "cobalt nobody")),
        ("recycling", {"commodity": "cobalt", "series": "scrreen2", "year": 2020}, None),
        ("governance", {"country": "JPN", "year": 2023, "dimension": "ge"}, None),
    ],
)  # fmt: skip
def test_what_no_step_reads_is_told(facts: FactBase, table: str, row: dict[str, Any], expected: Unread | None) -> None:
    assert finder(facts, table)(row) == expected


def test_every_figure_of_the_embedded_package_that_a_chain_reads_is_seen_as_read(facts: FactBase) -> None:
    """What `selection` maps and what `unread` says agree, the other way round: by SQL over the map alone."""
    read = facts.query("select distinct t.hs6, t.year from trade t join supply_map m on m.variable = 'imports' "
                       "and m.series = t.hs6 and m.status in ('applicable', 'shared_code', 'proxy') "
                       "and t.year between coalesce(m.first_year, 0) and coalesce(m.last_year, 9999)")  # fmt: skip
    held = facts.query("select distinct hs6, year from trade")
    missing = sum(count for *_, count in unread(facts, {"trade": held.to_dict("records")}))  # type: ignore[misc]
    assert missing == len(held) - len(read) > 0


@pytest.mark.parametrize("file", [EMPTY, PARTS], ids=["no records", "parts alone"])
def test_an_answer_that_gives_nothing_is_refused_and_puts_nothing_in_use(cli: Run, home: Path, file: Path) -> None:
    code, out, err = cli("data", "update", "comtrade", "--from", str(file), "--edition", "Comtrade 2026-11")
    assert (code, out) == (2, "")
    assert {
        EMPTY: f"{EMPTY.name}: No figure was read. Left out: -. At least one figure is expected; nothing was changed.",
        PARTS: f"{PARTS.name}, record 1: JPN ← CHN 2024 282200 stands there in parts alone",
    }[file] in err
    assert not (home / "in_use").exists()
    assert not list((home / "snapshots").iterdir()) if (home / "snapshots").exists() else True


@pytest.mark.parametrize("key", sorted(sources()))
def test_no_source_may_bring_nothing(home: Path, key: str) -> None:
    from shigen.figures.sources.reading import Reading

    nothing = Reading(dict.fromkeys(sources()[key].gives, ()), [], {"rows of no mineral": 3}, [Path("a.csv")])
    with pytest.raises(UserError) as caught:
        update.add([(sources()[key], nothing)])
    assert caught.value.message("en").startswith("a.csv: No figure was read. Left out: rows of no mineral 3.")
    assert not home.exists()


def test_a_part_whose_total_stands_beside_it_is_no_problem(tmp_path: Path) -> None:
    path = answer(tmp_path / "a.json", record(), record(motCode=2100, primaryValue=1.0))
    assert len(read_comtrade([path]).tables["trade"]) == 1


def test_an_update_that_loses_countries_is_refused_unless_asked_for(cli: Run) -> None:
    code, out, err = cli("data", "update", "wgi", "--from", str(WGI))
    assert (code, out) == (2, "")
    assert "governance, WGI 2024 update: " in err
    assert "figures that are held are not in the file: AFG, AGO, AIA, ALB, ARE, ARG, ARM, ASM … (194). " in err
    assert "take the update with --accept-lost" in err
    assert store.in_use().name == "embedded"
    assert cli("data", "update", "wgi", "--from", str(WGI), "--accept-lost")[0] == 0
    code, out, _ = cli("data", "check", "--format", "json")
    (lost,) = (row for row in json.loads(out) if row["check"] == "lost")
    assert (lost["table"], lost["edition"], lost["found"]) == ("governance", "WGI 2024 update", "0")
    assert int(lost["expected"].replace(",", "")) > 1000


def test_lost_counts_figures_by_country(home: Path) -> None:
    from made_reading import EDITION, reading, row, source

    update.add([(source(), reading())])
    before = store.current()
    short = reading(row("COD", 250_000.0), row("IDN", 40_000.0), row("WLD", 294_000.0))
    with pytest.raises(UserError) as caught:
        update.add([(source(), short)])
    assert caught.value.message("en") == (
        "production, MCS 2027: 1 figures that are held are not in the file: AUS. A file that holds an edition whole is "
        "expected; nothing was changed. Take the publisher's whole file. If the publisher withdrew them, take the "
        "update with --accept-lost."
    )
    update.add([(source(), short)], accept_lost=True)
    assert checks.lost(before, store.current(), {EDITION}) == [
        {"table": "production", "edition": EDITION, "count": 1, "names": ["AUS"]}
    ]
    assert checks.lost(embedded(), store.current(), set(embedded().editions)) == []
