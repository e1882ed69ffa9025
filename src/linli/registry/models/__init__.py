"""Stored shapes of the registry; private to it. Others read typed cards from ``registry.queries``.

Places (district, subdistrict, community, grid) say who looks after what; parcels and terrain are the ground;
compounds, buildings and facilities stand on it; facts are the figures with their history; claims are what
offices say; layouts are what holds; imports and findings are how the ledger came about and what is wrong in it.
"""

from linli.registry.models.claims import Claim, Custody, Exemption
from linli.registry.models.compounds import (
    STANDING,
    Building,
    Compound,
    CompoundEdition,
    CompoundFigures,
    CompoundParcel,
)
from linli.registry.models.facilities import Facility, OwnersCommittee, PartyOrganisation, PropertyManagement
from linli.registry.models.facts import Fact
from linli.registry.models.findings import AuditRun, Finding
from linli.registry.models.ground import Crossing, Parcel, ParcelLineage, TerrainLine
from linli.registry.models.imports import ColumnMemory, ImportAnswer, ImportBatch, ImportMend, ImportRow
from linli.registry.models.layouts import Layout, LayoutMember
from linli.registry.models.lists import FirstList, SavedList
from linli.registry.models.mergers import CompoundMerger, DistinctCompounds
from linli.registry.models.places import Community, District, Grid, PopulationSummary, Subdistrict, Succession

__all__ = [
    "STANDING",
    "AuditRun",
    "Building",
    "Claim",
    "ColumnMemory",
    "Community",
    "Compound",
    "CompoundEdition",
    "CompoundFigures",
    "CompoundMerger",
    "CompoundParcel",
    "Crossing",
    "Custody",
    "DistinctCompounds",
    "District",
    "Exemption",
    "Facility",
    "Fact",
    "Finding",
    "FirstList",
    "Grid",
    "ImportAnswer",
    "ImportBatch",
    "ImportMend",
    "ImportRow",
    "Layout",
    "LayoutMember",
    "OwnersCommittee",
    "Parcel",
    "ParcelLineage",
    "PartyOrganisation",
    "PopulationSummary",
    "PropertyManagement",
    "SavedList",
    "Subdistrict",
    "Succession",
    "TerrainLine",
]
