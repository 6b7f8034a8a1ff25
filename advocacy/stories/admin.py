from django.contrib import admin

from advocacy.lib.administering import OfferedFiltersOnly
from advocacy.stories.models import Topic


@admin.register(Topic)
class TopicAdmin(OfferedFiltersOnly[Topic]):
    """Where a topic is renamed or removed; editors make new ones while they write."""

    fields = ["name"]
    search_fields = ["name"]
