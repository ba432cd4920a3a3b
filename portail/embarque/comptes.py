"""Which account the embedded services run as: PostgreSQL refuses to run as root."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portail.embarque.erreurs import EmbarqueErreur

COMPTE_SANS_DROITS = "nobody"


@dataclass(frozen=True)
class Compte:
    uid: int
    gid: int
    #: Another account than the one that runs the command: only root can use it.
    autre: bool

    @property
    def options(self) -> dict[str, Any]:
        """What ``subprocess`` needs to run a command as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.autre else {}

    def atteint(self, dossier: Path) -> bool:
        """Tell whether this account can enter the folder, all its parents included."""
        return self.reussit(["test", "-x", str(dossier)])

    def reussit(self, commande: list[str]) -> bool:
        """Tell whether a command succeeds as this account; one that it cannot even run does not."""
        try:
            fini = subprocess.run(
                commande, cwd="/", capture_output=True, check=False, stdin=subprocess.DEVNULL, **self.options
            )
        except OSError:
            return False
        return fini.returncode == 0


def compte_de_service(grappe: Path) -> Compte:
    """Return the account for the services of a cluster, which may not exist yet.

    Whoever owns the cluster runs it, so that root can be used after an ordinary user; the other way round is refused.
    """
    proprietaire = grappe.stat().st_uid if grappe.exists() else None
    if os.geteuid() != 0:
        if proprietaire not in {None, os.geteuid()}:
            raise EmbarqueErreur(
                f"{grappe} appartient à un autre compte : lancez la commande avec le compte qui l'a créé."
            )
        return Compte(os.geteuid(), os.getegid(), autre=False)
    if proprietaire:
        return Compte(proprietaire, grappe.stat().st_gid, autre=True)
    try:
        fiche = pwd.getpwnam(COMPTE_SANS_DROITS)
    except KeyError as erreur:
        raise EmbarqueErreur(
            f"PostgreSQL ne tourne pas sous root et le compte « {COMPTE_SANS_DROITS} » n'existe pas sur cette machine."
        ) from erreur
    return Compte(fiche.pw_uid, fiche.pw_gid, autre=True)
