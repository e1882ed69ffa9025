"""Refusals of acts on parcels."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.foundation.errors import LinliError


class NothingToMend(LinliError):
    """No repair of the parcel is sure enough to be carried out; nothing was written."""

    code = "registry.nothing-to-mend"
    text = _("地块 %(parcel)s 没有可以直接修补的错画，请重新核查，或从地图软件改好后导入")
    http_status = 409


class MendingOutdated(LinliError):
    """The ground changed since the preview of a repair; nothing was written."""

    code = "registry.mending-outdated"
    text = _("预览以后地块有了变化，什么也没有写入，请看过新的预览再修补")
    http_status = 409


class MendingNotUndoable(LinliError):
    """A repair cannot be taken back: it is not there, or the ground changed since; nothing was written."""

    code = "registry.mending-not-undoable"
    text = _("第 %(layout)d 号布局的修补不能撤销：之后地块或布局又有变化")
    http_status = 409
