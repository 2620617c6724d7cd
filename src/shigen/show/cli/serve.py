"""`shigen serve`."""

import typer

from shigen.base.i18n import Lang, text
from shigen.show.cli.options import Options


def add(app: typer.Typer, lang: Lang) -> None:
    """Add the verb to the application."""
    shared = Options(lang)

    def t(key: str) -> str:
        return text(f"cli.{key}", lang)

    @app.command(help=t("serve_help"))
    def serve(
        host: str = typer.Option("127.0.0.1", help=t("opt_bind")),
        port: int = typer.Option(8765, min=0, max=65535, help=t("opt_port")),
        name: list[str] = typer.Option(None, help=t("opt_name"), show_default=False),
        browser: bool = typer.Option(True, help=t("opt_browser")),
        lang_: str = shared.lang,
        quiet: bool = shared.quiet,
    ) -> None:
        from shigen.show.web.serve import serve as serve_pages

        serve_pages(host, port, names=name or (), lang=lang, quiet=quiet, open_browser=browser)
