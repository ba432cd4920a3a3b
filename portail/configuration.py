"""Reading of the environment: typed values, and one sentence for each one that is missing or nonsensical.

All the faults are gathered and told together, so that a deployment is corrected in one go.
"""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

LONGUEUR_MINIMALE_CLE = 50


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
        valeur = self._depuis_fichier(nom) or os.environ.get(nom, "")
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
        try:
            return Path(chemin).read_text().strip()
        except OSError as erreur:
            self.faute(f"{nom}_FILE : {chemin} ne peut pas être lu ({erreur.strerror}).")
            return ""

    def booleen(self, nom: str, defaut: bool) -> bool:
        brut = os.environ.get(nom, "")
        if not brut:
            return defaut
        if brut.lower() in {"1", "true", "oui", "yes", "on"}:
            return True
        if brut.lower() in {"0", "false", "non", "no", "off"}:
            return False
        self.faute(f"{nom} vaut « {brut} » : oui ou non attendu.")
        return defaut

    def entier(self, nom: str, defaut: int, *, minimum: int = 0, maximum: int = 2**31) -> int:
        brut = os.environ.get(nom, "")
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
        parties = urlsplit(valeur)
        if valeur and (parties.scheme not in {"http", "https"} or not parties.netloc):
            self.faute(f"{nom} vaut « {valeur} » : une adresse complète est attendue, comme https://exemple.fr.")
        elif valeur and not self.demo and parties.scheme != "https":
            self.faute(f"{nom} vaut « {valeur} » : https est obligatoire hors démonstration.")
        return valeur

    def cle_secrete(self) -> str:
        cle = self.texte("SECRET_KEY", defaut_demo="demonstration-" + "x" * LONGUEUR_MINIMALE_CLE)
        if cle and not self.demo and (len(cle) < LONGUEUR_MINIMALE_CLE or cle.startswith("demonstration-")):
            self.faute(f"SECRET_KEY doit compter au moins {LONGUEUR_MINIMALE_CLE} caractères tirés au hasard.")
        return cle

    def base_de_donnees(self, adresse_embarquee: str) -> dict[str, object]:
        brut = self.texte("DATABASE_URL", defaut_demo=adresse_embarquee)
        if not brut:
            return {"ENGINE": "django.db.backends.postgresql"}
        base = dict(environ.Env.db_url_config(brut))
        # A socket folder is written percent-encoded in place of the host.
        base["HOST"] = unquote(str(base.get("HOST") or ""))
        if "postgresql" not in str(base.get("ENGINE", "")):
            self.faute("DATABASE_URL : seul PostgreSQL convient (postgres://…).")
        return base

    def redis(self, adresse_embarquee: str) -> str:
        brut = self.texte("REDIS_URL", defaut_demo=adresse_embarquee)
        if brut and urlsplit(brut).scheme not in {"redis", "rediss", "unix", "redis+socket"}:
            self.faute(f"REDIS_URL vaut « {brut} » : redis://, rediss:// ou unix:// attendu.")
        return brut

    def courriel(self) -> dict[str, object]:
        """Return Django's EMAIL_* settings. ``EMAIL_URL`` is required in production."""
        brut = self.texte("EMAIL_URL", defaut_demo="dummymail://")
        if not brut:
            return {}
        try:
            return dict(environ.Env.email_url_config(brut))
        except (KeyError, ValueError):
            self.faute(f"EMAIL_URL vaut « {brut} » : smtp://…, smtp+tls://… ou smtp+ssl://… attendu.")
            return {}
