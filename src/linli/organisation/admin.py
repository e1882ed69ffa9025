"""Read-only admin pages of the organisation; no page shows a password hash."""

from __future__ import annotations

from django.contrib import admin

from linli.foundation.ui.admin import ReadOnlyAdmin
from linli.organisation.models import AccessToken, Office, Person, Post


@admin.register(Person)
class PersonAdmin(ReadOnlyAdmin):
    """People (人员)."""

    list_display = ("username", "display_name", "is_active", "is_staff", "must_change_password")
    list_filter = ("is_active", "is_staff")
    district_lookup = "district_code"
    search_fields = ("username",)
    exclude = ("password",)


@admin.register(Office)
class OfficeAdmin(ReadOnlyAdmin):
    """Offices (单位)."""

    list_display = ("code", "name", "kind", "parent", "valid_from_on", "valid_to_on")
    list_filter = ("kind",)
    district_lookup = "district_code"
    list_select_related = ("parent",)
    search_fields = ("code", "name")


@admin.register(Post)
class PostAdmin(ReadOnlyAdmin):
    """Posts (岗位)."""

    list_display = ("code", "person", "office", "role", "title", "area_office", "valid_from_on", "valid_to_on")
    list_filter = ("role",)
    district_lookup = "office__district_code"
    list_select_related = ("person", "office", "area_office")
    search_fields = ("code", "title", "person__username", "office__name")


@admin.register(AccessToken)
class AccessTokenAdmin(ReadOnlyAdmin):
    """Access tokens (访问令牌); no page shows the hash of a secret."""

    list_display = ("number", "name", "post", "made_at", "ends_on", "ended_at", "last_used_on")
    list_select_related = ("post__office",)
    district_lookup = "post__office__district_code"
    search_fields = ("number", "name", "post__code")
    exclude = ("secret_hash", "minute_at", "requests_in_minute")
