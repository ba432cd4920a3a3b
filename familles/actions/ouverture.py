"""Opening of a login by the service, and its activation by the person."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from familles import courriels
from familles.actions import identifiant
from familles.models import Utilisateur
from portail.commun.traces import tracer


@transaction.atomic
def ouvrir(
    *, email: str, prenom: str, nom: str, auteur: Utilisateur | None, maintenant: datetime, agent: bool = False
) -> Utilisateur:
    """Create a login without password and send the link that activates it. No password ever travels by mail."""
    utilisateur = Utilisateur.objects.create_user(email, None, prenom=prenom, nom=nom, is_staff=agent)
    EmailAddress.objects.create(user=utilisateur, email=utilisateur.email, primary=True, verified=False)
    courriels.activer(utilisateur=utilisateur, maintenant=maintenant)
    tracer(
        geste="compte.ouvert",
        objet="utilisateur",
        objet_cle=utilisateur.cle,
        libelle=utilisateur.email,
        auteur=auteur,
        maintenant=maintenant,
    )
    return utilisateur


@transaction.atomic
def renvoyer_l_activation(*, utilisateur: Utilisateur, auteur: Utilisateur, maintenant: datetime) -> None:
    courriels.activer(utilisateur=utilisateur, maintenant=maintenant)
    tracer(
        geste="compte.activation_renvoyee",
        objet="utilisateur",
        objet_cle=utilisateur.cle,
        libelle=utilisateur.email,
        auteur=auteur,
        maintenant=maintenant,
    )


@transaction.atomic
def activer(*, utilisateur: Utilisateur, mot_de_passe: str, maintenant: datetime) -> None:
    """Set the first password; the link came by mail, so the address is confirmed with it."""
    verrouille = Utilisateur.objects.select_for_update(no_key=True).get(pk=utilisateur.pk)
    verrouille.set_password(mot_de_passe)
    verrouille.save(update_fields=["password"])
    identifiant.confirmer_par_lien(utilisateur=verrouille, maintenant=maintenant)
    tracer(
        geste="compte.active",
        objet="utilisateur",
        objet_cle=verrouille.cle,
        libelle=verrouille.email,
        auteur=verrouille,
        maintenant=maintenant,
    )
