"""Every address of Linli, room by room."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from linli.portal.api import api

urlpatterns = [
    path("", include("linli.portal.urls")),
    path("", include("linli.organisation.urls")),
    path("", include("linli.foundation.watching.urls")),
    path("health/", include("linli.foundation.health.urls")),
    path("ui/", include("linli.foundation.ui.urls")),
    path("", include("linli.registry.urls")),
    path("plans/", include("linli.layout.plans.urls")),
    path("api/v1/", api.urls),
    path("ogc/", include("linli.registry.api.features.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "linli.foundation.ui.pages.bad_request"
handler403 = "linli.foundation.ui.pages.forbidden"
handler404 = "linli.foundation.ui.pages.not_found"
handler500 = "linli.foundation.ui.pages.server_fault"
