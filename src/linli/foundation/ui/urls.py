"""Addresses of the reader's own choices and of the style guide."""

from django.urls import path
from django.views.i18n import set_language

from linli.foundation.ui import pages

app_name = "ui"

urlpatterns = [
    path("preferences/theme", pages.choose_theme, name="theme"),
    path("preferences/size", pages.choose_size, name="size"),
    path("preferences/language", set_language, name="language"),
    path("style-guide", pages.style_guide, name="style-guide"),
]
