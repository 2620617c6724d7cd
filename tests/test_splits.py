"""Estimated splits: the partners of a code of which only totals are held, how far that is off, and what rests on it."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import shigen
from shigen.base.declare import STATUSES
from shigen.base.i18n import LANGS
from shigen.figures import splits
from shigen.figures.factbase import FactBase, embedded
from shigen.figures.selection import Question
from shigen.figures.split_error import COLUMNS, measured
from shigen.figures.splits import Others, at_most, estimated, split_by, totals
from shigen.model.criticality import assess
from shigen.model.estimated import MOSTLY
from shigen.model.levers import lever
from shigen.model.typology import classify
from shigen.model.views import view
from shigen.study.tracer import Node
from shigen.study.why import why

AXIS = "refined_import_governance"
FIVE = ("fluorspar", "tungsten", "antimony", "magnesium_metal", "cobalt")
JAPAN = {"JPN": ["JPN"]}


@pytest.fixture(scope="module")
def facts() -> FactBase:
    return embedded()


@pytest.fixture(scope="module")
def chain() -> xr.Dataset:
    return shigen.load("JPN", year=2024, commodities=FIVE)


@pytest.fixture(scope="module")
def found(chain) -> shigen.Assessment:
    return assess(chain)


def of(found: shigen.Assessment, commodity: str, key: str = AXIS) -> dict:
    return next(row for row in found.records("en") if (row["commodity"], row["indicator"]) == (commodity, key))


def test_the_error_table_is_what_the_package_gives_with_one_code_left_out(facts) -> None:
    given = [{name: str(row[name]) for name in COLUMNS} for row in measured(facts)]
    shipped = [dict(row) for row in facts.table("split_error")]
    assert len(given) == len(shipped) == 63
    for ours, theirs in zip(given, shipped, strict=True):
        for name in COLUMNS:
            kept, again = (str(theirs[name] or ""), ours[name])
            if name in ("estimator", "importer", "lag", "cases", "codes"):
                assert kept == again, (ours, name)
            else:
                assert float(kept) == pytest.approx(float(again), abs=1e-4), (ours, name)


def test_the_better_estimator_is_the_one_that_comes_first(facts) -> None:
    # Mean error over all importers, in the order in which estimators are tried.
    mean = {(row["estimator"], row["lag"]): float(row["mean_abs"]) for row in facts.table("split_error")
            if row["importer"] == splits.EVERYONE}  # fmt: skip
    own = [value for (name, _), value in mean.items() if name == "own"]
    (intensity,), (exporters,) = ([v for (name, _), v in mean.items() if name == one] for one in splits.SPLITS[2:])
    assert max(own) < intensity < exporters


def test_a_split_leans_on_whom_home_buys_from_elsewhere() -> None:
    # They sell home 30 and 10 of 40, the world 50 of 100 each: 60 x 0.7525 / 0.5025 against 40 x 0.2525 / 0.5025.
    flows = pd.DataFrame({"hs6": ["1", "1", "2", "2"], "exporter": ["AAA", "BBB"] * 2,
                          "home": [30.0, 10.0, 99.0, 1.0], "world": [50.0, 50.0, 60.0, 40.0]})  # fmt: skip
    at_home, in_world = Others(flows).means("2")
    assert at_home == pytest.approx({"AAA": 0.75, "BBB": 0.25})
    assert in_world == pytest.approx({"AAA": 0.5, "BBB": 0.5})
    shares = split_by(np.array([60.0, 40.0]), np.array([0.75, 0.25]), np.array([0.5, 0.5]))
    first, second = 60 * 0.7525, 40 * 0.2525
    assert shares.tolist() == pytest.approx([first / (first + second), second / (first + second)])
    assert Others(flows[flows["hs6"] == "2"]).means("2") == ({}, {})


def test_an_estimate_adds_up_to_the_importers_total_and_leaves_home_out(facts) -> None:
    rows = estimated(facts, Question(FIVE, (2024,)), JAPAN)
    printed = {"281111": 127191.373, "284180": 28076.675, "282580": 45559.195, "810419": 32510.433}
    assert rows.groupby("hs6")["value_kusd"].sum().to_dict() == pytest.approx(printed)
    assert "JPN" not in set(rows["country"])  # an exporter of hydrofluoric acid itself
    assert set(rows["kind"]) == {"intensity"}


def test_an_own_split_of_an_earlier_year_comes_first(facts) -> None:
    over = FactBase(facts.folder)
    over.connection.execute(f"""create or replace view trade as select * from ({facts.tables["trade"].reader()})
        union all by name select * from (values
            ('284180', 2021::smallint, 'JPN', 'KOR', 30.0, 'BACI V202601 HS17'),
            ('284180', 2021::smallint, 'JPN', 'VNM', 10.0, 'BACI V202601 HS17'),
            ('284180', 2020::smallint, 'JPN', 'CHN', 90.0, 'BACI V202601 HS17')
        ) t(hs6, year, importer, exporter, value_kusd, edition)""")  # fmt: skip
    rows = estimated(over, Question(("tungsten",), (2024,)), JAPAN)
    assert dict(zip(rows["country"], rows["value_kusd"] / 28076.675, strict=True)) == pytest.approx(
        {"KOR": 0.75, "VNM": 0.25})  # fmt: skip
    assert set(zip(rows["kind"], rows["lag"], strict=True)) == {("own", 3)}
    error = next(row for row in facts.table("split_error")
                 if (row["estimator"], row["importer"], str(row["lag"])) == ("own", "JPN", "3"))  # fmt: skip
    assert (rows["low"].iloc[0], rows["high"].iloc[0]) == (-float(error["q95"]), -float(error["q05"]))
    over.connection.close()


def test_what_an_unnamed_importer_takes_is_bounded(facts) -> None:
    held = totals(facts, Question(("cobalt",), (2024,)))
    most = at_most(held, {**JAPAN, "CHN": ["CHN"], "two": ["FRA", "JPN", "KOR"]}).set_index("home")["value_kusd"]
    # The smallest of the eight named takes 213.097; those named leave 1264.86 of the world's total for all others.
    assert most.to_dict() == pytest.approx({"JPN": 213.097, "CHN": 3146.013, "two": 5459.623 + 2 * 213.097})


def test_ore_of_which_at_most_a_hundredth_can_arrive_does_not_apply(chain, found) -> None:
    assert float(view(chain, "intake_share", "ore").sel(commodity="cobalt")) < 0.01
    assert of(found, "cobalt", "ore_import_governance")["status"] == "not_applicable"
    unbounded = chain.assign(imports_at_most=chain["imports_at_most"] * np.nan)
    assert of(assess(unbounded), "cobalt", "ore_import_governance")["status"] == "no_data"


def test_an_estimated_axis_says_so_shows_its_band_and_is_not_seen(found) -> None:
    row = of(found, "fluorspar")
    assert (row["status"], row["seen"]) == ("estimated", 0.0)
    # Japan's measured error of the estimator: -0.1244 to +0.1502; the truth lies on the other side.
    assert (row["raw"] - row["raw_low"], row["raw_high"] - row["raw"]) == pytest.approx((0.1502, 0.1244), abs=1e-4)
    for lang, word in zip(LANGS, ("推計", "estimated"), strict=True):
        told = next(r["reason"] for r in found.records(lang) if (r["commodity"], r["indicator"]) == ("fluorspar", AXIS))
        assert word in told


@pytest.mark.parametrize("commodity", ["tungsten", "antimony", "magnesium_metal"])
def test_an_estimate_never_raises_what_is_seen_nor_makes_a_type_firm(chain, found, commodity) -> None:
    without = assess(chain.assign(imports_estimated=chain["imports_estimated"] * 0))
    assert of(found, commodity)["seen"] == pytest.approx(of(without, commodity)["seen"])
    assert of(found, commodity)["status"] == "estimated"
    firm = {verdict.commodity: verdict.firmness for verdict in classify(found)}
    assert firm[commodity] == "provisional"


def test_the_status_asks_whether_recorded_flows_are_nine_tenths(chain) -> None:
    share = view(chain, "estimated_share", "refined").sel(commodity="tungsten").item()
    for target, status in ((1 - MOSTLY - 1e-6, "ok"), (1 - MOSTLY + 1e-6, "estimated")):
        factor = target / (1 - target) * (1 - share) / share
        moved = assess(chain.assign(imports_estimated=chain["imports_estimated"] * factor), indicators=AXIS)
        assert STATUSES[int(moved.dataset["status"].sel(commodity="tungsten").item())] == status


def test_no_concentration_of_imports_is_made_of_an_estimate(chain) -> None:
    rows = {row["commodity"]: row for row in assess(chain, indicators="import_concentration").records("en")}
    without = assess(chain.assign(imports_estimated=chain["imports_estimated"] * 0), indicators="import_concentration")
    assert {key: row["raw"] for key, row in rows.items()} == {
        row["commodity"]: row["raw"] for row in without.records("en")}  # fmt: skip


def test_a_policy_displaces_no_estimated_tonne_and_says_so(chain) -> None:
    smelter = lever("smelter_investment", "tungsten", host="AUS", t_per_year=200)
    after = assess(chain, levers=[smelter])
    before, now = (one["imports_estimated"].sum(["country", "step"]).values.tolist() for one in (chain, after.chain))
    assert now == before
    assert any("Tungsten" in told and "no policy displaces" in told for told in after.warnings("en"))
    assert not assess(chain).warnings("en")


def test_a_saving_moves_no_share_of_an_estimate(chain, found) -> None:
    after = assess(chain, levers=[lever("resource_saving", "tungsten", share=0.25)])
    assert of(after, "tungsten")["raw"] == pytest.approx(of(found, "tungsten")["raw"], abs=1e-12)


@pytest.mark.long
def test_explain_leads_to_the_rows_of_totals_and_why_leads_back(found) -> None:
    told = shigen.explain(found, "fluorspar", AXIS, lang="en")
    supply = next(node for node in told.children if node.label.startswith("Supply"))
    parts = [part for partner in supply.children for part in partner.children if part.label.startswith("Estimated")]
    assert sum(part.value or 0 for part in parts) == pytest.approx(127191.373)
    addresses = {fact.address for part in parts for fact in Node("", children=part.children).facts()}
    edition = "2024:BACI V202601 HS17 totals"
    assert {f"trade_totals:281111:WLD:JPN:{edition}", f"trade_totals:281111:CHN:WLD:{edition}"} <= addresses
    moved = [one for one in why(f"trade_totals:281111:CHN:WLD:{edition}", year=2024) if one.name == AXIS]
    assert [one.commodity for one in moved] == ["fluorspar"]
    assert moved[0].low < moved[0].base < moved[0].high  # China's governance is worse than the others'


def test_explain_shows_the_row_of_home_demand_that_seen_is_measured_by(found) -> None:
    told = shigen.explain(found, "magnesium_metal", AXIS, lang="en")
    (takes,) = [node for node in told.children if node.label.startswith("What home takes")]
    (row,) = takes.children
    assert takes.value == pytest.approx(float(found.chain["home_takes"].sel(commodity="magnesium_metal")))
    assert row.value == pytest.approx(takes.value)
    assert row.published


def test_a_bloc_has_no_estimate_since_its_members_trade_among_themselves(facts) -> None:
    rows = estimated(facts, Question(FIVE, (2024,)), {"two": ["DEU", "FRA"]})
    assert rows.empty
