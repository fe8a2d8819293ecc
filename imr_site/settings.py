"""Settings: everything that differs between installations comes from the environment, see docs/operate.md."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlparse

import environ
import pghistory
import structlog
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse_lazy

from imr_site.paths import ROOT, VAR, embedded_database_url, embedded_redis_url

env = environ.Env()
if (ROOT / ".env").exists():
    env.read_env(str(ROOT / ".env"))

# --- what kind of installation -------------------------------------------------------------------------------------
DEMO = env.bool("IMR_DEMO", default=False)  # sample accounts, no second factor demanded, demo seal key
DEBUG = env.bool("IMR_DEBUG", default=False)


def _secret_key() -> str:
    """The key from the environment, else one made once for this data folder (embedded installations only)."""
    given: str = env.str("SECRET_KEY", default="")
    if given:
        return given
    kept = VAR / "secret-key"
    if not kept.exists():
        from django.core.management.utils import get_random_secret_key

        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(get_random_secret_key(), encoding="ascii")
    return kept.read_text(encoding="ascii")


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env.str("SITE_URL", default="http://localhost:8000")
TLS = env.bool("IMR_TLS", default=False)  # served over https by the proxy in front

# --- applications --------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "imr_site.admin_config.HouseAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "pghistory",
    "pgtrigger",
    "template_partials",
    "common",
    "accounts",
    "guidelines",
    "letters",
    "cases",
    "reviews",
    "imr_site",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "imr_site.middleware.AdminPolicyMiddleware",
    "imr_site.middleware.NoStoreMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.SessionLimitMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "accounts.middleware.RequestLogMiddleware",
    "imr_site.middleware.OriginMiddleware",
    "imr_site.middleware.RefusalMiddleware",
    "accounts.middleware.AccessLogMiddleware",
    "accounts.middleware.RequireFactorMiddleware",
    "accounts.middleware.DenyByDefaultMiddleware",
]

ROOT_URLCONF = "imr_site.urls"
WSGI_APPLICATION = "imr_site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "imr_site.context.theme",
                "accounts.context.navigation",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False


# --- database, broker, cache ---------------------------------------------------------------------------------------
def _database(url: str) -> dict[str, Any]:
    """A PostgreSQL URL as Django settings; the query part becomes connection options (host for a unix socket)."""
    parts = urlparse(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured(f"DATABASE_URL must be a PostgreSQL address, not {parts.scheme}://")
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": query.pop("user", unquote(parts.username or "")),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        # pghistory refuses server-side binding, psycopg's default here is client-side.
        "OPTIONS": {**query},
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": env.int("DATABASE_CONN_MAX_AGE", default=60),
    }


DATABASE_URL = env.str("DATABASE_URL", default="") or embedded_database_url()
REDIS_URL = env.str("REDIS_URL", default="") or embedded_redis_url()
DATABASES = {"default": _database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Celery spells a unix socket its own way; the cache takes redis-py's.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker as long as it takes
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 2, "socket_timeout": 10}
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500  # workers that render letters grow
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BEAT_SCHEDULER = "imr_site.beat:HeartbeatScheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep the outbox": {"task": "common.sweep", "schedule": env.float("IMR_SWEEP_SECONDS", default=15.0)},
    "sweep abandoned uploads": {"task": "cases.sweep_uploads", "schedule": 3600.0},
    "look again at what waits for the virus scanner": {"task": "cases.check_held", "schedule": 300.0},
    "chase records": {"task": "cases.chase_records", "schedule": env.float("IMR_CHASE_SECONDS", default=900.0)},
    "work out the dashboard's dear figures": {"task": "cases.refresh_figures", "schedule": 900.0},
    "find stuck cases": {
        "task": "cases.check_cases",
        "schedule": crontab(hour="10", minute="20"),
    },  # night in California
    "work deadlines out again when rules or holidays changed": {"task": "cases.notice_changed_rules", "schedule": 60.0},
    "give open clocks the internal targets they lack": {"task": "cases.lay_missing_targets_out", "schedule": 1800.0},
    "try the links of the guideline library": {"task": "guidelines.check_links", "schedule": 3600.0},
    "forget look-ups that found nothing": {
        "task": "guidelines.forget_unanswered",
        "schedule": crontab(hour="10", minute="50"),
    },
    "write held notices again": {"task": "cases.notices_tick", "schedule": 300.0},
    "let unanswered offers lapse": {"task": "reviews.lapse_offers", "schedule": 60.0},
    "audit the panel": {"task": "reviews.audit_panel", "schedule": crontab(hour="9", minute="40")},  # at night there
    "remind of credentials": {"task": "reviews.remind_of_credentials", "schedule": 3600.0},
    "remind of offers and reports": {"task": "reviews.remind_reviewers", "schedule": 300.0},
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
    }
}

# --- files ---------------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [
    ROOT / "static",
    ("vendor/bootstrap/css", ROOT / "node_modules/bootstrap/dist/css"),
    ("vendor/bootstrap-icons", ROOT / "node_modules/bootstrap-icons/font"),
    ("vendor/htmx", ROOT / "node_modules/htmx.org/dist"),
    ("vendor/tus", ROOT / "node_modules/tus-js-client/dist"),
    # The typefaces alone: their style sheet is static/css/fonts.css.
    ("vendor/public-sans", ROOT / "node_modules/@fontsource-variable/public-sans/files"),
    ("vendor/source-serif-4", ROOT / "node_modules/@fontsource/source-serif-4/files"),
]
MEDIA_ROOT = VAR / "files"


def _file_keys(given: list[str]) -> dict[str, bytes]:
    """Keys for files at rest: "id:key in Base64"; the first writes, each reads what it wrote."""
    keys: dict[str, bytes] = {}
    for one in given:
        name, _, written = one.partition(":")
        try:
            keys[name] = base64.b64decode(written, validate=True)
        except ValueError:
            raise ImproperlyConfigured(f"IMR_FILE_KEYS: the key {name!r} is no Base64.") from None
        if len(keys[name]) != 32 or not 0 < len(name) <= 16 or not name.isascii():  # noqa: PLR2004
            raise ImproperlyConfigured(f"IMR_FILE_KEYS: {name!r} needs 1 to 16 ASCII characters and a key of 32 bytes.")
    return keys


FILE_KEYS = _file_keys(env.list("IMR_FILE_KEYS", default=[]))
DISK_ENCRYPTED = env.bool("IMR_DISK_ENCRYPTED", default=False)  # the disk below does it, so the site need not
_FILES = "common.storage.EncryptedFileStorage" if FILE_KEYS else "common.storage.WholeFileStorage"
STORAGES = {
    "default": {"BACKEND": env.str("IMR_FILE_STORAGE", default=_FILES)},
    "staticfiles": {"BACKEND": env.str("IMR_STATIC_STORAGE", default="imr_site.static_storage.HashedStaticStorage")},
}
# What is packed already, and maps, which only a developer's browser asks for.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("jpg", "jpeg", "png", "gif", "webp", "gz", "br", "woff", "woff2", "map", "pdf")
# One exchange file or one record at most; larger record files come in pieces.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000

# --- what comes in (docs/operate.md, Files that come in) -------------------------------------------------------------
UPLOAD_MAX_BYTES = env.int("IMR_UPLOAD_MAX_BYTES", default=500 * 1024**2)
UPLOAD_MAX_PAGES = env.int("IMR_UPLOAD_MAX_PAGES", default=20_000)
UPLOAD_ENDINGS = env.list("IMR_UPLOAD_ENDINGS", default=["pdf", "tif", "tiff", "jpg", "jpeg", "png"])
UPLOAD_FOLDER = Path(env.str("IMR_UPLOADS", default=str(VAR / "uploads")))  # pieces; several web hosts share it
UPLOAD_PIECE_BYTES = env.int("IMR_UPLOAD_PIECE_BYTES", default=8 * 1024**2)
CLAMAV = env.str("IMR_CLAMAV", default="")  # unix:///run/clamav/clamd.ctl or tcp://host:3310
OPEN_UNSCANNED = env.bool("IMR_OPEN_UNSCANNED", default=not CLAMAV)  # whether a file may be opened without a scan

# --- accounts ------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # every address is proved by its invitation
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False  # a reset never gets past the second factor
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # for e-mail and password; for factors it is allauth's own rule
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
ACCOUNT_CHANGE_EMAIL = True  # one address; a new one counts once its mail was answered
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
PASSWORD_RESET_TIMEOUT = 60 * 60
# How many proxies in front add to X-Forwarded-For; none believed by default. Rates are counted by this address.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1 if TLS else 0)
REQUIRE_FACTOR = not DEMO
_FORMS = "accounts.forms.sign_in"
ACCOUNT_FORMS = {
    "login": f"{_FORMS}.LoginForm",
    "reset_password": f"{_FORMS}.ResetPasswordForm",
    "reset_password_from_key": f"{_FORMS}.ResetPasswordKeyForm",
    "change_password": f"{_FORMS}.ChangePasswordForm",
    "set_password": f"{_FORMS}.SetPasswordForm",
    "add_email": f"{_FORMS}.AddEmailForm",
    "reauthenticate": f"{_FORMS}.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": f"{_FORMS}.AuthenticateForm",
    "reauthenticate": f"{_FORMS}.ReauthenticateFactorForm",
    "activate_totp": f"{_FORMS}.ActivateTOTPForm",
    "add_webauthn": f"{_FORMS}.AddWebAuthnForm",
    "edit_webauthn": f"{_FORMS}.EditWebAuthnForm",
}
MFA_ADAPTER = "accounts.adapter.FactorAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # a new address waits for its mail while the factor stays
MFA_TOTP_TOLERANCE = 0  # used codes are remembered for one step: a wider window would let one count twice
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO and not TLS  # passkeys on http://localhost
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "imr-site"
USERSESSIONS_TRACK_ACTIVITY = True
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", default=30 * 60)
SESSION_COOKIE_AGE = env.int("SESSION_ABSOLUTE_SECONDS", default=12 * 60 * 60)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# --- security ------------------------------------------------------------------------------------------------------
SESSION_COOKIE_NAME = "__Host-session" if TLS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if TLS else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TLS else None
SECURE_SSL_REDIRECT = TLS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = TLS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

#: /admin/ alone: django-unfold's Alpine evaluates expressions and sets styles. No case data is behind it.
ADMIN_CONTENT_SECURITY_POLICY = {
    "script-src": [SELF, NONCE, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
}

# --- admin site ----------------------------------------------------------------------------------------------------
UNFOLD = {
    "SITE_TITLE": "Guideline library",
    "SITE_HEADER": "Guideline library",
    "SITE_SUBHEADER": "imr-site",
    "SITE_URL": "/guidelines/desk/",
    "SITE_SYMBOL": "menu_book",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": True,
    "BORDER_RADIUS": "4px",
    "COLORS": {  # the house's teal
        "primary": {
            "50": "#f0f7f7", "100": "#e4f0f0", "200": "#c6e0e1", "300": "#9dcacd", "400": "#5ca6ab", "500": "#0b7f87",
            "600": "#0b5d63", "700": "#0a4f55", "800": "#08464b", "900": "#06363a", "950": "#032225",
        },
    },
    "SIDEBAR": {
        "show_search": False,
        "navigation": [
            {
                "title": "Library",
                "items": [
                    {"title": "Publications", "icon": "menu_book",
                     "link": reverse_lazy("admin:guidelines_publication_changelist")},
                    {"title": "Editions", "icon": "event",
                     "link": reverse_lazy("admin:guidelines_edition_changelist")},
                    {"title": "Sections", "icon": "segment",
                     "link": reverse_lazy("admin:guidelines_section_changelist")},
                    {"title": "Contents", "icon": "account_tree", "link": reverse_lazy("library:trees")},
                    {"title": "Lists in and out", "icon": "swap_vert", "link": reverse_lazy("library:lists")},
                    {"title": "Words of many sections", "icon": "edit_note", "link": reverse_lazy("library:words")},
                ],
            },
            {
                "title": "Drug list",
                "items": [
                    {"title": "Drugs", "icon": "medication",
                     "link": reverse_lazy("admin:guidelines_formularydrug_changelist")},
                    {"title": "Editions of the list", "icon": "event",
                     "link": reverse_lazy("admin:guidelines_formularyedition_changelist")},
                    {"title": "Drugs in and out", "icon": "swap_vert", "link": reverse_lazy("library:drugs")},
                ],
            },
            {
                "title": "Clocks",
                "items": [
                    {"title": "Holidays overridden", "icon": "event_busy",
                     "link": reverse_lazy("admin:cases_holidayoverride_changelist"),
                     "permission": lambda request: request.user.has_right("manage_rules")},
                ],
            },
            {
                "title": "Specialties",
                "items": [
                    {"title": title, "icon": icon, "link": reverse_lazy(f"admin:reviews_{name}_changelist"),
                     "permission": lambda request: request.user.has_right("manage_rules")}
                    for title, icon, name in (
                        ("Editions", "history_edu", "specialtyedition"),
                        ("Specialties", "stethoscope", "specialtynode"),
                        ("Fields and services", "category", "specialtyfield"),
                        ("Lists", "list", "specialtylist"),
                    )
                ],
            },
            {
                "title": "See it as others do",
                "items": [
                    {"title": "Editor's desk", "icon": "desk", "link": reverse_lazy("guidelines:desk"),
                     "active": lambda _request: False},
                    {"title": "Look up", "icon": "search", "link": reverse_lazy("guidelines:look_up"),
                     "active": lambda _request: False},
                ],
            },
        ],
    },
}  # fmt: skip

# --- mail ----------------------------------------------------------------------------------------------------------
EMAIL_URL = env.str("EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR / "mail"
#: Where text messages go as mails: an address with {number} in it. Empty: no text messages.
LOOKUP_PRECEDENTS = env.bool("IMR_LOOKUP_PRECEDENTS", default=True)  # search learns from what was cited before
TEXT_GATEWAY = env.str("IMR_TEXT_GATEWAY", default="")
EMAIL_TIMEOUT = 20  # seconds; the outbox tries again
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="imr-site@localhost")

ADMINS = [(address, address) for address in env.list("ADMINS", default=[])]  # told of trouble besides administrators

# --- health: signs of life, and the limits that staff are told of ------------------------------------------------
#: Folders of jurisdiction files (KEY.toml); a later one wins over an earlier one.
JURISDICTION_FOLDERS = [ROOT / "cases" / "jurisdictions", *map(Path, env.list("IMR_JURISDICTIONS", default=[]))]
USUAL_JURISDICTION = "california"  # the programme of a case whose row names none, and of the intake desk
HEARTBEAT_SECONDS = env.float("IMR_HEARTBEAT_SECONDS", default=5.0)
HEALTH_SILENCE_SECONDS = env.float("IMR_HEALTH_SILENCE_SECONDS", default=30.0)
HEALTH_WAITING_SECONDS = env.float("IMR_HEALTH_WAITING_SECONDS", default=120.0)
HEALTH_QUEUE_LENGTH = env.int("IMR_HEALTH_QUEUE_LENGTH", default=500)
HEALTH_DISK_FREE_BYTES = env.int("IMR_HEALTH_DISK_FREE_BYTES", default=2 * 1024**3)
HEALTH_SEAL_DAYS = env.int("IMR_HEALTH_SEAL_DAYS", default=30)

# --- language and time ---------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-us"
USE_I18N = False
USE_TZ = True
HOUSE_TIME_ZONE = env.str("HOUSE_TIME_ZONE", default="America/Los_Angeles")  # desks and print batches go by its days
TIME_ZONE = HOUSE_TIME_ZONE
DATE_FORMAT = "M j, Y"
DATETIME_FORMAT = "M j, Y, g:i a T"
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%b %d, %Y", "%B %d, %Y"]

# --- notices -------------------------------------------------------------------------------------------------------
NOTICE_CUT_OFF = env.str("NOTICE_CUT_OFF", default="16:00")  # when paper must be with the carrier
NOTICE_BATCH_PAGES = env.int("NOTICE_BATCH_PAGES", default=500)  # pages of a print batch at most
NOTICE_DUPLEX = env.bool("NOTICE_DUPLEX", default=False)  # printed on both sides: each piece begins a sheet

# --- letters -------------------------------------------------------------------------------------------------------
SEAL_PKCS12 = env.str("SEAL_PKCS12", default="")  # path of the production key; unset: a development key under var/
SEAL_PKCS12_PASSPHRASE = env.str("SEAL_PKCS12_PASSPHRASE", default="")
SEAL_PKCS11_MODULE = env.str("SEAL_PKCS11_MODULE", default="")
SEAL_PKCS11_TOKEN = env.str("SEAL_PKCS11_TOKEN", default="")
SEAL_PKCS11_PIN = env.str("SEAL_PKCS11_PIN", default="")
SEAL_PKCS11_LABEL = env.str("SEAL_PKCS11_LABEL", default="")
SEAL_DEVELOPMENT_FOLDER = VAR / "seal"
LETTER_FONT_PACKAGES = ROOT / "node_modules"
# Made from the packages when missing, and the same for every data folder.
LETTER_FONTS_FOLDER = Path(env.str("IMR_LETTER_FONTS", default=str(ROOT / "node_modules/.cache/letter-fonts")))

# --- history: each tracked record keeps its past under `history` ----------------------------------------------------
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(related_name="history")
PGHISTORY_DEFAULT_TRACKERS = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())

# --- logs: one JSON object a line on standard error, moments in UTC (ASVS 16.2) --------------------------------------
_LOG_FACTS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.ExtraAdder(allow=["job_id", "status_code"]),
]
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *_LOG_FACTS,
        structlog.processors.StackInfoRenderer(),
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
            "foreign_pre_chain": _LOG_FACTS,
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env.str("IMR_LOG_LEVEL", default="WARNING")},
    "loggers": {"django_structlog": {"level": env.str("IMR_REQUEST_LOG_LEVEL", default="INFO")}},
}
