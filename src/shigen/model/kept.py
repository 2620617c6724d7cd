"""The variables of one chain with what was made of them, so that what several views are made of is computed once."""

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, TypeVar

from shigen.model.named import Bare, Named

T = TypeVar("T")


class Kept(dict[str, Named]):
    """The variables of one chain, with what was made of them, and of which; a chain made of it (`|`) knows of none."""

    def __init__(self, chain: Bare) -> None:
        super().__init__(chain)
        self._made: dict[Hashable, tuple[Any, frozenset[str]]] = {}
        self._reading: list[set[str]] = []
        """Variables that were read by what is being made, the innermost last."""

    def __getitem__(self, name: str) -> Named:
        """Return a variable."""
        self._note(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        """Tell whether there is a variable."""
        self._note(str(name))
        return super().__contains__(name)

    def _note(self, name: str) -> None:
        if self._reading:
            self._reading[-1].add(name)

    def keep(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what was made under a key; make it where it is asked for first."""
        if key not in self._made:
            self._reading.append(set())
            try:
                made = make()
            finally:
                read = self._reading.pop()
            self._made[key] = made, frozenset(read)
        value, names = self._made[key]
        if self._reading:
            self._reading[-1] |= names
        return value  # type: ignore[no-any-return]

    def after(self, changed: Bare) -> "Kept":
        """Return the chain with other variables; it knows what was made of those that stay."""
        chain = Kept(self | changed)
        chain._made = {key: one for key, one in self._made.items() if one[1].isdisjoint(changed)}
        return chain


def once(formula: Callable[[Bare], Named]) -> Callable[[Bare], Named]:
    """Let a view that others are made of be computed once a chain."""

    @wraps(formula)
    def view_of(chain: Bare) -> Named:
        return chain.keep(formula, lambda: formula(chain)) if isinstance(chain, Kept) else formula(chain)

    return view_of
