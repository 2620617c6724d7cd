"""A supply risk in the manner of the U.S. Geological Survey: squared shares, governance, import reliance. Ours."""

from shigen.base.method import method
from shigen.model.arrays import Array, filled, greatest, known, least, only, ratio, summed
from shigen.model.concentration import concentration, concentration_band
from shigen.model.indicators import NAMED, named_share
from shigen.model.reliance import import_reliance


def _rated(shares: Array, governance: Array) -> Array:
    """Return the squared shares of producers that have a governance figure."""
    return only(shares**2, known(governance))


def _band(
    production: Array, total: Array, governance: Array, home_production: Array, consumption: Array,
    home_takes_low: Array, home_takes_high: Array,
) -> tuple[Array, Array]:  # fmt: skip
    shares = ratio(production, total)
    rated = _rated(shares, governance)
    named, most = concentration_band(shares)
    weighted = filled(summed(rated * governance, "country"))
    unrated = named - filled(summed(rated, "country"))
    used = (least(filled(home_takes_low, consumption), consumption),
            greatest(filled(home_takes_high, consumption), consumption))  # fmt: skip
    low, high = (import_reliance(home_production, one) for one in used)
    low = filled(low, 0.0)  # a use that may be next to nothing
    return weighted * low, (weighted + unrated + most - named) * high


@method(
    key="usgs_type",
    name={"ja": "USGS型供給リスク（本ツールの定義）", "en": "USGS-type supply risk (ours)"},
    written={
        "ja": (
            "Σ_c s_c²·g_c × N。s_c は世界生産に占めるシェア、g_c は生産国のガバナンスリスク、N は純輸入依存度。"
            "ガバナンス指標のない生産国は、他の生産国の平均とみなし、幅では0および1とする。"
            "国別内訳のない分は、内訳のある最小の生産国を超えないものとする。"
        ),
        "en": (
            "Σ_c s_c²·g_c × N: s_c the share in world production, g_c the producer's governance risk, N home's net "
            "import reliance. A producer without a governance figure stands at the mean of the others; in the interval "
            "at 0 and at 1. Who is not named is no larger than the smallest that is."
        ),
    },
    unit="1",
    bounds=(0.0, 1.0),
    reads={"production": "counting", "total": "counting", "governance": None, "home_production": "counting",
           "consumption": None},
    band=_band,
    coverage=named_share,
    coverage_means=NAMED,
    differs={
        "ja": (
            "USGSの手法（途絶の可能性・貿易への露出・経済的脆弱性の積の立方根）は、"
            "政策認識指数や米国の産業別統計を要し、公開データでは再現できない。"
            "ここでは、生産シェアの2乗とガバナンスを途絶の可能性、純輸入依存度を貿易への露出に代え、"
            "経済的脆弱性は含めない。リサイクルによる国内供給と在庫の増減も含めない。"
        ),
        "en": (
            "The USGS takes the cube root of disruption potential, trade exposure and economic vulnerability; they need a "
            "survey of policies that is not free and industry accounts of the United States alone. Here squared shares "
            "and governance stand for the first and net import reliance for the second, without scrap and stocks; the "
            "third is left out."
        ),
    },
    reference=(
        "In the manner of Nassar, Brainard, Gulley, Manley, Matos, Lederer, Bird, Pineault, Alonso, Gambogi & Fortier "
        "(2020), Evaluating the mineral commodity supply risk of the U.S. manufacturing sector, Sci. Adv. 6(8), "
        "eaay8647, doi:10.1126/sciadv.aay8647; the formula is ours"
    ),
)  # fmt: skip
def usgs_type(production: Array, total: Array, governance: Array, home_production: Array, consumption: Array) -> Array:
    """Squared shares of producers, weighted by their governance risk, times home's net import reliance; 1 is worst.

    Parameters
    ----------
    production : (..., commodity, country) [t/yr], >= 0
        Of the world, of the step that counts: ore, or the first recovered form; NaN where unknown.
    total : (..., commodity) [t/yr]
        The denominator, by the rule of `concentration.total`.
    governance : (..., country) [1], 0 to 1
        1 - (mean of the six WGI estimates + 2.5) / 5; NaN where a country has no complete set.
    home_production : (..., commodity) [t/yr], >= 0
        The importer's own; NaN where withheld.
    consumption : (..., commodity) [t/yr], > 0
        What home uses: printed, else output and net imports; NaN where nothing says.

    Returns
    -------
    (..., commodity) [1], 0 (home makes all that it uses) to 1 (one producer of the worst governance, all imported); NaN
    where a factor is unknown.

    Notes
    -----
    Σ_c s_c²·g_c × N: s_c the share in world production, g_c the producer's governance risk, N home's net import
    reliance. A producer without a governance figure stands at the mean of the others; in the interval at 0 and at 1.
    Who is not named is no larger than the smallest that is.

    Examples
    --------
    (0.8² × 0.5 + 0.2² × 0.25) × (1 - 20 / 80) = 0.33 × 0.75.

    >>> p, g = xr.DataArray([80.0, 20.0], dims="country"), xr.DataArray([0.5, 0.25], dims="country")
    >>> round(float(usgs_type(p, xr.DataArray(100.0), g, xr.DataArray(20.0), xr.DataArray(80.0))), 4)
    0.2475
    """
    shares = ratio(production, total)
    rated = _rated(shares, governance)
    mean = ratio(summed(rated * governance, "country"), summed(rated, "country"))
    return concentration(shares) * mean * import_reliance(home_production, consumption)
