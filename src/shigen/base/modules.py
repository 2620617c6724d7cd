"""Declaring happens on import: every module of a package is imported, so that what it declares is registered."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules


@cache
def import_all(package: str) -> None:
    """Import every module of a package, once."""
    for module in iter_modules(import_module(package).__path__):
        import_module(f"{package}.{module.name}")
