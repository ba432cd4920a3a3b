"""The first gesture: an address asks for a link, and one mail is written, whatever the portal knows of it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from familles.models import Utilisateur
from inscriptions import courriels
from inscriptions.actions.saisie import en_cours_de


@transaction.atomic
def demander_un_lien(*, courriel: str, maintenant: datetime) -> None:
    """Write exactly one mail: to begin, to go on, or to say that there is an account. Only its reader knows which."""
    courriel = courriel.strip().lower()
    if Utilisateur.objects.filter(email=courriel).exists():
        courriels.deja_un_compte(courriel=courriel, maintenant=maintenant)
    elif en_cours := en_cours_de(courriel):
        courriels.rouvrir(dossier=en_cours, maintenant=maintenant)
    else:
        courriels.inviter(courriel=courriel, maintenant=maintenant)
