"""`shigen report`: the documents of a study."""

from pathlib import Path

import typer

from shigen.base.i18n import Lang, text
from shigen.show.cli import output
from shigen.show.cli.options import Options


def add(app: typer.Typer, lang: Lang) -> None:
    """Add the verb to the application."""
    shared = Options(lang)

    def t(key: str) -> str:
        return text(f"cli.{key}", lang)

    @app.command(help=t("report_help"))
    def report(
        study: Path = typer.Argument(None, help=t("arg_study_or_folder"), show_default=False, readable=False),
        form: str = typer.Option("pptx", "--format", help=t("opt_documents")),
        lang_: str = typer.Option(lang, "--lang", help=t("opt_langs"), show_default=False),
        against: Path = typer.Option(None, help=t("opt_against"), show_default=False, readable=False),
        template: Path = typer.Option(None, help=t("opt_template"), show_default=False, readable=False),
        out: Path = typer.Option(Path("shigen-report"), help=t("opt_out_documents")),
        quiet: bool = shared.quiet,
    ) -> None:
        from shigen.base.memory import keep_freed
        from shigen.show.documents import formats

        keep_freed()
        chosen, langs = formats.chosen(form), formats.languages(lang_)
        out = out.absolute()
        formats.check_place(out)
        plan = formats.planned(formats.study_in(study), against, {})
        if template is not None:
            formats.check_template(template, langs[0])

        from shigen.study.run import Run

        with output.progress(lang, quiet=quiet) as tell, formats.drawing(chosen) as drawer:
            run = Run(plan).complete(tell, without=formats.unread(chosen))
            files = formats.made(chosen, formats.Wish(run, langs, template, drawer), tell)
            written = formats.write(files, out)
        for path in written:
            print(text("cli.document_at", lang, path=path))
