from django.urls import path

from advocacy.conduct.views import coach, desk, meeting, reading, suggesting

app_name = "conduct"
urlpatterns = [
    path("", reading.code, name="code"),
    path("versions/<int:major>.<int:minor>/", reading.version, name="version"),
    path("changes/", reading.changes, name="changes"),
    path("consultation/", reading.consultation, name="consultation"),
    path("welcome/", meeting.welcome, name="welcome"),
    path("welcome/<int:number>/", meeting.welcome, name="card"),
    path("acknowledge/", meeting.acknowledge, name="acknowledge"),
    path("later/", meeting.later, name="later"),
    path("propose/", suggesting.propose, name="propose"),
    path("desk/", desk.desk, name="desk"),
    path("desk/coach/", coach.coach, name="coach"),
    path("desk/coach/house/", coach.house, name="coach_house"),
    path("desk/coach/<slug:name>/", coach.words, name="coach_words"),
    path("desk/start/", desk.start, name="start"),
    path("desk/next/", desk.next_version, name="next_version"),
    path("desk/next/consult/", desk.consult, name="consult"),
    path("desk/next/activate/", desk.activate, name="activate"),
    path("desk/next/discard/", desk.discard, name="discard"),
    path("desk/next/rules/new/<slug:kind>/", desk.new_rule, name="new_rule"),
    path("desk/next/rules/<slug:code>/", desk.rule, name="rule"),
    path("desk/proposals/<int:proposal_id>/", desk.answer, name="answer"),
]
