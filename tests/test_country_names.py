"""Countries as publishers and ministries write them: each leads to its own country, or to no other one."""

import csv
from pathlib import Path

import pytest

from shigen.base import names
from shigen.base.errors import UserError
from shigen.figures.factbase import FactBase

TIDY = Path(__file__).parent.parent / "facts" / "country_names.csv"


def suggestions(word: str) -> tuple[str, ...]:
    with pytest.raises(UserError) as caught:
        names.country(word)
    return caught.value.suggestions


@pytest.mark.parametrize(
    ("word", "iso3"),
    [
        ("Korea, South", "KOR"), ("Korea, Rep.", "KOR"), ("Rep. of Korea", "KOR"), ("Republic of Korea", "KOR"),
        ("Korea, Dem. People's Rep.", "PRK"), ("Korea, North", "PRK"), ("Kyrgyz Republic", "KGZ"),
        ("Slovak Republic", "SVK"), ("Russian Federation", "RUS"), ("Dem. Rep. of the Congo", "COD"), ("DRC", "COD"),
        ("Congo, Rep.", "COG"), ("Zaire", "COD"), ("ZAR", "COD"), ("KSV", "XKX"), ("ROM", "ROU"), ("UAE", "ARE"),
        ("Viet Nam", "VNM"), ("Turkiye", "TUR"), ("Other Asia, nes", "TWN"), ("Taiwan, China", "TWN"),
        ("China, Taiwan Province of", "TWN"), ("China, Hong Kong SAR", "HKG"), ("Serbia and Montenegro", "SCG"),
        ("Tanzania, United Republic of", "TZA"), ("EGYPT, ARAB REP.", "EGY"), ("Venezuela, RB", "VEN"),
        ("Cote d’Ivoire", "CIV"), ("U.S. Virgin Islands", "VIR"), ("USA", "USA"), ("Lao PDR", "LAO"),
        ("南アフリカ共和国", "ZAF"), ("南ア", "ZAF"), ("ロシア連邦", "RUS"), ("豪州", "AUS"), ("米国", "USA"),
        ("米", "USA"), ("英国", "GBR"), ("蘭", "NLD"), ("コンゴ民", "COD"), ("コンゴ民主共和国", "COD"),
        ("コンゴ共和国", "COG"), ("ヴェトナム", "VNM"), ("パプア・ニューギニア", "PNG"),
    ],
)  # fmt: skip
def test_a_name_as_a_publisher_writes_it_is_its_country(word: str, iso3: str) -> None:
    assert names.country(word) == iso3


@pytest.mark.parametrize(
    "word",
    ["Republic", "United", "Democratic Republic", "Virgin Islands", "New Guinea", "XYZ", "GRB", "USSR", "Korea, Sout",
     "Northern Ireland", "Republic of China", "Czechoslovakia", "Yugoslavia", "South", "Africa", "共和国", "朝鮮"],
)  # fmt: skip
def test_no_country_is_suggested_for_what_many_have_in_common(word: str) -> None:
    assert suggestions(word) == ()


@pytest.mark.parametrize(
    ("word", "expected"),
    [("Jappan", ("JPN",)), ("Cote d'Ivoir", ("CIV",)), ("Slovak Repulic", ("SVK",)), ("Unted States", ("USA",)),
     ("Dominica Republic", ("DOM", "DMA")), ("Central Africa", ("CAF",)), ("Guinea Ecuatorial", ("GNQ",)),
     ("南アフリ", ("ZAF",))],
)  # fmt: skip
def test_a_slip_still_finds_what_was_meant(word: str, expected: tuple[str, ...]) -> None:
    assert suggestions(word) == expected


def test_every_name_of_the_tables_is_its_own_country() -> None:
    wrong = [
        (country.key, word, names.importer(word))
        for country in names.countries().values()
        for word in (country.key, country.en, country.ja, *country.aliases)
        if word and names.importer(word) != country.key
    ]
    assert wrong == []


def test_no_two_countries_have_the_words_of_one_name() -> None:
    """ "Korea, Rep." is looked up by its words without their order: no other country may have the same."""
    by_words: dict[str, set[str]] = {}
    for country in names.countries().values():
        for word in (country.key, country.en, *country.aliases):
            by_words.setdefault(names._bag(word), set()).add(country.key)
    assert {words: keys for words, keys in by_words.items() if words and len(keys) > 1} == {}


def test_names_that_publishers_print_in_the_facts_are_known(facts: FactBase) -> None:
    """All names of the World Bank; of USGS those that carry no footnote or remark."""
    printed = facts.fetch("select distinct country, published_name from governance where published_name is not null")
    assert [(iso3, name) for iso3, name in printed if names.country(name) != iso3] == []
    printed = facts.fetch("select distinct country, published_name from production where country not in ('WLD', 'OTH') "
                          "and regexp_full_match(published_name, '[^0-9()]+[^e0-9()]')")  # fmt: skip
    assert len(printed) > 60
    unlike = [(iso3, name) for iso3, name in printed if name != "Franc" and names.country(name) != iso3]
    assert unlike == []


def test_every_name_has_a_publisher_and_stands_once() -> None:
    rows = list(csv.DictReader(TIDY.read_text("utf-8").splitlines()))
    assert all(row["publisher"] and row["iso3"] in names.countries() for row in rows)
    assert len({row["name"] for row in rows}) == len(rows)
    assert not any("Ã" in cell for row in names.codes() for cell in row.values())
