"""How figures came in: imports, their rows, and the remembered columns of each office."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportBatch(models.Model):
    """One file on its way into the ledger (导入), from upload to commit or taking back.

    Nothing but these rows is written before the stage COMMITTED. ``mapping`` is column heading to field key.
    """

    class Stage(models.TextChoices):
        """How far the file has come."""

        UPLOADED = "UPLOADED", _("已上传")
        PREVIEWED = "PREVIEWED", _("已预览")
        COMMITTED = "COMMITTED", _("已写入台账")
        TAKEN_BACK = "TAKEN_BACK", _("已撤回")

    district = models.ForeignKey("registry.District", models.PROTECT, related_name="+")
    number = models.CharField(max_length=20, unique=True)
    ledger = models.CharField(max_length=20)
    file_name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64)
    #: The file itself, as uploaded: the source that every figure of the import can be traced to.
    content = models.BinaryField()
    sheet = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=160, blank=True)
    as_of_on = models.DateField(null=True)
    mapping = models.JSONField(default=dict)
    system_declared = models.CharField(max_length=20, blank=True)
    system_detected = models.CharField(max_length=20, blank=True)
    system_share = models.FloatField(null=True)
    #: The system a person settled on when the file's word and its points disagreed.
    system_chosen = models.CharField(max_length=20, blank=True)
    #: What was found on the way: shares per system, headings left out, cells tidied, layers.
    notes = models.JSONField(default=dict)
    #: What exactly the household counts of the file are (口径).
    meaning = models.CharField(max_length=60, blank=True)
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.UPLOADED)
    counts = models.JSONField(default=dict)
    #: Number of the run that previews or writes it in the background; empty when nothing does.
    job = models.CharField(max_length=40, blank=True)
    office_code = models.CharField(max_length=32)
    uploaded_by = models.CharField(max_length=120)
    uploaded_at = models.DateTimeField()
    committed_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return self.number


class ImportRow(models.Model):
    """The verdict on one row of a file, as shown in the preview."""

    class Verdict(models.TextChoices):
        """What would happen to the row."""

        NEW = "NEW", _("新增")
        CHANGED = "CHANGED", _("有变化")
        UNCHANGED = "UNCHANGED", _("无变化")
        DOUBTFUL = "DOUBTFUL", _("待判断")
        REFUSED = "REFUSED", _("不合格")

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows")
    row = models.PositiveIntegerField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    subject_code = models.CharField(max_length=32, blank=True)
    subject_name = models.CharField(max_length=120, blank=True)
    values = models.JSONField(default=dict)
    #: Field key to [old, new] for rows with the verdict CHANGED.
    changes = models.JSONField(default=dict)
    faults = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    #: What only a person can say of the row, with what was said.
    questions = models.JSONField(default=list)

    class Meta:
        ordering = ["row"]
        indexes = [models.Index(fields=["batch", "verdict", "row"], name="import_rows_by_verdict")]


class ImportMend(models.Model):
    """A cell of a file that was put right in the preview (改正); the file itself stays as it came."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="mends")
    row = models.PositiveIntegerField()
    heading = models.CharField(max_length=200)
    original = models.TextField(blank=True)
    value = models.CharField(max_length=400, blank=True)
    mended_by = models.CharField(max_length=120)
    mended_at = models.DateTimeField()

    class Meta:
        ordering = ["row", "heading"]
        constraints = [models.UniqueConstraint(fields=["batch", "row", "heading"], name="one_mend_per_cell")]

    def __str__(self) -> str:
        return f"{self.row} {self.heading}"


class ImportAnswer(models.Model):
    """What a person said of a row in doubt (判断): the same thing, another, or leave it out."""

    class Answer(models.TextChoices):
        """The three answers."""

        SAME = "SAME", _("是同一个")
        DIFFERENT = "DIFFERENT", _("不是同一个")
        SKIP = "SKIP", _("这一行不导入")

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="answers")
    row = models.PositiveIntegerField()
    ask = models.CharField(max_length=16)
    #: Code of the entry that was asked about: should the ledger change so that another is meant, it is asked anew.
    subject_code = models.CharField(max_length=32)
    answer = models.CharField(max_length=12, choices=Answer.choices)
    answered_by = models.CharField(max_length=120)
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ["row", "ask"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "row", "ask", "subject_code"], name="one_answer_per_question")
        ]

    def __str__(self) -> str:
        return f"{self.row} {self.ask} {self.answer}"


class ColumnMemory(models.Model):
    """Which field an office means by a heading: proposed again at its next import."""

    office_code = models.CharField(max_length=32)
    ledger = models.CharField(max_length=20)
    heading = models.CharField(max_length=120)
    field = models.CharField(max_length=60, blank=True)
    remembered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office_code", "ledger", "heading"], name="one_meaning_per_heading"),
        ]
