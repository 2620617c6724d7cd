"""Facts → SupplyChain: one dataset for an importer and a year, or for several of either.

Absence is decided here, once: NaN where a publisher names a country without a figure or does not name it, 0 where
it prints zero or a trade table holds no flow, with a flag beside the value.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import xarray as xr

from shigen.base import given, names
from shigen.base.declare import FLAGS, STEPS
from shigen.base.errors import UserError
from shigen.figures import regeneration, selection, splits, supply_map, trade_parameter, trade_sums
from shigen.figures.factbase import FactBase
from shigen.figures.feeds import home_feed
from shigen.figures.flows import trade_flows, trade_known
from shigen.figures.selection import Question
from shigen.figures.store import current
from shigen.model import flow_sums
from shigen.model.arrays import summed
from shigen.model.assumptions import ceiling
from shigen.model.concentration import nearly_all_named, total
from shigen.model.period import period
from shigen.model.remembered import remembered
from shigen.model.variables import KUSD, LAGS, LIFE_SPAN, MAPS, VARIABLES, empty

if TYPE_CHECKING:
    import pandas as pd

Basis = Literal["sourcing", "imports_only"]


def load(
    importer: str | Sequence[str] = "JPN",
    *,
    year: int | None = None,
    years: int | Iterable[int] | None = None,
    commodities: str | Sequence[str] | None = None,
    edition: str | Sequence[str] | None = None,
    basis: Basis = "sourcing",
    facts: FactBase | None = None,
) -> xr.Dataset:
    """Build the supply chain of an importer from the facts.

    Parameters
    ----------
    importer : str or sequence of str
        A country (alpha-3 or name) or a bloc (`EU27`); several give the dim `importer`.
    year : int, optional
        The newest year with trade for the importer when not given.
    years : int or iterable of int, optional
        Several years, as a range, a list or an array: the dim `year`.
    commodities : str or sequence of str, optional
        Any names; METI's 13 when not given.
    edition : str or sequence of str, optional
        Look at the facts as of these editions, one a publisher; the newest when not given.
    basis : {"sourcing", "imports_only"}
        Whether home production counts in the governance of supply.
    facts : FactBase, optional
        Those of the snapshot in use when not given.

    Returns
    -------
    xarray.Dataset
        The variables of `shigen.model.variables` over (importer), (year), commodity, country, step; `area` holds the
        countries that supply nothing.

    Raises
    ------
    UserError
        An unknown name, an edition that does not exist, a year that is none or without figures.
    """
    facts = facts or current()
    importer = given.plain(importer)
    keys = [names.importer(word) for word in given.words(importer, "importer")]
    if not keys:
        raise given.refused("importer", importer, "list")
    homes = {key: tuple(names.members(key)) for key in keys}
    editions = [facts.find_edition(word) for word in given.words(edition, "edition")] if edition is not None else []
    as_of = selection.as_of(facts, editions)
    if year is not None and years is not None:
        raise UserError("year_and_years")
    years_asked = period(facts, homes, given.year(year) if year is not None else None,
                    given.years(years) if years is not None else None, as_of)  # fmt: skip
    wanted = names.each_commodity(given.words(commodities, "commodities")) if commodities is not None else meti13()
    if basis not in ("sourcing", "imports_only"):
        raise UserError("unknown_basis", word=basis)

    chain = _built(facts, tuple(homes.items()), tuple(wanted), tuple(years_asked), tuple(as_of.items()))
    chain["count_home"][...] = basis == "sourcing"
    chain.attrs |= {"basis": basis, "as_of": editions}
    if year is not None or years is None:
        chain = chain.squeeze("year")
    return chain.squeeze("importer") if isinstance(importer, str) else chain


@remembered
def _built(
    facts: FactBase, homes: tuple[tuple[str, tuple[str, ...]], ...], wanted: tuple[str, ...], years: tuple[int, ...],
    as_of: tuple[tuple[str, float], ...],
) -> xr.Dataset:  # fmt: skip
    """Return the chain of homes (each with its members) and years, as of editions by their place in time."""
    builder = _Builder(facts, Question(wanted, years, dict(as_of)), dict(homes))
    chain = builder.build()
    regenerated = regeneration.perimeters(facts, builder.question, [key for key, _ in homes])
    chain.attrs |= {"editions": builder.editions, "snapshot": facts.name, "figures": facts.mark,
                    "reasons": supply_map.reasons(facts, wanted) | regenerated,
                    "notes": supply_map.notes(facts, wanted)}  # fmt: skip
    return chain


def meti13() -> tuple[str, ...]:
    """The 13 target minerals of METI's study, in its order."""
    return tuple(key for key, c in names.commodities().items() if c.meti13)


def _added(flows: "pd.DataFrame", by: list[str]) -> "pd.DataFrame":
    """Add up tonnes and value of flows of `flow_sums.contained`: absent where the step's are."""
    return flows.groupby(by)[["tonnes", "valued"]].sum(min_count=1).reset_index()


class _Builder:
    """Fills the arrays of one SupplyChain; lives for one call of `load`."""

    def __init__(self, facts: FactBase, question: Question, homes: Mapping[str, Sequence[str]]) -> None:
        self.facts, self.question, self.homes = facts, question, homes
        self.editions: list[str] = []
        """In the order of their bits: only those that feed a cell, since an int64 has room for 63."""
        self.out: dict[str, xr.DataArray] = {}

    def build(self) -> xr.Dataset:
        facts, question = self.facts, self.question
        before = Question(question.commodities, tuple(y - LIFE_SPAN for y in question.years), question.as_of)
        production = selection.country_figures(facts, "production", question)
        reserves = selection.country_figures(facts, "reserves", question)
        shares, flows = selection.stage_shares(facts, question), trade_flows(facts, question, self.homes)
        feeds = home_feed(facts, question, list(self.homes))
        held = splits.totals(facts, question)
        split, most = splits.estimated(facts, question, self.homes, held), splits.at_most(held, self.homes)
        governed, stable = selection.governance(facts, question), trade_sums.stability_as_of(facts, question)

        home_countries = {m for members in self.homes.values() for m in members}
        seen = home_countries.union(*(f["country"] for f in (production, reserves, shares, flows, feeds, split)))
        mines, prices = selection.mines(facts, question), selection.prices(facts, question, LAGS)
        scrap = regeneration.of_homes(facts, question, list(self.homes))
        taken = selection.home_demand(facts, question, list(self.homes))
        by_products, substitutes = selection.companionality(facts, question), selection.substitution(facts, question)
        printed = trade_parameter.printed(facts, question)
        read = (production, reserves, shares, flows, governed, stable, mines, prices, scrap, taken, feeds, most,
                by_products, substitutes, printed)  # fmt: skip
        used = set().union(*(one["edition"] for one in read), split["split_edition"], split["edition"])
        self.editions = [edition for edition in facts.editions if edition in used]
        self.frame = xr.Dataset(coords={
            "importer": list(self.homes),
            "year": list(question.years),
            "commodity": list(question.commodities),
            "country": sorted(seen - names.AGGREGATES),
            "step": list(STEPS),
            "lag": list(range(LAGS + 1)),
            "area": sorted({*governed["country"], *stable["country"]} - seen),
            "mine": list(range(int(mines["rank"].max()) + 1 if len(mines) else 1)),
        })  # fmt: skip
        self.out = {name: empty(name, self.frame) for name in VARIABLES}
        self._map(selection.supply_map(facts, question))
        self._country_figures("production", production)
        self._country_figures("reserves", reserves)
        for table in ("production", "reserves"):
            frame = selection.country_figures(facts, table, before)
            frame["year"] += LIFE_SPAN
            name = "total_before" if table == "production" else f"{table}_total_before"
            countries = frame[~frame["country"].isin(names.AGGREGATES)]
            named = countries.groupby([str(dim) for dim in self.out[name].dims])["value"].sum(min_count=1)
            whole = self._total(name, frame, self._cells(name, named.reset_index()))
            self.out[name] = whole.assign_attrs(self.out[name].attrs)
        self._fill("stage_share", shares, "value")
        self._sources("stage_share_source", shares)
        self._trade(flows)
        self._splits(split, most)
        self._exports(trade_flows(facts, question, self.homes, outward=True))
        self._taken(taken)
        self._governance(governed)
        self._stability(stable)
        self._prices(prices)
        self._fill("price_describes", selection.price_steps(facts, question).assign(yes=True), "yes")
        self._scrap(scrap)
        self.out["recycling_ceiling"].values[:] = [ceiling(key, facts=facts) for key in question.commodities]
        self._of_minerals(by_products, substitutes, printed)
        self._mines(mines)
        for key, members in self.homes.items():
            self.out["home"].loc[{"importer": key, "country": list(members)}] = True
            self.out["home_market"].loc[{"importer": key}] = self.frame["country"].isin(names.market(key))
        self._feeds(feeds)
        # All stand over the same labels: nothing is left to align.
        return xr.Dataset({name: one.variable for name, one in self.out.items()}, self.frame.coords)

    def _of_minerals(self, by_products: "pd.DataFrame", substitutes: "pd.DataFrame", printed: "pd.DataFrame") -> None:
        self._flags("companionality_flag", by_products)
        kinds = {"companionality": by_products, "substitution": substitutes, "trade_printed": printed}
        for name, rows in kinds.items():
            self._fill(name, rows, "value")
            self._sources(f"{name}_source", rows)
        self._fill("restricted_since", trade_parameter.restricted(self.facts, self.question), "yes")
        self._fill("assessed", selection.assessed(self.facts, self.question).assign(yes=True), "yes")

    def _fill(self, name: str, rows: "pd.DataFrame", column: str) -> None:
        """Write a column into a variable at the labels of each row; rows of countries not in it are left out."""
        index, keep = self._cells_of(name, rows)
        self.out[name].values[index] = rows[column].to_numpy()[keep]

    def _cells_of(self, name: str, rows: "pd.DataFrame") -> tuple[tuple[np.ndarray, ...], np.ndarray]:
        """Return which cell of a variable each row means, along each dim, and which rows mean any."""
        places = [self._places(str(dim), rows["home" if dim == "importer" else str(dim)])
                  for dim in self.out[name].dims]  # fmt: skip
        keep = np.logical_and.reduce([np.ones(len(rows), bool), *(at >= 0 for at in places)])
        return tuple(at[keep] for at in places), keep

    def _places(self, dim: str, labels: "pd.Series[Any]") -> np.ndarray:
        """Return where labels stand along a dim; -1 where they do not."""
        import pandas as pd

        return self.frame.indexes[dim].get_indexer(pd.Index(labels))

    def _flags(self, name: str, rows: "pd.DataFrame") -> None:
        """Write what kind of figure each row is."""
        self._fill(name, rows.assign(code=rows["flag"].map(FLAGS.index)), "code")

    def _sources(self, name: str, rows: "pd.DataFrame") -> None:
        """Set one bit for every edition that feeds a cell."""
        place = {edition: n for n, edition in enumerate(self.editions)}
        array, index, keep = self.out[name], *self._cells_of(name, rows)
        bits = np.int64(1) << rows["edition"][keep].map(place).to_numpy(np.int64)
        np.bitwise_or.at(array.values, index, bits)

    def _map(self, rows: "pd.DataFrame") -> None:
        rows = rows.assign(code=rows["status"].map({s: i for i, s in enumerate(MAPS)}), mass=rows["measure"] == "mass")
        for variable in ("reserves", "production", "stage_share", "imports", "scrap_share"):
            part = rows[rows["variable"] == variable].sort_values("code", ascending=False)
            if variable == "stage_share":
                self.out["stage_share_map"].values[:] = MAPS.index("no_data")
            by_home = "importer" in self.out[f"{variable}_map"].dims
            for home in self.homes if by_home else [""]:
                self._fill(f"{variable}_map", part.assign(home=home), "code")
        traded = rows[rows["variable"] == "imports"]
        self._fill("by_mass", traded, "mass")
        self._content(traded[traded["status"] == "applicable"])

    def _content(self, codes: "pd.DataFrame") -> None:
        """Mark the steps of which the content of every code of a year is known."""
        codes = codes.assign(content=codes["factor"].notna())
        for year in self.question.years:
            then = codes[(codes["first_year"].fillna(year) <= year) & (codes["last_year"].fillna(year) >= year)]
            all_known = then.groupby(["commodity", "step"])["content"].min().reset_index()
            self._fill("content_known", all_known.assign(year=year), "content")

    def _total(self, like: str, rows: "pd.DataFrame", named: xr.DataArray) -> xr.DataArray:
        """Return the world total by the rule of `total`, over the dims of a variable; bounds (">") are none."""
        exact = rows[rows["flag"] != "bound"]
        printed = (self._cells(like, exact[exact["country"] == word]) for word in (names.WORLD, names.OTHER))
        return total(named, *printed)

    def _cells(self, like: str, rows: "pd.DataFrame") -> xr.DataArray:
        """Return the values of rows over the dims of a variable."""
        self.out["_"] = empty(like, self.frame)
        self._fill("_", rows, "value")
        return self.out.pop("_")

    def _country_figures(self, table: str, rows: "pd.DataFrame") -> None:
        self._fill(table, rows, "value")
        self._flags(f"{table}_flag", rows)
        self._fill(f"{table}_year", rows, "fact_year")
        self._sources(f"{table}_source", rows)
        named = summed(self.out[table], "country")
        name = "remainder" if table == "production" else "reserves_remainder"
        rest = (self._total(name, rows, named) - named).clip(min=0)
        self.out[name] = rest.assign_attrs(self.out[name].attrs)

    def _trade(self, flows: "pd.DataFrame") -> None:
        known = trade_known(self.facts, self.question)
        for home in self.homes:
            here = known.assign(home=home)
            self._fill("imports_year", here, "fact_year")
            for name in ("imports", "imports_tonnes", "tonnes_nowhere", "imports_value", "imports_gross",
                         "imports_unseen", "imports_unseen_value", "exports", "exports_tonnes",
                         "exports_value"):  # fmt: skip
                self._fill_zero(name, here)
        sums = flow_sums.summed(flows, [*flow_sums.STEP, "country"])
        columns = {"imports_value": "value_kusd", "imports": "quantity", "imports_gross": "gross"}
        for name, column in {**columns, "weighed_share": "weighed_share"}.items():
            self._fill(name, sums, column)
        self._tonnes(flows)
        for name, column in {"imports_unseen": "quantity", "imports_unseen_value": "value_kusd"}.items():
            self._fill(name, flow_sums.unseen(flows), column)
        self._sources("imports_source", flows)

    def _tonnes(self, flows: "pd.DataFrame") -> None:
        """Fill in contained tonnes and their mean value; none where some are unknown, or of several metals."""
        own, by = flow_sums.contained(flows), [*flow_sums.STEP]
        self._fill("imports_tonnes", _added(own, [*by, "country"]), "tonnes")
        self._fill("tonnes_nowhere", _added(own[own["country"] == names.OTHER], by), "tonnes")
        whole = _added(own, by)
        unit = whole["valued"] / whole["tonnes"].where(whole["tonnes"] > 0) / KUSD
        self._fill("imports_unit", whole.assign(unit=unit), "unit")
        all_known = self._cells("imports_unit", whole[whole["tonnes"].isna()].assign(value=1.0)).isnull()
        alone = self.out["imports_map"] != MAPS.index("shared_code")
        tonnes = self.out["imports_tonnes"]
        kept = tonnes.where(all_known & alone).transpose(*tonnes.dims)
        self.out["imports_tonnes"] = kept.assign_attrs(tonnes.attrs)

    def _splits(self, rows: "pd.DataFrame", most: "pd.DataFrame") -> None:
        """Fill in what is estimated where only totals are held."""
        by = [*flow_sums.STEP]
        self._fill("imports_estimated", rows.groupby([*by, "country"])["value_kusd"].sum().reset_index(), "value_kusd")
        sums = flow_sums.splits(rows)
        for name in flow_sums.OF_SPLITS:
            self._fill(name, sums, name)
        self._fill("imports_at_most", most, "value_kusd")
        own = rows[rows["split_edition"] != ""]
        for part in (rows, own.assign(edition=own["split_edition"])):
            self._sources("imports_estimated_source", part)

    def _fill_zero(self, name: str, cells: "pd.DataFrame") -> None:
        """Where a table of flows covers a cell, a partner without a row is zero, not absent."""
        array = self.out[name]
        at = {
            dim: self._places(dim, cells["home" if dim == "importer" else dim])
            for dim in ("importer", "year", "commodity", "step")
        }
        index = tuple(at.get(str(dim), slice(None)) for dim in array.dims)
        array.values[index] = 0.0

    def _exports(self, flows: "pd.DataFrame") -> None:
        sums = flow_sums.summed(flows, [*flow_sums.STEP])
        self._fill("exports_value", sums, "value_kusd")
        self._fill("exports", sums, "quantity")
        self._fill("exports_tonnes", _added(flow_sums.contained(flows), [*flow_sums.STEP]), "tonnes")

    def _taken(self, rows: "pd.DataFrame") -> None:
        for name, column in (("home_takes", "value"), ("home_takes_low", "low"), ("home_takes_high", "high")):
            self._fill(name, rows, column)
        self._fill("home_takes_year", rows, "fact_year")
        self._sources("home_takes_source", rows)

    def _feeds(self, rows: "pd.DataFrame") -> None:
        """Part home's output by who feeds it: a country by name, or nobody known where home has no ore of its own."""
        self._fill("home_fed", rows, "value")
        self._sources("home_feed_source", rows)
        share, home, made = self.out["home_fed"].fillna(0.0), self.out["home"], self.out["production"]
        output = made.where(home).sum("country")
        whole = summed(made, "country") + self.out["remainder"]
        silent = (self.out["production_flag"] == FLAGS.index("none")) & nearly_all_named(made, whole)
        no_ore = ((made == 0) | silent | ~home).all("country").sel(step="ore", drop=True)
        has_step = self.out["production_map"].sel(step="ore", drop=True) != MAPS.index("not_applicable")
        at_refined = xr.DataArray([False, True], {"step": list(STEPS)}, "step")
        unfed = (output * (1 - share.sum("country")).clip(min=0)).where(no_ore & has_step & at_refined, 0.0)
        for name, tonnes in (("home_fed", output * share), ("home_unfed", unfed)):
            old = self.out[name]
            self.out[name] = tonnes.transpose(*old.dims).assign_attrs(old.attrs)

    def _governance(self, rows: "pd.DataFrame") -> None:
        scored = selection.governance_risk(rows)
        self._fill("governance", scored, "risk")
        elsewhere = scored.rename(columns={"country": "area"})
        self._fill("governance_elsewhere", elsewhere, "risk")
        for column in ("se", "se_together"):
            self._fill(f"governance_{column}", scored, column)
            self._fill(f"governance_{column}_elsewhere", elsewhere, column)
        self._fill("governance_year", rows.drop_duplicates("year"), "block_year")
        self._sources("governance_source", rows)

    def _stability(self, rows: "pd.DataFrame") -> None:
        self._fill("stability", rows, "estimate")
        self._fill("stability_elsewhere", rows.rename(columns={"country": "area"}), "estimate")
        self._fill("stability_year", rows.drop_duplicates("year"), "fact_year")
        self._sources("stability_source", rows)

    def _prices(self, rows: "pd.DataFrame") -> None:
        self._fill("price", rows, "value")
        self._fill("price_segment", rows, "segment")
        newest = rows.groupby(["commodity", "year"], as_index=False).agg(fact_year=("fact_year", "max"))
        self._fill("price_year", newest, "fact_year")
        self._sources("price_source", rows)

    def _scrap(self, rows: "pd.DataFrame") -> None:
        for name, column in (("scrap_share", "value"), ("scrap_share_low", "low"), ("scrap_share_high", "high")):
            self._fill(name, rows, column)
        self._fill("scrap_share_year", rows, "fact_year")
        for kind, status in (("national", "applicable"), ("partial", "proxy")):
            self._fill("scrap_share_map", rows[rows["kind"] == kind].assign(code=MAPS.index(status)), "code")
        self._sources("scrap_share_source", rows)

    def _mines(self, rows: "pd.DataFrame") -> None:
        self._fill("mine_output", rows.assign(mine=rows["rank"]), "value")
        first = rows.drop_duplicates(["commodity", "year"])
        self._fill("mine_total", first, "world")
        self._fill("mine_year", first, "fact_year")
        self._sources("mine_source", rows)
