"""Every address of Linli, room by room."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("linli.portal.urls")),
    path("", include("linli.organisation.urls")),
    path("ui/", include("linli.foundation.ui.urls")),
    path("", include("linli.registry.urls")),
    path("plans/", include("linli.layout.plans.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "linli.foundation.ui.pages.bad_request"
handler403 = "linli.foundation.ui.pages.forbidden"
handler404 = "linli.foundation.ui.pages.not_found"
handler500 = "linli.foundation.ui.pages.server_fault"
