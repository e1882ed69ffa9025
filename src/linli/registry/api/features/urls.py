"""Addresses of the features; the last part never ends in a slash, as the standard writes them."""

from __future__ import annotations

from django.urls import path

from linli.registry.api.features import addresses

app_name = "features"

urlpatterns = [
    path("", addresses.landing, name="landing"),
    path("conformance", addresses.conformance, name="conformance"),
    path("api", addresses.api, name="api"),
    path("collections", addresses.collections, name="collections"),
    path("collections/<str:name>", addresses.collection, name="collection"),
    path("collections/<str:name>/items", addresses.items, name="items"),
    path("collections/<str:name>/items/<str:identity>", addresses.item, name="item"),
]
