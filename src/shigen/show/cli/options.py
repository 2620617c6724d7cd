"""The arguments and options that several verbs share, each declared once."""

import math
from collections.abc import Callable
from typing import Any

import typer

from shigen.base.errors import UserError
from shigen.base.i18n import Lang, is_lang, text


class Options:
    """What several verbs take, with its help in one language: `importer: str = shared.importer`.

    Files are `readable=False`: whether one can be read is told where it is read, with the reason.
    """

    def __init__(self, lang: Lang) -> None:
        def t(key: str) -> str:
            return text(f"cli.{key}", lang)

        self.commodities: Any = typer.Argument(None, help=t("arg_commodities"), show_default=False)
        self.commodity: Any = typer.Option(None, help=t("opt_commodity"), show_default=False)
        self.importer: Any = typer.Option("JPN", help=t("opt_importer"))
        self.year: Any = typer.Option(None, help=t("opt_year"), show_default=False)
        self.years: Any = typer.Option(None, help=t("opt_years"), show_default=False)
        self.edition: Any = typer.Option(None, help=t("opt_edition"), show_default=False)
        self.overlay: Any = typer.Option(None, "--overlay", help=t("opt_overlay"), show_default=False, readable=False)
        self.basis: Any = typer.Option("sourcing", help=t("opt_basis"))
        self.form: Any = typer.Option("table", help=t("opt_format"))
        self.out: Any = typer.Option(None, help=t("opt_out"), show_default=False)
        self.lang: Any = typer.Option(lang, "--lang", help=t("opt_lang"), show_default=False, callback=one_language)
        self.quiet: Any = typer.Option(False, "--quiet", help=t("opt_quiet"))


def one_language(word: str) -> str:
    """Return a language; several are what documents alone are made in."""
    if not is_lang(word):
        raise UserError("unknown_lang", word=word)
    return word


def number(option: str) -> Callable[[Any], float]:
    """Return what reads the value of an option as a number that is one: zero or more, not infinite."""

    def read(word: Any) -> float:
        try:
            value = float(word)
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and value >= 0):
            raise UserError("number_form", place=option, word=str(word))
        return value

    return read
