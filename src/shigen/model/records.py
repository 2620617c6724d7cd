"""An assessment as rows: the JSON, CSV and tables of every skin, with statuses and reasons in words."""

import math
from collections.abc import Iterable, Mapping
from typing import Any, Final, Protocol

import numpy as np
from xarray import Dataset

from shigen import __version__
from shigen.base.declare import MISSING, STATUSES, Indicator
from shigen.base.i18n import Lang, default_lang, joined, sentences, text
from shigen.figures.schema import feeding
from shigen.model import split_words
from shigen.model.evaluate import ELSEWHERE, OF_SUPPLY, REASONS
from shigen.model.indicators import indicators
from shigen.model.named import unlabelled
from shigen.model.sight import SIGHTS
from shigen.model.variables import VARIABLES
from shigen.model.views import declared as reading
from shigen.model.views import steps_of

P: Final = ("p05", "p50", "p95")
"""Columns of quantiles of draws, see `drawn.with_draws`; empty without draws."""
RECORD_COLUMNS: Final = (
    "commodity", "importer", "year", "scenario", "indicator", "stage", "raw", "raw_low", "raw_high", "unit", "score",
    "status", "reason", "coverage", "seen", *P, "sources",
)  # fmt: skip
STAGE_COLUMNS: Final = (
    "commodity", "importer", "year", "scenario", "stage", "risk", "risk_low", "risk_high", "central", "used",
    "left_out", "rank_low", "rank_high", *P, "rank_p05", "rank_p95",
)  # fmt: skip

RISKS: Final = ("risk", "risk_low", "risk_high", "central")
"""What is said of a stage, see `criticality.stage_risk`."""
RANKS: Final = ("rank_low", "rank_high")
DRAWN_RANKS: Final = ("rank_p05", "rank_p95")
"""The places that a stage has in 90 % of the draws; empty without draws."""


class Assessed(Protocol):
    """What rows are made of, see `criticality.Assessment`."""

    @property
    def chain(self) -> Dataset:
        """The supply chain."""

    @property
    def dataset(self) -> Dataset:
        """Its indicators and stage risks."""

    @property
    def places(self) -> Dataset | None:
        """The places of each stage; None where the whole is not known."""


def indicator_rows(assessment: Assessed, lang: Lang | None = None) -> list[dict[str, Any]]:
    """Return one row an indicator and commodity (and further dim), with the columns of RECORD_COLUMNS."""
    lang = lang or default_lang()
    chain, declared = assessment.chain, indicators()
    meant = {declared[str(key)].step for key in assessment.dataset["indicator"].values.flat}
    steps = {step: steps_of(chain, step) for step in meant}
    wanted = ["raw", "raw_low", "raw_high", "score", "coverage", "seen", "status", "reason", "sources", *OF_SUPPLY,
              "figure_year", *_held(assessment.dataset, "raw")]  # fmt: skip
    years, unfed = (_by_place(chain, name) for name in ("home_takes_year", "home_unfed"))
    split = {(_where(cell), cell["step"]): cell for cell in cells(chain, split_words.SPLIT)}
    rows = []
    for cell in cells(assessment.dataset, wanted):
        one, at = declared[cell["indicator"]], _where(cell)
        step = steps[one.step][cell["commodity"]]
        rows.append({
            **place(cell),
            "indicator": one.key,
            "stage": one.stage,
            "raw": number(cell["raw"]),
            "raw_low": number(cell["raw_low"]),
            "raw_high": number(cell["raw_high"]),
            "unit": one.unit,
            "score": number(cell["score"]),
            "status": STATUSES[int(cell["status"])],
            "reason": sentences((
                reason_of(chain, cell, one.reads[0], step, one.coverage_means.get(lang, ""), lang),
                *_sight(chain, cell, one, step, years[at, ""], unfed[at, step], split.get((at, step), {}), lang),
            ), lang),
            "coverage": number(cell["coverage"]),
            "seen": number(cell["seen"]),
            **{p: number(cell.get(f"raw_{p}", np.nan)) for p in P},
            "sources": editions_of(chain, int(cell["sources"])),
        })  # fmt: skip
    return [{key: row.get(key) for key in (*RECORD_COLUMNS, *_further(row))} for row in rows]


def stage_rows(assessment: Assessed, lang: Lang | None = None) -> list[dict[str, Any]]:
    """Return one row a stage and commodity (and further dim), with the columns of STAGE_COLUMNS.

    The places are those among all commodities that were assessed together.
    """
    lang = lang or default_lang()
    declared = indicators()
    data = assessment.dataset
    if "risk" not in data:
        return []
    score, weight, status = (unlabelled(data.variables[name]) for name in ("score", "weight", "status"))
    counted = (score >= 0) & (weight > 0) & (status != STATUSES.index("shared_code"))
    in_risk = counted.set_dims({dim: counted.sizes[dim] for dim in ordered(counted.dims)}).values.ravel().tolist()
    keys = [str(key) for key in data["indicator"].values]
    stages = data.sizes["stage"]
    rows = []
    wanted = [*RISKS, *_held(data, "risk"), *(name for name in DRAWN_RANKS if name in data)]
    for n, cell in enumerate(cells(data, wanted, assessment.places)):
        mine = [key for key in keys if declared[key].stage == cell["stage"]]
        first = n // stages * len(keys)  # both lists hold the same places in the same order
        used = [key for i, key in enumerate(keys) if key in mine and in_risk[first + i]]
        rows.append({
            **place(cell),
            "stage": cell["stage"],
            **{name: number(cell[name]) for name in RISKS},
            "used": used,
            "left_out": [key for key in mine if key not in used],
            **{name: None if (rank := number(cell.get(name, np.nan))) is None else int(rank)
               for name in (*RANKS, *DRAWN_RANKS)},
            **{p: number(cell.get(f"risk_{p}", np.nan)) for p in P},
        })  # fmt: skip
    return [{key: row.get(key) for key in (*STAGE_COLUMNS, *_further(row))} for row in rows]


def _held(data: Dataset, name: str) -> list[str]:
    """Return the quantiles that a dataset holds of a variable."""
    return [f"{name}_{p}" for p in P if f"{name}_{p}" in data]


def interval_columns(row: Mapping[str, Any]) -> tuple[str, str]:
    """Return where a stage's interval stands: of 90 % of the draws; without draws, with what is unseen at 0 and 1."""
    return (P[0], P[-1]) if row.get(P[0]) is not None else ("risk_low", "risk_high")


def interval(row: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """Return the ends of a stage's interval, see `interval_columns`."""
    low, high = interval_columns(row)
    return row[low], row[high]


def rank_columns(row: Mapping[str, Any]) -> tuple[str, str]:
    """Return where the places of a stage stand: of 90 % of the draws; without draws, those that intervals leave."""
    return RANKS if row.get(DRAWN_RANKS[0]) is None else DRAWN_RANKS


def meta(assessment: Assessed) -> dict[str, Any]:
    """Return what a header prints: importer, lists of years and editions by table, basis and version."""
    chain = assessment.chain
    tables = ("reserves", "production", "imports", "governance", "price", "mine")
    years: dict[str, list[int]] = {}
    editions: dict[str, list[str]] = {}
    for table in tables:
        years[table] = sorted({int(y) for y in chain[f"{table}_year"].values.flat if y})
        bits = 0
        for b in chain[f"{table}_source"].values.flat:
            bits |= int(b)
        editions[table] = editions_of(chain, bits)
    for table in ("scrap_share", "stage_share"):
        bits = 0
        for b in chain[f"{table}_source"].values.flat:
            bits |= int(b)
        editions[table] = editions_of(chain, bits)
    importer = chain["importer"].values
    return {
        "importer": str(importer) if importer.ndim == 0 else [str(i) for i in importer],
        "years": years,
        "editions": editions,
        "as_of": list(chain.attrs["as_of"]),
        "basis": chain.attrs["basis"],
        "version": __version__,
    }


def places(row: Mapping[str, Any], lang: Lang) -> str:
    """Return the places that a stage of a commodity may have, in words: "3rd", "1st–4th"; empty where it has none.

    Those of 90 % of the draws where there are draws.
    """
    low, high = (row[name] for name in rank_columns(row))
    if low is None:
        return ""
    if lang == "ja":
        return text("rank.one" if low == high else "rank.band", lang, low=low, high=high)
    return text("rank.one" if low == high else "rank.band", lang, low=_ordinal(low), high=_ordinal(high))


def _ordinal(n: int) -> str:
    """Return a number as English counts places.

    Examples
    --------
    >>> [_ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 112)]
    ['1st', '2nd', '3rd', '4th', '11th', '12th', '13th', '21st', '112th']
    """
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def editions_of(chain: Dataset, bits: int) -> list[str]:
    """Return the editions whose bits are set."""
    return [edition for i, edition in enumerate(chain.attrs["editions"]) if bits >> i & 1]


def percent(share: float) -> str:
    """Return a share in per cent, whole unless that would make a little nothing.

    Examples
    --------
    >>> percent(0.126), percent(0.003), percent(0.0)
    ('13', '0.3', '0')
    """
    return f"{100 * share:.{0 if share >= 0.01 or share == 0 else 1}f}"


def number(value: Any) -> float | None:
    """Return a finite number, or None: JSON knows no NaN."""
    value = float(value)
    return value if value - value == 0 else None


def table_name(variable: str, lang: Lang) -> str:
    """Return the name of a table of facts in words, or of the one that fills a variable."""
    return text(f"table.{feeding().get(variable, variable)}", lang)


def map_reason(chain: Dataset, commodity: str, variable: str, step: str, lang: Lang, importer: str = "") -> str:
    """Return why a variable of a commodity is not applicable, a proxy, shared or absent; empty where it is fine.

    Of scrap, what the figure of `importer` counts, where it has one of its own.
    """
    at = "" if variable == "scrap_share" else "ore" if variable == "reserves" else step
    at = importer if (commodity, variable, importer) in chain.attrs["reasons"] else at
    return str(chain.attrs["reasons"].get((commodity, variable, at), {}).get(lang, ""))


def reason_of(chain: Dataset, cell: dict[str, Any], reads: str, step: str, covers: str, lang: Lang) -> str:
    """Return in words why the status of a cell is not ok, and which year's figure it is; empty where neither is so."""
    reason = REASONS[int(cell["reason"])]
    parts = []
    variable, importer = reading(reads).stands_on[0], str(cell.get("importer") or chain["importer"].values)
    if variable == "scrap_share" and (cell["commodity"], variable, importer) in chain.attrs["reasons"]:
        parts.append(map_reason(chain, cell["commodity"], variable, step, lang, importer))
    elif reason == "map":
        if reads == "refined_share":
            older = map_reason(chain, cell["commodity"], "stage_share", step, lang)
            variable = "stage_share" if older else "production"
        parts.append(map_reason(chain, cell["commodity"], variable, step, lang) or text("reason.map", lang))
    elif reason not in ("none", "split"):  # what is estimated is told of whatever the status
        share = f"{100 * cell['coverage']:.0f}" if reason == "coverage" else ""
        parts.append(text(f"reason.{reason}", lang, percent=share, covers=covers))
    figure, year = int(cell["figure_year"]), cell.get("year")
    if figure and year and figure != int(year) and STATUSES[int(cell["status"])] not in ("not_applicable", "no_data"):
        parts.append(text("reason.carried", lang, year=figure))
    return sentences(parts, lang)


def _sight(
    chain: Dataset, cell: Mapping[str, Any], one: Indicator, step: str, year: float, unfed: float,
    split: Mapping[str, Any], lang: Lang,
) -> Iterable[str]:  # fmt: skip
    """Yield in sentences how much of the matter the figures of an indicator see, and what the codes leave out.

    `year` is that of home's demand, `unfed` what home makes of a feed that nobody names [t/yr], `split` what is known
    of an estimate.
    """
    if one.seen is None or STATUSES[int(cell["status"])] in (*MISSING, *ELSEWHERE):
        return
    variable, seen = reading(one.reads[0]).stands_on[0], cell["seen"]
    yield chain.attrs["notes"].get((cell["commodity"], variable, step), {}).get(lang, "")
    if unfed > 0:
        yield text("reason.feed_part", lang, tonnes=f"{unfed:,.0f}")
    yield (told := split_words.in_words(cell["estimated"], split, chain.attrs["notes"], lang))
    yield text("reason.sight_none", lang) if told and not seen else how_much(cell, year, split, lang)


def how_much(cell: Mapping[str, Any], year: float, split: Mapping[str, Any], lang: Lang) -> str:
    """Return in a sentence how much of what home takes is seen and by what measure; else the most that can be.

    `year` is that of home's demand in tonnes, `split` what the chain says of the totals.
    """
    seen, most, by = cell["seen"], cell["seen_at_most"], SIGHTS[int(cell["sight_by"])]
    if seen == seen and by == "tonnes":
        return text("reason.seen", lang, percent=percent(seen), year=int(year))
    if seen == seen and by == "value":
        return text("reason.seen_by_value", lang, percent=percent(seen), year=int(split["totals_year"]))
    if most == most:  # rounded up: a bound stays one
        return text("reason.sight_at_most", lang, percent=f"{math.ceil(100 * most):.0f}",
                    year=int(split["totals_year"]))  # fmt: skip
    return text("reason.sight_unknown", lang)


def _where(cell: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return importer, year and commodity of a cell."""
    return cell.get("importer"), cell.get("year"), cell["commodity"]


def _by_place(chain: Dataset, name: str) -> dict[tuple[tuple[Any, ...], str], float]:
    """Return a variable of a chain as plain values by `_where` and step (empty without one), looked up once.

    Of what-ifs a mineral may stand several times in a chain, each time with the same value.
    """
    return {(_where(cell), cell.get("step", "")): cell[name] for cell in cells(chain, [name])}


def ordered(dims: Iterable[str]) -> list[str]:
    """Return dims in the order of rows: further ones first, then importer, year, scenario, commodity."""
    present = list(dims)
    order = [dim for dim in ("importer", "year", "scenario", "commodity", "indicator", "stage") if dim in present]
    return [*(dim for dim in present if dim not in order), *order]


def cells(
    data: Dataset, wanted: Iterable[str] | None = None, beside: Dataset | None = None
) -> Iterable[dict[str, Any]]:
    """Yield every cell with its variables and coordinates as plain values; further dims vary slowest.

    Of the variables those that are wanted, with what labels them, and all of `beside`, which has the same labels.
    """
    taken = {str(name): data.variables[name] for name in (data.variables if wanted is None else wanted)}
    taken |= {} if beside is None else {str(name): beside.variables[name] for name in beside.data_vars}
    lengths = {str(dim): size for one in taken.values() for dim, size in one.sizes.items()}
    taken |= {str(name): data.variables[name] for name in data.coords if lengths.keys() >= {*data.variables[name].dims}}
    sizes = {dim: lengths[dim] for dim in ordered(lengths)}
    columns = {name: unlabelled(one).set_dims(sizes).values.ravel().tolist() for name, one in taken.items()}
    return (dict(zip(columns, cell, strict=True)) for cell in zip(*columns.values(), strict=True))


def place(cell: Mapping[str, Any]) -> dict[str, Any]:
    """Return where a cell stands: commodity, importer, year, scenario, then labels of further dims."""
    named = {"commodity": cell["commodity"], "importer": cell.get("importer"), "year": cell.get("year"),
             "scenario": cell.get("scenario", "base")}  # fmt: skip
    known = {*named, "indicator", "stage", *VARIABLES, "raw", "raw_low", "raw_high", "score", "coverage", "seen",
             *OF_SUPPLY, "status", "reason", "sources", "figure_year", *RISKS, *RANKS, *DRAWN_RANKS,
             *(f"{name}_{p}" for name in ("raw", "risk") for p in P)}  # fmt: skip
    return named | {key: value for key, value in cell.items() if key not in known}


def _further(row: dict[str, Any]) -> list[str]:
    return [key for key in row if key not in {*RECORD_COLUMNS, *STAGE_COLUMNS}]


def listed(keys: Iterable[str], lang: Lang) -> str:
    """Join the names of indicators."""
    declared = indicators()
    return joined([declared[k].name[lang] for k in keys], lang)
