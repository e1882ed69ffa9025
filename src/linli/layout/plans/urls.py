"""Addresses of this room."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from linli.layout.plans.web import asking, exporting, making, pages, staying

app_name = "plans"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.plan_list, name="list"),
    path("new/", asking.new_plan, name="new"),
    path("<str:number>/", pages.plan_page, name="plan"),
    path("<str:number>/progress/", making.progress, name="progress"),
    path("<str:number>/cancel/", making.cancel, name="cancel"),
    path("<str:number>/rename/", pages.rename, name="rename"),
    path("<str:number>/staying/<str:compound>/", staying.staying, name="staying"),
    path("<str:number>/export/", exporting.export, name="export"),
    path("<str:number>/communities/", pages.communities, name="communities"),
    path("<str:number>/communities/<str:draft_id>/rename/", pages.rename_community, name="rename-community"),
    re_path(
        r"^(?P<number>[0-9-]+)/layout-(?P<content_hash>[0-9a-f]{16})\.json$", pages.layout_file, name="layout-file"
    ),
]
