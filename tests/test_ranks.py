"""Places of minerals: what the intervals leave open, and none where there is no figure."""

import numpy as np
import pytest
import xarray as xr

import shigen
from shigen.model.criticality import ranks
from shigen.model.named import bare, labelled
from shigen.model.records import places
from shigen.show.cli.main import main


def of(*intervals: tuple[float, float, float]) -> list[tuple[float, float]]:
    """Return the places of minerals by (risk, low, high) of one stage."""
    coords = {"stage": ["upstream"], "commodity": [f"m{i}" for i in range(len(intervals))]}
    values = np.array(intervals, float).T
    risk = xr.Dataset(
        {name: (("stage", "commodity"), values[[i]]) for i, name in enumerate(("risk", "risk_low", "risk_high"))},
        coords,
    )
    found = labelled(ranks(bare(risk)), risk).isel(stage=0)
    return list(zip(found["rank_low"].values.tolist(), found["rank_high"].values.tolist(), strict=True))


def test_places_by_hand() -> None:
    # a 0.70-0.80 lies above all: 1-1. b 0.27-0.52 and c 0.48-0.48 overlap: one lies above both (a), and neither lies
    # wholly below the other: 2-3 both. d 0.10-0.10: above it a, b, c: 4-4.
    assert of((0.75, 0.7, 0.8), (0.36, 0.27, 0.52), (0.48, 0.48, 0.48), (0.1, 0.1, 0.1)) == [
        (1, 1), (2, 3), (2, 3), (4, 4),
    ]  # fmt: skip


def test_overlap_is_not_passed_on() -> None:
    # a 0.6-0.9, b 0.4-0.7, c 0.1-0.5: a and b overlap, b and c overlap, a lies above c.
    assert of((0.8, 0.6, 0.9), (0.5, 0.4, 0.7), (0.3, 0.1, 0.5)) == [(1, 2), (1, 3), (2, 3)]


def test_equal_risks_share_their_places_also_where_rounding_parts_them() -> None:
    assert of((0.5, 0.5, 0.5), (0.5, 0.5, 0.5 + 1e-16), (0.2, 0.2, 0.2)) == [(1, 2), (1, 2), (3, 3)]


def test_a_mineral_without_figures_has_no_place_and_may_stand_anywhere() -> None:
    # The second has no figure: 0 to 1. The first is then 1st or 2nd, the third 2nd or 3rd. The fourth does not apply.
    nan = float("nan")
    found = of((0.8, 0.8, 0.8), (nan, 0.0, 1.0), (0.3, 0.3, 0.3), (nan, nan, nan))
    assert (found[0], found[2]) == ((1, 2), (2, 3))
    assert np.isnan(found[1]).all()
    assert np.isnan(found[3]).all()


def test_places_bound_every_order_that_the_intervals_allow(assessed) -> None:
    risk = assessed.dataset[["risk_low", "risk_high"]].assign(assessed.places.data_vars).sel(stage="upstream")
    rng = np.random.default_rng(3)
    for _ in range(200):
        drawn = rng.uniform(risk["risk_low"].values, risk["risk_high"].values)
        place = 1 + (drawn[:, None] > drawn[None, :]).sum(0)
        assert (place >= risk["rank_low"].values).all()
        assert (place <= risk["rank_high"].values).all()


def test_rows_hold_places_among_all_that_were_assessed(assessed) -> None:
    rows = assessed.stages("en")
    assert all((row["rank_low"] is None) == (row["risk"] is None) for row in rows)
    of = {"commodity": ["cobalt"]}
    of_all = {"scoring": assessed.scoring, "places": assessed.places.sel(of)}
    one = shigen.Assessment(assessed.chain.sel(of), assessed.dataset.sel(of), **of_all)
    assert one.stages("en") == [row for row in rows if row["commodity"] == "cobalt"]
    alone = shigen.Assessment(one.chain, one.dataset, scoring=one.scoring)
    assert {(row["rank_low"], row["rank_high"]) for row in alone.stages("en")} == {(None, None)}


def test_a_stage_without_data_has_no_rank_on_any_door(capsys) -> None:
    chain = shigen.load("JPN", year=2024, commodities=["gallium", "tellurium"])
    assessed = shigen.assess(chain.assign(price=chain["price"].where(chain["commodity"] != "tellurium")))
    row = next(r for r in assessed.stages("en") if (r["commodity"], r["stage"]) == ("tellurium", "intermediate"))
    assert (row["risk"], row["rank_low"], row["rank_high"], places(row, "ja")) == (None, None, None, "")
    with pytest.raises(SystemExit) as ended:
        main(["assess", "gallium", "cobalt", "tungsten", "--lang", "ja"])
    assert ended.value.code == 0
    assert "1～3位" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("band", "en", "ja"), [((1, 1), "1st", "1位"), ((2, 12), "2nd–12th", "2～12位"), ((3, 11), "3rd–11th", "3～11位")]
)
def test_places_in_words(band, en, ja) -> None:
    row = dict(zip(("rank_low", "rank_high"), band, strict=True))
    assert (places(row, "en"), places(row, "ja")) == (en, ja)
