"""A model of the tests with one geometry that must be there and one that may be missing."""

import pytest
from django.db import connection, models

from linli.foundation.geometry import GeometryField


class Yard(models.Model):
    name = models.CharField(max_length=20)
    outline = GeometryField()
    gate = GeometryField(null=True)

    class Meta:
        app_label = "geometry_tests"


@pytest.fixture
def yards(transactional_db):
    """The model, with its table for the length of a test."""
    with connection.schema_editor() as editor:
        editor.create_model(Yard)
    yield Yard
    with connection.schema_editor() as editor:
        editor.delete_model(Yard)
