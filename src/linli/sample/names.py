"""Names that read like a city's: stems by hand, no brands, no persons, no two communities of one sound."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Name and where it lies, metres from the middle.
SUBDISTRICTS: tuple[tuple[str, float, float], ...] = (
    ("澄波", 400.0, 900.0),
    ("文澜", -1400.0, 1500.0),
    ("柳浦", -3200.0, 800.0),
    ("云岫", 1900.0, 1900.0),
    ("稻香", 3100.0, 300.0),
    ("南薰", -2600.0, -1500.0),
    ("桥东", -200.0, -1700.0),
    ("新渡", 2600.0, -1900.0),
)
COMMUNITIES: dict[str, tuple[str, ...]] = {
    "澄波": _words("双桂 枕溪 棠梨 荷塘里 水杉 文昌阁 清晏 渡口 月湾 江楼 青渚 柳堤 云栖 梧桐里 锦澜"),
    "文澜": _words("书院街 砚池 墨香 学宫 桂枝 竹影 藏书楼 笔架山 泮池 兰亭巷 琴台 棋盘街 翰林 松风 莲花桥"),
    "柳浦": _words("浣纱 芦花 渔湾 船厂 北闸 柳浪 长堤 鹭洲 苇塘 码头 听雨 蓝桥 春水 圩埂 草市街"),
    "云岫": _words("望岭 石阶 半山 茶园 杏坡 枫林 栗子沟 鹿鸣 泉眼 杜鹃坡 凌霄 野菊 山门 晓钟 翠屏"),
    "稻香": _words("谷雨 麦场 金穗 禾仓 丰年 粮站 瓜园 桑田 蚕房 水碾 豆花 橘林 耕读 三岔口 牧童"),
    "南薰": _words("南门 城隅 钟鼓楼 榕荫 熏风 花市 凤仪 银杏 荔枝巷 瓦窑 永宁 古井 菱角塘 牌坊 石榴园"),
    "桥东": _words("东渚 棠下 拱桥 机床厂 纺织 铁路新村 锅炉 灯塔 车站 向阳 和平里 友谊 百花 红砖 团结"),
    "新渡": _words("汀兰 海棠 朝霞 帆影 白鹭滩 星桥 港湾 晴川 沙洲 芳草 雁落 紫藤 玉兰 初旭 碧潭"),
}
ROAD_STEMS = _words(
    "文昌 学府 胜利 和平 青年 体育场 站前 工业 纺织 环城北 环城南 滨河 新民 "
    "光明 朝阳 幸福 民主 东风 红旗 友谊 团结 建国 前进 振兴 长青 南湖 北苑 "
    "西亭 东坡井 钟楼 鼓楼 城隍 府前 县前 考棚 贡院 米市 盐仓 油坊 铁匠 竹器 "
    "打铜 染坊 布市 鱼市 骡马 柴市 磨子 水井 石桥 双桥 三桥 板桥 断桥 五里 "
    "七里 十里 平安 永安 长宁 安居 乐业 同心 同乐 和顺 和谐 康宁 康庄 丰收 "
    "丰泽 丰裕 丰乐 兴业 兴隆 兴盛 富民 裕民 惠民 利民 便民 清水 清泉 清风 "
    "清河 明月 明德 明志 明珠 崇文 崇德 崇礼 尚书 尚贤 尚义 敬业 敬老 勤俭 "
    "勤学 求是 求真 春晖 春江 春风 夏荷 秋实 秋月 冬青 梅园 兰园 竹园 菊园 "
    "松园 柏林 桃园 李园 杏园 樱花 桂花 荷花 莲塘 柳荫 槐荫 榆荫 梧桐 银桦 "
    "紫荆 丁香 茉莉 芙蓉 牡丹 月季 玫瑰 海棠 石榴 枇杷 杨梅 柑橘 金桂 丹桂 "
    "翠竹 江滨 江岸 江堤 江心 江月 望江 临江 沿江 渡江 听涛 观澜 观潮 泊舟 "
    "归帆 渔歌 渔火 白鹭 鸥鹭 大雁 飞燕"
)
FIRST = (
    "锦翠碧兰桂荷枫竹月星晨晴和泰瑞祥嘉颐雅静清春秋玉书香芳丽景鹤鹭燕松柏榕樟桐杏桃橘"
    "棠樱溪泉阳蓝青紫映听望揽枕沐临晓晚新同长永福宁"
)
SECOND = "庭湾岸洲溪泉林丰宁秀韵景荫坪塘潭岭屏风雨露霞虹舟桥亭榭轩台楼阁圃畔涧川浦汀沁语影歌颂畅悦舒恬和乐"
# Names that developers or persons carry, in whole or in part.
UNWANTED = frozenset(
    _words(
        "柏悦 嘉悦 星悦 和颂 丽歌 桂语 春风 新景 景和 瑞和 泰景 嘉景 新和 新乐 福和 福景 "
        "丽亭 丽景 丽林 丽秀 丽霞 书林 书歌 同和 同语 听听 听语 和乐 和和 和悦 "
        "和歌 嘉和 嘉宁 宁和 宁宁 新城 星巴 星河 星语 春丽 春霞 晓亭 晓川 晓景 "
        "晓林 晓舟 晓虹 晓霞 晓露 晓风 晚霞 月宁 月影 桂林 永丰 永乐 永和 永宁 "
        "永颂 泉泉 泉溪 泉潭 泉露 泰和 泰宁 泰禾 清秀 溪泉 溪溪 溪潭 燕宁 玉林 "
        "玉秀 玉霞 碧桂 祥云 祥和 福临 福乐 福和 福宁 福泉 福颂 秀霞 秋月 秋香 "
        "绿城 芳秀 锦江 长丰 长乐 长宁 阳光 雅韵 雨林 静秀 香秀 香颂 龙湖"
    )
)
UNITS = _words(
    "机床厂 纺织二厂 棉纺厂 造纸厂 锅炉厂 轴承厂 化肥厂 水泵厂 食品厂 印刷厂 "
    "皮革厂 钢丝厂 农机厂 铁路 港务局 粮食局 供电局 自来水厂 邮电局 第二中学 "
    "第五中学 师范学校 中医院 地质队 建筑公司 运输公司 公路段 林业局 气象站 "
    "百货公司"
)
SCHOOLS = ("小学", "实验小学", "中学", "幼儿园", "职业学校", "初级中学")
MARKETS = ("广场", "商厦", "商业街", "集贸市场", "家居市场", "写字楼", "商贸城")
OFFICES = ("医院", "政务服务中心", "文化馆", "体育馆", "派出所", "消防救援站", "图书馆", "养护所", "变电站", "自来水厂")
WORKSHOPS = ("机械厂", "仓储园", "物流站", "包装厂", "食品厂", "公交停车场", "环卫基地", "印刷厂", "检修车间", "建材场")


def community_stems(subdistrict: str, count: int, rng: np.random.Generator) -> list[str]:
    """Return names for communities, without the ending 社区, in an order that leaves the first as they are.

    Raises:
        ValueError: More are wanted than there are.
    """
    stems = COMMUNITIES[subdistrict]
    if count > len(stems):
        raise ValueError(f"{subdistrict} has {len(stems)} names, {count} wanted")
    keep = sorted(rng.permutation(len(stems))[:count].tolist()) if subdistrict != "澄波" else range(count)
    return [stems[i] for i in keep]


def free_stems(rng: np.random.Generator) -> Iterator[str]:
    """Yield two-character stems, each once and none of them taken by a community or a road."""
    taken = {stem[:2] for stems in COMMUNITIES.values() for stem in stems} | set(ROAD_STEMS) | UNWANTED
    pairs = sorted({a + b for a in FIRST for b in SECOND if a != b} - taken)
    for i in rng.permutation(len(pairs)).tolist():
        yield pairs[i]
