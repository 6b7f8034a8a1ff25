"""Where the company is, what its teams are called and what it writes about."""

from hub.demo.stories import STORIES

DOMAIN = "zomerwaard.example"
# Each place with its time zone.
PLACES = {"Zwolle": "Europe/Amsterdam", "Rotterdam": "Europe/Amsterdam", "Leeds": "Europe/London"}
TEAMS = ("Workshop", "Service", "Academy", "Design", "Advice", "Office")
TOPICS = tuple(sorted({topic for told in STORIES for topic in told.topics}))
