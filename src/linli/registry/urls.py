"""Addresses of the registry: ledger, entries, governance map, imports."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from linli.registry.web import (
    archiving,
    bulk_edits,
    comparisons,
    entries,
    entry_edits,
    exemptions,
    figure,
    figure_source,
    figures,
    findings,
    imports,
    ledger,
    ledger_columns,
    maps,
    mending,
    mergers,
    rates,
    saved_lists,
    take_over,
)

app_name = "registry"
urlpatterns: list[URLPattern | URLResolver] = [
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/export/", ledger.export, name="ledger-export"),
    path("ledger/columns/", ledger_columns.choose_columns, name="ledger-columns"),
    *saved_lists.addresses,
    *bulk_edits.addresses,
    *mergers.addresses,
    path("ledger/archive/", archiving.archive, name="ledger-archive"),
    path("ledger/restore/", archiving.restore, name="ledger-restore"),
    path("ledger/compare/", comparisons.compare, name="ledger-compare"),
    path("ledger/compounds/new/", entry_edits.register, name="compound-new"),
    path("ledger/compounds/<str:code>/", entries.compound, name="compound"),
    path("ledger/compounds/<str:code>/edit/", entry_edits.edit_compound, name="compound-edit"),
    path("ledger/compounds/<str:code>/undo/<int:moment>/", entry_edits.undo_compound, name="compound-undo"),
    path("ledger/communities/<str:code>/", entries.community, name="community"),
    path("ledger/communities/<str:code>/edit/", entry_edits.edit_community, name="community-edit"),
    path("ledger/communities/<str:code>/undo/<int:moment>/", entry_edits.undo_community, name="community-undo"),
    path("ledger/figures/", figures.figures, name="figures"),
    path("ledger/figures/judge/", figures.judge, name="figures-judge"),
    path("ledger/figures/undo/<int:moment>/", figures.undo, name="figures-undo"),
    path("ledger/figures/rates/", rates.rates, name="figure-rates"),
    path("ledger/figures/missing/", rates.missing, name="figures-missing"),
    path("ledger/figures/<str:ledger>/<str:code>/<str:field>/", figure.figure, name="figure"),
    path(
        "ledger/figures/<str:ledger>/<str:code>/<str:field>/source/<str:number>/",
        figure_source.source,
        name="figure-source",
    ),
    path("ledger/files/<str:number>/", figure_source.take_file, name="import-file"),
    path("ledger/figures/<str:ledger>/<str:code>/<str:field>/judge/", figure.judge_one, name="figure-judge"),
    path("map/", maps.governance_map, name="map"),
    path("map/found/", maps.found, name="map-found"),
    path("map/sheet.pdf", maps.sheet, name="map-sheet"),
    path("map/parcels/<str:code>/", maps.card, name="map-card"),
    path("map/communities/<str:code>/", maps.community, name="map-community"),
    path("map/files/<int:number>/parcels-<str:name>.json", maps.parcels, name="map-parcels"),
    path("map/files/<int:number>/layout-<str:name>.json", maps.layout, name="map-layout"),
    *exemptions.addresses,
    *findings.addresses,
    *mending.addresses,
    # "take-over" would be taken for the number of an import.
    *take_over.addresses,
    *imports.addresses,
]
