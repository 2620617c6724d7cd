"""A thousand mutated study files: each ends in a study or in messages that say where and what; never in a traceback."""

import random
import string
from pathlib import Path

from shigen.base.errors import UserError
from shigen.study import file as study_file

ROOT = Path(__file__).parents[2]
WORDS = [
    "true",
    "-1",
    "nan",
    "inf",
    "1e999",
    '""',
    '"JPN"',
    "[]",
    "[[]]",
    "{}",
    "2024-01-01",
    '"コバルト"',
    "3.5",
    "'x'",
    "0",
]


def mutated(content: str, dice: random.Random) -> bytes:
    """Change one to three things: a character, a line, a value, a key, a section, the encoding."""
    for _ in range(dice.randint(1, 3)):
        lines = content.splitlines() or [""]
        at = dice.randrange(len(lines))
        kind = dice.randrange(8)
        if kind == 0 and content:
            i = dice.randrange(len(content))
            content = content[:i] + dice.choice(string.printable) + content[i + 1 :]
        elif kind == 1:
            content = "\n".join(lines[:at] + lines[at + 1 :])
        elif kind == 2:
            content = "\n".join([*lines[:at], lines[at], *lines[at:]])
        elif kind == 3 and "=" in lines[at]:
            lines[at] = lines[at].partition("=")[0] + "= " + dice.choice(WORDS)
            content = "\n".join(lines)
        elif kind == 4 and "=" in lines[at]:
            lines[at] = "x" + lines[at]
            content = "\n".join(lines)
        elif kind == 5:
            content += "\n[" + dice.choice(["weights", "anchors", "high", "typology", "levres", "a.b"]) + "]\n"
            content += (
                dice.choice(["price_volatility", "scrap_recovery", "host", "Q"]) + " = " + dice.choice(WORDS) + "\n"
            )
        elif kind == 6:
            content = content[: dice.randrange(len(content) + 1)]
        else:
            dice.shuffle(lines)
            content = "\n".join(lines)
    return content.encode(dice.choice(["utf-8", "utf-8", "utf-8", "utf-16", "cp932"]), errors="replace")


def test_a_thousand_mutated_study_files(tmp_path) -> None:
    dice = random.Random(20260224)  # noqa: S311 - reproducible noise, not a secret
    seeds = [path.read_text("utf-8") for path in sorted((ROOT / "studies").glob("*.toml"))]
    path = tmp_path / "mine.toml"
    refused = 0
    for _ in range(1000):
        path.write_bytes(mutated(dice.choice(seeds), dice))
        try:
            study = study_file.read(path, {})
        except UserError as error:
            refused += 1
            for lang in ("en", "ja"):
                message = error.message(lang)
                assert message.strip()
                assert "mine.toml" in message
        else:
            assert study.commodities
    assert 300 < refused < 1000
