from django.urls import path

from advocacy.shares.views import (
    by_hand,
    changing,
    composing,
    lending,
    muting,
    own,
    queue,
    reading_along,
    wall,
)

app_name = "shares"
urlpatterns = [
    path("", wall.wall, name="wall"),
    path("<int:story_id>/compose/", composing.compose, name="compose"),
    path("<int:story_id>/create/", composing.create, name="create"),
    path("<int:story_id>/draft/", composing.save, name="save"),
    path("<int:story_id>/draft/drop/", composing.drop, name="drop"),
    path("<int:story_id>/preview/", composing.preview_story, name="preview_story"),
    path("<int:story_id>/second-reader/", reading_along.second_reader, name="second_reader"),
    path("<int:story_id>/second-reader/take-back/", reading_along.take_back, name="take_back"),
    path("second-reader/<int:reading_id>/", reading_along.read_along, name="read_along"),
    path("hints/", muting.hints, name="hints"),
    path("hints/<slug:check_id>/unmute/", muting.unmute, name="unmute"),
    path("lent/<int:share_id>/<int:number>/<int:until>/<str:signature>.jpg", lending.lent, name="lent"),
    path("count/", composing.count, name="count"),
    path("queue/", queue.queue, name="queue"),
    path("mine/", own.mine, name="mine"),
    path("mine/<int:share_id>/", own.share, name="share"),
    path("mine/<int:share_id>/cancel/", changing.cancel, name="cancel"),
    path("mine/<int:share_id>/restore/", changing.restore, name="restore"),
    path("mine/<int:share_id>/reschedule/", changing.reschedule, name="reschedule"),
    path("mine/<int:share_id>/unmove/", changing.unmove, name="unmove"),
    path("mine/<int:share_id>/find/", changing.find, name="find"),
    path("mine/<int:share_id>/reword/", changing.reword, name="reword"),
    path("mine/<int:share_id>/there/", changing.confirm, name="confirm"),
    path("mine/<int:share_id>/posted/", by_hand.posted, name="posted"),
    path("mine/<int:share_id>/not-posted/", by_hand.not_posted, name="not_posted"),
    path("mine/<int:share_id>/again/", changing.again, name="again"),
]
