"""Refusals of the organisation."""

from django.utils.translation import gettext_lazy as _

from linli.foundation.errors import LinliError


class OfficeUnknown(LinliError):
    """No office has the code."""

    code = "organisation.office-unknown"
    text = _("没有编号为 %(office)s 的单位，请核对编号")
    http_status = 404


class OfficeCodeMalformed(LinliError):
    """The code of an office is written otherwise."""

    code = "organisation.office-code-malformed"
    text = _("单位编号“%(office)s”应为 2 至 30 位小写字母、数字或连字符，请改编号")


class OfficeCodeTaken(LinliError):
    """The code belongs to an office already, perhaps to a closed one."""

    code = "organisation.office-code-taken"
    text = _("单位编号 %(office)s 已用过，撤销的单位编号也不再启用。请换一个编号")
    http_status = 409


class OfficeNameMissing(LinliError):
    """An office has no name."""

    code = "organisation.office-name-missing"
    text = _("单位 %(office)s 没有名称，应为 1 至 60 个字。请补上名称")


class OfficeMisplaced(LinliError):
    """An office cannot stand under the parent that was given."""

    code = "organisation.office-misplaced"
    text = _("单位 %(office)s 的类别是“%(kind)s”，上级应是%(expected)s，实际是%(found)s。请改上级单位")


class OfficeClosed(LinliError):
    """An office does not exist in the whole time that is wanted."""

    code = "organisation.office-closed"
    text = _("单位 %(office)s 自 %(valid_from_on)s 起、到 %(valid_to_on)s 止，不含所填的时间。请改日期或换单位")


class OfficeInUse(LinliError):
    """An office cannot be closed while others depend on it."""

    code = "organisation.office-in-use"
    text = _("单位 %(office)s 到 %(on)s 还有 %(offices)s 个下级单位、%(posts)s 个岗位未终止。先终止它们，再撤销单位")
    http_status = 409


class IntervalEmpty(LinliError):
    """A time ends before it starts."""

    code = "organisation.interval-empty"
    text = _("终止日期 %(valid_to_on)s 应在起始日期 %(valid_from_on)s 之后，请改日期")


class PersonUnknown(LinliError):
    """No person has the username."""

    code = "organisation.person-unknown"
    text = _("没有账号 %(username)s，请核对账号")
    http_status = 404


class UsernameMalformed(LinliError):
    """A username is written otherwise."""

    code = "organisation.username-malformed"
    text = _("账号“%(username)s”应以字母开头，由小写字母、数字、点和连字符组成，最长 40 位；不能用手机号。请改账号")


class UsernameTaken(LinliError):
    """The username belongs to somebody."""

    code = "organisation.username-taken"
    text = _("账号 %(username)s 已有人用，请换一个账号")
    http_status = 409


class PasswordWeak(LinliError):
    """A password does not reach the strength that is asked for."""

    code = "organisation.password-weak"
    text = _("密码不够强：%(reasons)s。请换一个密码")


class PasswordWrong(LinliError):
    """The present password was not given."""

    code = "organisation.password-wrong"
    text = _("现在的密码不对，没有改动。请重输现在的密码")


class PasswordUnchanged(LinliError):
    """The new password is the old one."""

    code = "organisation.password-unchanged"
    text = _("新密码和现在的密码相同，没有改动。请换一个密码")


class PostUnknown(LinliError):
    """The person holds no such post now."""

    code = "organisation.post-unknown"
    text = _("没有编号为 %(post)s 的在任岗位，请从在任岗位中选择")
    http_status = 404


class PostHeldTwice(LinliError):
    """The person already holds the same role in the office in that time."""

    code = "organisation.post-held-twice"
    text = _("账号 %(username)s 在单位 %(office)s 已有同职能的岗位 %(post)s，时间重叠。先终止原岗位，或改日期")
    http_status = 409


class PostTitleMissing(LinliError):
    """A post has no title."""

    code = "organisation.post-title-missing"
    text = _("岗位名称应为 1 至 40 个字，实际为空或过长。请改岗位名称")


class PostEnded(LinliError):
    """A post has ended already."""

    code = "organisation.post-ended"
    text = _("岗位 %(post)s 已定于 %(valid_to_on)s 终止，不能改到更晚。需要延长时请重新任职")
    http_status = 409


class RoleMisplaced(LinliError):
    """A role cannot be held in such an office."""

    code = "organisation.role-misplaced"
    text = _("“%(role)s”职能的岗位应设在%(expected)s，单位 %(office)s 是%(found)s。请换单位或职能")


class AreaOutsideDistrict(LinliError):
    """The area of a post lies in another district than its office or person."""

    code = "organisation.area-outside-district"
    text = _("人员、单位 %(office)s 和管辖范围 %(area)s 应在同一个区，实际分属 %(districts)s。请改管辖范围")


class NotSignedIntoPost(LinliError):
    """The person holds no post on the day."""

    code = "organisation.not-signed-into-post"
    text = _("账号 %(username)s 今天没有在任的岗位，看不到区里的内容。找本单位管理岗办理任职")
    http_status = 403


class NotPermitted(LinliError):
    """The post may not do this."""

    code = "organisation.not-permitted"
    text = _("“%(post)s”不能%(act)s。需要时换用有此职责的岗位，或找本单位管理岗")
    http_status = 403


class OutsideYourArea(LinliError):
    """The post may do this, but not there."""

    code = "organisation.outside-your-area"
    text = _("“%(post)s”可以%(act)s，但只限%(area)s，单位 %(office)s 不在其中。请交由所在范围的岗位办理")
    http_status = 403


class SecondFactorMissing(LinliError):
    """The person has not enrolled a one-time code."""

    code = "organisation.second-factor-missing"
    text = _("账号 %(username)s 没有启用动态码，不用停用")
    http_status = 409


class SecondFactorEnrolled(LinliError):
    """The person has enrolled a one-time code already."""

    code = "organisation.second-factor-enrolled"
    text = _("账号 %(username)s 已启用动态码。换手机时先停用，再重新启用")
    http_status = 409


class DemoOfficeMissing(LinliError):
    """A role of the demo has no office or no password."""

    code = "organisation.demo-office-missing"
    text = _("演示账号应有八种职能各一个，%(roles)s 没有单位或密码。请补上后再建")


class TokenUnknown(LinliError):
    """No token of this number, or not one that the post looks after."""

    code = "organisation.token-unknown"
    text = _("没有编号为 %(number)s 的访问令牌，请从列表中选择")
    http_status = 404


class TokenEnded(LinliError):
    """A token has ended already."""

    code = "organisation.token-ended"
    text = _("访问令牌 %(number)s 已经停用或到期，不用再停用")
    http_status = 409


class TokenNameMissing(LinliError):
    """Nobody would know later what the token is for."""

    code = "organisation.token-name-missing"
    text = _("访问令牌应写明用途，1 至 60 个字，如“综合网格系统取数”。请补上用途")


class TokenRightsMissing(LinliError):
    """A token that may do nothing, or something that nobody knows."""

    code = "organisation.token-rights-missing"
    text = _("访问令牌至少要有一项权限：%(known)s；实际是“%(found)s”。请选权限")


class TokenTermWrong(LinliError):
    """A token must end, and not too late."""

    code = "organisation.token-term-wrong"
    text = _("访问令牌的到期日应在 %(first)s 至 %(last)s 之间，实际是 %(found)s。请改到期日")


class TokenRefused(LinliError):
    """A request brings no token, or one that opens nothing."""

    code = "organisation.token-refused"
    title = _("需要访问令牌")
    text = _("没有访问令牌，或令牌不对、已到期、已停用。请在请求头 Authorization 里写 Bearer 加令牌，或请管理岗新建")
    http_status = 401


class TokenRightLacking(LinliError):
    """The token was not made for this."""

    code = "organisation.token-right-lacking"
    text = _("访问令牌 %(number)s 没有“%(right)s”权限。需要时新建一个有此权限的令牌")
    http_status = 403


class TokenTooBusy(LinliError):
    """More requests in a minute than a token may send."""

    code = "organisation.token-too-busy"
    title = _("请求太多")
    text = _("访问令牌 %(number)s 一分钟最多 %(most)s 次请求，已用完。请 %(wait_seconds)s 秒后再试")
    http_status = 429


class SessionUnknown(LinliError):
    """A session has ended, or is another's."""

    code = "organisation.session-unknown"
    title = _("没有找到")
    text = _("没有编号为 %(number)s 的登录，可能已经退出。请刷新后再看")
    http_status = 404


class CodeWrong(LinliError):
    """A one-time code does not fit the seed."""

    code = "organisation.code-wrong"
    text = _("动态码不对。核对手机时间是否自动，等下一个码出来再输")
    http_status = 422
