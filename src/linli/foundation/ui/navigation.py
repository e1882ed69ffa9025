"""What the frame around a page shows: navigation, switches, post.

The portal fills these shapes; the setting ``LINLI_NAVIGATION`` names its function
``(request) -> Navigation``. The shapes know no domain: words, addresses and counts only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """One entry of the navigation.

    Attributes:
        label: Word of the work, as in ``调整方案``.
        url: Address it opens.
        icon: Name in the icon sprite.
        count: How many things wait for the reader; 0 shows nothing.
        is_current: The page shown belongs to this entry.
        short: Word of at most four characters for the rail and the phone; the label where empty.
    """

    label: str
    url: str
    icon: str
    count: int = 0
    is_current: bool = False
    short: str = ""

    @property
    def rail_label(self) -> str:
        """Return the word shown under the icon on the rail and the phone."""
        return self.short or self.label


@dataclass(frozen=True, kw_only=True)
class NavGroup:
    """Entries of one pillar, headed by its name.

    Attributes:
        title: Name of the pillar, as in ``优化社区布局``.
        short: Word on the rail, as in ``布局``.
        icon: Icon on the rail.
        items: Entries the post may use; a group without entries is left out.
    """

    title: str
    short: str
    icon: str
    items: tuple[NavItem, ...]

    @property
    def rail_item(self) -> NavItem:
        """Return the one entry that stands for the group on the rail; it opens the first of its items."""
        return NavItem(
            label=self.title,
            short=self.short,
            icon=self.icon,
            url=self.items[0].url,
            is_current=any(item.is_current for item in self.items),
        )


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One line of a switch.

    Attributes:
        label: What is chosen.
        url: Address that shows the same page with this choice.
        note: Second voice beside it, as a date or the higher area.
        is_current: The page shows this choice.
        is_held: The choice is not the effective one (a draft, a past date); marked in the colour of ``hold``.
    """

    label: str
    url: str
    note: str = ""
    is_current: bool = False
    is_held: bool = False


@dataclass(frozen=True, kw_only=True)
class Switch:
    """A menu of the top bar: the area, the layout or the post."""

    choices: tuple[Choice, ...]

    @property
    def current(self) -> Choice | None:
        """Return the choice the page shows, the first where none is marked, None where there are none."""
        marked = [choice for choice in self.choices if choice.is_current]
        return next(iter(marked or self.choices), None)


@dataclass(frozen=True, kw_only=True)
class Navigation:
    """Everything the frame shows besides the page.

    Attributes:
        home_url: Address behind the brand.
        first: Four entries everyone needs: 工作台, 治理地图, 工作台账, 收件箱.
        groups: Pillars with their entries.
        foot: Entries at the foot: 考评与报告, 设置.
        phone: The four entries of the phone's bottom bar; empty for residents.
        area: Areas of the post.
        layout: 现状, drafts, dates; empty where the page follows no layout.
        posts: Posts of the person.
        office: Name of the office, as in ``区民政局``.
        person: How the person is called in the menu of the post.
        inbox_url: Address of the inbox, empty where the reader has none.
        unread: Unread notices.
        search_url: Address of the search page, which also answers typed words; empty hides the field.
        sign_in_url: Address of the sign-in page for readers without an account.
        sign_out_url: Address that ends the session (POST).
        account_url: Address of the person's own settings.
        banner: Sentence above every page, as for a demo; empty shows nothing.
    """

    home_url: str = "/"
    first: tuple[NavItem, ...] = ()
    groups: tuple[NavGroup, ...] = ()
    foot: tuple[NavItem, ...] = ()
    phone: tuple[NavItem, ...] = ()
    area: Switch = Switch(choices=())
    layout: Switch = Switch(choices=())
    posts: Switch = Switch(choices=())
    office: str = ""
    person: str = ""
    inbox_url: str = ""
    unread: int = 0
    search_url: str = ""
    sign_in_url: str = ""
    sign_out_url: str = ""
    account_url: str = ""
    banner: str = ""


def navigation_for(request: HttpRequest) -> Navigation:
    """Return the navigation of the reader, by the function that ``LINLI_NAVIGATION`` names.

    Without the setting the frame is bare: no entries, no switches.
    """
    path = getattr(settings, "LINLI_NAVIGATION", "")
    if not path:
        return Navigation()
    build = cast("Callable[[HttpRequest], Navigation]", import_string(path))
    return build(request)
