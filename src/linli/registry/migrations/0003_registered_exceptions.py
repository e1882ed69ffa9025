"""Exceptions of every kind, and who registered or ended them.

The table of exemptions is made anew: until now nothing wrote into it, so there is no row to carry over.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    contract = "before 0.1.0: no release ever wrote exemptions, registered exceptions take their place"

    dependencies = [
        ("registry", "0002_imports_settled"),
    ]

    operations = [
        migrations.DeleteModel(name="Exemption"),
        migrations.CreateModel(
            name="Exemption",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("BAND", "户数规模"),
                            ("CONTIGUITY", "飞地"),
                            ("OVERLAP", "合法重叠"),
                            ("HOLE", "区内空洞"),
                        ],
                        max_length=20,
                    ),
                ),
                ("subject_code", models.CharField(max_length=80)),
                ("reason", models.CharField(max_length=200)),
                ("registered_by", models.CharField(max_length=120)),
                ("registered_at", models.DateTimeField()),
                ("until_on", models.DateField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, max_length=120)),
                ("communities", models.ManyToManyField(related_name="exemptions", to="registry.community")),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.district"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("district", "kind", "subject_code"),
                        name="one_open_exemption_per_subject",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="custody", name="ended_by", field=models.CharField(blank=True, max_length=120)
        ),
        migrations.AddField(model_name="custody", name="registered_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="custody", name="registered_by", field=models.CharField(blank=True, max_length=120)
        ),
    ]
