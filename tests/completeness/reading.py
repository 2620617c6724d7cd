"""What a reader sees of a page: its texts, a block each, without keys, code, addresses, styles and scripts."""

import re
from html.parser import HTMLParser

INLINE = frozenset({"a", "b", "i", "em", "strong", "span", "small", "tspan", "sup", "sub", "abbr", "br", "mark", "wbr"})
UNREAD = frozenset({"style", "script", "code", "pre", "textarea", "template"})
VOID = frozenset({"br", "meta", "link", "input", "img", "wbr", "hr", "use", "path", "circle", "rect", "line", "source"})
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龥]")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[tuple[str, str]] = []
        self.open: list[tuple[str, bool]] = []
        self.said = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in INLINE:
            self.flush()
        elif tag == "br":
            self.said += "\n"
        if tag not in VOID:
            classes = (dict(attrs).get("class") or "").split()
            self.open.append((tag, tag in UNREAD or "address" in classes))

    def handle_endtag(self, tag: str) -> None:
        if tag not in INLINE:
            self.flush()
        while self.open and any(name == tag for name, _ in self.open):
            if self.open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if not any(unread for _, unread in self.open):
            self.said += data

    def flush(self) -> None:
        said = re.sub(r"[ \t]*\n\s*", "\n", re.sub(r"[ \t]+", " ", self.said)).strip()
        if said:
            block = next((name for name, _ in reversed(self.open) if name not in INLINE), "")
            self.blocks.append((block, said))
        self.said = ""


def blocks(page: str) -> list[tuple[str, str]]:
    """Return the texts of a page that are read, each with the element that holds it."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    reader.flush()
    return reader.blocks
