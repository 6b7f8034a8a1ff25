from django.urls import path

from advocacy.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("voices/", views.voices, name="voices"),
    path("stories/<int:story_id>/", views.story, name="story"),
]
