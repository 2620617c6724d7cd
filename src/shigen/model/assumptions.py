"""What is assumed of policies: delays, costs, sizes, how far recycling can go; each row has its source or says so."""

from shigen.figures.factbase import FactBase, Row
from shigen.figures.rows import of_facts


@of_facts
def _defaults(facts: FactBase) -> dict[tuple[str, str, str], Row]:
    return {(row["lever"], row["parameter"], row["commodity"]): row for row in facts.table("lever_defaults")}


@of_facts
def _of_study(facts: FactBase) -> dict[str, Row]:
    return {row["commodity"]: row for row in facts.table("study_demand")}


def assumption(lever: str, parameter: str, commodity: str, *, facts: FactBase | None = None) -> Row | None:
    """Return the row of the table of assumptions for a lever: the commodity's own, else the general one."""
    rows = _defaults(facts)
    return rows.get((lever, parameter, commodity)) or rows.get((lever, parameter, ""))


@of_facts
def _feeds(facts: FactBase) -> dict[str, Row]:
    return {row["commodity"]: row for row in facts.table("smelter_feed")}


def smelter_feed(commodity: str, *, facts: FactBase | None = None) -> Row | None:
    """Return the row that says what a smelter of a commodity is fed with; None where none is held."""
    return _feeds(facts).get(commodity)


def eol_rate(commodity: str, *, facts: FactBase | None = None) -> float:
    """End-of-life recycling rate that technology may reach [1]: an assumption of the table."""
    row = assumption("recycling", "eol_rr", commodity, facts=facts)
    return float(row["central"]) if row else 0.0


def ceiling(commodity: str, growth: float | None = None, *, facts: FactBase | None = None) -> float:
    """Return the most that recycling may supply [1]: EOL-RR·(1 + g)^(-L).

    Of what was put to use L years ago, when demand was smaller by (1 + g)^L, at most EOL-RR comes back. Growth is the
    study's, 0 for commodities outside it.
    """
    rows = _of_study(facts)
    g = float(rows[commodity]["cagr_2019_2050"]) if growth is None and commodity in rows else (growth or 0.0)
    life = assumption("recycling", "lifetime_years", commodity, facts=facts)
    return float(eol_rate(commodity, facts=facts) * (1 + g) ** -(float(life["central"]) if life else 0.0))


def study_classes(*, facts: FactBase | None = None) -> dict[str, str]:
    """Return the study's own class of demand by commodity, such as `discontinuous_increase`."""
    return {commodity: str(row["demand_class"]) for commodity, row in _of_study(facts).items()}


def stated_growth(*, facts: FactBase | None = None) -> dict[str, float]:
    """Return growth of demand as the study states it, 2019 to 2050 [1/yr], by commodity."""
    return {commodity: float(row["cagr_2019_2050"]) for commodity, row in _of_study(facts).items()}


def study_demand(commodity: str, *, facts: FactBase | None = None) -> float | None:
    """Return home demand as the study has it [t/yr], where it is on the basis of the package; else None."""
    row = _of_study(facts).get(commodity)
    return None if row is None or row["other_basis"] else float(row["home_demand"])


@of_facts
def _on_lists(facts: FactBase) -> dict[str, str]:
    return {row["commodity"]: row["stockpile_list"] for row in facts.table("commodities")}


def may_be_stockpiled(commodity: str, *, facts: FactBase | None = None) -> bool:
    """Return whether Japan's stockpile of rare metals may hold a commodity."""
    return bool(_on_lists(facts).get(commodity))
