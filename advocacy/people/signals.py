"""News for the apps above."""

from django.dispatch import Signal

# Sent inside the transaction, with `person` and `now`.
person_joined = Signal()
person_left = Signal()
