"""The arguments and options that several verbs share, each declared once."""

from typing import Any

import typer

from shigen.base.i18n import Lang, text


class Options:
    """What several verbs take, with its help in one language: `importer: str = shared.importer`."""

    def __init__(self, lang: Lang) -> None:
        def t(key: str) -> str:
            return text(f"cli.{key}", lang)

        self.commodities: Any = typer.Argument(None, help=t("arg_commodities"), show_default=False)
        self.commodity: Any = typer.Option(None, help=t("opt_commodity"), show_default=False)
        self.importer: Any = typer.Option("JPN", help=t("opt_importer"))
        self.year: Any = typer.Option(None, help=t("opt_year"), show_default=False)
        self.years: Any = typer.Option(None, help=t("opt_years"), show_default=False)
        self.edition: Any = typer.Option(None, help=t("opt_edition"), show_default=False)
        self.overlay: Any = typer.Option(None, "--overlay", help=t("opt_overlay"), show_default=False)
        self.basis: Any = typer.Option("sourcing", help=t("opt_basis"))
        self.form: Any = typer.Option("table", help=t("opt_format"))
        self.out: Any = typer.Option(None, help=t("opt_out"), show_default=False)
        self.lang: Any = typer.Option(lang, "--lang", help=t("opt_lang"), show_default=False)
        self.quiet: Any = typer.Option(False, "--quiet", help=t("opt_quiet"))
