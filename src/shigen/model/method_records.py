"""Figures of methods as rows: the JSON, CSV and tables of every skin, with statuses and reasons in words."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from xarray import Dataset

from shigen import __version__
from shigen.base.declare import STATUSES
from shigen.base.i18n import Lang, default_lang, text
from shigen.base.method import METHODS, Method
from shigen.model.evaluate import REASONS
from shigen.model.named import bare
from shigen.model.records import cells, editions_of, number, place, reason_of
from shigen.model.variables import VARIABLES
from shigen.model.views import ore_applies, ore_is_traded, stands_on

if TYPE_CHECKING:
    import pandas as pd

METHOD_COLUMNS: Final = (
    "commodity", "importer", "year", "scenario", "method", "own", "raw", "raw_low", "raw_high", "unit", "status",
    "reason", "coverage", "sources",
)  # fmt: skip


VIEWS: Final = ("values",)


def method_rows(figures: Dataset, chain: Dataset | None, lang: Lang | None = None) -> list[dict[str, Any]]:
    """Return one row a method and commodity (and further dim), with the columns of METHOD_COLUMNS.

    `chain` is that of the figures; None where they are of every importer at once.
    """
    lang = lang or default_lang()
    steps, about = _steps(figures, chain), figures if chain is None else chain
    rows = []
    for cell in cells(figures.drop_vars("traded_step", errors="ignore")):
        method = METHODS[cell["method"]]
        first, step = next(iter(method.reads.items()))
        status, reason = STATUSES[int(cell["status"])], REASONS[int(cell["reason"])]
        means = method.proxy_means if reason == "measure" else method.coverage_means
        at = steps[step or "refined"](cell["commodity"])
        rows.append({
            **place(cell),
            "method": method.key,
            "own": method.own,
            "raw": number(cell["raw"]),
            "raw_low": number(cell["raw_low"]),
            "raw_high": number(cell["raw_high"]),
            "unit": method.unit,
            "status": status,
            "reason": text("methods.refused", lang, status=text(f"status.{status}", lang)) if status in method.refuses
                      else reason_of(about, cell, first, at, means.get(lang, ""), lang),
            "coverage": number(cell["coverage"]),
            "sources": editions_of(about, int(cell["sources"])),
        })  # fmt: skip
    further = [key for key in (rows[0] if rows else ()) if key not in METHOD_COLUMNS]
    return [{key: row[key] for key in (*METHOD_COLUMNS, *further)} for row in rows]


def _steps(figures: Dataset, chain: Dataset | None) -> Mapping[str, Any]:
    """Return for each step of a declaration what it is for a commodity: ore or refined."""
    keys = [str(key) for key in figures["commodity"].values.flat]
    fixed = {step: lambda _, step=step: step for step in ("ore", "refined")}
    if chain is None:
        traded = dict(zip(keys, figures["traded_step"].values.tolist(), strict=True))
        return fixed | {"traded": traded.__getitem__, "counting": traded.__getitem__}
    varying = {}
    for step, is_ore in (("counting", ore_applies), ("traded", ore_is_traded)):
        ore = is_ore(bare(chain))
        first = ore.isel({dim: 0 for dim in ore.dims if dim != "commodity"})
        which = dict(zip(keys, np.atleast_1d(first.values).tolist(), strict=True))
        varying[step] = lambda key, which=which: "ore" if which[key] else "refined"
    return fixed | varying


def method_meta(figures: Dataset, chain: Dataset | None) -> dict[str, Any]:
    """Return what a header prints: the methods with unit and reference, importer, years, editions and version."""
    about = figures if chain is None else chain
    bits = int(np.bitwise_or.reduce(figures["sources"].values, axis=None))
    importer, year = (figures[dim].values.tolist() for dim in ("importer", "year"))
    return {
        "importer": importer, "year": year,
        "methods": [described(METHODS[str(key)]) for key in figures["method"].values],
        "editions": editions_of(about, bits), "version": __version__,
    }  # fmt: skip


def described(method: Method) -> dict[str, Any]:
    """Return the declaration of a method as plain values."""
    return {
        "key": method.key, "own": method.own, **{f"name_{lang}": word for lang, word in sorted(method.name.items())},
        **{f"formula_{lang}": word for lang, word in sorted(method.written.items())},
        "unit": method.unit, "bounds": [number(end) for end in method.bounds], "reads": list(method.reads),
        **{f"differs_{lang}": method.differs.get(lang, "") for lang in sorted(method.name)},
        "reference": method.reference,
    }  # fmt: skip


def tables_of(method: Method) -> list[str]:
    """Return the tables of facts behind what a method reads, in its order, by the name of what they fill."""
    filled = [name for read in method.reads for name in stands_on(read)]
    mapped = any(f"{name}_map" in VARIABLES for read in method.reads for name in stands_on(read)[:1])
    return list(dict.fromkeys([*filled, *(["supply_map"] if mapped else [])]))


def frame(figures: Dataset, *, missing: bool = False) -> "pd.DataFrame":
    """Return figures as a long table, one row a cell with a figure, or with `missing` every cell.

    Returns
    -------
    pandas.DataFrame
        The dims, the figures, and importer, year and scenario where there is one; codes stand as words.
    """
    import pandas as pd

    dims = [str(dim) for dim in figures["raw"].dims]
    at = np.nonzero(~np.isnan(figures["raw"].values) | missing)
    columns: dict[str, Any] = {
        dim: figures[dim].values[place] if dim in figures.coords else place for dim, place in zip(dims, at, strict=True)
    }
    columns |= {dim: figures[dim].item() for dim in ("importer", "year", "scenario") if _is_scalar(figures, dim)}
    words = {"status": STATUSES, "reason": REASONS}
    for name, array in figures.data_vars.items():
        values = array.transpose(*dims).values[at]
        columns[str(name)] = (
            pd.Categorical.from_codes(values.astype(int), pd.Index(words[name])) if name in words else values
        )
    return pd.DataFrame(columns)


def _is_scalar(figures: Dataset, dim: str) -> bool:
    return dim in figures.coords and figures[dim].ndim == 0
