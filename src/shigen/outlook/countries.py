"""The countries behind the minerals: their shares in each, their governance with its error and trend, and what home
takes from them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from xarray import DataArray, Dataset

from shigen.base import names
from shigen.base.declare import FLAGS, STATUSES
from shigen.base.errors import UserError
from shigen.base.i18n import Lang
from shigen.figures import selection
from shigen.figures.factbase import FactBase, Row
from shigen.figures.selection import Question
from shigen.figures.store import current
from shigen.model.effects import intake
from shigen.model.evaluate import evaluate
from shigen.model.records import number
from shigen.model.sound import sound
from shigen.model.suppliers import PANELS
from shigen.model.variables import MAPS
from shigen.model.views import view
from shigen.outlook.observatory import measure_row, takes_part

if TYPE_CHECKING:
    import pandas as pd

    from shigen.model.criticality import Assessment

COLUMNS: Final = (
    "country", "governance", "governance_se", "largest_producer_of", "largest_holder_of", "produces", "top_commodity",
    "top_share", "home_imports_kusd", "home_import_share", "largest_supplier_of",
)  # fmt: skip
PAGE_COLUMNS: Final = (
    "country", "part", "commodity", "step", "dimension", "year", "value", "unit", "standard_error", "share", "rank",
    "change", "since", "trend", "flag", "instrument", "date", "title", "status",
)  # fmt: skip
TREND_YEARS: Final = 10
"""Years over which the trend of governance is taken."""
ARRIVALS: Final = "arrivals_both"
"""What arrives from a country, both steps together."""
SURE: Final = 1.64
"""Standard errors beyond which a change counts: the 90 % that the publisher itself uses."""


@dataclass(frozen=True)
class CountryPage:
    """All that is known of one country."""

    country: str
    shares: list[dict[str, Any]]
    """Its reserves and production by commodity: `commodity, step, value, unit, share, rank, flag`."""
    governance: list[dict[str, Any]]
    """The six dimensions: `dimension, year, value, standard_error, change, since, trend`."""
    years: list[dict[str, Any]]
    """The same over the years: `dimension, year, value, standard_error`."""
    imports: list[dict[str, Any]]
    """What home takes from it: `commodity, step, value, unit, share, rank, flag`."""
    arrivals: list[dict[str, Any]]
    """What arrives from it, both steps together: `commodity, step, value, unit, share, rank,
    flag`; only of commodities whose tonnes are known. Rank 1 is the largest supplier."""
    measures: list[Row]
    """Measures in which it takes part, as the table holds them."""
    sources: tuple[str, ...]
    """Editions of its governance."""
    facts: FactBase = field(repr=False, compare=False)
    """Whose tables were asked."""

    def measure_rows(self, lang: Lang) -> list[dict[str, Any]]:
        """Return its measures with MEASURE_COLUMNS of the observatory."""
        return [measure_row(one, lang, facts=self.facts) for one in self.measures]

    def rows(self, lang: Lang) -> list[dict[str, Any]]:
        """Return all of it as one table with PAGE_COLUMNS; `part` says what a row is of."""
        parts = {"share": self.shares, "governance": self.governance, "import": self.imports, "arrival": self.arrivals,
                 "measure": self.measure_rows(lang)}  # fmt: skip
        return [{column: ({"country": self.country, "part": part} | row).get(column) for column in PAGE_COLUMNS}
                for part, rows in parts.items() for row in rows]  # fmt: skip

    def to_dict(self, lang: Lang = "en") -> dict[str, Any]:
        """Return the JSON of `countries ISO3`."""
        return {"country": self.country, "shares": self.shares, "governance": self.governance,
                "governance_years": self.years, "imports": self.imports, "arrivals": self.arrivals,
                "measures": self.measure_rows(lang)}  # fmt: skip


def countries(result: "Dataset | Assessment") -> list[dict[str, Any]]:
    """Return one row a country with COLUMNS, those that home takes most from first.

    Parameters
    ----------
    result : Dataset or Assessment
        Of one importer and one year.

    Notes
    -----
    `home_imports_kusd` adds up the codes of all commodities; a code that bundles several metals is left out, since it
    would count once for each. Only countries that hold, produce or sell one of the commodities are listed.
    """
    chain = _chain(result)
    commodities, keys = ([str(label) for label in chain[dim].values] for dim in ("commodity", "country"))
    produced = _filled(view(chain, "production", "counting") / view(chain, "total", "counting"))
    held = _filled((chain["reserves"] / view(chain, "reserves_total")).where(~_partly_held(chain)))
    bought = _filled(_imports_value(chain))
    first = [_leaders(amount, commodities, keys) for amount in (produced, held, bought)]
    rows = []
    for i, key in enumerate(keys):
        share, value = produced[:, i], float(bought[:, i].sum())
        if not (value > 0 or (share > 0).any() or (held[:, i] > 0).any()):
            continue
        top = int(share.argmax()) if (share > 0).any() else None
        rows.append({
            "country": key,
            "governance": number(chain["governance"].values[i]),
            "governance_se": number(chain["governance_se"].values[i]),
            "largest_producer_of": first[0].get(key, []), "largest_holder_of": first[1].get(key, []),
            "produces": int((share > 0).sum()), "top_commodity": None if top is None else commodities[top],
            "top_share": None if top is None else float(share[top]), "home_imports_kusd": value,
            "home_import_share": value / float(bought.sum()) if bought.any() else None,
            "largest_supplier_of": first[2].get(key, []),
        })  # fmt: skip
    return sorted(rows, key=lambda r: (-r["home_imports_kusd"], -len(r["largest_producer_of"]), r["country"]))


LEADING: Final = 8
"""Countries by home's imports that a report tells in full."""


def leading(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return, of the rows of `countries`, those that home takes most from, and those that produce most of a mineral."""
    return [row["country"] for i, row in enumerate(rows) if i < LEADING or row["largest_producer_of"]]


def country(word: str, result: "Dataset | Assessment", *, facts: FactBase | None = None) -> CountryPage:
    """Return the page of one country.

    Parameters
    ----------
    word : str
        Its alpha-3 code or a name.
    result : Dataset or Assessment
        Of one importer (the home that it may supply) and one year.
    facts : FactBase, optional
        Where governance over the years is read; those of the snapshot in use when not given.

    Raises
    ------
    UserError
        No country goes by that name.
    """
    return pages([word], result, facts=facts)[0]


def pages(words: Sequence[str], result: "Dataset | Assessment", *, facts: FactBase | None = None) -> list[CountryPage]:
    """Return the pages of several countries; arguments and errors as of `country`."""
    keys, chain = [names.country(word) for word in words], _chain(result)
    columns = {str(label): i for i, label in enumerate(chain["country"].values)}
    panels = [*(_panel(chain, name) for name in PANELS), _arriving(chain)]
    facts = facts or current()
    governed, measures = _governed(chain, facts), facts.table("measures")
    entries = []
    for key in keys:
        rows_of = {panel.name: panel.rows(columns[key]) if key in columns else [] for panel in panels}
        latest, years = _governance(governed, key)
        entries.append(CountryPage(
            key,
            [row for name, rows in rows_of.items() if not name.startswith(("imports", ARRIVALS)) for row in rows],
            latest, years,
            [row for name, rows in rows_of.items() if name.startswith("imports") for row in rows],
            rows_of[ARRIVALS],
            [row for row in measures if takes_part(row, key)],
            tuple(dict.fromkeys(str(edition) for edition in governed.loc[governed["country"] == key, "edition"])),
            facts,
        ))  # fmt: skip
    return entries


@dataclass(frozen=True)
class _Panel:
    """Figures of one panel over (commodity, country), with their shares, as plain arrays."""

    name: str
    commodities: tuple[str, ...]
    value: np.ndarray
    share: np.ndarray
    unit: tuple[str, ...]
    """Per commodity."""
    flags: np.ndarray | None
    """Codes of FLAGS."""
    status: tuple[str, ...]
    """Per commodity; where not empty, it says more than the flag."""

    def rows(self, column: int) -> list[dict[str, Any]]:
        """Return the rows of one country: commodities of which it has a figure above zero."""
        of, _, step = self.name.partition("_")
        return [
            {"commodity": commodity, "step": step or of, "value": float(self.value[i, column]), "unit": self.unit[i],
             "share": number(self.share[i, column]), "rank": int((self.share[i] > self.share[i, column]).sum()) + 1,
             "flag": self.status[i] or ("" if self.flags is None else FLAGS[int(self.flags[i, column])])}
            for i, commodity in enumerate(self.commodities) if self.value[i, column] > 0
        ]  # fmt: skip


def _chain(result: "Dataset | Assessment") -> Dataset:
    chain = sound(result) if isinstance(result, Dataset) else result.chain
    if "year" in chain.dims or "importer" in chain.dims:
        raise UserError("one_year_one_home")
    return chain


def _panel(chain: Dataset, name: str) -> _Panel:
    of, _, step = name.partition("_")
    commodities = tuple(str(c) for c in chain["commodity"].values)
    plain = [""] * len(commodities)
    if of == "imports":
        value = _plain(view(chain, "imported").sel(step=step))
        shared = (chain["imports_map"].sel(step=step) == MAPS.index("shared_code")).values
        units = ["t/yr" if mass else "kUSD/yr" for mass in chain["by_mass"].sel(step=step).values]
        whole = np.nansum(value, axis=1, keepdims=True)
        status = ["shared_code" if one else "" for one in shared]
        return _Panel(name, commodities, value, _ratio(value, whole), tuple(units), None, tuple(status))
    if of == "reserves":
        value, whole = _plain(chain["reserves"]), view(chain, "reserves_total").values[:, None]
        proxy = (chain["reserves_map"] == MAPS.index("proxy")).values
        status = ["proxy" if p else "partial" if part else ""
                  for p, part in zip(proxy, _partly_held(chain).values, strict=True)]  # fmt: skip
        units = ["t"] * len(commodities)
        return _Panel(name, commodities, value, _ratio(value, whole), tuple(units), _plain(chain["reserves_flag"]),
                      tuple(status))  # fmt: skip
    at = chain.sel(step=step)
    applies = (at["production_map"] != MAPS.index("not_applicable")).values[:, None]
    value = np.where(applies, _plain(at["production"]), np.nan)
    share, units, status = _ratio(value, view(at, "total").values[:, None]), ["t/yr"] * len(commodities), plain
    if step == "refined":
        older = _plain(at["stage_share"])
        proxy = np.isnan(value).all(axis=1) & ~np.isnan(older).all(axis=1)
        value, share = (np.where(proxy[:, None], older, array) for array in (value, share))
        units = ["1" if one else "t/yr" for one in proxy]
        stands_in = proxy | (at["production_map"] == MAPS.index("proxy")).values
        status = ["proxy" if one else "" for one in stands_in]
    return _Panel(name, commodities, value, share, tuple(units), _plain(at["production_flag"]), tuple(status))


def _arriving(chain: Dataset) -> _Panel:
    """Return what arrives from abroad by partner, in tonnes; a commodity whose tonnes are not known has no row."""
    value = _plain(intake(chain).where(~chain["home"]))
    commodities = tuple(str(c) for c in chain["commodity"].values)
    whole = np.nansum(value, axis=1, keepdims=True)
    none = [""] * len(commodities)
    return _Panel(ARRIVALS, commodities, value, _ratio(value, whole), tuple("t/yr" for _ in none), None, tuple(none))


def _plain(array: DataArray) -> np.ndarray:
    return np.asarray(array.transpose("commodity", "country").values)


def _ratio(value: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return value over whole; absent where the whole is nothing."""
    ratio: np.ndarray = np.divide(value, whole, out=np.full(value.shape, np.nan), where=whole > 0)
    return ratio


def _partly_held(chain: Dataset) -> DataArray:
    """Tell whose reserves are known for too small a part of the producers to say who holds most: (commodity)."""
    status = evaluate(chain, ["reserve_concentration"])["status"].isel(indicator=0, drop=True)
    partial: DataArray = status == STATUSES.index("partial")
    return partial


def _imports_value(chain: Dataset) -> DataArray:
    """Return the value of home's imports, both steps together: (commodity, country) [kUSD/yr]; bundled codes are 0."""
    alone = chain["imports_map"] != MAPS.index("shared_code")
    total: DataArray = chain["imports_value"].where(alone).sum("step")
    return total


def _filled(array: DataArray) -> np.ndarray:
    """Return plain values over (commodity, country), nothing where nothing is known."""
    return np.where(np.isnan(plain := _plain(array)), 0.0, plain)


def _leaders(amount: np.ndarray, commodities: list[str], keys: list[str]) -> dict[str, list[str]]:
    """Return the commodities of which each country has most, by country."""
    led: dict[str, list[str]] = {}
    for row, commodity in zip(amount, commodities, strict=True):
        if row.max() > 0:
            led.setdefault(keys[int(row.argmax())], []).append(commodity)
    return led


def _governed(chain: Dataset, facts: FactBase) -> "pd.DataFrame":
    """Return the estimates of all countries over the years of the trend, each year once."""
    year = int(chain["year"])
    asked = tuple(range(year - TREND_YEARS, year + 1))
    rows = selection.governance(facts, Question((), asked, selection.as_of(facts, chain.attrs["as_of"])))
    return rows.drop_duplicates(["country", "fact_year", "dimension"]).sort_values(["dimension", "fact_year"])


def _governance(rows: "pd.DataFrame", key: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the six dimensions of a country in the newest year with their trend, and over the years.

    `trend` is `up`, `down` or `steady`: a change counts where it is larger than SURE standard errors of the difference,
    the errors of the two years taken as independent (which makes it careful).
    """
    years: list[dict[str, Any]] = [
        {"dimension": str(r["dimension"]), "year": int(r["fact_year"]), "value": float(r["estimate"]),
         "standard_error": number(r["standard_error"])}
        for r in rows[rows["country"] == key].to_dict("records")
    ]  # fmt: skip
    latest = []
    for dimension in dict.fromkeys(r["dimension"] for r in years):
        own = [r for r in years if r["dimension"] == dimension]
        first, last = own[0], own[-1]
        change = last["value"] - first["value"]
        errors = [np.nan if r["standard_error"] is None else r["standard_error"] for r in (first, last)]
        error = float(np.hypot(errors[0], errors[1]))
        trend = "steady" if not abs(change) > SURE * error else "up" if change > 0 else "down"
        latest.append({**last, "unit": "-2.5 … 2.5", "change": change, "since": first["year"],
                       "trend": trend if first is not last else ""})  # fmt: skip
    return latest, years
