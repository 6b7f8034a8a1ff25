"""Lists of Django's admin that answer no more than they offer."""

from typing import TypeVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

Row = TypeVar("Row", bound=Model)
# As the filters beside a list put them into its address.
ENDINGS = ("", "__exact", "__id__exact", "__isnull", "__isempty")


class OfferedFiltersOnly(admin.ModelAdmin[Row]):
    """A list that can be filtered by what stands beside it, and by nothing else.

    Django lets an address name any column of the row, shown or not. That tells whose a row is, or letter by
    letter what nobody is to read.
    """

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        offered = (one[0] if isinstance(one, tuple) else one for one in self.list_filter)
        return lookup in {f"{name}{ending}" for name in offered for ending in ENDINGS}
