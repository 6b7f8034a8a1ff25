from django.urls import path

from advocacy.stories.views import desk, editing, lifecycle, pictures, starting, topics

app_name = "stories"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("start/", starting.start, name="start"),
    path("look/", starting.look, name="look"),
    path("create/", starting.create, name="create"),
    path("found-picture/", starting.found_picture, name="found_picture"),
    path("topics/", topics.topics, name="topics"),
    path("renditions/<uuid:key>/", pictures.rendition, name="rendition"),
    path("pictures/<int:picture_id>/", pictures.picture, name="picture"),
    path("<int:story_id>/edit/", editing.edit, name="edit"),
    path("<int:story_id>/reach/", editing.reach, name="reach"),
    path("<int:story_id>/withdraw/", lifecycle.withdraw, name="withdraw"),
    path("<int:story_id>/reopen/", lifecycle.reopen, name="reopen"),
    path("<int:story_id>/undo/", lifecycle.undo, name="undo"),
    path("<int:story_id>/feature/", lifecycle.feature, name="feature"),
    path("<int:story_id>/unfeature/", lifecycle.unfeature, name="unfeature"),
]
