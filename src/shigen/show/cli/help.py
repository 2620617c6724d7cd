"""The page that `--help` prints, in both languages: our own, since the usual one loads a library to draw frames."""

import re
import shutil
from collections.abc import Iterator, Sequence
from typing import Any, Final
from unicodedata import east_asian_width

from shigen.base.i18n import Lang, sentences, text

WIDEST: Final = 100
LEFT: Final = 26
"""Most columns of the names; a longer one stands in a line of its own."""


def page_for(command: Any, arguments: Sequence[str], lang: Lang) -> str | None:
    """Return the page that `--help` among the arguments asks for; none where it is not there, or no verb is named.

    The parser is not called: it loads what checks values.
    """
    if "--help" not in arguments:
        return None
    path = ["shigen"]
    for word in arguments:
        if word == "--help" or not hasattr(command, "commands"):
            break
        if word not in command.commands:
            return None
        command = command.commands[word]
        path.append(word)
    return page(command, lang, " ".join(path))


def give_help(command: Any, lang: Lang, path: str = "shigen") -> None:
    """Let groups show our page where no verb is named."""
    command.get_help = lambda _: page(command, lang, path)
    for name, inner in getattr(command, "commands", {}).items():
        give_help(inner, lang, f"{path} {name}")


def page(command: Any, lang: Lang, path: str) -> str:
    """Return the help of a command."""

    def h(key: str) -> str:
        return text(f"help.{key}", lang)

    width = min(shutil.get_terminal_size().columns, WIDEST)
    shown = [one for one in command.params if not getattr(one, "hidden", False)]
    arguments = [one for one in shown if one.param_type_name == "argument"]
    options = [one for one in shown if one.param_type_name != "argument"]
    inner = getattr(command, "commands", {})
    words = [
        *(f"[{one.name}]" if not one.required else one.name for one in arguments),
        *([h("command")] if inner else []),
    ]
    colon = "：" if lang == "ja" else ": "
    lines = [f"{h('usage')}{colon}{' '.join([path, h('some_options'), *words])}", ""]
    lines += [*wrapped(command.help or "", width), ""]
    for title, rows in (
        ("arguments", [(one.name, _about(one, lang)) for one in arguments]),
        ("options", [*((_spelled(one, lang), _about(one, lang)) for one in options),
                     ("--help", text("cli.opt_help", lang))]),
        ("commands", [(name, one.help or "") for name, one in inner.items()]),
    ):  # fmt: skip
        if rows:
            lines += [h(title), *_listed(rows, width), ""]
    return "\n".join(lines).rstrip("\n")


def _spelled(option: Any, lang: Lang) -> str:
    names = " / ".join([*option.opts, *option.secondary_opts])
    return names if option.is_flag else f"{names} {text('help.value', lang)}"


def _about(parameter: Any, lang: Lang) -> str:
    """Return what a parameter means, with its default."""
    parts = [parameter.help or ""]
    if parameter.required:
        parts.append(text("help.required", lang))
    elif (shown := getattr(parameter, "show_default", False)) and not getattr(parameter, "is_flag", False):
        parts.append(text("help.default", lang, value=shown if isinstance(shown, str) else parameter.default))
    return sentences(parts, lang)


def _listed(rows: Sequence[tuple[str, str]], width: int) -> Iterator[str]:
    left = min(LEFT, max(_columns(name) for name, _ in rows))
    for name, about in rows:
        first, *more = wrapped(about, width - left - 4) or [""]
        room = left - _columns(name)
        yield f"  {name}{' ' * room}  {first}" if room >= 0 else f"  {name}\n  {' ' * left}  {first}"
        yield from (f"  {' ' * left}  {line}" for line in more)


_UNBROKEN: Final = re.compile(r"\s+|[（「『]*(?:[!-~¡-˿–…]+|.)[、。）」』：；，・…]*")
"""What a line is broken around: a space, a word of letters, one Japanese character with its punctuation."""


def wrapped(content: str, width: int) -> list[str]:
    """Return a text in lines of at most so many columns; a Japanese character takes two."""
    lines, line = [], ""
    for piece in _UNBROKEN.findall(content):
        if line and _columns(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()] if line.strip() else lines


def _columns(content: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in content)
