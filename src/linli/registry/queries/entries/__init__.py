"""Pages of the ledger's entries: compounds and communities."""

from linli.registry.queries.entries.communities import (
    EXPECTED_OF_A_COMMUNITY,
    CommunityPage,
    CommunityPlace,
    community_page,
    community_place,
)
from linli.registry.queries.entries.compounds import CompoundPage, CompoundPlace, compound_page, compound_place
from linli.registry.queries.entries.fields import Change, Item, current_facts

__all__ = [
    "EXPECTED_OF_A_COMMUNITY",
    "Change",
    "CommunityPage",
    "CommunityPlace",
    "CompoundPage",
    "CompoundPlace",
    "Item",
    "community_page",
    "community_place",
    "compound_page",
    "compound_place",
    "current_facts",
]
