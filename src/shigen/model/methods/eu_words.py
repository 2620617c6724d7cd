"""What the rule of the EU's list says of itself: formula, reference, and where ours differs."""

from typing import Final

from shigen.base.i18n import Lang

REFERENCE: Final = (
    "European Commission (2017), Methodology for establishing the EU list of critical raw materials, "
    "doi:10.2873/769526; Regulation (EU) 2024/1252, Annex II; inputs of 2023: Study on the critical raw materials for "
    "the EU 2023, doi:10.2873/725585"
)
WRITTEN: Final[dict[Lang, str]] = {
    "ja": (
        "SR = [H_W·IR/2 + H_S·(1 − IR/2)]·(1 − RIR)·SI、H = Σ_c s_c²·10·g_c·t_c。H_W は世界生産、H_S は自国の調達のシェアによる。"
        "g はガバナンスリスク、t は貿易パラメーター、IR は輸入依存度、RIR は再生割合、SI は代替指数。"
    ),
    "en": (
        "SR = [H_W·IR/2 + H_S·(1 − IR/2)]·(1 − RIR)·SI, H = Σ_c s_c²·10·g_c·t_c; H_W by shares in world output, H_S in "
        "home's supply; g governance risk, t trade parameter, IR import reliance, RIR regenerated share, SI "
        "substitution index."
    ),
}
DIFFERS: Final[dict[Lang, str]] = {
    "ja": (
        "EUの計算式を本ツールの数値に適用。世界供給はUSGSの生産量（製錬品に数量がない場合はEU調査のシェア）、調達は輸入と国内生産。"
        "5年平均ではなく単年。ガバナンスは対象年の値。t はEU調査の値（2016～2020年の輸出制限）、自国とその域内は0.8。その後に輸出が規制された国では、幅を同調査の最大値1.5まで広げる。SIはEUの値。"
        "EU調査が評価しない段階と、輸入に占める割合が1％以下の段階は含めない。入力値のいずれかが欠ける場合は、幅のみを示す。"
    ),
    "en": (
        "The EU's rule on our figures: world supply is USGS's output (the EU's shares where a refined product has no "
        "tonnes), sourcing is home's imports and output, of one year where the EU takes five, with governance of that "
        "year. t is what the EU's study prints (export restrictions of 2016 to 2020), 0.8 for home and its market; where exports were restricted since, the interval reaches the greatest that it prints, 1.5. SI is the EU's. A step that its study does not assess, or "
        "with 1 % of imports or less, does not count. Where an input is missing there is an interval alone."
    ),
}
COVERED: Final[dict[Lang, str]] = {
    "ja": "対象となる段階のうち、すべての入力値がそろう段階の割合",
    "en": "share of the steps that count of which every input is held",
}
