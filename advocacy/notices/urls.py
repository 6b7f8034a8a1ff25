from django.urls import path

from advocacy.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("read/", views.read_all, name="read_all"),
    path("<int:notice_id>/follow/", views.follow, name="follow"),
    path("<int:notice_id>/read/", views.read, name="read"),
]
