from django.db import models

from advocacy.people.models import Team


class HeadCount(models.Model):
    """How many people could have shared on a day; one row for the company (no team) and one per team.

    Adoption divides by these, so that a period that is over never changes when people come and go.
    """

    on = models.DateField()
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+", null=True, blank=True)
    people = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["on", "team"], name="one_head_count_per_team_and_day"),
            models.UniqueConstraint(
                fields=["on"], condition=models.Q(team=None), name="one_head_count_per_day"
            ),
        ]
