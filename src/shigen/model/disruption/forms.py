"""Codes that the map of supply does not count: as forms that stop by themselves, and at their estimated split.

A form is any HS6 code that the table `hs_map` lists of a mineral. Where flows of it are held, of the package or of a
user's own, it is played on them; where totals of home alone are held, on their estimated split, in percent of need.
"""

from typing import Any, Final

import numpy as np
import pandas as pd
from pandas import DataFrame
from xarray import Dataset

from shigen.base import names
from shigen.base.errors import UserError
from shigen.base.i18n import text
from shigen.figures import splits
from shigen.figures.factbase import FactBase, Row
from shigen.figures.flows import code_flows
from shigen.figures.selection import USER, Question
from shigen.figures.store import current
from shigen.model.chain import load
from shigen.model.disruption import network as nets

TRADED: Final = "traded"
"""Scope of a form whose trade is known between all, and whose output is not."""


def network(commodity: str, step: str, home: str, *, year: int | None = None, form: str = "",
            recovered: float | None = None, paid: float | None = None, chain: Dataset | None = None,
            flows: DataFrame | None = None, facts: FactBase | None = None) -> Dataset:  # fmt: skip
    """Return the network of a mineral at a step, or of one of its forms.

    Parameters
    ----------
    commodity, step, home, year, form, paid, chain, flows
        As `network.network` takes them; a form may be any code of the mineral of which flows or totals are held.
    recovered : float, optional
        Of what home takes, what is recovered there [1]. Codes of which only totals are held then enter at their
        estimated split, at the reference price, as far as home takes more than flows show. Not given: they do not.

    Returns
    -------
    Dataset
        As `network.network` returns it. Its attribute `split` [t/yr] is what entered at an estimated split. Of a form
        beyond the map `scope` may be `traded`: who makes it is not known; `unit` is `t` where flows have a content,
        else `percent` of what home needs.

    Raises
    ------
    UserError
        Nothing of it is known in tonnes by country, or the form is none of it.
    """
    facts = facts or current()
    known = forms(commodity, facts)
    if form.isdecimal() and form not in {key for key, row in known.items() if row is None}:
        chain = load(home, year=year, commodities=[commodity], facts=facts) if chain is None else chain
        return _of_code(commodity, step, home, form, int(chain["year"]), known, facts)
    where: dict[str, Any] = {"year": year, "form": form, "paid": paid, "facts": facts}
    if form or recovered is None:
        return nets.network(commodity, step, home, chain=chain, flows=flows, **where)
    chain = load(home, year=year, commodities=[commodity], facts=facts) if chain is None else chain
    laid = nets.network(commodity, step, home, chain=chain, flows=flows, **where)
    arriving = _estimated(chain, commodity, step)
    if laid.attrs["scope"] != "world" or not arriving.sum() > 0:
        return laid
    takes, tracked = laid.attrs["home_takes"], float(laid["flows"].reindex(user=[home], fill_value=0.0).sum())
    room = max(takes * (1.0 - recovered) - tracked, 0.0) if np.isfinite(takes) else float("inf")
    part = min(room / float(arriving.sum()), 1.0)
    if not part > 0:
        return laid
    held = nets.flows_of([commodity], int(chain["year"]), facts) if flows is None else flows
    more = DataFrame({
        "home": home, "commodity": commodity, "step": step, "status": "applicable", "country": arriving.index,
        "hs6": "", "quantity": arriving.to_numpy() * part, "published": np.nan, "value_kusd": 0.0, "unit_kusd": np.nan,
        "factor": np.nan, "content": np.nan,
    })  # fmt: skip
    whole = nets.network(commodity, step, home, chain=chain, flows=pd.concat([held, more], ignore_index=True), **where)
    whole.attrs["split"] = part * float(arriving.sum())
    return whole


def forms(commodity: str, facts: FactBase) -> dict[str, Row | None]:
    """Return the codes of a mineral that may stop by themselves: None for those that the map of supply counts."""
    counted = {code for row in facts.table("supply_map") if row["commodity"] == commodity
               and row["variable"] == "imports" and row["status"] != "no_data" and row["series"]
               for code in row["series"].split("|")}  # fmt: skip
    listed = {row["hs6"]: row for row in facts.table("hs_map") if row["commodity"] == commodity}
    return {**listed, **dict.fromkeys(counted)}


def _estimated(chain: Dataset, commodity: str, step: str) -> "pd.Series[float]":
    """Return what arrives by country under codes of which only totals are held, at the reference price [t/yr]."""
    one = chain.sel(commodity=commodity)
    price = float(one["price"].isel(lag=0))
    if not (bool(one["price_describes"].sel(step=step)) and price > 0):
        return pd.Series(dtype=float)
    value = one["imports_estimated"].sel(step=step).to_series().dropna()
    return value[value > 0] * 1000.0 / price


def _of_code(commodity: str, step: str, home: str, form: str, year: int, known: dict[str, Row | None],
             facts: FactBase) -> Dataset:  # fmt: skip
    """Return the network of a code that the map does not count, by its flows, else by home's totals of it."""
    asked = Question((commodity,), (year,))
    rows = code_flows(facts, asked, form)
    content = (known.get(form) or {}).get("content_fraction")
    own = bool((rows["publisher"] == USER).any())
    into = rows[(rows["home"] == home) & (rows["tonnes"] > 0)]
    if (form in known or own) and not into.empty:
        factor = float(content) if content else 100.0 / float(into["tonnes"].sum())
        rows = rows.dropna(subset="tonnes").assign(tonnes=rows["tonnes"] * factor)
        found, edition = int(into["year"].iloc[0]), "; ".join(sorted(set(rows["edition"])))
        (laid, scope), unit = _by_trade(rows, home), "t" if content else "percent"
    else:
        split = splits.estimated(facts, asked, {home: (home,)})
        split = split[split["hs6"] == form]
        if form not in known:
            raise UserError("disruption_word", name="form", word=form,
                            known=", ".join([*sorted(known), *nets.elements_of(commodity, facts)]) or "-")  # fmt: skip
        if split.empty:
            raise UserError("disruption_no_network", word=lambda lang: f"{names.label(commodity, lang)} (HS {form})",
                            step=lambda lang: text(f"step.{step}", lang))  # fmt: skip
        shares = split.groupby("country")["value_kusd"].sum()
        laid, scope, unit = nets.of_home(home, 100.0 * shares / shares.sum()), "home", "percent"
        laid.attrs |= {"split": 100.0, "seen": 0.0}
        found, edition = int(split["fact_year"].iloc[0]), str(split["edition"].iloc[0])
    laid.attrs |= {
        "commodity": commodity, "step": step, "form": form, "scope": scope, "unit": unit, "year": found,
        "output_from": "imports" if scope == "home" else TRADED, "without_tonnes": 0.0, "home_takes": float("nan"),
        "edition": edition,
    }  # fmt: skip
    return laid


def _by_trade(rows: DataFrame, home: str) -> tuple[Dataset, str]:
    """Return the network of a code by its flows: of home alone where nobody else's are held, else of all.

    What a country makes of a form is not known, and so not what it re-exports: flows stay as they are recorded.
    """
    if set(rows["home"]) == {home}:
        return nets.of_home(home, rows[rows["country"] != home].groupby("country")["tonnes"].sum()), "home"
    wide = rows.pivot_table(index="country", columns="home", values="tonnes", aggfunc="sum", fill_value=0.0)
    origins = [str(key) for key in wide.index]
    users = [*origins, *(str(key) for key in wide.columns if key not in set(origins))]
    return nets.made(origins, users, wide.reindex(columns=users, fill_value=0.0).to_numpy(float)), TRADED
