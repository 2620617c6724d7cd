"""The six types: a truth table over all answers, firmness, and the tables of policies."""

import itertools

import numpy as np
import pytest

import shigen
from shigen.base.declare import PACKAGE_POLICIES
from shigen.figures.factbase import embedded
from shigen.model.assumptions import ceiling, eol_rate
from shigen.model.indicators import indicators
from shigen.model.packages import CONDITIONS, POLICIES, logic, package
from shigen.model.rule import CLAUSES, FIRMNESS, NO, STAYS, TYPES, UNKNOWN, YES, judge
from shigen.model.typology import classify, with_asked

ANSWERS = (True, False, None)
CODES = {True: YES, False: NO, None: UNKNOWN}


def by_hand(surge, companion, mine, smelter, upstream):
    """The rule of the design, in the plainest words, for known answers."""
    if surge:
        return "demand_surge"
    if companion and upstream:
        return "byproduct_smelting" if smelter else "byproduct_recycling"
    if mine and smelter:
        return "mine_and_smelter"
    return "mine" if mine else "smelter" if smelter else "none"


def both(a, b):
    return False if a is False or b is False else None if a is None or b is None else True


def any_of(*values):
    return True if True in values else None if None in values else False


def sides(answers, has_ore):
    """Surge, companion, mine side, smelter side, something upstream high."""
    surge, companion, reserves, production, ore, smelter = answers
    mine = any_of(reserves, production if has_ore else False)
    return surge, companion, mine, smelter, any_of(reserves, production, ore, smelter)


def alone(answers, has_ore):
    """The verdict of one set of answers in plain words: type, whether something was read as no, whether it is open."""
    told = sides(answers, has_ore)
    filled = {by_hand(*full) for full in itertools.product(*[(a,) if a is not None else (True, False) for a in told])}
    if len(filled) == 1:
        return filled.pop(), False, False
    surge, companion, mine, smelter, upstream = told
    by_product = both(companion, upstream)
    return by_hand(*map(bool, told)), True, surge is None or by_product is None or (mine is None and smelter is None)


def told_alone(answers, near, weak, has_ore):
    """The whole verdict of one set of answers: type, firmness, the deciding clauses that are told, what would move."""
    kind, assumed, is_open = alone(answers, has_ore)

    def other(i, answer):
        return alone((*answers[:i], answer, *answers[i + 1 :]), has_ore)[0]

    deciding = [i for i in range(6) if any(other(i, answer) != kind for answer in (True, False))]
    shaky = assumed or any(near[i] or weak[i] for i in deciding)
    firmness = "undecidable" if is_open else "provisional" if shaky else "firm"
    first = [i for i in deciding if answers[i] is None or near[i] or weak[i]] or deciding
    moved = {i: other(i, not answers[i]) for i in deciding if near[i] and answers[i] is not None}
    return kind, firmness, first, moved


EVERY = list(itertools.product(ANSWERS, repeat=6))
MARKS = [(False,) * 6, (True,) * 6, *(tuple(i == j for i in range(6)) for j in range(6))]


@pytest.mark.parametrize("has_ore", [True, False])
@pytest.mark.parametrize("near", MARKS)
def test_every_combination_of_answers_gets_the_verdict_of_the_plain_rule(near, has_ore) -> None:
    """All 729 answers at once, each as the rule in plain words gives it alone, with every clause near or weak."""
    answers = np.array([[CODES[a] for a in row] for row in EVERY], np.int8)
    for weak in MARKS[:3]:
        marks = [np.broadcast_to(np.array(mark), answers.shape) for mark in (near, weak)]
        found = judge(answers, near=marks[0], weak=marks[1], has_ore=np.full(len(EVERY), has_ore))
        for i, row in enumerate(EVERY):
            moved = {j: TYPES[code] for j, code in enumerate(found.moved[i]) if code != STAYS}
            got = (TYPES[found.type[i]], FIRMNESS[found.firmness[i]], np.flatnonzero(found.decides[i]).tolist(), moved)
            assert got == told_alone(row, near, weak, has_ore), row


BY_HAND = [
    # surge, companion, reserves, production, ore governance, refined governance, has ore → type, firmness
    ("yyyyyy", True, "demand_surge", "firm"),
    ("nyyyyy", True, "byproduct_smelting", "firm"),
    ("nyyyyn", True, "byproduct_recycling", "firm"),
    ("nynnnn", True, "none", "firm"),
    ("nnyyyy", True, "mine_and_smelter", "firm"),
    ("nnnyny", True, "mine_and_smelter", "firm"),
    ("nnnyny", False, "smelter", "firm"),  # without an ore step, production is no sign of the mine side
    ("nynynn", False, "byproduct_recycling", "firm"),  # but counts as something upstream
    ("nnynnn", True, "mine", "firm"),
    ("nnnnyn", True, "none", "firm"),  # ore governance alone is no side
    ("nnn?nn", True, "none", "provisional"),
    ("nnn?n?", True, "none", "undecidable"),
    ("?nynnn", True, "mine", "undecidable"),
    ("n?nnnn", True, "none", "firm"),  # nothing upstream is high: by-product or not, no type
    ("n?nnny", True, "smelter", "undecidable"),
    ("ny?nny", True, "byproduct_smelting", "firm"),
]


@pytest.mark.parametrize(("answers", "has_ore", "kind", "firmness"), BY_HAND)
def test_verdicts_by_hand(answers, has_ore, kind, firmness) -> None:
    codes = np.array([{"y": YES, "n": NO, "?": UNKNOWN}[a] for a in answers], np.int8)
    none = np.zeros(6, bool)
    found = judge(codes, near=none, weak=none, has_ore=np.array(has_ore))
    assert (TYPES[found.type], FIRMNESS[found.firmness]) == (kind, firmness)


def judged(near: str = "", weak: str = "", **answers: bool | None) -> tuple[str, str, list[str], dict[str, str]]:
    """The verdict of answers by clause, no where none is given: type, firmness, deciding clauses, what would move."""
    codes = np.array([CODES[answers.get(key, False)] for key in CLAUSES], np.int8)
    marks = (np.array([key == mark for key in CLAUSES]) for mark in (near, weak))
    found = judge(codes, **dict(zip(("near", "weak"), marks, strict=True)), has_ore=np.array(True))
    decides = [key for key, on in zip(CLAUSES, found.decides, strict=True) if on]
    moved = {key: TYPES[code] for key, code in zip(CLAUSES, found.moved, strict=True) if code != STAYS}
    return TYPES[found.type], FIRMNESS[found.firmness], decides, moved


def test_a_verdict_near_its_line_is_provisional_and_says_what_it_would_become() -> None:
    found = judged(near="refined_governance_high", reserves_high=True, refined_governance_high=True)
    assert found == ("mine_and_smelter", "provisional", ["refined_governance_high"],
                     {"refined_governance_high": "mine"})  # fmt: skip


def test_a_verdict_far_from_every_line_is_firm() -> None:
    kind, firmness, _, moved = judged(reserves_high=True)
    assert (kind, firmness, moved) == ("mine", "firm", {})


def test_an_unknown_side_is_read_as_not_shown_and_named() -> None:
    found = judged(reserves_high=True, refined_governance_high=None)
    assert found == ("mine", "provisional", ["refined_governance_high"], {})


def test_unknown_demand_is_undecidable_with_a_named_gap() -> None:
    _, firmness, decides, _ = judged(surge=None)
    assert firmness == "undecidable"
    assert "surge" in decides


def test_a_weak_answer_that_decides_nothing_leaves_the_verdict_firm() -> None:
    assert judged(weak="reserves_high", surge=True, reserves_high=True)[:2] == ("demand_surge", "firm")


def test_types_of_an_assessment_that_lacks_an_axis_are_refused(assessed) -> None:
    few = shigen.assess(assessed.chain, indicators=["production_concentration", "price_volatility"])
    with pytest.raises(shigen.UserError) as caught:
        classify(few)
    assert caught.value.message("en") == (
        "This assessment lacks what the types ask: reserve_concentration, ore_import_governance, "
        "refined_import_governance. Name it among the `indicators` of `assess`, beside the others."
    )


def test_a_clause_asks_another_indicator_by_its_own_line_and_says_so(assessed) -> None:
    asks = shigen.Scoring(asks={"production_high": "輸入寡占度（国別HHI）"})
    assert asks.asks["production_high"] == "import_concentration"
    # The margin is that of what is asked, unless one is given.
    assert asks.margins["production_high"] == indicators()["import_concentration"].margin
    assert shigen.Scoring(asks=asks.asks, margins={"production_high": 0.4}).margins["production_high"] == 0.4
    keys = [*assessed.dataset["indicator"].values.tolist(), "import_concentration"]
    whole = shigen.assess(assessed.chain, indicators=keys, scoring=asks)
    for verdict in classify(whole):
        rows = {row["indicator"]: row for row in whole.records("en") if row["commodity"] == verdict.commodity}
        clause, row = verdict.clauses["production_high"], rows["import_concentration"]
        if row["raw"] is None:
            continue
        assert (clause.raw, clause.line) == (row["raw"], indicators()["import_concentration"].high_from)
        assert clause.value is None or clause.value == (clause.raw >= clause.line)
        assert "Import concentration" in clause.in_words("en")
        assert "in place of" in clause.in_words("en")
        assert verdict.clauses["reserves_high"].in_words("en").startswith("Reserve concentration high")
    with pytest.raises(shigen.UserError, match="lacks what the types ask: import_concentration"):
        classify(shigen.assess(assessed.chain, scoring=asks))
    assert [one.type for one in classify(with_asked(shigen.assess(assessed.chain, scoring=asks)))] == [
        one.type for one in classify(whole)]  # fmt: skip


def test_every_condition_of_the_table_is_computed_and_every_policy_has_its_row(facts) -> None:
    rows = facts.table("type_policy")
    assert {row["condition"] for row in rows} == {"", *CONDITIONS}
    assert {row["policy"] for row in rows} == set(POLICIES) == set(PACKAGE_POLICIES)


@pytest.mark.parametrize(("asks", "said"), [
    ({"production": "import_concentration"}, 'The key "production" is not known.'),
    ({"companion": "import_concentration"}, 'The key "companion" is not known.'),
    ({"production_high": "importconcentration"}, 'There is no indicator "importconcentration".'),
    ({"production_high": 1}, "There is no indicator"), (["production_high"], "asks is"),
])  # fmt: skip
def test_what_a_clause_cannot_ask_is_refused(asks, said: str) -> None:
    with pytest.raises(shigen.UserError) as caught:
        shigen.Scoring(asks=asks)
    assert said in caught.value.message("en")


def test_margins_and_lines_are_those_of_the_scoring(assessed) -> None:
    rows = {row["indicator"]: row["raw"] for row in assessed.records("en") if row["commodity"] == "cobalt"}
    raw = rows["refined_import_governance"]
    own = shigen.Scoring(high={"refined_import_governance": raw - 0.05}, margins={"refined_governance_high": 0.06},
                         companion_line=1.0)  # fmt: skip
    verdict = next(v for v in classify(shigen.assess(assessed.chain, scoring=own)) if v.commodity == "cobalt")
    clause = verdict.clauses["refined_governance_high"]
    assert (clause.value, clause.near, clause.line) == (True, True, raw - 0.05)
    assert verdict.clauses["companion"].line == 1.0


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
    assert (cells["mine"].says["ja"], cells["mine"].holds) == ("×", False)
    assert (cells["smelter"].says["ja"], cells["smelter"].holds) == ("注力", True)
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
