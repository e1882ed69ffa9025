"""Forms of the import wizard."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.registry.rules.importing.kinds import OF_THE_DISTRICT, ImportKind

KINDS = (
    (ImportKind.COMPOUND.value, _("小区：新增和更新")),
    (ImportKind.ATTRIBUTES.value, _("小区的数据：只更新已有的，按编码对")),
    (ImportKind.FACILITY.value, _("服务设施")),
    (ImportKind.COMMUNITY.value, _("社区和街道")),
    (ImportKind.PARCEL.value, _("地块轮廓（地图文件）")),
)
SYSTEMS = (
    ("", _("不清楚，按点位识别")),
    ("CGCS2000", _("CGCS2000（国家大地坐标）")),
    ("WGS84", _("WGS84（卫星定位）")),
    ("GCJ02", _("GCJ-02（高德、腾讯地图）")),
    ("BD09", _("BD-09（百度地图）")),
)
MEANINGS = (
    ("", _("表里没有写明")),
    ("实际入住户", _("实际入住户")),
    ("户籍户", _("户籍户")),
    ("规划户数", _("规划户数")),
    ("住宅套数", _("住宅套数")),
)


class UploadForm(forms.Form):
    """The first step: what comes in, and what the officer knows of it."""

    file = forms.FileField(
        label=_("文件"),
        help_text=_("XLSX、XLS、CSV（UTF-8 或 GB18030）、GeoJSON、GPKG，或打成 ZIP 的 SHP，不超过 30 MB"),
        error_messages={"required": _("没有选文件"), "empty": _("文件是空的，应为有内容的文件。检查后重新选")},
    )
    password = forms.CharField(
        label=_("打开密码"),
        required=False,
        max_length=255,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("表格加了密码才填；只用来打开这一次，不保存"),
    )
    kind = forms.ChoiceField(label=_("每一行是什么"), choices=KINDS, widget=forms.RadioSelect, initial=KINDS[0][0])
    source = forms.CharField(
        label=_("来源"), required=False, max_length=160, help_text=_("谁提供的、什么时候的表，写进每个数")
    )
    as_of_on = forms.DateField(
        label=_("数据截至"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    meaning = forms.ChoiceField(label=_("户数的口径"), required=False, choices=MEANINGS)
    system = forms.ChoiceField(label=_("坐标系"), required=False, choices=SYSTEMS)

    def __init__(self, *args: Any, is_whole_district: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_whole_district:
            kinds = [choice for choice in KINDS if choice[0] not in OF_THE_DISTRICT]
            cast("forms.ChoiceField", self.fields["kind"]).choices = kinds
