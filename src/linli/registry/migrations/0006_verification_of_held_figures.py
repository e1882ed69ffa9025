"""Give the figures that were held before verification its stage, and the entries their marks."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.models import F

MODEL_OF_LEDGER = {"compound": "Compound", "community": "Community", "facility": "Facility"}


def mark_held_figures(apps: Any, schema_editor: Any) -> None:
    """Verified figures stay verified until they were replaced; all others wait."""
    facts = apps.get_model("registry", "Fact").objects
    facts.filter(value="").update(stage="EMPTY")
    facts.exclude(verified_by="").update(stage="VERIFIED", verified_until=F("replaced_at"))
    for ledger, name in MODEL_OF_LEDGER.items():
        entries = apps.get_model("registry", name).objects
        for district in entries.order_by().values_list("district", flat=True).distinct():
            marks: dict[str, dict[str, str]] = {}
            held = facts.filter(district=district, ledger=ledger, replaced_at=None).exclude(value="")
            for code, field, stage in held.values_list("subject_code", "field", "stage").iterator():
                marks.setdefault(code, {})[field] = stage
            rows = [entry for entry in entries.filter(district=district) if entry.code in marks]
            for entry in rows:
                entry.stages = marks[entry.code]
                entry.verified = {
                    field: entry.current.get(field) for field, stage in entry.stages.items() if stage == "VERIFIED"
                }
            entries.bulk_update(rows, ["stages", "verified"], batch_size=200)


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("registry", "0005_verification")]

    operations = [migrations.RunPython(mark_held_figures, migrations.RunPython.noop)]
