#!/usr/bin/env python
"""Django's command line for the hub."""

import os
import sys

from django.core.management import execute_from_command_line
from django.db import OperationalError, connection

from hub.environment import refused_in_one_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    try:
        with refused_in_one_line():
            execute_from_command_line(sys.argv)
    except OperationalError as error:
        if connection.connection:
            raise
        sys.exit(f"The database does not let the hub in: {str(error).splitlines()[0]}")
