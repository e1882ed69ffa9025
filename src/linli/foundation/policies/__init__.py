"""Policy profiles (政策参数): every threshold, deadline and weight as dated data with its source."""

from linli.foundation.policies.errors import ProfileMalformed, ProfileUnknown, StandardMissing
from linli.foundation.policies.loader import NATIONAL, profile, profile_names, read_profile
from linli.foundation.policies.queries import standards_on, versions_of
from linli.foundation.policies.standards import Grade, Level, Profile, Source, Standard, StandardsOn

__all__ = [
    "NATIONAL",
    "Grade",
    "Level",
    "Profile",
    "ProfileMalformed",
    "ProfileUnknown",
    "Source",
    "Standard",
    "StandardMissing",
    "StandardsOn",
    "profile",
    "profile_names",
    "read_profile",
    "standards_on",
    "versions_of",
]
