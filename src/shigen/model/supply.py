"""Supply of the importer by partner: imports and home's own, what either is worth, and what of it is not seen."""

from shigen.base.declare import FLAGS
from shigen.model.arrays import choose, clipped, filled, known, nowhere, only, ratio, summed
from shigen.model.concentration import nearly_all_named
from shigen.model.estimated import estimate, with_estimate, without_gap
from shigen.model.kept import once
from shigen.model.named import Bare, Named
from shigen.model.variables import KUSD, MAPS
from shigen.model.wholes import total


@once
def sourcing(chain: Bare) -> Named:
    """Supply of the importer by partner: `recorded`, and what is estimated where only totals are held; dims alike."""
    return with_estimate(chain, recorded(chain))


def recorded(chain: Bare) -> Named:
    """Recorded supply by partner: imports, and home production as supply from home itself, or from who feeds it.

    Returns
    -------
    (..., commodity, country, step), t/yr where the step is shared out by mass, else kUSD/yr
        Home production by value is tonnes times the mean value of imported ones, else the reference price of the year
        (an assumption, see `home_value`); it is left out where neither is known, where home does not take it (a new
        plant's surplus), and beside a code that bundles several metals. NaN where the trade table holds no code of the
        step.
    """
    home = counted_output(chain)
    fed = filled(chain["home_fed"])
    if not nowhere(fed > 0):
        fed = fed * clipped(filled(ratio(home.sum("country"), fed.sum("country"))), 0.0, 1.0)
        home = home * (1 - filled(ratio(fed.sum("country"), home.sum("country")))) + fed
    priced = filled(home * home_value(chain) * KUSD)
    return imported(chain) + choose(chain["by_mass"], home, priced)


@once
def counted_output(chain: Bare) -> Named:
    """Output of home that counts as its supply: (..., commodity, country, step) [t/yr]; 0 elsewhere."""
    counts = chain["home"] & chain["count_home"] & (chain["imports_map"] != MAPS.index("shared_code"))
    home = filled(only(chain["production"], counts))
    if "home_adjustment" in chain:
        home = home + choose(counts, chain["home_adjustment"], 0.0)
    return home


def home_cited(chain: Bare) -> Named:
    """Editions behind home production where it counts as supply, and behind a reference price that values it.

    Dims of a step, one bit each; none where home produces nothing that counts.
    """
    counts = chain["home"] & chain["count_home"] & (chain["imports_map"] != MAPS.index("shared_code"))
    made = (filled(only(chain["production"], counts)) > 0).any("country")
    by_value = ~chain["by_mass"] & known(home_value(chain))
    produced = choose(made & (chain["by_mass"] | by_value), chain["production_source"], 0)
    produced = produced | choose(made & (chain["home_fed"] > 0).any("country"), chain["home_feed_source"], 0)
    produced = produced | choose((estimate(chain) > 0).any("country"), chain["imports_estimated_source"], 0)
    return produced | choose(made & by_value & ~known(chain["imports_unit"]), chain["price_source"], 0)


def unit_value(chain: Bare) -> Named:
    """Reference price of the year where it describes goods of the step: (..., commodity, step) [USD/t]; else NaN."""
    return only(chain["price"].isel(lag=0), chain["price_describes"])


def home_value(chain: Bare) -> Named:
    """What a tonne made at home is worth: (..., commodity, step) [USD/t].

    As much as an imported one, so that a plant at home takes the place of as much as it displaces; the reference price
    where the tonnes of imports are not known.
    """
    return filled(chain["imports_unit"], unit_value(chain))


def imported(chain: Bare) -> Named:
    """Imports by partner, in the measure of the step (t/yr or kUSD/yr); dims as `sourcing`."""
    return choose(chain["by_mass"], chain["imports"], chain["imports_value"])


def unseen(chain: Bare) -> Named:
    """What arrives without a country, or without the measure of the step, in that measure; dims of a step.

    NaN where something arrives so and nothing says how much.
    """
    return without_gap(chain, choose(chain["by_mass"], chain["imports_unseen"], chain["imports_unseen_value"]))


def goods(chain: Bare) -> Named:
    """Imports by partner as goods are weighed: (..., commodity, country, step) [t/yr].

    Contained tonnes where the content of every code is known, else gross tonnes; what has no recorded weight has none.
    """
    return choose(chain["content_known"], chain["imports"], chain["imports_gross"])


def imports_weighed(chain: Bare) -> Named:
    """Value of imports by partner that has a recorded weight (all that a plant sends); dims as `sourcing` [kUSD/yr]."""
    return chain["imports_value"] * filled(chain["weighed_share"], 1.0)


def home_production(chain: Bare) -> Named:
    """Production of the home itself, all members together: (..., commodity, step) [t/yr].

    A country that the publisher does not name produces nothing; NaN where it names one of the home's without a figure,
    or gives no figure of the world. Of a new plant (see `levers`) counts what home takes.
    """
    home = chain["home"]
    unsaid = (chain["production_flag"] != FLAGS.index("none")) & ~known(chain["production"])
    output = choose(home, filled(chain["production"]), 0.0)
    if "home_adjustment" in chain:
        output = output + choose(home, chain["home_adjustment"], 0.0)
    whole_known = known(total(chain)) & ~(unsaid & home).any("country")
    return only(output.sum("country"), whole_known)


def hub(chain: Bare) -> Named:
    """Partners that pass on what others made: (..., commodity, country, step), bool.

    They have no output of the step in a table that names at least MADE_BY_NAMED of what the world makes. What they send
    is counted, and its origin is not seen.
    """
    made = chain["production"]
    silent = ~(made > 0) & (known(made) | (chain["production_flag"] == FLAGS.index("none")))
    return silent & nearly_all_named(made, total(chain)) & ~chain["home"]


@once
def passed_on(chain: Bare) -> Named:
    """Share of what a partner supplies whose origin is not seen: (..., commodity, country, step) [1].

    All that comes from a hub, unless it feeds home's refineries; and of home's own supply what nobody known feeds.
    """
    output = counted_output(chain).sum("country") - filled(chain["home_fed"]).sum("country")
    unfed = clipped(filled(ratio(chain["home_unfed"], output)), 0.0, 1.0)
    return choose(chain["home"], unfed, choose(hub(chain) & ~(chain["home_fed"] > 0), 1.0, 0.0))


def stand_in(chain: Bare) -> Named:
    """Share of supply that home refines, without ore of its own, of a feed unnamed: (..., commodity, step) [1].

    Home's governance stands in for that of the feed.
    """
    supply = sourcing(chain)
    part = summed(only(supply, chain["home"]) * passed_on(chain), "country")
    return filled(ratio(part, filled(summed(supply, "country")) + filled(unseen(chain))))
