"""How much metal is in what is traded: by the code, and by what the goods are worth where a code bundles forms."""

from typing import TYPE_CHECKING

from pandas import DataFrame
from xarray import Dataset

if TYPE_CHECKING:
    from pandas import Series


def contained(rows: DataFrame, chain: Dataset, step: str, paid: float | None) -> "Series[float]":
    """Return flows of one mineral and step in contained tonnes [t/yr]; NaN where weight or content is not known.

    Parameters
    ----------
    rows : DataFrame
        Of `network.flows_of`.
    chain : Dataset
        Of the mineral alone: its reference price.
    step : {"refined", "ore"}
    paid : float, optional
        Of the price of the metal, what is paid for it in an intermediate product [1], > 0. Not given: a code with an
        assumed content has it in all its flows.

    Notes
    -----
    w · c, w the weight, else value over the mean value per tonne of its code. A code of which the content is assumed
    may hold metal beside hydroxide and mattes: c = min(assumed content, v / (w · paid · p)), v the value and p the
    reference price, where that is of the step. What is worth as much as metal has the assumed content.
    """
    weighed = rows["published"].fillna(rows["value_kusd"] / rows["unit_kusd"])
    content = rows["content"].copy()
    price = float(chain["price"].isel(commodity=0, lag=0))
    if paid and price > 0 and bool(chain["price_describes"].isel(commodity=0).sel(step=step)):
        by_value = 1000.0 * rows["value_kusd"].where(rows["value_kusd"] > 0) / (weighed * paid * price)
        content = content.mask(by_value < content, by_value)
    return rows["quantity"].fillna(weighed * rows["factor"]).fillna(weighed * content)
