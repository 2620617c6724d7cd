"""How wide words are in a picture."""

from unicodedata import east_asian_width


def width(words: str, *, narrow: float = 0.55) -> float:
    """Return the width of a text in full (Japanese) letters; `narrow` is that of a Latin one."""
    return sum(1.0 if east_asian_width(letter) in "FWA" else narrow for letter in words)
