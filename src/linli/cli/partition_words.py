"""What ``linli partition`` says: refusals of the engine, conflicts and answers in words of the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.engine.districting.partition import Conflict, Partition
from linli.engine.errors import EngineError
from linli.foundation.errors import LinliError


class QuestionNotSound(LinliError):
    """The engine refuses the question; the reason stands in its own words."""

    code = "cli.question-not-sound"
    text = _("这个问题算不了：%(reason)s（%(figures)s）。请改正后重试")


class GraphNotSound(LinliError):
    """The rows are no undirected graph."""

    code = "cli.graph-not-sound"
    text = _("邻接关系不成立：%(reason)s（%(figures)s）。每条边要在两侧各写一次、长度相同，不能与自己相邻")


class FiguresNotSound(LinliError):
    """A figure is negative, not whole or not a number."""

    code = "cli.figures-not-sound"
    text = _("第 %(row)s 行的数是 %(came)s，应为从 0 起的整数。请改正这一行，或换一个字段")


class BandNotSound(LinliError):
    """The lower limit lies above the upper one."""

    code = "cli.band-not-sound"
    text = _("下限 %(low)s 与上限 %(high)s 不成范围，应为 0 ≤ 下限 ≤ 上限。请改 --lower、--upper 或 --band")


class CountNotSound(LinliError):
    """The number of communities cannot be."""

    code = "cli.count-not-sound"
    text = _("社区数 %(k)s 不成立：应在 1 与 %(parcels)s（地块数，或办公点数）之间。请改 --k")


class StartNotSound(LinliError):
    """The present layout lacks, or leaves parcels out."""

    code = "cli.start-not-sound"
    text = _("现状不能用：%(reason)s（%(figures)s）。请用 --start-field 给出每个地块的现状社区，不能有空")


class WishNotSupported(LinliError):
    """A wish that the search does not know."""

    code = "cli.wish-not-supported"
    text = _("不支持这样的要求：%(wish)s（%(reason)s）。请去掉这一项")


class LimitsLacking(LinliError):
    """Neither a band nor limits were given."""

    code = "cli.limits-lacking"
    text = _("缺少人数范围。请写 --band 5%%，或 --lower 与 --upper；--max-p 只要 --lower")


_REFUSALS: dict[str, type[LinliError]] = {
    "engine.graph-not-sound": GraphNotSound,
    "engine.figures-not-sound": FiguresNotSound,
    "engine.band-not-sound": BandNotSound,
    "engine.count-not-sound": CountNotSound,
    "engine.start-not-sound": StartNotSound,
    "engine.not-supported": WishNotSupported,
}

#: The engine's reasons that a bad file brings about, in words of the interface.
_REASONS: dict[str, Promise] = {
    "a border stands from one side only": _("有的边只在一侧写明"),
    "a parcel neighbours itself": _("有地块与自己相邻"),
    "a pair of parcels stands twice": _("有一对地块写了两次"),
    "the two sides of a border differ": _("同一条边两侧的长度不同"),
    "indptr must rise": _("indptr 应从 0 升到 indices 的个数"),
    "a neighbour is no parcel": _("有的邻居不在地块之内"),
    "the start leaves a parcel": _("有地块没有现状社区"),
    "moved needs the present layout": _("目标 moved 要有现状"),
    "locked parcels need": _("锁定地块要有现状"),
    "parcels that stay together lie in different": _("要在一起的地块现在分属几个社区"),
    "parcels that stay together must touch": _("要在一起的地块不相连"),
    "expected people on at least": _("没有一个地块有人"),
    "expected at least one parcel": _("没有地块"),
}


def refusal_of(fault: EngineError) -> LinliError:
    """Return the engine's refusal in the words of the interface."""
    known = next((words for start, words in _REASONS.items() if str(fault).startswith(start)), str(fault))
    figures = ", ".join(f"{name}: {value}" for name, value in fault.params.items()) or "-"
    params: dict[str, Any] = {**fault.params, "reason": str(known), "figures": figures}
    kind = _REFUSALS.get(fault.code, QuestionNotSound)
    if isinstance(params.get("row"), int):
        params["row"] += 1
    return kind(**params)


def conflict_words(conflict: Conflict) -> str:
    """Return why there is no lawful layout, in one sentence.

    Examples:
        >>> words = conflict_words(Conflict("no-layout-found", {"out_of_band": 1, "together": 0, "sweeps": 3}))
    """
    words = {
        "unit-above-band": gettext("地块 %(parcel)s 一处就有 %(total)s 人，超过上限 %(high)s。请提高上限，或拆分地块"),
        "component-outside-band": gettext(
            "地块 %(parcel)s 所在的一片（%(parcels)s 个地块、%(total)s 人）与别处不相连，单独凑不成在范围内的社区。"
            "请补上桥梁或通道，或放宽范围"
        ),
        "count-outside-band": gettext(
            "按人数范围只能分成 %(least)s 至 %(most)s 个社区，要求的是 %(asked)s。请改社区数或范围"
        ),
        "no-layout-found": gettext(
            "没有找到合规的方案：还有 %(out_of_band)s 个社区超出范围、%(together)s 对不该同在的地块同在；"
            "没有证明不存在。请给更多时间，或放宽范围"
        ),
    }
    return words[conflict.code] % conflict.params


def answer_text(found: Partition) -> str:
    """Return the answer for people."""
    if not found.feasible:
        return "\n".join(conflict_words(conflict) for conflict in found.conflicts)
    lines = [gettext("分成 %(k)s 个社区，种子 %(seed)s，%(sweeps)s 轮") % vars(found)]
    lines += [f"  {name}: {value:,.0f}" for name, value in found.measures.items()]
    lines += [f"  {name}: {low:,} – {high:,}" for name, (low, high) in found.totals.items()]
    bound = gettext("没有已知的界") if found.bound is None else f"{found.bound:,.0f}"
    return "\n".join([*lines, gettext("  界：%(bound)s") % {"bound": bound}])
