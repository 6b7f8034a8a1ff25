"""News about accounts for the apps above."""

from django.dispatch import Signal

# Both are sent inside the transaction, with `account` and `now`; the first also when someone connects anew.
account_connected = Signal()
account_disconnected = Signal()
