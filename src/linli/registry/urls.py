"""Addresses of the registry: ledger, entries, governance map, imports."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from linli.registry.web import entries, imports, ledger, maps, take_over

app_name = "registry"
urlpatterns: list[URLPattern | URLResolver] = [
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/export/", ledger.export, name="ledger-export"),
    path("ledger/compounds/new/", entries.register, name="compound-new"),
    path("ledger/compounds/<str:code>/", entries.compound, name="compound"),
    path("ledger/compounds/<str:code>/edit/", entries.edit_compound, name="compound-edit"),
    path("ledger/compounds/<str:code>/undo/<int:moment>/", entries.undo_compound, name="compound-undo"),
    path("ledger/communities/<str:code>/", entries.community, name="community"),
    path("ledger/communities/<str:code>/edit/", entries.edit_community, name="community-edit"),
    path("ledger/communities/<str:code>/undo/<int:moment>/", entries.undo_community, name="community-undo"),
    path("map/", maps.governance_map, name="map"),
    path("map/found/", maps.found, name="map-found"),
    path("map/sheet.pdf", maps.sheet, name="map-sheet"),
    path("map/parcels/<str:code>/", maps.card, name="map-card"),
    path("map/communities/<str:code>/", maps.community, name="map-community"),
    path("map/files/<int:number>/parcels-<str:name>.json", maps.parcels, name="map-parcels"),
    path("map/files/<int:number>/layout-<str:name>.json", maps.layout, name="map-layout"),
    # "take-over" would be taken for the number of an import.
    *take_over.addresses,
    *imports.addresses,
]
