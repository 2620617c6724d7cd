"""What should catch the eye first, and what should not."""

import shigen
from shigen.base import names
from shigen.figures.factbase import embedded
from shigen.model.views import view
from shigen.outlook.alerts import DOMINANT, alerts


def told(assessment: shigen.Assessment, commodity: str) -> dict[str, str]:
    return {one.kind: one.in_words("en") for one in alerts(assessment)[commodity]}


def test_a_restriction_tells_a_measure_of_the_year_that_names_the_mineral(assessed: shigen.Assessment) -> None:
    assert told(assessed, "gallium")["restriction"] == (
        "Export control: Licences for gallium and germanium (in force 1 August 2023) (China; in force)"
    )
    rows = {row["measure"]: row for row in embedded().table("measures")}
    found = {key: [one.measure for one in several if one.kind == "restriction"]
             for key, several in alerts(assessed).items()}  # fmt: skip
    # Tungsten and indium came in February 2025, seven rare earths in April 2025: none is told of figures of 2024.
    assert {key: keys for key, keys in found.items() if keys} == {
        "gallium": ["CHN-2023-07-03"], "graphite_natural": ["CHN-2023-10-20"], "antimony": ["CHN-2024-08-15"],
        "phosphate_rock": ["CHN-2021-10-15"],
    }  # fmt: skip
    for key, keys in found.items():
        assert all(key in names.split(rows[one]["commodities"]) for one in keys)


def test_a_restriction_of_home_itself_is_none(assessed: shigen.Assessment) -> None:
    at_home = shigen.assess(shigen.load("CHN", year=2024))
    assert "China" in told(assessed, "antimony")["restriction"]
    assert "restriction" not in told(at_home, "antimony")


def test_a_single_producer_is_named_from_its_line_on(assessed: shigen.Assessment) -> None:
    chain = assessed.chain
    for key, several in alerts(assessed).items():
        one = chain.sel(commodity=key)
        shares = one["production"] / view(one, "total")
        largest = shares.max("country")
        dominant = [dict(alert.values) for alert in several if alert.kind == "dominant"]
        for alert in dominant:
            step = str(alert["step"]).removeprefix("production_")
            assert float(shares.sel(country=alert["country"], step=step)) == float(largest.sel(step=step)) >= DOMINANT


def test_a_missing_axis_is_a_gap_and_one_that_does_not_apply_is_none(assessed: shigen.Assessment) -> None:
    gaps = {key: {dict(one.values)["indicator"] for one in several if one.kind == "gap"}
            for key, several in alerts(assessed).items()}  # fmt: skip
    for row in assessed.records("en"):
        assert (row["indicator"] in gaps[row["commodity"]]) == (row["status"] == "no_data")


def test_alerts_are_told_in_both_languages(assessed: shigen.Assessment) -> None:
    for several in alerts(assessed).values():
        for one in several:
            assert one.in_words("ja") != one.in_words("en")
