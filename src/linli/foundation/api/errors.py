"""Refusals of the API that belong to no room."""

from django.utils.translation import gettext_lazy as _

from linli.foundation.errors import LinliError


class NothingHere(LinliError):
    """The address holds nothing, or nothing that the caller may know of."""

    code = "api.nothing-here"
    title = _("没有找到")
    text = _("这个地址没有内容，或不在岗位的管辖范围。请核对编号和地址")
    http_status = 404


class MethodWrong(LinliError):
    """The address knows other methods."""

    code = "api.method-wrong"
    text = _("这个地址不接受 %(method)s 请求，请查看接口说明")
    http_status = 405


class RequestMalformed(LinliError):
    """The body or a header cannot be read."""

    code = "api.request-malformed"
    text = _("请求读不懂：%(reason)s。请按接口说明改正")
    http_status = 400


class RequestWrong(LinliError):
    """Parameters are missing or cannot be."""

    code = "api.request-wrong"
    title = _("内容需要改正")
    text = _("请求里有 %(count)s 处不对，第一处是 %(where)s：%(reason)s。请按接口说明改正")
    http_status = 422


class ParameterWrong(LinliError):
    """A parameter of a standard's request is unknown or cannot be; the standard wants 400 where we say 422."""

    code = "api.parameter-wrong"
    title = _("内容需要改正")
    text = _("参数 %(where)s 不对：%(reason)s。请按接口说明改正")
    http_status = 400


class ServerFault(LinliError):
    """A fault of ours."""

    code = "api.server-fault"
    title = _("系统出了故障")
    text = _("系统出了故障，已记下，编号 %(number)s。请稍后重试，或把编号告诉系统管理员")
    http_status = 500
