"""GeoPolRisk of all that the package holds, of one year, and of one importer's chain, each from a cold process."""

from run import median, process, show

ALL = "import shigen; shigen.methods(importer='all', keys='geopolrisk')"
YEAR = "import shigen; shigen.methods(importer='all', keys='geopolrisk', year=2024)"
CHAIN = "import shigen; shigen.methods(importer='JPN', keys='geopolrisk')"


def main() -> None:
    """Time all three; the baseline is a cold process that opens the facts and counts the flows."""
    count = (
        "from shigen.figures.store import current; "
        "current().query('select year, importer, hs6, sum(value_kusd) from trade group by all')"
    )
    base = median(process("-c", count), 5)
    for size, code in (("231 importers, 30 years", ALL), ("231 importers, 1 year", YEAR)):
        show("geopolrisk", f"{size}, 47", "cold", median(process("-c", code), 5), "sum of the trade table", base)
    show(
        "geopolrisk", "1 importer, 1 year, 13", "cold", median(process("-c", CHAIN), 5), "sum of the trade table", base
    )


if __name__ == "__main__":
    main()
