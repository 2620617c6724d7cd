"""What the home uses of a commodity: printed, or output and net imports."""

from shigen.base.declare import STEPS
from shigen.model.arrays import at, choose, filled, known, only, ratio, summed
from shigen.model.estimated import MINOR_FLOW, intake_share
from shigen.model.named import Bare, Named
from shigen.model.variables import MAPS


def net_imports(chain: Bare) -> Named:
    """Imports less exports in contained tonnes, both steps together: (..., commodity) [t/yr].

    NaN where a step that exists is not traded under codes of its own, or where weights or contents are unknown.
    """
    own, none = (chain["imports_map"] == MAPS.index(word) for word in ("applicable", "not_applicable"))
    flows = summed(chain["imports_tonnes"], "country") + chain["tonnes_nowhere"] - chain["exports_tonnes"]
    return only(choose(own, flows, 0.0).sum("step", skipna=False), (own | none).all("step"))


def consumption(chain: Bare, output: Named) -> Named:
    """Apparent consumption: (..., commodity) [t/yr], above 0; NaN where nothing says.

    What is printed (the user's figure, a national one, the study's), else output + imports - exports in contained
    tonnes of both steps, where each step that exists has its own codes, with weights and contents. `output` is home's
    own, of the step that counts.
    """
    printed, summed_up = chain["home_takes"], output + net_imports(chain)
    return choose(known(printed), printed, only(summed_up, summed_up > 0))


def trade_cited(chain: Bare) -> Named:
    """Editions behind net imports where apparent consumption is not printed, one bit each: (..., commodity)."""
    ore, refined = (at(chain["imports_source"], step) for step in STEPS)
    return choose(known(chain["home_takes"]), 0, ore | refined)


def step_reliance(chain: Bare, output: Named) -> Named:
    """Net import reliance at each step: (M - X) / (P + M - X): (..., commodity, step) [1].

    In contained tonnes; 0 where nothing is imported net, 1 where home makes none and imports more than it exports, if
    only by value. Else NaN where weights or contents, or home's output P, are unknown.
    """
    net = summed(chain["imports_tonnes"], "country") + chain["tonnes_nowhere"] - chain["exports_tonnes"]
    value = summed(chain["imports_value"], "country") + filled(chain["imports_unseen_value"]) - chain["exports_value"]
    reliance = choose(net <= 0, 0.0, ratio(net, output + net))
    return choose((output == 0) & ~known(net) & (value > 0), 1.0, reliance)


def step_supply(chain: Bare, supply: Named) -> Named:
    """Supply by partner where a step counts by itself; dims and measure as `supply`.

    0 where no more than MINOR_FLOW of intake comes through the step; NaN where a code bundles several metals.
    """
    own = only(supply, chain["imports_map"] != MAPS.index("shared_code"))
    return choose(intake_share(chain) <= MINOR_FLOW, 0.0, own)
