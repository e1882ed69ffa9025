"""Checks that need no database: configuration, disk, keys, fonts, page files, what the audit and papers lean on."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from linli.foundation.errors import LinliError
from linli.foundation.health.rules import Check, Level, disk
from linli.foundation.trail.keys import trail_key

DEMO_KEY_BEGINS = "only-for-a-demo"


def configuration() -> Iterator[Check]:
    """Look at the settings that make a demo or a server."""
    module = os.environ.get("DJANGO_SETTINGS_MODULE", "")
    is_production = module.endswith(".production")
    if settings.LINLI_DEMO:
        yield Check("configuration", Level.WARN, _("这是演示"), _("正式运行不要设 LINLI_DEMO"))
    elif not is_production:
        advice = _("正式运行请设 DJANGO_SETTINGS_MODULE=linli.config.settings.production")
        yield Check("configuration", Level.WARN, _("用的是单机设置 %s") % module, advice)
    elif not settings.CSRF_TRUSTED_ORIGINS:
        yield Check("configuration", Level.BAD, _("没有设主机名"), _("请设 LINLI_HOSTS，否则网页打不开"))
    else:
        yield Check("configuration", Level.OK, _("正式运行，Python %s") % sys.version.split()[0])
    if settings.DEBUG:
        yield Check("configuration", Level.BAD, _("调试方式开着"), _("请关掉 DEBUG，它会把内部情况显示给访问者"))


def disks() -> Iterator[Check]:
    """Look at the disk of the folder that Linli writes to, and whether it can be written."""
    folder = Path(settings.LINLI_VAR)
    if not os.access(folder, os.W_OK):
        yield Check("disk", Level.BAD, _("%s 不能写") % folder, _("请把这个文件夹交给运行邻里的账号"))
        return
    usage = shutil.disk_usage(folder)
    yield disk(name=str(folder), total=usage.total, free=usage.free)


def keys() -> Iterator[Check]:
    """Look at the keys: there, private, and not those of a demo."""
    try:
        trail_key()
    except LinliError as fault:
        yield Check("keys", Level.BAD, fault.message, _("请运行 linli keys，并另存一份"))
        return
    file = Path(settings.LINLI_TRAIL_KEY_FILE)
    if file.is_file() and stat.S_IMODE(file.stat().st_mode) & 0o077:
        yield Check("keys", Level.BAD, _("%s 别人也能读") % file, _("请运行 chmod 600 %s") % file)
    elif settings.SECRET_KEY.startswith(DEMO_KEY_BEGINS):
        yield Check("keys", Level.WARN, _("会话密钥是演示用的"), _("正式运行请用 linli keys 生成"))
    else:
        yield Check("keys", Level.OK, _("留痕密钥和会话密钥都在"))


def fonts() -> Iterator[Check]:
    """Set two characters in the font of papers and map sheets."""
    from linli.foundation.documents.typesetting import FONT, typeset_png

    try:
        made = typeset_png(f'#set page(width: 40pt, height: 20pt)\n#set text(font: "{FONT}")\n邻里', {}, ppi=36)
    except (ImportError, OSError, RuntimeError) as fault:
        yield Check("fonts", Level.BAD, _("不能排版：%s") % type(fault).__name__, _("请重新安装依赖：make install"))
        return
    yield Check("fonts", Level.OK, _("公文和地图的字体可用（%(bytes)d 字节试样）") % {"bytes": len(made)})


def page_files() -> Iterator[Check]:
    """Look whether the page files were collected, where the settings want that."""
    if settings.WHITENOISE_USE_FINDERS:
        return
    if (Path(settings.STATIC_ROOT) / "staticfiles.json").is_file():
        yield Check("page-files", Level.OK, _("网页文件已收集"))
    else:
        yield Check(
            "page-files", Level.BAD, _("网页文件没有收集"), _("请运行 python -m django collectstatic --noinput")
        )
