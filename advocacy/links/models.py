from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from advocacy.people.models import Person


class TrackedLink(models.Model):
    """One share's own short address. It leads to the story and nowhere else."""

    code = models.CharField(max_length=12, unique=True)
    target_url = models.URLField(max_length=1000)
    # Whose clicks do not count.
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, related_name="+", null=True)
    minted_at = models.DateTimeField()
    disabled_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.address

    @property
    def address(self) -> str:
        return f"{settings.SHORT_LINK_URL}{self.code}"


class Arrival(models.Model):
    """One answered request for a link, counted or dropped for a reason. It knows no visitor."""

    event_id = models.UUIDField(primary_key=True)
    link = models.ForeignKey(TrackedLink, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(db_index=True)
    # Empty for a person's click; otherwise why it does not count.
    dropped = models.SlugField(max_length=20, blank=True)


class DailyCount(models.Model):
    """Arrivals of one link on one day (UTC), by why they were dropped; an empty reason counts clicks."""

    link = models.ForeignKey(TrackedLink, on_delete=models.CASCADE, related_name="daily_counts")
    on = models.DateField()
    dropped = models.SlugField(max_length=20, blank=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("daily count")
        constraints = [
            models.UniqueConstraint(fields=["link", "on", "dropped"], name="one_count_per_link_and_day")
        ]
        indexes = [models.Index(fields=["on"], name="daily_count_on")]
