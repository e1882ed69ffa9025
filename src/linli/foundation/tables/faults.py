"""Faults of whole files, each with its next step."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from linli.foundation.errors import Fault, Place, ValidationFaults


def refused(
    where: Place | str, *, code: str, expected: str | Promise, found: object, remedy: str | Promise
) -> ValidationFaults:
    """Return the refusal of a file for one reason.

    Args:
        where: The place, or the name of the file.
        code: The reason in kebab case.
        expected: What should be there.
        found: What is there.
        remedy: What to do next.
    """
    place = where if isinstance(where, Place) else Place(file=where)
    return ValidationFaults([Fault(place, expected, str(found), remedy, f"tables.{code}")])


def too_large(where: Place | str, *, what: str, most: int, found: object) -> ValidationFaults:
    """Return the refusal of something that exceeds its bound."""
    return refused(
        where,
        code="too-large",
        expected=_("%(what)s不超过 %(most)d") % {"what": what, "most": most},
        found=found,
        remedy=_("请拆成几个较小的文件分别上传"),
    )
