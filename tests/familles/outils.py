"""What the account tests read from the mails."""

import re

from portail.commun.models import Courriel


def dernier_courriel(destinataire, nom=None):
    choix = Courriel.objects.filter(destinataire=destinataire)
    return (choix.filter(nom=nom) if nom else choix).first()


def lien_du(courriel):
    """Return the path of the first link of a mail that is not the portal's own address alone."""
    for adresse in re.findall(r"https?://\S+", courriel.texte):
        chemin = "/" + adresse.split("/", 3)[3] if adresse.count("/") > 2 else "/"
        if chemin != "/":
            return chemin
    raise AssertionError(f"aucun lien dans {courriel.texte}")
