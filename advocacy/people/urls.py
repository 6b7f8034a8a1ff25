from django.urls import path

from advocacy.people import views

app_name = "people"
urlpatterns = [
    path("settings/", views.settings, name="settings"),
    path("looks/", views.looks, name="looks"),
]
