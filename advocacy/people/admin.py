"""The administrator's screens: who works here, where, and with which roles."""

from typing import cast

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from advocacy.lib.administering import OfferedFiltersOnly
from advocacy.people import time_zones
from advocacy.people.access import Datum
from advocacy.people.joining import CannotInvite, invite, join, rejoin
from advocacy.people.leaving import leave
from advocacy.people.looking import note_look
from advocacy.people.models import Person, Place, RoleGrant, Team
from advocacy.people.readdressing import readdress

# One way in, with its rate limits: the admin's own sign-in page has none.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
# People have one address and roles; allauth's addresses and Django's groups would only mislead.
admin.site.unregister([EmailAddress, Group])
admin.site.site_header = admin.site.site_title = _("Stoep, administration")
admin.site.index_title = _("What there is to administer")


class PersonForm(forms.ModelForm[Person]):
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=time_zones.choices, initial="Europe/Amsterdam"
    )

    class Meta:
        widgets = {"teams": forms.CheckboxSelectMultiple}

    def clean_email(self) -> str:
        # The database tells addresses apart without regard to case; say so kindly before it does.
        email: str = self.cleaned_data["email"]
        if Person.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Someone with this e-mail address is already here."))
        return email


class RoleGrantInline(admin.StackedInline[RoleGrant, Person]):
    model = RoleGrant
    extra = 0
    verbose_name = _("role")
    verbose_name_plural = _("roles besides sharing, which everyone may")


@admin.register(Person)
class PersonAdmin(OfferedFiltersOnly[Person]):
    form = PersonForm
    inlines = [RoleGrantInline]
    fields = ["name", "email", "language", "time_zone", "teams", "place", "is_active", "joined_at"]
    readonly_fields = ["is_active", "joined_at"]
    list_display = ["name", "email", "place", "language", "is_active"]
    list_filter = ["is_active", "teams", "place", "grants__role", "language"]
    list_select_related = ["place"]
    search_fields = ["name", "email"]
    actions = ["send_invitation", "let_leave", "let_return"]

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Person | None:
        person = super().get_object(request, object_id, from_field)
        if person:
            note_look(cast(Person, request.user), person, Datum.TAKES_PART, now=timezone.now())
        return person

    def has_delete_permission(self, request: HttpRequest, obj: Person | None = None) -> bool:
        # People leave; their published shares stay counted.
        return False

    def save_model(
        self, request: HttpRequest, obj: Person, form: forms.ModelForm[Person], change: bool
    ) -> None:
        if "email" in form.changed_data and change:
            readdress(obj, old=str(form.initial["email"]), by=cast(Person, request.user))
            return
        if change:
            super().save_model(request, obj, form, change)
            return
        join(obj, now=timezone.now())
        messages.info(request, _("%(name)s gets a mail to choose a password.") % {"name": obj.name})

    @admin.action(description=_("Send the mail to choose a password"))
    def send_invitation(self, request: HttpRequest, people: QuerySet[Person]) -> None:
        for person in people:
            try:
                invite(person)
            except (CannotInvite, OSError) as reason:
                self.message_user(request, f"{person.name}: {reason}", messages.ERROR)
            else:
                self.message_user(
                    request, _("Sent to %(email)s.") % {"email": person.email}, messages.SUCCESS
                )

    @admin.action(description=_("They leave: sign out, disconnect accounts, stop shares"))
    def let_leave(self, request: HttpRequest, people: QuerySet[Person]) -> None:
        if request.user in people:
            self.message_user(request, _("You cannot let yourself leave."), messages.ERROR)
            return
        leaving = list(people.filter(is_active=True))
        for person in leaving:
            leave(person, now=timezone.now())
        said = ngettext("%(count)d person has left.", "%(count)d people have left.", len(leaving))
        self.message_user(request, said % {"count": len(leaving)}, messages.SUCCESS)

    @admin.action(description=_("They come back: send the mail to choose a password"))
    def let_return(self, request: HttpRequest, people: QuerySet[Person]) -> None:
        for person in people.filter(is_active=False):
            rejoin(person, now=timezone.now())
            self.message_user(request, _("Sent to %(email)s.") % {"email": person.email}, messages.SUCCESS)


@admin.register(Team, Place)
class NamedAdmin(OfferedFiltersOnly[Team | Place]):
    search_fields = ["name"]
