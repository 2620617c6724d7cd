"""What a policy of a package puts in place at default size, and why it does not: no fit host, no feed, no effect."""

from collections.abc import Sequence
from typing import Any, Final

from xarray import Dataset

from shigen.base import names
from shigen.base.declare import Lever, LeverKind
from shigen.base.i18n import Lang, text
from shigen.figures.factbase import FactBase, Row
from shigen.model.arrays import filled
from shigen.model.assumptions import assumption, smelter_feed
from shigen.model.evaluate import compute
from shigen.model.indicators import axes
from shigen.model.levers import lever_kinds
from shigen.model.named import bare
from shigen.model.plans import enact, plan, with_hosts

MOVED: Final = 1e-9
"""By how much of itself a figure must change to have moved: beyond sums of floats in another order."""

_TONNES: Final = ("imports_tonnes", "imports_value", "home_takes")
"""What arrives, in its measures, and what home uses."""

Said = tuple[str, dict[str, Any]]
"""A key of the texts with what stands in it; under `row`, a row of `smelter_feed`."""


def levers_of(policy: str) -> tuple[LeverKind, ...]:
    """Return the kinds of levers that a policy of the package stands for, in the order in which they apply."""
    return tuple(kind for kind in lever_kinds().values() if kind.policy == policy)


def sized(one: Dataset, commodity: str, policy: str, facts: FactBase, line: float) -> list[Lever]:
    """Return the levers of one policy at default size; none where there is no figure to size them by, or no fit host.

    Parameters
    ----------
    one : Dataset
        A SupplyChain of one importer, year and commodity.
    line : float
        Governance from which a country is too risky to be named by rule.
    """
    levers = []
    for kind, size in _sizes(one, commodity, policy, facts):
        host = kind.host(one, line) if kind.host else None
        if host or not kind.needs_host:
            levers.append(Lever(kind.key, commodity, size, host))
    return levers


def _sizes(one: Dataset, commodity: str, policy: str, facts: FactBase) -> list[tuple[LeverKind, float]]:
    sizes = []
    for kind in levers_of(policy):
        row = assumption(kind.key, "size_days" if kind.size_name == "days" else "size_share", commodity, facts=facts)
        if row is None:
            continue
        assumed = float(row["central"])
        size = kind.default(one, commodity, assumed, facts) if kind.default else assumed
        if size > 0:
            sizes.append((kind, size))
    return sizes


def unfit(chain: Dataset, commodity: str, policy: str, facts: FactBase, line: float) -> Said | None:
    """Return why the default of a policy makes no sense for a commodity; None where it does, or none can be sized."""
    one = chain.sel(commodity=commodity)
    kinds = _sizes(one, commodity, policy, facts)
    levers = sized(one, commodity, policy, facts, line)
    if kinds and not levers:
        return "condition.no_host", {"line": f"{line:.2f}"}
    for lever in levers:
        if (row := unfed(chain, lever, facts)) is not None:
            return "condition.no_feed", {"row": row}
    return ("condition.moves_nothing", {}) if levers and idle(chain, levers) else None


def unfed(chain: Dataset, lever: Lever, facts: FactBase) -> Row | None:
    """Return the row of `smelter_feed` of a smelter that finds no feed; None for any other policy, or where it does.

    A feed that is not traded must be made where the smelter stands, or at home; output that is not named is none known.
    """
    kind, row = lever_kinds()[lever.key], smelter_feed(lever.commodity, facts=facts)
    if kind.project != "plant" or row is None or row["traded"] == "yes":
        return None
    makers = facts.fetch(
        "select distinct country from production where commodity = ? and value > 0 and year = "
        "(select max(year) from production where commodity = ? and year <= ?)",
        [row["made_with"], row["made_with"], int(chain["year"])],
    )
    return None if lever.host in {country for (country,) in makers} else row


def idle(chain: Dataset, levers: Sequence[Lever]) -> bool:
    """Tell whether policies on one commodity move no score of the six axes, no import, no use and no day of stock."""
    one = with_hosts(chain.sel(commodity=[levers[0].commodity]), [lever.host for lever in levers if lever.host])
    was = bare(one)
    now = enact(was, bare(plan(one, levers)))
    ends = ([*(state[name] for name in _TONNES), compute(state, list(axes()), bands=False)["raw"]]
            for state in (was, now))  # fmt: skip
    moved = (abs(filled(then) - filled(first)) > MOVED * (1 + abs(filled(first)))
             for first, then in zip(*ends, strict=True))  # fmt: skip
    return not any(bool(one.any()) for one in moved) and not bool((now["stock_days"] > 0).any())


def in_words(said: Said, lang: Lang) -> str:
    """Return a reason in a language."""
    key, values = said
    if (row := values.get("row")) is not None:
        values = {"feed": row[f"feed_{lang}"], "of": row[f"made_with_{lang}"],
                  "commodity": names.label(row["commodity"], lang)}  # fmt: skip
    return text(key, lang, **values)
