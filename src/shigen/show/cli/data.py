"""`shigen data`: the figures: what there is, renew, compare, check, choose, take along."""

from pathlib import Path
from typing import Any

import typer

from shigen.base import names
from shigen.base.i18n import Lang, joined, shown_unit, source_words, text
from shigen.show.cli import output, update
from shigen.show.cli.options import Options
from shigen.show.report.rows import to_csv


def add(app: typer.Typer, lang: Lang) -> None:
    """Add the verb group to the application."""
    shared = Options(lang)

    def t(key: str) -> str:
        return text(f"cli.{key}", lang)

    group = typer.Typer(help=t("data_help"), no_args_is_help=True)
    app.add_typer(group, name="data")

    @group.callback()
    def data() -> None:
        pass

    update.add(group, lang)

    @group.command(help=t("status_help"))
    def status(
        commodities: bool = typer.Option(False, "--commodities", help=t("opt_commodities")),
        snapshots: bool = typer.Option(False, "--snapshots", help=t("opt_snapshots")),
        sources: bool = typer.Option(False, "--sources", help=t("opt_sources")),
        format: str = shared.form,  # noqa: A002
        out: Path = shared.out,
        lang_: str = shared.lang,
    ) -> None:
        output.check_format(format)
        listed = _commodities(lang) if commodities else _snapshots() if snapshots else None
        output.emit(_show(*(listed or (_sources(lang) if sources else _status())), format, lang), out, lang)

    @group.command(help=t("use_help"))
    def use(
        name: str = typer.Argument(help=t("arg_snapshot")),
        lang_: str = shared.lang,
    ) -> None:
        from shigen.figures import store

        print(text("cli.snapshot_used", lang, name=store.use(name).name))

    @group.command(help=t("diff_help"))
    def diff(
        against: str = typer.Argument(None, help=t("arg_against"), show_default=False),
        importer: str = shared.importer,
        year: int = shared.year,
        format: str = shared.form,  # noqa: A002
        out: Path = shared.out,
        lang_: str = shared.lang,
    ) -> None:
        from shigen.figures import difference, store
        from shigen.study import revisions

        output.check_format(format)
        now = store.in_use()
        before, after = store.facts_of(store.find(against or now.parent or store.EMBEDDED)), store.facts_of(now)
        changes = {
            "tables": difference.counts(before, after),
            "figures": difference.largest(before, after),
            "results": revisions.revisions(before, after, importer=importer, year=year),
        }
        if format == "json":
            shown = output.to_json({"before": before.name, "after": after.name, **changes})
        elif format == "csv":
            shown = to_csv(changes["figures"], difference.COLUMNS)
        else:
            title = text("cli.diff_title", lang, before=before.name, after=after.name)
            parts = [
                _table(changes["tables"], ("table", "before", "after", "editions"), lang),
                _table(changes["figures"], difference.COLUMNS, lang),
                _table(changes["results"], revisions.COLUMNS, lang),
            ]
            shown = output.render(title, *[p for p in parts if p.rows] or [text("cli.diff_nothing", lang)])
        output.emit(shown, out, lang)

    @group.command(help=t("check_help"))
    def check(
        format: str = shared.form,  # noqa: A002
        out: Path = shared.out,
        lang_: str = shared.lang,
    ) -> None:
        from shigen.figures import checks, store

        output.check_format(format)
        now = store.in_use()
        before = store.facts_of(store.find(now.parent)) if now.parent in store.snapshots() else None
        findings = checks.look_at(store.facts_of(now), before)
        output.emit(_show(findings, checks.COLUMNS, format, lang), out, lang)

    @group.command(help=t("export_help"))
    def export(
        folder: Path = typer.Argument(help=t("arg_export")),
        format: str = typer.Option("csv", help=t("opt_export_format")),  # noqa: A002
        lang_: str = shared.lang,
    ) -> None:
        from shigen.figures import exports, store

        exports.export(store.current(), folder.absolute(), format)
        print(text("cli.written", lang, path=folder.absolute()))

    @group.command(help=t("template_help"))
    def template(
        out: Path = typer.Argument(help=t("arg_template")),
        lang_: str = shared.lang,
    ) -> None:
        from shigen.figures.own.template import write_template

        write_template(out.absolute(), lang=lang)
        print(text("cli.written", lang, path=out.absolute()))


def _status() -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    from shigen.figures.coverage import status

    return status(), ("table", "rows", "years", "age", "editions", "flags", "terms")


def _commodities(lang: Lang) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    rows = [{"commodity": c.key, "symbol": c.symbol, "title": c.to(lang), "basis": c.basis(lang)}
            for c in names.commodities().values()]  # fmt: skip
    return rows, ("commodity", "symbol", "title", "basis")


def _snapshots() -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    from shigen.figures import store

    used = store.in_use().name
    rows = [
        {"snapshot": one.name, "in_use": "●" if one.name == used else "", "made_at": one.made_at, "parent": one.parent,
         "editions": [e for s in one.sources for e in s["editions"]],
         "files": [f"{f['name']} ({f['sha256'][:12]})" for s in one.sources for f in s["files"]]}
        for one in store.snapshots().values()
    ]  # fmt: skip
    return rows, ("snapshot", "in_use", "made_at", "parent", "editions", "files")


def _sources(lang: Lang) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    from shigen.figures.sources import sources

    rows = [
        {"source": one.key, "title": one.name[lang], "tables": list(one.gives), "files": one.files[lang],
         "network": text("cli.by_network" if one.fetch else "cli.by_hand", lang), "terms": one.terms,
         "address": one.address}
        for one in sources().values()
    ]  # fmt: skip
    return rows, ("source", "title", "tables", "files", "network", "terms", "address")


def _show(rows: list[dict[str, Any]], columns: tuple[str, ...], format_: str, lang: Lang) -> str:
    return output.shown(format_, rows, columns, lambda: _table(rows, columns, lang))


def _table(rows: list[dict[str, Any]], columns: tuple[str, ...], lang: Lang) -> Any:
    right = {"rows", "before", "after", "weight", "change", "age", "found", "expected"}
    return output.table(
        "", [(text(f"column.{c}", lang), "right" if c in right else "left") for c in columns],
        [[_named(row, c, lang) or _figure(row[c], c, lang) for c in columns] for row in rows],
    )  # fmt: skip


def _named(row: dict[str, Any], column: str, lang: Lang) -> str:
    """Return the name of what a cell holds the key of; empty where it holds none."""
    value = row[column]
    if not isinstance(value, str):
        return ""
    if column in ("commodity", "country"):
        named = names.label(value, lang)
        return named if named != value or column == "country" else value.replace("_", " ")
    if column == "name" and value in _indicators():
        return str(_indicators()[value].name[lang])
    if column == "check":
        return text(f"check.{value}", lang)
    typed = row.get("kind") == "type" and column in ("before", "after")
    register = "type" if typed else column if column in ("table", "kind") else None
    return text(f"{register}.{value}", lang) if register and (register != "table" or value in _table_names()) else ""


def _figure(value: Any, column: str, lang: Lang) -> str:
    """Return a number, a list or a text as it is read."""
    if isinstance(value, dict):
        return "; ".join(f"{text(f'flag.{k}', lang)} {v:,}" for k, v in value.items())
    if isinstance(value, list):
        return joined([text(f"table.{one}", lang) if column == "tables" else source_words(str(one), lang)
                       for one in value], lang)  # fmt: skip
    if value is None or value != value:
        return ""
    if isinstance(value, float | int):
        return f"{value:.0f}" if column == "year" else f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    return _measured(str(value), lang) if column in ("found", "expected") else str(value)


def _measured(value: str, lang: Lang) -> str:
    """Return a figure of a check with its unit in words."""
    figure, _, unit = value.partition(" ")
    return f"{figure} {shown_unit(unit, lang)}" if unit == "kUSD/t" else value


def _indicators() -> dict[str, Any]:
    from shigen.model.indicators import indicators

    return indicators()


def _table_names() -> set[str]:
    from shigen.figures.schema import tables

    return set(tables())
