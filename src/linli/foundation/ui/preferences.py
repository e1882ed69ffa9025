"""How a reader wants pages drawn: theme and size, kept in cookies that hold nothing else."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest

THEME_COOKIE: Final = "ll_theme"
SIZE_COOKIE: Final = "ll_size"
THEMES: Final = ("light", "dark")
SIZES: Final = ("standard", "large")
KEPT_SECONDS: Final = 365 * 24 * 3600


def theme_of(request: HttpRequest) -> str:
    """Return the theme the reader chose, ``light`` where none or an unknown one is stored."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else THEMES[0]


def size_of(request: HttpRequest) -> str:
    """Return the text size the reader chose: ``standard`` or ``large`` (适老)."""
    chosen = request.COOKIES.get(SIZE_COOKIE, "")
    return chosen if chosen in SIZES else SIZES[0]
