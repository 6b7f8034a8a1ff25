from django.urls import path

from advocacy.platforms.views import accounts, hearing, networks

app_name = "platforms"
urlpatterns = [
    path("", accounts.accounts, name="accounts"),
    path("connect/<slug:platform>/", accounts.connect, name="connect"),
    path("connect/<slug:platform>/password/", accounts.connect_by_password, name="connect_by_password"),
    path("clients/<slug:platform>/<str:host>.json", accounts.client, name="client"),
    path("callback/<slug:platform>/<str:host>/", accounts.callback, name="callback"),
    path("callback/<slug:platform>/<str:host>/ended/", hearing.ended, name="ended"),
    path("callback/<slug:platform>/<str:host>/forget/", hearing.forget, name="forget"),
    path("rehearse/", accounts.rehearse, name="rehearse"),
    path("<int:account_id>/disconnect/", accounts.disconnect, name="disconnect"),
    path("networks/", networks.networks, name="networks"),
    path("networks/<slug:platform>/", networks.network, name="network"),
    path("networks/<slug:platform>/test/", networks.test_network, name="test_network"),
    path("networks/<slug:platform>/switch-off/", networks.switch_network_off, name="switch_network_off"),
    path("networks/<slug:platform>/switch-on/", networks.switch_network_on, name="switch_network_on"),
    path("networks/<slug:platform>/remove/", networks.remove_network, name="remove_network"),
]
