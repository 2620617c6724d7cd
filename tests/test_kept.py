"""What was made of a chain: made once, and after a change only what read what changed, with the same bits."""

import numpy as np
import pytest

import shigen
from shigen.model.draws import Streams
from shigen.model.evaluate import compute
from shigen.model.frozen import INPUTS, Frozen
from shigen.model.indicators import axes
from shigen.model.kept import Kept, once
from shigen.model.named import Bare, Named
from shigen.model.spread import Uncertainty


def number(value: float) -> Named:
    return Named((), value)


def test_what_read_nothing_that_changed_stays() -> None:
    made: list[str] = []

    @once
    def doubled(chain: Bare) -> Named:
        made.append("doubled")
        return chain["a"] * 2

    @once
    def both(chain: Bare) -> Named:
        made.append("both")
        return doubled(chain) + (chain["c"] if "c" in chain else chain["b"])

    chain = Kept({"a": number(1), "b": number(10)})
    assert [both(chain).values.item() for _ in range(2)] == [12, 12]
    assert made == ["both", "doubled"]
    assert both(chain.after({"b": number(20)})).values.item() == 22
    assert made == ["both", "doubled", "both"], "what it is made of stays"
    assert both(chain.after({"a": number(5)})).values.item() == 20
    assert made[3:] == ["both", "doubled"], "what is made of what is made of it changes"
    assert both(chain.after({"c": number(30)})).values.item() == 32, "that something was not there is read too"
    assert both(chain).values.item() == 12
    assert both(chain | {"b": number(0)}).values.item() == 2, "a chain that is made of it knows of nothing"


@pytest.mark.parametrize("name", list(INPUTS))
def test_after_a_change_indicators_are_those_of_the_whole(name: str, facts: shigen.FactBase) -> None:
    minerals = ("cobalt", "gallium", "tungsten", "phosphate_rock")
    now = shigen.assess(shigen.load("JPN", year=2024, commodities=minerals, facts=facts))
    frozen = Frozen(now, Uncertainty(), {}, facts)
    drawn, others = (frozen.drawn(0, Streams(1, series)) for series in ("", "x"))
    first = frozen.start.after(drawn)
    compute(first, axes(), bands=False)
    changed = {key: others[key] for key in INPUTS[name] if key in others}
    for start in (first, frozen.start):
        after, anew = (compute(chain, axes(), bands=False) for chain in (start.after(changed), dict(start) | changed))
        for key, one in anew.items():
            np.testing.assert_array_equal(after[key].values, one.values, err_msg=key)
