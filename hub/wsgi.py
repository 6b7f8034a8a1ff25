"""The door for web servers: short links in front, the site behind."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")

site = get_wsgi_application()

# Only now: it knows models, which want Django set up.
from advocacy.links.following import short_links_before  # noqa: E402

application = short_links_before(site)
