"""What others do and the home does not, for one mineral."""

import pytest

from shigen.base import names
from shigen.base.errors import UserError
from shigen.outlook.elsewhere import LIVE, elsewhere
from shigen.outlook.observatory import kinds, takes_part
from shigen.outlook.policies import policies
from shigen.outlook.standing import standing


def test_each_example_stands_names_the_mineral_and_is_no_kind_of_the_home(facts) -> None:
    rows = {row["measure"]: row for row in facts.table("measures")}
    compared = 0
    for mineral in ("gallium", "rare_earths", "cobalt"):
        of_home = {kind for row in rows.values() if takes_part(row, "JPN")
                   and mineral in names.split(row["commodities"] or mineral) for kind in kinds(row)}  # fmt: skip
        for one in elsewhere("JPN", commodity=mineral, facts=facts).missing:
            assert one.kind == "instrument"
            assert one.key not in of_home
            for key in one.examples:
                compared += 1
                assert mineral in names.split(rows[key]["commodities"])
                assert standing(rows[key], facts=facts).state in LIVE
                assert one.key in kinds(rows[key])
    assert compared > 5


def test_a_mineral_by_any_name_and_in_words(facts) -> None:
    by_key, by_name = (policies("elsewhere", home="JPN", commodity=word, lang="ja", facts=facts)
                       for word in ("gallium", "ガリウム"))  # fmt: skip
    assert by_key == by_name
    assert by_key
    told = elsewhere("JPN", commodity="gallium", facts=facts)
    assert "ガリウムを対象として明示した施策" in told.in_words("ja")
    assert "names Gallium" in told.in_words("en")
    with pytest.raises(UserError, match="unobtainium"):
        elsewhere("JPN", commodity="unobtainium", facts=facts)


def test_a_home_of_which_nothing_is_held_is_not_compared(facts) -> None:
    told = elsewhere("BRA", commodity="gallium", facts=facts)
    assert told.missing == ()
