"""Thirteen weeks of shares, clicks and reactions up to today, invented anew the same way every time."""
