from django.db import models
from django.utils.translation import gettext_lazy as _

from advocacy.people.models import Person


class Topic(models.Model):
    """What a story is about, and what people can follow."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    followers = models.ManyToManyField(Person, related_name="+", blank=True)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name
