"""Where the company is and what its teams are called."""

DOMAIN = "zomerwaard.example"
# Each place with its time zone.
PLACES = {"Zwolle": "Europe/Amsterdam", "Rotterdam": "Europe/Amsterdam", "Leeds": "Europe/London"}
TEAMS = ("Workshop", "Service", "Academy", "Design", "Advice", "Office")
