"""Addresses of the frame alone, so that its tests need no other room."""

from django.urls import include, path

urlpatterns = [path("ui/", include("linli.foundation.ui.urls"))]
