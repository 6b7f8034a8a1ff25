from django.urls import path

from advocacy.shares import views

app_name = "shares"
urlpatterns = [
    path("", views.wall, name="wall"),
    path("<int:story_id>/compose/", views.compose, name="compose"),
    path("<int:story_id>/create/", views.create, name="create"),
    path("<int:story_id>/draft/", views.save, name="save"),
    path("<int:story_id>/draft/drop/", views.drop, name="drop"),
    path("<int:story_id>/preview/", views.preview_story, name="preview_story"),
    path("count/", views.count, name="count"),
    path("mine/", views.mine, name="mine"),
    path("mine/<int:share_id>/", views.share, name="share"),
    path("mine/<int:share_id>/cancel/", views.cancel, name="cancel"),
    path("mine/<int:share_id>/restore/", views.restore, name="restore"),
    path("mine/<int:share_id>/reschedule/", views.reschedule, name="reschedule"),
    path("mine/<int:share_id>/reword/", views.reword, name="reword"),
    path("mine/<int:share_id>/there/", views.confirm, name="confirm"),
    path("mine/<int:share_id>/again/", views.again, name="again"),
]
