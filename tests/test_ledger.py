"""The change ledger: the parts sum to the whole; what is revision is told from what is change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import shigen
from shigen.base.errors import UserError
from shigen.study.ledger import PARTS, ledger, split, summary

figures = st.one_of(st.none(), st.floats(0, 1))


@given(st.tuples(figures, figures, figures), st.booleans())
def test_parts_sum_to_the_whole(raws, redefined) -> None:
    change = split("x", "production_concentration", raws, redefined=redefined)
    if raws[0] is None or raws[2] is None:
        assert change.change is None
        assert set(change.parts.values()) == {None}
        assert change.why in ("new_data", "lost_data", "no_data")
    else:
        assert sum(change.parts.values()) == pytest.approx(change.change, abs=1e-12)


def test_split_by_hand() -> None:
    # Published then 0.379, the same year later revised to 0.264, a year on 0.300
    change = split("x", "production_concentration", (0.379, 0.264, 0.300), redefined=False)
    assert change.parts["revision"] == pytest.approx(-0.115)
    assert change.parts["real"] == pytest.approx(0.036)
    redefined = split("x", "price_volatility", (0.379, 0.264, 0.300), redefined=True)
    assert (redefined.parts["real"], redefined.parts["definition"]) == (0.0, pytest.approx(0.036))


@pytest.fixture(scope="module")
def compared():
    return ledger("JPN", years=(2023, 2024))


def test_ledger_of_japan_adds_up(compared) -> None:
    rows = compared.rows("en")
    assert len(rows) == 78
    for row in rows:
        if row["change"] is not None:
            assert sum(row[part] for part in PARTS) == pytest.approx(row["change"], abs=1e-12)


def test_antimony_is_mostly_real_and_partly_revised(compared) -> None:
    # 2023 as MCS 2024 had it 0.307, as MCS 2025 has it 0.390; 2024 in MCS 2026 0.264 (Russia 4,300 → 40,000 t)
    row = next(
        r for r in compared.rows("en") if (r["commodity"], r["indicator"]) == ("antimony", "production_concentration")
    )
    assert row["revision"] > 0.05
    assert row["real"] < -0.1
    assert "Russia: 4,300 → 40,000 t" in row["sentence"]


def test_a_changed_trade_table_is_not_called_real(compared) -> None:
    rows = {(r["commodity"], r["indicator"]): r for r in compared.rows("en")}
    # 2023: main flows of HS17; 2024: all flows
    assert rows["antimony", "refined_import_governance"]["real"] == 0.0
    assert rows["antimony", "refined_import_governance"]["definition"] != 0.0
    # HS92 in both years
    assert rows["tungsten", "ore_import_governance"]["definition"] == 0.0
    # Japan's refined cobalt has a figure in 2024 alone
    assert rows["cobalt", "refined_import_governance"]["real"] == 0.0


def test_sentences_in_both_languages(compared) -> None:
    for lang in ("ja", "en"):
        rows = compared.rows(lang)
        assert all(r["sentence"] for r in rows)
        assert summary(rows, "antimony")
    assert "統計の改訂" in summary(compared.rows("ja"), "antimony")


def test_one_year_is_no_ledger() -> None:
    with pytest.raises(UserError) as caught:
        ledger("JPN", years=[2024])
    assert "A ledger needs two years" in caught.value.message("en")
    assert shigen.__version__
