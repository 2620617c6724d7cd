"""The six types: a truth table over all answers, firmness, and the tables of policies."""

import itertools

import pytest

from shigen.figures.factbase import embedded
from shigen.model.packages import ceiling, eol_rate, logic, package
from shigen.model.typology import CLAUSES, TYPES, Clause, _verdict, classify, decide, judge

ANSWERS = (True, False, None)


def by_hand(surge, companion, mine, smelter, upstream):
    """The rule of the design, in the plainest words, for known answers."""
    if surge:
        return "demand_surge"
    if companion and upstream:
        return "byproduct_smelting" if smelter else "byproduct_recycling"
    if mine and smelter:
        return "mine_and_smelter"
    return "mine" if mine else "smelter" if smelter else "none"


@pytest.mark.parametrize("answers", list(itertools.product(ANSWERS, repeat=5)))
def test_truth_table(answers) -> None:
    """An unknown answer leaves the type open exactly when filling it in both ways gives different types."""
    filled = {
        by_hand(*full) for full in itertools.product(*[(a,) if a is not None else (True, False) for a in answers])
    }
    decided = decide(*answers)
    assert decided == (next(iter(filled)) if len(filled) == 1 else None)


@pytest.mark.parametrize("answers", list(itertools.product(ANSWERS, repeat=6)))
def test_every_combination_gets_a_verdict(answers) -> None:
    given = dict(zip(CLAUSES, answers, strict=True))
    kind, assumed, is_open = judge(given)
    assert kind in TYPES
    if None not in answers:
        assert not assumed
        assert not is_open
    if is_open:
        assert assumed
        assert None in answers


def clauses(**values) -> dict[str, Clause]:
    return {key: values.get(key, Clause(key, False)) for key in CLAUSES}


def test_a_verdict_near_its_line_is_provisional_and_says_what_it_would_become() -> None:
    near = Clause("refined_governance_high", True, 0.46, 0.45, near=True)
    found = _verdict("x", clauses(reserves_high=Clause("reserves_high", True, 0.4, 0.25), refined_governance_high=near))
    assert (found.type, found.firmness) == ("mine_and_smelter", "provisional")
    assert found.decided_by == ("refined_governance_high",)
    assert found.moved == {"refined_governance_high": "mine"}


def test_a_verdict_far_from_every_line_is_firm() -> None:
    found = _verdict("x", clauses(reserves_high=Clause("reserves_high", True, 0.6, 0.25)))
    assert (found.type, found.firmness, found.moved) == ("mine", "firm", {})


def test_an_unknown_side_is_read_as_not_shown_and_named() -> None:
    unknown = Clause("refined_governance_high", None)
    found = _verdict(
        "x", clauses(reserves_high=Clause("reserves_high", True, 0.6, 0.25), refined_governance_high=unknown)
    )
    assert (found.type, found.firmness) == ("mine", "provisional")
    assert found.decided_by == ("refined_governance_high",)


def test_unknown_demand_is_undecidable_with_a_named_gap() -> None:
    found = _verdict("x", clauses(surge=Clause("surge", None)))
    assert found.firmness == "undecidable"
    assert "surge" in found.decided_by


def test_a_weak_answer_that_decides_nothing_leaves_the_verdict_firm() -> None:
    weak = Clause("reserves_high", True, 0.6, 0.25, weak="proxy")
    found = _verdict("x", clauses(surge=Clause("surge", True), reserves_high=weak))
    assert (found.type, found.firmness) == ("demand_surge", "firm")


def test_no_mineral_is_undecidable_without_a_named_gap(assessed) -> None:
    verdicts = classify(assessed)
    assert len(verdicts) == 13
    for verdict in verdicts:
        assert verdict.decided_by
        if verdict.firmness == "undecidable":
            assert any(verdict.clauses[key].value is None for key in verdict.decided_by)


def test_every_type_has_its_five_policies() -> None:
    cells = {(r["type"], r["policy"]) for r in embedded().table("type_policy")}
    for kind in TYPES:
        if kind != "none":
            assert {p for t, p in cells if t == kind} == {"mine", "smelter", "stockpile", "saving", "recycling"}


def test_package_of_a_by_product_puts_smelters_first_and_rules_mines_out(assessed) -> None:
    palladium = next(v for v in classify(assessed) if v.commodity == "palladium")
    cells = {c.policy: c for c in package(palladium)}
    assert (cells["mine"].told["ja"], cells["mine"].holds) == ("×", False)
    assert (cells["smelter"].told["ja"], cells["smelter"].holds) == ("注力", True)
    assert cells["stockpile"].holds is None
    assert "不明" in cells["stockpile"].conditions["ja"][-1]


@pytest.mark.parametrize(
    ("commodity", "home", "own", "holds", "says"),
    [
        # Governance of vanadium's imports is high: the line is 180 days, and even the scheme's aim of 60 lies below.
        ("vanadium", "JPN", {}, True, "aims at 60 days (2021), below the line of 180"),
        # Cobalt's is not: an aim of 60 meets the line of 60, but what is held is not known.
        ("cobalt", "JPN", {}, None, "what is held is not published"),
        ("cobalt", "KOR", {}, None, "not known"),
        ("cobalt", "JPN", {"cobalt": 40.0}, True, "40 days of cover (your figure), below the line of 60"),
        ("cobalt", "JPN", {"cobalt": 90.0}, False, "not below the line of 60"),
        ("palladium", "JPN", {"palladium": 100.0}, True, "below the line of 180"),
    ],
)
def test_stockpile_is_called_for_where_cover_is_below_the_line(assessed, commodity, home, own, holds, says) -> None:
    verdict = next(v for v in classify(assessed) if v.commodity == commodity)
    cell = next(c for c in package(verdict, home=home, stock_days=own) if c.policy == "stockpile")
    assert cell.holds is holds
    assert says in cell.conditions["en"][-1]


def test_logic_names_the_policy_that_answers_each_high_indicator(assessed) -> None:
    found = {r["indicator"]: r["policy_name"] for r in logic(assessed, "tungsten", "ja")}
    assert found["production_concentration"] == "鉱山投資及び探鉱投資"
    assert found["refined_import_governance"] == "製錬所投資"


def test_recycling_ceiling_by_hand() -> None:
    # cobalt: 0.5 x 1.069^-10 = 0.5 x 0.5131 = 0.2566
    assert eol_rate("cobalt") == 0.5
    assert ceiling("cobalt") == pytest.approx(0.5 * 1.069**-10)
    assert ceiling("cobalt", growth=0.0) == 0.5
