"""The six types of an assessment: three-valued clauses as arrays, the rule looked up, each verdict with its reasons.

Nobody tunes a mineral by hand: lines and margins are choices of scoring, and one rule serves all. Clauses and verdicts
are arrays over whatever dims the assessment has; words are made at the rim, verdict by verdict.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
from xarray import Dataset

from shigen.base import given, names
from shigen.base.declare import FLAGS, STATUSES
from shigen.base.errors import UserError
from shigen.base.i18n import LANGS, Lang, joined, text
from shigen.figures.factbase import FactBase
from shigen.model.arrays import choose, known
from shigen.model.assumptions import study_classes
from shigen.model.criticality import Assessment, assess
from shigen.model.evaluate import PARTIAL_BELOW, is_one_of
from shigen.model.indicators import indicators
from shigen.model.named import Bare, Named, bare, labelled
from shigen.model.records import RISKS, cells, ordered, percent, place
from shigen.model.rule import (
    CLAUSES,
    FIRMNESS,
    NO,
    PLACES,
    STAYS,
    TYPES,
    UNKNOWN,
    WEIGHTS,
    YES,
    Firmness,
    Type,
    judge,
    tabulated,
)
from shigen.model.scoring import ASKS, Scoring
from shigen.model.views import ore_applies

TYPE_COLUMNS: Final = (
    "commodity", "importer", "year", "scenario", "type", "firmness", "probability", "decided_by", "reasons",
)  # fmt: skip

SIGNS: Final[Mapping[str, str]] = {">": "above", "<": "below", "=": "at"}

WEAK: Final = ("", "proxy", "estimated", "unseen", "sight_unknown", "structural")
"""What weak figure an answer rests on, in the order of the int8 codes: `unseen` sees less than PARTIAL_BELOW of the
matter, of `sight_unknown` nobody says how much that is, `structural` is one old figure."""
WHY: Final = ("", "not_applicable", "no_figure", "partial", "shared_code", "own")
"""What else an answer rests on, in the order of the int8 codes."""

_SAID: Final = {YES: True, NO: False, UNKNOWN: None}


@dataclass(frozen=True)
class Clause:
    """One question of the rule, its answer (None: unknown), and what the answer rests on."""

    key: str
    value: bool | None
    raw: float | None = None
    line: float | None = None
    near: bool = False
    """Within its margin of the line."""
    weak: str = ""
    """What weak figure it rests on, one of WEAK; empty: none."""
    why: dict[Lang, str] = field(default_factory=dict)
    seen: float | None = None
    """How much of the matter its figure describes."""
    asked: str = ""
    """The indicator that was asked in place of the study's; empty where it was that one."""
    low: float | None = None
    high: float | None = None
    """The range of the figure, where its source gives one."""

    def in_words(self, lang: Lang) -> str:
        """Return the clause with its answer in words."""
        answer = text(f"clause.{ {True: 'yes', False: 'no', None: 'unknown'}[self.value] }", lang)
        near = "near_surge" if self.key == "surge" else "near"
        parts = [self._figures(lang), text(f"clause.{near}", lang) if self.near else "", self.why.get(lang, ""),
                 text(f"clause.{self.weak}", lang, **self._sight()) if self.weak else ""]  # fmt: skip
        rests = joined([part for part in parts if part], lang)
        whole = text("clause.asked", lang, answer=answer, name=indicators()[self.asked].name[lang],
                     usual=indicators()[ASKS[self.key]].name[lang],
                     ) if self.asked else text(f"clause.{self.key}", lang, answer=answer)  # fmt: skip
        return text("clause.resting", lang, told=whole, rests=rests) if rests else whole

    def _sight(self) -> dict[str, str]:
        """Return what a text may say of how much is seen."""
        return {"percent": percent(self.seen)} if self.weak == "unseen" and self.seen is not None else {}

    def _figures(self, lang: Lang) -> str:
        """Return the figure beside its line; empty without one."""
        if self.raw is None or self.line is None:
            return ""
        raw, line = f"{self.raw:.2f}", f"{self.line:.2f}"
        sign = "=" if raw == line else ">" if self.raw > self.line else "<"
        return text("clause.figure", lang, raw=raw, line=line, sign=text(f"clause.sign.{SIGNS[sign]}", lang))


@dataclass(frozen=True)
class Verdict:
    """The type of one commodity at one place, how firm it is, what decided it, and every reason."""

    commodity: str
    importer: str | None
    year: int | None
    scenario: str
    type: Type
    firmness: Firmness
    decided_by: tuple[str, ...]
    clauses: dict[str, Clause]
    moved: dict[str, Type]
    """What the type becomes when a clause's line moves by its margin towards the figure; only where it changes."""
    further: Mapping[str, Any] = field(default_factory=dict)
    """Labels of further dims, such as `draw`."""
    probability: Mapping[str, float] | None = None
    """Share of the draws by type, the most likely first, without those of none; None without draws."""

    def row(self, lang: Lang) -> dict[str, Any]:
        """Return the JSON row of `types`."""
        return {
            "commodity": self.commodity,
            "importer": self.importer,
            "year": self.year,
            "scenario": self.scenario,
            "type": self.type,
            "firmness": self.firmness,
            "probability": None if self.probability is None else dict(self.probability),
            "decided_by": [self.clauses[key].in_words(lang) for key in self.decided_by],
            "reasons": [self.clauses[key].in_words(lang) for key in CLAUSES],
            "moved": {key: str(value) for key, value in self.moved.items()},
            **self.further,
        }


@dataclass(frozen=True)
class Types:
    """The types of an assessment, over all its dims; iterable by verdict, further dims slowest, commodities fastest."""

    dataset: Dataset
    """`type` and `firmness` (codes of TYPES and FIRMNESS) over (..., commodity); over (..., commodity, clause):
    `answer` (-1 no, 0 unknown, 1 yes), `raw`, `line`, `near`, `weak` and `why` (codes of WEAK and WHY), `seen`,
    `decides`, `moved` (a code of TYPES, -1 where the type stays)."""
    surge: Mapping[str, Clause]
    """The clauses on demand by commodity, with their words."""
    asks: Mapping[str, str]
    """The indicator that each clause on an indicator asked."""
    probability: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Share of the draws by type, by commodity; empty without draws (see `drawn.with_odds`)."""

    @cached_property
    def of_each(self) -> Mapping[str, Verdict]:
        """The verdicts by commodity, where there is no further dim."""
        return {one.commodity: one for one in self}

    def __len__(self) -> int:
        """Return how many verdicts there are."""
        return self.dataset["type"].size

    def __iter__(self) -> Iterator[Verdict]:
        """Yield every verdict."""
        dims = self.dataset["answer"].dims
        rows = {str(name): np.reshape(variable.transpose(*dims).values, (-1, len(CLAUSES))).tolist()
                for name, variable in self.dataset.data_vars.items() if "clause" in variable.dims}  # fmt: skip
        for i, cell in enumerate(cells(self.dataset.drop_dims("clause"))):
            kind, firmness = TYPES[cell.pop("type")], FIRMNESS[cell.pop("firmness")]
            by_clause = {name: dict(zip(CLAUSES, row[i], strict=True)) for name, row in rows.items()}
            at = place(cell)
            yield Verdict(
                **{name: at.pop(name) for name in ("commodity", "importer", "year", "scenario")},
                type=kind,
                firmness=firmness,
                decided_by=tuple(key for key in CLAUSES if by_clause["decides"][key]),
                clauses={key: self._clause(key, by_clause, cell["commodity"]) for key in CLAUSES},
                moved={key: TYPES[code] for key, code in by_clause["moved"].items() if code != STAYS},
                further=at,
                probability=self.probability.get(cell["commodity"]),
            )

    def _clause(self, key: str, by_clause: Mapping[str, Mapping[str, Any]], commodity: str) -> Clause:
        """Return a clause in words."""
        if key == "surge":
            return self.surge[commodity]
        raw, seen, why = by_clause["raw"][key], by_clause["seen"][key], WHY[by_clause["why"][key]]
        return Clause(
            key, _SAID[by_clause["answer"][key]], None if raw != raw else raw, by_clause["line"][key],
            bool(by_clause["near"][key]), WEAK[by_clause["weak"][key]],
            {lang: text(f"clause.{why}", lang) for lang in LANGS} if why else {},
            None if seen != seen else seen,
            "" if self.asks.get(key) == ASKS.get(key) else self.asks[key],
        )  # fmt: skip


def with_asked(assessment: Assessment) -> Assessment:
    """Return an assessment with whatever the clauses of its scoring ask; the same where it holds all of that.

    Its risks stay those of its own indicators.
    """
    held = assessment.indicators
    lacking = [key for key in dict.fromkeys(assessment.scoring.asks.values()) if key not in held]
    if not lacking:
        return assessment
    wide = assess(assessment.chain, indicators=[*held, *lacking], scoring=assessment.scoring)
    own = {name: assessment.dataset[name] for name in (*RISKS, "blind") if name in assessment.dataset}
    return replace(wide, dataset=wide.dataset.assign(own), places=assessment.places)


def classify(
    assessment: Assessment,
    *,
    surge: Mapping[str, bool | Clause] | None = None,
    facts: FactBase | None = None,
) -> Types:
    """Return the type of each commodity, for every importer, year, scenario and draw of an assessment.

    Parameters
    ----------
    assessment : Assessment
        With any dims and the indicators that its scoring lets the clauses ask, the study's axes if it says nothing
        else (see `with_asked`); the scoring gives lines and margins too.
    surge : mapping, optional
        Whether demand rises discontinuously, by commodity under any name: clauses of the demand result, or an answer
        that the user gives; the same for all importers and years. The study's own classes when not given; unknown for
        commodities outside it.
    facts : FactBase, optional
        Where the study's classes are read; those of the snapshot in use when not given.

    Raises
    ------
    UserError
        An indicator that is asked and that the assessment lacks, a name that is not known, or an answer that is none.
    """
    chain, data = assessment.chain, assessment.dataset
    keys = [str(key) for key in data["indicator"].values]
    asks = assessment.scoring.asks
    lacking = [key for key in dict.fromkeys(asks.values()) if key not in keys]
    if lacking:
        raise UserError("types_lack", word=", ".join(lacking))
    if "companionality" not in chain:
        raise UserError("chain_lacks", word="companionality")
    answers = study_surge(facts) if surge is None else surge_answers(surge)
    demand = {str(key): _of_demand(answers.get(str(key))) for key in chain["commodity"].values}
    figures = bare(
        chain[["companionality", "companionality_flag", "production_map"]], data[["raw", "status", "seen", "high_raw"]]
    )
    margins, line = assessment.scoring.margins, assessment.scoring.companion_line
    parts = [
        _surging([demand[str(key)] for key in chain["commodity"].values]),
        _by_product(figures["companionality"], figures["companionality_flag"], line, margins["companion"]),
        *(_high(figures, keys.index(asks[key]), asks[key], margins[key]) for key in CLAUSES if key in asks),
    ]
    has_ore = ore_applies(figures)
    lengths = {
        str(dim): size for one in (has_ore, *(part["answer"] for part in parts)) for dim, size in one.sizes.items()
    }
    sizes = {dim: lengths[dim] for dim in ordered(lengths)}
    wide = {name: np.stack([_spread(part[name], sizes) for part in parts], axis=-1) for name in parts[0]}
    judgement = judge(wide["answer"], near=wide["near"], weak=wide["weak"] > 0, has_ore=_spread(has_ore, sizes))
    columns = {name: Named((*sizes, "clause"), values) for name, values in wide.items()}
    columns |= {name: Named((*sizes, "clause"), getattr(judgement, name)) for name in ("decides", "moved")}
    columns |= {name: Named(tuple(sizes), getattr(judgement, name)) for name in ("type", "firmness")}
    return Types(labelled(columns, data, chain, clause=CLAUSES), demand, asks)


def surge_answers(surge: Mapping[str, Any], path: str = "surge") -> dict[str, bool | Clause]:
    """Return answers on demand by commodity: yes, no, or a clause of the demand result.

    Raises
    ------
    UserError
        A name that is not known or stands twice, or an answer that is neither.
    """
    for word, own in surge.items():
        if not isinstance(own, bool | Clause):
            raise given.refused(f"{path}.{word}", own, "bool")
    return names.by_commodity(surge)


def study_surge(facts: FactBase | None = None) -> dict[str, bool | Clause]:
    """Return the study's own answers on demand: whether it rises discontinuously, by commodity."""
    return {key: kind == "discontinuous_increase" for key, kind in study_classes(facts=facts).items()}


def within(raw: Named, line: Named | float, margin: float) -> Named:
    """Tell where a raw value is as near to its line as the margin; nowhere without a figure."""
    return (raw - line <= margin) & (line - raw <= margin)


def _of_demand(answer: bool | Clause | None) -> Clause:
    return answer if isinstance(answer, Clause) else Clause("surge", answer)


def _surging(clauses: Sequence[Clause]) -> Bare:
    """Return the clauses on demand as arrays over commodity; what is absent is NaN."""
    codes = {True: YES, False: NO, None: UNKNOWN}
    columns: dict[str, tuple[list[Any], type]] = {
        "answer": ([codes[clause.value] for clause in clauses], np.int8),
        "raw": ([np.nan if clause.raw is None else clause.raw for clause in clauses], float),
        "line": ([np.nan if clause.line is None else clause.line for clause in clauses], float),
        "near": ([clause.near for clause in clauses], bool),
        "weak": ([WEAK.index(clause.weak) for clause in clauses], np.int8),
        "why": ([0 for _ in clauses], np.int8),
        "seen": ([np.nan for _ in clauses], float),
    }
    return {name: Named("commodity", np.array(column, dtype)) for name, (column, dtype) in columns.items()}


def _by_product(share: Named, kind: Named, line: float, margin: float) -> Bare:
    """Answer whether a mineral is won as a by-product; a public yes rests on one figure of 2008."""
    answer = choose(known(share), choose(share >= line, YES, NO), UNKNOWN)
    own = known(share) & (kind == FLAGS.index("user"))
    weak = choose((answer == YES) & ~own, WEAK.index("structural"), 0)
    return {"answer": answer.astype(np.int8), "raw": share, "line": choose(True, line, share),
            "near": within(share, line, margin), "weak": weak.astype(np.int8),
            "why": choose(own, WHY.index("own"), 0).astype(np.int8), "seen": share * np.nan}  # fmt: skip


def _high(figures: Bare, place: int, key: str, margin: float) -> Bare:
    """Answer whether an indicator is high.

    A partial figure, or one of a code of several metals, never decides; a step that does not exist is not high; what
    the figures see too little of, or nobody knows how much, decides nothing alone.
    """
    raw, status, seen = (figures[name].isel(indicator=place) for name in ("raw", "status", "seen"))
    line = figures["high_raw"].isel(indicator=place)
    said = {name: status == STATUSES.index(name) for name in STATUSES}
    usable = ~is_one_of(status, _UNUSABLE)
    weak, why = choose(usable, 0, 0), choose(usable, 0, 0)
    for name, where in (("sight_unknown", ~known(seen)), ("unseen", seen < PARTIAL_BELOW),
                        ("proxy", said["proxy"]), ("estimated", said["estimated"])):  # fmt: skip
        weak = choose(usable & where, WEAK.index(name), weak)
    for name, word in (("partial", "partial"), ("shared_code", "shared_code"), ("no_data", "no_figure"),
                       ("not_applicable", "not_applicable")):  # fmt: skip
        why = choose(said[name], WHY.index(word), why)
    near = usable & within(raw, line, margin)
    return {"answer": _is_high(raw, status, line, key), "raw": raw, "line": line, "near": near,
            "weak": weak.astype(np.int8), "why": why.astype(np.int8), "seen": seen}  # fmt: skip


_UNUSABLE: Final = ("not_applicable", "no_data", "partial", "shared_code")
"""Statuses of figures that answer nothing."""


def _is_high(raw: Named, status: Named, line: Named, key: str) -> Named:
    """Return the bare answer of `_high`."""
    high = choose(indicators()[key].reaches(raw, line), YES, NO)
    usable = choose(is_one_of(status, _UNUSABLE), UNKNOWN, high)
    answer: Named = choose(status == STATUSES.index("not_applicable"), NO, usable).astype(np.int8)
    return answer


def types_of(figures: Bare, keys: Sequence[str], scoring: Scoring, surge: Named, has_ore: Named) -> Named:
    """Return the types alone, codes of TYPES, of figures without their labels.

    Parameters
    ----------
    figures : Bare
        `raw`, `status` and `high_raw` of `evaluate.compute`, and `companionality`.
    keys : sequence of str
        The indicators, in the order in which they stand.
    scoring : Scoring
    surge : (commodity) int8
        The answers on demand.
    has_ore : (commodity) bool
    """
    share = figures["companionality"]
    by_product = choose(known(share), choose(share >= scoring.companion_line, YES, NO), UNKNOWN)
    answers = {"surge": surge, "companion": by_product}
    for clause, key in scoring.asks.items():
        place = keys.index(key)
        raw, status, line = (figures[name].isel(indicator=place) for name in ("raw", "status", "high_raw"))
        answers[clause] = _is_high(raw, status, line, key)
    place = has_ore * PLACES
    for clause, weight in zip(CLAUSES, WEIGHTS.tolist(), strict=True):
        place = place + (answers[clause].astype(np.intp) + 1) * weight
    return Named(place.dims, tabulated()[0][place.data])


def _spread(array: Named, sizes: Mapping[str, int]) -> np.ndarray:
    """Return the values of an array over all dims, in their order."""
    return array.set_dims(sizes).values
