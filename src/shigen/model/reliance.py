"""Apparent consumption and import reliance of an importer: what every reader asks for first, beside the six axes."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from xarray import Dataset

from shigen.base.i18n import Lang, default_lang, text
from shigen.model.arrays import Array, choose, clipped, known, ratio
from shigen.model.consumption import trade_cited
from shigen.model.named import bare, labelled
from shigen.model.records import cells, editions_of, number, place
from shigen.model.sound import sound
from shigen.model.views import Views, at_step

RELIANCE_COLUMNS: Final = (
    "commodity", "importer", "year", "home_output_t", "apparent_consumption_t", "consumption_rests_on",
    "consumption_year", "import_reliance", "reason", "sources",
)  # fmt: skip
BASES: Final = ("none", "figure", "trade")
"""What apparent consumption rests on, in the order of the int8 codes: nothing; a printed figure of what home uses; the
sum of output and net imports."""
WHY: Final = ("none", "output", "consumption")
"""What lacks where there is no import reliance, in the order of the int8 codes."""


def import_reliance(home_output: Array, consumption: Array) -> Array:
    """Net import reliance: the share of apparent consumption that does not come from home's own primary output.

    Parameters
    ----------
    home_output : (..., commodity) [t/yr], >= 0
        Of the step that counts: ore, or refined where there is no ore.
    consumption : (..., commodity) [t/yr], >= 0
        Apparent consumption: output + imports - exports (- what goes into stocks).

    Returns
    -------
    (..., commodity) [1], 0 (home makes as much as it uses, or more) to 1; NaN where either is unknown.

    Notes
    -----
    1 - P / C, which is (M - X) / C where C = P + M - X. U.S. Geological Survey, Mineral Commodity Summaries, Appendix C
    ("net import reliance"); there scrap recovered at home counts as home's, here it is in neither.

    Examples
    --------
    Home mines 20 t and uses 80 t:

    >>> float(import_reliance(xr.DataArray(20.0), xr.DataArray(80.0)))
    0.75
    """
    return clipped(1 - ratio(home_output, consumption), 0.0, 1.0)


def reliance(chain: Dataset) -> Dataset:
    """Return apparent consumption and import reliance of a supply chain that keeps its rules, policies in place or not.

    Returns
    -------
    xarray.Dataset
        `home_output`, `consumption` [t/yr], `import_reliance` [1], `rests_on` (codes of BASES), `year` of a printed
        consumption (0 for none), `why` (codes of WHY), `sources` (bits), over (..., commodity).

    Notes
    -----
    Consumption is that of `consumption.consumption`.
    """
    held = bare(sound(chain))
    views = Views(held)
    output = views("home_production", "counting")
    consumption, printed = views("consumption", None), held["home_takes"]
    rests_on = choose(known(printed), BASES.index("figure"), choose(known(consumption), BASES.index("trade"), 0))
    lacks = choose(known(output), choose(known(consumption), 0, WHY.index("consumption")), WHY.index("output"))
    behind = choose(known(printed), held["home_takes_source"], choose(rests_on > 0, trade_cited(held), 0))
    return labelled({
        "home_output": output, "consumption": consumption, "import_reliance": import_reliance(output, consumption),
        "rests_on": rests_on.astype(np.int8), "figure_year": held["home_takes_year"], "why": lacks.astype(np.int8),
        "sources": behind | choose(known(output), at_step(held, held["production_source"], "counting"), 0),
    }, chain)  # fmt: skip


def reliance_rows(chain: Dataset, lang: Lang | None = None) -> list[dict[str, Any]]:
    """Return one row a commodity (and importer, year) with RELIANCE_COLUMNS; what is absent says why."""
    lang = lang or default_lang()
    rows = []
    for cell in cells(reliance(chain)):
        basis, why = BASES[int(cell["rests_on"])], WHY[int(cell["why"])]
        rows.append({
            **{name: value for name, value in place(cell).items() if name in RELIANCE_COLUMNS},
            "home_output_t": number(cell["home_output"]),
            "apparent_consumption_t": number(cell["consumption"]),
            "consumption_rests_on": text(f"reliance_rests.{basis}", lang),
            "consumption_year": int(cell["figure_year"]) or None if basis == "figure" else None,
            "import_reliance": number(cell["import_reliance"]),
            "reason": "" if why == "none" else text(f"reliance_lacks.{why}", lang),
            "sources": editions_of(chain, int(cell["sources"])),
        })  # fmt: skip
    return rows


def sentence(row: Mapping[str, Any], lang: Lang) -> str:
    """Return a row of reliance as a sentence."""
    if row["import_reliance"] is None:
        return text("reliance.absent", lang, reason=row["reason"])
    year = row["consumption_year"]
    return text("reliance.sentence", lang, percent=f"{100 * row['import_reliance']:.0f}",
                tonnes=f"{row['apparent_consumption_t']:,.0f}", made=f"{row['home_output_t']:,.0f}",
                rests=row["consumption_rests_on"] if year is None else
                text("reliance.of_year", lang, rests=row["consumption_rests_on"], year=year))  # fmt: skip
