"""方案: the proposal in full, each adjustment with its reason, each touched community with its maps."""

from __future__ import annotations

from collections.abc import Iterator

from linli.foundation.documents.official import Attachment, Block, Heading, OfficialPaper, Paragraph, Signature, Table
from linli.layout.plans.queries.papers.communities import community_blocks
from linli.layout.plans.queries.papers.drawings import Drawings
from linli.layout.plans.queries.papers.passages import (
    VIEWS,
    act_blocks,
    assumption_words,
    basis_words,
    estimated_words,
    exception_blocks,
    problem_words,
    requirement_blocks,
    room_words,
    tally_table,
    worker_words,
)
from linli.layout.plans.queries.papers.request import as_of, issuer_of
from linli.layout.plans.queries.papers.source import PaperSource
from linli.layout.plans.queries.papers.tallies import verb_counts

PRINCIPLES = {
    "scale": "人口规模适度",
    "convenience": "服务管理方便",
    "resources": "资源配置有效",
    "functions": "功能相对齐全",
    "stability": "布局保持稳定",
}


def proposal_paper(source: PaperSource, drawings: Drawings) -> OfficialPaper:
    """Return the proposal with an attachment for the communities."""
    return OfficialPaper(
        title=f"{source.area}社区布局调整方案",
        body=tuple(_body(source)),
        attachments=(Attachment(f"{source.area}各有关社区调整前后情况", tuple(community_blocks(source, drawings))),),
        signature=Signature(issuer_of(source)),
        watermark=source.watermark,
        as_of=as_of(source),
    )


def _body(source: PaperSource) -> Iterator[Block]:
    figures = source.figures
    yield Paragraph(
        f"为优化{source.area}社区布局，按照{basis_words(source)}，结合摸底排查结果，制定本方案。"
        f"方案编号{source.number}，以现行布局为基础编制。"
    )
    if source.watermark:
        yield Paragraph(assumption_words(source))
    yield Heading(1, "调整原则")
    yield Paragraph(
        "人口规模适度、服务管理方便、资源配置有效、功能相对齐全。小区不拆分，社区连片，以道路、河流、铁路等为界，"
        "尽量少动住户、少动社区。"
    )
    yield Heading(1, "现状和问题")
    before = sum(one.before is not None for one in figures.communities)
    yield Paragraph(
        f"调整范围内现有{before}个社区、{len(figures.compounds):,}个小区、{figures.households:,}户{estimated_words(source)}。{problem_words(source)}。"
    )
    yield Heading(1, "调整事项")
    yield Paragraph(
        f"共{verb_counts(figures.adjustments).replace(' ', '')}，涉及{len(source.touched)}个社区，"
        f"{figures.moved:,}户更换所属社区（占{figures.moved_share:.1%}）。"
    )
    yield from act_blocks(source, figures.adjustments, level=2)
    yield Heading(1, "调整前后数字")
    yield tally_table(source)
    yield _score_table(source)
    yield Heading(1, "要求核对")
    yield from requirement_blocks(source)
    yield Heading(1, "登记的例外和跨街道事项")
    yield from exception_blocks(source)
    yield Heading(1, "办公用房、人员和网格")
    yield Paragraph(room_words(source) + worker_words(source))
    yield Heading(1, "居民意见")
    yield Paragraph(VIEWS)
    yield Heading(1, "批准后的衔接")
    yield Paragraph(
        "公布调整后的管辖范围、小区名单、办公地址和附图；办理档案、经费、用房、物资和未办结事项交接；"
        "涉及设立、撤销的社区依法组织居民委员会选举，调整居民小组、居民代表和居务监督委员会；"
        "同步更新网格、门牌地址、统计代码和信息系统。撤销社区的编码保留，不再使用。"
    )


def _score_table(source: PaperSource) -> Table:
    before, after = source.figures.scores_before, source.figures.scores_after
    return Table(
        columns=("原则", "调整前得分", "调整后得分"),
        rows=[(name, _score(before.get(key)), _score(after.get(key))) for key, name in PRINCIPLES.items()],
        alignment=("left", "right", "right"),
        caption="四项原则和稳定性得分（满分100）",
        note=_bound_words(source),
    )


def _score(score: float | None) -> str:
    return "缺" if score is None else f"{score:.1f}"


def _bound_words(source: PaperSource) -> str:
    bound = source.figures.bound
    if bound is None:
        return "至少须更换社区的户数未能证明。"
    return f"可以证明，任何满足要求的方案至少更换{bound:,}户，本方案更换{source.figures.moved:,}户。"
