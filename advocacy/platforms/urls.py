from django.urls import path

from advocacy.platforms import views

app_name = "platforms"
urlpatterns = [
    path("", views.accounts, name="accounts"),
    path("connect/<slug:platform>/", views.connect, name="connect"),
    path("callback/<slug:platform>/<str:host>/", views.callback, name="callback"),
    path("rehearse/", views.rehearse, name="rehearse"),
    path("<int:account_id>/disconnect/", views.disconnect, name="disconnect"),
]
