"""Look every five minutes for audits that are due, by the queue's own timetable."""

from django.db import migrations

NAME, FUNCTION = "registry.due-audits", "linli.registry.jobs.schedule_due_audits"


def add_timetable(apps, schema_editor):
    timetable = apps.get_model("django_q", "Schedule").objects.using(schema_editor.connection.alias)
    timetable.update_or_create(name=NAME, defaults={"func": FUNCTION, "schedule_type": "I", "minutes": 5, "repeats": -1})


def remove_timetable(apps, schema_editor):
    timetable = apps.get_model("django_q", "Schedule").objects.using(schema_editor.connection.alias)
    timetable.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0009_findings_since"),
        ("django_q", "0018_task_success_index"),
    ]
    operations = [migrations.RunPython(add_timetable, remove_timetable)]
