from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from hub import views

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="shares:wall")),
    path("style/", views.style, name="style"),
    path("healthz", views.healthz, name="healthz"),
    path("accounts/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("people/", include("advocacy.people.urls")),
    path("notices/", include("advocacy.notices.urls")),
    path("rehearsal/", include("advocacy.rehearsal.urls")),
    path("stories/", include("advocacy.stories.urls")),
    path("links/", include("advocacy.links.urls")),
    path("platforms/", include("advocacy.platforms.urls")),
    path("shares/", include("advocacy.shares.urls")),
    path("reports/", include("advocacy.reports.urls")),
]
