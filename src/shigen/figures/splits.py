"""Estimated splits: which partners the imports of a code come from, where only totals of the code are held.

An importer's total is split by the best estimator at hand: its own split of an earlier year; else the exporters of the
world, each weighted with how much home leans on it in its other codes; else the exporters alone, without home. Never by
what the world produces. `split_error` tells how far each is off (see `split_error.measured`).

- *Year.* That of the trade that is read.
- *Blocs.* What members take from each other stands in their totals: no split is estimated, only the most that arrives.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from shigen.base import names
from shigen.figures.editions import newest, readable
from shigen.figures.factbase import FactBase
from shigen.figures.selection import SECOND_TRADE, Question

if TYPE_CHECKING:
    import pandas as pd

Figures = NDArray[np.float64]

SPLITS: Final = ("none", "own", "intensity", "exporters")
"""What a split is estimated by, in the order of the int8 codes, the better first."""

PRIOR: Final = 0.0025
"""Share [1] that home and the world are taken to buy from every exporter besides, so that the few flows of a small one
do not tell how much home leans on it."""

LONGEST: Final = 12
"""Years after which an own split is not used: for so long its error is measured."""

LARGEST: Final = 8
"""Exporters of a code that are named in the totals."""

EVERYONE: Final = "all"
"""Where `split_error` speaks of all importers together: of those that it does not name."""

_READ: Final = f"""{readable("(not list_contains($second, e.publisher) or e.position = l.upto)")},
    flow as (
        select hs6, year, importer, exporter, value_kusd, edition, position, publisher, file, sha256
        from trade join readable using (edition) where {{only}} {newest("hs6, year, importer, exporter")}
    )"""
"""The flows of trade that a question may read, each once."""


def split_by(exported: Figures, at_home: Figures, in_world: Figures) -> Figures:
    """Return the share of each exporter in what home imports of a code [1].

    Parameters
    ----------
    exported : (exporter)
        What each sends to the world of the code; 0 of home.
    at_home, in_world : (exporter) [1]
        Its mean share over other codes in what home, and the world, imports; equal where nothing is known of home.

    Notes
    -----
    s_e ∝ x_e · (h_e + 0.0025) / (w_e + 0.0025).

    Examples
    --------
    Of two exporters alike home elsewhere buys twice as much from the first.

    >>> split_by(np.array([10.0, 10.0]), np.array([0.1975, 0.0975]), np.array([0.0975, 0.0975])).round(3).tolist()
    [0.667, 0.333]
    """
    weighted = exported * (at_home + PRIOR) / (in_world + PRIOR)
    return weighted / weighted.sum()  # type: ignore[no-any-return]


class Others:
    """How home and the world buy, code by code, in one year: what the lean of home on an exporter is taken from."""

    def __init__(self, flows: "pd.DataFrame") -> None:
        """Take flows by `hs6` and `exporter`: `home` and `world`, what either buys [kUSD]; home is no exporter."""
        wide = flows.pivot_table(index="hs6", columns="exporter", values=["home", "world"], aggfunc="sum").fillna(0.0)
        both = [wide[name].to_numpy(float) for name in ("home", "world")]
        bought = both[0].sum(1) > 0
        self.exporters = [str(name) for name in wide["world"].columns]
        self.codes = [str(code) for code, is_bought in zip(wide.index, bought, strict=True) if is_bought]
        self._shares = [one[bought] / one[bought].sum(1, keepdims=True) for one in both]
        self._sums = [one.sum(0) for one in self._shares]

    def means(self, without: str) -> tuple[dict[str, float], dict[str, float]]:
        """Return the mean share of each exporter, of home and of the world, over all codes but one [1].

        Both are empty where home buys no other code.
        """
        rest = len(self.codes) - (without in self.codes)
        if not rest:
            return {}, {}
        left_out = [one[self.codes.index(without)] if without in self.codes else 0.0 for one in self._shares]
        at_home, in_world = (dict(zip(self.exporters, ((whole - one) / rest).clip(min=0.0).tolist(), strict=True))
                             for whole, one in zip(self._sums, left_out, strict=True))  # fmt: skip
        return at_home, in_world


def totals(facts: FactBase, question: Question) -> "pd.DataFrame":
    """Return the totals that answer a question: one row a commodity, asked year and row of the table.

    Columns `commodity, step, hs6, year, fact_year, exporter, importer, value_kusd`, what it rests on; `WLD` stands for
    all exporters or importers. `completes`: with the code, and all other `codes` of totals of the step, every code of
    the step is held, as the map says.
    """
    return facts.ask(
        f"""
        with {readable("(not list_contains($second, e.publisher) or e.position = l.upto)")}, asked as (
            select a.year, max(t.year) as fact_year from (select unnest($years) as year) a
                join (select distinct year from trade semi join readable using (edition)) t
                on t.year between a.year - $span and a.year group by a.year
        )
        select m.commodity, m.step, a.year, t.year as fact_year, t.* exclude (year), e.publisher, e.file, e.sha256,
            m.completes is not distinct from 'yes' as completes, m.codes
        from (select *, count(*) over (partition by commodity, variable, step) as codes from supply_map) m
            join trade_totals t on t.hs6 = m.series join asked a on a.fact_year = t.year join readable e using (edition)
        where m.variable = 'imports_estimated' and list_contains($commodities, m.commodity)
        {newest("m.commodity, m.step, a.year, t.hs6, t.exporter, t.importer", "e.position desc, t.edition desc")}
        order by m.commodity, m.step, a.year, t.hs6, t.exporter = 'WLD', t.value_kusd desc
        """,
        {**_limits(question), "commodities": list(question.commodities), "years": list(question.years),
         "span": facts.tables["trade"].facts.span},
    )  # fmt: skip


def estimated(
    facts: FactBase, question: Question, homes: Mapping[str, Sequence[str]], held: "pd.DataFrame | None" = None
) -> "pd.DataFrame":
    """Return what each home imports by partner under codes of which only totals are held, as estimated.

    Columns `home, commodity, step, year, fact_year, hs6, country, value_kusd`; `total`, of all partners [kUSD]; `kind`
    (one of SPLITS) and `lag`, the years since an own split; `completes` and `codes` as in `totals`; `low` and `high`,
    what may have to be added to the mean of any governance over these partners [1], 5 and 95 %; `edition` of the totals
    and `split_edition` of an own split.

    `held` are the `totals`, where they are at hand.
    """
    import pandas as pd

    held = totals(facts, question) if held is None else held
    errors = {(row["estimator"], row["importer"], int(row["lag"] or 0)): row for row in facts.table("split_error")}
    rows, sold = [], held[held["importer"] == names.WORLD]
    for key, members in homes.items():
        if len(members) > 1:
            continue
        mine = held[held["importer"].isin(members)]
        own = _own(facts, question, members, mine)
        others = {int(year): _others(facts, question, members, int(year)) for year in mine["fact_year"].unique()}
        for _, total in mine.iterrows():
            code = sold[(sold[PLACE] == total[PLACE]).all(axis=1) & ~sold["exporter"].isin([names.WORLD, *members])]
            kind, lag, shares, edition = _split(total, code, own, others[int(total["fact_year"])])
            error = _error(errors, kind, key, lag)
            rows += [{
                "home": key, **{name: total[name] for name in ("commodity", "step", "year", "fact_year", "hs6")},
                "country": country, "value_kusd": share * total["value_kusd"], "total": total["value_kusd"],
                "kind": kind, "lag": lag, "completes": bool(total["completes"]), "codes": int(total["codes"]),
                "low": -float(error["q95"]), "high": -float(error["q05"]),
                "edition": total["edition"], "split_edition": edition,
            } for country, share in shares.items()]  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


PLACE: Final = ["commodity", "step", "year", "hs6"]
"""What the totals of one code answer."""

COLUMNS: Final = ["home", "commodity", "step", "year", "fact_year", "hs6", "country", "value_kusd", "total", "kind",
                  "lag", "completes", "codes", "low", "high", "edition", "split_edition"]  # fmt: skip
"""Columns of `estimated`."""


def at_most(held: "pd.DataFrame", homes: Mapping[str, Sequence[str]]) -> "pd.DataFrame":
    """Return the most that may arrive of a step under codes of which totals are held: `home` to `year`, `value_kusd`.

    What the totals name for home; of one that is not among the largest, no more than the smallest of these, and all of
    them together no more than what the world's total leaves.
    """
    import pandas as pd

    by, rows = PLACE, []
    for (*place, _), code in held.groupby(by):
        into = code[(code["exporter"] == names.WORLD) & (code["importer"] != names.WORLD)]
        world = code[(code["exporter"] == names.WORLD) & (code["importer"] == names.WORLD)]["value_kusd"]
        if into.empty or world.empty:
            continue
        left = max(float(world.iloc[0]) - float(into["value_kusd"].sum()), 0.0)
        for key, members in homes.items():
            named = into[into["importer"].isin(members)]["value_kusd"]
            unnamed = (len(members) - len(named)) * float(into["value_kusd"].min())
            rows.append([key, *place, float(named.sum()) + min(unnamed, left), code["edition"].iloc[0]])
    columns = ["home", *by[:-1], "value_kusd", "edition"]
    most = pd.DataFrame(rows, columns=columns)
    return most.groupby(["home", *by[:-1]], as_index=False).agg({"value_kusd": "sum", "edition": "first"})


def _split(
    total: "pd.Series", code: "pd.DataFrame", own: "pd.DataFrame", others: Others
) -> tuple[str, int, dict[str, float], str]:
    """Return which estimator serves a total, how old an own split is, the share of each partner, and its edition."""
    mine = own[(own["hs6"] == total["hs6"]) & (own["asked"] == total["fact_year"])]
    if len(mine):
        bought = mine["value_kusd"] / mine["value_kusd"].sum()
        lag = int(total["fact_year"] - mine["year"].iloc[0])
        return "own", lag, dict(zip(mine["exporter"], bought, strict=True)), str(mine["edition"].iloc[0])
    at_home, in_world = others.means(str(total["hs6"]))
    exporters = [str(country) for country in code["exporter"]]
    means = [np.array([mean.get(country, 0.0) for country in exporters]) for mean in (at_home, in_world)]
    shares = split_by(code["value_kusd"].to_numpy(float), *means)
    return "intensity" if at_home else "exporters", 0, dict(zip(exporters, shares, strict=True)), ""


def _error(
    errors: Mapping[tuple[str, str, int], Mapping[str, str]], kind: str, home: str, lag: int
) -> Mapping[str, str]:
    """Return the measured error of an estimator: of the importer, else of all; of an own split at least as old."""
    lags = sorted({one for name, _, one in errors if name == kind})
    old = next(one for one in lags if one >= lag)
    return errors.get((kind, home, old)) or errors[kind, EVERYONE, old]


def _own(facts: FactBase, question: Question, members: Sequence[str], mine: "pd.DataFrame") -> "pd.DataFrame":
    """Return home's recorded flows of the codes of its totals, of the newest year that is held, by `asked` year."""
    return facts.ask(
        f"""
        with wanted as (select unnest($codes) as code, unnest($asked) as asked),
        {_READ.format(only="importer in (select unnest($members)) and hs6 in (select code from wanted)")}
        select w.asked, f.* from flow f
            join wanted w on w.code = f.hs6 and f.year between w.asked - {LONGEST} and w.asked
        where f.value_kusd > 0 and f.exporter not in ('{names.WORLD}', '{names.OTHER}')
        qualify f.year = max(f.year) over (partition by f.hs6, w.asked)
        order by f.hs6, w.asked, f.exporter
        """,
        {**_limits(question), "members": list(members), "codes": mine["hs6"].tolist(),
         "asked": [int(year) for year in mine["fact_year"]]},
    )  # fmt: skip


def own_flows(
    facts: FactBase, question: Question, members: Sequence[str], split: Mapping[str, object]
) -> "pd.DataFrame":
    """Return the recorded flows of an earlier year behind one row of `estimated` that an own split gave."""
    import pandas as pd

    rows = _own(facts, question, members, pd.DataFrame([split]))
    return rows[rows["exporter"] == split["country"]].rename(columns={"exporter": "country", "year": "fact_year"})


def _others(facts: FactBase, question: Question, members: Sequence[str], year: int) -> Others:
    """Return how home and the world buy in a year, over all codes that trade holds."""
    return Others(facts.ask(
        f"""
        with {_READ.format(only="year = $year")}
        select hs6, exporter, sum(value_kusd) as world,
            coalesce(sum(value_kusd) filter (list_contains($members, importer)), 0) as home
        from flow where value_kusd > 0 and exporter not in ('{names.WORLD}', '{names.OTHER}')
            and not list_contains($members, exporter)
        group by all
        """,
        {**_limits(question), "members": list(members), "year": year},
    ))  # fmt: skip


def _limits(question: Question) -> dict[str, object]:
    """Values of the parameters of `readable`."""
    limits = question.parameters()
    return {"publishers": limits["publishers"], "positions": limits["positions"], "second": list(SECOND_TRADE)}
