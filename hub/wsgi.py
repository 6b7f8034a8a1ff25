"""The door for web servers: short links in front, the site behind."""

import os

from django.core.wsgi import get_wsgi_application

from hub.environment import refused_in_one_line

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")

with refused_in_one_line():
    site = get_wsgi_application()

# Only now: it knows models, which want Django set up.
from advocacy.lib.uploading import whole_requests
from advocacy.links.following import short_links_before

application = short_links_before(whole_requests(site))
