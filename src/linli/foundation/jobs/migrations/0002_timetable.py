"""Look for runs of killed workers each minute, by the queue's own timetable."""

from django.db import migrations

FUNCTION = "linli.foundation.jobs.execution.requeue_lost"


def add_timetable(apps, schema_editor):
    timetable = apps.get_model("django_q", "Schedule").objects.using(schema_editor.connection.alias)
    timetable.update_or_create(name="jobs.requeue-lost", defaults={"func": FUNCTION, "schedule_type": "I", "minutes": 1, "repeats": -1})


def remove_timetable(apps, schema_editor):
    timetable = apps.get_model("django_q", "Schedule").objects.using(schema_editor.connection.alias)
    timetable.filter(name="jobs.requeue-lost").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0001_initial"),
        ("django_q", "0018_task_success_index"),
    ]
    operations = [migrations.RunPython(add_timetable, remove_timetable)]
