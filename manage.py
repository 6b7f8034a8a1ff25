#!/usr/bin/env python
"""Django's command line for the hub."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as reason:
        # Something in the environment cannot be: the words say what and how, no traceback could.
        sys.exit(str(reason))
