"""GeoPolRisk scores that its authors publish, for China and EFTA in 2022.

Source: output of `gprs_calc` in the example notebook of the documentation of geopolrisk-py 2.0 (Koyamparambath, Schraml,
Helbig & Sonnemann 2026, J. Open Source Softw. 11(118), 9600, doi:10.21105/joss.09600), columns HHI and Import Risk;
single figures cited. Goods for which both take the same HS codes; lithium is left out because they add up gross tonnes of
carbonate and hydroxide, and EFTA's aluminium, feldspar and silver because trade inside the bloc counts as imports there.

Why the tolerances. Their production is World Mining Data's, ours USGS's, and the two differ (China's graphite, Bolivia's
antimony, bismuth); their import risk stands on an earlier BACI release and WGI edition, whose estimates move by 0.01, and
on domestic production in their other series. A formula in another shape (no domestic production, a percentile, six
dimensions, shares squared) misses by ten times as much.
"""

import numpy as np
import pytest

from shigen.base.declare import STATUSES
from shigen.figures.factbase import FactBase
from shigen.model.methods.geopolrisk import everywhere
from shigen.study.fidelity import FIDELITY

HHI = {
    "aluminum": 0.3533, "antimony": 0.2766, "arsenic": 0.3932, "barite": 0.1514, "bauxite": 0.1834, "chromium": 0.3070,
    "cobalt": 0.4929, "copper": 0.1037, "feldspar": 0.2007, "fluorspar": 0.4262, "graphite_natural": 0.4707,
    "lead": 0.2016, "magnesite": 0.4204, "manganese": 0.2035, "molybdenum": 0.2326, "nickel": 0.2675,
    "niobium": 0.8693, "rare_earths": 0.5283, "selenium": 0.1971, "silver": 0.1186, "sulfur": 0.0846, "tin": 0.1371,
    "zinc": 0.1389, "zirconium": 0.1947,
}  # fmt: skip

IMPORT_RISK = {
    "CHN": {
        "aluminum": 0.0112, "antimony": 0.2752, "arsenic": 0.0004, "barite": 0.0131, "bauxite": 0.3514,
        "chromium": 0.6470, "cobalt": 0.8776, "copper": 0.4892, "feldspar": 0.0174, "fluorspar": 0.0048,
        "graphite_natural": 0.0901, "lead": 0.2747, "magnesite": 0.0004, "manganese": 0.5370, "molybdenum": 0.1078,
        "nickel": 0.6254, "niobium": 0.5498, "rare_earths": 0.1275, "selenium": 0.2264, "silver": 0.5403,
        "sulfur": 0.1493, "tin": 0.2980,
    },
    "EFTA": {
        "antimony": 0.4173, "arsenic": 0.4175, "barite": 0.4684, "bauxite": 0.4352, "chromium": 0.5340,
        "cobalt": 0.4917, "copper": 0.6255, "fluorspar": 0.3981, "graphite_natural": 0.0364, "lead": 0.6193,
        "magnesite": 0.4352, "manganese": 0.5727, "molybdenum": 0.4669, "nickel": 0.4888, "niobium": 0.4119,
        "rare_earths": 0.5118, "selenium": 0.3844, "sulfur": 0.2899, "tin": 0.3291,
    },
    "AUS": {"zinc": 0.0623, "zirconium": 0.0042},
}  # fmt: skip

HOMES = {"CHN": ("CHN",), "EFTA": ("ISL", "NOR", "CHE"), "AUS": ("AUS",)}
CELLS = [(importer, commodity) for importer, found in IMPORT_RISK.items() for commodity in found]


@pytest.fixture(scope="module")
def ours(facts: FactBase):
    return everywhere(facts, HOMES, [2022], list(HHI)).sel(year=2022)


@pytest.mark.parametrize(("importer", "commodity"), CELLS)
def test_import_risk_of_2022(ours, importer, commodity) -> None:
    found = float(ours["import_risk"].sel(importer=importer, commodity=commodity))
    assert found == pytest.approx(IMPORT_RISK[importer][commodity], abs=0.03)


@pytest.mark.parametrize("commodity", HHI)
def test_production_hhi_of_2022(ours, commodity) -> None:
    assert float(ours["hhi"].sel(commodity=commodity)) == pytest.approx(HHI[commodity], abs=0.09)


def test_half_of_them_agree_far_closer(ours) -> None:
    risks = [float(ours["import_risk"].sel(importer=i, commodity=c)) - IMPORT_RISK[i][c] for i, c in CELLS]
    hhi = [float(ours["hhi"].sel(commodity=c)) - HHI[c] for c in HHI]
    assert np.median(np.abs(risks)) < 0.005
    assert np.median(np.abs(hhi)) < 0.02


def test_scores_rank_alike(ours) -> None:
    published = [HHI[c] * IMPORT_RISK[i][c] for i, c in CELLS]
    found = [float(ours["raw"].sel(importer=i, commodity=c)) for i, c in CELLS]
    ranks = [np.argsort(np.argsort(x)) for x in (published, found)]
    assert np.corrcoef(*ranks)[0, 1] > 0.97
    assert np.max(np.abs(np.subtract(published, found))) < 0.05


def test_the_page_of_fidelity_says_how_many() -> None:
    said = {one.what: (one.compared, one.within, one.tolerance) for one in FIDELITY if one.method == "geopolrisk"}
    assert said == {"import_risk": (len(CELLS), len(CELLS), 0.03), "hhi": (len(HHI), len(HHI), 0.09)}


def test_gallium_and_indium_have_no_score_there_either(facts) -> None:
    found = everywhere(facts, HOMES, [2022], ["gallium", "indium"])
    assert (found["status"] == STATUSES.index("shared_code")).all()
