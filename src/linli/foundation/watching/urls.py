"""Address of the figures."""

from django.urls import path

from linli.foundation.watching import pages

app_name = "watching"

urlpatterns = [path("metrics", pages.figures, name="metrics")]
