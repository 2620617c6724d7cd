"""The application: language, verbs, and what becomes of errors (2 the user's, 1 ours, 130 interrupted)."""

import errno
import os
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer

from shigen import __version__
from shigen.base.errors import UserError
from shigen.base.i18n import Lang, catalogue, default_lang, text
from shigen.base.whole import because, unwritable
from shigen.show.cli import (
    assess,
    backtest,
    chart,
    data,
    demand,
    disrupt,
    methods,
    observatory,
    places,
    policy,
    replays,
    report,
    screen,
    serve,
    study,
    technology,
    trade,
    uncertainty,
)
from shigen.show.cli.help import give_help, page_for
from shigen.show.cli.process import chosen_lang

_UsageError: type[Exception] = typer.BadParameter.__mro__[1]


def build(lang: Lang) -> typer.Typer:
    """Return the application with its help in one language."""
    app = typer.Typer(help=text("cli.help", lang), add_completion=False, no_args_is_help=True,
                      pretty_exceptions_enable=False, rich_markup_mode=None)  # fmt: skip

    def version(value: bool) -> None:
        if value:
            typer.echo(__version__)
            raise typer.Exit

    @app.callback()
    def shigen(
        version: bool = typer.Option(
            False, "--version", help=text("cli.opt_version", lang), callback=version, is_eager=True
        ),
    ) -> None:
        pass

    for group in (
        study,
        report,
        screen,
        technology,
        demand,
        observatory,
        assess,
        methods,
        backtest,
        disrupt,
        replays,
        policy,
        uncertainty,
        places,
        chart,
        data,
        trade,
        serve,
    ):
        group.add(app, lang)
    return app


def run(arguments: Sequence[str]) -> int:
    """Run a command line; return its exit code."""
    lang = default_lang()
    try:
        lang, given = chosen_lang(arguments)
        os.environ["SHIGEN_LANG"] = lang
        command = typer.main.get_command(build(lang))
        code = _called(command, given, lang)
    except UserError as error:
        code = _say(error.message(lang), lang)
    except _UsageError as error:
        code = _say(_usage(error, lang).message(lang), lang)
    except (KeyboardInterrupt, typer.Abort):
        print(text("cli.interrupted", lang), file=sys.stderr)
        code = 130
    except BrokenPipeError:
        # The reader went away (`| head`): end quietly, and keep the interpreter from flushing into nothing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:
        refused = _refused(error, arguments)
        code = _ours(lang) if refused is None else _say(refused.message(lang), lang)
    except Exception:  # noqa: BLE001 - the last line of defence: our fault, said so, with its traceback
        code = _ours(lang)
    return code


def _called(command: Any, given: Sequence[str], lang: Lang) -> int:
    give_help(command, lang)
    if (page := page_for(command, given, lang)) is not None:
        print(page)
        code = 0
    else:
        try:
            code = command(list(given), standalone_mode=False, prog_name="shigen")
        except _UsageError as error:
            if type(error).__name__ != "NoArgsIsHelpError":
                raise
            print(error)
            code = 2
    if sys.stdout is not None:
        sys.stdout.flush()
    return code or 0


def _ours(lang: Lang) -> int:
    import traceback

    print(text("cli.our_fault", lang), file=sys.stderr)
    traceback.print_exc()
    return 1


def _refused(error: OSError, arguments: Sequence[str]) -> UserError | None:
    """Return the user's error where the system refuses a file that the user named, or has no more room; else none."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return unwritable(str(error.filename or tempfile.gettempdir()), error)
    if error.filename is None:
        return None
    path = Path(os.fsdecode(error.filename)).absolute()
    given = [Path(word.partition("=")[2] if word.startswith("--") else word).absolute() for word in arguments]
    named = any(path.is_relative_to(one) for one in given if one != Path.cwd())
    return UserError("file_unreadable", place=str(error.filename), detail=because(error)) if named else None


def _say(message: str, lang: Lang) -> int:
    for line in message.splitlines():
        print(text("error.prefix", lang, message=line), file=sys.stderr)
    return 2


def _argument(name: str, lang: Lang) -> str:
    """Return what an argument is in words; an option by the name that is typed."""
    key = f"cli.argument.{name}"
    return text(key, lang) if key in catalogue(lang) else name


def _usage(error: Exception, lang: Lang) -> UserError:
    """Turn a parser's complaint into one of ours."""
    parameter = getattr(error, "param", None)
    spellings: Sequence[str] = getattr(parameter, "opts", None) or ()
    name = str(getattr(error, "option_name", "") or max(spellings, key=len, default=""))
    message = str(getattr(error, "message", error))
    kind = "NoSuchCommand" if message.startswith("No such command") else type(error).__name__
    detail = {
        "NoSuchOption": lambda: text("cli.no_such_option", lang, option=name),
        "NoSuchCommand": lambda: text("cli.no_such_command", lang, name=message.split("'")[1]),
        "MissingParameter": lambda: text("cli.missing_argument", lang, name=_argument(name, lang)),
        "BadOptionUsage": lambda: text("cli.needs_value", lang, name=name),
        "BadParameter": lambda: text("cli.bad_value", lang, name=name),
    }.get(kind, lambda: text("cli.extra_argument", lang, name=message.rpartition("(")[2].rstrip(")") or message))()
    close = getattr(error, "possibilities", None) or re.findall(r"mean '([^']+)'", message)
    command = getattr(getattr(error, "ctx", None), "command_path", None) or "shigen"
    return UserError("cli_usage", suggestions=tuple(close), detail=detail, command=command)
