"""Who is supplied by whom in an ordinary year: output by origin, traced through all re-exports to who uses it.

Built from the facts, or laid out by hand (`made`). Tonnes are on the basis of the commodity. What a country exports
beyond what it makes and takes in is output that no table shows; it counts as that country's, and `unseen`
says how much. Where the world's flows are not known, home's alone are played: what others could send instead is then
not known, and prices neither.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from pandas import DataFrame, Series
from xarray import Dataset

from shigen.base import names
from shigen.base.errors import UserError
from shigen.base.i18n import text
from shigen.figures.factbase import FactBase, Row
from shigen.figures.flows import trade_flows
from shigen.figures.rows import of_facts
from shigen.figures.selection import Question
from shigen.figures.store import current
from shigen.model.chain import load
from shigen.model.disruption.contents import contained
from shigen.model.disruption.formulas import TINY
from shigen.model.draws import Numbers
from shigen.model.named import bare
from shigen.model.views import refined_share
from shigen.model.wholes import total

SHARED: Final = "shared_code"
"""Status of a code that holds several metals: none of its tonnes are this one's."""

MERGED: Final = ("MERGED_A", "MERGED_B")
"""Users without output of their own that are taken together, by zone."""

PASSED_ON: Final = 1 - 1e-12
"""The most of its intake that a country passes on, so that what only goes round in circles ends somewhere."""


def traced(output: Numbers, trade: Numbers) -> tuple[Numbers, Numbers]:
    """Return who uses whose output, through all re-exports.

    Parameters
    ----------
    output : (country) [t/yr], >= 0
    trade : (country, user) [t/yr], >= 0
        Gross flows, both dims the same countries; what stays at home is not in it.

    Returns
    -------
    flows : (country, user) [t/yr]
        Its rows sum to output and unseen.
    unseen : (country) [t/yr]
        Exports above output and intake: output that no table shows, or another form under the same code.

    Notes
    -----
    T_j = x_j + Σ_i X_ij + u_j, u_j = (Σ_k X_jk − x_j − Σ_i X_ij)⁺, A_jk = X_jk / T_j;
    f = (x + u) · (I − A)⁻¹ · diag(share kept), the share kept 1 − Σ_k A_jk. All of a country's intake is mixed
    before it is sold on, as in input–output tracing (Leontief 1936, Rev. Econ. Stat. 18, 105).

    Examples
    --------
    >>> flows, unseen = traced(np.array([8.0, 0, 0]), np.array([[0, 6.0, 0], [0, 0, 2], [0, 0, 0]]))
    >>> flows[0].round(6).tolist(), unseen.tolist()
    ([2.0, 4.0, 2.0], [0.0, 0.0, 0.0])
    """
    trade = np.where(np.eye(len(output), dtype=bool), 0.0, trade)
    exports = trade.sum(axis=1)
    intake = output + trade.sum(axis=0)
    extra = np.maximum(exports - intake, 0.0)
    extra[extra <= 1e-12 * exports] = 0.0
    through = intake + extra
    passed = trade / np.where(through > 0, through, 1.0)[:, None]
    passed *= np.minimum(PASSED_ON / np.maximum(passed.sum(axis=1), TINY), 1.0)[:, None]
    kept = 1.0 - passed.sum(axis=1)
    reached = np.linalg.solve((np.eye(len(output)) - passed).T, np.diag(output + extra)).T
    return np.maximum(reached * kept, 0.0), extra


def laid_out(countries: Sequence[str], output: Numbers, trade: Numbers) -> Dataset:
    """Return a network of a year: `flows` (country, user) [t/yr], users beginning with the origins.

    Parameters
    ----------
    countries : sequence of str
    output : (country) [t/yr], >= 0
    trade : (country, country) [t/yr], >= 0
        Gross flows, from row to column.
    """
    flows, unseen = traced(output, trade)
    makes = np.flatnonzero(flows.sum(axis=1) > 0)
    takes = np.flatnonzero(flows.sum(axis=0) > 0)
    order = [*makes, *(k for k in takes if k not in set(makes))]
    laid = made([countries[int(i)] for i in makes], [countries[int(k)] for k in order], flows[np.ix_(makes, order)])
    return laid.assign(unseen=("country", unseen[makes], {"units": "t/yr"}))


def made(origins: Sequence[str], users: Sequence[str], flows: Numbers) -> Dataset:
    """Return a network of flows that are known: (country, user) [t/yr].

    Raises
    ------
    ValueError
        The users do not begin with the origins, or a flow is negative or absent.
    """
    if list(users[: len(origins)]) != list(origins) or not (np.asarray(flows) >= 0).all():
        message = "users begin with the origins, in their order, and flows are known and not negative"
        raise ValueError(message)
    return Dataset(
        {"flows": (("country", "user"), np.asarray(flows, float), {"units": "t/yr"})},
        {"country": np.array(origins, object), "user": np.array(users, object)},
    )


def network(commodity: str, step: str, home: str, *, year: int | None = None, form: str = "",
            paid: float | None = None, chain: Dataset | None = None, flows: DataFrame | None = None,
            facts: FactBase | None = None) -> Dataset:  # fmt: skip
    """Return the network of a mineral at a step from the facts.

    Parameters
    ----------
    commodity, home : str
        Keys.
    step : {"ore", "refined"}
    year : int, optional
        The newest with trade of home when not given.
    form : str
        An HS6 code, or an element of the group (see `elements`); empty: all codes of the step.
    paid : float, optional
        As `contents.contained` takes it.
    chain, flows : Dataset and DataFrame, optional
        The chain of home, and `flows_of` its year, where they were loaded already.

    Returns
    -------
    Dataset
        `flows` (country, user) and `unseen` (country) [t/yr], with attributes: `year`; `scope`, which is `world`,
        `national` (a code of several metals: no flow is known, all is used where it is made, until `completed`) or
        `home` (nobody else's flows are known); `unit`, `t` or `percent` of what home needs; `output_from`, which is
        `production`, `shares` (of an older period, times the world's ore: a proxy) or `imports`; `without_tonnes`
        [kUSD/yr] of flows that have no weight; `home_takes` [t/yr], what home takes in all by the facts (NaN: not
        known); `valued`, whether `paid` moved the content of any flow.

    Raises
    ------
    UserError
        Nothing of it is known in tonnes by country, or the form is none of it.
    """
    facts = facts or current()
    if (element := find_element(form, commodity, facts)) is not None:
        return of_element(element, commodity, home, facts=facts)
    chain = load(home, year=year, commodities=[commodity], facts=facts) if chain is None else chain
    chain = chain.sel(commodity=[commodity])
    found = int(chain["year"])
    output, source = _output(chain, step)
    rows = flows_of([commodity], found, facts) if flows is None else flows[flows["commodity"] == commodity]
    rows = rows[(rows["step"] == step) & (rows["country"] != names.OTHER)]
    shared = not rows.empty and bool((rows["status"] == SHARED).all())
    rows = rows[rows["status"] == "applicable"]
    if form:
        known = sorted(set(rows["hs6"]))
        if form not in known:
            known += elements_of(commodity, facts)
            raise UserError("disruption_word", name="form", word=form, known=", ".join(known) or "-")
        rows = rows[rows["hs6"] == form]
    tonnes = contained(rows, chain, step, paid)
    valued = paid is not None and not tonnes.equals(contained(rows, chain, step, None))
    lost = float(rows["value_kusd"][tonnes.isna()].sum())
    rows = rows.assign(tonnes=tonnes).dropna(subset="tonnes")
    if output is not None and not (rows.empty and not shared):
        laid, scope = _of_world(output, rows), "national" if shared else "world"
    elif not (rows := rows[(rows["home"] == home) & (rows["country"] != home)]).empty:
        laid, scope, source = of_home(home, rows.groupby("country")["tonnes"].sum()), "home", "imports"
    else:
        raise UserError("disruption_no_network", word=lambda lang: names.label(commodity, lang),
                        step=lambda lang: text(f"step.{step}", lang))  # fmt: skip
    laid.attrs |= {
        "commodity": commodity, "step": step, "form": form, "scope": scope, "unit": "t", "year": found,
        "output_from": source, "without_tonnes": lost, "home_takes": _takes(chain, step),
        "valued": valued,
    }  # fmt: skip
    return laid


def flows_of(commodities: Sequence[str], year: int, facts: FactBase) -> DataFrame:
    """Return the flows of some minerals between all countries in a year, see `figures.flows.trade_flows`."""
    everyone = {key: (key,) for key in names.countries()}
    return trade_flows(facts, Question(tuple(commodities), (year,), {}), everyone)


def _of_world(output: Mapping[str, float], rows: DataFrame) -> Dataset:
    countries = sorted({*output, *rows["country"], *rows["home"]})
    place = {key: i for i, key in enumerate(countries)}
    trade = np.zeros((len(countries), len(countries)))
    np.add.at(trade, (rows["country"].map(place).to_numpy(np.intp), rows["home"].map(place).to_numpy(np.intp)),
              rows["tonnes"].to_numpy())  # fmt: skip
    return laid_out(countries, np.array([output.get(key, 0.0) for key in countries]), trade)


def of_home(home: str, takes: "Series[float]") -> Dataset:
    """Return the network of home alone: what it takes [t/yr, or percent], by origin."""
    origins = [str(key) for key in takes.index]
    return made(origins, [*origins, home], np.hstack([np.zeros((len(origins),) * 2), takes.to_numpy()[:, None]]))


@of_facts
def elements(facts: FactBase) -> dict[str, Row]:
    """Return the elements of a group whose refined output is known by country, and which no code of trade tells apart.

    Rows of the table `element_forms` by key.
    """
    held = {row["commodity"] for row in facts.table("stage_shares") if row["step"] == "refined"}
    return {row["element"]: row for row in facts.table("element_forms") if row["element"] in held}


def elements_of(commodity: str, facts: FactBase) -> list[str]:
    """Return the keys of the elements of a group."""
    return [key for key, row in elements(facts).items() if row["commodity"] == commodity]


def find_element(word: str, commodity: str, facts: FactBase) -> str | None:
    """Return the element of a group that a word names by its key, symbol or name; None where it names none."""
    said = word.casefold()
    rows = (row for row in elements(facts).values() if row["commodity"] == commodity)
    named = ("element", "symbol", "name_en", "name_ja")
    return next((str(row["element"]) for row in rows if said in {str(row[key]).casefold() for key in named}), None)


def refined_shares(element: str, facts: FactBase) -> dict[str, float]:
    """Return the shares of the world's refined output of an element by country [1]; empty where none is held."""
    return {str(row["country"]): float(row["value"]) for row in _refined_rows(element, facts)}


def _refined_rows(element: str, facts: FactBase) -> list[Row]:
    return [row for row in facts.table("stage_shares") if (row["commodity"], row["step"]) == (element, "refined")]


def of_element(form: str, commodity: str, home: str, *, facts: FactBase) -> Dataset:
    """Return the network of a single element for home alone, in percent of what home needs.

    Notes
    -----
    Nobody prints its flows: home takes from each country in proportion to the world's refined output, see `completed`.
    """
    shares, row = refined_shares(form, facts), _refined_rows(form, facts)[0]
    whole = sum(shares.values())
    laid = of_home(home, Series({key: 100 * one / whole for key, one in shares.items() if key != home}))
    laid.attrs |= {
        "commodity": commodity, "step": "refined", "form": form, "scope": "home", "unit": "percent",
        "year": None, "output_from": "shares", "without_tonnes": 0.0, "home_takes": float("nan"), "seen": 0.0,
        "period": row["period"], "edition": row["edition"],
    }  # fmt: skip
    return laid


def refined_known(commodity: str, home: str, *, year: int | None = None, chain: Dataset | None = None,
                  flows: DataFrame | None = None, facts: FactBase | None = None) -> bool:  # fmt: skip
    """Tell whether output and trade of refined products are known in tonnes by country."""
    try:
        laid = network(commodity, "refined", home, year=year, chain=chain, flows=flows, facts=facts)
    except UserError as error:
        if error.key != "disruption_no_network":
            raise
        return False
    return str(laid.attrs["scope"]) != "home"


def _output(chain: Dataset, step: str) -> tuple[dict[str, float] | None, str]:
    """Return output by country [t/yr], None where none is known, and what it is from."""
    one = chain.isel(commodity=0)
    tonnes = one["production"].sel(step=step)
    source = "production"
    if step == "refined" and not bool(tonnes.notnull().any()):
        shares = refined_share(bare(chain)).values[0]
        world = float(np.asarray(total(bare(chain)).isel(step=0).values).ravel()[0])
        tonnes = xr.DataArray(shares * world, {"country": chain["country"]}, ["country"])
        source = "shares"
    known = tonnes.dropna("country")
    rows = {
        str(key): float(value) for key, value in zip(known["country"].values, known.values, strict=True) if value > 0
    }
    return rows or None, source


def _takes(chain: Dataset, step: str) -> float:
    if "home_takes" not in chain:
        return float("nan")
    takes = chain["home_takes"].isel(commodity=0)
    return float(takes.sel(step=step) if "step" in takes.dims else takes)


def completed(laid: Dataset, home: str, takes: float) -> Dataset:
    """Return a network in which home takes as much as a national figure says; what trade does not show is estimated.

    Parameters
    ----------
    laid : Dataset
        A network.
    home : str
    takes : float [t/yr]
        Without what is recovered at home; NaN where no figure is held.

    Returns
    -------
    Dataset
        With the attributes `seen` [1], the part of it that flows show (NaN: not known), and `estimated` [t/yr].

    Notes
    -----
    The rest comes from all origins but home in proportion to their output, as the world's exporters would sell; their
    other users have as much less, so that output stays. In a network of home alone it comes as what is seen does.
    """
    if laid.attrs.get("scope") == "home":
        return _home_completed(laid, home, takes)
    flows, origins, users = laid["flows"].values.copy(), list(laid["country"].values), list(laid["user"].values)
    if home not in users:
        users, flows = [*users, home], np.hstack([flows, np.zeros((len(origins), 1))])
    place = users.index(home)
    tracked, split = float(flows[:, place].sum()), float(laid.attrs.get("split", 0.0))
    free = flows.sum(axis=1) - flows[:, place]
    free[[key == home for key in origins]] = 0.0
    extra = max(takes - tracked, 0.0) if np.isfinite(takes) else 0.0
    part = min(extra / free.sum(), 1.0) if free.sum() > 0 else 0.0
    share = np.where(free > 0, part, 0.0)
    kept = flows[:, place].copy()
    flows *= (1.0 - share)[:, None]
    flows[:, place] = kept + share * free
    whole = made(origins, users, flows)
    if "unseen" in laid:
        whole = whole.assign(unseen=laid["unseen"])
    seen = min(max(tracked - split, 0.0) / takes, 1.0) if takes > 0 else float("nan")
    whole.attrs |= {**laid.attrs, "seen": seen, "estimated": split + float(part * free.sum())}
    return whole


def _home_completed(laid: Dataset, home: str, takes: float) -> Dataset:
    tracked = float(laid["flows"].sel(user=home).sum())
    rise = takes / tracked if tracked > 0 and takes > tracked else 1.0
    whole = laid.assign(flows=laid["flows"] * rise)
    whole.attrs |= {"seen": min(tracked / takes, 1.0) if takes > 0 else float("nan"),
                    "estimated": tracked * (rise - 1.0)}  # fmt: skip
    return whole


def merged(network_: Dataset, targets: Collection[str], home: str, keep: Collection[str] = ()) -> Dataset:
    """Return a network in which users without output are one a zone; home and those in `keep` stay.

    Exact for home under rationing; by prices it is off by what their stocks differ in.
    """
    origins = list(network_["country"].values)
    users = list(network_["user"].values)
    stay = [i for i, key in enumerate(users) if key in origins or key == home or key in keep]
    gone = [i for i in range(len(users)) if i not in stay]
    flows = network_["flows"].values
    zones: Mapping[str, list[int]] = {
        MERGED[0]: [i for i in gone if users[i] not in targets], MERGED[1]: [i for i in gone if users[i] in targets],
    }  # fmt: skip
    columns = [flows[:, stay], *(flows[:, one].sum(axis=1, keepdims=True) for one in zones.values() if one)]
    labels = [*(users[i] for i in stay), *(key for key, one in zones.items() if one)]
    laid = made(origins, labels, np.hstack(columns))
    laid.attrs |= network_.attrs
    return laid.assign(unseen=network_["unseen"]) if "unseen" in network_ else laid


def feeds(refined: Dataset, ore: Dataset) -> tuple[Numbers, NDArray[np.intp]]:
    """Return the flows of ore scaled so that each refiner takes as much as it makes, and the place of each among them.

    Parameters
    ----------
    refined, ore : Dataset
        Networks.

    Returns
    -------
    flows : (country, user) of `ore` [t/yr]
    places : (country) of `refined`
        -1 where no ore is seen to come: its feed is taken to go on.

    Notes
    -----
    Σ_i fo_ij = x_j. What ore is used where nothing is refined is left out.
    """
    makes = dict(zip(refined["country"].values, refined["flows"].values.sum(axis=1), strict=True))
    flows, users = ore["flows"].values, list(ore["user"].values)
    intake = flows.sum(axis=0)
    wants = np.array([makes.get(key, 0.0) for key in users])
    scaled = flows * np.where(intake > 0, wants / np.where(intake > 0, intake, 1.0), 0.0)
    places = [users.index(key) if key in users and scaled[:, users.index(key)].sum() > 0 else -1 for key in makes]
    return scaled, np.array(places, np.intp)
