from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from advocacy.operations import views as operations
from hub import views

handler400 = "hub.refusing.bad_request"
handler500 = "hub.refusing.server_error"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="shares:wall")),
    path("style/", views.style, name="style"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", operations.readyz, name="readyz"),
    path("metrics", operations.metrics, name="metrics"),
    path("accounts/", include("advocacy.people.account_urls")),
    path("admin/", admin.site.urls),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("people/", include("advocacy.people.urls")),
    path("notices/", include("advocacy.notices.urls")),
    path("rehearsal/", include("advocacy.rehearsal.urls")),
    path("code/", include("advocacy.conduct.urls")),
    path("stories/", include("advocacy.stories.urls")),
    path("links/", include("advocacy.links.urls")),
    path("platforms/", include("advocacy.platforms.urls")),
    path("shares/", include("advocacy.shares.urls")),
    path("reports/", include("advocacy.reports.urls")),
    path("operations/", include("advocacy.operations.urls")),
]
