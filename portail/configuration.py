"""Reading of the environment: typed values, and one sentence for each one that is missing or nonsensical.

All the faults are gathered and told together, so that a deployment is corrected in one go.
"""

import base64
import binascii
import os
from email.utils import parseaddr
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

LONGUEUR_MINIMALE_CLE = 50
OCTETS_CLE_CHIFFREMENT = 32
SIGNES_DIFFERENTS_CLE = 10


class Configuration:
    """The environment of one installation.

    ``demo`` is the demonstration or test mode: what is missing takes a value that suits one machine. Otherwise
    (production) what has no safe default is required.
    """

    def __init__(self, dossier: Path) -> None:
        self.env = environ.Env()
        self.dossier = dossier
        self.fautes: list[str] = []
        self.demo = self.booleen("DEMO", False)

    def faute(self, phrase: str) -> None:
        self.fautes.append(phrase)

    def verifier(self) -> None:
        """Raise ``ImproperlyConfigured`` with every fault found, if any."""
        if self.fautes:
            raise ImproperlyConfigured("Configuration à corriger :\n- " + "\n- ".join(self.fautes))

    def texte(self, nom: str, defaut: str | None = None, *, defaut_demo: str | None = None) -> str:
        """Return a variable; ``NOM_FILE`` may name a file that holds it, for secrets."""
        valeur = self._depuis_fichier(nom) or os.environ.get(nom, "").strip()
        if valeur:
            return valeur
        if self.demo and defaut_demo is not None:
            return defaut_demo
        if defaut is None:
            self.faute(f"{nom} est obligatoire et n'a pas de valeur.")
            return ""
        return defaut

    def _depuis_fichier(self, nom: str) -> str:
        chemin = os.environ.get(f"{nom}_FILE", "")
        if not chemin:
            return ""
        if os.environ.get(nom):
            self.faute(f"{nom} et {nom}_FILE sont donnés tous les deux : un seul des deux convient.")
        try:
            return Path(chemin).read_text().strip()
        except OSError as erreur:
            self.faute(f"{nom}_FILE : {chemin} ne peut pas être lu ({erreur.strerror}).")
        except UnicodeDecodeError:
            self.faute(f"{nom}_FILE : {chemin} n'est pas un fichier de texte.")
        return ""

    def booleen(self, nom: str, defaut: bool) -> bool:
        brut = os.environ.get(nom, "").strip()
        if not brut:
            return defaut
        if brut.lower() in {"1", "true", "oui", "yes", "on"}:
            return True
        if brut.lower() in {"0", "false", "non", "no", "off"}:
            return False
        self.faute(f"{nom} vaut « {brut} » : oui ou non attendu.")
        return defaut

    def entier(self, nom: str, defaut: int, *, minimum: int = 0, maximum: int = 2**31) -> int:
        brut = os.environ.get(nom, "").strip()
        if not brut:
            return defaut
        try:
            valeur = int(brut)
        except ValueError:
            self.faute(f"{nom} vaut « {brut} » : un nombre entier est attendu.")
            return defaut
        if not minimum <= valeur <= maximum:
            self.faute(f"{nom} vaut {valeur} : un nombre entre {minimum} et {maximum} est attendu.")
            return defaut
        return valeur

    def liste(self, nom: str, defaut: list[str]) -> list[str]:
        brut = os.environ.get(nom, "")
        return [mot.strip() for mot in brut.split(",") if mot.strip()] or defaut

    def adresse(self, nom: str, defaut: str | None = None, *, defaut_demo: str | None = None) -> str:
        """Return an ``http(s)`` address without final slash; in production only ``https`` is accepted."""
        valeur = self.texte(nom, defaut, defaut_demo=defaut_demo).rstrip("/")
        parties = _decouper(valeur)
        if valeur and (parties is None or parties.scheme not in {"http", "https"} or not parties.hostname):
            self.faute(f"{nom} vaut « {valeur} » : une adresse complète est attendue, comme https://exemple.fr.")
        elif parties and valeur and not self.demo and parties.scheme != "https":
            self.faute(f"{nom} vaut « {valeur} » : https est obligatoire hors démonstration.")
        return valeur

    def origine(self, nom: str, *, defaut_demo: str) -> str:
        """Return the address of a site: scheme, host and port alone.

        The demonstration, with its known logins and its readable mails, has no place on a public https address.
        """
        valeur = self.adresse(nom, defaut_demo=defaut_demo)
        parties = _decouper(valeur)
        if parties and (parties.path or parties.query or parties.fragment or parties.username):
            self.faute(f"{nom} vaut « {valeur} » : rien n'est attendu après le nom du site.")
        if self.demo and valeur.startswith("https://"):
            self.faute(f"DEMO=oui ne convient pas à un site en https ({valeur}) : la démonstration n'est pas protégée.")
        return valeur

    def hotes(self, nom: str, site: str) -> list[str]:
        """Return the accepted host names: the site's, and those that are given besides."""
        parties = _decouper(site)
        hote = (parties.hostname if parties else None) or "invalid"
        hotes = self.liste(nom, [hote])
        if any("*" in autre for autre in hotes):
            self.faute(f"{nom} ne peut pas contenir « * » : nommez les hôtes du portail.")
        if hote != "invalid" and not any(map(partial(_accepte, hote), hotes)):
            self.faute(f"{nom} vaut « {','.join(hotes)} » : {hote}, l'hôte de SITE_URL, doit y être.")
        return hotes

    def dossier_de_donnees(self, nom: str) -> Path:
        """Return the folder of uploads; in production it is absolute: it must not depend on where a command starts."""
        chemin = Path(self.texte(nom, str(self.dossier / "var")))
        if not self.demo and not chemin.is_absolute():
            self.faute(f"{nom} vaut « {chemin} » : un chemin absolu est attendu, comme /srv/portail.")
        return chemin.absolute()

    def cle_secrete(self) -> str:
        cle = self.texte("SECRET_KEY", defaut_demo="demonstration-" + "x" * LONGUEUR_MINIMALE_CLE)
        faible = len(cle) < LONGUEUR_MINIMALE_CLE or len(set(cle)) < SIGNES_DIFFERENTS_CLE
        if cle and not self.demo and (faible or cle.startswith(("demonstration-", "django-insecure-"))):
            self.faute(f"SECRET_KEY doit compter au moins {LONGUEUR_MINIMALE_CLE} caractères tirés au hasard.")
        return cle

    def cles_chiffrement(self) -> list[str]:
        """Return the Fernet keys of health data, the one that encrypts first; required in production."""
        demo = base64.urlsafe_b64encode(b"demonstration".ljust(OCTETS_CLE_CHIFFREMENT, b"-")).decode()
        cles = self.texte("CLES_CHIFFREMENT", defaut_demo=demo).replace(" ", "").split(",")
        for rang, cle in enumerate(cles, start=1):
            if cle and not _est_une_cle(cle):
                self.faute(
                    f"CLES_CHIFFREMENT : la clé n° {rang} n'en est pas une ; 32 octets tirés au hasard, "
                    "en base64 « urlsafe », sont attendus."
                )
            elif cle == demo and not self.demo:
                self.faute("CLES_CHIFFREMENT contient la clé de la démonstration : tirez-en une au hasard.")
        return cles

    def base_de_donnees(self, adresse_embarquee: str) -> dict[str, Any]:
        brut = self.texte("DATABASE_URL", defaut_demo=adresse_embarquee)
        if not brut:
            return {"ENGINE": "django.db.backends.postgresql"}
        # The value holds a password: no sentence repeats it.
        if not brut.startswith(("postgres://", "postgresql://")):
            self.faute("DATABASE_URL : seul PostgreSQL convient, comme postgres://compte:secret@serveur:5432/base.")
            return {"ENGINE": "django.db.backends.postgresql"}
        try:
            base = dict(environ.Env.db_url_config(brut))
        except (ValueError, KeyError):
            base = {}
        if not base.get("NAME"):
            self.faute("DATABASE_URL ne se lit pas : postgres://compte:secret@serveur:5432/base est attendu.")
        # A socket folder is written percent-encoded in place of the host.
        return base | {"HOST": unquote(str(base.get("HOST") or ""))}

    def redis(self, adresse_embarquee: str) -> str:
        brut = self.texte("REDIS_URL", defaut_demo=adresse_embarquee)
        parties = _decouper(brut)
        joignable = parties and (parties.path if parties.scheme == "unix" else parties.hostname)
        if brut and (parties is None or parties.scheme not in {"redis", "rediss", "unix"} or not joignable):
            self.faute("REDIS_URL ne se lit pas : redis://serveur:6379/0, rediss://… ou unix:///chemin est attendu.")
        return brut

    def courriel(self) -> dict[str, object]:
        """Return Django's EMAIL_* settings. ``EMAIL_URL`` is required in production, and must lead to a server."""
        brut = self.texte("EMAIL_URL", defaut_demo="dummymail://")
        if not brut:
            return {}
        try:
            courriel = dict(environ.Env.email_url_config(brut))
        except (ImproperlyConfigured, KeyError, ValueError):
            courriel = {}
        if not courriel or (not self.demo and (not brut.startswith("smtp") or not courriel.get("EMAIL_HOST"))):
            self.faute("EMAIL_URL ne se lit pas : smtp+tls://compte:secret@serveur:587 est attendu.")
        return courriel

    def expediteur(self, nom: str, *, defaut_demo: str) -> str:
        valeur = self.texte(nom, defaut_demo=defaut_demo)
        try:
            validate_email(parseaddr(valeur)[1])
        except ValidationError:
            if valeur:
                self.faute(f"{nom} vaut « {valeur} » : Nom <adresse@exemple.fr> est attendu.")
        return valeur


def adresse_pour_celery(redis: str) -> str:
    """Return an address of Redis in Celery's own way of writing a socket and the number of a keyspace."""
    if not redis.startswith("unix://"):
        return redis
    chemin, _, numero = redis.removeprefix("unix://").partition("?db=")
    return f"redis+socket://{chemin}" + (f"?virtual_host={numero}" if numero else "")


def _accepte(hote: str, permis: str) -> bool:
    """Tell whether an entry of ALLOWED_HOSTS accepts a host; ``.exemple.fr`` accepts its subdomains too."""
    return hote == permis or (permis.startswith(".") and f".{hote}".endswith(permis))


def _decouper(adresse: str) -> SplitResult | None:
    """Split an address; return none for one that cannot be, such as a port that is not a number."""
    try:
        parties = urlsplit(adresse)
        _ = parties.port
    except ValueError:
        return None
    return parties


def _est_une_cle(cle: str) -> bool:
    try:
        return len(base64.urlsafe_b64decode(cle)) == OCTETS_CLE_CHIFFREMENT
    except (binascii.Error, ValueError):
        return False
