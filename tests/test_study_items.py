"""Every item that the study draws is found in the blocks of its part, or the reason why not stands beside it.

An item names the page of the study's slides, what stands there, the part of the report that shows it, and words of that
part by which it is known; words of a picture count as those of its part.
"""

from dataclasses import dataclass

import pytest

from shigen.show.report.blocks import parts
from shigen.show.report.blocks.kinds import ChartBlock, Heading, Note, Part, Points, Said, Table, Text
from shigen.study.run import Run


@dataclass(frozen=True)
class Item:
    page: str
    about: str
    part: str
    """Key of the part that shows it, or says why it is not drawn."""
    words: tuple[str, ...]


def shown(page: str, about: str, part: str, *words: str) -> Item:
    return Item(page, about, part, words)


ITEMS = (
    shown("4", "見出し：定量的に評価・類型化し対策を調査", "purpose", "重要鉱種のリスクを定量的に評価・類型化し"),
    shown("4", "背景①：用途と特定国依存", "purpose",
          "蓄電池にはリチウム・コバルト・ニッケル・黒鉛", "タンタル・インジウム・フッ素"),
    shown("4", "背景②：大宗を輸入に依存", "purpose", "レアメタルの大宗を輸入に依存", "安全保障上のリスク"),
    shown("4", "背景③：新国際資源戦略の要請", "purpose", "新国際資源戦略", "個別鉱種のリスクの洗い出しと類型化"),
    shown("4", "目的：市場規模・健全性", "purpose", "市場規模・市場の健全性", "健全性の基準"),
    shown("4", "市場の健全性の判定がない旨", "markets", "健全性", "判定の基準は公表されていません"),
    shown("4", "目的：カントリーリスク", "countries", "ガバナンス", "中国"),
    shown("4", "目的：鉱業のガバナンス", "countries", "鉱業に固有のガバナンス", "公開データはありません"),
    shown("4", "目的：プロジェクトのポテンシャル", "projects", "品位・埋蔵量・採算・権益の比率"),
    shown("4", "目的：我が国への供給構造", "purpose", "我が国への供給構造", "自山鉱"),
    shown("4", "自山鉱・備蓄・採算が分からない旨", "minerals", "自山鉱の比率", "備蓄の保有量", "採算"),
    shown("4", "目的：課題と政策の類型化", "purpose", "課題と政策の定量的な類型化"),
    shown("4", "目的：次期資源確保戦略に資する", "purpose", "次期資源確保戦略の策定に資する"),
    shown("4", "結論と提言の文章", "verdict", "類型に基づき実施する対策（注力を含む）は"),
    shown("5", "フローの図", "purpose",
          "（1）対象鉱種の選定", "（2-1）クリティカリティの評価", "（3）類型化と対策の提言"),
    shown("5", "各段の概要文", "purpose", "日米欧の重要鉱種リスト", "需要を見通します"),
    shown("5", "前段の出力が次段の入力", "purpose", "前段の結果が次段の入力", "需要の急増は類型の判定に"),
    shown("7", "A・B・C", "screening", "C：対象13鉱種", "B：新技術で需要が増える4鉱種"),
    shown("7", "Aの比較リストは3つ", "screening", "日本2012年、米国2017年大統領令、EU2017年の3リスト"),
    shown("7", "BのREEはNd", "screening", "磁石用のネオジム"),
    shown("7", "例外：Ge・Nb・P", "screening", "ゲルマニウム", "ニオブ", "リン"),
    shown("7", "例外の理由", "screening", "全量を輸入"),
    shown("7", "PGMはPd", "screening", "白金族はパラジウムで評価"),
    shown("8", "日30・米35・欧のリスト", "screening",
          "JP 2012 (30)", "US 2018 (35)", "EUの重・軽レアアースは1と数えます"),
    shown("8", "C・Fの統合", "screening", "グラファイトは天然黒鉛、フッ素は蛍石として統合"),
    shown("8", "リストの比較の図", "screening", "EU 2017", "コバルト"),
    shown("9", "周期表の色分け", "screening", "Co", "共通"),
    shown("9", "ランタノイドの行と軽・中重希土類", "screening", "Lu", "軽希土類はランタンからユウロピウム"),
    shown("9", "レアメタル47・レアアース17の定義、原子番号", "screening",
          "レアメタル（47元素）", "レアアース（17元素）", "57–71"),
    shown("10", "見出し：5G・EV・再エネの普及", "technology", "5G・電動車・再エネの普及により、ガリウムをはじめ"),
    shown("10", "用途×技術×移行", "technology", "Si → GaN", "永久磁石"),
    shown("10", "Co：2030年以降コバルトフリー", "technology", "2030年以降", "コバルトフリー"),
    shown("10", "増加・減少の図", "technology", "非連続的な増加"),
    shown("11", "主な用途", "appendices", "冷媒、発泡剤"),
    shown("11", "国内年間需要量", "appendices", "194,300", "18,550"),
    shown("11", "単位：純分・REO", "appendices", "純分", "REO"),
    shown("11", "需要増加見込みの要因", "appendices", "EV（LiB）"),
    shown("11", "出所と照合", "appendices", "JOGMECマテリアルフロー"),
    shown("13", "3分解", "demand", "① 新規用途", "② 規制対象用途", "③ 既存用途"),
    shown("13", "分解のフロー図", "demand", "現在の需要", "将来の需要"),
    shown("13", "①の3因子", "demand", "中間製品量", "使用量（原単位）"),
    shown("13", "①の計算過程", "demand", "製品の数量×技術構成×原単位"),
    shown("13", "②の3因子と簡略化", "demand", "規制後の需要", "3因子を簡略化"),
    shown("13", "プラス・マイナス・プラスマイナス要因", "demand",
          "：プラス要因", "：マイナス要因", "プラスマイナス要因"),
    shown("13", "恒等式：現在の需要＝用途別＋それ以外", "demand", "①②以外"),
    shown("14", "増減の行列と凡例", "technology", "トレンド増加", "非連続的な減少"),
    shown("14", "A～D群", "technology", "非連続的な増減なし（過去のトレンドに従う）"),
    shown("14", "見出し：非連続的に変化する可能性", "technology", "需要が非連続的に変化する可能性"),
    shown("15", "現在の需要とCAGR 13件", "demand", "METI調査の年率", "+6.9 %"),
    shown("15", "2030・2050年の内訳", "demand", "2030", "2050"),
    shown("15", "見出し：C・Co・REE・Gaの4鉱種", "demand", "需要が非連続的に増える鉱種", "の4鉱種"),
    shown("15", "CAGRの差の理由", "demand", "METI調査"),
    shown("15", "4鉱種の優先との整合", "demand", "需要急増に当たります"),
    shown("15", "Ga：Si→GaN", "technology", "SiからGaNへの移行"),
    shown("17", "年表の事項", "policies", "年表", "2020年"),
    shown("17", "4区分", "policies", "重要鉱種指定", "イベント"),
    shown("17", "注：EIP", "policies", "欧州イノベーション・パートナーシップ", "プラットフォーム"),
    shown("17", "注：代替促進", "policies", "代替"),
    shown("17", "2021年以降の追加", "policies", "2024年"),
    shown("18", "EU行動計画の発行元・年月", "policies", "EU", "2020年9月3日"),
    shown("18", "概要4点", "policies", "4つの目標"),
    shown("18", "需要見通し（EV電池・磁石、2050年）", "policies", "2050年に向けて大幅に拡大"),
    shown("19", "EU：追加と除外", "policies", "ストロンチウム、チタン、リチウム、ボーキサイトを追加し、ヘリウムを除外"),
    shown("19", "理由", "policies", "次世代車の電池・燃料電池", "経済的重要性の低下"),
    shown("19", "日米では既に重要鉱種", "policies", "日米では既に重要鉱種"),
    shown("20", "大統領令の発令と報告", "policies", "大統領令13806", "大統領令13817", "大統領令13953"),
    shown("20", "13806の提言", "policies", "国防生産法", "同盟国との協働、産業基盤の更新、次世代技術"),
    shown("20", "13817の35鉱種", "policies", "重要鉱物リスト"),
    shown("20", "13817の商務省戦略", "policies", "6つの行動"),
    shown("20", "13953の提言4点", "policies", "代替品の開発・省資源化", "廃棄物の少ない製造プロセス"),
    shown("21", "3地域×8施策", "elsewhere", "回収義務", "同盟国からの調達義務化"),
    shown("21", "日本の吹き出し", "elsewhere", "国内ポテンシャルほぼ無し", "民生品は困難"),
    shown("21", "結論1：リサイクル義務化", "elsewhere", "欧州はリサイクルの義務化に特色"),
    shown("21", "結論2：日本でも有効な3施策", "elsewhere",
          "廃棄物の少ない製造プロセス、回収・リサイクルの義務、再利用品の利用義務"),
    shown("21", "特色：EU電池規則", "elsewhere", "開示、最低割合、製造者責任"),
    shown("21", "特色：米国", "elsewhere", "国防権限法で4か国"),
    shown("21", "特色：日本の国際協力", "elsewhere", "備蓄制度の見直し", "国際協力"),
    shown("23", "候補11指標", "method", "海外自山鉱が国内需要量に占める割合", "可採年数変化率"),
    shown("23", "絞り込みの理由", "method", "上流に偏っていました", "バリューチェーン全体"),
    shown("23", "6指標・3段階", "overview", "埋蔵寡占度", "スクラップ等", "最終製品"),
    shown("23", "レーダー", "cobalt", "埋蔵寡占度"),
    shown("23", "実施前・実施後", "cobalt", "すべて実施"),
    shown("23", "政策①②③④ごとの実施前後", "cobalt", "① 鉱山・探鉱投資", "② 製錬所投資", "③ 省資源化", "④ リサイクル"),
    shown("23", "政策③の読み方", "minerals", "政策③の省資源化", "スコアをほとんど動かしません"),
    shown("23", "効果が見えること", "sheet", "→"),
    shown("24", "指標と対策の対応6本", "packages", "輸入ガバナンス（精鉱）", "鉱山投資及び探鉱投資"),
    shown("24", "政策の選定理由", "packages", "権益取得と探鉱により産出国の多角化", "枯渇リスクと需給を緩和"),
    shown("24", "矢印の図", "packages", "① 鉱山投資及び探鉱投資", "④ リサイクル技術の開発支援"),
    shown("24", "指標と類型の対策の整合", "vanadium", "見送ります"),
    shown("26", "6類型の名称", "types", "需要急増型", "バイプロ型（リサイクル）"),
    shown("26", "類型ごとの課題文", "types", "全方位での対策が必要", "下流側の対策に注力"),
    shown("26", "レーダーの絵", "types", "レーダーチャートの", "1 需要急増型", "6 バイプロ型（リサイクル）"),
    shown("26", "該当鉱種", "types", "この分析の該当鉱種"),
    shown("27", "類型×対策の表", "packages", "注力", "×/△", "対策はすべて実施"),
    shown("27", "見出し：的確に使い分けるべき", "packages", "的確に使い分けるべき"),
    shown("27", "対策と段階の対応", "packages",
          "上流：埋蔵・生産・精鉱", "上流：製錬品", "部品・原料コスト", "最終製品：リサイクル"),
    shown("27", "共通行", "packages", "対策が効果的な鉱種に対して実施", "需要急増型鉱種は優先度が高い"),
    shown("27", "効果的か否か", "sheet", "いずれも変わりません"),
    shown("27", "備蓄の条件", "sheet", "備蓄制度の目標は60日分"),
    shown("27", "技術的に可能", "sheet", "技術的に可能です"),
    shown("27", "13鉱種×5対策の一覧", "sheet", "注力", "実施", "条件付き", "×"),
    shown("29", "パワー半導体の図", "appendices", "SiC", "GaN"),
    shown("29", "見出し：大容量はSiC、高周波はGaN", "appendices", "大容量はSiC、高周波はGaN"),
    shown("29", "「通信機器用途」の囲みを描かない理由", "appendices", "「通信機器用途」の囲み", "描いていません"),
    shown("31", "Nd磁石のフロー", "appendices", "モーター・磁石の分離"),
    shown("31", "見出し：分離に手間とコスト", "appendices", "分離作業に手間とコストがかかる"),
    shown("31", "一部は海外へ輸出", "appendices", "一部は海外へ輸出"),
    shown("31", "スクラップ＝有価物、NEDO", "appendices", "加工くず（スクラップ）は有価物", "NEDO"),
    shown("32", "LiBのフロー", "appendices", "無償回収", "リユース"),
    shown("32", "見出し：経済合理性が低い", "appendices", "経済合理性が低い"),
    shown("35", "変化のある鉱種A・ない鉱種B", "demand", "需要に変化のある鉱種（A）", "変化のない鉱種（B）"),
    shown("35", "フロー図", "demand", "全需要を趨勢で延長"),
    shown("36", "CAGRの規則の引用", "demand", "新規用途の需要が判明している期間から、イレギュラーな年を除いて算定"),
    shown("36", "除外年を見せること", "demand", "不規則"),
    shown("36", "規則を選べること", "demand", "過去25年"),
    shown("—", "原単位は調査の値でないこと", "appendices", "METI調査の原単位は公表されていません"),
)  # fmt: skip


@pytest.fixture(scope="module")
def told(whole: Run) -> dict[str, str]:
    """The words of each part, and of its pictures."""
    return {part.key: _words(part) for part in parts(whole, "ja")}


def _words(part: Part) -> str:
    found = [part.title]
    for block in part.blocks:
        if isinstance(block, Heading | Said | Text | Note):
            found.append(block.text)
        elif isinstance(block, Points):
            found += [f"{one.lead} {one.text}" for one in block.points]
        elif isinstance(block, Table):
            found += [block.caption, *(f"{one.group} {one.head}" for one in block.columns)]
            found += [f"{cell.written(column)} {' '.join(cell.notes)}" for row in block.rows
                      for cell, column in zip(row, block.columns, strict=True)]  # fmt: skip
        elif isinstance(block, ChartBlock):
            found.append(block.alt)
            found += [str(value) for row in block.chart.rows for value in row.values() if isinstance(value, str)]
    return "\n".join(found)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: f"{item.page} {item.about}")
def test_an_item_of_the_study_is_shown(item: Item, told: dict[str, str]) -> None:
    assert item.words
    assert [words for words in item.words if words not in told[item.part]] == []


def test_the_list_is_the_studys() -> None:
    assert len(ITEMS) >= 113
    assert len({(item.page, item.about) for item in ITEMS}) == len(ITEMS)
