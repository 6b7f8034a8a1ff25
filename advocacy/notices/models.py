from django.db import models
from django.utils.translation import gettext_lazy as _

from advocacy.people.models import Person


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)

    def unmailed(self) -> "NoticeQuerySet":
        return self.filter(mailed_at=None)


class Notice(models.Model):
    """One message to one person: shown in the hub at once, mailed by the worker.

    `kind` names the templates `notices/<kind>.txt` and `notices/<kind>.html`; `facts` fills them.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    kind = models.SlugField(max_length=40)
    facts = models.JSONField(default=dict)
    # Two tellings of the same thing are one notice.
    once = models.CharField(max_length=100)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    mail_tries = models.PositiveSmallIntegerField(default=0)
    mail_after = models.DateTimeField()

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [models.UniqueConstraint(fields=["person", "once"], name="told_once")]
        indexes = [
            models.Index(fields=["mail_after"], condition=models.Q(mailed_at=None), name="notice_to_mail")
        ]
