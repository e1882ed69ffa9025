"""Two districts with everything that an address can name, and whoever may ask for it.

What belongs to the west subdistrict or to the other district carries a mark in its name, so that a page which shows
it to the wrong reader gives itself away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import shapely
from django.test import Client
from tests.factories.organisation import (
    DISTRICT,
    EAST,
    EAST_FIRST,
    NOW,
    OTHER_DISTRICT,
    OTHER_EAST,
    WEST,
    WEST_FIRST,
    bearer_of,
    make_cast,
    make_person,
    make_post,
)
from tests.factories.registry import CORNER, grid_district

from linli.engine.geometry import three_degree_zone
from linli.foundation import jobs
from linli.foundation.jobs import execution
from linli.foundation.trail import SYSTEM
from linli.layout.plans.access import subdistricts_seen_by
from linli.layout.plans.models import AdjustmentPlan, ProposedCommunity
from linli.layout.plans.operations import request_plan
from linli.layout.plans.queries.map_files import comparison_files
from linli.organisation.access import Scope, scope_of_post
from linli.organisation.models import Office, OpenSession, Person
from linli.organisation.operations import make_token
from linli.organisation.operations.sessions import keep_session
from linli.organisation.queries import PostCard
from linli.organisation.rules import Role, TokenRight
from linli.registry.models import (
    Community,
    Compound,
    CompoundParcel,
    District,
    Exemption,
    Facility,
    Fact,
    Parcel,
    SavedList,
    Subdistrict,
)
from linli.registry.operations.audit import run_audit
from linli.registry.operations.facts import NewValue, record_values
from linli.registry.operations.imports import commit_import, preview_import, upload_import
from linli.registry.operations.layouts import write_first_layout
from linli.registry.operations.saved_lists import delete_list, save_list
from linli.registry.queries.ledger import Tab
from linli.registry.rules.exempting import ExemptionKind

LATER = NOW + timedelta(hours=1)
WEST_MARK, ABROAD_MARK = "西记", "外记"
#: Where what an address names lies: in the area of every post of the cast, in the west subdistrict of their
#: district, in another district, nowhere.
PLACES = ("OWN", "ANOTHERS", "ABROAD", "NOWHERE")


@dataclass(frozen=True)
class World:
    """Who may ask, and the names that fill an address, by the place that is asked for.

    Attributes:
        clients: A signed-in browser per role.
        tokens: The header of a token per role that may have one, with every right that its post may have.
        scopes: The scope of each role.
        names: Names per place.
    """

    clients: Mapping[Role, Client]
    tokens: Mapping[Role, Mapping[str, str]]
    scopes: Mapping[Role, Scope]
    names: Mapping[str, Mapping[str, object]]


def build() -> World:
    """Write the two districts and sign everybody in."""
    cast = make_cast()
    abroad_planner = scope_of_post(_post("abroad-planner", Role.PLANNER, OTHER_DISTRICT))
    west_officer = scope_of_post(_post("west-officer", Role.SUBDISTRICT, WEST))
    district, abroad = _home(), _abroad()
    for place in (district, abroad):
        run_audit(district=place.code, by=SYSTEM, now=NOW)
    east_officer = cast.scope(Role.SUBDISTRICT)
    own = _names("X-0001", EAST_FIRST, "P-000001", _made_by(east_officer, EAST, EAST_FIRST, "X-0001"))
    anothers = _names("X-0008", WEST_FIRST, "P-000008", _made_by(west_officer, WEST, WEST_FIRST, "X-0008"))
    foreign = _names(
        "X-9001", OTHER_EAST + "001", "P-900001", _made_by(abroad_planner, "", OTHER_EAST + "001", "X-9001")
    )
    # A list belongs to a post and a token to a person: each reader has their own.
    scopes = {role: cast.scope(role) for role in Role}
    named = {"OWN": own, "ANOTHERS": anothers, "ABROAD": foreign, "NOWHERE": _nowhere()}
    return World(
        clients={role: _signed_in(role.value.lower()) for role in Role},
        tokens={role: bearer_of(cast.posts[role]) for role in Role},
        scopes=scopes,
        names=named,
    )


def personal(scope: Scope) -> dict[str, object]:
    """Write a saved list, a token and a run of a post, and return their names."""
    gone = _saved(scope)
    delete_list(gone, by=scope, now=NOW)
    return {
        "saved": _saved(scope),
        "gone": gone,
        "session": _session(scope),
        "token": _token(scope),
        "job": _job(scope),
    }


def hash_seen_by(scope: Scope, plan: str) -> str:
    """Return the name of the layout file of a plan as a post sees it."""
    return comparison_files(AdjustmentPlan.objects.get(number=plan), only=subdistricts_seen_by(scope))[1][0]


def _post(username: str, role: Role, office: str) -> PostCard:
    return make_post(make_person(username, district=office[:6]), role, office=office)


def _home() -> District:
    district = grid_district(
        "AAB AAB .CC",
        "250 334 612",
        west="C",
        homes={"X-0008": f"{WEST_MARK}八号院", "X-0009": f"{WEST_MARK}九号院"},
    )
    Community.objects.filter(code=WEST_FIRST).update(name=f"{WEST_MARK}社区")
    known = Compound.objects.filter(district=district, household_count__isnull=False).order_by("code")
    _figures(district, known)
    Facility.objects.create(
        district=district,
        code="F-0001",
        name=f"{WEST_MARK}卫生站",
        kind="clinic",
        community=Community.objects.get(code=WEST_FIRST),
        point=shapely.Point(117.2032, 31.7953),
        founded_at=NOW,
    )
    return district


def _abroad() -> District:
    west, south = CORNER[0] + 0.5, CORNER[1]
    outline = shapely.box(west, south, west + 0.004, south + 0.004).reverse()
    district = District.objects.create(
        code=OTHER_DISTRICT, name="望山区", outline=outline, zone=three_degree_zone(west), parcel_set=1
    )
    subdistrict = Subdistrict.objects.create(
        district=district,
        code=OTHER_EAST,
        name=f"{ABROAD_MARK}街道",
        office=Office.objects.get(code=OTHER_EAST),
        founded_at=NOW,
    )
    community = Community.objects.create(
        district=district, code=OTHER_EAST + "001", name=f"{ABROAD_MARK}社区", subdistrict=subdistrict, founded_at=NOW
    )
    parcel = Parcel.objects.create(
        district=district, code="P-900001", kind="residential", outline=outline, area_m2=160_000, since_set=1
    )
    compound = Compound.objects.create(
        district=district,
        code="X-9001",
        name=f"{ABROAD_MARK}小区",
        household_count=2200,
        residents_count=5500,
        is_household_verified=True,
        founded_at=NOW,
    )
    CompoundParcel.objects.create(compound=compound, parcel=parcel)
    write_first_layout(district, {parcel: (community, None)}, basis_text="测试", by=SYSTEM, now=NOW)
    _figures(district, [compound])
    return district


def _figures(district: District, compounds: object) -> None:
    record_values(
        [
            NewValue(row.code, field, str(getattr(row, field)), as_of_on=date(2026, 11, 1), source="摸底")
            for row in compounds  # type: ignore[attr-defined]
            for field in ("household_count", "residents_count")
        ],
        district=district,
        ledger="compound",
        by="台账岗",
        now=NOW,
    )


def _made_by(scope: Scope, subdistrict: str, community: str, compound: str) -> dict[str, object]:
    """Let a post make what posts make: an import, a plan with its job, an exception, a list, a token."""
    plan = _plan(scope, subdistrict)
    return {
        "import": _import(scope),
        "written": _written(scope, compound),
        "plan": plan,
        "exemption": _exemption(scope, community),
        **personal(scope),
    }


def _import(scope: Scope) -> str:
    mark = ABROAD_MARK if scope.district_code == OTHER_DISTRICT else WEST_MARK if scope.area_code == WEST else "东记"
    known = Compound.objects.filter(district__code=scope.district_code).order_by("-code").first()
    code = "X-0001" if mark == "东记" else known.code if known else ""
    content = f"小区编码,小区名称,户数\n{code},,31\nX-0000,{mark}无此院,12\n".encode()
    card = upload_import(
        scope=scope, kind="compound", content=content, file_name=f"{mark}摸底表.csv", system="CGCS2000", now=NOW
    )
    return preview_import(card.number, scope=scope, now=NOW).number


def _written(scope: Scope, compound: str) -> str:
    content = f"小区编码,小区名称,户数\n{compound},{Compound.objects.get(code=compound).name},31\n".encode()
    card = upload_import(
        scope=scope, kind="compound", content=content, file_name="已写入.csv", system="CGCS2000", now=NOW
    )
    preview_import(card.number, scope=scope, now=NOW)
    return commit_import(card.number, scope=scope, only_good=True, now=LATER).number


def _plan(scope: Scope, subdistrict: str) -> str:
    mark = ABROAD_MARK if scope.district_code == OTHER_DISTRICT else WEST_MARK if subdistrict == WEST else "东记"
    plan = request_plan(
        scope=scope,
        district=scope.district_code,
        subdistrict=subdistrict or None,
        band=(50, 9000),
        seed=7,
        title=f"{mark}方案",
        now=NOW,
    )
    # The job runs when a transaction ends, which this one never does.
    execution.execute(plan.job)
    plan.refresh_from_db()
    ProposedCommunity.objects.create(
        plan=plan, draft_id="new-1", name=f"{mark}新村", subdistrict=Subdistrict.objects.order_by("pk").first()
    )
    return plan.number


def _job(scope: Scope) -> str:
    run = jobs.schedule(
        "linli.registry.jobs.audit_changes",
        by=scope,
        now=NOW,
        title="核查改动过的数据",
        district=scope.district_code,
    )
    return run.public_id


def _exemption(scope: Scope, community: str) -> str:
    bound = Community.objects.get(code=community)
    Exemption.objects.create(
        district=bound.district,
        kind=ExemptionKind.BAND,
        subject_code=community,
        reason=f"{bound.name}规模特殊",
        registered_by=scope.post.name,
        registered_at=NOW,
        until_on=date(2027, 6, 1),
    ).communities.set([bound])
    return community


def _saved(scope: Scope) -> int:
    return save_list(
        name=f"视图{SavedList.objects.count()}",
        tab=Tab.COMPOUNDS,
        address="tab=compounds&q=1",
        is_shared=False,
        by=scope,
        now=NOW,
    )


def _session(scope: Scope) -> str:
    person = Person.objects.get(username=scope.post.username)
    key = f"another-browser-{OpenSession.objects.count()}"
    keep_session(person, session_key=key, agent="Firefox/130 Linux", is_shared=False, now=NOW)
    return OpenSession.objects.get(session_key=key).number


def _token(scope: Scope) -> str:
    made = make_token(
        post=scope.post.code,
        name="地图软件",
        rights=[TokenRight.READ_LEDGER],
        ends_on=date(2027, 1, 1),
        by=scope,
        now=NOW,
    )
    return made.card.number


def _names(compound: str, community: str, parcel: str, made: Mapping[str, object]) -> dict[str, object]:
    figure = Fact.objects.filter(subject_code=compound, field="household_count").order_by("pk").first()
    assert figure is not None
    return {
        "compound": compound,
        "community": community,
        "parcel": parcel,
        "figure": f"{figure.pk}",
        **made,
        "content_hash": comparison_files(AdjustmentPlan.objects.get(number=made["plan"]))[1][0],
    }


def _nowhere() -> dict[str, object]:
    return {
        "compound": "X-7777",
        "community": "990101999999",
        "parcel": "P-777777",
        "figure": "777777",
        "import": f"{DISTRICT}-I2026-7777",
        "plan": f"{DISTRICT}-2026-7777",
        "job": "J-777777777777",
        "exemption": "990101999999",
        "saved": 777777,
        "gone": 777777,
        "session": "S-77777777",
        "token": "T-77777777",
        "written": f"{DISTRICT}-I2026-7777",
        "content_hash": "0123456789abcdef",
    }


def _signed_in(username: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(Person.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
    # The first page writes the post into the session; what follows then writes nothing by itself.
    client.get("/standards/")
    return client


__all__ = ["ABROAD_MARK", "LATER", "PLACES", "WEST_MARK", "World", "build", "hash_seen_by", "personal"]
