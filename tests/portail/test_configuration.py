"""Each setting that is missing or nonsensical has its own sentence, and a right production passes every check."""

import os
import runpy
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from kombu.utils.url import parse_url

from portail.configuration import adresse_pour_celery
from tests.services import RACINE

PRODUCTION = {
    "SECRET_KEY": "kQ4v-9sZt_2mXb7LrY0cNw5uHj8eFa3gDpTi6oVxKzRy1BqWnM-SlJfU",
    "CLES_CHIFFREMENT": "bm90LWEtc2VjcmV0LWp1c3QtYS10ZXN0LWtleS0xMjM=",
    "SITE_URL": "https://famille.exemple.fr",
    "DATABASE_URL": "postgres://portail:secret@base:5432/portail",
    "REDIS_URL": "redis://redis:6379/0",
    "EMAIL_URL": "smtp+tls://portail:secret@smtp.exemple.fr:587",
    "EXPEDITEUR": "Portail famille <ne-pas-repondre@exemple.fr>",
    "DOSSIER_DONNEES": "/srv/portail",
}


def lancer(environnement: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Django's command line in this environment alone."""
    propre = {nom: os.environ[nom] for nom in ("PATH", "HOME", "LANG") if nom in os.environ}
    commande = [sys.executable, "-W", "error", "manage.py", *arguments]
    return subprocess.run(commande, cwd=RACINE, env=propre | environnement, capture_output=True, text=True, check=False)


@pytest.fixture
def fautes(monkeypatch):
    """Return what the settings say of an environment."""

    def dire(environnement: dict[str, str]) -> str:
        with monkeypatch.context() as seul:
            for nom in os.environ:
                seul.delenv(nom)
            for nom, valeur in environnement.items():
                seul.setenv(nom, valeur)
            try:
                runpy.run_path(str(RACINE / "portail" / "settings.py"))
            except ImproperlyConfigured as erreur:
                return str(erreur)
        return ""

    return dire


def test_a_right_production_passes_every_deployment_check():
    fini = lancer(PRODUCTION, "check", "--deploy", "--fail-level", "INFO")
    assert fini.returncode == 0, fini.stderr


def test_the_demonstration_needs_no_setting(fautes):
    assert fautes({"DEMO": "oui"}) == ""


def test_all_the_missing_settings_are_told_together_and_without_a_traceback():
    fini = lancer({}, "check")
    assert fini.returncode == 1
    assert "Traceback" not in fini.stderr
    obligatoires = (
        "SECRET_KEY",
        "CLES_CHIFFREMENT",
        "SITE_URL",
        "DATABASE_URL",
        "REDIS_URL",
        "EMAIL_URL",
        "EXPEDITEUR",
    )
    for nom in obligatoires:
        assert f"- {nom} est obligatoire et n'a pas de valeur." in fini.stderr


@pytest.mark.parametrize(
    ("nom", "valeur", "phrase"),
    [
        ("SECRET_KEY", "court", "SECRET_KEY doit compter au moins 50 caractères tirés au hasard."),
        ("SECRET_KEY", "ab" * 40, "SECRET_KEY doit compter au moins 50 caractères tirés au hasard."),
        ("SECRET_KEY", "demonstration-" + "x" * 50, "SECRET_KEY doit compter"),
        ("CLES_CHIFFREMENT", "trop-courte", "CLES_CHIFFREMENT : la clé n° 1 n'en est pas une"),
        ("CLES_CHIFFREMENT", PRODUCTION["CLES_CHIFFREMENT"] + ",é", "CLES_CHIFFREMENT : la clé n° 2 n'en est pas une"),
        ("CLES_CHIFFREMENT", "ZGVtb25zdHJhdGlvbi0tLS0tLS0tLS0tLS0tLS0tLS0=", "la clé de la démonstration"),
        ("SITE_URL", "famille.exemple.fr", "SITE_URL vaut « famille.exemple.fr » : une adresse complète est attendue"),
        ("SITE_URL", "http://famille.exemple.fr", "https est obligatoire hors démonstration."),
        ("SITE_URL", "https://famille.exemple.fr/portail", "rien n'est attendu après le nom du site."),
        ("SITE_URL", "https://famille.exemple.fr:port", "une adresse complète est attendue"),
        ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS ne peut pas contenir « * »"),
        ("ALLOWED_HOSTS", "autre.fr", "famille.exemple.fr, l'hôte de SITE_URL, doit y être."),
        ("DATABASE_URL", "mysql://u:motdepasse@h/b", "DATABASE_URL : seul PostgreSQL convient"),
        ("DATABASE_URL", "sqlite:///base", "DATABASE_URL : seul PostgreSQL convient"),
        ("DATABASE_URL", "postgres://base:5432/", "DATABASE_URL ne se lit pas"),
        ("DATABASE_URL", "postgres://u:p@base:port/portail", "DATABASE_URL ne se lit pas"),
        ("REDIS_URL", "memcached://redis", "REDIS_URL ne se lit pas"),
        ("REDIS_URL", "redis://", "REDIS_URL ne se lit pas"),
        ("EMAIL_URL", "pigeon://voyageur", "EMAIL_URL ne se lit pas"),
        ("EMAIL_URL", "consolemail://", "EMAIL_URL ne se lit pas"),
        ("EMAIL_URL", "smtp+tls://", "EMAIL_URL ne se lit pas"),
        ("EXPEDITEUR", "La mairie", "EXPEDITEUR vaut « La mairie » : Nom <adresse@exemple.fr> est attendu."),
        ("NOMBRE_DE_PROXYS", "un", "NOMBRE_DE_PROXYS vaut « un » : un nombre entier est attendu."),
        ("NOMBRE_DE_PROXYS", "9", "NOMBRE_DE_PROXYS vaut 9 : un nombre entre 0 et 5 est attendu."),
        ("TIPI_URL_PAIEMENT", "http://paiement.exemple.fr", "https est obligatoire hors démonstration."),
        ("DOSSIER_DONNEES", "var", "DOSSIER_DONNEES vaut « var » : un chemin absolu est attendu"),
        ("DEBUG", "oui", "DEBUG=oui demande DEMO=oui"),
        ("DEBUG", "peut-être", "DEBUG vaut « peut-être » : oui ou non attendu."),
        ("DEMO", "oui", "DEMO=oui ne convient pas à un site en https"),
        ("SECRET_KEY_FILE", "/nulle/part", "SECRET_KEY et SECRET_KEY_FILE sont donnés tous les deux"),
    ],
)
def test_a_nonsensical_setting_has_its_sentence(fautes, nom, valeur, phrase):
    dites = fautes(PRODUCTION | {nom: valeur})
    assert phrase in dites
    assert "motdepasse" not in dites


def test_a_secret_may_be_read_from_a_file(fautes, tmp_path):
    fichier = tmp_path / "cle"
    fichier.write_text(PRODUCTION["SECRET_KEY"] + "\n")
    reste = {nom: valeur for nom, valeur in PRODUCTION.items() if nom != "SECRET_KEY"}
    assert fautes(reste | {"SECRET_KEY_FILE": str(fichier)}) == ""


def test_a_secret_file_that_cannot_be_read_is_told(fautes, tmp_path):
    reste = {nom: valeur for nom, valeur in PRODUCTION.items() if nom != "DATABASE_URL"}
    dites = fautes(reste | {"DATABASE_URL_FILE": str(tmp_path / "absent")})
    assert "DATABASE_URL_FILE : " in dites
    assert "ne peut pas être lu" in dites


@pytest.mark.parametrize(
    ("redis", "attendu"),
    [
        ("redis://serveur:6379/2", ("redis", "serveur", "2")),
        ("unix:///dossier/redis.sock", ("redis+socket", None, "dossier/redis.sock")),
    ],
)
def test_celery_reads_the_same_redis(redis, attendu):
    lue = parse_url(adresse_pour_celery(redis))
    assert (lue["transport"], lue["hostname"], lue["virtual_host"]) == attendu


def test_celery_uses_the_numbered_keyspace_of_a_socket():
    assert adresse_pour_celery("unix:///d/redis.sock?db=7") == "redis+socket:///d/redis.sock?virtual_host=7"
