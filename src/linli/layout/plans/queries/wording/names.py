"""How communities and figures are called in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from linli.foundation.names import community_key
from linli.layout.plans.rules.figures import PlanFigures

COMMUNITY_ENDING = "社区"


class NameBook:
    """Names of communities by code."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    @classmethod
    def of(cls, figures: PlanFigures, proposed: Mapping[str, str]) -> NameBook:
        """Return the names of the communities of a plan, those of new ones as they are proposed now."""
        return cls({one.code: proposed.get(one.code, one.name) for one in figures.communities})

    def full(self, code: str) -> str:
        """Return the whole name, the code where there is none."""
        return self._names.get(code, code)

    def short(self, code: str) -> str:
        """Return the name without 社区."""
        return community_key(self.full(code))

    def shorts(self, codes: Iterable[str]) -> str:
        """Return short names in a row, nobody for none."""
        return "、".join(self.short(code) for code in codes) or _("无社区")

    def fulls(self, codes: Iterable[str]) -> str:
        """Return whole names in a row."""
        return "、".join(self.full(code) for code in codes)


def households(count: int) -> str:
    """Return a number of households with its unit.

    Examples:
        >>> households(1846)
        '1,846 户'
    """
    return _("%(count)s 户") % {"count": f"{count:,}"}


def walk(metres: float) -> str:
    """Return a way on foot in metres, from one kilometre in kilometres.

    Examples:
        >>> walk(684.2), walk(1600.0)
        ('684 m', '1.6 km')
    """
    return f"{metres:.0f} m" if metres < 1000 else f"{metres / 1000:.1f} km"
