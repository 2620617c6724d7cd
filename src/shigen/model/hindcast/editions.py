"""What an edition said of production and reserves, and what the next one said of the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from shigen.base import names
from shigen.figures.factbase import FactBase
from shigen.figures.rows import of_facts
from shigen.model.concentration import concentration, total
from shigen.model.draws import BLOCK, T_95, Z_95, Numbers, Streams, by_share, revision, student
from shigen.model.hindcast.cases import ENDS, GUESS, GUESS_SIGMA, LEVEL, Cases
from shigen.model.named import Named
from shigen.model.revisions import by_country
from shigen.model.spread import CUT, PARAMETERS, PRODUCTION_AT, SEED

if TYPE_CHECKING:
    import pandas as pd

BLOCKS: Final = 2
"""Blocks of draws of each case."""
LEAST: Final = 3
"""Countries that both editions must name, so that there is a concentration to speak of."""
CLASSES: Final = {"alumina": "bulk", "ferrosilicon": "ferro"}
"""Classes of what a publisher prints and no mineral of the package is."""

SERIES: Final = ["commodity", "step", "series", "basis", "unit", "family"]
_CASE: Final = [*SERIES, "year", "edition", "issue"]

_SAID: Final = r"""
with said as (
    select f.commodity, f.step, f.series, coalesce(f.basis, '') as basis, f.unit, f.year, f.country, f.value, f.edition,
        regexp_replace(f.edition, ' \d{{4}}.*$', '') as family, e.position
    from {table} f join editions e using (edition) where f.flag <> 'bound' or f.country not in ('WLD', 'OTH')
)
select *, dense_rank() over (partition by family order by position) as issue from said
"""


@dataclass(frozen=True)
class Pairs:
    """Two editions that follow each other, of the same commodity, step and series."""

    about: "pd.DataFrame"
    """`commodity, step, year, edition, edition_then` and `fold`, the pair of editions."""
    first: Numbers
    """By country, as the first edition prints it: (case, country) [as published]."""
    then: Numbers
    countries: list[str]
    shares: Numbers
    """Of the first edition [1]."""
    shares_then: Numbers
    unnamed: Numbers
    """What the first edition prints for other countries, and what the next one does: (case, 2) [as published]."""


def pairs(facts: FactBase, table: str, *, same_year: bool) -> Pairs:
    """Return the pairs of editions of a table, as publishers print them; a user's own figures are no edition.

    `same_year`: both speak of the same year; else the next edition speaks of its own.
    """
    printed = facts.query(_SAID.format(table=facts.printed(table)))
    cases, figures = by_country(printed, _CASE)
    named = figures.drop_sel(country=[names.WORLD, names.OTHER])
    world, other = (figures.sel(country=key) for key in (names.WORLD, names.OTHER))
    whole = total(named.sum("country", min_count=1), world, other)
    shares = (named / whole).values
    cases["row"] = np.arange(len(cases))
    after = cases.assign(issue=cases["issue"] - 1)
    both = cases.merge(after, on=[*SERIES, "issue", *(["year"] if same_year else [])], suffixes=("", "_then"))
    one, other_one = both["row"].to_numpy(), both["row_then"].to_numpy()
    both["fold"] = both["edition"] + " → " + both["edition_then"]
    every = names.commodities()
    keys = both["commodity"]
    both["class"] = [every[key].spread if key in every else CLASSES.get(key, "other") for key in keys]
    both["thirteen"] = [key in every and every[key].meti13 > 0 for key in keys]
    both["cluster"] = keys
    rest = other.values
    return Pairs(both, named.values[one], named.values[other_one], [str(key) for key in named["country"].values],
                 shares[one], shares[other_one], np.stack([rest[one], rest[other_one]], axis=1))  # fmt: skip


@of_facts
def production_pairs(facts: FactBase) -> Pairs:
    """Return the pairs of editions of production, each of the same year."""
    return pairs(facts, "production", same_year=True)


def tested(facts: FactBase) -> list[Cases]:
    """Return the cases of production and of reserves: of the HHI, also as declared, and of each country's figure."""
    made, held = production_pairs(facts), pairs(facts, "reserves", same_year=False)
    with np.errstate(divide="ignore"):
        shape = by_share(1.0, made.shares, PRODUCTION_AT, PARAMETERS["production_size"].value)
    by_class = np.repeat(made.about["class"].to_numpy()[:, None], len(made.countries), axis=1)
    return [
        *_tested("production", made, shape, np.char.add("production_", by_class.astype(str)),
                 ("fold", "class", "thirteen")),
        *_tested("reserves", held, np.ones_like(held.shares), np.full(held.shares.shape, "reserves"),
                 ("fold", "thirteen")),
    ]  # fmt: skip


def _tested(key: str, of: Pairs, shape: Numbers, kinds: np.ndarray, groups: tuple[str, ...]) -> list[Cases]:
    """Return the cases of a table; `kinds` are the keys of PARAMETERS whose scale each figure has."""
    off, fold = revised_by(of), of.about["fold"].to_numpy()
    scale = shape * left_out(np.abs(off) / shape, fold, kinds, T_95)
    with np.errstate(divide="ignore", invalid="ignore"):
        gone = np.log(of.unnamed[:, 1:] / of.unnamed[:, :1])
    gone[~np.isfinite(gone)] = np.nan
    rest = left_out(np.abs(gone), fold, np.full(gone.shape, "remainder"), Z_95)[:, 0]
    declared = shape * np.array([PARAMETERS[kind].value for kind in kinds.ravel()]).reshape(kinds.shape)
    as_declared = np.full(rest.size, PARAMETERS["remainder"].value)
    return [*concentrations(key, of, (scale, declared), (rest, as_declared), groups),
            figures(key, of, off, scale, groups)]  # fmt: skip


def revised_by(of: Pairs) -> Numbers:
    """Return ln(then ÷ first) of what both editions print above zero; else NaN: (case, country) [1]."""
    both = (of.first > 0) & (of.then > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        off: Numbers = np.where(both, np.log(of.then / of.first), np.nan)
    return off


def left_out(size: Numbers, fold: np.ndarray, kind: np.ndarray, quantile: float) -> Numbers:
    """Return the scale of each cell, fitted on all folds but its own.

    Parameters
    ----------
    size : (case, cell) [1], >= 0
        How far each figure was revised, in units of its scale's shape; NaN where there is no figure.
    fold : (case)
        Which part of the figures a case is of.
    kind : (case, cell)
        The key of PARAMETERS whose scale each cell has; where no other fold says anything, its declared value stands.
    quantile : float
        Of the law with scale 1, what 95 % lie below.

    Returns
    -------
    (case, cell) [1]
        The scale by which 90 % of the others' revisions lie within the law's 90 % interval.

    Examples
    --------
    One revision of 0.5 in fold a, ten of 0.1 to 1.0 in fold b, whose 90 % quantile is 0.91.

    >>> size = np.array([[0.5], *([0.1 * i] for i in range(1, 11))])
    >>> left_out(size, np.array(["a"] + ["b"] * 10), np.full(size.shape, "reserves"), 1.0)[[0, 1], 0].round(2).tolist()
    [0.91, 0.5]
    """
    scale = np.zeros(size.shape)
    for one in np.unique(kind):
        here = kind == one
        for out in np.unique(fold):
            others = size[here & (fold != out)[:, None] & ~np.isnan(size)]
            fitted = np.quantile(others, LEVEL) / quantile if others.size else PARAMETERS[str(one)].value
            scale[here & (fold == out)[:, None]] = fitted
    return scale


def figures(key: str, of: Pairs, off: Numbers, scale: Numbers, groups: tuple[str, ...]) -> Cases:
    """Return the cases of single figures: ln(then ÷ first), around 0."""
    case, cell = np.nonzero(~np.isnan(off))
    about = of.about.iloc[case].assign(country=[of.countries[i] for i in cell], point=of.first[case, cell],
                                       came=of.then[case, cell]).reset_index(drop=True)  # fmt: skip
    half = np.minimum(T_95 * scale[case, cell], CUT)
    guess = np.log1p(GUESS) * np.array([-1.0, 0.0, 1.0])
    return Cases(key, about, np.stack([-half, 0 * half, half], 1), np.tile(guess, (half.size, 1)), off[case, cell],
                 groups, logs=True)  # fmt: skip


def concentrations(
    key: str, of: Pairs, scales: tuple[Numbers, Numbers], rests: tuple[Numbers, Numbers], groups: tuple[str, ...]
) -> list[Cases]:
    """Return the cases of HHI, of commodities of which both editions name LEAST countries.

    By the scales fitted without the pair that is tested, and by the declared ones, which saw all.
    """
    kept = np.flatnonzero((~np.isnan(of.shares)).sum(1) >= LEAST)
    kept = kept[(~np.isnan(of.shares_then[kept])).sum(1) >= LEAST]
    streams = Streams(SEED)
    drawn: list[list[Numbers]] = [[], [], []]
    for i in kept:
        there = of.shares[i] > 0
        place = ":".join(str(of.about[name].iloc[i]) for name in ("commodity", "step", "series", "year"))
        laws = [(scale[i][there], float(rest[i])) for scale, rest in zip(scales, rests, strict=True)]
        for of_law, one in zip(drawn, drawn_around(of.shares[i][there], laws, streams, f"{key}:{place}"), strict=True):
            of_law.append(one)
    fitted, declared, guess = map(ends_of, drawn)
    came = index(of.shares_then[kept])
    about = of.about.iloc[kept].assign(point=index(of.shares[kept]), came=came).reset_index(drop=True)
    return [Cases(f"{key}_hhi", about, fitted, guess, came, groups),
            Cases(f"{key}_declared", about, declared, guess, came, named=False)]  # fmt: skip


def ends_of(drawn: Sequence[Numbers]) -> Numbers:
    """Return lower end, middle and upper end of each case's draws: (case, 3)."""
    if not drawn:
        return np.empty((0, len(ENDS)))
    ends: Numbers = np.quantile(np.stack(drawn), ENDS, axis=1).T
    return ends


def index(shares: Numbers) -> Numbers:
    """Return the HHI of shares: (case) [1]."""
    return np.asarray(concentration(Named(("case", "country"), shares)).values)


def drawn_around(
    shares: Numbers, laws: Sequence[tuple[Numbers, float]], streams: Streams, key: str, blocks: int = BLOCKS
) -> list[Numbers]:
    """Return draws of HHI around shares, by each law and by the guess of a tenth: (draw) each.

    Parameters
    ----------
    shares : (country) [1], > 0
    laws : sequence
        σ of each country, and of what is unnamed beside them.
    key : str
        Address of the draws; laws share their random numbers.
    """
    unnamed = max(0.0, 1 - float(shares.sum()))
    drawn: list[list[Numbers]] = [[] for _ in (*laws, GUESS)]
    for block in range(blocks):
        place, rest = np.empty((shares.size, BLOCK)), np.empty((1, BLOCK))
        streams.uniform("hindcast", key, block, place)
        streams.normal("hindcast rest", key, block, rest)
        t = student(place)
        for out, (scale, of_rest) in zip(drawn, laws, strict=False):
            out.append(hhi(shares[:, None] * revision(t, scale[:, None]), unnamed * np.exp(of_rest * rest)))
    z = np.empty((shares.size, BLOCK))  # a guess is narrow: one block tells its ends
    streams.normal("hindcast guess", key, 0, z)
    drawn[-1].append(hhi(shares[:, None] * np.exp(GUESS_SIGMA * z), np.full((1, BLOCK), unnamed)))
    return [np.concatenate(parts) for parts in drawn]


def hhi(made: Numbers, rest: Numbers) -> Numbers:
    """Return the HHI of drawn figures: (country, draw), what is unnamed beside them: (1, draw) → (draw) [1].

    Σ x² / T², which is Σ (x/T)² with one division a draw.
    """
    squares = np.asarray(concentration(Named(("country", "draw"), made)).values)
    return squares / (made.sum(0) + rest[0]) ** 2  # type: ignore[no-any-return]
