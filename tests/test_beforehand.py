"""What charts are drawn from is kept in the program: it is what its origin makes."""

from shigen.show.charts import beforehand

MEND = "the charts, their words or the library that compiles them changed: ./run charts"


def test_what_is_kept_is_what_its_origin_makes(tmp_path) -> None:
    made = beforehand.made()
    beforehand.keep(made, tmp_path)
    for name in made:
        assert (tmp_path / f"{name}.json.gz").read_bytes() == (beforehand.FOLDER / f"{name}.json.gz").read_bytes(), MEND
