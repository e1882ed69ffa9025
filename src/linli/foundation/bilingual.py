"""Words that are kept as data in both languages: names of fields, standards, units.

Texts of the program go through gettext; what a district may exchange or add lies in its files, and there stand
both languages side by side.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text in Chinese and in English; as text it speaks the language of the reader.

    Attributes:
        zh: The Chinese text, which is never empty where there is anything to say.
        en: The English text.

    Examples:
        >>> from django.utils.translation import override
        >>> name = Bilingual("总户数", "Households")
        >>> with override("en"):
        ...     f"{name}"
        'Households'
        >>> with override("zh-hans"):
        ...     str(name), bool(name), bool(Bilingual("", ""))
        ('总户数', True, False)
    """

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en if speaks_english() else self.zh

    def __bool__(self) -> bool:
        return bool(self.zh)


def speaks_english() -> bool:
    """Say whether the reader reads English."""
    return (get_language() or "").startswith("en")


def listed(words: Iterable[object]) -> str:
    """Return words as a list in the language of the reader.

    Examples:
        >>> from django.utils.translation import override
        >>> with override("en"):
        ...     listed(["A", "B"])
        'A, B'
        >>> with override("zh-hans"):
        ...     listed(["甲", "乙"])
        '甲、乙'
    """
    return (", " if speaks_english() else "、").join(map(str, words))
