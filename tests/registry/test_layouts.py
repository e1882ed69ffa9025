"""The first take-over: written once, hashed alike on any database, in the trail."""

from __future__ import annotations

import pytest
from tests.factories.registry import NOW, grid_district

from linli.foundation import trail
from linli.registry.errors import DistrictTaken
from linli.registry.models import District, Layout, LayoutMember
from linli.registry.operations.layouts import write_first_layout
from linli.registry.queries.layouts import ground_of, layout_at, membership_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def district() -> District:
    grid_district("AAB", "345")
    return District.objects.get()


class TestFirstLayout:
    def test_holds_every_parcel_once_in_the_order_of_codes(self, district):
        layout = layout_at(district, at=NOW)
        ground = ground_of(district, parcel_set=layout.parcel_set)
        community_of, grid_of = membership_of(layout, ground)
        assert ground.codes == ("P-000001", "P-000002", "P-000003")
        assert community_of[0] == community_of[1] != community_of[2]
        assert (grid_of == -1).all()

    def test_is_refused_a_second_time_and_changes_nothing(self, district):
        members = list(LayoutMember.objects.values_list("parcel", "community"))
        with pytest.raises(DistrictTaken):
            write_first_layout(district, {}, basis_text="再来", by=trail.SYSTEM, now=NOW)
        assert Layout.objects.count() == 1
        assert list(LayoutMember.objects.values_list("parcel", "community")) == members
