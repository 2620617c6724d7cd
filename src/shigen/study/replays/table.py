"""All replays in order: what the model says beside what happened, misses first, scores of prices, and estimates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, inf, isfinite, log
from typing import Any, Final

from shigen.base import names
from shigen.base.i18n import Lang, source_words, text
from shigen.figures.factbase import FactBase
from shigen.figures.rows import in_language, of_facts
from shigen.model.disruption.answers import Band
from shigen.study.replays.cases import ESTIMATE, HORIZON, OBSERVED, Outcome, declared, outcomes
from shigen.study.replays.played import Played, play_all, trade_editions
from shigen.study.replays.scores import FIGURES, Case, constant_band, judged, yearly_changes

VERDICTS: Final = ("miss", "hit", "unbanded", "unknown", "unplayed")
"""In the order in which they stand: outside the band, inside, an outcome without a band, no outcome, not played."""
COLUMNS: Final = (
    "replay", "event", "title", "commodity", "name", "home", "home_name", "stops", "against", "step", "form", "kind",
    "share", "starts", "months", "basis", "measure", "measure_name", "month", "p05", "p50", "p95", "came", "unit",
    "verdict", "firm", "why", "constant_p05", "constant_p95", "network", "edition", "facts", "day", "seen",
    "unseen_share", "at_ceiling", "ceiling", "output_from", "scope", "date", "outcome", "confidence", "source", "note",
    "played_from",
)  # fmt: skip
READ: Final = ("seen", "unseen_share", "edition", "ceiling", "output_from", "scope", "at_ceiling")
"""What a row tells of how a replay was played, as `Played` has it."""
SCORE_COLUMNS: Final = ("cases", "who", "name", "n", "events", *FIGURES)
ESTIMATE_COLUMNS: Final = (
    "replay", "title", "measure", "measure_name", "month", "value", "low", "high", "unit", "p05", "p50", "p95",
    "ceiling", "note", "confidence", "date", "source",
)  # fmt: skip


@dataclass(frozen=True)
class Replays:
    """What was played and judged. Made once for each state of the facts."""

    rows: tuple[Mapping[str, Any], ...]
    """One an outcome, or a replay without any, misses first."""
    scores: tuple[Mapping[str, Any], ...]
    """Of prices: the model and the constant band, on all cases and on those whose bands are firm."""
    estimates: tuple[Mapping[str, Any], ...]
    changes: tuple[int, int]
    """How many yearly changes the constant band rests on: for the earliest event, and for the latest."""
    editions: tuple[str, ...]
    """The newest edition of production that each replay might read, and those of trade."""

    def records(self, lang: Lang) -> list[dict[str, Any]]:
        """Return one row an outcome or a replay without one, with COLUMNS.

        `p05`, `p50`, `p95`, `came`: in `unit`; a month that does not come within twelve is infinite, and None here.
        """
        return [{column: _plain(row[column]) for column in COLUMNS} for row in (_named(one, lang) for one in self.rows)]

    def scored(self, lang: Lang) -> list[dict[str, Any]]:
        """Return the scores of prices, with SCORE_COLUMNS; see `judged`."""
        made = ({**row, "name": text(f"replays.who.{row['who']}", lang)} for row in self.scores)
        return [{column: row[column] for column in SCORE_COLUMNS} for row in made]

    def estimated(self, lang: Lang) -> list[dict[str, Any]]:
        """Return what others published for like cases, with ESTIMATE_COLUMNS; bands where the model has one."""
        made = (_named(one, lang) for one in self.estimates)
        return [{column: _plain(row[column]) for column in ESTIMATE_COLUMNS} for row in made]

    @property
    def cited(self) -> tuple[str, ...]:
        """What a chart of the prices rests on: editions, and the sources of what happened."""
        return (*self.editions, text("cited.replay_prices", "en"))

    def score(self, who: str, cases: str = "all") -> Mapping[str, Any]:
        """Return one row of the scores."""
        return next(row for row in self.scores if (row["who"], row["cases"]) == (who, cases))

    def count(self, verdict: str) -> int:
        """Return how many rows have a verdict."""
        return sum(row["verdict"] == verdict for row in self.rows)


def _plain(value: Any) -> Any:
    return None if value == "" or (isinstance(value, float) and not isfinite(value)) else value


def _named(row: Mapping[str, Any], lang: Lang) -> dict[str, Any]:
    words = in_language(row, lang)
    made = {
        "name": names.label(row["commodity"], lang), "home_name": names.label(row["home"], lang),
        "measure_name": measure_name(row["measure"], row["month"], lang),
        "played_from": source_words(str(row["played_from"]), lang),
    }  # fmt: skip
    if why := row.get("why"):
        made["why"] = "; ".join(text(f"replays.{'why' if row['verdict'] == 'unplayed' else 'doubt'}.{key}", lang)
                                for key in why)  # fmt: skip
    return {**words, "why": "", **made}


def measure_name(measure: str, month: int | None, lang: Lang) -> str:
    """Return what an outcome is of, with its month; empty where there is none."""
    if not measure:
        return ""
    monthly = month is not None and measure in ("price", "received", "through")
    return text(f"replays.measure.{measure}", lang) + (text("replays.in_month", lang, month=month) if monthly else "")


@of_facts
def replays(facts: FactBase) -> Replays:
    """Play every event again and judge it; computed once for each state of the facts.

    Parameters
    ----------
    facts : FactBase, optional
        Those of the snapshot in use when not given.

    Returns
    -------
    Replays
    """
    played = {one.replay.key: one for one in play_all(declared(facts), facts)}
    known = outcomes(facts)
    constant = {one.day: yearly_changes(facts, int(one.day[:4])) for one in declared(facts)}
    rows: list[dict[str, Any]] = []
    cases: list[Case] = []
    for key, one in played.items():
        band = constant_band(constant[one.replay.day])
        came = [found for found in known if found.replay == key and found.row["kind"] == OBSERVED]
        rows += [outcome_row(one, found.measure, found.month, band, found) for found in came]
        rows += [outcome_row(one, measure, month, band) for measure, month in besides(one, came)]
        cases += [Case(one.replay.event, found.value, model, band, one.firm) for found in came
                  if found.measure == "price" and (model := one.band("price", found.month))]  # fmt: skip
    told = [estimate_row(played[found.replay], found) for found in known if found.row["kind"] == ESTIMATE]
    scores = [{"cases": which, **row} for which, some in (("all", cases), ("firm", [one for one in cases if one.firm]))
              for row in judged(some)]  # fmt: skip
    sizes = [len(one) for one in constant.values()]
    made = {one.edition for one in played.values() if not one.why}
    editions = (*sorted(made), *sorted(trade_editions(facts)))
    return Replays(tuple(in_order(rows)), tuple(scores), tuple(told), (min(sizes), max(sizes)), editions)


def besides(one: Played, came: Sequence[Outcome]) -> list[tuple[str, int | None]]:
    """Return what the model says of a replay, by both closures, of which nothing was observed: measure and month.

    The first short month, and the price in the last month of the stop.
    """
    if one.why:
        return [] if came else [("", None)]
    last = min(ceil(float(one.replay.row["months"])), HORIZON)
    known = {found.measure for found in came}
    return [(measure, month) for measure, month in (("first_short", None), ("price", last))
            if measure not in known and one.band(measure, month)]  # fmt: skip


def outcome_row(one: Played, measure: str, month: int | None, constant: Band,
                found: Outcome | None = None) -> dict[str, Any]:  # fmt: skip
    """Return a row of the table: what the model says, and beside it an outcome, if there is any."""
    band = one.band(measure, month)
    price = measure == "price"
    words = {key: found.row[key] if found else "" for key in ("unit", "date", "source")}
    return {
        **_of_replay(one), "measure": measure, "month": month, "came": found.value if found else None, **words,
        **_ends(band), "verdict": verdict(one, found, band),
        "beyond": beyond(band, found.value) if found and band else 0.0,
        "constant_p05": constant.p05 if price else None, "constant_p95": constant.p95 if price else None,
        "outcome_en": found.row["note_en"] if found else "", "outcome_ja": found.row["note_ja"] if found else "",
        "confidence": (found or one.replay).row["confidence"],
    }  # fmt: skip


def estimate_row(one: Played, found: Outcome) -> dict[str, Any]:
    """Return a published estimate, with the model's band where it has one."""
    number = {key: float(found.row[key]) if found.row[key] else None for key in ("low", "high")}
    words = {key: found.row[key] for key in ("unit", "note_en", "note_ja", "confidence", "date", "source")}
    ends = _ends(one.band(found.measure, found.month))
    return {**_of_replay(one), "measure": found.measure, "month": found.month, "value": found.value, **number, **ends,
            "verdict": "unplayed" if one.why else "", **words}  # fmt: skip


def _of_replay(one: Played) -> dict[str, Any]:
    row = one.replay.row
    kept = ("event", "commodity", "home", "stops", "against", "step", "form", "kind", "starts", "basis", "facts", "day",
            "title_en", "title_ja", "note_en", "note_ja")  # fmt: skip
    return {
        "replay": one.replay.key, **{key: row[key] for key in kept}, "share": float(row["share"]),
        "months": float(row["months"]), "network": None if one.why else one.replay.year, "firm": one.firm,
        "why": (one.why,) if one.why else one.doubts, "played_from": row["source"],
        **{key: getattr(one, key) for key in READ},
    }  # fmt: skip


def _ends(band: Band | None) -> dict[str, float | None]:
    return dict.fromkeys(("p05", "p50", "p95")) if band is None else {
        "p05": band.p05, "p50": band.p50, "p95": band.p95}  # fmt: skip


def verdict(one: Played, found: Outcome | None, band: Band | None) -> str:
    """Return which of VERDICTS a row has."""
    if one.why:
        return "unplayed"
    if found is None:
        return "unknown"
    if band is None:
        return "unbanded"
    return "hit" if beyond(band, found.value) == 0 else "miss"


def beyond(band: Band, came: float) -> float:
    """Return how far an outcome lies outside a band, in logarithms; 0 inside, infinite where the band says never.

    Examples
    --------
    >>> beyond(Band(1, 2, 4), 8.0) == log(2), beyond(Band(1, 2, 4), 4.0), beyond(Band(inf, inf, inf), 2.0)
    (True, 0.0, inf)
    """
    if band.p05 <= came <= band.p95:
        return 0.0
    near = band.p05 if came < band.p05 else band.p95
    return abs(log(came / near)) if 0 < near < inf and came > 0 else inf


def in_order(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return rows with misses first, the farthest of them first; then hits, no outcome, not played."""
    return sorted(rows, key=lambda row: (VERDICTS.index(row["verdict"]), -row["beyond"]))
