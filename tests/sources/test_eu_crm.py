"""EU study on critical raw materials: the transcription of its table."""

from pathlib import Path

import pytest

from shigen.base import names
from shigen.base.errors import UserError
from shigen.base.source import SOURCES
from shigen.figures.factbase import embedded, sha256
from shigen.figures.sources.eu_crm import _known, read_eu_crm

SAMPLE = Path(__file__).with_name("files") / "eu_crm" / "transcription-synthetic.csv"
HEAD = SAMPLE.read_text("utf-8").splitlines()[0]


def written(tmp_path: Path, *lines: str, head: str = HEAD) -> Path:
    path = tmp_path / "crm.csv"
    path.write_text("\n".join((head, *lines)) + "\n", "utf-8")
    return path


def told(path: Path, edition: str | None = None) -> str:
    with pytest.raises(UserError) as error:
        read_eu_crm([path], edition)
    return error.value.message("en")


def test_percent_becomes_a_share() -> None:
    reading = read_eu_crm([SAMPLE])
    assert {r["commodity"]: r["value"] for r in reading.tables["recycling"]} == {
        "aluminum": 0.32, "antimony": 0.28, "palladium": 0.12, "lithium": 0.01, "gallium": 0.0,
    }  # fmt: skip
    assert reading.tables["recycling"][0] == {
        "commodity": "aluminum", "series": "eu2026", "year": 2026, "value": 0.32, "unit": "1", "flag": "secondary",
        "edition": "EU CRM 2026", "published": "32", "published_unit": "percent", "place": "line 2",
        "note": "printed as Aluminium; assessed stage processing; page 9; synthetic",
    }  # fmt: skip
    assert [(e["edition"], e["publisher"], e["position"], e["sha256"]) for e in reading.editions] == [
        ("EU CRM 2026", "European Commission", 2026, sha256(SAMPLE))
    ]


def test_a_bound_says_that_it_is_one() -> None:
    lithium = next(r for r in read_eu_crm([SAMPLE]).tables["recycling"] if r["commodity"] == "lithium")
    assert (lithium["value"], lithium["flag"], lithium["published"]) == (0.01, "secondary", "<1")
    assert "an upper bound: printed <1" in lithium["note"]


def test_single_suppliers_are_no_breakdown_and_are_counted() -> None:
    reading = read_eu_crm([SAMPLE])
    assert set(reading.tables) == {"recycling"}
    assert reading.left_out == {
        "main global supplier (a single one, no breakdown)": 6, "material without a rate": 1,
        "material HREE (Dysprosium)": 1, "material Phosphorus": 1,
    }  # fmt: skip


def test_phosphorus_is_not_phosphate_rock(tmp_path: Path) -> None:
    path = written(tmp_path, "Phosphate rock,E,,,17,,,,2026,,", "Phosphorus,P,,,0,,,,2026,,")
    assert [(r["commodity"], r["value"]) for r in read_eu_crm([path]).tables["recycling"]] == [("phosphate_rock", 0.17)]


def test_every_material_leads_to_a_key_of_the_package() -> None:
    table = set(embedded().query("select distinct commodity from recycling")["commodity"])
    assert {key for _, key in _known().values() if key} <= {*names.commodities(), *table}


def test_edition_may_be_named_where_the_file_names_none(tmp_path: Path) -> None:
    path = written(tmp_path, "Tin,P,,,31,,,,,,")
    assert read_eu_crm([path], "EU CRM 2023").tables["recycling"][0]["series"] == "eu2023"
    assert told(path) == (
        "crm.csv, line 2: The file does not say which edition it is. EU CRM 2026 is expected. Name it with --edition."
    )


COMPARE = "Compare with the publisher's file; a file that was opened and saved elsewhere is often changed."


@pytest.mark.parametrize("cell", ["0.32", "101", "<0", ">1", "1,5", "-3", "1e1", "a few", "<", "３２x"])
def test_a_rate_that_is_no_whole_percent_is_an_error(tmp_path: Path, cell: str) -> None:
    path = written(tmp_path, f'Tin,P,,,"{cell}",,,,2026,,')
    shown = "32x" if cell == "３２x" else cell  # compatibility forms are made plain
    assert told(path) == (
        f"crm.csv, line 2, column eol_rir_percent: {shown} stands there. a percentage from 0 to 100, or a bound such "
        f"as <1 is expected. {COMPARE}"
    )


def test_unknown_materials_and_marks_come_in_one_list(tmp_path: Path) -> None:
    path = written(tmp_path, "Tinn,P,,,1,,,,2026,,", "HREE (Examplium),P,,,0,,,,2026,,", "Tin,Q,,,1,,,,2026,,")
    assert [line.split(": ")[1].split(". ")[0] for line in told(path).splitlines()] == [
        "The commodity Tinn is not known", "The commodity HREE (Examplium) is not known", "Q stands there",
    ]  # fmt: skip


def test_a_material_that_stands_twice(tmp_path: Path) -> None:
    same = written(tmp_path, "Tin,P,,,31,,,,2026,,", "Tin,P,,,31,,,,2026,,")
    assert read_eu_crm([same]).left_out == {"row repeated": 1}
    other = written(tmp_path, "Tin,P,,,31,,,,2026,,", "Tin,P,,,13,,,,2026,,")
    assert told(other) == (
        "crm.csv, line 3: Tin stands there twice with different figures (31 and 13). Each figure stands once. Compare "
        "with the publisher's file and take out the wrong one."
    )


def test_a_changed_heading_is_named(tmp_path: Path) -> None:
    assert told(written(tmp_path, head=HEAD.replace("eol_rir_percent", "eol_rr"))) == (
        "crm.csv: This is not a file of Study on the critical raw materials for the EU (European Commission) in a "
        "layout that is known: material_as_printed, stage, supply_risk, economic_importance, eol_rr, "
        "import_reliance_percent, main_global_supplier, main_global_supplier_share_percent, edition, page, note. "
        "eol_rir_percent is expected. Download it anew from https://rmis.jrc.ec.europa.eu, and do not save it from a "
        "spreadsheet program."
    )


def test_declaration_allows_the_rows_in_the_package() -> None:
    declared = SOURCES["eu_crm"]
    assert (declared.shipped, declared.fetch, declared.gives) == (True, None, ("recycling",))
