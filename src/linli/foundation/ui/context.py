"""Context processor of the frame."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

from linli.foundation.ui.navigation import Navigation, navigation_for
from linli.foundation.ui.preferences import size_of, theme_of


class Frame:
    """What every template may ask about the frame, under the name ``frame``.

    The navigation is built on first use: fragments never ask for it, so they cost no queries.
    """

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.theme = theme_of(request)
        self.size = size_of(request)
        self.nonce: str = getattr(request, "csp_nonce", "")
        self.address = request.get_full_path()

    @property
    def language(self) -> str:
        """Return the language tag of the page for ``<html lang>``."""
        return "en" if (get_language() or "").startswith("en") else "zh-Hans"

    @property
    def is_large(self) -> bool:
        """Tell whether the page is drawn in 适老 size."""
        return self.size == "large"

    @property
    def is_dark(self) -> bool:
        """Tell whether the page is drawn in the dark theme."""
        return self.theme == "dark"

    @cached_property
    def navigation(self) -> Navigation:
        """Return navigation, switches and post of the reader."""
        return navigation_for(self._request)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Give every template the frame."""
    return {"frame": Frame(request)}
