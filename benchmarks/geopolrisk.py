"""GeoPolRisk of everything that the package holds, and of one year, each in one call from a cold process."""

from run import median, process, show

ALL = "import shigen.model.methods as m; m.method('geopolrisk')"
YEAR = "import shigen.model.methods as m; m.method('geopolrisk', years=2024)"


def main() -> None:
    """Time both; the baseline is a cold process that opens the facts and counts the flows."""
    count = (
        "from shigen.figures.store import current; "
        "current().query('select year, importer, hs6, sum(value_kusd) from trade group by all')"
    )
    base = median(process("-c", count), 5)
    for size, code in (("231 importers, 30 years", ALL), ("231 importers, 1 year", YEAR)):
        show("geopolrisk", f"{size}, 47", "cold", median(process("-c", code), 5), "sum of the trade table", base)


if __name__ == "__main__":
    main()
