"""Steps of a run that another process computes: one that draws has nothing to do before the first figures are there."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from shigen.base.errors import UserError
from shigen.base.memory import keep_freed
from shigen.study.choices import Study
from shigen.study.run import Run


def apart(study: Study, names: Sequence[str]) -> dict[str, Any]:
    """Return steps of a study's run by name.

    One that fails is left out: who asked has to compute it, and is told there what is wrong.
    """
    keep_freed()
    run, found = Run(study), dict[str, Any]()
    for name in names:
        with suppress(UserError):
            found[name] = getattr(run, name)
    return found
