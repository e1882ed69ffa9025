"""Who may ask for what: one rule per address of the house. A new address gets its rule here.

Read a line as: this address needs that permission, and names a thing of that kind. What lies outside the area of a
post is not found (404), whatever the post may do; a role that may not do a thing at all is told so (403) where the
thing is its own; who has not signed in is led to the sign-in, and on the API gets 401.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from linli.organisation.rules import Permission, Role, reach_of

P = Permission
#: For what needs an account and nothing more.
ANY_POST = None


@dataclass(frozen=True)
class Rule:
    """Who may use an address.

    Attributes:
        needs: What the post must be permitted; None for any post.
        names: Kind of thing that the address names: with it, the area of the post counts.
        method: How the address is asked.
        body: Form or JSON fields sent along; ``{name}`` stands for a name of the place asked for.
        is_public: Whether it answers those who have not signed in.
        of_district: Whether the permission must hold for the whole district.
        is_personal: Whether the thing belongs to a post or person, so that a colleague's is not found either.
        either: Permissions of which one is enough, beside ``needs``.
        address: Further parts of the address, by the name of its parameter.
        is_api: Whether a token opens it.
        hidden_from: Roles that it does not exist for, though they may read: what it names lies above their area.
        only: The roles that it is for, where no permission says so.
        tended_by: Role that looks after others' things of the kind.
        on_border: Whether it shows the name, and no more, of what lies beyond the area.
        is_absent: Whether the world holds nothing that it could show, so that everybody is told so.
        why: Reason for what is unusual.
    """

    needs: Permission | None = ANY_POST
    names: str = ""
    method: str = "GET"
    body: Mapping[str, object] = field(default_factory=dict)
    is_public: bool = False
    of_district: bool = False
    is_personal: bool = False
    either: tuple[Permission, ...] = ()
    address: Mapping[str, object] = field(default_factory=dict)
    is_api: bool = False
    hidden_from: frozenset[Role] = frozenset()
    only: frozenset[Role] | None = None
    tended_by: Role | None = None
    on_border: bool = False
    is_absent: bool = False
    why: str = ""

    def allows(self, role: Role) -> bool:
        """Say whether a role may use the address for what is its own."""
        if role in self.hidden_from or (self.only is not None and role not in self.only):
            return False
        if self.needs is None:
            return True
        wanted = (self.needs, *self.either)
        return any(reach_of(role, one).own and (not self.of_district or role in OF_DISTRICT) for one in wanted)


Rules = tuple[Rule, ...]
#: Roles of the cast whose area is the whole district.
OF_DISTRICT = frozenset(Role) - {Role.SUBDISTRICT, Role.WORKER}
WORKER = frozenset({Role.WORKER})
#: Who keeps figures, and the district itself: they see small counts.
SEES_SMALL = frozenset({Role.PLANNER, Role.ORGANISER, Role.SUBDISTRICT, Role.WORKER, Role.LEADER})


def page(needs: Permission | None = ANY_POST, names: str = "", **more: object) -> Rules:
    """Return the rule of what is looked at."""
    return (Rule(needs, names, **more),)  # type: ignore[arg-type]


def act(needs: Permission | None, names: str = "", **more: object) -> Rules:
    """Return the rule of what changes or takes something."""
    return (Rule(needs, names, method="POST", **more),)  # type: ignore[arg-type]


def form(needs: Permission | None = ANY_POST, names: str = "", **more: object) -> Rules:
    """Return the rules of a page that is looked at and sent back."""
    return page(needs, names, **more) + act(needs, names, **more)


def asked(needs: Permission | None, names: str = "", **more: object) -> Rules:
    """Return the rule of an operation of the API."""
    return (Rule(needs, names, is_api=True, **more),)  # type: ignore[arg-type]


EVERYBODY: Rules = (Rule(is_public=True),)
FIGURE = {"ledger": "compound", "field": "household_count"}
COMPOUNDS = {"name": "compounds"}
MOMENT = {"moment": 1_795_399_200_000_000}

RULES: Mapping[str, Rules] = {
    # The portal.
    "portal:home": page(is_public=True, why="shows the demo, or leads to the sign-in"),
    "portal:demo-progress": page(is_public=True, why="leads to the sign-in where there is no demo"),
    "portal:search": page(),
    "portal:interfaces": page(),
    "portal:inbox": page(),
    "portal:job": page(P.READ, "job", why="who does not read the whole district sees what their post asked for"),
    "portal:job-cancel": act(P.AUDIT, "job"),
    "portal:standards": page(),
    "portal:trail": page(P.READ_TRAIL),
    "portal:accounts": page(P.ADMINISTER),
    # The door.
    "organisation:sign-in": form(is_public=True),
    "organisation:second-step": form(is_public=True),
    "organisation:sign-out": act(ANY_POST, is_public=True, why="signs out whoever is signed in"),
    "organisation:choose-post": form(),
    "organisation:password": form(),
    "organisation:second-factor": form(),
    "organisation:sessions": page(),
    "organisation:sessions-end-others": act(ANY_POST),
    "organisation:session-end": act(ANY_POST, "session", is_personal=True),
    "organisation:tokens": form(),
    "organisation:token-end": act(ANY_POST, "token", is_personal=True, tended_by=Role.ADMIN),
    "organisation:admin-sign-in": page(is_public=True, why="leads to the one sign-in"),
    # The frame and those who watch.
    "ui:theme": act(ANY_POST, is_public=True, body={"theme": "dark"}),
    "ui:size": act(ANY_POST, is_public=True, body={"size": "large"}),
    "ui:language": act(ANY_POST, is_public=True, body={"language": "en"}),
    "ui:style-guide": EVERYBODY,
    "health:live": EVERYBODY,
    "health:ready": EVERYBODY,
    "watching:metrics": page(is_public=True, why="by its own token or address, see docs/how-to/run-in-production.md"),
    # The ledger.
    "registry:ledger": form(P.READ),
    "registry:ledger-export": act(P.READ),
    "registry:ledger-columns": page(P.READ),
    "registry:saved-list-save": act(P.READ, body={"name": "新视图"}),
    "registry:saved-list": page(P.READ, "saved", is_personal=True),
    "registry:saved-list-change": act(P.READ, "saved", is_personal=True, body={"name": "改名"}),
    "registry:saved-list-delete": act(P.READ, "saved", is_personal=True),
    "registry:saved-list-restore": act(P.READ, "gone", is_personal=True),
    "registry:saved-list-first": act(P.READ, "saved", is_personal=True),
    "registry:ledger-bulk": form(P.EDIT_LEDGER),
    "registry:ledger-paste": form(P.EDIT_LEDGER),
    "registry:ledger-bulk-undo": act(P.EDIT_LEDGER, address=MOMENT),
    "registry:ledger-archive": form(P.EDIT_LEDGER),
    "registry:ledger-restore": form(P.EDIT_LEDGER),
    "registry:ledger-compare": form(P.READ),
    "registry:repeats": page(P.EDIT_LEDGER),
    "registry:repeats-apart": act(P.EDIT_LEDGER),
    "registry:merge": form(P.EDIT_LEDGER),
    "registry:merge-undo": act(P.EDIT_LEDGER, address={"code": "X-0001"}),
    "registry:compound-new": form(P.EDIT_LEDGER),
    "registry:compound": page(P.READ, "compound"),
    "registry:compound-edit": form(P.EDIT_LEDGER, "compound"),
    "registry:compound-undo": act(P.EDIT_LEDGER, "compound", address=MOMENT),
    "registry:community": page(P.READ, "community"),
    "registry:community-edit": form(P.EDIT_LEDGER, "community"),
    "registry:community-undo": act(P.EDIT_LEDGER, "community", address=MOMENT),
    "registry:figures": page(P.VERIFY, either=(P.EDIT_LEDGER,)),
    "registry:figures-judge": act(P.VERIFY),
    "registry:figures-undo": act(P.VERIFY, address=MOMENT),
    "registry:figure-rates": page(P.READ),
    "registry:figures-missing": page(P.READ),
    "registry:figure": page(P.READ, "compound", address=FIGURE),
    "registry:figure-source": page(
        P.READ, "compound", address=FIGURE, only=SEES_SMALL, why="the row holds other figures, small ones among them"
    ),
    "registry:figure-judge": act(
        P.VERIFY, "compound", address=FIGURE, body={"act": "verify", "figure": "compound:{compound}:household_count:1"}
    ),
    "registry:import-file": act(P.IMPORT, "import"),
    # The map.
    "registry:map": page(P.READ),
    "registry:map-found": page(P.READ),
    "registry:map-sheet": page(P.READ),
    "registry:map-card": page(P.READ, "parcel", on_border=True),
    "registry:map-community": page(P.READ, "community", on_border=True),
    "registry:map-parcels": page(P.READ, address={"number": 1, "name": "0" * 16}),
    "registry:map-layout": page(P.READ, address={"number": 1, "name": "0" * 16}),
    # What is wrong, what is excepted, what is mended.
    "registry:exemptions": page(P.READ),
    "registry:exemptions-export": act(P.READ),
    "registry:exemption-new": form(P.PLAN),
    "registry:exemption-end": act(P.PLAN, "exemption", address={"kind": "BAND"}),
    "registry:exemption-undo": act(P.PLAN, "exemption", address={"kind": "BAND", **MOMENT}),
    "registry:findings": page(P.READ),
    "registry:findings-export": act(P.READ),
    "registry:findings-audit": act(P.AUDIT),
    "registry:mend": form(P.PLAN, "parcel", of_district=True),
    "registry:mend-undo": act(P.PLAN, of_district=True, address={"number": 1}),
    # Imports.
    "registry:take-over": form(P.IMPORT, of_district=True),
    "registry:imports": page(P.READ),
    "registry:import-new": form(P.IMPORT),
    "registry:import": page(P.READ, "import", hidden_from=WORKER),
    "registry:import-columns": page(P.READ, "import", hidden_from=WORKER) + act(P.IMPORT, "import"),
    "registry:import-system": page(P.READ, "import", hidden_from=WORKER) + act(P.IMPORT, "import"),
    "registry:import-commit": act(P.IMPORT, "import"),
    "registry:import-take-back": act(P.IMPORT, "import"),
    "registry:import-discard": act(P.IMPORT, "import"),
    "registry:import-problems": page(P.READ, "import", hidden_from=WORKER),
    "registry:import-mend": act(P.IMPORT, "import", body={"row": "2", "heading": "户数", "value": "32"}),
    "registry:import-settle": act(P.IMPORT, "import", body={"row": "2", "ask": "MATCH", "answer": "SKIP"}),
    "registry:import-returned": page(P.IMPORT, "import"),
    "registry:import-progress": page(P.READ, "import", hidden_from=WORKER),
    "registry:import-cancel": act(P.IMPORT, "import"),
    # Plans.
    "plans:list": page(P.READ),
    "plans:new": form(P.PLAN),
    "plans:plan": page(P.READ, "plan"),
    "plans:staying": page(
        P.READ, "plan", address={"compound": "X-0001"}, is_absent=True, why="the plans here move no compound"
    ),
    "plans:progress": page(P.READ, "plan"),
    "plans:cancel": act(P.PLAN, "plan"),
    "plans:rename": act(P.PLAN, "plan", body={"title": "新名"}),
    "plans:export": act(
        P.READ,
        "plan",
        body={"file": "plan.geojson"},
        only=frozenset(Role) - WORKER,
        why="papers show all that the plan touches, here a whole subdistrict",
    ),
    "plans:communities": page(P.READ, "plan"),
    "plans:rename-community": act(P.PLAN, "plan", address={"draft_id": "new-1"}, body={"name": "新桥社区"}),
    "plans:layout-file": page(P.READ, "plan"),
    # The API.
    "api:openapi-json": EVERYBODY,
    "api:api-root": page(is_public=True, why="is no operation: always 404"),
    "api:own_token": asked(ANY_POST),
    "api:subdistricts": asked(P.READ),
    "api:communities": asked(P.READ),
    "api:community": asked(P.READ, "community"),
    "api:grids": asked(P.READ),
    "api:compounds": asked(P.READ),
    "api:compound": asked(P.READ, "compound"),
    "api:facilities": asked(P.READ),
    "api:parcels": asked(P.READ),
    "api:found": asked(P.READ),
    "api:layouts": asked(P.READ),
    "api:members": asked(P.READ, address={"number": 1}),
    "api:imports": asked(P.IMPORT),
    "api:upload": asked(P.IMPORT, method="POST"),
    "api:detail": asked(P.IMPORT, "import"),
    "api:rows": asked(P.IMPORT, "import"),
    "api:columns": asked(P.IMPORT, "import", method="POST", body={"mapping": {"户数": "household_count"}}),
    "api:system": asked(P.IMPORT, "import", method="POST", body={"system": "CGCS2000"}),
    "api:preview": asked(P.IMPORT, "import", method="POST"),
    "api:answers": asked(P.IMPORT, "import", method="POST", body={"rows": [2], "answer": "SKIP"}),
    "api:commit": asked(P.IMPORT, "import", method="POST"),
    "api:discard": asked(P.IMPORT, "import", method="POST"),
    "api:take_back": asked(P.IMPORT, "import", method="POST"),
    "api:changes": asked(P.READ),
    "api:export": asked(P.READ, address={"resource": "compounds"}),
    "api:plans": asked(P.READ),
    "api:plan": asked(P.READ, "plan"),
    "api:trail_entries": asked(P.READ_TRAIL),
    # The features, by the standard of map programs.
    "features:landing": EVERYBODY,
    "features:conformance": EVERYBODY,
    "features:api": EVERYBODY,
    "features:collections": asked(ANY_POST),
    "features:collection": asked(P.READ, address=COMPOUNDS),
    "features:items": asked(P.READ, address=COMPOUNDS),
    "features:item": asked(P.READ, "compound", address=COMPOUNDS),
}
#: Addresses below this one are Django's own pages of the tables, read only: one rule for all, see `test_admin.py`.
ADMIN = "admin:"
#: Which name of a place fills which parameter of an address.
PARAMETERS: Mapping[tuple[str, str], str] = {
    ("saved", "number"): "saved",
    ("gone", "number"): "gone",
    ("session", "number"): "session",
    ("token", "number"): "token",
    ("job", "number"): "job",
    ("import", "number"): "import",
    ("plan", "number"): "plan",
    ("compound", "code"): "compound",
    ("compound", "identity"): "compound",
    ("community", "code"): "community",
    ("parcel", "code"): "parcel",
    ("exemption", "subject"): "exemption",
    ("compound", "number"): "written",
    ("plan", "content_hash"): "content_hash",
}
