"""What the registry refuses."""

from __future__ import annotations

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


class DistrictTaken(LinliError):
    """A district with this code is there already; a take-over happens once."""

    code = "registry.district-taken"
    text = _("%(name)s（%(code)s）已经接收过，不能重复接收；要更新数据请用导入")
    http_status = 409
