"""Zomerwaard, the invented company that the hub shows itself with.

It builds and repairs heat pumps and teaches installers. Everything here is data and wiring, no rules. Nothing
in it leads outside: its addresses end in `.example`, a name that no server ever has (RFC 2606).
"""
