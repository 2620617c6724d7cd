"""What the sheets share: a run in a language, its chain and figures cell by cell, and where their cells stand."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from inspect import signature
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from xarray import DataArray

from shigen.base import names
from shigen.base.declare import FLAGS, STAGES, STATUSES
from shigen.base.i18n import Lang, text
from shigen.base.numbers import ABSENT
from shigen.figures import selection
from shigen.figures.selection import Question
from shigen.model.evaluate import PARTIAL_BELOW
from shigen.model.indicators import axes, indicators
from shigen.model.named import bare, labelled
from shigen.model.records import editions_of, map_reason, places
from shigen.model.variables import LAGS
from shigen.model.views import steps_of, view
from shigen.show.documents.book.grid import Book, Sheet
from shigen.show.documents.making import Making

if TYPE_CHECKING:
    import pandas as pd

    from shigen.study.run import Run

SHEETS: Final[Mapping[str, tuple[float, ...]]] = {
    "answer": (24, 110),
    "results": (22, *[15] * 6, *[13] * 3, 30),
    "charts": (11,) * 12,
    "stages": (20, 15, *[11] * 7, *[10] * 3, 18),
    "types": (20, 11, *[13] * 6, 30, 30, 14, 10),
    "policies": (20, *[36] * 5),
    "stops": (20, 40, 12, 9, 10, *[9] * 6, 12, 10, 12, 10, 60),
    "stop_months": (20, 12, 7, 10, *[10] * 8, 9, 11, 9, 10, 10, 16),
    "axes": (19, 15, 34, 16, *[9] * 13, 76),
    "production": (20, 23, 26, 15, 10, 38, 8, 24),
    "reserves": (20, 26, 15, 10, 15, 44, 8, 24),
    "imports": (19, 23, 28, *[12] * 4, *[10] * 4, 20, 8, 44),
    "governance": (26, 10, 12, 8, 30),
    "prices": (20, *[12] * 11, 6, 8, 8, 8, 60),
    "others": (20, 13, 13, 13, 13, 56, 13, 26, 40),
    "choices": (30, 14, 10, 10, 10, 10, 10, 10, 10),
    "data": (20, *[10] * 18),
    "changes": (20, 26, *[10] * 9, 12, 90),
    "sources": (28, 26, 60, 34, 70),
}
"""The sheets in their order, each with the widths of its columns."""


class Held(Making):
    """A run that is told in a workbook."""

    def __init__(self, run: "Run", lang: Lang) -> None:
        super().__init__(run, lang)
        self.chain, self.data = run.axes.chain, run.axes.dataset
        self.axes = list(axes())
        self.used = [key for key in self.axes if key in run.asked.indicators]
        self.book = Book(lang)
        self.sheets: dict[str, Sheet] = {key: self.book.sheet(key, widths) for key, widths in SHEETS.items()}
        self._views: dict[tuple[str, str], DataArray] = {}
        self.governance: dict[str, str] = {}
        """Where the governance of a country stands."""
        self.production: dict[tuple[str, str], str] = {}
        """Where the production of a country stands, by mineral and country."""
        self.rows: dict[str, int] = {}
        """The first row of the axes of a mineral."""
        self.data_rows: dict[str, int] = {}
        """The row of a mineral among what charts draw."""
        self.counting = steps_of(self.chain, "counting")
        self.axis_rows = {(row["commodity"], row["indicator"]): row for row in run.axes.records(lang)}

    def w(self, key: str, **values: object) -> str:
        """Return a text of the workbook."""
        return text(f"book.{key}", self.lang, **values)

    def head(self, *keys: str) -> list[str]:
        """Return the heads of columns."""
        return [self.w(f"head.{key}") for key in keys]

    def view(self, name: str, step: Any = None) -> DataArray:
        """Return a variable or view of the chain, at a step by name; made once."""
        key = (name, str(step))
        if key not in self._views:
            self._views[key] = view(self.chain, name, step)
        return self._views[key]

    def figure(self, name: str, axis: str, commodity: str) -> float:
        """Return a figure of an axis."""
        return number(self.data[name], indicator=axis, commodity=commodity)

    def status(self, axis: str, commodity: str) -> str:
        """Return the status of an axis in words."""
        return self.t(f"status.{STATUSES[int(self.data['status'].sel(indicator=axis, commodity=commodity))]}")

    def flag(self, code: int) -> str:
        """Return the kind of a figure in words."""
        return self.t(f"flag.{FLAGS[code]}")

    def editions(self, bits: object) -> str:
        """Return the editions behind a figure in words."""
        return "; ".join(self.named(editions_of(self.chain, int(bits))))  # type: ignore[call-overload]

    def reason(self, commodity: str, variable: str, step: str) -> str:
        """Return why a mineral has no figure of a variable, in words."""
        said = map_reason(self.chain, commodity, variable, step, self.lang)
        return f"{self.w('missing')}{self.brackets(said)}" if said else self.w("missing")

    def model(self, name: str, value: Any) -> DataArray:
        """Return an array of a formula with its labels."""
        return labelled({name: value}, self.chain)[name]

    @cached_property
    def bare(self) -> Any:
        """The chain without its labels, as formulas take it."""
        return bare(self.chain)

    @cached_property
    def question(self) -> Question:
        """What the chain was asked for."""
        return Question(tuple(self.order), (int(self.chain["year"]),),
                        selection.as_of(self.facts, self.chain.attrs["as_of"]))  # fmt: skip

    @cached_property
    def price_rows(self) -> "pd.DataFrame":
        """The rows of the price series."""
        return selection.prices(self.facts, self.question, LAGS)

    @cached_property
    def companions(self) -> "pd.DataFrame":
        """The rows of by-products."""
        return selection.companionality(self.facts, self.question)

    @cached_property
    def points(self) -> dict[str, DataArray]:
        """What the formula of each axis gives, whatever its status lets be shown."""
        return {key: one.formula(*(self.view(name, one.step) for name in one.reads))
                for key, one in indicators().items() if key in self.axes}  # fmt: skip

    @cached_property
    def bands(self) -> dict[str, tuple[DataArray, DataArray]]:
        """The ends of each axis, likewise."""
        made = {}
        for key in self.axes:
            one = indicators()[key]
            assert one.band is not None  # noqa: S101
            made[key] = one.band(*(self.view(name, one.step) for name in signature(one.band).parameters))
        return made

    def basis(self, key: str) -> str:
        """Return what a tonne of a mineral is, in short."""
        return names.commodities()[key].unit(self.lang)

    def places(self, row: Mapping[str, Any]) -> str:
        """Return the ranks that a stage of a mineral may have, in words."""
        return places(row, self.lang) or ABSENT if row else ABSENT

    @cached_property
    def counted(self) -> dict[str, dict[str, dict[str, float]]]:
        """What counts in the risk of a stage, by mineral and axis: weight, whether it is there, ends, sight."""
        now = self.run.now.dataset
        made: dict[str, dict[str, dict[str, float]]] = {}
        for key in self.order:
            made[key] = {}
            for axis in self.axes:
                gap = indicators()[axis].gap
                status = STATUSES[int(self.data["status"].sel(indicator=axis, commodity=key))]
                away = axis not in self.used or status == "not_applicable"
                weight = 0.0 if away else number(now["weight"], indicator=axis, commodity=key)
                score, seen = self.figure("score", axis, key), self.figure("seen", axis, key)
                there = score == score and status != "shared_code"
                ends = [self.figure(f"score_{end}", axis, key) if gap else score for end in ("low", "high")]
                low, high = (score if end != end else end for end in ends)
                made[key][axis] = {
                    "weight": weight, "present": int(there), "low": low if there else 0.0,
                    "high": high if there else 1.0,
                    "blind": int(weight > 0 and (not there or seen < PARTIAL_BELOW)),
                }  # fmt: skip
        return made

    @cached_property
    def delivered(self) -> dict[str, list[float | None]]:
        """The scores of the axes and the risks of the stages as they are in this file, by mineral."""
        now = self.run.now.dataset
        risk = now.get("central")
        return {
            key: [*(self.figure("score", axis, key) for axis in self.axes),
                  *(None if risk is None else number(risk, stage=stage, commodity=key) for stage in STAGES)]
            for key in self.order
        }  # fmt: skip

    def stage_axes(self, stage: str) -> list[str]:
        """Return the axes of a stage, which stand one below the other."""
        return [key for key in self.axes if indicators()[key].stage == stage]


def ranked(amounts: DataArray, also: DataArray) -> list[str]:
    """Return the countries that have an amount, the largest first, then those that are named without one."""
    known = {str(c): float(v) for c, v in zip(amounts["country"].values, amounts.values, strict=True)}
    named = {str(c) for c, v in zip(also["country"].values, also.values, strict=True) if v}
    there = [key for key, value in known.items() if value > 0 or key in named]
    return sorted(there, key=lambda key: (np.isnan(known[key]), -np.nan_to_num(known[key]), key))


def number(array: DataArray, **at: Any) -> float:
    """Return one cell of an array, by its labels: `sel` would take most of the time of a workbook."""
    return float(array.values[tuple(array.get_index(dim).get_loc(at[str(dim)]) for dim in array.dims)])


def either(words: Iterable[str], cell: str) -> str:
    """Return the condition that a cell holds one of several words."""
    parts = [f'{cell}="{one}"' for one in words]
    return parts[0] if len(parts) == 1 else f"OR({','.join(parts)})"
