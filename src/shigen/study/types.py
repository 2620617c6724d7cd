"""The types of an assessment, with the world demand of its year in place of the study's own word on demand."""

from shigen.figures.factbase import FactBase
from shigen.figures.store import current
from shigen.model.criticality import Assessment
from shigen.model.typology import Clause, Verdict, classify
from shigen.outlook.demand import base_year, demand
from shigen.outlook.demand_tables import surge


def surge_of(assessment: Assessment, *, facts: FactBase | None = None) -> dict[str, Clause]:
    """Return whether demand rises discontinuously, by commodity, from the world demand as of the assessment's year."""
    chain, facts = assessment.chain, facts or current()
    found = demand(commodities=[str(c) for c in chain["commodity"].values], year=base_year(int(chain["year"]), facts),
                   edition=list(chain.attrs["as_of"]), facts=facts)  # fmt: skip
    return surge(found)


def types(assessment: Assessment, *, facts: FactBase | None = None) -> list[Verdict]:
    """Return the verdict of each commodity of an assessment of one importer and year."""
    return classify(assessment, surge=surge_of(assessment, facts=facts), facts=facts)
