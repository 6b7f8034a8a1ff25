from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from advocacy.people.models import Person
from advocacy.stories.models import Topic


class TopicsForm(forms.Form):
    topics = forms.ModelMultipleChoiceField(
        label=_("Topics"), queryset=Topic.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Mapping[str, object] | None, *, person: Person) -> None:
        super().__init__(data, initial={"topics": Topic.objects.filter(followers=person)})
