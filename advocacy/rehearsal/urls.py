from django.urls import path

from advocacy.rehearsal import api, views

app_name = "rehearsal"
urlpatterns = [
    path("", views.timeline, name="timeline"),
    path("stumble/", views.stumble, name="stumble"),
    path("stumble/not/", views.no_stumble, name="no_stumble"),
    path("members/<slug:handle>/", views.member, name="member"),
    path("posts/<int:post_id>/", views.post, name="post"),
    path("posts/<int:post_id>/picture/", views.picture, name="picture"),
    path("posts/<int:post_id>/like/", views.like, name="like"),
    path("posts/<int:post_id>/unlike/", views.unlike, name="unlike"),
    path("posts/<int:post_id>/repost/", views.repost, name="repost"),
    path("posts/<int:post_id>/unrepost/", views.unrepost, name="unrepost"),
    path("posts/<int:post_id>/reply/", views.reply, name="reply"),
    path("posts/<int:post_id>/remove/", views.remove, name="remove"),
    path("replies/<int:reply_id>/remove/", views.remove_reply, name="remove_reply"),
    path("api/posts", api.posts, name="api_posts"),
    path("api/posts/<int:post_id>", api.post, name="api_post"),
    path("api/me", api.me, name="api_me"),
]
