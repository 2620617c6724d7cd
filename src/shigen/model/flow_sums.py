"""How flows of trade add up: by partner, in contained tonnes, and what of them is not seen."""

from typing import TYPE_CHECKING, Final

import numpy as np

from shigen.base import names
from shigen.figures.splits import SPLITS

if TYPE_CHECKING:
    import pandas as pd


STEP: Final = ("home", "commodity", "step", "year")
"""What flows of one step of a home's supply have in common."""


def summed(flows: "pd.DataFrame", by: list[str]) -> "pd.DataFrame":
    """Add flows up over HS6 codes: value (all, and of what is weighed), weight, and tonnes where all content is known.

    A flow whose weight was not recorded is left out of the tonnes; a sum without any weight is absent.
    """
    weighed = flows["value_kusd"].where(flows["published"].notna())
    known = flows.assign(unknown=flows["factor"].isna(), weighed=weighed).groupby(by, as_index=False)
    sums = known[["value_kusd", "weighed"]].sum()
    quantity, gross = (known[name].sum(min_count=1)[name] for name in ("quantity", "published"))
    share = sums["weighed"] / sums["value_kusd"].where(sums["value_kusd"] > 0)
    return sums.assign(quantity=quantity.where(~known["unknown"].any()["unknown"]), gross=gross,
                       weighed_share=share.clip(upper=1.0))  # fmt: skip


def contained(flows: "pd.DataFrame") -> "pd.DataFrame":
    """Return flows of one metal with their contained tonnes, and their value: `tonnes` [t], `valued` [kUSD].

    Codes of several metals are left out. What has no recorded weight takes the mean value per tonne of its code and
    year: of the home's flows, else of all. Absent for every flow of a commodity, step and year if some weight or
    content of them stays unknown.
    """
    flows, by = flows[flows["status"] != "shared_code"], [*STEP]
    both = flows[flows["value_kusd"].gt(0) & flows["published"].gt(0)]
    of_code = both.groupby([*by, "hs6"])[["value_kusd", "published"]].sum().reset_index()
    own = flows.merge(of_code, how="left", on=[*by, "hs6"], suffixes=("", "_of_code"))
    unit = (own["value_kusd_of_code"] / own["published_of_code"]).fillna(own["unit_kusd"])
    weight = own["published"].fillna(own["value_kusd"] / unit)
    tonnes = (weight * own["content"]).where(own["published"].notna() | own["value_kusd"].notna(), 0.0)
    whole = tonnes.isna().groupby([own[name] for name in by]).transform("any")
    return flows.assign(tonnes=tonnes.where(~whole).to_numpy(), valued=own["value_kusd"].where(~whole).to_numpy())


def unseen(flows: "pd.DataFrame") -> "pd.DataFrame":
    """Return how much arrives without a country, or without the measure in question: `quantity` and `value_kusd`.

    What has no weight is measured by its value, at the mean value per tonne of what has one: of its code, else of the
    step; and what has no value by its weight. Absent where nothing says how much it is.
    """
    by = [*STEP]
    both = flows[flows["value_kusd"].notna() & flows["quantity"].notna()]
    amounts = {}
    for name, other in (("quantity", "value_kusd"), ("value_kusd", "quantity")):
        rate = flows[by].copy()
        for column in (name, other):
            each = both.groupby([*by, "hs6"])[column].sum().rename(column).reset_index()
            whole = both.groupby(by)[column].sum().rename(column).reset_index()
            of_code = flows.merge(each, how="left", on=[*by, "hs6"], suffixes=("_", ""))[column].to_numpy()
            of_step = flows.merge(whole, how="left", on=by, suffixes=("_", ""))[column].to_numpy()
            rate[column] = np.where(of_code > 0, of_code, of_step)
        measured = flows[name].to_numpy(float)
        guess = flows[other].to_numpy(float) * (rate[name] / rate[other]).to_numpy(float)
        nowhere = (flows["country"] == names.OTHER).to_numpy()
        lacks = np.isnan(measured) & flows[other].notna().to_numpy()
        amount = np.where(lacks, guess, np.where(nowhere, np.nan_to_num(measured), 0.0))
        amounts[name] = flows[by].assign(amount=amount).groupby(by)["amount"].sum(skipna=False)
    import pandas as pd

    return pd.DataFrame(amounts).reset_index()


OF_SPLITS: Final = ("split_error_low", "split_error_high", "split_by", "split_lag", "totals_year", "totals_complete")
"""Variables of the chain that `splits` makes."""


def splits(rows: "pd.DataFrame") -> "pd.DataFrame":
    """Sum estimated splits (of `figures.splits.estimated`) up over codes, under the names of the chain's variables.

    The errors of codes go the same way, since the same importer's leanings are in all of them; the weaker estimator
    counts. A step is complete where the map says so of every code of totals, and home's total of each is held.
    """
    by, ends = [*STEP], {"split_error_low": "low", "split_error_high": "high"}
    codes = rows.drop_duplicates([*by, "hs6"])
    codes = codes.assign(split_by=codes["kind"].map(SPLITS.index), split_lag=codes["lag"],
                         **{name: codes[end] * codes["total"] for name, end in ends.items()})  # fmt: skip
    largest = dict.fromkeys(("split_by", "split_lag", "fact_year", "codes"), "max")
    sums = codes.groupby(by).agg({**dict.fromkeys((*ends, "total"), "sum"), **largest, "completes": "min",
                                  "hs6": "nunique"})  # fmt: skip
    return sums.assign(
        **{name: sums[name] / sums["total"] for name in ends},
        totals_year=sums["fact_year"], totals_complete=sums["completes"] & (sums["hs6"] == sums["codes"]),
    ).reset_index()  # fmt: skip
