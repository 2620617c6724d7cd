"""The package against its own schemas: every key, reference and bound of every table."""

from shigen.figures.factbase import FactBase


def test_every_table_of_the_package_keeps_its_schema(facts: FactBase) -> None:
    assert facts.check() == []
