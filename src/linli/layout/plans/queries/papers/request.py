"""请示: the request to the district government. One matter, one receiver."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from linli.foundation.documents.official import (
    Alignment,
    Attachment,
    Block,
    Heading,
    OfficialPaper,
    Paragraph,
    Signature,
    Table,
)
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
from linli.layout.plans.queries.papers.source import PaperSource
from linli.layout.plans.queries.papers.tallies import verb_counts
from linli.layout.plans.queries.papers.words import VERBS
from linli.layout.plans.rules.figures import AdjustmentFigures

RIGHT: Final[Alignment] = "right"
#: Of more adjustments a request tells those that found or end communities, the rest in counts.
MOST_TOLD: Final = 12
WEIGHTY: Final = frozenset({"ESTABLISH", "ABOLISH", "SPLIT", "MERGE", "TRANSFER_WHOLE", "RENAME"})
ATTACHMENTS: Final = ("社区布局调整方案", "社区布局调整对照表", "社区布局调整图")


def issuer_of(source: PaperSource) -> str:
    """Return the office that asks: the subdistrict for its own area, civil affairs for the whole district.

    Source: article 3 of the organic law (2025); requests of civil affairs that take several cases together.
    """
    return f"{source.subdistrict}办事处" if source.subdistrict else f"{source.district}民政局"


def request_paper(source: PaperSource) -> OfficialPaper:
    """Return the request."""
    issuer = issuer_of(source)
    return OfficialPaper(
        title=f"关于调整{source.area}社区布局的请示",
        body=tuple(_body(source)),
        issuer=f"{source.district if source.subdistrict else ''}{issuer}文件",
        is_upgoing=True,
        addressee=f"{source.district}人民政府",
        closing="妥否，请批示。",
        attachments=[Attachment(f"{source.area}{title}") for title in ATTACHMENTS],
        signature=Signature(issuer),
        contact="联系人：　　　　　联系电话：　　　　　　",
        watermark=source.watermark,
        as_of=as_of(source),
    )


def as_of(source: PaperSource) -> str:
    """Return date and meaning of the figures, for the foot of every page."""
    return f"户数为实际入住户，数据日期{source.made_on.isoformat()}；方案编号{source.number}"


def _body(source: PaperSource) -> Iterator[Block]:
    figures = source.figures
    before = sum(one.before is not None for one in figures.communities)
    after = sum(one.after is not None for one in figures.communities)
    yield Paragraph(
        f"为优化社区布局，解决社区规模不均衡、管理有盲区等问题，按照{basis_words(source)}，"
        f"我{'办事处' if source.subdistrict else '局'}在摸底排查的基础上拟定了{source.area}社区布局调整方案。"
        "现将有关事项请示如下。"
    )
    if source.watermark:
        yield Paragraph(assumption_words(source))
    yield Heading(1, "调整事由")
    yield Paragraph(f"{source.area}现有{before}个社区，{problem_words(source)}，给服务和管理带来不便，需要调整。")
    yield Heading(1, "调整前基本情况")
    yield Paragraph(
        f"本次调整范围内共有{figures.households:,}户{estimated_words(source)}、{len(figures.compounds):,}个小区、"
        f"{len(source.map.parcel_codes):,}个地块，调整前后主要数字如下。"
    )
    yield tally_table(source)
    yield Heading(1, "调整内容")
    yield Paragraph(
        f"共{verb_counts(figures.adjustments).replace(' ', '')}，涉及{len(source.touched)}个社区；"
        f"{figures.moved:,}户更换所属社区，占总户数的{figures.moved_share:.1%}。调整后设{after}个社区。"
    )
    yield from _acts(source)
    yield Heading(1, "要求核对")
    yield from requirement_blocks(source)
    yield Heading(1, "办公用房和人员")
    yield Paragraph(room_words(source) + worker_words(source))
    yield Heading(1, "登记的例外和跨街道事项")
    yield from exception_blocks(source)
    yield Heading(1, "居民意见")
    yield Paragraph(VIEWS)
    if not source.subdistrict:
        yield Paragraph("各街道办事处依法提出的书面意见，待收齐后一并报送。")


def _acts(source: PaperSource) -> Iterator[Block]:
    acts = source.figures.adjustments
    if len(acts) <= MOST_TOLD:
        yield from act_blocks(source, acts, level=2)
        return
    weighty = [act for act in acts if act.verb in WEIGHTY or act.is_across_subdistricts]
    yield from act_blocks(source, weighty, level=2)
    rest = [act for act in acts if act not in weighty]
    if rest:
        yield Heading(2, "其余调整事项")
        yield Paragraph("其余事项只在相邻社区之间理顺界线或者明确归属，不设立、不撤销社区，逐项内容见附件1。")
        yield _rest_table(source, rest)


def _rest_table(source: PaperSource, acts: list[AdjustmentFigures]) -> Table:
    subdistrict_of = {one.code: one.subdistrict for one in source.figures.communities}
    verbs = [verb for verb in VERBS if any(act.verb == verb for act in acts)]
    rows, sums = [], [0] * (len(verbs) + 2)
    for code, name in source.figures.subdistrict_names.items():
        own = [act for act in acts if subdistrict_of[(*act.to_ids, *act.from_ids)[0]] == code]
        counts = [sum(act.verb == verb for act in own) for verb in verbs]
        counts += [sum(len(act.compounds) for act in own), sum(act.households for act in own)]
        sums = [total + count for total, count in zip(sums, counts, strict=True)]
        if own:
            rows.append((name, *(f"{count:,}" if count else "—" for count in counts)))
    return Table(
        columns=("街道", *(f"{VERBS[verb]}（项）" for verb in verbs), "小区（个）", "户数（户）"),
        rows=rows,
        alignment=("left", *(RIGHT for _count in sums)),
        totals=("合计", *(f"{total:,}" for total in sums)),
    )
