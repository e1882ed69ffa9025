"""Refusals of backups."""

from django.utils.translation import gettext_lazy as _

from linli.foundation.errors import LinliError


class BackupFileTaken(LinliError):
    """A backup never overwrites a file."""

    code = "backups.file-taken"
    text = _("%(file)s 已经存在，没有覆盖。请换一个文件名，或只写文件夹，由系统按时间取名")
    http_status = 409


class BackupUnreadable(LinliError):
    """The file is no archive of ours, or it was cut or changed."""

    code = "backups.archive-unreadable"
    text = _("%(file)s 不是完整的邻里备份：%(reason)s。请换另一份备份")


class BackupOfOtherKey(LinliError):
    """The archive was made under another trail key, so its trail cannot be verified here."""

    code = "backups.other-trail-key"
    text = _("备份时的留痕密钥（指纹 %(theirs)s）与现在的（指纹 %(ours)s）不同，留痕无法核验。请先换上备份时的密钥")
    http_status = 409


class BackupOfOtherDatabase(LinliError):
    """An archive of one kind of database cannot be put into the other."""

    code = "backups.other-database"
    text = _("这份备份来自 %(theirs)s，现在的数据库是 %(ours)s。请把 LINLI_DATABASE_URL 指向同一种数据库")
    http_status = 409


class BackupOfNewerProgram(LinliError):
    """The archive holds migrations that this program does not know."""

    code = "backups.newer-program"
    text = _("备份由更新的版本写成，本程序不认识其中的迁移 %(migrations)s。请先升级程序，再恢复")
    http_status = 409


class BackupDoesNotRestore(LinliError):
    """The archive was restored on trial, and what came out is not what went in."""

    code = "backups.trial-failed"
    text = _("试恢复没有通过：%(reason)s。这份备份不可用，没有写入任何内容")
    http_status = 500


class RestoreTargetNotEmpty(LinliError):
    """A restore replaces what is there only when told so."""

    code = "backups.target-not-empty"
    text = _("现有数据库或文件夹不是空的（%(what)s），没有恢复。确认要用备份代替它们时，请加 --replace")
    http_status = 409
