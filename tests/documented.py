"""The command lines that the documents show: every shell block and every row of a table of verbs."""

import re
import shlex
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from front import call, fill
from test_trade import CODES, ROWS

ROOT = Path(__file__).parents[1]
FILES = ROOT / "tests" / "sources" / "files"
DOCUMENTS = [ROOT / "README.md", ROOT / "README.ja.md", *sorted((ROOT / "docs").rglob("*.md"))]
SHELL = re.compile(r"^```(?:sh|bash|console|shell)\n(.*?)^```", re.S | re.M)
ROW = re.compile(r"^\|(?P<left>[^|]*`(?:\./run|shigen) [^|]*)\|(?P<right>.*)\|$", re.M)
SPAN = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Line:
    """A command as a document shows it."""

    document: str
    shown: str

    @property
    def words(self) -> list[str]:
        """Return its words without settings of the environment and without what stands for a choice."""
        bare = re.sub(r"^(?:[A-Z_]+=(?:\$\([^)]*\)|\S+)\s+)+", "", self.shown)
        words = [word for word in shlex.split(bare, comments=True) if not word.startswith("[")]
        return ["MCS2026_Commodities_Data.csv" if word in ("FILE", "ファイル") else word for word in words]

    @property
    def shigen(self) -> list[str] | None:
        """Return the words of the command line of shigen; none where the line is another command."""
        first, *rest = self.words
        if first == "./run":
            return rest[1:] if rest[0] == "shigen" else rest if rest[0] in ("study", "serve") else None
        return rest if first == "shigen" else None


def blocks(path: Path) -> Iterator[list[Line]]:
    """Yield the shell blocks of a document, and each row of a table of verbs as a block of its own."""
    content, name = path.read_text("utf-8"), path.relative_to(ROOT).as_posix()
    for block in SHELL.findall(content):
        lines, begun = [], ""
        for one in block.splitlines():
            begun = f"{begun}\n{one}" if begun else one
            try:
                words = shlex.split(begun, comments=True)
            except ValueError:  # a quotation goes on in the next line
                continue
            lines += [Line(name, begun)] if words else []
            begun = ""
        assert not begun, (name, begun)
        yield lines
    for row in ROW.finditer(content):
        command, *more = SPAN.findall(row["left"])
        options = [one for one in more if one.startswith("--")]
        verb = command.partition(" --")[0]  # an option beside a line goes to its verb, in place of the other
        yield [Line(name, command), *(Line(name, f"{verb} {option}") for option in options)]


def samples(folder: Path) -> None:
    """Make the files that the lines name: those of publishers from our samples, the user's own as the documents say."""
    with zipfile.ZipFile(FILES / "usgs_mcs" / "MCS2026_excerpt.zip") as archive:
        inside = next(name for name in archive.namelist() if name.casefold().endswith("commodities_data.csv"))
        (folder / "MCS2026_Commodities_Data.csv").write_bytes(archive.read(inside))
    shutil.copyfile(FILES / "wgi" / "wgidataset-2024-excerpt.xlsx", folder / "wgidataset_with_sourcedata-2025.xlsx")
    shutil.copyfile(FILES / "wmd" / "6.4-2026-synthetic.xlsx", folder / "6.4._Production.xlsx")
    shutil.copytree(ROOT / "studies", folder / "studies")
    for name in ("BACI.zip", "BACI_HS92_V202601.zip"):
        with zipfile.ZipFile(folder / name, "w") as archive:
            archive.writestr("country_codes_V202601.csv", CODES)
            archive.writestr("BACI_HS92_Y2022_V202601.csv", ROWS)
    toml = re.search(r"^```toml\n(.*?)^```", (ROOT / "docs" / "start.md").read_text("utf-8"), re.S | re.M)
    assert toml is not None
    (folder / "my.toml").write_text(toml[1], "utf-8")
    for name in ("mine.xlsx", "my_projects.xlsx"):
        code, _, err = call("data", "template", str(folder / name))
        assert code == 0, err
    figures(folder / "mine.xlsx")
    fill(folder / "my_projects.xlsx", "projects", action="add", project="Ours", commodity="cobalt", country="AUS",
         step="ore", t_per_year=1000, status="planned", source="me")  # fmt: skip


def figures(workbook: Path) -> None:
    """Fill a workbook for one's own figures as a user would: one figure in place of the public one."""
    fill(workbook, "production", action="replace", commodity="cobalt", country="AUS", step="ore", year=2024,
         value=3700, unit="t", source="me")  # fmt: skip
