"""Refusals of making two records of one compound one."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.foundation.errors import LinliError


class MergeRefused(LinliError):
    """Two records cannot be made one so; nothing was written."""

    code = "registry.merge-refused"
    text = _("没有合并：%(reason)s")


class MergeOutdated(LinliError):
    """One of both records changed since they were shown; nothing was written."""

    code = "registry.merge-outdated"
    text = _("你看的时候，两条里有数据被别人改过，什么也没有写入，请看过新的对照再合并")
    http_status = 409


class MergeNotUndoable(LinliError):
    """A merger cannot be taken back as a whole: it is not there, or what it wrote was changed since."""

    code = "registry.merge-not-undoable"
    text = _("%(code)s 的合并不能撤销：%(reason)s")
    http_status = 409
