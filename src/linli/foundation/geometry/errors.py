"""Refusals of geometry."""

from django.utils.translation import gettext_lazy as _

from linli.foundation.errors import LinliError


class GeometryUnreadable(LinliError):
    """What was given is no geometry."""

    code = "geometry.unreadable"
    text = _("无法读取图形（%(reason)s）。应为点、线或面的几何对象或 WKB，请重新导出后再试")


class GeometryEmpty(LinliError):
    """A geometry without any coordinate."""

    code = "geometry.empty"
    text = _("图形没有任何坐标。没有图形时请留空，不要写入空图形")


class GeometryOutsideEarth(LinliError):
    """Coordinates that are no longitude and latitude in degrees."""

    code = "geometry.outside-earth"
    text = _("坐标 %(x)s, %(y)s 不是经度在前、以度为单位的 CGCS2000 坐标。请先换算坐标，或检查经纬度是否写反")
