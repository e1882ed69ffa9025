"""What the registry refuses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from linli.foundation.errors import LinliError


class DistrictUnknown(LinliError):
    """No district has this code."""

    code = "registry.district-unknown"
    text = _("没有编号为 %(code)s 的区，请先接收一个区的布局")
    http_status = 404


class EntryUnknown(LinliError):
    """No entry of the ledger has this code, or it is not to be seen from here."""

    code = "registry.entry-unknown"
    text = _("台账里没有编号为 %(code)s 的%(kind)s，或不在您的管辖范围内，请核对编号")
    http_status = 404


class LayoutMissing(LinliError):
    """The district has no layout at that moment."""

    code = "registry.layout-missing"
    text = _("%(district)s在 %(on)s 还没有布局，请先接收现状布局")
    http_status = 404


class FieldUnknown(LinliError):
    """The ledger has no such field."""

    code = "registry.field-unknown"
    text = _("%(ledger)s台账没有字段 %(field)s，请改用字段目录里的名称")


class ExemptionRefused(LinliError):
    """An exception cannot be registered as it was asked for; ``faults`` holds one sentence per field."""

    code = "registry.exemption-refused"
    text = _("例外没有登记上：%(first)s")

    def __init__(self, *, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__(first=next(iter(self.faults.values())))


class NothingToExempt(LinliError):
    """The newest audit found nothing there that an exception of this kind would answer."""

    code = "registry.nothing-to-exempt"
    text = _("最近一次核查没有在 %(subject)s 发现可以登记“%(kind)s”例外的问题。请先核查，从问题列表里登记")


class ExemptionStands(LinliError):
    """The same exception is in force already."""

    code = "registry.exemption-stands"
    text = _("%(subject)s的“%(kind)s”例外已经登记，现在有效。要改理由或期限，先终止再登记")
    http_status = 409


class ExemptionUnknown(LinliError):
    """No such exception is open, or it is not to be seen from here."""

    code = "registry.exemption-unknown"
    text = _("没有 %(subject)s 的“%(kind)s”例外可以这样办理，或不在您的管辖范围内。请回到例外列表核对")
    http_status = 404


class EndNotUndoable(LinliError):
    """The ending of an exception is not there, or it was registered anew since; nothing was written."""

    code = "registry.end-not-undoable"
    text = _("%(subject)s的例外不能恢复：之后又重新登记过，或没有这次终止。请看例外列表")
    http_status = 409


class DistrictTaken(LinliError):
    """A district with this code is there already; a take-over happens once."""

    code = "registry.district-taken"
    text = _("%(name)s（%(code)s）已经接收过，不能重复接收；要更新数据请用导入")
    http_status = 409


class ImportUnknown(LinliError):
    """No import has this number, or it is not to be seen from here."""

    code = "registry.import-unknown"
    text = _("没有编号为 %(number)s 的导入，或不在本岗位管辖范围内，请回到导入列表核对")
    http_status = 404


class ImportKindUnknown(LinliError):
    """There is no such kind of import."""

    code = "registry.import-kind-unknown"
    text = _("导入内容应为%(known)s之一，实际是“%(found)s”，请从列表里选")


class ImportStageWrong(LinliError):
    """The import has gone too far, or not far enough, for this act."""

    code = "registry.import-stage-wrong"
    text = _("导入 %(number)s 现在是“%(stage)s”，不能%(act)s，请刷新后再看")
    http_status = 409


class ImportColumnsIncomplete(LinliError):
    """Columns without which nothing can be matched are missing."""

    code = "registry.import-columns-incomplete"
    text = _("还缺“%(missing)s”列，没有它认不出每一行是谁。请在“对列”里指明，或换一张表")


class ImportColumnsUnsound(LinliError):
    """Columns were matched with fields that are not there, or twice with one."""

    code = "registry.import-columns-unsound"
    text = _("列“%(heading)s”不能对到“%(field)s”：%(reason)s。请改选后再继续")


class CoordinatesUndecided(LinliError):
    """What the file says of its coordinates and where its points lie do not agree; a person must decide."""

    code = "registry.coordinates-undecided"
    text = _("%(words)s。请在“坐标”一步选定坐标系")


class CoordinateSystemUnknown(LinliError):
    """No such coordinate system can be read."""

    code = "registry.coordinate-system-unknown"
    text = _("坐标系应为 CGCS2000、WGS84、GCJ02、BD09 或 EPSG 编码，实际是“%(found)s”，请从列表里选")


class RowsRefused(LinliError):
    """Rows were refused, and only the whole file was to be written."""

    code = "registry.rows-refused"
    text = _(
        "有 %(count)s 行不合格（第一处：第 %(row)s 行，%(first)s），没有写入任何内容。改原表后重传，或只导入合格的"
    )


class RowsUndecided(LinliError):
    """Rows wait for a person's word, and the whole file was to be written."""

    code = "registry.rows-undecided"
    text = _(
        "有 %(count)s 行待判断（第一处：第 %(row)s 行“%(name)s”），没有写入任何内容。逐行判断后再写，或只导入合格的"
    )


class ImportCellUnknown(LinliError):
    """The file has no such cell, or it is none that may be mended."""

    code = "registry.import-cell-unknown"
    text = _("导入 %(number)s 的第 %(row)s 行没有“%(heading)s”这一格，或这一列不导入。请刷新后再改")
    http_status = 404


class ImportQuestionUnknown(LinliError):
    """Nothing of the kind is asked about the row."""

    code = "registry.import-question-unknown"
    text = _("导入 %(number)s 的第 %(row)s 行没有这个待判断的问题，可能台账已有变化。请重新预览")
    http_status = 409


class ImportBusy(LinliError):
    """The import is being previewed or written in the background."""

    code = "registry.import-busy"
    text = _("导入 %(number)s 正在后台办理，请等它办完或先取消")
    http_status = 409


class NothingToImport(LinliError):
    """No row would change the ledger."""

    code = "registry.nothing-to-import"
    text = _("没有一行是新增或有变化的，不用写入。请核对是否选对了文件")


class PreviewOutdated(LinliError):
    """The ledger changed since the preview."""

    code = "registry.preview-outdated"
    text = _("预览之后台账有变化，有 %(count)s 行的结果不同了，没有写入任何内容。请重新预览")
    http_status = 409


class ImportBuiltUpon(LinliError):
    """Something written later stands on what the import founded."""

    code = "registry.import-built-upon"
    text = _(
        "导入 %(number)s 新增的%(kind)s已用在布局 %(layout)s 里（如 %(first)s），不能整批撤回。请用调整方案或逐条更新"
    )
    http_status = 409


class ParcelsTaken(LinliError):
    """Parcels cannot be replaced under a layout."""

    code = "registry.parcels-taken"
    text = _("%(district)s已有现状布局，不能整批替换地块。地块变更要走调整方案")
    http_status = 409


class OutlineUnsound(LinliError):
    """The outline of a district cannot be used."""

    code = "registry.outline-unsound"
    text = _("区界不能采用：%(reason)s。请换一个文件")


class NoPointsToDerive(LinliError):
    """There is no compound with a point, so that no parcel can be derived."""

    code = "registry.no-points"
    text = _("%(district)s没有带坐标的小区，推算不出地块。请先导入小区")


class ProposalIncomplete(LinliError):
    """The accepted membership does not fit the parcels."""

    code = "registry.proposal-incomplete"
    text = _("现状布局不能接收：%(reason)s。请核对后重试")


class EntryRefused(LinliError):
    """Values of an entry are not sound; nothing was written. ``faults`` holds one sentence per field."""

    code = "registry.entry-refused"
    text = _("有 %(count)s 项没有存上：%(first)s")

    def __init__(self, *, faults: Mapping[str, str], doubts: Mapping[str, str] | None = None) -> None:
        self.faults = dict(faults)
        #: Values that may be kept when their reason is given.
        self.doubts = dict(doubts or {})
        told = [*self.faults.values(), *self.doubts.values()]
        super().__init__(count=len(told), first=told[0])


class EntryChangedMeanwhile(LinliError):
    """Somebody else saved the same fields since the form was opened; nothing was written."""

    code = "registry.entry-changed-meanwhile"
    text = _("你填的时候，%(fields)s已经被别人改过，请逐项选定后再存")
    http_status = 409

    def __init__(
        self, *, fields: str, theirs: Mapping[str, str], hands: Mapping[str, tuple[str, datetime]] | None = None
    ) -> None:
        #: What stands now, per field.
        self.theirs = dict(theirs)
        #: Whose post wrote that and when, per field; a field that nobody filled in has none.
        self.hands = dict(hands or {})
        super().__init__(fields=fields)


class EditNotUndoable(LinliError):
    """The edit is not there, or somebody has changed the fields since; nothing was written."""

    code = "registry.edit-not-undoable"
    text = _("%(name)s在 %(at)s 的修改不能撤销：之后又有人改过或核实过，请直接改成要的值")
    http_status = 409


class ParcelOccupied(LinliError):
    """The parcel carries a compound already, or is not there."""

    code = "registry.parcel-occupied"
    text = _("地块 %(parcel)s 上已经有小区，或不在管辖范围内，请选一个空着的地块")


class ChangeMarkWrong(LinliError):
    """The change feed cannot go on from there."""

    code = "registry.change-mark-wrong"
    text = _("变更流的位置应是上次答复里的 mark，第一次用 0，实际是“%(found)s”。请改 since")


class NothingToVerify(LinliError):
    """No figure was named to be verified or returned, or too many."""

    code = "registry.nothing-to-verify"
    text = _("一次应核实或退回 1 到 %(most)s 项，实际是 %(count)s 项，请先选中，或按社区筛选后分批办")


class OwnFigure(LinliError):
    """Figures are verified by another body than the one that filled them in."""

    code = "registry.own-figure"
    text = _("有 %(count)s 项（%(names)s）是本人或本单位填报的，要由另一个单位核实，请留给上级或街道")
    http_status = 403


class FiguresChangedMeanwhile(LinliError):
    """Values were replaced since they were shown; nothing was written."""

    code = "registry.figures-changed-meanwhile"
    text = _("有 %(count)s 项（%(names)s）刚才已被别人更新，什么也没有写入，请看过新值再办")
    http_status = 409

    def __init__(self, *, versions: tuple[Any, ...] = (), **params: Any) -> None:
        #: The versions that do not stand any more.
        self.versions = versions
        super().__init__(**params)


class ReturnWithoutReason(LinliError):
    """A return needs a reason that whoever mends the figure can work with."""

    code = "registry.return-without-reason"
    text = _("要写明原因，1 到 %(most)s 个字，填报人据此改正")


class VerdictNotUndoable(LinliError):
    """The act is not there, or the figures were changed or judged again since; nothing was written."""

    code = "registry.verdict-not-undoable"
    text = _("%(at)s 的核实或退回不能撤销：之后又有改动，请逐项重新核实或退回")
    http_status = 409


class SavedListUnknown(LinliError):
    """No saved list has this number, or it is not to be opened from here."""

    code = "registry.saved-list-unknown"
    text = _("没有编号为 %(number)s 的视图，或不是本岗位、本单位的，请从视图菜单里选")
    http_status = 404


class SavedListRefused(LinliError):
    """A list cannot be saved so."""

    code = "registry.saved-list-refused"
    text = _("没有存上视图：%(reason)s")


class BulkRefused(LinliError):
    """A change of many entries cannot be written so; nothing was."""

    code = "registry.bulk-refused"
    text = _("没有写入：%(reason)s")


class BulkPreviewOutdated(LinliError):
    """The ledger changed since the preview of a change of many entries; nothing was written."""

    code = "registry.bulk-preview-outdated"
    text = _("预览以后台账有了变化，什么也没有写入，请看过新的预览再写")
    http_status = 409


class BulkContested(LinliError):
    """Somebody else changed some of the values since the preview; nothing was written."""

    code = "registry.bulk-contested"
    text = _("预览以后有 %(count)s 个值被别人改过，什么也没有写入。两边的数都在下面，逐个选定后再写")
    http_status = 409


class BulkNotUndoable(LinliError):
    """A change of many entries cannot be undone as one: it is not there, or its values were changed since."""

    code = "registry.bulk-not-undoable"
    text = _("%(at)s 的批量更新不能撤销：之后又有改动或核实，请逐个改回")
    http_status = 409


class BlockUnreadable(LinliError):
    """A pasted block of cells cannot be understood."""

    code = "registry.block-unreadable"
    text = _("看不懂粘贴的内容：%(reason)s")


class ArchivingRefused(LinliError):
    """Compounds cannot be archived or brought back so; nothing was written."""

    code = "registry.archiving-refused"
    text = _("没有归档或恢复：%(reason)s")
