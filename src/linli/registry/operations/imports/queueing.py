"""Large files are previewed and written in the background, with progress and cancel."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.foundation import jobs
from linli.foundation.jobs.errors import JobAlreadyFinished
from linli.organisation.access import Scope
from linli.registry.errors import ImportBusy
from linli.registry.models import ImportBatch
from linli.registry.operations.imports.looking import batch_for_change
from linli.registry.operations.imports.settling import OPEN
from linli.registry.queries.imports import ImportCard, card_of

#: Rows that are judged within about two seconds; more are judged in the background.
MOST_AT_ONCE = 5_000
PREVIEW = "linli.registry.jobs.preview_import"
COMMIT = "linli.registry.jobs.commit_import"


def is_large(card: ImportCard) -> bool:
    """Say whether an import is too large to be judged while somebody waits."""
    return int(card.notes.get("rows", 0)) > MOST_AT_ONCE


@transaction.atomic
def ask_for_preview(number: str, *, scope: Scope, now: datetime) -> ImportCard:
    """Ask for a file to be judged in the background.

    Raises:
        ImportUnknown: There is no such import in the area of the post.
        ImportStageWrong: It is written already.
        ImportBusy: It is in work already.
    """
    batch = _free(number, scope=scope, act=_("预览"))
    title = _("预览 %(file)s") % {"file": batch.file_name}
    return _ask(batch, PREVIEW, title, scope=scope, now=now)


@transaction.atomic
def ask_for_commit(number: str, *, scope: Scope, only_good: bool, now: datetime) -> ImportCard:
    """Ask for a previewed file to be written in the background.

    Raises:
        ImportUnknown: There is no such import in the area of the post.
        ImportStageWrong: It is written already.
        ImportBusy: It is in work already.
    """
    batch = _free(number, scope=scope, act=_("写入台账"))
    title = _("写入 %(file)s") % {"file": batch.file_name}
    return _ask(batch, COMMIT, title, scope=scope, now=now, only_good=only_good)


@transaction.atomic
def cancel_import_job(number: str, *, scope: Scope, now: datetime) -> ImportCard:
    """Call off what is being done with an import; nothing of it is written.

    Raises:
        ImportUnknown: There is no such import in the area of the post.
        ImportStageWrong: It is written already.
        JobAlreadyFinished: Nothing is being done.
    """
    batch = batch_for_change(number, scope=scope, act=_("取消"), stages=OPEN)
    if not batch.job:
        raise JobAlreadyFinished(title=batch.file_name, stage=batch.get_stage_display())
    jobs.cancel(batch.job, now=now)
    return card_of(batch)


def _free(number: str, *, scope: Scope, act: str) -> ImportBatch:
    batch = batch_for_change(number, scope=scope, act=act, stages=OPEN)
    if batch.job and not jobs.run_card(batch.job).is_final:
        raise ImportBusy(number=number)
    return batch


def _ask(batch: ImportBatch, kind: str, title: str, *, scope: Scope, now: datetime, **more: bool) -> ImportCard:
    run = jobs.schedule(kind, by=scope, now=now, title=title, district=scope.district_code, number=batch.number, **more)
    batch.job = run.public_id
    batch.save(update_fields=["job"])
    return card_of(batch)
