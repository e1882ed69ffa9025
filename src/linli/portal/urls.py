"""Addresses of the portal."""

from __future__ import annotations

from django.urls import path

from linli.portal.web import accounts, home, inbox, interfaces, landing, search, standards, trail

app_name = "portal"

urlpatterns = [
    path("", home.home, name="home"),
    path("demo/progress/", landing.demo_progress, name="demo-progress"),
    path("search/", search.search, name="search"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("jobs/<str:number>/", inbox.job, name="job"),
    path("jobs/<str:number>/cancel/", inbox.cancel, name="job-cancel"),
    path("standards/", standards.standards, name="standards"),
    path("interfaces/", interfaces.interfaces, name="interfaces"),
    path("trail/", trail.trail, name="trail"),
    path("accounts/", accounts.accounts, name="accounts"),
]
