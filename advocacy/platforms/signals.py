"""News about accounts for the apps above."""

from django.dispatch import Signal

# Both are sent inside the transaction, with `account` and `now`; the first also when someone connects anew.
account_connected = Signal()
account_disconnected = Signal()

# Sent inside the transaction, with `platform`, the slug.
platform_switched_off = Signal()
platform_switched_on = Signal()
# A question, with `platform`: who keeps shares answers how many are queued there.
queued_shares_counted = Signal()
