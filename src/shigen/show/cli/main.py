"""The entry point: language, verbs, and what becomes of errors (2 the user's, 1 ours, 130 interrupted)."""

import io
import os
import re
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

import typer

from shigen import __version__
from shigen.base.errors import UserError
from shigen.base.i18n import Lang, catalogue, default_lang, is_lang, text
from shigen.show.cli import assess, data, demand, observatory, places, policy, screen, serve, study, technology, trade
from shigen.show.cli.lines import japanese_lines

_UsageError: type[Exception] = typer.BadParameter.__mro__[1]


def chosen_lang(arguments: Sequence[str]) -> tuple[Lang, list[str]]:
    """Take `--lang` out of the arguments, wherever it stands; return the language and the rest.

    The language must be known before anything is parsed: help and complaints are written in it.

    Raises
    ------
    UserError
        There is no such language.
    """
    rest, lang = [], default_lang()
    words = iter(arguments)
    for word in words:
        if word == "--lang" or word.startswith("--lang="):
            code = word.partition("=")[2] if "=" in word else next(words, "")
            if not is_lang(code):
                raise UserError("unknown_lang", word=code)
            lang = code
        else:
            rest.append(word)
    return lang, rest


def build(lang: Lang) -> typer.Typer:
    """Return the application with its help in one language."""
    app = typer.Typer(help=text("cli.help", lang), add_completion=False, no_args_is_help=True,
                      pretty_exceptions_enable=False)  # fmt: skip

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

    for group in (study, screen, technology, demand, observatory, assess, policy, places, data, trade, serve):
        group.add(app, lang)
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave the process with its exit code."""
    lang = default_lang()
    try:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")
        lang, given = chosen_lang(sys.argv[1:] if arguments is None else arguments)
        os.environ["SHIGEN_LANG"] = lang
        command = typer.main.get_command(build(lang))
        with _help_pages(command, lang) if "--help" in given or len(given) < 2 else nullcontext():
            code = command(given, standalone_mode=False, prog_name="shigen")
    except UserError as error:
        code = _say(error.message(lang), lang)
    except _UsageError as error:
        code = 2 if type(error).__name__ == "NoArgsIsHelpError" else _say(_usage(error, lang).message(lang), lang)
    except (KeyboardInterrupt, typer.Abort):
        print(text("cli.interrupted", lang), file=sys.stderr)
        code = 130
    except BrokenPipeError:
        # The reader went away (`| head`): end quietly, and keep the interpreter from flushing into nothing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception:  # noqa: BLE001 - the last line of defence: our fault, said so, with its traceback
        print(text("cli.our_fault", lang), file=sys.stderr)
        traceback.print_exc()
        code = 1
    sys.exit(code or 0)


def _say(message: str, lang: Lang) -> int:
    for line in message.splitlines():
        print(f"{text('error.prefix', lang)}: {line}", file=sys.stderr)
    return 2


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


def _argument(name: str, lang: Lang) -> str:
    """Return what an argument is in words; an option by the name that is typed."""
    key = f"cli.argument.{name}"
    return text(key, lang) if key in catalogue(lang) else name


@contextmanager
def _help_pages(command: Any, lang: Lang) -> Iterator[None]:
    """Print help, inside a `with`, as the catalogue has it: "[demand]" is no markup, and Japanese breaks rightly."""
    from rich.markup import escape

    stack = [command]
    while stack:
        one = stack.pop()
        if lang == "ja":
            one.get_help_option(typer.Context(one)).help = text("cli.opt_help", "ja")
        for described in (one, *one.params):
            described.help = escape(described.help) if getattr(described, "help", None) else None
        stack += getattr(one, "commands", {}).values()
    if lang == "en":
        yield
        return
    _japanese_titles()
    with japanese_lines():
        yield


def _japanese_titles() -> None:
    """Put Japanese into what the parser itself writes into a help page."""
    from typer import rich_utils

    rich_utils.ARGUMENTS_PANEL_TITLE = "引数"
    rich_utils.OPTIONS_PANEL_TITLE = "オプション"
    rich_utils.COMMANDS_PANEL_TITLE = "コマンド"
    rich_utils.DEFAULT_STRING = "[既定：{}]"
    rich_utils.REQUIRED_LONG_STRING = "[必須]"


if __name__ == "__main__":
    main()
