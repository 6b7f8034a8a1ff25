"""The hub's settings: every variable from the environment, with its unit and default beside it.

Two ways to run, one code: with nothing set, SQLite and a broker of files under `var/` (to learn on); with
`DATABASE_URL` and `REDIS_URL`, PostgreSQL and Redis (production). Nothing outside this file may know which.
"""

import logging
import re
import secrets
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
from cryptography.fernet import Fernet
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from hub.environment import (
    env,
    env_authorities,
    env_choice,
    env_count,
    env_database,
    env_field_keys,
    env_flag,
    env_folder,
    env_hosts,
    env_interval,
    env_list,
    env_mail_server,
    env_redis,
    env_seconds,
    env_sender,
    env_short_links,
    env_signing_key,
    env_site,
    env_time,
)

# Lets ModelAdmin[Story] and the like stand in the code at run time too.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent

# Where the hub keeps what is not in the database: uploads, spools, mail, keys. A folder path.
VAR_DIR = env_folder("VAR_DIR", BASE_DIR / "var")
_DATABASE = env_database("DATABASE_URL")
REDIS_URL = env_redis("REDIS_URL")
# Without a database of its own the hub is being tried out: it may make its own keys.
_OWN_KEYS = None if _DATABASE else VAR_DIR / "secrets"

SECRET_KEY = env_signing_key("SECRET_KEY", secrets.token_urlsafe(50), kept_in=_OWN_KEYS)
# Encrypts tokens at rest: Fernet keys, newest first, comma-separated. To rotate, put a new one in
# front and run `manage.py rotate_keys`.
FIELD_KEYS = env_field_keys("FIELD_KEYS", Fernet.generate_key().decode(), kept_in=_OWN_KEYS)

DEBUG = env_flag("DEBUG", default=False)
# Where the web server listens, on this machine only.
PORT = env_count("PORT", 8000, most=65_535)
# Where people reach the hub: scheme, host, port.
HUB_URL = env_site("HUB_URL", f"http://127.0.0.1:{PORT}")
# Tracked links start with this. Another host name is welcome if it leads to the same server.
SHORT_LINK_URL = env_short_links("SHORT_LINK_URL", hub_url=HUB_URL)
# Where the practice network answers. The worker posts there as to any other platform.
REHEARSAL_URL = env_site("REHEARSAL_URL", HUB_URL)
ALLOWED_HOSTS = [
    # Without the port, but with the brackets of an IPv6 address: so Django compares it.
    *{re.sub(r":\d+$", "", urlsplit(url).netloc) for url in (HUB_URL, SHORT_LINK_URL, REHEARSAL_URL)},
    *env_hosts("ALLOWED_HOSTS", also=r"\*|\.[a-z0-9.-]+"),
]
CSRF_TRUSTED_ORIGINS = [HUB_URL]
# Set to "yes" behind a proxy that itself sets X-Forwarded-Proto and X-Forwarded-For.
BEHIND_PROXY = env_flag("BEHIND_PROXY", default=False)
# host:port of servers on private addresses that the hub may call (a Mastodon in the house). Never a range.
PRIVATE_HOSTS = env_list("PRIVATE_HOSTS")
# Posts a minute that it takes from one member before it answers 429.
REHEARSAL_POSTS_A_MINUTE = env_count("REHEARSAL_POSTS_A_MINUTE", 3000)
# How long it is silent when someone told it to be: longer than the hub listens.
REHEARSAL_SILENCE = env_seconds("REHEARSAL_SILENCE", 40)
# Authorities for the hub's own requests, in place of those that come with it. OpenSSL knows it by this name.
env_authorities("SSL_CERT_FILE")
# Hosts that a short link may lead to; empty means any public one, and those of PRIVATE_HOSTS.
STORY_HOSTS = env_hosts("STORY_HOSTS")
DEMO_COMPANY = "Zomerwaard"
COMPANY_NAME = env("COMPANY_NAME", DEMO_COMPANY)
# What Prometheus must show at /metrics, as "Authorization: Bearer ...". Empty: there is no such page.
METRICS_TOKEN = env("METRICS_TOKEN", "")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "lucide",
    "allauth",
    "allauth.account",
    "hub",
    "advocacy.people",
    "advocacy.notices",
    "advocacy.rehearsal",
    "advocacy.conduct",
    "advocacy.stories",
    "advocacy.links",
    "advocacy.platforms",
    "advocacy.shares",
    "advocacy.reports",
    "advocacy.operations",
]

MIDDLEWARE = [
    "hub.middleware.machines_ask_by_any_name",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "advocacy.people.middleware.SignInFirst",
    "advocacy.people.middleware.PersonalMiddleware",
    "hub.refusing.in_words",
    "advocacy.lib.uploading.bounded_requests",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "hub.urls"
WSGI_APPLICATION = "hub.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hub.context.company",
                "hub.context.platforms",
                "hub.context.money",
                "hub.navigation.navigation",
                "advocacy.notices.context.unread_notices",
                "advocacy.operations.context.alarms",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "lucide.templatetags.lucide",
            ],
        },
    },
]

# PostgreSQL: nobody waits for it, or for each other, without end. A worker that freezes in the middle of a
# transaction would keep all the others waiting for its locks; a machine that is gone says no farewell. There
# is no limit to a single statement: migrations take long. What stands in DATABASE_URL goes before these.
POSTGRES_OPTIONS = {
    "connect_timeout": 5,  # seconds
    "keepalives_idle": 10,  # seconds
    "keepalives_interval": 5,  # seconds
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,  # milliseconds
    "options": "-c lock_timeout=20s -c idle_in_transaction_session_timeout=20s",
}


# SQLite: writers wait for the lock at the start of a transaction instead of failing in the middle of one.
DATABASES = {
    "default": {**_DATABASE, "OPTIONS": {**POSTGRES_OPTIONS, **_DATABASE.get("OPTIONS", {})}}
    if _DATABASE
    else {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": VAR_DIR / "hub.sqlite3",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,  # seconds
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# A Redis that says nothing must not hold up a page, nor a worker for long.
REDIS_OPTIONS = {"socket_connect_timeout": 3, "socket_timeout": 3}  # seconds
CACHES = {
    "default": {
        "BACKEND": "advocacy.lib.caching.CacheThatMayBeAway",
        "LOCATION": REDIS_URL,
        "OPTIONS": REDIS_OPTIONS,
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# The bell. It carries no truth: see docs/architecture.md.
CELERY_BROKER_URL = REDIS_URL or "localhost"
CELERY_BROKER_TRANSPORT = None if REDIS_URL else "hub.filing:Transport"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"visibility_timeout": 3600, "max_retries": 0, **REDIS_OPTIONS}  # seconds
    if REDIS_URL
    else {
        "data_folder_in": str(VAR_DIR / "broker" / "messages"),
        "data_folder_out": str(VAR_DIR / "broker" / "messages"),
        "control_folder": str(VAR_DIR / "broker" / "control"),
    }
)
# Over TLS (rediss://) Celery, unlike the cache, would take any certificate if not told otherwise.
CELERY_BROKER_USE_SSL = {"ssl_cert_reqs": "required"} if REDIS_URL.startswith("rediss:") else None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A broker that is down must not hold up a page: the sweep finds the row.
CELERY_TASK_PUBLISH_RETRY = False
# And one that is down for long must not end a worker.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BEAT_SCHEDULER = "hub.ringing:Ringer"

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "shares:wall"
ACCOUNT_ADAPTER = "advocacy.people.signing_in.HubAccountAdapter"
ACCOUNT_FORMS = {
    "login": "advocacy.people.forms.SignInForm",
    "reauthenticate": "advocacy.people.forms.AgainForm",
    "reset_password": "advocacy.people.forms.ForgottenForm",
    "reset_password_from_key": "advocacy.people.forms.ChooseForm",
    "change_password": "advocacy.people.forms.ChangeForm",
    "set_password": "advocacy.people.forms.FirstPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "advocacy.people.signing_in.display_name"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Nobody gets mail from the hub because a stranger typed their address.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# Tell people when their password was changed.
ACCOUNT_EMAIL_NOTIFICATIONS = True
# After a new password the person is signed in, and all their other sessions end.
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
PASSWORD_RESET_TIMEOUT = 3 * 86_400  # seconds; how long the link in a mail works
# How often one address (ip), one account (key) or one person (user) may try, in minutes (m). A whole
# office has one address: on the day that everybody is invited, hundreds choose a password there in an hour.
ACCOUNT_RATE_LIMITS = {
    "login": "100/m/ip",
    "login_failed": "30/m/ip,5/5m/key",
    "reset_password": "60/m/ip,5/m/key",
    "reset_password_from_key": "200/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
    # Nobody finds out who works here by typing names.
    "name_colleague": "10/10m/user,40/d/user",
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("nl", _("Dutch"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["hub.formats"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_MIMETYPES = {".webmanifest": "application/manifest+json"}
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000  # bytes, without files
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000  # bytes; larger files go to disk

# scheme://user:password@host:port, where the scheme says how far it is secret: not, once the server offers it
# (STARTTLS), or from the first byte. What is no letter or digit in user and password is written as %40.
_mail = env_mail_server("EMAIL_URL")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if _mail.host else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_HOST = _mail.host
EMAIL_PORT = _mail.port
EMAIL_HOST_USER = _mail.user
EMAIL_HOST_PASSWORD = _mail.password
EMAIL_USE_TLS = _mail.scheme == "smtp+starttls"
EMAIL_USE_SSL = _mail.scheme == "smtps"
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = env_sender("MAIL_FROM", "hub@localhost")

CSRF_FAILURE_VIEW = "hub.refusing.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
_HTTPS = HUB_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0  # a year
# What the proxy does (from http to https), and what would speak for other hosts of the company's domain.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W008", "security.W021"]
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Rate limits take the client's address from the last entry of X-Forwarded-For, the proxy's own.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        # Signing in at a platform begins with a form; servers in the house may have no certificate. Signing
        # in here goes on by way of the host of short links, if they have their own.
        "form-action": [
            *(SELF, "https:"),
            # Policies know no IPv6 addresses.
            *(f"http://{host}" for host in PRIVATE_HOSTS if not host.startswith("[")),
            *([] if SHORT_LINK_URL.startswith(f"{HUB_URL}/") else [SHORT_LINK_URL]),
        ],
    },
}

# Publishing. The order one call < send < lease is held by a test: a worker that hangs loses its lease only
# after its requests can no longer be under way.
SEND_TIMEOUT = env_seconds("SEND_TIMEOUT", 40)  # one share: pictures and post together
LEASE = env_seconds("LEASE", 70)  # how long a claimed share is its worker's alone
SWEEP = env_interval("SWEEP", 10)  # how often beat looks for work that no bell announced
DISPATCH = env_interval("DISPATCH", 0.5)  # how often beat looks for shares whose moment has come
LAST_SAFE = env_seconds("LAST_SAFE", 3600)  # a share this late is missed, not sent
BY_HAND_WAITS = env_seconds(
    "BY_HAND_WAITS", 7 * 86_400
)  # how long a share by hand waits for its owner's word
# A look that finds nothing proves something only after the request can no longer arrive.
SETTLING = env_seconds("SETTLING", 45)
if min(LEASE, SETTLING) <= SEND_TIMEOUT:
    raise ImproperlyConfigured("SEND_TIMEOUT must be less than LEASE, and less than SETTLING.")
ASK_OWNER_AFTER = env_seconds("ASK_OWNER_AFTER", 600)  # unknown this long: ask the person
# How long after publishing the network is asked for reactions.
MEASURE_AFTER = [
    *(timedelta(hours=hours) for hours in (1, 6)),
    *(timedelta(days=days) for days in (1, 3, 7, 14, 30)),
]
SEND_THREADS = env_count("SEND_THREADS", 64)  # posts on their way at the same time, in each worker
HOST_THREADS = env_count("HOST_THREADS", 32)  # of which to one host: a slow one must not hold up the others
# "Find me a moment" looks in these hours of the person's own day, from the first up to the last,
DAY_BEGINS = env_time("DAY_BEGINS", "08:00")
DAY_ENDS = env_time("DAY_ENDS", "20:00")
if DAY_ENDS <= DAY_BEGINS:
    raise ImproperlyConfigured("DAY_BEGINS must be earlier than DAY_ENDS.")
# this far from their other posts on the account and from near-equal posts of colleagues,
POSTS_APART = env_seconds("POSTS_APART", 1800)
# and for at most so many posts a day on one account.
POSTS_A_DAY = env_count("POSTS_A_DAY", 2)

# "line" for people, or "json" for programs: one object a line, with the ids that it speaks of.
LOG_FORMAT = env_choice("LOG_FORMAT", ("line", "json"))
LOG_LEVEL = env_choice("LOG_LEVEL", ("INFO", "DEBUG", "WARNING", "ERROR", "CRITICAL"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "advocacy.lib.logs.DiscreetFormatter"},
        "json": {"()": "advocacy.lib.logs.JsonFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # Named so that it loses the handlers it comes with: they print and mail whatever they get.
        "django": {"level": "INFO"},
        # They tell of every bell and every byte.
        **{name: {"level": "WARNING"} for name in ("celery", "kombu", "amqp", "httpcore", "httpx")},
    },
}
# A line that cannot be written must not be printed with all that was in it.
logging.raiseExceptions = DEBUG
