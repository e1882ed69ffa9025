"""Taking a plan's papers and files out of the house."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from linli.foundation import clock, trail
from linli.foundation.documents.archive import FIXED_MOMENT
from linli.layout.plans.access import office_of, plan_to_read
from linli.layout.plans.errors import SmallCountsInside
from linli.layout.plans.models import AdjustmentPlan
from linli.layout.plans.queries.papers import PAPER_NAMES, paper_files, paper_source
from linli.layout.plans.queries.papers.source import PaperSource
from linli.organisation.access import Scope, require
from linli.organisation.rules import Permission
from linli.registry.access import sees_small_counts
from linli.registry.operations.exports import watermark
from linli.registry.queries.entries.fields import small_count


@dataclass(frozen=True, slots=True)
class ExportedFiles:
    """The files of a plan.

    Attributes:
        number: Number of the plan.
        files: Bytes by file name, in the order of the papers.
        paths: Where they were written, empty without a folder.
        is_estimate: Whether they are marked 估算，不得报批.
    """

    number: str
    files: Mapping[str, bytes]
    paths: tuple[Path, ...]
    is_estimate: bool

    @property
    def zip_name(self) -> str:
        """Name of the archive."""
        return f"{self.number}.zip"

    def as_zip(self) -> bytes:
        """Return all files as one archive; the same files give the same bytes."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            for name, content in self.files.items():
                entry = zipfile.ZipInfo(name, FIXED_MOMENT)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.create_system = 3
                entry.external_attr = 0o600 << 16
                archive.writestr(entry, content)
        return buffer.getvalue()


def export_plan(
    number: str, *, scope: Scope, folder: Path | None = None, only: Collection[str] = PAPER_NAMES, now: datetime
) -> ExportedFiles:
    """Return the papers (公文) and files of a plan, and log that they were taken out.

    Args:
        number: Number of the plan.
        scope: Who takes them; whoever may read all that the plan touches may.
        folder: Where they are written besides, made where it is missing; None writes nothing.
        only: Names of the files wanted; the others are not made.
        now: When.

    Raises:
        PlanUnknown: There is no such plan in the area of the post.
        OutsideYourArea: The plan reaches beyond the area of the post, and its papers with it.
        NothingToExport: The plan has no layout.
        SmallCountsInside: The papers hold counts that the post may not see.
        OSError: The folder cannot be written.
    """
    plan = plan_to_read(number, scope=scope)
    require(scope, Permission.READ, office=office_of(plan))
    conditions = _("调整方案 %(number)s") % {"number": number}
    taken = watermark(by=scope, conditions=conditions, count=len(only), now=now)
    source = paper_source(plan, now=now, taken=taken)
    _refuse_small_counts(plan, source, scope=scope, now=now)
    files = paper_files(source, only=only)
    paths = () if folder is None else tuple(folder / name for name in files)
    with transaction.atomic():
        trail.record(
            "plans.plan.exported",
            subject=trail.Subject(kind="plans.plan", code=number),
            by=scope,
            at=now,
            district=scope.district_code,
            hash=source.content_hash,
            files={name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
            is_estimate=bool(source.watermark),
        )
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            for path, content in zip(paths, files.values(), strict=True):
                path.write_bytes(content)
    return ExportedFiles(number, files, paths, bool(source.watermark))


def _refuse_small_counts(plan: AdjustmentPlan, source: PaperSource, *, scope: Scope, now: datetime) -> None:
    """Refuse papers that tell a small count to who may not see it: as a compound, or as what moves."""
    if sees_small_counts(scope, office=office_of(plan)):
        return
    limit = small_count(plan.district, on=clock.today(now))
    counts = [count for one in source.figures.compounds.values() for count in (one.households, one.people)]
    counts += [count for move in source.moves for count in (move.households, move.people)]
    if any(count is not None and 0 < count < limit for count in counts):
        raise SmallCountsInside(number=plan.number, limit=limit)
