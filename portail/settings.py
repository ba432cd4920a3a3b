"""Settings: everything a town decides about its installation comes from the environment (table in README)."""

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.contrib.messages import constants as niveaux_messages

from portail import embarque
from portail.configuration import Configuration, adresse_pour_celery
from portail.horaires import TACHES_PERIODIQUES

BASE_DIR = Path(__file__).resolve().parent.parent
config = Configuration(BASE_DIR)

# --- What runs -------------------------------------------------------------------------------------------------

#: Demonstration or test: embedded services, demonstration logins, ``/demo/courriels/``. Refused in production.
DEMO = config.demo
DEBUG = config.booleen("DEBUG", False)
if DEBUG and not DEMO:
    config.faute("DEBUG=oui demande DEMO=oui : en production les pages d'erreur montreraient des données.")
SECRET_KEY = config.cle_secrete()
#: Keys of health data: the first encrypts, all decrypt. They are saved apart from the database.
CLES_CHIFFREMENT = config.cles_chiffrement()
#: Origin of the portal; every link in a mail is built from it, never from the request.
SITE_URL = config.origine("SITE_URL", defaut_demo="http://127.0.0.1:8000")
ALLOWED_HOSTS = config.hotes("ALLOWED_HOSTS", SITE_URL)
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL else []
#: Folder of what is not in the database: uploaded documents, embedded services.
DOSSIER_DONNEES = config.dossier_de_donnees("DOSSIER_DONNEES")
HTTPS = SITE_URL.startswith("https://")

INSTALLED_APPS = [
    "portail.apps.PortailConfig",
    "portail.commun",
    "contenu",
    "familles",
    "enfants",
    "documents",
    "inscriptions",
    "reservations",
    "facturation",
    "dossiers",
    "portail.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "portail.commun.middleware.EntetesMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "familles.middleware.CompteMiddleware",
    "portail.commun.middleware.SansCaractereNulMiddleware",
    "portail.commun.middleware.LectureSeuleMiddleware",
]

ROOT_URLCONF = "portail.urls"
WSGI_APPLICATION = "portail.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "contenu.contexte.commune",
                "familles.contexte.compte",
                "reservations.contexte.brouillons",
            ],
            "builtins": ["portail.commun.templatetags.typographie"],
        },
    },
]

# --- PostgreSQL, Redis, Celery ----------------------------------------------------------------------------------

DATABASES = {
    "default": config.base_de_donnees(embarque.adresse_postgres(DOSSIER_DONNEES))
    | {
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }
}
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["OPTIONS"].setdefault(
    "options",
    "-c lock_timeout=5000 -c statement_timeout=30000 -c idle_in_transaction_session_timeout=30000",
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = config.redis(embarque.adresse_redis(DOSSIER_DONNEES))
#: In PostgreSQL, so that rate limits are shared by every worker and survive Redis.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_partage",
        # Past that number, rows are thrown out at random: with the default of 300 an attacker would flush the limits.
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}

CELERY_BROKER_URL = adresse_pour_celery(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
#: A publisher gives up at once when Redis is away: the row is written, the beat finds it later.
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 2, "socket_connect_timeout": 1, "max_retries": 0}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "Europe/Paris"
CELERY_BEAT_SCHEDULE_FILENAME = str(DOSSIER_DONNEES / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = TACHES_PERIODIQUES

# --- Accounts ---------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "familles.Utilisateur"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "portail.commun.mots_de_passe.Argon2Leger",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "portail.commun.mots_de_passe.RegleCnil"},
    {"NAME": "portail.commun.mots_de_passe.PasDejaConnu"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "espace"
LOGOUT_REDIRECT_URL = "accueil"
ACCOUNT_ADAPTER = "familles.comptes.Adaptateur"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 3
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_MAX_EMAIL_ADDRESSES = 2
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
#: Django's own, which only reads; allauth's writes an address on the way, and the page is asked by GET.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105 - a class
ACCOUNT_FORMS = {
    "login": "familles.forms.compte.Connexion",
    "reset_password": "familles.forms.compte.Oubli",
    "reset_password_from_key": "familles.forms.compte.NouveauMotDePasse",
    "change_password": "familles.forms.compte.ChangerMotDePasse",
    "set_password": "familles.forms.compte.PoserMotDePasse",
    "reauthenticate": "familles.forms.compte.Reauthentification",
}
#: A wrong password costs an attempt to the address and to the network; a right one gives it back.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "40/15m/ip,10/15m/key",
    "reset_password": "30/h/ip,5/h/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "manage_email": "10/h/user",
    "reauthenticate": "10/15m/user",
    "confirm_email": "1/m/key",
}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
PASSWORD_RESET_TIMEOUT = 3600
MFA_ADAPTER = "familles.double_authentification.AdaptateurMfa"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
#: A passkey that its device protects opens the account alone: it is two factors in one gesture.
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "familles.forms.cles.AjouterCle",
    "authenticate_webauthn": "familles.forms.cles.VerifierCle",
    "reauthenticate_webauthn": "familles.forms.cles.ConfirmerCle",
}
MFA_TOTP_ISSUER = "Portail famille"
#: The staff's site asks for a second factor; without it in the demonstration only.
MFA_PERSONNEL = config.booleen("MFA_PERSONNEL", not DEMO)
#: A session ends after twelve hours, or earlier when nobody uses it.
SESSION_COOKIE_AGE = 12 * 3600
INACTIVITE_PERSONNEL = 30 * 60
INACTIVITE_FAMILLE = 2 * 3600
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portail.views.csrf_refuse"

# --- Security headers -------------------------------------------------------------------------------------------

#: How many proxies we run in front of the web process; the client address is read that far from the right.
NOMBRE_DE_PROXYS = config.entier("NOMBRE_DE_PROXYS", 0 if DEMO else 1, maximum=5)
ALLAUTH_TRUSTED_PROXY_COUNT = NOMBRE_DE_PROXYS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if NOMBRE_DE_PROXYS else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 63072000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^sante/"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
#: Page of the State's payment service that the family is sent to; the simulator's in the demonstration.
TIPI_URL_PAIEMENT = config.adresse(
    "TIPI_URL_PAIEMENT",
    "https://www.payfip.gouv.fr/tpa/paiement.web",
    defaut_demo="http://127.0.0.1:8001/tpa/paiement.web",
)
_tipi = urlsplit(TIPI_URL_PAIEMENT)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        # Without the payment host, Chromium silently blocks the form that redirects to it.
        "form-action": [SELF, f"{_tipi.scheme}://{_tipi.netloc}"],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
#: What the frame of the mails reads: the town's identity.
CONTEXTE_DES_COURRIELS = "contenu.contexte.commune"

# --- Uploads, mail, files ----------------------------------------------------------------------------------------

DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_PERMISSIONS = 0o600
#: The first one counts the bytes as they come and drops what is too big, on every page.
FILE_UPLOAD_HANDLERS = [
    "portail.commun.televersement.CompteurOctets",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "portail.commun.televersement.TamponSansNom",
]
_courriel = config.courriel()
EMAIL_BACKEND = _courriel.get("EMAIL_BACKEND", "django.core.mail.backends.dummy.EmailBackend")
EMAIL_HOST = _courriel.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = _courriel.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _courriel.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _courriel.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = bool(_courriel.get("EMAIL_USE_TLS", False))
EMAIL_USE_SSL = bool(_courriel.get("EMAIL_USE_SSL", False))
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = config.expediteur("EXPEDITEUR", defaut_demo="Portail famille <ne-pas-repondre@exemple.fr>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

STATIC_URL = "/static/"
#: Collected when the image is built, so apart from the data.
STATIC_ROOT = Path(config.texte("DOSSIER_STATIC", str(DOSSIER_DONNEES / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(DOSSIER_DONNEES / "fichiers"), "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEMO
WHITENOISE_AUTOREFRESH = DEBUG

# --- Words and time ----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
USE_I18N = True
TIME_ZONE = "Europe/Paris"
USE_TZ = True
FORMAT_MODULE_PATH = ["portail.formats"]
MESSAGE_TAGS = {
    getattr(niveaux_messages, niveau): mot
    for niveau, mot in {"INFO": "info", "SUCCESS": "succes", "WARNING": "attention", "ERROR": "erreur"}.items()
}
CRISPY_ALLOWED_TEMPLATE_PACKS = "portail"
CRISPY_TEMPLATE_PACK = "portail"

# --- Doors between apps: dotted paths, so that imports go down only -----------------------------------------------

#: ``(famille, enfant, creneaux) -> {creneau_id: Prix}``; what the planning shows and billing charges.
TARIFICATEUR = "facturation.tarifs.prix_des_creneaux"
#: Tariffs of a copied période, and invoices of days that a closure cancels: both asked of the app that bills.
COPIE_DES_TARIFS = "facturation.actions.tarif.copier_tarifs"
FACTURES_DES_JOURS = "facturation.lecture.factures_des_jours"
#: ``(du, au) -> list[Conges]``; the school holidays, for the sharing of custody.
VACANCES_SCOLAIRES = "portail.vacances.entre"
#: ``(presences) -> {presence_id}``; the days that an issued invoice holds.
JOURS_FACTURES = "facturation.presences.jours_factures"
RECHERCHE_DES_FAMILLES = "familles.admin.recherche"  # ``cles_des_familles(words)``, ``noms_des_familles(keys)``
#: Each returns what prevents a household from booking, in a number of queries that the périodes do not change:
#: ``(utilisateur, famille, enfants, periodes, maintenant) -> {periode.pk: list[Blocage]}``.
BLOCAGES_DE_RESERVATION = [
    "familles.blocages.adresse_non_confirmee",
    "familles.blocages.fiche_a_certifier",
    "documents.blocages.pieces_manquantes",
    "reservations.reglements.a_accepter",
    "facturation.blocages.impayes",
]
#: The same reasons as the service reads them before it answers, for many children at once, in a number of queries that
#: they do not change: ``(suivis, maintenant) -> {suivi.cle: [phrase]}``; a ``suivi`` has a famille, enfant, periode.
CONSTATS_DU_DOSSIER = [
    "familles.blocages.fiches_non_certifiees",
    "documents.blocages.pieces_qui_manquent",
    "reservations.reglements.reglements_non_acceptes",
    "facturation.blocages.retards_de_paiement",
]
#: What the documents ask of the reservations: ``() -> [(cle, nom)]`` and ``(enfants, jour) -> {enfant_id: {cle}}``.
CHOIX_DES_ACCUEILS = "portail.accueils.choix"
#: ``(enfants, agent) -> enfants``; whom a member of the staff may look up: all, or those of the sites it directs.
ENFANTS_SUIVIS = "portail.accueils.enfants_suivis"
#: Who locks the object of a change that waits for an agent, when it is not the household or one of its adults, by the
#: first word of the piece of data: ``(famille, cle) -> objet | None``.
OBJETS_DES_MODIFICATIONS = {"enfant": "enfants.actions.identite.enfant_du_foyer"}
#: What each app adds to the household's page and to the child's in the staff's site: ``(objet, agent) -> Bloc | None``.
BLOCS_DE_LA_FAMILLE = [
    "reservations.blocs.de_la_famille",
    "facturation.blocs.de_la_famille",
    "documents.blocs.de_la_famille",
]
BLOCS_DE_L_ENFANT = ["reservations.blocs.de_l_enfant", "documents.blocs.de_l_enfant"]
#: Each returns the names of the files of the store that another app than the documents keeps: ``() -> set[str]``.
AUTRES_FICHIERS_DU_COFFRE = ["inscriptions.pieces.fichiers_gardes"]
ACCUEILS_FREQUENTES = "portail.accueils.frequentes"
#: Who may read a news: ``() -> [(cle, nom)]`` of the schools and accueils, ``(utilisateur, jour) -> queries of keys``.
CHOIX_DES_PUBLICS = "portail.publics.choix"
PUBLICS_DES_FAMILLES = "portail.publics.de"
#: ``(envois, *, octets_pdf) -> one clean file``; the safe reception, for what staff put on the portal too.
RECEPTION_DE_FICHIERS = "documents.reception.preparer"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"ligne": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "ligne"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        # Ten lines for each PDF.
        "weasyprint": {"level": "WARNING"},
    },
}

config.verifier()
