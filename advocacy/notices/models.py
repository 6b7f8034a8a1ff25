from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from advocacy.people.access import Datum, rows_for
from advocacy.people.models import Person

MAX_MAIL_TRIES = 8


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, person: Person) -> "NoticeQuerySet":
        return rows_for(person, self, Datum.NOTICE)

    def for_inbox(self) -> "NoticeQuerySet":
        return self.order_by("-created_at", "-pk")

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)

    def to_mail(self, now: datetime) -> "NoticeQuerySet":
        """Notices whose mail is due. Who has read one in the hub, or has left, gets no mail of it."""
        # Without a join: PostgreSQL asks the rows of a joined UPDATE no second time after waiting for them.
        here = Person.objects.filter(is_active=True)
        return self.unread().filter(
            mailed_at=None, mail_after__lte=now, mail_tries__lt=MAX_MAIL_TRIES, person__in=here
        )

    def mark_read(self, now: datetime) -> None:
        self.unread().update(read_at=now)


class Notice(models.Model):
    """One message to one person: shown in the hub at once, mailed by the worker.

    `kind` names the templates `notices/<kind>.txt` (the mail: subject, empty line, words) and
    `notices/<kind>.html` (the words in the hub and in the mail). `facts` fills them; `facts["url"]` is the
    path of the page where the person can do something about it.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    kind = models.SlugField(max_length=40)
    facts = models.JSONField(default=dict)
    # Two tellings of the same thing are one notice.
    once = models.CharField(max_length=100)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    # Set before the mail leaves, and taken back when it certainly did not.
    mailed_at = models.DateTimeField(null=True, blank=True)
    mail_tries = models.PositiveSmallIntegerField(default=0)
    mail_after = models.DateTimeField()

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [models.UniqueConstraint(fields=["person", "once"], name="told_once")]
        indexes = [
            models.Index(fields=["mail_after"], condition=models.Q(mailed_at=None), name="notice_to_mail"),
            models.Index(fields=["person", "-created_at", "-id"], name="notice_inbox"),
        ]

    @property
    def url(self) -> str:
        return str(self.facts["url"])

    @property
    def template(self) -> str:
        return f"notices/{self.kind}.html"
