"""Taking papers and files of a plan out of the house."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.foundation import clock
from linli.foundation.errors import LinliError
from linli.layout.plans.operations.export import export_plan
from linli.layout.plans.queries.papers import PAPER_NAMES
from linli.layout.plans.web.answers import not_found
from linli.organisation.errors import NotPermitted, OutsideYourArea
from linli.organisation.web.gate import SignedInRequest, signed_in

ALL = "all.zip"
CONTENT_TYPES = {
    "json": "application/json",
    "geojson": "application/geo+json",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "zip": "application/zip",
}


def export_choices() -> tuple[tuple[str, str], ...]:
    """Return name and words of each file that can be taken, the whole bundle first."""
    words = {
        "qingshi.docx": _("请示"),
        "fangan.docx": _("方案"),
        "duizhaobiao.docx": _("对照表"),
        "tables.xlsx": _("数据表"),
        "map.pdf": _("前后对比图"),
        "plan.geojson": _("地图数据"),
        "plan.json": _("方案数据"),
    }
    return ((ALL, _("全部")), *((name, words[name]) for name in words if name in PAPER_NAMES))


@require_POST
@signed_in
def export(request: SignedInRequest, number: str) -> HttpResponse:
    """Answer one file of a plan, or all as an archive; each export is told to the trail."""
    wanted = request.POST.get("file", ALL)
    if wanted not in (ALL, *PAPER_NAMES):
        raise Http404
    try:
        only = PAPER_NAMES if wanted == ALL else (wanted,)
        exported = export_plan(number, scope=request.scope, only=only, now=clock.now())
    except (NotPermitted, OutsideYourArea):
        raise
    except LinliError as refusal:
        return not_found(request, refusal)
    name = exported.zip_name if wanted == ALL else f"{number}-{wanted}"
    content = exported.as_zip() if wanted == ALL else exported.files[wanted]
    answer = HttpResponse(content, content_type=CONTENT_TYPES[name.rpartition(".")[2]])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
