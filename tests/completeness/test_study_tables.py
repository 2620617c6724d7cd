"""Every CSV of a study's folder, in both languages: readable by people and programs, with no trace of the program."""

import csv
import re
from pathlib import Path

import pytest

from shigen.base.i18n import LANGS
from shigen.show.report import tables
from shigen.show.report.folder import as_json
from shigen.show.report.rows import figure, to_csv
from shigen.show.report.tables import GUIDE, GUIDE_COLUMNS, TABLES, guide

JAPANESE = re.compile(r"[぀-ヿ一-鿿]")
ENGLISH = re.compile(r"(?<![\w.])[A-Za-z][a-z'-]+(?:,? (?:[a-z'-]{2,}|a|I)){3,}")
"""Four words in a row that are no name."""
KANA = re.compile(r"[ぁ-ヿ]")
"""In every Japanese sentence; a number of a document, as 第1号, has none."""
REPR = re.compile(r"[{}]|\bNone\b(?! of)|\bnan\b|\bNaN\b|\bTrue\b|\bFalse\b|\bdtype\b|np\.|<[A-Za-z]+ ")
NOISE = re.compile(r"\d(?:e[-+]?\d+)$|\.\d*?(?:0000000000|9999999999)\d*$", re.I)


@pytest.fixture(scope="module")
def written(whole, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    tables.write(whole, folder, "ja")
    return folder


def read(folder: Path, name: str, lang: str) -> list[dict[str, str]]:
    file = folder / (f"{name}.csv" if lang == "ja" else f"{name}.{lang}.csv")
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def cells(folder: Path, lang: str):
    for table in TABLES:
        for row in read(folder, table.name, lang):
            for column, value in row.items():
                yield table, column, value
    for row in read(folder, GUIDE, lang):
        for column, value in row.items():
            yield None, column, value


def test_the_folder_holds_each_table_in_both_languages(written) -> None:
    named = [*(table.name for table in TABLES), GUIDE]
    assert {file.name for file in written.iterdir()} == {f"{n}{end}" for n in named for end in (".csv", ".en.csv")}


@pytest.mark.parametrize("lang", LANGS)
def test_no_cell_shows_the_program(written, lang) -> None:
    bad = [(table and table.name, column, value) for table, column, value in cells(written, lang)
           if REPR.search(value) and not (table and table.holds(column) == "as_printed")]  # fmt: skip
    assert not bad[:5]


@pytest.mark.parametrize("lang", LANGS)
def test_no_number_shows_rounding_or_an_exponent(written, lang) -> None:
    bad = [(table.name, column, value) for table, column, value in cells(written, lang)
           if table and table.holds(column) == "number" and NOISE.search(value)]  # fmt: skip
    assert not bad[:5]
    for table, column, value in cells(written, lang):
        if table and table.holds(column) == "number" and value:
            assert float(value) == 0 or abs(float(value)) > 1e-12, (table.name, column, value)


def test_no_english_sentence_in_a_japanese_table_and_none_japanese_in_an_english_one(written) -> None:
    bad = {(table and table.name, column, value) for table, column, value in cells(written, "ja")
           if not (table and table.holds(column) == "as_printed") and ENGLISH.search(value)
           and not JAPANESE.search(value)}  # fmt: skip
    assert not sorted(map(str, bad))[:5]
    bad = {(table and table.name, column, value) for table, column, value in cells(written, "en")
           if not (table and table.holds(column) == "as_printed") and KANA.search(value)}  # fmt: skip
    assert not sorted(map(str, bad))[:5]


@pytest.mark.parametrize("lang", LANGS)
def test_words_are_in_the_language_of_the_table(written, lang) -> None:
    """Beside every key stands a name; in Japanese, columns of names and words are Japanese somewhere."""
    spoken: dict[tuple[str, str], list[str]] = {}
    for table, column, value in cells(written, lang):
        if table and value and table.holds(column) in ("name", "words"):
            spoken.setdefault((table.name, column), []).append(value)
    if lang == "ja":
        without = [where for where, values in spoken.items() if not any(map(JAPANESE.search, values))]
        assert set(without) <= {("demand_inputs", "unit_name"), ("scrap", "scenario_name")}
    for table in TABLES:
        for row in read(written, table.name, lang):
            for column in table.columns:
                if table.namer(column):
                    assert bool(row[column]) == bool(row[f"{column}_name"]), (table.name, column, row[column])


def test_keys_and_figures_are_the_same_in_both_languages(written) -> None:
    for table in TABLES:
        sides = [read(written, table.name, lang) for lang in LANGS]
        stable = [c for c in table.wide() if table.holds(c) in ("key", "number")]
        assert [[row[c] for c in stable] for row in sides[0]] == [[row[c] for c in stable] for row in sides[1]]


def test_every_column_is_told_of_in_both_languages(written) -> None:
    told = {lang: guide(lang) for lang in LANGS}
    for lang in LANGS:
        assert [list(row.values()) for row in read(written, GUIDE, lang)] == [
            [row[c] for c in GUIDE_COLUMNS] for row in told[lang]
        ]
        assert all(row["name"] for row in told[lang])
    assert all(JAPANESE.search(row["name"]) or row["column"] == "sha256" for row in told["ja"])
    for table in TABLES:
        named = [row["name"] for row in told["ja"] if row["table"] == table.name]
        assert len(set(named)) == len(named), table.name
        rows = read(written, table.name, "en")
        assert list(rows[0]) == [row["column"] for row in told["en"] if row["table"] == table.name]


def test_every_number_has_a_unit(whole) -> None:
    """A column in which a float ever stands is a number, with a unit of its own or in the column `unit`."""
    for table in TABLES:
        for row in table.named_rows(whole, "en"):
            for column, value in row.items():
                if isinstance(value, float) and column in table.columns:
                    assert table.holds(column) == "number", (table.name, column)
                    assert table.unit(column) or column == "capex", (table.name, column)


def test_profiles_and_stages_hold_both_scenarios(written, whole) -> None:
    profiles, stages = read(written, "profiles", "en"), read(written, "stages", "en")
    assert {row["scenario"] for row in profiles} == {row["scenario"] for row in stages} == {"base", "policies"}
    assert (len(profiles), len(stages)) == (2 * 13 * 6, 2 * 13 * 3)
    after = {(r["commodity"], r["indicator"]): r["score"] for r in whole.after.records("en")}
    before = {(r["commodity"], r["indicator"]): r["score"] for r in whole.now.records("en")}
    for row in profiles:
        expected = (after if row["scenario"] == "policies" else before)[row["commodity"], row["indicator"]]
        assert row["score"] == ("" if expected is None else figure(expected))
    assert {row["scenario_name"] for row in read(written, "stages", "ja")} == {"現状", "対策後"}
    told = as_json(whole)
    assert {row["scenario"] for row in told["records"]} == {"base", "policies"}
    assert {row["scenario"] for row in told["stages"]} == {"base", "policies"}
    # Recycling of cobalt, as the package has it, lowers the final stage; the same row of the levers says by how much.
    final = {r["scenario"]: float(r["risk"]) for r in stages if (r["commodity"], r["stage"]) == ("cobalt", "final")}
    joint = next(r for r in whole.effects if r["commodity"] == "cobalt" and r["effect"] == "joint")
    assert final["base"] == pytest.approx(joint["final_before"], abs=1e-12)
    assert final["policies"] == pytest.approx(joint["final_after"], abs=1e-12)


def test_a_study_without_policies_holds_one_scenario(whole) -> None:
    from copy import copy

    alone = copy(whole)
    vars(alone)["levers"] = []  # the step as it is where no policy is chosen
    assert {row["scenario"] for one in alone.scenarios() for row in one.records("en")} == {"base"}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (5.551115123125783e-17, "0.0"), (-1e-15, "0.0"), (-0.0, "0.0"), (0.1 + 0.2, "0.3"), (1.0, "1.0"),
        (37527.515999999996, "37527.516"), (0.46541252775748715, "0.46541252775748715"), (1e-5, "0.00001"),
        (1.48e22, "14800000000000000000000"),
    ],
)  # fmt: skip
def test_figures_are_in_full_without_noise(value: float, told: str) -> None:
    assert figure(value) == told


def test_cells_are_no_python() -> None:
    row = {"a": {}, "b": {"surge": "mine"}, "c": True, "d": ["x", 0.1 + 0.2], "e": None, "f": ()}
    assert to_csv([row], list(row)).splitlines()[1] == ",surge: mine,true,x; 0.3,,"
