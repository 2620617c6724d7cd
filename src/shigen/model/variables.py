"""The variables of a SupplyChain, each declared once: dims, unit, range, meaning.

Base dims are `commodity`, `country` (the supplier) and `step` (ore, refined). `importer`, `year`, `scenario`
and `draw` may stand in front of any variable; formulas leave them alone.
"""

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import xarray as xr

from shigen.base.declare import FLAGS
from shigen.model.spread import Spread

KUSD: Final = 1e-3
"""Thousand USD per USD."""

LAGS: Final = 10
"""Years of price changes in the volatility window."""

LIFE_SPAN: Final = 4
"""Years over which the change of reserve life is taken."""

MAPS: Final = ("applicable", "not_applicable", "proxy", "shared_code", "no_data")
"""What `supply_map` says of a variable at a step, in the order of the int8 codes."""


Trace = Literal["figures", "whole", "whole_before", "supply", "home", "refined", "prices", "price", "scrap", "mines",
                "governance", "stability", "beside"]  # fmt: skip
"""How a trace shows what a formula reads: tonnes by country; the world total alone, of the year or of LIFE_SPAN years
before; supply by partner; output of the home; refined shares; the price series, or the price of the year; compilations
of scrap; single mines; beside each country that something else is read of, its governance or stability; or inside the
trace of what is read beside it."""


@dataclass(frozen=True)
class Variable:
    """Declaration of one variable of the dataset."""

    dims: tuple[str, ...]
    unit: str
    meaning: str
    per: tuple[str, ...] = ()
    """Study dims (`importer`, `year`) along which it changes."""
    dtype: type = float
    low: float = 0.0
    high: float = np.inf
    stands_on: tuple[str, ...] = ()
    """Of what a formula may read: the variables X whose `X_map`, `X_year` and `X_source` speak of it, the main one
    first."""
    traced: Trace | None = None
    """Of what a formula may read: how `explain` shows it."""
    spread: Spread | None = None
    """How it is uncertain; None: as it stands, or as the variables that it follows."""


_C, _CC, _CS, _CCS = (
    ("commodity",), ("commodity", "country"), ("commodity", "step"), ("commodity", "country", "step"),
)  # fmt: skip
_Y, _IY = ("year",), ("importer", "year")


def _of(traced: Trace, *stands_on: str) -> dict[str, Any]:
    """Return what the declaration of something that a formula may read has besides."""
    return {"traced": traced, "stands_on": stands_on}


_MADE: Final = Spread(
    "revised", "production",
    ("production_bulk", "production_ferro", "production_other", "production_size", "production_truth"),
    "Revisions of USGS, Mineral Commodity Summaries 2022 to 2026",
)  # fmt: skip
_HELD: Final = Spread(
    "revised", "reserves", ("reserves",), "Revisions of USGS, Mineral Commodity Summaries 2019 to 2026"
)
_UNNAMED: Final = Spread("unnamed", "remainder", ("remainder",), "Revisions of what MCS prints for other countries")
_SENT: Final = Spread("revised", "trade", ("trade", "trade_size"), "BACI against Japan's customs statistics")
_GOVERNED: Final = Spread(
    "published", "governance", ("governance", "governance_together"),
    "World Bank, Worldwide Governance Indicators, 2024 update: standard errors",
)  # fmt: skip
_PRICED: Final = Spread("sampled", "price", tuple(f"price_{n}" for n in range(6, LAGS + 1)),
                        "World Bank, Pink Sheet: deviations of ten years, against synthetic truth")  # fmt: skip
_SPLIT: Final = Spread("measured", "split", ("split",), "Own measurement: `split_error`, importers' codes left out")
_SCRAP: Final = Spread("ranged", "scrap", ("scrap",), "Ranges of `home_scrap`, and `regeneration.proxy_spread`")
_COMPANION: Final = Spread("ranged", "companion", ("companion",), "Nassar, Graedel & Harper (2015), one figure of 2008")
_TAKEN: Final = Spread("ranged", "home_takes", ("home_takes",), "Ranges of `home_demand` and of the study")


VARIABLES: Final[dict[str, Variable]] = {
    "reserves": Variable(_CC, "t", "economic reserves", _Y, **_of("figures", "reserves"), spread=_HELD),
    "reserves_remainder": Variable(_C, "t", "world reserves that no country is named for", _Y, spread=_UNNAMED),
    "reserves_total_before": Variable(_C, "t", f"world reserves {LIFE_SPAN} years before, by `concentration.total`", _Y,
                                      **_of("whole_before", "reserves")),
    "production": Variable(_CCS, "t/yr", "mine output; smelter, refinery or first recovered form", _Y,
                           **_of("figures", "production"), spread=_MADE),
    "remainder": Variable(_CS, "t/yr", "world production that no country is named for", _Y, spread=_UNNAMED),
    "total_before": Variable(_CS, "t/yr", f"world production {LIFE_SPAN} years before, by `concentration.total`", _Y,
                             **_of("whole_before", "production")),
    "stage_share": Variable(_CCS, "1", "world shares where there are no tonnes; an older period", high=1.0),
    "imports": Variable(_CCS, "t/yr", "the importer's imports by partner; NaN where the content is unknown", _IY,
                        **_of("supply", "imports"), spread=_SENT),
    "imports_tonnes": Variable(_CCS, "t/yr", "the same, weights and contents estimated; NaN if unknown", _IY,
                               **_of("supply", "imports"), spread=_SENT),
    "tonnes_nowhere": Variable(_CS, "t/yr", "the same from no country that is named", _IY),
    "imports_unit": Variable(_CS, "USD/t", "mean value of these tonnes, policies aside; NaN without tonnes", _IY),
    "imports_value": Variable(_CCS, "kUSD/yr", "the same by value", _IY, **_of("supply", "imports"), spread=_SENT),
    "imports_estimated": Variable(_CCS, "kUSD/yr", "what arrives under codes of which only totals are held", _IY),
    "imports_at_most": Variable(_CS, "kUSD/yr", "the most that can arrive so", _IY),
    "split_error_low": Variable(_CS, "1", "what a split may add to the governance of estimated imports, 5 %", _IY,
                                low=-1.0, high=1.0, spread=_SPLIT),
    "split_error_high": Variable(_CS, "1", "the same, 95 %; of a draw both are what it adds", _IY, low=-1.0, high=1.0,
                                 spread=_SPLIT),
    "split_by": Variable(_CS, "1", "what the split is estimated by, codes of `splits.SPLITS`", _IY, np.int8),
    "split_lag": Variable(_CS, "1", "years since an own split that it is estimated by; else 0", _IY, np.int16),
    "totals_year": Variable(_CS, "1", "year of home's totals; 0 where none are held", _IY, np.int16),
    "totals_complete": Variable(_CS, "1", "with home's totals every code of the step is held", _IY, bool),
    "imports_estimated_source": Variable(_CS, "1", "editions, one bit each", _IY, np.int64),
    "imports_unseen": Variable(_CS, "t/yr", "what arrives without a weight or a country; NaN where unknown", _IY),
    "imports_unseen_value": Variable(_CS, "kUSD/yr", "what arrives without a value or a country", _IY),
    "home_takes": Variable(_C, "t/yr", "what home takes in all, as ore or refined; NaN where nobody says", _IY,
                           spread=_TAKEN),
    "home_takes_low": Variable(_C, "t/yr", "the least that it may be, by its source", _IY),
    "home_takes_high": Variable(_C, "t/yr", "the most that it may be, by its source", _IY),
    "home_takes_year": Variable(_C, "1", "year of that figure; 0 where there is none", _IY, np.int16),
    "home_takes_source": Variable(_C, "1", "editions, one bit each", _IY, np.int64),
    "home_fed": Variable(_CCS, "t/yr", "of home's output, what is fed with intermediates of a country", _IY),
    "home_unfed": Variable(_CS, "t/yr", "of home's output, what no ore at home and no known country feeds", _IY),
    "home_feed_source": Variable(_CS, "1", "editions, one bit each", _IY, np.int64),
    "exports": Variable(_CS, "t/yr", "the importer's exports; NaN where the content is unknown", _IY),
    "exports_tonnes": Variable(_CS, "t/yr", "the same, weights and contents estimated; NaN if unknown", _IY),
    "exports_value": Variable(_CS, "kUSD/yr", "the same by value", _IY),
    "by_mass": Variable(_CS, "1", "imports are shared out by mass; else by value", dtype=bool),
    "home": Variable(("country",), "1", "the importer itself, or a bloc's members", ("importer",), bool),
    "count_home": Variable((), "1", "home production counts as sourcing", dtype=bool),
    "governance": Variable(("country",), "1", "1 - (mean of the six WGI estimates + 2.5) / 5; 1 is worst", _Y,
                           **_of("governance", "governance"), spread=_GOVERNED),
    "governance_elsewhere": Variable(("area",), "1", "the same of countries that supply nothing: hosts to come", _Y,
                                     spread=_GOVERNED),
    "governance_se": Variable(("country",), "1", "standard error of `governance`, errors of dimensions apart", _Y),
    "governance_se_elsewhere": Variable(("area",), "1", "the same of countries that supply nothing", _Y),
    "governance_se_together": Variable(("country",), "1", "the same, errors of the dimensions being one", _Y),
    "governance_se_together_elsewhere": Variable(("area",), "1", "the same of countries that supply nothing", _Y),
    "price": Variable(("commodity", "lag"), "USD/t", "reference price, `lag` years before the year", _Y,
                      **_of("prices", "price"), spread=_PRICED),
    "price_describes": Variable(_CS, "1", "the reference price describes goods of the step", dtype=bool),
    "price_segment": Variable(("commodity", "lag"), "1", "definition that the price belongs to", _Y,
                              **_of("beside", "price")),
    "scrap_share": Variable(_C, "1", "share of home supply that is regenerated", _IY, high=1.0,
                            **_of("scrap", "scrap_share"), spread=_SCRAP),
    "scrap_share_low": Variable(_C, "1", "the least that it may be: see `regeneration.of_homes`", _IY, high=1.0),
    "scrap_share_high": Variable(_C, "1", "the most that it may be", _IY, high=1.0),
    "recycling_ceiling": Variable(_C, "1", "the most that recycling may supply: an assumption", high=1.0),
    "companionality": Variable(_C, "1", "share of primary output won as a by-product", _Y, high=1.0,
                               **_of("beside", "companionality"), spread=_COMPANION),
    "companionality_flag": Variable(_C, "1", "kind of figure", _Y, np.int8),
    "substitution": Variable(_C, "1", "substitution index of supply risk by the EU; 1: no substitute", high=1.0,
                             **_of("beside", "substitution")),
    "assessed": Variable(_CS, "1", "the EU's study assesses the step, or not the commodity at all", dtype=bool),
    "trade_printed": Variable(_CCS, "1", "trade parameter t of the EU's rule, to homes outside; NaN: not named",
                              **_of("beside", "trade_printed")),
    "restricted_since": Variable(_CC, "1", "exports are restricted by a measure newer than it", _Y, bool),
    "home_market": Variable(("country",), "1", "the importer, or a member of its bloc", ("importer",), bool),
    "mine_output": Variable(("commodity", "mine"), "t/yr", "output of single mines", _Y,
                            **_of("mines", "mine", "production")),
    "mine_total": Variable(_C, "t/yr", "world output in the year of the mines' figures", _Y, **_of("beside", "mine")),
    "reserves_flag": Variable(_CC, "1", "kind of figure", _Y, np.int8),
    "production_flag": Variable(_CCS, "1", "kind of figure", _Y, np.int8),
    "reserves_map": Variable(_C, "1", "what supply_map says", dtype=np.int8),
    "production_map": Variable(_CS, "1", "what supply_map says", dtype=np.int8),
    "stage_share_map": Variable(_CS, "1", "what supply_map says", dtype=np.int8),
    "imports_map": Variable(_CS, "1", "what supply_map says", dtype=np.int8),
    "scrap_share_map": Variable(_C, "1", "what supply_map says; applicable: home's own figure", ("importer",), np.int8),
    "reserves_year": Variable(_C, "1", "year of the figures; 0 where there are none", _Y, np.int16),
    "scrap_share_year": Variable(_C, "1", "year of the figures; 0 where there are none", _IY, np.int16),
    "production_year": Variable(_CS, "1", "year of the figures; 0 where there are none", _Y, np.int16),
    "imports_year": Variable(_CS, "1", "year of the figures; 0 where there are none", _IY, np.int16),
    "governance_year": Variable((), "1", "year of the figures; 0 where there are none", _Y, np.int16),
    "price_year": Variable(_C, "1", "newest year of the series; 0 where there is none", _Y, np.int16),
    "mine_year": Variable(_C, "1", "year of the mines' figures; 0 where there are none", _Y, np.int16),
    "reserves_source": Variable(_C, "1", "editions, one bit each", _Y, np.int64),
    "production_source": Variable(_CS, "1", "editions, one bit each", _Y, np.int64),
    "imports_source": Variable(_CS, "1", "editions, one bit each", _IY, np.int64),
    "governance_source": Variable((), "1", "editions, one bit each", _Y, np.int64),
    "price_source": Variable(_C, "1", "editions, one bit each", _Y, np.int64),
    "scrap_share_source": Variable(_C, "1", "editions, one bit each", _IY, np.int64),
    "stage_share_source": Variable(_CS, "1", "editions, one bit each", dtype=np.int64),
    "companionality_source": Variable(_C, "1", "editions, one bit each", _Y, np.int64),
    "substitution_source": Variable(_C, "1", "editions, one bit each", dtype=np.int64),
    "trade_printed_source": Variable(_CS, "1", "editions, one bit each", dtype=np.int64),
    "mine_source": Variable(_C, "1", "editions, one bit each", _Y, np.int64),
    "imports_gross": Variable(_CCS, "t/yr", "recorded weight of the goods by partner, whatever they contain", _IY,
                              spread=_SENT),
    "weighed_share": Variable(_CCS, "1", "share of the value by partner that has a recorded weight", _IY, high=1.0),
    "content_known": Variable(_CS, "1", "the content of every code of the step is known", _Y, bool),
    "stability": Variable(("country",), "1", "WGI political stability; low is worst", _Y, low=-5.0, high=5.0,
                          **_of("stability", "stability")),
    "stability_elsewhere": Variable(("area",), "1", "`stability` of the same", _Y, low=-5.0, high=5.0),
    "stability_year": Variable((), "1", "year of the estimates of stability; 0 where there are none", _Y, np.int16),
    "stability_source": Variable((), "1", "editions, one bit each", _Y, np.int64),
}  # fmt: skip


def empty(name: str, labels: xr.Dataset) -> xr.DataArray:
    """Return a variable full of absence (NaN, 0 or False), over its own dims and study dims, with their labels."""
    v = VARIABLES[name]
    dims = (*v.per, *v.dims)
    shape = tuple(labels.sizes[d] for d in dims)
    data = np.full(shape, np.nan) if v.dtype is float else np.zeros(shape, v.dtype)
    attrs: dict[str, object] = {"units": v.unit, "long_name": v.meaning}
    if name.endswith("_flag"):
        attrs |= {"flag_values": list(range(len(FLAGS))), "flag_meanings": " ".join(FLAGS)}
    if name.endswith("_map"):
        attrs |= {"flag_values": list(range(len(MAPS))), "flag_meanings": " ".join(MAPS)}
    return xr.DataArray(data, labels[list(dims)].coords, dims, attrs=attrs)
