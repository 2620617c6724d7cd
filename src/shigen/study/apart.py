"""Steps of a run that another process computes while this one computes the rest."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from shigen.base.declare import INDICATORS, LEVERS
from shigen.base.errors import UserError
from shigen.base.memory import give_back, keep_freed
from shigen.base.method import METHODS
from shigen.study.choices import Study
from shigen.study.run import Run


def apart(study: Study, names: Sequence[str]) -> dict[str, Any]:
    """Return steps of a study's run by name.

    One that fails is left out, all where the run itself does: who asked has to compute it, and is told there what is
    wrong.
    """
    keep_freed()
    found: dict[str, Any] = {}
    with suppress(UserError):
        run = Run(study)
        for name in names:
            with suppress(UserError):
                found[name] = getattr(run, name)
            give_back()
    return found


def known_elsewhere() -> bool:
    """Tell whether another process computes as this one: what a user declared here, it does not know."""
    return not any(one.own for registry in (INDICATORS, LEVERS, METHODS) for one in registry.values())
