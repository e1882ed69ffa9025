"""Breaking a title evenly and, as far as letters tell, by meaning (词意完整、排列对称)."""

from __future__ import annotations

import math

from linli.foundation.documents.text import one_line, printable, width_of

# 22 pt characters that fit on 156 mm.
TITLE_CHARACTERS = 20
# A title of one line keeps a character free on either side.
COMFORTABLE = 19
NEVER_FIRST = frozenset("的了和与及、，。；：）》〉”’〕！？年月日号区县市镇乡")
NEVER_LAST = frozenset("（《〈“‘〔第不")
# Verbs after which a title may pause, and words that must not be cut in two.
PAUSES = frozenset(["同意", "调整", "设立", "撤销", "开展", "做好", "印发", "加强", "规范"])
WHOLE = frozenset(["关于", "社区", "街道", "调整", "布局", "方案", "工作", "民政", "政府", "意见", "通知", "优化"])
GLUED = 1000.0


def broken_title(title: str) -> list[str]:
    """Return the lines of a title; line ends that the author wrote are kept.

    Args:
        title: Full title of a paper.

    Returns:
        Lines of at most 20 characters, about equally long, none of them starting with 的 or a closing mark.

    Examples:
        >>> broken_title("关于调整社区规模的请示")
        ['关于调整社区规模的请示']
        >>> broken_title("关于同意澄波街道优化调整文昌阁等六个社区布局的批复")
        ['关于同意澄波街道优化调整', '文昌阁等六个社区布局的批复']
    """
    if "\n" in title:
        return [line.strip() for line in printable(title).split("\n") if line.strip()]
    words = one_line(title)
    if width_of(words) <= COMFORTABLE:
        return [words]
    lines = math.ceil(width_of(words) / COMFORTABLE)
    aim = width_of(words) / lines
    # best[k][end]: least cost of words[:end] on k lines, with the start of the last of them.
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for k in range(1, lines + 1):
        row: dict[int, tuple[float, int]] = {}
        for end in [len(words)] if k == lines else range(1, len(words)):
            found = [
                (cost + (width_of(words[start:end]) - aim) ** 2 + _cost_of_break(words, end), start)
                for start, (cost, _) in best[k - 1].items()
                if start < end and width_of(words[start:end]) <= TITLE_CHARACTERS
            ]
            if found:
                row[end] = min(found)
        best.append(row)
    if len(words) not in best[lines]:
        return [words]
    ends = [len(words)]
    for k in range(lines, 1, -1):
        ends.append(best[k][ends[-1]][1])
    starts = [0, *reversed(ends[1:])]
    return [words[start:end] for start, end in zip(starts, [*starts[1:], len(words)], strict=True)]


def _cost_of_break(words: str, at: int) -> float:
    """Return how badly a line ends before position ``at``."""
    if at == len(words):
        return 0.0
    before, after = words[at - 1], words[at]
    if before.isascii() and after.isascii() and before.isalnum() and after.isalnum():
        return GLUED
    if after in NEVER_FIRST or before in NEVER_LAST or words[at - 2 : at] == "关于":
        return GLUED / 2
    if words[at - 1 : at + 1] in WHOLE:
        return GLUED / 4
    inside = words[:at].count("（") - words[:at].count("）") + words[:at].count("《") - words[:at].count("》")
    pauses = before in "的、，）》" or words[at : at + 2] == "关于" or words[at - 2 : at] in PAUSES
    ease = 12.0 if pauses else 0.0
    return inside * 40.0 - ease
