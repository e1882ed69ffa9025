"""Addresses that a supervisor or a proxy asks."""

from django.urls import path

from linli.foundation.health import pages

app_name = "health"

urlpatterns = [path("live", pages.live, name="live"), path("ready", pages.ready, name="ready")]
