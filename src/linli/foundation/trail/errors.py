"""Refusals of the trail."""

from django.utils.translation import gettext_lazy as _

from linli.foundation.errors import LinliError


class TrailNeedsTransaction(LinliError):
    """An entry must stand or fall with the act it tells of."""

    code = "trail.needs-transaction"
    text = _("“%(verb)s”的留痕不在事务之中，无法与所记事项同存同废。请把 record 放进该操作的事务")
    http_status = 500


class TrailKeyMissing(LinliError):
    """The key of the chain is not set."""

    code = "trail.key-missing"
    text = _("没有设置留痕密钥，不能留痕也不能核验。请在环境变量 LINLI_TRAIL_KEY 或密钥文件中设置不少于 16 字节的密钥")
    http_status = 500


class TrailVerbMalformed(LinliError):
    """A verb is not written ``app.subject.past-tense``."""

    code = "trail.verb-malformed"
    text = _("留痕动作“%(verb)s”的写法不对，应为“应用.对象.过去式”，如 registry.import.committed")
    http_status = 500


class PersonalDetailInTrail(LinliError):
    """The trail keeps no personal data: it can never be erased from the chain."""

    code = "trail.personal-detail"
    text = _("留痕的“%(name)s”一项含有证件号码或手机号码。留痕不可删除，请只写编号和数量")
    http_status = 500


class DetailNotPlain(LinliError):
    """A detail cannot be written as JSON."""

    code = "trail.detail-not-plain"
    text = _("留痕的“%(name)s”一项是 %(kind)s，只能写文字、整数、小数、是否、日期、列表或字典")
    http_status = 500


class EntryUnchangeable(LinliError):
    """Entries are only ever appended."""

    code = "trail.entry-unchangeable"
    text = _("留痕只能追加，不能修改或删除。如记录有误，请另作一条更正")
    http_status = 409


class SealFileUnreadable(LinliError):
    """A line of the seal file is not a seal."""

    code = "trail.seal-file-unreadable"
    text = _("封存文件“%(file)s”第 %(line)s 行无法读取，可能被改动。请用另存的副本核对")
