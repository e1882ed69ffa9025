"""Refusals of the paper-making rooms."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.foundation.errors import LinliError


class DescriptionUnfit(LinliError):
    """The description of a paper cannot be printed: a length, a range or a name is wrong."""

    code = "documents.description-unfit"
    title = _("文件无法生成")
    text = _("%(part)s不符合要求：应为%(expected)s，实际是%(found)s。请改正后重新生成")


class PictureUnreadable(LinliError):
    """A picture is neither PNG nor SVG, or the SVG cannot be drawn."""

    code = "documents.picture-unreadable"
    title = _("图片无法使用")
    text = _("图片“%(caption)s”无法读取：应为 PNG 或 SVG。请换一张图片后重新生成")


class MapEmpty(LinliError):
    """A map was asked for without anything to draw."""

    code = "documents.map-empty"
    title = _("地图没有内容")
    text = _("地图中没有任何图形：应至少有一个图层含有图形。请先选定范围再出图")
