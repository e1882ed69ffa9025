"""What adjustment plans refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.foundation.errors import LinliError


class PlanUnknown(LinliError):
    """No plan has this number, or it is not to be seen from here."""

    code = "plans.plan-unknown"
    text = _("没有编号为 %(number)s 的调整方案，或不在您的管辖范围内，请回到方案列表核对")
    http_status = 404


class SubdistrictUnknown(LinliError):
    """The district has no such subdistrict."""

    code = "plans.subdistrict-unknown"
    text = _("%(district)s没有编号为 %(code)s 的街道，请从列表里选一个")


class NoCompoundsInArea(LinliError):
    """There is nothing to plan with: the area holds no compound."""

    code = "plans.no-compounds"
    text = _("%(area)s的台账里没有小区，没有户数可依，不能编制方案。请先导入小区台账")


class HouseholdsMissing(LinliError):
    """Compounds without a household count, named; those above the ceiling are named apart.

    ``missing`` and ``above`` in the parameters hold code and name of every one.
    """

    code = "plans.households-missing"
    text = _(
        "%(area)s有 %(count)s 个小区没有户数（%(first)s），不能编制方案。%(above_words)s"
        "请先补齐台账；急用时可以填一项假设并签署岗位，方案和公文都会标明“估算，不得报批”"
    )


class AssumptionNotSound(LinliError):
    """The officer's assumption cannot be used."""

    code = "plans.assumption-not-sound"
    text = _("假设不能采用：%(reason)s")


class ExceptionNotSound(LinliError):
    """An exception asked for in this plan cannot be used."""

    code = "plans.exception-not-sound"
    text = _("本次的例外不能采用：%(reason)s")


class LockNotSound(LinliError):
    """A lock asked for cannot be used."""

    code = "plans.lock-not-sound"
    text = _("锁定不能采用：%(reason)s")


class SignatureDiffers(LinliError):
    """The typed signature is not the post acted from."""

    code = "plans.signature-differs"
    text = _("签署应为当前岗位“%(post)s”，实际填的是“%(typed)s”。请照岗位名称填写")


class BandCannotBeMet(LinliError):
    """The scale asked for contradicts itself or the area."""

    code = "plans.band-cannot-be-met"
    text = _("户数范围 %(low)s–%(high)s 达不到：%(reason)s")


class SeedOutOfRange(LinliError):
    """The seed is no whole number from zero."""

    code = "plans.seed-out-of-range"
    text = _("种子应为 0 到 %(most)s 的整数，实际是 %(seed)s")


class CrossingNeedsWholeDistrict(LinliError):
    """Communities can move over the border of a subdistrict only where both sides are planned."""

    code = "plans.crossing-needs-whole-district"
    text = _("跨街道调整要在全区范围内编制，实际只选了%(subdistrict)s。请改选全区，或取消跨街道")


class NotBeingMade(LinliError):
    """Only a plan that is being made can be cancelled or receive its result."""

    code = "plans.not-being-made"
    text = _("方案 %(number)s 现在是“%(stage)s”，不在生成中，不能这样办理。请刷新后再看")
    http_status = 409


class NothingToExport(LinliError):
    """The plan has no layout yet."""

    code = "plans.nothing-to-export"
    text = _("方案 %(number)s 现在是“%(stage)s”，还没有可导出的布局")
    http_status = 409


class CompoundNotMoved(LinliError):
    """The plan leaves this compound in its community, or it is not to be seen from here."""

    code = "plans.compound-not-moved"
    text = _("方案 %(number)s 没有把小区 %(compound)s 调出社区，请从调整列表里选一个")
    http_status = 404


class LedgerMovedOn(LinliError):
    """The ledger's parcels are no longer those of the plan, so the engine cannot be asked about it."""

    code = "plans.ledger-moved-on"
    text = _("方案 %(number)s 做好以后地块或社区有变，不能再推算。请点“改条件重做”，按现在的台账重新生成")
    http_status = 409


class TitleEmpty(LinliError):
    """A plan needs a title."""

    code = "plans.title-empty"
    text = _("方案名称应为 1 到 %(most)s 个字，实际是 %(came)s 个字")


class ProposedUnknown(LinliError):
    """The plan founds no such community."""

    code = "plans.proposed-unknown"
    text = _("方案 %(number)s 没有拟设社区 %(draft_id)s，请从列表里选一个")
    http_status = 404


class ProposedNameRefused(LinliError):
    """The name breaks a rule for place names."""

    code = "plans.proposed-name-refused"
    text = _("“%(name)s”不能用作社区名称：%(reason)s")


class SmallCountsInside(LinliError):
    """The papers of a plan hold counts that the post may not see."""

    code = "plans.small-counts-inside"
    text = _(
        "方案 %(number)s 的附件里有小于 %(limit)d 的户数或人数，只由填报这些数的岗位和区级机关导出。请找方案的编制岗位"
    )
    http_status = 403
