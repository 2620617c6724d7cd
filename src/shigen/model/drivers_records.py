"""What drives it, as rows and in words: shares of variance, tornados, and the figure that would settle it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from shigen.base import names
from shigen.base.i18n import LANGS, Lang, sentences, text
from shigen.model.drivers import DRIVEN, Drivers
from shigen.model.frozen import CHOICES, INPUTS, LINES_BY, OUTPUTS, WEIGHTS_BY, Cell
from shigen.model.indicators import indicators
from shigen.model.odds_records import PLACE, basis, place_of
from shigen.model.records import number
from shigen.model.tornado import Tornado

_FIGURE: Final = ("input", "figure", "country", "step", "axis")
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "drivers": (*PLACE, "output", "type", *_FIGURE, "first", "first_error", "total", "total_error"),
    "tornado": (*PLACE, "stage", "risk", *_FIGURE, "p05", "p95"),
}
"""Columns of each view."""

FEW_DRAWS: Final = 512
"""Draws of each sample from which a study tells what would settle an outcome: shares need fewer than intervals."""

ENOUGH: Final = 0.5
"""Share of the variance from which one figure settles an outcome."""
LEAST: Final = 0.01
"""Largest total share below which nothing that is drawn can be said to drive an outcome."""


def driver_rows(found: Drivers) -> list[dict[str, Any]]:
    """Return a row for each outcome and input of each mineral, and for the single figures inside the inputs.

    `figure` is empty for a whole input; `first` and `total` are shares of the variance, absent where the outcome does
    not vary. `output` is a stage, or `type`: whether the type is that of the point, which then stands under `type`.
    """
    rows = []
    for i in range(len(found.commodities)):
        for o, output in enumerate(OUTPUTS):
            for n, name in enumerate(DRIVEN):
                whole: list[tuple[int, Cell | None]] = [(n, None)]
                for at, cell in whole + [(at, found.cells[i][at - len(DRIVEN)]) for at in found.within(name, i)]:
                    rows.append({
                        **place_of(found.assessment, i), "output": output,
                        "type": found.types[i] if output == "type" else None, **_figure(name, cell),
                        "first": number(found.first[at, o, i]), "first_error": number(found.first_error[at, o, i]),
                        "total": number(found.total[at, o, i]), "total_error": number(found.total_error[at, o, i]),
                    })  # fmt: skip
    return rows


def tornado_rows(found: Tornado) -> list[dict[str, Any]]:
    """Return a row for each bar: `p05` and `p95` are the risks at the lower and the upper end of the input alone.

    Of a whole input, which is drawn, they are quantiles of the risk; of a single figure, the risks with the figure at
    its own 5 and 95 %, so that the first may be the higher.
    """
    risk = found.assessment.dataset["risk"]
    return [
        {**place_of(found.assessment, i), "stage": bar.stage,
         "risk": number(risk.sel(stage=bar.stage).values[i]), **_figure(bar.input, bar.cell),
         "p05": number(bar.low), "p95": number(bar.high)}
        for i, bars in enumerate(found.bars) for bar in bars
    ]  # fmt: skip


SETTLE_COLUMNS: Final = ("commodity", "output", "input", "figure", "total", "own", "settles", "choice",
                         *(f"{part}_{lang}" for part in ("figure", "text") for lang in LANGS))  # fmt: skip


def settle_rows(found: Drivers) -> list[dict[str, Any]]:
    """Return what would settle each outcome of each mineral, with SETTLE_COLUMNS."""
    told = (lead(found, i, output).row(found) for i in range(len(found.commodities)) for output in OUTPUTS)
    return [{key: row[key] for key in SETTLE_COLUMNS} for row in told]


def meta(found: Drivers | Tornado) -> dict[str, Any]:
    """Return what the draws rest on, the ranges of the choices of method, and of drivers what would settle it."""
    about = {**basis(found.assessment, found.uncertainty), "draws": found.uncertainty.draws,
             "choices": {"lines": LINES_BY, "weights": WEIGHTS_BY}}  # fmt: skip
    if isinstance(found, Tornado):
        return about
    return {**about, "settles": settle_rows(found)}


def _figure(name: str, cell: Cell | None) -> dict[str, Any]:
    if cell is None:
        return {"input": name, **dict.fromkeys(_FIGURE[1:])}
    return {"input": name, "figure": cell.key, "country": cell.country or None, "step": cell.step or None,
            "axis": cell.axis or None}  # fmt: skip


@dataclass(frozen=True)
class Lead:
    """What drives one outcome of one mineral most; see `lead`."""

    commodity: int
    output: str
    input: str | None
    """The input; None where nothing drives the outcome."""
    total: float = 0.0
    """Its total share [1]."""
    cell: Cell | None = None
    """The figure in it; None where the input is one figure, or none in it moves anything alone."""
    own: float = 0.0
    """The total share of that figure; of the input where it is one figure."""
    choice: str | None = None
    """A choice of method that has a larger total share."""
    chosen: float = 0.0
    """That share."""

    @property
    def settles(self) -> bool:
        """Whether the one figure takes part in ENOUGH of the variance."""
        return self.input is not None and self.own >= ENOUGH

    def in_words(self, found: Drivers, lang: Lang) -> str:
        """Return the sentence: the figure that would settle it, or that none alone would, and what is moved more."""
        what = outcome_name(found, self.commodity, self.output, lang)
        if self.input is None:
            return text("settles.nothing", lang, what=what)
        figure = figure_name(self.input, self.cell, lang)
        is_part = self.cell and percent(self.own) != percent(self.total)
        key = ("one" if self.settles else "part") + ("_of" if is_part else "")
        said = text(f"settles.{key}", lang, what=what, figure=figure, total=percent(self.total),
                    input=text(f"driver.{self.input}", lang), own=percent(self.own))  # fmt: skip
        more = self.choice and text(
            "settles_of.choice", lang, choice=text(f"driver.{self.choice}", lang), total=percent(self.chosen)
        )
        return sentences([said, more or ""], lang)

    def row(self, found: Drivers) -> dict[str, Any]:
        """Return it as a row, with the sentence in both languages."""
        words = {f"text_{lang}": self.in_words(found, lang) for lang in LANGS}
        figure = self.cell.key if self.cell else self.input
        words |= {f"figure_{lang}": "" if self.input is None else figure_name(self.input, self.cell, lang)
                  for lang in LANGS}  # fmt: skip
        return {"commodity": found.commodities[self.commodity], "output": self.output, "input": self.input,
                "figure": figure, "total": _within(self.total), "own": _within(self.own), "settles": self.settles,
                "choice": self.choice, **words}  # fmt: skip


def lead(found: Drivers, commodity: int, output: str) -> Lead:
    """Return what drives an outcome most.

    Notes
    -----
    Of the inputs that are figures, the one with the largest total share; inside it, where it has several figures, the
    one with the largest total share. One figure is said to settle the outcome where it takes part in at least ENOUGH of
    the variance; else that no single one does, and which would tell most. A choice of method that takes part in more
    than the input is told beside it: no figure settles a choice. Nothing leads where the outcome does not vary, or
    where the largest share is below LEAST.
    """
    o = OUTPUTS.index(output)
    of = {name: float(found.total[n, o, commodity]) for n, name in enumerate(DRIVEN)}
    largest = max(INPUTS, key=lambda name: of[name])
    if not of[largest] >= LEAST:
        return Lead(commodity, output, None)
    inside = {at: float(found.total[at, o, commodity]) for at in found.within(largest, commodity)}
    best = max(inside, key=lambda at: inside[at], default=None)
    choice = max(CHOICES, key=lambda name: of[name])
    moved = of[choice] > of[largest]
    return Lead(
        commodity, output, largest, of[largest],
        None if best is None else found.cells[commodity][best - len(DRIVEN)],
        of[largest] if best is None else inside[best], choice if moved else None, of[choice] if moved else 0.0,
    )  # fmt: skip


def outcome_name(found: Drivers, commodity: int, output: str, lang: Lang) -> str:
    """Return what an outcome is, with its mineral."""
    mineral = names.label(found.commodities[commodity], lang)
    if output == "type":
        return text("settles_of.type", lang, mineral=mineral, type=text(f"type.{found.types[commodity]}", lang))
    return text("settles_of.risk", lang, mineral=mineral, stage=text(f"stage.{output}", lang))


def figure_name(name: str, cell: Cell | None, lang: Lang) -> str:
    """Return what an input, or one figure of it, is called."""
    if cell is None:
        return text(f"driver.{name}", lang)
    key = "unseen" if cell.axis else cell.variable
    return text(
        f"driver_figure.{key}", lang, country=names.label(cell.country, lang) if cell.country else "",
        step=text(f"step.{cell.step}", lang) if cell.step else "",
        axis=indicators()[cell.axis].name[lang] if cell.axis else "",
    )  # fmt: skip


def percent(share: float) -> str:
    """Return a share in percent; an estimate beyond 0 or 1 is told as that end."""
    return f"{100 * _within(share):.0f}"


def _within(share: float) -> float:
    return min(max(share, 0.0), 1.0)
