"""Passages that the request and the proposal share: what is wrong today, what changes, what holds after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from linli.foundation.documents.official import Block, Heading, Paragraph, Table
from linli.layout.plans.queries.papers.source import PaperSource
from linli.layout.plans.queries.papers.tallies import tallies, verdict
from linli.layout.plans.queries.papers.words import VERBS, amount, joined, reason, sentence
from linli.layout.plans.rules.assumptions import Assumption, AssumptionKind
from linli.layout.plans.rules.figures import AdjustmentFigures

LAW: Final = "《中华人民共和国城市居民委员会组织法》"
ASSUMED: Final = {
    AssumptionKind.PER_COMPOUND: "每个小区",
    AssumptionKind.PER_BUILDING: "每栋楼",
    AssumptionKind.PER_DWELLING: "每套住宅",
    AssumptionKind.PER_HECTARE: "每公顷",
}
VIEWS: Final = (
    "尚未征求居民意见。报批前，应当在每个涉及的社区召开居民会议或者居民代表会议征求意见，"
    "记录方式、应到和实到人数、同意比例和日期，会议记录作为附件补充报送。"
)


def problem_words(source: PaperSource) -> str:
    """Return what is wrong with the present layout, in counts."""
    low, high = source.wishes.low, source.wishes.high
    sides = [one.before for one in source.figures.communities if one.before is not None]
    blind = [move for move in source.moves if not move.giver]
    homes = sum(len(move.compounds) for move in blind)
    told = [
        (sum(side.households > high for side in sides), f"个社区户数高于{high:,}户"),
        (sum(side.households < low for side in sides), f"个社区户数低于{low:,}户"),
        (sum(side.parts > 1 for side in sides), "个社区管辖区域不连片"),
        (homes, f"个小区（{sum(move.households for move in blind):,}户）没有社区管理"),
        (sum(len(move.rows) for move in blind if not move.compounds), "处无住户地块没有社区管理"),
    ]
    found = [f"{count}{words}" for count, words in told if count]
    return "，".join(found) if found else "各社区户数均在范围内，没有管理盲区"


def estimated_words(source: PaperSource) -> str:
    """Return how many of the area's households are an assumption, in brackets; empty for none."""
    estimated = sum(source.figures.compounds[code].households or 0 for code in source.figures.estimated)
    return f"（含估算{estimated:,}户）" if source.figures.estimated else ""


def verified_words(source: PaperSource) -> str:
    """Return how many of the area's households are verified, and of how many compounds."""
    figures = source.figures
    confirmed = len(figures.compounds) - len(figures.unverified)
    return f"其中已核实{figures.verified_households:,}户（{confirmed:,}/{len(figures.compounds):,}个小区）"


def basis_words(source: PaperSource) -> str:
    """Return the paper that the scale comes from, and the scale."""
    band = f"{source.wishes.low:,}至{source.wishes.high:,}户"
    if not source.wishes.band_source:
        return f"{LAW}第三条和本次确定的户数范围（{band}）"
    return f"{LAW}第三条和居民委员会一般{band}的规模要求"


def tally_table(source: PaperSource) -> Table:
    """Return the table before and after."""
    return Table(
        columns=("指标", "调整前", "调整后", "变化"),
        rows=[(one.name, one.before, one.after, one.change) for one in tallies(source)],
        widths=(5.2, 2.6, 2.6, 2.2),
        alignment=("left", "right", "right", "right"),
        caption=f"{source.area}社区布局调整前后对照",
        note=_missing_people(source)
        + f"户数口径为实际入住户，{verified_words(source)}；"
        + f"数据日期{source.made_on.isoformat()}；未归属社区的地块不计入调整前。"
        + (f"被界线分开的网格{source.grids_cut}个，调整后按所在社区分别计，须重新划定。" if source.grids_cut else ""),
    )


def act_blocks(source: PaperSource, acts: Sequence[AdjustmentFigures], *, level: int) -> Iterator[Block]:
    """Return the adjustments under the headings of their verbs, one sentence and one reason each."""
    for verb, name in VERBS.items():
        chosen = [act for act in acts if act.verb == verb]
        if not chosen:
            continue
        yield Heading(2 if level == 2 else 3, f"{name}（{len(chosen)}项）")
        for number, act in enumerate(chosen, start=1):
            mark = "【跨街道，另行报批】" if act.is_across_subdistricts else ""
            walk = _walk(act)
            count = f"{number}．" if len(chosen) > 1 else ""
            yield Paragraph(f"{count}{mark}{sentence(source, act)}理由：{reason(source, act)}{walk}")


def requirement_blocks(source: PaperSource) -> Iterator[Block]:
    """Return the verdict on each requirement, and a warning where one is missed."""
    missed = sum(not one.is_met for one in source.figures.requirements)
    if missed:
        yield Paragraph(f"尚有{missed}项要求未满足，报批前应当解决或者登记例外。")
    yield Table(
        columns=("要求", "结果", "说明"),
        rows=[verdict(source, one) for one in source.figures.requirements],
        widths=(5.4, 1.6, 5.6),
        alignment=("left", "center", "left"),
        caption="要求核对结果",
    )


def exception_blocks(source: PaperSource) -> Iterator[Block]:
    """Return the registered exceptions with their reasons, then adjustments of the higher track."""
    exceptions = source.figures.exceptions
    for number, (code, why) in enumerate(exceptions.items(), start=1):
        count = f"{number}．" if len(exceptions) > 1 else ""
        yield Paragraph(f"{count}{source.names.get(code, code)}：{why.rstrip('。')}。")
    if not exceptions:
        yield Paragraph("本方案没有登记例外。")
    yield from lock_blocks(source)
    across = [act for act in source.figures.adjustments if act.is_across_subdistricts]
    if across:
        yield Paragraph(
            f"本方案有{len(across)}项调整跨街道界线，涉及街道管辖范围的变更，须按照《行政区划管理条例》"
            "的权限和程序另行报批，批准前不实施。"
        )


def lock_blocks(source: PaperSource) -> Iterator[Block]:
    """Return what was not to move, with the reasons given; nothing where nothing was locked."""
    locks = source.wishes.locks
    if not locks:
        return
    told = (locked_name(source, code) + (f"（{why.rstrip('。')}）" if why else "") for code, why in locks.items())
    yield Paragraph(f"编制时锁定不动的有{len(locks)}处：{'、'.join(told)}。")


def locked_name(source: PaperSource, code: str) -> str:
    """Return what a locked community, compound or parcel is called; a parcel is called by its code."""
    compound = source.figures.compounds.get(code)
    return source.names.get(code, f"地块{code}" if compound is None else compound.name)


def assumption_words(source: PaperSource) -> str:
    """Return what was assumed, why and who signed; empty without an assumption."""
    assumption = source.wishes.assumption
    if assumption is None:
        return ""
    estimated = source.figures.estimated
    share = sum(source.figures.compounds[code].households or 0 for code in estimated)
    return (
        f"本文为估算，不得报批。{len(estimated)}个小区缺户数，按{_assumed(assumption)}推算，共计{share:,}户；"
        f"依据：{assumption.reason.rstrip('。')}；签署：{assumption.signature}。补齐台账后须重新编制。"
    )


def room_words(source: PaperSource) -> str:
    """Return how offices and rooms stand after."""
    sides = [(one.code, one.after) for one in source.figures.communities if one.after is not None]
    homeless = [source.names[code] for code, side in sides if not side.office_address and side.office_m2 is None]
    ended = [source.names[one.code] for one in source.figures.communities if one.after is None]
    told = [
        f"{joined(homeless, unit='个社区')}的办公用房待落实。"
        if homeless
        else "调整后各社区均有办公用房，地址和面积见附件。"
    ]
    if ended:
        told.append(f"{joined(ended, unit='个社区')}撤销后，原有办公和服务用房转由承接其多数住户的社区使用。")
    short = [
        source.names[code]
        for code, side in sides
        if (rate := side.room_m2_per_100_households) is not None and rate < source.rooms_m2_per_100
    ]
    if short:
        least = f"每百户{source.rooms_m2_per_100:g}平方米"
        told.append(f"调整后{len(short)}个社区的服务用房不足{least}：{joined(short, unit='个社区')}。")
    return "".join(told)


def worker_words(source: PaperSource) -> str:
    """Return how workers and grids go over."""
    ended = [one for one in source.figures.communities if one.after is None]
    founded = [one for one in source.figures.communities if one.before is None]
    told = ["社区工作者总数不变。"]
    if ended:
        told.append("撤销社区的工作者随管辖区域转入承接其多数住户的社区。")
    if founded:
        told.append(f"{len(founded)}个新设社区的人员待配备，并依法组织居民委员会选举。")
    if source.grids_cut:
        told.append(f"{source.grids_cut}个网格被调整后的界线分开，由街道重新划定。")
    return "".join(told)


def _missing_people(source: PaperSource) -> str:
    missing = sum(compound.people is None for compound in source.figures.compounds.values())
    return f"{missing}个小区缺常住人口，未计入。" if missing else ""


def _assumed(assumption: Assumption) -> str:
    return f"{ASSUMED[assumption.kind]}{assumption.households:g}户"


def _walk(act: AdjustmentFigures) -> str:
    if act.verb == "CUSTODY" or act.farthest_after_m is None:
        return ""
    after = amount(act.farthest_after_m, unit="米")
    if act.farthest_before_m is None:
        return f"到办公用房最远步行{after}。"
    return f"到办公用房最远步行由{amount(act.farthest_before_m, unit='米')}变为{after}。"
