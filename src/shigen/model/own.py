"""The decorators that a user declares with; behind this door all of ours is declared, so that its keys are taken."""

import shigen.model.levers
import shigen.model.views  # noqa: F401 - declaring happens on import
from shigen.base.declare import indicator, lever_kind
from shigen.base.method import method
from shigen.model.indicators import indicators
from shigen.model.methods import declarations

__all__ = ["indicator", "lever_kind", "method"]

indicators()
declarations()
