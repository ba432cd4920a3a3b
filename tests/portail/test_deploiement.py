"""The production files speak of settings, files and processes that exist."""

import os
import re
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command

from tests.portail.test_configuration import PRODUCTION
from tests.services import RACINE

COMPOSE = (RACINE / "docker-compose.yml").read_text()
DOCKERFILE = (RACINE / "Dockerfile").read_text()
#: Read by others than the settings: gunicorn, libraries, the images of nginx and PostgreSQL.
DES_AUTRES = {"WEB_CONCURRENCY", "HOME", "NOM_DU_SITE", "NGINX_ENVSUBST_FILTER", "CERTIFICATS"} | {
    "POSTGRES_PASSWORD_FILE",
    "POSTGRES_INITDB_ARGS",
}


def reglages_connus() -> set[str]:
    """Return the names of the settings that the environment can give."""
    texte = (RACINE / "portail" / "settings.py").read_text() + (RACINE / "portail" / "configuration.py").read_text()
    return set(re.findall(r'(?:config|self)\.\w+\(\s*"([A-Z_]+)"', texte))


def test_every_variable_of_the_containers_is_a_setting():
    donnees = set(re.findall(r"^\s+([A-Z][A-Z_]+):", COMPOSE, re.MULTILINE)) | set(
        re.findall(r"\$\{([A-Z_]+)", COMPOSE)
    )
    assert {nom.removesuffix("_FILE") for nom in donnees - DES_AUTRES} - reglages_connus() == set()


def test_every_required_setting_is_given_to_the_containers():
    image = {"DOSSIER_DONNEES"}
    for nom in PRODUCTION.keys() - image:
        assert re.search(rf"^    {nom}(_FILE)?:", COMPOSE, re.MULTILINE), nom
    assert "DOSSIER_DONNEES=/srv/portail" in DOCKERFILE


def test_every_file_that_is_named_exists():
    nommes = re.findall(r"\./(deploiement/[\w.]+)", COMPOSE) + re.findall(r"deploiement/[\w.]+", DOCKERFILE)
    assert len(nommes) >= 4
    assert [nom for nom in nommes if not (RACINE / nom).exists()] == []


@pytest.mark.parametrize("secret", re.findall(r"^  (\w+): \{file: \./secrets", COMPOSE, re.MULTILINE))
def test_every_secret_is_drawn_or_asked_for_by_the_script(secret):
    assert f"{secret} " in (RACINE / "deploiement" / "creer_les_secrets.sh").read_text()


def test_the_secrets_that_are_drawn_satisfy_the_settings(tmp_path):
    (tmp_path / "deploiement").mkdir()
    script = tmp_path / "deploiement" / "creer_les_secrets.sh"
    script.write_bytes((RACINE / "deploiement" / "creer_les_secrets.sh").read_bytes())
    subprocess.run(["sh", script], check=True, capture_output=True)
    tires = tmp_path / "secrets"
    avant = {chemin.name: chemin.read_text() for chemin in tires.iterdir()}
    subprocess.run(["sh", script], check=True, capture_output=True)
    assert {chemin.name: chemin.read_text() for chemin in tires.iterdir()} == avant
    assert urlsplit(avant["database_url"]).password == avant["mot_de_passe_portail"]
    dans_des_fichiers = {
        "SECRET_KEY": "cle_secrete",
        "CLES_CHIFFREMENT": "cles_chiffrement",
        "DATABASE_URL": "database_url",
    }
    propre = {nom: valeur for nom, valeur in PRODUCTION.items() if nom not in dans_des_fichiers}
    propre |= {f"{nom}_FILE": str(tires / fichier) for nom, fichier in dans_des_fichiers.items()}
    verification = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    fini = subprocess.run(
        verification, cwd=RACINE, env={"PATH": os.environ["PATH"]} | propre, capture_output=True, text=True, check=False
    )
    assert fini.returncode == 0, fini.stderr


def test_gunicorn_accepts_its_configuration():
    commande = [
        sys.executable,
        "-m",
        "gunicorn",
        "portail.wsgi",
        "--config",
        "deploiement/gunicorn.py",
        "--check-config",
    ]
    fini = subprocess.run(
        commande, cwd=RACINE, env={"PATH": os.environ["PATH"]} | PRODUCTION, capture_output=True, text=True, check=False
    )
    assert fini.returncode == 0, fini.stderr


def test_every_file_that_a_style_sheet_names_is_collected(settings, tmp_path):
    """As when the image is built, less the compression, which takes ten times longer and refuses nothing."""
    manifeste = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": manifeste}}
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "staticfiles.json").exists()
