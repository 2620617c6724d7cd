"""shigen (資源): which minerals may a country fail to obtain, where, why, and what to do about it.

The public face. Each name is imported when it is first used, so that `import shigen` costs nothing.
"""

from importlib import import_module

TYPE_CHECKING = False  # that of typing takes time to load, and Ctrl-C must be attended to first
if TYPE_CHECKING:
    from typing import Any

__version__ = "0.1.0"

_HOME = {
    "load": "shigen.model.chain",
    "assess": "shigen.model.criticality",
    "lever": "shigen.model.levers",
    "disrupt": "shigen.model.disruption.answers",
    "Disruption": "shigen.model.disruption.scenario",
    "Relief": "shigen.model.disruption.scenario",
    "sample": "shigen.model.sample",
    "screen": "shigen.outlook.screening",
    "demand": "shigen.outlook.demand",
    "stocks": "shigen.outlook.stocks",
    "policies": "shigen.outlook.policies",
    "trends": "shigen.outlook.technology",
    "markets": "shigen.outlook.markets",
    "countries": "shigen.outlook.countries",
    "country": "shigen.outlook.countries",
    "projects": "shigen.outlook.projects",
    "as_lever": "shigen.outlook.projects",
    "Assessment": "shigen.model.criticality",
    "Run": "shigen.study.run",
    "Scoring": "shigen.model.scoring",
    "Uncertainty": "shigen.model.spread",
    "explain": "shigen.study.trace",
    "methods": "shigen.model.methods",
    "side_by_side": "shigen.study.side_by_side",
    "indicator": "shigen.model.own",
    "lever_kind": "shigen.model.own",
    "backtest": "shigen.study.backtest.table",
    "replays": "shigen.study.replays.table",
    "method": "shigen.model.own",
    "chart": "shigen.show.charts",
    "chart_kind": "shigen.show.charts.kind",
    "FactBase": "shigen.figures.factbase",
    "UserError": "shigen.base.errors",
    "indicators": "shigen.model.indicators",
}

__all__ = [  # noqa: RUF022 - in the order of the mission
    "load",
    "assess",
    "lever",
    "disrupt",
    "Disruption",
    "Relief",
    "sample",
    "Assessment",
    "Run",
    "Scoring",
    "Uncertainty",
    "explain",
    "methods",
    "backtest",
    "replays",
    "side_by_side",
    "screen",
    "demand",
    "stocks",
    "policies",
    "trends",
    "markets",
    "countries",
    "country",
    "projects",
    "as_lever",
    "chart",
    "chart_kind",
    "indicators",
    "indicator",
    "lever_kind",
    "method",
    "FactBase",
    "UserError",
    "__version__",
]


def __getattr__(name: str) -> "Any":
    if name not in _HOME:
        message = f"module 'shigen' has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
