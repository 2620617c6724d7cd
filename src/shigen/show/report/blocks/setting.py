"""How blocks are set, whatever the format: which stand abreast, what heads several columns, what may be led to."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from shigen.show.report.blocks.kinds import Block, Heading, Part, Table

ROUNDING: Final = 1e-6


@dataclass(frozen=True)
class Abreast:
    """Blocks one below the other, beside others."""

    span: float
    blocks: list[Block]


def abreast(blocks: Sequence[Block]) -> list[list[Abreast]]:
    """Return blocks as lines of columns: what spans less than a line stands beside its neighbours, as far as they fit.

    A block under a heading of less than a line stands in the column of the heading.
    """
    lines: list[list[Abreast]] = []
    for block in blocks:
        last = lines[-1] if lines else []
        narrow = block.span < 1
        if narrow and last and last[-1].span == block.span and isinstance(last[-1].blocks[-1], Heading):
            last[-1].blocks.append(block)
        elif narrow and last and last[0].span < 1 and sum(one.span for one in last) + block.span <= 1 + ROUNDING:
            last.append(Abreast(block.span, [block]))
        else:
            lines.append([Abreast(block.span, [block])])
    return lines


def grouped(table: Table) -> list[tuple[str, int]]:
    """Return what stands above the headers of a table, each over how many columns; nothing where nothing does."""
    over = [(key, len(list(members))) for key, members in groupby(table.columns, lambda column: column.group)]
    if not any(key for key, _ in over):
        return []
    return [one for key, count in over for one in ([(key, count)] if key else [("", 1)] * count)]


def anchors(parts: Sequence[Part]) -> frozenset[str]:
    """Return what may be led to."""
    inner = [block.anchor for part in parts for block in part.blocks if isinstance(block, Heading)]
    rows = [key for part in parts for block in part.blocks if isinstance(block, Table) for key in block.anchors]
    return frozenset([*(part.key for part in parts), *inner, *rows]) - {""}
