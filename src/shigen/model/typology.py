"""The six types: side scores from three-valued clauses, each verdict firm, provisional or undecidable, with reasons.

Nobody tunes a mineral by hand: lines and margins are parameters, and one rule serves all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from shigen.base import given, names
from shigen.base.declare import Indicator
from shigen.base.i18n import Lang, joined, text
from shigen.figures.factbase import FactBase
from shigen.figures.store import current
from shigen.model.criticality import Assessment
from shigen.model.indicators import indicators
from shigen.model.records import indicator_rows
from shigen.model.scoring import scoring
from shigen.model.views import view

Type = Literal[
    "demand_surge", "mine_and_smelter", "mine", "smelter", "byproduct_smelting", "byproduct_recycling", "none"
]
TYPES: Final[tuple[Type, ...]] = (
    "demand_surge", "mine_and_smelter", "mine", "smelter", "byproduct_smelting", "byproduct_recycling", "none",
)  # fmt: skip
Firmness = Literal["firm", "provisional", "undecidable"]

TYPE_COLUMNS: Final = ("commodity", "type", "firmness", "decided_by", "reasons")
CLAUSES: Final = (
    "surge", "companion", "reserves_high", "production_high", "ore_governance_high", "refined_governance_high",
)  # fmt: skip
"""In the order in which the rule asks them."""

ASKS: Final[Mapping[str, str]] = {
    "reserves_high": "reserve_concentration", "production_high": "production_concentration",
    "ore_governance_high": "ore_import_governance", "refined_governance_high": "refined_import_governance",
}  # fmt: skip
"""The clauses that ask whether an indicator is high, with the indicator."""

SIGNS: Final[Mapping[str, str]] = {">": "above", "<": "below", "=": "at"}

_WEAK: Final = ("proxy", "shared_code")


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
    """What weak figure it rests on: `proxy`, `shared_code` or `structural` (one old figure); empty: none."""
    why: dict[Lang, str] = field(default_factory=dict)

    def told(self, lang: Lang) -> str:
        """Return the clause with its answer in words."""
        answer = text(f"clause.{ {True: 'yes', False: 'no', None: 'unknown'}[self.value] }", lang)
        near = "near_surge" if self.key == "surge" else "near"
        told = [self._figures(lang), text(f"clause.{near}", lang) if self.near else "", self.why.get(lang, ""),
                text(f"clause.{self.weak}", lang) if self.weak else ""]  # fmt: skip
        rests = joined([part for part in told if part], lang)
        whole = text(f"clause.{self.key}", lang, answer=answer)
        return text("clause.resting", lang, told=whole, rests=rests) if rests else whole

    def _figures(self, lang: Lang) -> str:
        """Return the figure beside its line; empty without one."""
        if self.raw is None or self.line is None:
            return ""
        raw, line = f"{self.raw:.2f}", f"{self.line:.2f}"
        sign = "=" if raw == line else ">" if self.raw > self.line else "<"
        return text("clause.figure", lang, raw=raw, line=line, sign=text(f"clause.sign.{SIGNS[sign]}", lang))


@dataclass(frozen=True)
class Verdict:
    """The type of one commodity, how firm it is, what decided it, and every reason."""

    commodity: str
    type: Type
    firmness: Firmness
    decided_by: tuple[str, ...]
    clauses: dict[str, Clause]
    moved: dict[str, Type]
    """What the type becomes when a clause's line moves by its margin towards the figure; only where it changes."""

    def row(self, lang: Lang) -> dict[str, Any]:
        """Return the JSON row of `types`."""
        told = [self.clauses[key].told(lang) for key in CLAUSES]
        return {
            "commodity": self.commodity,
            "type": self.type,
            "firmness": self.firmness,
            "decided_by": [self.clauses[key].told(lang) for key in self.decided_by],
            "reasons": told,
            "moved": {key: str(value) for key, value in self.moved.items()},
        }


def decide(
    surge: bool | None, companion: bool | None, mine_side: bool | None, smelter_side: bool | None,
    upstream_high: bool | None,
) -> Type | None:  # fmt: skip
    """Return the type that answers decide; None where an unknown answer decides between types.

    Demand that rises discontinuously comes first; then by-products with something upstream high; then the sides.
    """
    if surge is None or (not surge and _and(companion, upstream_high) is None):
        return None
    if surge:
        return "demand_surge"
    if _and(companion, upstream_high):
        return None if smelter_side is None else "byproduct_smelting" if smelter_side else "byproduct_recycling"
    if mine_side is None or smelter_side is None:
        return None
    both: dict[tuple[bool, bool], Type] = {
        (True, True): "mine_and_smelter", (True, False): "mine", (False, True): "smelter", (False, False): "none",
    }  # fmt: skip
    return both[mine_side, smelter_side]


def _and(a: bool | None, b: bool | None) -> bool | None:
    return False if a is False or b is False else None if a is None or b is None else True


def _or(*values: bool | None) -> bool | None:
    return True if True in values else None if None in values else False


def judge(answers: Mapping[str, bool | None], *, has_ore: bool = True) -> tuple[Type, bool, bool]:
    """Return the type, whether an unknown answer was read as "not shown to be high", and whether it is undecidable.

    The mine side is high reserves or high ore production; without an ore step, production counts upstream but not for
    the mine side. A side that is not known is read as not high: the type holds as far as the figures go. Undecidable is
    what rests on an unknown demand or by-product answer, or on two unknown sides.
    """
    mine = _or(answers["reserves_high"], answers["production_high"] if has_ore else False)
    smelter = answers["refined_governance_high"]
    upstream = _or(
        answers["reserves_high"], answers["production_high"], answers["ore_governance_high"], smelter
    )  # fmt: skip
    known = decide(answers["surge"], answers["companion"], mine, smelter, upstream)
    if known is not None:
        return known, False, False
    assumed = decide(*(bool(answer) for answer in (answers["surge"], answers["companion"], mine, smelter, upstream)))
    by_product = _and(answers["companion"], upstream)
    open_question = answers["surge"] is None or by_product is None or (mine is None and smelter is None)
    return assumed or "none", True, open_question


def classify(
    assessment: Assessment,
    *,
    surge: "Mapping[str, bool | Clause] | None" = None,
    margins: Mapping[str, float] | None = None,
    companion_line: float | None = None,
    facts: FactBase | None = None,
) -> list[Verdict]:
    """Return the verdict of each commodity of an assessment of one importer and year.

    Parameters
    ----------
    assessment : Assessment
        With the six axes.
    surge : mapping, optional
        Whether demand rises discontinuously, by commodity under any name: clauses of the demand result, or an answer
        that the user gives. The study's own classes when not given; unknown for commodities outside it.
    margins, companion_line
        Others than the declared ones.
    facts : FactBase, optional
        Where the study's classes are read; those of the snapshot in use when not given.

    Raises
    ------
    UserError
        A name that is not known, an answer that is none, or a margin or line that is no share.
    """
    chosen = scoring(margins=margins, companion_line=companion_line)
    flags = study_surge(facts) if surge is None else surge_answers(surge)
    rows: dict[str, dict[str, dict[str, Any]]] = {}
    for row in indicator_rows(assessment, "en"):
        rows.setdefault(row["commodity"], {})[row["indicator"]] = row
    lines = {str(k): float(v) for k, v in zip(assessment.dataset["indicator"].values,
                                              assessment.dataset["high_raw"].values, strict=True)}  # fmt: skip
    has_ore = view(assessment.chain, "ore_applies")
    companionality = assessment.chain["companionality"]
    found = []
    for commodity, by_indicator in rows.items():
        share = float(companionality.sel(commodity=commodity))
        clauses = _clauses(
            by_indicator, lines, flags.get(commodity), share if share == share else None, chosen.companion_line,
            chosen.margins,
        )  # fmt: skip
        found.append(_verdict(commodity, clauses, has_ore=bool(has_ore.sel(commodity=commodity))))
    return found


def surge_answers(surge: Mapping[str, Any], path: str = "surge") -> "dict[str, bool | Clause]":
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


def study_surge(facts: FactBase | None = None) -> dict[str, bool]:
    """The study's own judgement of demand: whether it rises discontinuously, by commodity."""
    rows = (facts or current()).table("study_demand")
    return {r["commodity"]: r["demand_class"] == "discontinuous_increase" for r in rows}


def _clauses(
    rows: Mapping[str, dict[str, Any]], lines: Mapping[str, float], surge: bool | Clause | None,
    companion: float | None,
    companion_line: float, margins: Mapping[str, float],
) -> dict[str, Clause]:  # fmt: skip
    declared = indicators()
    near = companion is not None and abs(companion - companion_line) <= margins["companion"]
    by_product = None if companion is None else companion >= companion_line
    high = {key: _high(key, rows[name], lines, declared[name], margins) for key, name in ASKS.items()}
    return {
        "surge": surge if isinstance(surge, Clause) else Clause("surge", surge),
        # A by-product verdict rests on one figure of 2008.
        "companion": Clause(
            "companion", by_product, companion, companion_line, near, weak="structural" if by_product else ""
        ),
        **high,
    }


def _high(
    key: str, row: Mapping[str, Any], lines: Mapping[str, float], one: Indicator, margins: Mapping[str, float]
) -> Clause:
    """Answer whether an indicator is high; a partial figure never decides, a step that does not exist is not high."""
    line = lines[one.key]
    why: dict[Lang, str] = {}
    if row["status"] == "not_applicable":
        return Clause(key, False, line=line, why={lang: text("clause.not_applicable", lang) for lang in ("ja", "en")})
    if row["status"] == "no_data":
        return Clause(key, None, line=line, why={lang: text("clause.no_figure", lang) for lang in ("ja", "en")})
    if row["status"] == "partial":
        why = {lang: text("clause.partial", lang) for lang in ("ja", "en")}
        return Clause(key, None, row["raw"], line, why=why)
    near = abs(row["raw"] - line) <= margins.get(key, 0.0)
    return Clause(key, one.is_high(row["raw"], line), row["raw"], line, near,
                  row["status"] if row["status"] in _WEAK else "")  # fmt: skip


def _verdict(commodity: str, clauses: dict[str, Clause], *, has_ore: bool = True) -> Verdict:
    answers = {key: clause.value for key, clause in clauses.items()}
    kind, assumed, is_open = judge(answers, has_ore=has_ore)

    def other(key: str, answer: bool) -> Type:
        return judge({**answers, key: answer}, has_ore=has_ore)[0]

    deciding = tuple(
        key for key in CLAUSES
        if any(other(key, a) != kind for a in ((True, False) if answers[key] is None else (not answers[key],)))
    )  # fmt: skip
    shaky = assumed or any(clauses[key].near or clauses[key].weak for key in deciding)
    firmness: Firmness = "undecidable" if is_open else "provisional" if shaky else "firm"
    first = [k for k in deciding if answers[k] is None or clauses[k].near or clauses[k].weak] or list(deciding)
    moved = {
        key: other(key, not clauses[key].value)
        for key in deciding if clauses[key].near and clauses[key].value is not None
    }  # fmt: skip
    return Verdict(commodity, kind, firmness, tuple(first), clauses, moved)
