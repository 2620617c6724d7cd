"""The formats of a document, and how they are written: all of a call or none."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from shigen.base.errors import UserError, suggest
from shigen.base.i18n import Lang, is_lang
from shigen.base.memory import give_back
from shigen.base.whole import replacing, unwritable, where
from shigen.show.documents.paper import KINDS as BRIEF
from shigen.show.report import folder

if TYPE_CHECKING:
    from shigen.show.charts.drawing import Drawer, Here
    from shigen.study.choices import Study
    from shigen.study.run import Run

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Wish:
    """What a document is made of."""

    run: "Run"
    langs: tuple[Lang, ...]
    template: Path | None = None
    """The user's own, for decks."""
    drawer: "Drawer | Here | None" = None
    """Draws the pictures and sets what is for paper, where a format shows any."""
    kinds: frozenset[str] | None = None
    """Of the charts that are shown; None: all."""
    only: str = ""
    """The mineral of which a brief is wanted; all of them where empty."""
    ready: folder.Pictures | None = None
    """The pictures, where they are drawn already."""

    @cached_property
    def drawn(self) -> folder.Pictures:
        """The pictures by language and name: drawn once for all formats."""
        if self.ready is not None:
            return self.ready
        assert self.drawer is not None  # noqa: S101
        return folder.drawing(self.run, self.drawer, self.langs, self.kinds, [self.only] if self.only else None)


@dataclass(frozen=True)
class Format:
    """One format of a document."""

    key: str
    make: Callable[[Wish, Tell], Mapping[str, bytes]]
    """Return the files, each by its name in the folder."""
    unread: frozenset[str] = frozenset()
    """Steps of a run that it reads nothing of."""
    kinds: frozenset[str] | None = frozenset()
    """Kinds of charts that it shows as pictures; None: all."""


def _deck(wish: Wish, tell: Tell) -> dict[str, bytes]:
    from shigen.show.documents.deck import deck
    from shigen.show.documents.outline import outline, title

    tell("deck")
    return {
        f"report.{lang}.pptx": deck(outline(wish.run, lang), lang, title=title(lang), user_template=wish.template)
        for lang in wish.langs
    }


def _book(wish: Wish, tell: Tell) -> dict[str, bytes]:
    from shigen.show.documents.book.whole import workbook

    tell("book")
    return {f"report.{lang}.xlsx": workbook(wish.run, lang) for lang in wish.langs}


def _page(wish: Wish, tell: Tell) -> dict[str, bytes]:
    from shigen.show.report import html

    assert wish.drawer is not None  # noqa: S101
    tell("report")
    made = {}
    for lang in wish.langs:
        page = html.page(wish.run, lang, wish.drawn[lang])
        made[f"report.{lang}.html"] = folder.with_font(page, folder.font_of(page, wish.drawer)).encode()
    return made


def _paper(wish: Wish, tell: Tell) -> dict[str, bytes]:
    from shigen.show.documents.paper.whole import begun

    assert wish.drawer is not None  # noqa: S101
    tell("paper")
    setting = {lang: begun(wish.run, lang, wish.drawn[lang], wish.drawer) for lang in wish.langs}
    return {f"report.{lang}.pdf": one.result() for lang, one in setting.items()}


def _brief(wish: Wish, tell: Tell) -> dict[str, bytes]:
    from shigen.show.documents.paper.brief import begun

    assert wish.drawer is not None  # noqa: S101
    tell("brief")
    setting = {lang: begun(wish.run, lang, wish.drawn[lang], wish.drawer, wish.only) for lang in wish.langs}
    return {
        f"brief.{commodity}.{lang}.pdf": one.result()
        for lang, of_minerals in setting.items() for commodity, one in of_minerals.items()
    }  # fmt: skip


PAGE: Final = "html"
"""The format that a study's folder holds anyway."""
NOT_IN_OFFICE: Final = frozenset({"methods", "agreement", "pages", "projects", "unread"})
"""Steps of a run of which neither deck nor workbook reads anything."""

FORMATS: Final[Mapping[str, Format]] = {
    "html": Format("html", _page, kinds=None),
    "pdf": Format("pdf", _paper, kinds=None),
    "pptx": Format("pptx", _deck, NOT_IN_OFFICE),
    "xlsx": Format("xlsx", _book, NOT_IN_OFFICE),
    "brief": Format("brief", _brief, NOT_IN_OFFICE, BRIEF),
}
"""Those that can be made."""


def chosen(words: str) -> list[Format]:
    """Return the formats that a list with commas names.

    Raises
    ------
    UserError
        One of them is none, or there is none.
    """
    asked = [word.strip() for word in words.split(",") if word.strip()] or [words]
    for word in asked:
        if word not in FORMATS:
            known = ", ".join(FORMATS)
            raise UserError("unknown_document", suggestions=suggest(word, FORMATS), word=word, known=known)
    return [FORMATS[word] for word in dict.fromkeys(asked)]


def beside(words: str | None, *, every: bool) -> list[Format]:
    """Return the formats that are made with a study's folder, which holds the page already.

    Parameters
    ----------
    words : str, optional
        Their names, with commas.
    every : bool
        Whether all of them are meant where none is named.

    Raises
    ------
    UserError
        One of them is none.
    """
    if words is None and not every:
        return []
    return [one for one in chosen(words or ",".join(FORMATS)) if one.key != PAGE]


def languages(words: str) -> tuple[Lang, ...]:
    """Return the languages that a list with commas names.

    Raises
    ------
    UserError
        One of them is none.
    """
    asked = [word.strip() for word in words.split(",") if word.strip()] or [words]
    found: dict[Lang, None] = {}
    for word in asked:
        if not is_lang(word):
            raise UserError("unknown_lang", word=word)
        found[word] = None
    return tuple(found)


def unread(formats: Sequence[Format]) -> frozenset[str]:
    """Return the steps of a run of which none of the formats reads anything."""
    return frozenset.intersection(*(one.unread for one in formats))


def kinds(formats: Sequence[Format]) -> frozenset[str] | None:
    """Return the kinds of charts that formats show as pictures; None for all."""
    found: frozenset[str] = frozenset()
    for one in formats:
        if one.kinds is None:
            return None
        found |= one.kinds
    return found


@contextmanager
def drawing(formats: Sequence[Format]) -> "Iterator[Drawer | None]":
    """Have workers that draw the pictures of formats, from before figures are computed; None where none shows any."""
    wanted = kinds(formats)
    if wanted is not None and not wanted:
        yield None
        return
    from shigen.show.charts.drawing import Drawer

    with Drawer() as drawer:
        yield drawer


def made(formats: Sequence[Format], wish: Wish, tell: Tell) -> dict[str, bytes]:
    """Return the files of formats, each by its name in the folder; pictures are drawn while the others are made."""
    wish = replace(wish, kinds=kinds(formats))
    if wish.drawer is not None:
        tell("charts")
        wish.drawn  # noqa: B018 - begins to draw
    first_unpictured = sorted(formats, key=lambda one: one.kinds is None or bool(one.kinds))
    content = {}
    for one in first_unpictured:
        give_back()
        content[one.key] = one.make(wish, tell)
    return {name: file for one in formats for name, file in content[one.key].items()}


def study_in(place: Path | None) -> Path | None:
    """Return the study file that is meant: itself, or that of a study's folder.

    Raises
    ------
    UserError
        The folder is none of a study.
    """
    if place is None or not place.is_dir():
        return place
    if not folder.is_study(place):
        raise UserError("report_no_study", place=str(place))
    return place / "study.toml"


def planned(file: Path | None, against: Path | None, overrides: Mapping[str, Any]) -> "Study":
    """Return the study of a file, or of the next year: by the choices of the earlier study where no file is named.

    Raises
    ------
    UserError
        The problems of the file, or the folder is none of a study.
    """
    from shigen.study.file import RENEWED, read

    if against is None:
        return read(file, overrides)
    over = {**overrides, "against": str(against.absolute())}
    return read(study_in(against), over, RENEWED) if file is None else read(file, over)


def check_template(path: Path, lang: Lang) -> None:
    """Refuse a template that cannot be used, before anything is computed.

    Raises
    ------
    UserError
        See `template.opened`.
    """
    from shigen.show.documents.template import opened

    opened(path, lang)


def check_place(out: Path) -> None:
    """Refuse a folder that cannot hold documents, before anything is computed.

    Raises
    ------
    UserError
        There is no folder in which it could be made, or it is no folder.
    """
    place = where(out)
    if not place.exists() and not place.parent.is_dir():
        raise UserError("out_parent", word=str(place.parent))
    if place.exists() and not place.is_dir():
        raise UserError("report_no_folder", word=str(place))


def write(files: Mapping[str, bytes], out: Path) -> list[Path]:
    """Write files into a folder, which is made where it is not there: all of them, or none.

    Raises
    ------
    UserError
        Nothing can be written there.
    """
    check_place(out)
    place = where(out)
    try:
        place.mkdir(exist_ok=True)
    except OSError as error:
        raise unwritable(out, error) from error
    with ExitStack() as kept:
        parts = [(kept.enter_context(replacing(place / name)), content) for name, content in files.items()]
        for part, content in parts:
            part.write_bytes(content)
    return [place / name for name in files]
