"""Who supplies: holders of reserves, producers and import partners of each commodity, by share."""

from collections.abc import Iterator
from typing import Any, Final

from xarray import DataArray, Dataset

from shigen.base.declare import FLAGS
from shigen.base.names import OTHER
from shigen.model.records import number
from shigen.model.variables import MAPS
from shigen.model.views import imported

PANELS: Final = ("reserves", "production_ore", "production_refined", "imports_ore", "imports_refined")
TOP: Final = 6


def suppliers(chain: Dataset, top: int = TOP) -> list[dict[str, Any]]:
    """Return rows `commodity, panel, rank, country, share, value, unit, flag, governance`.

    Per commodity and panel the largest countries, then one row `OTH` for the rest; of reserves and production the
    rest holds what the publisher does not name. A panel without a figure gives no row.
    """
    shares = {
        "reserves": (chain["reserves"], chain["reserves_total"], "t"),
        "production_ore": (_at(chain, "production", "ore"), _at(chain, "total", "ore"), "t/yr"),
        "production_refined": (_at(chain, "production", "refined"), _at(chain, "total", "refined"), "t/yr"),
    }
    for step in ("ore", "refined"):
        amount = imported(chain).sel(step=step, drop=True)
        shares[f"imports_{step}"] = (amount, amount.sum("country", min_count=1), "")
    rows: list[dict[str, Any]] = []
    for panel in PANELS:
        amount, whole, unit = shares[panel]
        for commodity in chain["commodity"].values:
            if not _applies(chain, panel, commodity):
                continue
            one = amount.sel(commodity=commodity)
            by_mass = chain["by_mass"].sel(commodity=commodity, step=panel.rpartition("_")[2]) if not unit else None
            told = unit or ("t/yr" if bool(by_mass) else "kUSD/yr")
            rows += _panel(chain, str(commodity), panel, one, float(whole.sel(commodity=commodity)), told, top)
    return rows


def _at(chain: Dataset, name: str, step: str) -> DataArray:
    return chain[name].sel(step=step, drop=True)


def _applies(chain: Dataset, panel: str, commodity: object) -> bool:
    name, _, step = panel.partition("_")
    mapped = chain[f"{name}_map"].sel(commodity=commodity)
    return int(mapped.sel(step=step) if step else mapped) != MAPS.index("not_applicable")


def _panel(
    chain: Dataset, commodity: str, panel: str, amount: DataArray, whole: float, unit: str, top: int
) -> Iterator[dict[str, Any]]:
    if not whole > 0:
        return
    named = amount.where(amount > 0, drop=True)
    order = named.sortby(-named)
    flags = _flags(chain, commodity, panel)
    place = {"commodity": commodity, "panel": panel, "unit": unit}
    for rank, country in enumerate(order["country"].values[:top]):
        value = float(order.sel(country=country))
        yield {
            **place, "rank": rank, "country": str(country), "share": value / whole, "value": value,
            "flag": FLAGS[int(flags.sel(country=country))] if flags is not None else "official",
            "governance": number(chain["governance"].sel(country=country)),
        }  # fmt: skip
    rest = whole - float(order[:top].sum())
    if rest > 1e-9 * whole:
        yield {
            **place, "rank": top, "country": OTHER, "share": rest / whole, "value": rest, "flag": "none",
            "governance": None,
        }  # fmt: skip


def _flags(chain: Dataset, commodity: str, panel: str) -> DataArray | None:
    name, _, step = panel.partition("_")
    if name == "imports":
        return None
    flags = chain[f"{name}_flag"].sel(commodity=commodity)
    return flags.sel(step=step) if step else flags
