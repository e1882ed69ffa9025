"""What standards are about, in the order in which readers look for them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: Topic -> its name.
TOPICS: Mapping[str, str | Promise] = MappingProxyType(
    {
        "layout": _("社区规模与布局"),
        "residents": _("居民自治"),
        "facilities": _("服务设施"),
        "staff": _("社区工作者与网格"),
        "owners": _("物业与业主"),
        "party": _("党组织"),
        "duties": _("吹哨报到与诉求"),
        "procedure": _("程序与公示"),
        "papers": _("公文与会议"),
        "privacy": _("个人信息与留痕"),
        "figures": _("台账校验"),
        "software": _("核查与方案推算"),
        "other": _("其他"),
    }
)
_KINDS = {
    "layout": "Community Custody Assignment CompleteCommunity LifeCircle residential_block OldCompound",
    "residents": (
        "ResidentsCommittee ResidentsAssembly DelegatesAssembly ResidentsDelegate HandoverList Appraisal"
        " ResidentsGroup ResidentsWill"
    ),
    "facilities": (
        "ServiceFacility EmbeddedFacility kindergarten NurseryCare DayCareCentre HealthStation shop"
        " ConvenienceService public_toilet waste_station SportsFacility green parking CulturalService ElderlyCare"
        " ServiceCentre LegalService PoliceStation school waste_point CommunityOffice"
    ),
    "staff": "CommunityWorker CommunitySecretary PostGrade LegalAdviser Grid MicroGrid",
    "owners": "OwnersAssembly OwnersCommittee PropertyContract property_rooms",
    "party": "PartyBranch GeneralBranch CommunityPartyCommittee",
    "duties": "Whistle Appeal Satisfaction WorkingDay",
    "procedure": "PublicNotice PublicComment Hearing rename BaseMap ApprovalPaper",
    "papers": "OfficialDocument JointMeeting",
    "privacy": "AuditTrail access_right masking",
    "figures": "LedgerEntry",
    "software": "Layout Parcel Import Plan",
}
TOPIC_OF_KIND = {kind: topic for topic, kinds in _KINDS.items() for kind in kinds.split()}


def topic_of(applies_to: str) -> str:
    """Return the topic of the kind of thing that a standard applies to.

    Examples:
        >>> topic_of("public toilet"), topic_of("Dragon")
        ('facilities', 'other')
    """
    return TOPIC_OF_KIND.get(applies_to.replace(" ", "_"), "other")
