"""What is assumed of policies: delays, costs, sizes, how far recycling can go; each row has its source or says so."""

from shigen.base import names


def assumption(lever: str, parameter: str, commodity: str) -> dict[str, str] | None:
    """Return the row of the table of assumptions for a lever: the commodity's own, else the general one."""
    rows = [r for r in names.table("lever_defaults") if r["lever"] == lever and r["parameter"] == parameter]
    by_commodity = {r["commodity"]: r for r in rows}
    return by_commodity.get(commodity) or by_commodity.get("")


def eol_rate(commodity: str) -> float:
    """End-of-life recycling rate that technology may reach [1]: an assumption of the table."""
    row = assumption("recycling", "eol_rr", commodity)
    return float(row["central"]) if row else 0.0


def ceiling(commodity: str, growth: float | None = None) -> float:
    """Return the most that recycling may supply [1]: EOL-RR·(1 + g)^(-L).

    Of what was put to use L years ago, when demand was smaller by (1 + g)^L, at most EOL-RR comes back. Growth is the
    study's, 0 for commodities outside it.
    """
    rows = {r["commodity"]: r for r in names.table("study_demand")}
    g = float(rows[commodity]["cagr_2019_2050"]) if growth is None and commodity in rows else (growth or 0.0)
    life = assumption("recycling", "lifetime_years", commodity)
    return float(eol_rate(commodity) * (1 + g) ** -(float(life["central"]) if life else 0.0))


def study_classes() -> dict[str, str]:
    """Return the study's own class of demand by commodity, such as `discontinuous_increase`."""
    return {r["commodity"]: r["demand_class"] for r in names.table("study_demand")}


def study_demand(commodity: str) -> float | None:
    """Return home demand as the study has it [t/yr], where it is on the basis of the package; else None."""
    rows = {r["commodity"]: r for r in names.table("study_demand")}
    return float(rows[commodity]["home_demand"]) if commodity in rows and commodity not in OTHER_BASIS else None


OTHER_BASIS = frozenset({"phosphate_rock", "fluorspar"})
"""The study counts contained P and F, the package tonnes of rock."""
