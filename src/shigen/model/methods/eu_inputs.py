"""The EU's rule on the EU's own inputs: its printed shares and trade parameters, scopes, reliance, recycling and SI."""

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import xarray as xr
from xarray import DataArray, Dataset

from shigen.base.i18n import Lang, default_lang, sentences, text
from shigen.figures.factbase import FactBase
from shigen.figures.selection import DIMENSIONS
from shigen.figures.store import current
from shigen.model.arrays import choose, filled, greatest, least
from shigen.model.evaluate import PARTIAL_BELOW
from shigen.model.methods.eu import WORST, stage_risk, weighted_concentration
from shigen.model.records import number

if TYPE_CHECKING:
    import pandas as pd

YEARS: Final = (2016, 2020)
"""Whose governance the study of 2023 takes the mean of."""
ALONE: Final = {"GS": 2.0, "EU": 0.0}
"""Import reliance in effect, where the study counts supply of the world, or of the EU, alone."""
COLUMNS: Final = (
    "commodity", "material", "step", "scope", "world", "eu", "import_reliance", "eol_rir", "substitution", "value",
    "value_low", "value_high", "higher", "named_world", "named_eu", "lacks",
)  # fmt: skip


def mean_governance(facts: FactBase) -> "pd.DataFrame":
    """Mean of the six estimates and of the study's years, by country, of the newest edition that has all six."""
    return facts.query(
        """
        with complete as (
            select g.edition from governance g join editions e using (edition) where g.year between $first and $last
            group by g.edition having count(distinct dimension) = $dimensions order by max(e.position) desc limit 1
        )
        select country, avg(estimate) as estimate from governance join complete using (edition)
        where year between $first and $last and estimate is not null
        group by country having count(distinct dimension) = $dimensions order by country
        """,
        {"first": YEARS[0], "last": YEARS[1], "dimensions": DIMENSIONS},
    )


def on_eu_inputs(facts: FactBase | None = None) -> Dataset:
    """Return supply risk by the EU's rule for each stage that its study of 2023 assesses, from its own inputs.

    Returns
    -------
    xarray.Dataset
        `world`, `eu` [1], the weighted concentrations of world supply and of the EU's, with their ends; `value`,
        `value_low`, `value_high` [1]; `named_world`, `named_eu` [1], the sums of the printed shares, over (stage), with
        `commodity`, `step`, `scope` and the other inputs along it.

    Notes
    -----
    Shares are taken as they are printed: what a set lacks of 1 has no country and adds nothing to the value. In the
    interval it is with suppliers no larger than the smallest that is printed, or all with one where less than 60 % are.
    The study averaged its own edition of the governance indicators; here it is the one that the package holds.
    """
    facts = facts or current()
    stages = facts.query(
        """
        select s.commodity, s.published_name as material, s.step, s.scope, s.import_reliance, m.eol_rir, m.substitution
        from eu_stages s join eu_materials m using (commodity, year, edition) where m.published_name = s.published_name
        order by s.commodity, s.step
        """
    )
    shares = facts.query(
        """
        select 'world' as scope, commodity, step, country, value, trade_parameter from stage_shares
        union all select 'eu', commodity, step, country, value, trade_parameter from eu_sourcing
        """
    )
    weight = mean_governance(facts).set_index("country")["estimate"].map(lambda mean: 2 * (2.5 - mean))
    out = Dataset({name: ("stage", stages[name].to_numpy()) for name in stages.columns if name != "scope"})
    out["scope"] = ("stage", stages["scope"].to_numpy())
    for scope in ("world", "eu"):
        part, t = (
            _by_stage(shares[shares["scope"] == scope], stages, column) for column in ("value", "trade_parameter")
        )
        w = xr.DataArray(weight.reindex(part["country"].values).to_numpy(), dims="country") * t
        rated = part.notnull() & w.notnull()
        out[scope] = weighted_concentration(part, w)
        held = part.notnull().any("country")
        named = part.sum("country", min_count=1)
        rest = (1 - named).clip(0.0)
        hidden = choose(named < PARTIAL_BELOW, rest**2, rest * part.where(part > 0).min("country"))
        unrated = (part**2).where(part.notnull() & ~rated).sum("country")
        out[f"{scope}_low"] = choose(held, filled(out[scope]), 0.0)
        out[f"{scope}_high"] = choose(held, filled(out[scope]) + (unrated + filled(hidden)) * WORST, WORST)
        out[f"named_{scope}"] = named
    return _risks(out)


def _by_stage(rows: "pd.DataFrame", stages: "pd.DataFrame", column: str) -> DataArray:
    """Return a column of shares over (stage, country); NaN where none is printed."""
    table = rows.pivot_table(index=["commodity", "step"], columns="country", values=column, aggfunc="first")
    wanted = table.reindex(list(zip(stages["commodity"], stages["step"], strict=True)))
    return DataArray(wanted.to_numpy(), dims=("stage", "country"), coords={"country": [str(c) for c in table.columns]})


def _risks(out: Dataset) -> Dataset:
    """Add the supply risk of each stage with its interval, and which stage is the higher."""
    alone = xr.DataArray([ALONE.get(scope, np.nan) for scope in out["scope"].values], dims="stage")
    reliance = alone.fillna(out["import_reliance"])
    recycled, substitution = out["eol_rir"], out["substitution"]
    # A scope that counts one kind of supply leaves the other out, whether it is printed or not.
    world, eu = (choose(alone == without, 0.0, out[name]) for name, without in (("world", 0.0), ("eu", 2.0)))
    out["value"] = stage_risk(world, eu, reliance, recycled, substitution)
    low, high = ([_ends(out, alone, filled(reliance, one), end, value) for one in (0.0, 1.0)]
                 for end, value in (("low", 0.0), ("high", 1.0)))  # fmt: skip
    out["value_low"], out["value_high"] = least(*low), greatest(*high)
    return out


def _ends(out: Dataset, alone: DataArray, reliance: DataArray, end: str, substitution: float) -> DataArray:
    """Return supply risk from one end of each input: `low` or `high`."""
    world, eu = (choose(alone == without, 0.0, out[f"{name}_{end}"]) for name, without in (("world", 0.0), ("eu", 2.0)))
    return stage_risk(world, eu, reliance, out["eol_rir"], filled(out["substitution"], substitution))


def eu_stage_rows(facts: FactBase | None = None, lang: Lang | None = None) -> list[dict[str, Any]]:
    """Return one row a stage with COLUMNS; `lacks` says in words which input is missing, and what is odd of it."""
    lang = lang or default_lang()
    found = on_eu_inputs(facts)
    frame = found.to_dataframe()
    best = frame.groupby("material")["value"].transform("max")
    rows = []
    for (_, row), most in zip(frame.iterrows(), best, strict=True):
        rows.append({
            **{name: str(row[name]) for name in ("commodity", "material", "step", "scope")},
            **{name: number(row[name]) for name in COLUMNS[4:12]},
            "higher": bool(row["value"] == most),
            **{name: number(row[name]) for name in ("named_world", "named_eu")},
            "lacks": _lacks(row, lang),
        })  # fmt: skip
    return rows


def _lacks(row: Any, lang: Lang) -> str:
    asked = {"GS": ("world",), "EU": ("eu",)}.get(row["scope"], ("world", "eu", "import_reliance"))
    missing = [name for name in (*asked, "substitution") if row[name] != row[name]]
    words = [text(f"eu_inputs.lacks.{name}", lang) for name in missing]
    words += [text(f"eu_inputs.named.{name}", lang, percent=f"{100 * row[f'named_{name}']:.0f}")
              for name in asked[:2] if row[f"named_{name}"] < PARTIAL_BELOW]  # fmt: skip
    return sentences(words, lang)
