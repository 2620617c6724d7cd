"""Made trade in the layout of a BACI release, of any size: for measuring, and for tests that need more than a napkin.

Nothing in it is a figure of the publisher, except the list of country codes beside this file.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

CODES = Path(__file__).with_name("country_codes_V202601.csv")
ROWS_PER_PRODUCT = 2_200
"""In a year of the release: 11 million rows, some 5,000 products. Kept at every size, so that importers have as many
partners a product as they do there."""
SELLS, BUYS = 2.75, 2.5
"""How unequal exporters and importers are (sd of the logarithm of their chances), so that a product with 500, 1,500 and
4,400 rows has 112, 172, 213 importers and 94, 156, 202 exporters; in the release 102, 158, 207 and 62, 135, 144."""
GONE = (58, 200, 278, 280, 530, 697, 711, 736, 810, 849, 891)
"""Codes of countries that are no more; the newest years hold none of their trade."""


def made_baci(folder: Path, rows: int, *, years: Sequence[int], seed: int) -> Path:
    """Write one CSV a year, the country codes and the product codes; return the folder.

    Parameters
    ----------
    folder : Path
        Made when it is not there.
    rows : int
        Of all years together, spread evenly.
    years : sequence of int
        One file each.
    seed : int
        The same seed gives the same files.

    Notes
    -----
    As in the release: a pair of countries trades a product once a year, sorted by exporter, importer and product;
    values have a heavy tail (log-normal, sd 2.5), few products and few exporters hold most rows, codes of chapters 01
    to 09 begin with a zero, and 2 % of the quantities are missing: `NA`, or nothing at all.
    """
    import duckdb

    folder.mkdir(parents=True, exist_ok=True)
    (folder / CODES.name).write_bytes(CODES.read_bytes())
    lines = CODES.read_text("utf-8").splitlines()[1:]
    codes = np.array([c for c in (int(line.split(",")[0]) for line in lines) if c not in GONE])
    random = np.random.default_rng(seed)
    many = max(1, rows // len(years) // ROWS_PER_PRODUCT)
    products = np.sort(random.choice(np.arange(1_01_00, 97_99_99), many, replace=False))
    sells, buys = random.lognormal(0.0, SELLS, len(codes)), random.lognormal(0.0, BUYS, len(codes))
    busy = random.lognormal(0.0, 1.0, many)
    busy = np.minimum(busy, 8 * busy.mean())  # the busiest of the release has some 18,000 rows
    price = random.lognormal(1.0, 1.5, many)  # kUSD per t
    with duckdb.connect() as connection:
        for n, year in enumerate(years):
            wanted = rows // len(years) + (n < rows % len(years))
            seller, buyer, product = _cells(random, wanted, sells, buys, busy)
            value = np.maximum(random.lognormal(3.0, 2.5, wanted), 0.001)
            connection.register("made", {
                "i": codes[seller], "j": codes[buyer], "k": products[product], "v": value,
                "q": value / price[product], "fate": random.integers(0, 100, wanted),
            })  # fmt: skip
            _write(connection, folder / f"BACI_HS17_Y{year}_V202601.csv", f"""
                select {int(year)} as t, i, j, lpad(k::varchar, 6, '0') as k, v::decimal(18, 3) as v,
                    case fate when 0 then 'NA' when 1 then '' else (q::decimal(18, 3))::varchar end as q from made
            """)  # fmt: skip
        connection.register("made", {"k": products})
        named = "select lpad(k::varchar, 6, '0') as code, 'Made product, ' || k as description from made"
        _write(connection, folder / "product_codes_HS17_V202601.csv", named)
    return folder


def _cells(
    random: np.random.Generator, wanted: int, sells: np.ndarray, buys: np.ndarray, busy: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw that many different cells (exporter, importer, product), no country with itself, in this order.

    For each product, so many pairs of countries without putting back: those whose exponential clocks ring first.
    """
    n = len(sells)
    slow = 1 / np.outer(sells, buys)
    np.fill_diagonal(slow, np.inf)
    rows = random.multinomial(wanted, busy / busy.sum())
    pairs = [np.argpartition(random.exponential(size=n * n) * slow.ravel(), k)[:k] for k in rows]
    product = np.repeat(np.arange(len(busy)), rows)
    seller, buyer = np.divmod(np.concatenate(pairs), n)
    order = np.lexsort((product, buyer, seller))
    return seller[order], buyer[order], product[order]


def _write(connection: "object", path: Path, sql: str) -> None:
    connection.execute(f"copy ({sql}) to '{path}' (format csv, header)")  # type: ignore[attr-defined]
