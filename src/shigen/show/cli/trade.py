"""`shigen trade`: figures of all products and importers at once."""

from functools import partial
from pathlib import Path

import typer

from shigen.base.i18n import Lang, text
from shigen.base.years import span
from shigen.show.cli import output
from shigen.show.cli.options import Options


def add(app: typer.Typer, lang: Lang) -> None:
    """Add the verb group to the application."""
    shared = Options(lang)

    def t(key: str) -> str:
        return text(f"cli.{key}", lang)

    group = typer.Typer(help=t("trade_help"), no_args_is_help=True)
    app.add_typer(group, name="trade")

    @group.callback()
    def trade() -> None:
        pass

    @group.command(help=t("trade_index_help"))
    def index(
        folder: Path = typer.Argument(help=t("arg_baci"), readable=False),
        out: Path = typer.Option(..., "--out", help=t("opt_trade_out"), show_default=False),
        years: str = typer.Option(None, help=t("opt_trade_years"), show_default=False),
        edition: str = typer.Option(None, help=t("opt_trade_edition"), show_default=False),
        lang_: str = shared.lang,
        quiet: bool = shared.quiet,
    ) -> None:
        period = span(years) if years else None
        from shigen.figures import store
        from shigen.figures.trade import governance_by_year, index_trade, store_baci

        out = out.absolute()
        with output.progress(lang, quiet=quiet) as tell:

            def years_of(step: str, year: int, done: int, of: int) -> None:
                tell(step, year=year, done=done, of=of)

            stored = store_baci(folder, out, years=period, edition=edition, tell=partial(years_of, "trade_stored"))
            indexed = [int(path.stem[-4:]) for path in stored]
            governance = governance_by_year(store.current(), indexed)
            files = index_trade(out, out, governance, years=indexed, tell=partial(years_of, "trade_indexed"))
        print(text("cli.trade_done", lang, of=len(files), path=out))
