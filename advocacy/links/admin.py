"""Links for who must stop one. Whose a link is, is not shown: the story is what it stands for."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from advocacy.lib.administering import OfferedFiltersOnly
from advocacy.links.minting import disable, enable
from advocacy.links.models import TrackedLink


@admin.register(TrackedLink)
class TrackedLinkAdmin(OfferedFiltersOnly[TrackedLink]):
    """To look and to switch off; links are made by shares, and never change where they lead."""

    list_display = ("code", "target_url", "minted_at", "disabled_at")
    list_filter = (("disabled_at", admin.EmptyFieldListFilter),)
    search_fields = ("=code", "target_url")
    ordering = ("-minted_at", "-pk")
    fields = readonly_fields = ("code", "target_url", "minted_at", "disabled_at")
    actions = ("switch_off", "switch_on")

    def has_view_permission(self, request: HttpRequest, obj: TrackedLink | None = None) -> bool:
        # The admin lets administrators in and nobody else.
        return True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: TrackedLink | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: TrackedLink | None = None) -> bool:
        return False

    @admin.action(description=_("Switch off: visitors read that the link is gone"), permissions=["view"])
    def switch_off(self, request: HttpRequest, links: QuerySet[TrackedLink]) -> None:
        for link in links:
            disable(link, timezone.now())
        self._tell(request, ngettext("%d link is off.", "%d links are off.", len(links)) % len(links))

    @admin.action(description=_("Switch on again"), permissions=["view"])
    def switch_on(self, request: HttpRequest, links: QuerySet[TrackedLink]) -> None:
        for link in links:
            enable(link)
        self._tell(request, ngettext("%d link is on.", "%d links are on.", len(links)) % len(links))

    def _tell(self, request: HttpRequest, what: str) -> None:
        messages.success(request, what)
