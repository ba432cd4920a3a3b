"""Where the embedded services of one data folder keep what they need."""

import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from portail.embarque import dossier_sockets, empreinte
from portail.embarque.comptes import Compte, compte_de_service
from portail.embarque.erreurs import EmbarqueErreur

#: Used by root when the service account cannot enter the data folder, as below ``/root``, whose rights stay untouched.
ABRI = Path("/var/lib/portail-famille")


@dataclass(frozen=True)
class Lieux:
    donnees: Path
    compte: Compte
    #: Real folder of the PostgreSQL cluster; ``donnees/postgres`` is this one or a link to it.
    grappe: Path
    sockets: Path
    journaux: Path
    #: Where binaries are copied when the service account cannot read the environment.
    binaires: Path

    @property
    def nom(self) -> str:
        """The name PostgreSQL shows in the titles of its processes."""
        return self.sockets.name


def lieux(donnees: Path) -> Lieux:
    """Return the places of a data folder and make the folders that the caller owns."""
    donnees = donnees.absolute()
    donnees.mkdir(parents=True, exist_ok=True)
    donnees = donnees.resolve()
    lien = donnees / "postgres"
    compte = compte_de_service(lien)
    if lien.exists():
        grappe = lien.resolve()
    elif not compte.autre or compte.atteint(donnees):
        grappe = lien
    else:
        grappe = ABRI / empreinte(donnees) / "postgres"
        grappe.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    journaux = donnees / "journaux"
    journaux.mkdir(exist_ok=True, mode=0o700)
    return Lieux(donnees, compte, grappe, dossier_sockets(donnees), journaux, grappe.parent / "binaires")


def lier_la_grappe(endroit: Lieux) -> None:
    """Make ``donnees/postgres`` lead to the cluster when it had to be put elsewhere."""
    lien = endroit.donnees / "postgres"
    if endroit.grappe != lien and not lien.exists():
        lien.unlink(missing_ok=True)
        lien.symlink_to(endroit.grappe)


def effacer_les_donnees(endroit: Lieux) -> None:
    """Remove the cluster. The services must be stopped."""
    lien = endroit.donnees / "postgres"
    if lien.is_symlink():
        lien.unlink()
    if endroit.grappe.exists():
        shutil.rmtree(endroit.grappe)


def dossier_prive(dossier: Path, compte: Compte) -> None:
    """Make a folder that only the account can enter, or check that the existing one is exactly that.

    It stands in a folder where everyone may write: one prepared by somebody else, or a link, is refused, since its
    owner could answer in the place of the services.
    """
    try:
        dossier.mkdir(mode=0o700)
    except FileExistsError:
        _exiger_prive(dossier, compte)
        return
    if compte.autre:
        os.chown(dossier, compte.uid, compte.gid, follow_symlinks=False)


def _exiger_prive(dossier: Path, compte: Compte) -> None:
    fiche = dossier.lstat()
    if not stat.S_ISDIR(fiche.st_mode) or fiche.st_uid != compte.uid or fiche.st_mode & 0o077:
        raise EmbarqueErreur(
            f"{dossier} existe et n'est pas le dossier privé attendu : vérifiez qui l'a créé, puis supprimez-le."
        )
