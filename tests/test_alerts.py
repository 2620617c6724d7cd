"""What should catch the eye first, and what should not."""

import shigen
from shigen.base import names
from shigen.outlook.alerts import DOMINANT, alerts
from shigen.outlook.elsewhere import LIVE


def told(assessment: shigen.Assessment, commodity: str) -> dict[str, str]:
    return {one.kind: one.told("en") for one in alerts(assessment)[commodity]}


def test_a_restriction_names_regions_whose_measure_stands_and_names_the_mineral(assessed: shigen.Assessment) -> None:
    assert "China" in told(assessed, "gallium")["restriction"]
    for key, several in alerts(assessed).items():
        regions = next((dict(one.values)["regions"] for one in several if one.kind == "restriction"), ())
        for region in regions:
            rows = [r for r in names.table("measures") if r["region"] == region and r["status"] in LIVE]
            assert any(key in names.split(r["commodities"]) for r in rows), (key, region)


def test_a_restriction_of_home_itself_is_none(assessed: shigen.Assessment) -> None:
    at_home = shigen.assess(shigen.load("CHN", year=2024))
    assert "China" in told(assessed, "tungsten")["restriction"]
    assert "China" not in told(at_home, "tungsten").get("restriction", "")


def test_a_single_producer_is_named_from_its_line_on(assessed: shigen.Assessment) -> None:
    chain = assessed.chain
    for key, several in alerts(assessed).items():
        one = chain.sel(commodity=key)
        shares = one["production"] / one["total"]
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
            assert one.told("ja") != one.told("en")
