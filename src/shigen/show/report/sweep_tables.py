"""The tables of a finished sweep: one CSV and one Parquet file a view, written unit by unit."""

from pathlib import Path
from typing import TYPE_CHECKING

from shigen.base.whole import replacing, unwritable
from shigen.model.odds_records import COLUMNS
from shigen.show.report.rows import csv_head, csv_lines
from shigen.study.sweep import VIEWS, by_name

if TYPE_CHECKING:
    from shigen.study.finished import Finished


def write(finished: "Finished") -> list[str]:
    """Write the tables into the folder of the sweep; return their names."""
    names = []
    for view in VIEWS:
        path = finished.folder / f"{view}.csv"
        with replacing(path) as part, part.open("w", encoding="utf-8", newline="") as file:
            file.write(csv_head(COLUMNS[view]))
            for rows in finished.rows():
                file.write(csv_lines(by_name(rows, view), COLUMNS[view]))
        _parquet(path)
        names += [path.name, f"{view}.parquet"]
    return names


def _parquet(path: Path) -> None:
    """Write a CSV file as Parquet beside it."""
    import duckdb

    target = path.with_suffix(".parquet")
    with replacing(target) as part, duckdb.connect(config={"threads": 1}) as database:
        read, made = (str(one).replace("'", "''") for one in (path, part))
        try:
            database.execute(f"copy (select * from read_csv('{read}', header = true, sample_size = -1)) "
                             f"to '{made}' (format parquet, compression zstd)")  # fmt: skip
        except duckdb.IOException as error:
            raise unwritable(target, error) from error
