"""The variables of one chain with what was made of them, so that what several views are made of is computed once."""

from collections.abc import Callable
from functools import wraps

from shigen.model.named import Bare, Named


class Kept(dict[str, Named]):
    """The variables of one chain, with the views that were made of it; a chain made of it (`|`) knows of none."""

    def __init__(self, chain: Bare) -> None:
        super().__init__(chain)
        self.made: dict[Callable[[Bare], Named], Named] = {}


def once(formula: Callable[[Bare], Named]) -> Callable[[Bare], Named]:
    """Let a view that others are made of be computed once a chain."""

    @wraps(formula)
    def view_of(chain: Bare) -> Named:
        if not isinstance(chain, Kept):
            return formula(chain)
        if formula not in chain.made:
            chain.made[formula] = formula(chain)
        return chain.made[formula]

    return view_of
