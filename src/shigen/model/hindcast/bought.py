"""Imports: recorded flows against the importer's own report, and estimated splits against the flows that are held."""

from typing import TYPE_CHECKING, Final

import numpy as np

from shigen.figures import split_error
from shigen.figures.factbase import FactBase
from shigen.figures.selection import SECOND_TRADE
from shigen.model.draws import T_95, Streams, by_share
from shigen.model.hindcast.cases import ENDS, GUESS, Cases
from shigen.model.hindcast.editions import drawn_around, ends_of, left_out
from shigen.model.spread import CUT, PARAMETERS, SEED, TRADE_AT

if TYPE_CHECKING:
    import pandas as pd

LAGS: Final = (1,)
"""Ages of an own split that are tested, in years."""
FLOOR: Final = 1000.0
"""Imports of a code [kUSD/yr] below which its HHI is not tested."""

_HELD: Final = """
select exists (from {trade} where edition in (select edition from editions where list_contains($own, publisher)))
    or exists (from {customs}) as held
"""
_REPORTED: Final = """
with flow as (
    select hs6, year, importer, exporter, value_kusd as value, e.position, list_contains($own, e.publisher) as own
    from {trade} join editions e using (edition)
    where value_kusd > 0 and exporter not in ('WLD', 'OTH') and edition not like '%main flows%'
), reported as (
    select hs6, year, importer, exporter, arg_max(value, position) as value from flow where own group by all
    union all
    select left(hs9, 6), year, importer, partner, sum(value_kjpy) from {customs}
    where value_kjpy > 0 and last_month = 12 and partner not in ('WLD', 'OTH') group by all
), first as (
    select hs6, year, importer, exporter, arg_max(value, position) as value from flow where not own group by all
)
select hs6, year, importer, exporter as country, first.value as first, reported.value as then
from first full join reported using (hs6, year, importer, exporter)
where (hs6, year, importer) in (select (hs6, year, importer) from reported)
    and (hs6, year, importer) in (select (hs6, year, importer) from first)
order by all
"""


def flows(facts: FactBase) -> list[Cases]:
    """Return the cases of recorded flows, and of the HHI of imports, by code, year and importer.

    Shares of what is recorded against shares of what the importer reports itself: the values of the two are in other
    money. None where no such report is held: the package's own trade is reconciled from both sides' reports.
    """
    trade, customs = facts.printed("trade"), facts.printed("customs")
    if not facts.query(_HELD.format(trade=trade, customs=customs), {"own": list(SECOND_TRADE)})["held"].any():
        return []
    found = facts.query(_REPORTED.format(trade=trade, customs=customs), {"own": list(SECOND_TRADE)})
    if found.empty:
        return []
    place = ["hs6", "year", "importer"]
    whole = found.groupby(place)[["first", "then"]].transform("sum")
    share, came = (found[name].to_numpy(float) / whole[name].to_numpy(float) for name in ("first", "then"))
    fold = found["year"].astype(str).to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        unit = by_share(1.0, share, TRADE_AT, PARAMETERS["trade_size"].value)
        off = np.log(came / share)
    kinds = np.full((len(found), 1), "trade")
    scale = unit * left_out((np.abs(off) / unit)[:, None], fold, kinds, T_95)[:, 0]
    about = found.assign(fold=fold, cluster=found["hs6"], code=found["hs6"], point=share, came=came)
    there = ~np.isnan(off)
    half = np.minimum(T_95 * scale[there], CUT)
    guess = np.tile(np.log1p(GUESS) * np.array([-1.0, 0.0, 1.0]), (half.size, 1))
    each = Cases("trade", about[there].reset_index(drop=True), np.stack([-half, 0 * half, half], 1), guess, off[there],
                 ("fold",), logs=True)  # fmt: skip
    return [each, _concentrations(about, share, came, scale, whole["first"].to_numpy(float))]


def _concentrations(
    flow: "pd.DataFrame", share: np.ndarray, came: np.ndarray, scale: np.ndarray, whole: np.ndarray
) -> Cases:
    streams = Streams(SEED)
    rows, drawn, guessed, then = [], [], [], []
    for (code, year, importer), of in flow.reset_index(drop=True).groupby(["hs6", "year", "importer"]):
        at = of.index.to_numpy()
        known = at[share[at] > 0]
        if not known.size or whole[at[0]] < FLOOR:
            continue
        laws = [(scale[known], 0.0)]
        law, naive = drawn_around(share[known], laws, streams, f"trade:{importer}:{code}:{year}")
        drawn.append(law)
        guessed.append(naive)
        then.append(float(np.nansum(came[at] ** 2)))
        rows.append({"fold": str(year), "cluster": code, "code": code, "year": year, "importer": importer,
                     "point": float(np.nansum(share[at] ** 2)), "came": then[-1]})  # fmt: skip
    import pandas as pd

    about = pd.DataFrame(rows)
    return Cases("trade_hhi", about, ends_of(drawn), ends_of(guessed), np.array(then), ("fold",))


def read(facts: FactBase) -> tuple[str, ...]:
    """Return the editions of the flows that splits are tested on."""
    rows = facts.fetch(
        "select distinct edition from trade where edition not like '%main flows%' "
        "and year > (select max(year) from trade) - ? - ? order by edition", [split_error.YEARS, max(LAGS)],
    )  # fmt: skip
    return tuple(str(edition) for (edition,) in rows)


def splits(facts: FactBase) -> list[Cases]:
    """Return the cases of the mean governance of partners by estimated splits, by estimator.

    The interval is the estimate and what the same estimator was off by on the importer's other codes, 5 to 95 %.
    """
    import pandas as pd

    found = pd.DataFrame([vars(one) for one in split_error.cases(facts, LAGS)])
    if found.empty:
        return []
    out = []
    for key, lag in (("intensity", 0), ("exporters", 0), *(("own", lag) for lag in LAGS)):
        of = found[(found["estimator"] == key) & (found["lag"] == lag)].reset_index(drop=True)
        if of.empty:
            continue
        estimate, error = (of["truth"] + of["error"]).to_numpy(), of["error"].to_numpy()
        ends = np.repeat(estimate[:, None], 3, axis=1)
        (_, home), (_, code) = (np.unique(of[name].to_numpy(str), return_inverse=True) for name in ("importer", "code"))
        for one in range(int(home.max()) + 1):
            for left in np.unique(code[home == one]):
                here, others = (home == one) & (code == left), error[(home == one) & (code != left)]
                if others.size:
                    ends[here] -= np.quantile(others, ENDS[::-1]) * np.array([1.0, 0.0, 1.0])
        ends = np.clip(ends, 0.0, 1.0)
        guess = estimate[:, None] * np.array([1 / (1 + GUESS), 1.0, 1 + GUESS])
        about = of.assign(fold=of["code"], cluster=of["code"], point=estimate, came=of["truth"])
        out.append(Cases(f"split_{key}", about, ends, guess, of["truth"].to_numpy(), ("importer",)))
    return out
