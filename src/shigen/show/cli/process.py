"""The process of the command line: its language, how signals end it, and a standard output that loses nothing."""

import errno
import io
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from shigen.base import ending
from shigen.base.errors import UserError
from shigen.base.i18n import Lang, default_lang, is_lang, text
from shigen.base.whole import because


def start(arguments: Sequence[str]) -> None:
    """Take the process over: signals end it with one line, and what is printed is written whole or refused."""
    lines = {number: _last_line(number, arguments) for number in ending.SIGNALS}
    ending.attend(lines.__getitem__)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    sys.stdout = _whole(sys.stdout)
    # Our matrices are small: the threads of the library that multiplies them would wait for one another.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def interrupted(arguments: Sequence[str]) -> NoReturn:
    """End as Ctrl-C does, where it came before `start` had attended to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    print(_last_line(signal.SIGINT, arguments), file=sys.stderr, flush=True)
    os._exit(128 + signal.SIGINT)


def leave(code: int) -> NoReturn:
    """End the process; what was printed is out, or was refused, and nothing else is waited for."""
    if sys.stderr is not None:
        sys.stderr.flush()
    os._exit(code)


def chosen_lang(arguments: Sequence[str]) -> tuple[Lang, list[str]]:
    """Take `--lang` out of the arguments, wherever it stands; return the language and the rest.

    The language must be known before anything is parsed: help and complaints are written in it. Of several with commas,
    which the verb of documents takes, the first is spoken, and the words stay, at the end.

    Raises
    ------
    UserError
        There is no such language.
    """
    rest, lang, several = [], default_lang(), []
    words = iter(arguments)
    for word in words:
        if word == "--lang" or word.startswith("--lang="):
            code = word.partition("=")[2] if "=" in word else next(words, "")
            first, *others = (one.strip() for one in code.split(","))
            if not is_lang(first):
                raise UserError("unknown_lang", word=code)
            lang = first
            several = [f"--lang={code}"] if others else []
        else:
            rest.append(word)
    return lang, [*rest, *several]


def _last_line(number: int, arguments: Sequence[str]) -> str:
    try:
        lang, _ = chosen_lang(arguments)
    except UserError:
        lang = default_lang()
    return text("cli.interrupted" if number == signal.SIGINT else "cli.terminated", lang)


def _whole(stream: Any) -> io.TextIOWrapper:
    """Return standard output behind a buffer that tells what could not be written.

    Unbuffered, Python loses what a full disk takes of a write in part; and what is printed after standard output was
    closed it throws away.
    """
    raw = _Closed() if stream is None else stream.buffer
    raw = getattr(raw, "raw", raw)
    lines = stream is not None and (stream.line_buffering or stream.write_through)
    return io.TextIOWrapper(_Stdout(raw), getattr(stream, "encoding", "utf-8"), "replace", line_buffering=lines)


class _Stdout(io.BufferedWriter):
    """A buffer whose errors are the user's."""

    def write(self, content: Any) -> int:
        """Write, or tell why not."""
        written: int = self._tried(super().write, content)
        return written

    def flush(self) -> None:
        """Write what waits, or tell why not."""
        self._tried(super().flush)

    def _tried(self, act: Any, *given: Any) -> Any:
        try:
            return act(*given)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise UserError("stdout_unwritable", detail=because(error)) from error


class _Closed(io.RawIOBase):
    """Standard output that was closed before the process began."""

    def writable(self) -> bool:
        """Tell the buffer that it may begin."""
        return True

    def write(self, content: Any) -> int:  # noqa: ARG002 - the form of a stream
        """Refuse."""
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
