"""What ``bin/demo`` runs once the environment is ready: every process of the portal, on this machine, until Ctrl-C."""

import argparse
import contextlib
import http.client
import os
import shutil
import socket
import sys
from pathlib import Path

from portail.demonstration import MOT_DE_PASSE
from portail.embarque import adresse_postgres, adresse_redis, services
from portail.embarque.erreurs import EmbarqueErreur
from portail.embarque.superviseur import ArretDemande, Superviseur
from portail.embarque.verrou import VerrouPris, verrou

RACINE = Path(__file__).resolve().parent.parent.parent
HOTE = "127.0.0.1"
PORT_PAR_DEFAUT = 8000
CONNEXIONS = {
    "famille.aabelium@exemple.fr": "la famille AABELIUM du tutoriel",
    "agent@exemple.fr": "agent du service Enfance-Jeunesse",
    "direction@exemple.fr": "direction d'un accueil",
    "regisseur@exemple.fr": "régisseur",
    "comptable@exemple.fr": "comptable",
    "admin@exemple.fr": "administration",
}


def principal(arguments: list[str]) -> int:
    analyse = argparse.ArgumentParser(prog="bin/demo", description="Prépare et lance le portail sur cette machine.")
    analyse.add_argument("--neuf", action="store_true", help="efface les données de la démonstration et recommence")
    options = analyse.parse_args(arguments)
    donnees = Path(os.environ.get("DOSSIER_DONNEES") or RACINE / "var").absolute()
    donnees.mkdir(parents=True, exist_ok=True)
    try:
        with verrou(donnees / "demonstration.verrou", attente_secondes=0):
            return _tourner(donnees, _port(os.environ.get("PORT", "")), neuf=options.neuf)
    except VerrouPris:
        return _refuser(f"La démonstration tourne déjà dans ce dossier ({donnees}).")
    except EmbarqueErreur as erreur:
        return _refuser(str(erreur))


def _refuser(phrase: str) -> int:
    sys.stderr.write(f"{phrase}\n")
    return 1


def _tourner(donnees: Path, port: int, *, neuf: bool) -> int:
    choix = services.choix_de(os.environ)
    if neuf:
        _effacer(donnees, choix)
    for dossier in ("journaux", "static"):
        (donnees / dossier).mkdir(exist_ok=True, mode=0o700)
    superviseur = Superviseur(RACINE, donnees / "journaux", _environnement(donnees, port, choix))
    superviseur.ecouter_les_signaux()
    lances: dict[str, int] = {}
    try:
        _exiger_ports_libres(port)
        if choix.postgres or choix.redis:
            _dire("Démarrage de PostgreSQL et de Redis…")
            lances = services.demarrer(donnees, choix=choix, lie_au_parent=True)
            superviseur.surveilles = {nom: pid for nom, pid in services.etat(donnees).items() if pid}
        _dire("Préparation de la base…")
        superviseur.executer(
            "La préparation de la base", [sys.executable, "-m", "portail.embarque.chargement"], "base.log"
        )
        _dire("Démarrage du portail…")
        _lancer_les_processus(superviseur, donnees, port)
        _annoncer(port, superviseur)
        superviseur.veiller()
    except ArretDemande:
        _dire("\nArrêt…")
        return 0
    finally:
        superviseur.arreter()
        _arreter_les_services(donnees, lances)
    return 0


def _port(brut: str) -> int:
    if not brut:
        return PORT_PAR_DEFAUT
    if not brut.isdecimal() or not 1 <= int(brut) <= 65534:
        raise EmbarqueErreur(f"PORT vaut « {brut} » : un nombre entre 1 et 65534 est attendu.")
    return int(brut)


def _effacer(donnees: Path, choix: services.Choix) -> None:
    """Remove what the demonstration keeps; a database given from outside is not ours to remove."""
    if not choix.postgres:
        raise EmbarqueErreur(
            "--neuf n'efface que la base embarquée : DATABASE_URL en donne une autre, laissée intacte."
        )
    services.effacer(donnees)
    for nom in ("fichiers", "static"):
        shutil.rmtree(donnees / nom, ignore_errors=True)
    for reste in donnees.glob("celerybeat-schedule*"):
        reste.unlink(missing_ok=True)


def _environnement(donnees: Path, port: int, choix: services.Choix) -> dict[str, str]:
    """Return the environment of every process: what the person gave wins."""
    propre = {
        "DEMO": "oui",
        "DOSSIER_DONNEES": str(donnees),
        "DJANGO_SETTINGS_MODULE": "portail.settings",
        "PYTHONUNBUFFERED": "1",
    }
    if choix.postgres:
        propre["DATABASE_URL"] = adresse_postgres(donnees)
    if choix.redis:
        propre["REDIS_URL"] = adresse_redis(donnees)
    par_defaut = {
        "SITE_URL": f"http://{HOTE}:{port}",
        "ALLOWED_HOSTS": f"{HOTE},localhost",
        "TIPI_URL_PAIEMENT": f"http://{HOTE}:{port + 1}/tpa/paiement.web",
    }
    return par_defaut | dict(os.environ) | propre


def _exiger_ports_libres(port: int) -> None:
    for numero in (port, port + 1):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as prise:
            prise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                prise.bind((HOTE, numero))
            except PermissionError as erreur:
                raise EmbarqueErreur(f"Le port {numero} est réservé à root. À lancer : PORT=8000 bin/demo") from erreur
            except OSError as erreur:
                raise EmbarqueErreur(
                    f"Le port {numero} est déjà pris (il en faut deux de suite). À lancer : PORT={port + 10} bin/demo"
                ) from erreur


def _lancer_les_processus(superviseur: Superviseur, donnees: Path, port: int) -> None:
    python = [sys.executable, "-m"]
    superviseur.lancer(
        "Le simulateur de paiement",
        [*python, "simulateur", "--port", str(port + 1), "--autorise", superviseur.environnement["SITE_URL"]],
        "simulateur.log",
    )
    celery = [*python, "celery", "--app", "portail"]
    ouvrier = superviseur.lancer(
        "Le worker Celery",
        [*celery, "worker", "--loglevel", "INFO", "--concurrency", "2", "--without-gossip", "--without-mingle"],
        "worker.log",
    )
    superviseur.lancer(
        "Le beat Celery",
        [*celery, "beat", "--loglevel", "INFO", "--pidfile", "", "--schedule", str(donnees / "celerybeat-schedule")],
        "beat.log",
    )
    superviseur.lancer(
        "Le site",
        [*python, "gunicorn", "portail.wsgi", "--bind", f"{HOTE}:{port}", "--worker-class", "gthread"]
        + ["--preload", "--workers", "2", "--threads", "4", "--no-control-socket", "--access-logfile", "-"],
        "web.log",
    )
    superviseur.attendre("Le simulateur de paiement", lambda: _repond(port + 1, "/") is not None)
    superviseur.attendre("Le site", lambda: _repond(port, "/sante/pret/") == 200)
    superviseur.attendre("Le worker Celery", lambda: " ready." in ouvrier.journal.read_text(errors="replace"))


def _repond(port: int, chemin: str) -> int | None:
    """Return the status of the answer to a request, none when nothing listens; ignores the proxies."""
    liaison = http.client.HTTPConnection(HOTE, port, timeout=5)
    with contextlib.closing(liaison):
        try:
            liaison.request("GET", chemin)
            return liaison.getresponse().status
        except (OSError, http.client.HTTPException):
            return None


def _annoncer(port: int, superviseur: Superviseur) -> None:
    site = superviseur.environnement["SITE_URL"]
    largeur = max(map(len, CONNEXIONS))
    connexions = [f"  {adresse:<{largeur}}  {qui}" for adresse, qui in CONNEXIONS.items()]
    lignes = [
        "",
        f"Portail famille       : {site}/",
        f"Gestion (agents)      : {site}/gestion/",
        f"Courriels envoyés     : {site}/demo/courriels/",
        f"Page de paiement      : http://{HOTE}:{port + 1}/ (simulateur, le site y conduit)",
        f"Journaux              : {superviseur.journaux}",
        "",
        "Connexions de démonstration :",
        *connexions,
        f"Mot de passe : {MOT_DE_PASSE}",
        "",
        "Ctrl-C arrête tout ; les données restent (bin/demo --neuf repart de zéro).",
    ]
    _dire("\n".join(lignes))


def _arreter_les_services(donnees: Path, lances: dict[str, int]) -> None:
    """Stop the embedded services that this very command started, those alone."""
    if lances:
        services.arreter(donnees, choix=services.Choix(postgres="PostgreSQL" in lances, redis="Redis" in lances))


def _dire(phrase: str) -> None:
    sys.stdout.write(f"{phrase}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(principal(sys.argv[1:]))
