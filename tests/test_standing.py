"""What a measure's state is: one function of its dates, of what suspends it, and of how far sources were followed."""

from datetime import date

import pytest

from shigen.base import names
from shigen.base.errors import UserError
from shigen.base.i18n import LANGS, Lang, text
from shigen.base.years import day_in_words, period
from shigen.figures.factbase import embedded
from shigen.outlook.alerts import restricting
from shigen.outlook.elsewhere import elsewhere
from shigen.outlook.observatory import instruments, kinds, measures
from shigen.outlook.policies import policies
from shigen.outlook.standing import AS_OF, standing


def row_of(measure: str) -> dict[str, str]:
    return next(row for row in embedded().table("measures") if row["measure"] == measure)


def keys_of(commodity: str, when: int | str, home: str = "JPN") -> list[str]:
    return [row["measure"] for row in restricting(commodity, {home}, when)]


@pytest.mark.parametrize(
    ("measure", "when", "state", "stood"),
    [
        # Announced 3 July 2023, in force from 1 August.
        ("CHN-2023-07-03", 2022, "not_yet", False), ("CHN-2023-07-03", "2023-07-10", "adopted", False),
        ("CHN-2023-07-03", 2023, "in_force", True), ("CHN-2023-07-03", 2026, "in_force", True),
        # 22 February to 15 October 2025.
        ("COD-2025-02-22", 2024, "not_yet", False), ("COD-2025-02-22", "2025-06", "in_force", True),
        ("COD-2025-02-22", 2025, "ended", True), ("COD-2025-02-22", 2026, "ended", False),
        # No. 57: due from 8 November 2025, suspended from 7 November: it never worked, as far as was seen.
        ("CHN-2025-10-09", "2025-10-20", "adopted", False), ("CHN-2025-10-09", 2025, "suspended", False),
        ("CHN-2025-10-09", "2026-11-10", "suspended", False), ("CHN-2025-10-09", "2026-11-11", "unseen", False),
        ("CHN-2025-10-09", 2026, "unseen", False),
        # Nos. 61 and 62 worked from 9 October to 6 November 2025.
        ("CHN-2025-10-09c", "2025-10-20", "in_force", True), ("CHN-2025-10-09c", 2025, "suspended", True),
        ("CHN-2025-10-09c", "2025-12", "suspended", False),
        # Of No. 46 only article 2 is suspended: the rest is in force.
        ("CHN-2024-12-03", 2024, "in_force", True), ("CHN-2024-12-03", AS_OF, "in_force", True),
        # Made for a time whose end no source describes.
        ("CHN-2025-12-11", "2026-03", "in_force", True), ("CHN-2025-12-11", 2026, "unseen", True),
        # Adopted in 2024 for 2027.
        ("USA-2027-01-01", 2023, "not_yet", False), ("USA-2027-01-01", 2026, "adopted", False),
        # Beyond the day on which the table was gone through nothing is known.
        ("CHN-2023-07-03", 2030, "unseen", False),
    ],
)  # fmt: skip
def test_state_by_hand(measure: str, when: int | str, state: str, stood: bool) -> None:
    found = standing(row_of(measure), when)
    assert (found.state, found.stood) == (state, stood)


def test_a_lapsed_suspension_says_what_is_known_in_both_languages() -> None:
    lapsed = standing(row_of("CHN-2025-10-09"))
    assert lapsed.in_words("en") == "suspended until 10 November 2026; what holds since then has not been seen"
    assert lapsed.in_words("ja") == "2026年11月10日まで停止、その後の扱いは未確認"
    part = standing(row_of("CHN-2024-12-03"))
    assert part.in_words("en") == (
        "in force (article 2, exports to the United States, suspended until 27 November 2026; "
        "what holds since then has not been seen)"
    )
    assert part.in_words("ja") == "実施中（第2項の対米原則禁輸は2026年11月27日まで停止、その後の扱いは未確認）"


def test_on_a_day_inside_the_suspension_its_end_is_no_question_yet() -> None:
    assert "停止" in standing(row_of("CHN-2025-10-09"), "2026-11-10").in_words("ja")
    rows = measures(measure="CHN-2025-10-09", as_of="2026-05-01", lang="en")
    assert [(row["status"], row["suspended_until"], row["as_of"]) for row in rows] == [
        ("suspended", "2026-11-10", "2026-05-01")
    ]


def test_alerts_are_of_the_year_that_is_asked() -> None:
    assert keys_of("gallium", 2010) == keys_of("gallium", 2022) == []
    assert keys_of("gallium", 2023) == ["CHN-2023-07-03"]
    assert keys_of("tungsten", 2024) == []
    assert keys_of("tungsten", 2025) == ["CHN-2025-02-04"]
    assert keys_of("cobalt", 2024) == []
    assert keys_of("cobalt", 2025) == ["COD-2025-02-22", "COD-2025-10-16"]
    # The stop of 2025 is over; what was reported of July 2026 was not read.
    assert keys_of("cobalt", 2026) == ["COD-2025-10-16"]


def test_a_suspended_control_is_told_with_its_end() -> None:
    assert keys_of("rare_earths", 2025) == ["CHN-2025-04-04", "CHN-2025-10-09", "CHN-2025-10-09c"]
    told = {row["measure"]: standing(row, 2026).in_words("en") for row in restricting("rare_earths", {"JPN"}, 2026)}
    assert told["CHN-2025-04-04"] == "in force"
    assert "until 10 November 2026" in told["CHN-2025-10-09"]


def test_a_ban_on_bauxite_is_no_control_of_gallium() -> None:
    for when in range(2018, 2027):
        assert all(row["region"] == "CHN" for row in restricting("gallium", {"JPN"}, when))
    assert "IDN-2023-06-10" not in {row["measure"] for row in measures(commodity="gallium", lang="en")}


def test_a_measure_against_others_alone_is_no_alert_at_home() -> None:
    # No. 46 of 2024 is against the United States.
    assert "CHN-2024-12-03" not in keys_of("gallium", 2025)
    assert "CHN-2024-12-03" in keys_of("gallium", 2025, "USA")


def test_what_eases_a_restriction_or_was_not_read_is_no_alert() -> None:
    rows = embedded().table("measures")
    controls = {key for key, row in instruments().items() if row["side"] == "restricts"}
    told = {row["measure"] for when in range(2010, 2027) for key in names.commodities()
            for row in restricting(key, {"JPN"}, when)}  # fmt: skip
    assert told
    for row in rows:
        if row["measure"] in told:
            assert controls & set(kinds(row))
            assert (row["read"], row["eases"]) == ("yes", "")
            assert not {"all", "content"} & set(names.split(row["recalled"]))
    # Suspensions and general licences are export measures too, and loosen.
    assert {row["measure"] for row in rows if row["eases"]} == {
        "CHN-2025-11-07", "CHN-2025-11-09", "CHN-2025-12-19", "CHN-2026-09-28",
    }  # fmt: skip


def test_the_table_is_whole() -> None:
    rows = {row["measure"]: row for row in embedded().table("measures")}
    for row in rows.values():
        for key in names.split(row["suspends"]):
            assert key in rows, row["measure"]
            assert row["ends"], row["measure"]
            assert row["eases"], row["measure"]
        assert (row["read"] == "no") == ("all" in names.split(row["recalled"])), row["measure"]
        assert (row["read"] == "no") == (row["confidence"] == "recalled"), row["measure"]
        assert row["read"] != "excerpt" or row["confidence"] == "medium", row["measure"]
        assert bool(row["part_en"]) == bool(row["part_ja"])
        for name in ("starts", "ends", "checked"):
            assert not row[name] or period(row[name]), row["measure"]
        if row["starts"] and row["ends"]:
            assert period(row["starts"])[0] <= period(row["ends"])[1], row["measure"]
        for lang in LANGS:
            assert standing(row).in_words(lang), row["measure"]


@pytest.mark.parametrize("lang", LANGS)
def test_one_measure_can_be_asked_for(lang: Lang) -> None:
    rows = policies(measure="chn-2023-07-03", as_of=2023, lang=lang)
    assert [(row["measure"], row["starts"], row["status"]) for row in rows] == [
        ("CHN-2023-07-03", "2023-08-01", "in_force")
    ]


def test_words_that_are_no_measure_or_no_day_are_refused() -> None:
    with pytest.raises(UserError) as caught:
        policies(measure="CHN-2023-07-04")
    assert caught.value.suggestions
    assert caught.value.message("en").startswith('The observatory holds no measure "CHN-2023-07-04".')
    for word in ("yesterday", "2026-13", "2025-02-29", "0000", "２０２６"):
        with pytest.raises(UserError) as caught:
            policies(as_of=word)
        assert word in caught.value.message("ja")
    with pytest.raises(UserError):
        policies("timeline", as_of="2026")


def test_days_in_words() -> None:
    assert [day_in_words(day, "en") for day in ("2026-11-10", "2026-08", "2026")] == [
        "10 November 2026", "August 2026", "2026",
    ]  # fmt: skip
    assert [day_in_words(day, "ja") for day in ("2026-11-10", "2026-08", "2026")] == [
        "2026年11月10日", "2026年8月", "2026年",
    ]  # fmt: skip
    assert period("2024-02") == (date(2024, 2, 1), date(2024, 2, 29))


def test_every_state_has_a_name() -> None:
    for row in embedded().table("measures"):
        for when in (2000, 2020, 2025, 2026, 2030):
            for lang in LANGS:
                assert text(f"policies.status.{standing(row, when).state}", lang)


def test_what_eases_is_no_control_that_stands_elsewhere() -> None:
    found = next(row for row in elsewhere("JPN").missing if row.key == "export_restriction")
    assert not {"CHN-2025-11-07", "CHN-2025-11-09", "CHN-2025-10-09"} & set(found.examples)
    assert "CHN-2025-02-04" in found.examples
