"""`shigen study`: run a study file into a folder."""

from pathlib import Path
from typing import Final

import typer

from shigen.base.i18n import LANGS, Lang, text
from shigen.show.cli import output
from shigen.show.cli.options import Options

FIRST: Final = 3
"""Messages that are printed when a study is done."""


def add(app: typer.Typer, lang: Lang) -> None:
    """Add the verb to the application."""
    shared = Options(lang)

    def t(key: str) -> str:
        return text(f"cli.{key}", lang)

    @app.command(help=t("study_help"))
    def study(
        file: Path = typer.Argument(None, help=t("arg_file"), show_default=False, readable=False),
        importer: str = typer.Option(None, help=t("opt_importer"), show_default=False),
        year: int = shared.year,
        edition: list[str] = shared.edition,
        overlay: list[Path] = shared.overlay,
        basis: str = typer.Option(None, help=t("opt_basis"), show_default=False),
        against: Path = typer.Option(None, help=t("opt_against"), show_default=False, readable=False),
        form: str = typer.Option(None, "--format", help=t("opt_documents_beside"), show_default=False),
        out: Path = typer.Option(Path("shigen-study"), help=t("opt_out_folder")),
        lang_: str = shared.lang,
        quiet: bool = shared.quiet,
    ) -> None:
        from shigen.base.memory import keep_freed
        from shigen.show.charts.drawing import Drawer

        keep_freed()
        out = out.absolute()
        with output.progress(lang, quiet=quiet) as tell, Drawer() as drawer:
            # The workers start while this is loaded.
            from shigen.show.documents import formats
            from shigen.show.report import folder
            from shigen.study.apart import apart, known_elsewhere
            from shigen.study.messages import messages
            from shigen.study.run import Run

            folder.check_place(out)
            besides = formats.beside(form, every=against is not None)
            overrides = {"importer": importer, "year": year, "edition": edition or None, "basis": basis,
                         "overlay": [str(file.absolute()) for file in overlay or ()] or None}  # fmt: skip
            plan = formats.planned(file, against, overrides)
            steps = drawer.start(apart, plan, folder.APART) if known_elsewhere() else None
            result = Run(plan)

            def documents(drawn: folder.Pictures) -> dict[str, bytes]:
                return formats.made(besides, formats.Wish(result, LANGS, drawer=drawer, ready=drawn), tell)

            folder.write(result, out, drawer, tell=tell, lang=lang, besides=documents if besides else None, steps=steps)
        output.warn(result.after.warnings(lang), lang)
        for one in messages(result)[:FIRST]:
            print(one.text(lang))
        if came := folder.on_record(result)["sentences"][lang]:
            print(came)
        print(text("cli.report_at", lang, path=out / f"report.{lang}.html"))
