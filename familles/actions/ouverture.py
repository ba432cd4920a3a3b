"""Opening of a login by the service, and its activation by the person."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from familles import courriels
from familles.actions import identifiant
from familles.erreurs import CompteRefuse, MotifCompte
from familles.models import Responsable, Utilisateur
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


@transaction.atomic
def ouvrir_pour(*, responsable: Responsable, auteur: Utilisateur, maintenant: datetime) -> Utilisateur:
    """Open the login of an adult at their contact address, or attach the one they have from another household.

    Raise ``CompteRefuse`` without an address, with a login already, for an address of the staff, or for an adult
    without parental authority.
    """
    verrouille = Responsable.objects.select_for_update(no_key=True).select_related("famille").get(pk=responsable.pk)
    email = verrouille.email.strip().lower()
    motifs = [
        motif
        for motif, tombe in (
            (MotifCompte.SANS_ADRESSE, not email),
            (MotifCompte.DEJA_OUVERT, verrouille.utilisateur_id is not None),
            (MotifCompte.SANS_AUTORITE, not verrouille.autorite_parentale),
            (MotifCompte.AGENT, Utilisateur.objects.filter(email=email, is_staff=True).exists()),
            (MotifCompte.FERME, Utilisateur.objects.filter(email=email, is_active=False).exists()),
        )
        if tombe
    ]
    existant = Utilisateur.objects.filter(email=email, is_active=True).first()
    if existant and verrouille.famille.responsables.filter(utilisateur=existant).exists():
        motifs.append(MotifCompte.DEJA_OUVERT)
    if motifs:
        raise CompteRefuse(motifs)
    if existant is None:
        existant = ouvrir(
            email=email, prenom=verrouille.prenom, nom=verrouille.nom, auteur=auteur, maintenant=maintenant
        )
    else:
        courriels.rattache(utilisateur=existant, famille=verrouille.famille, maintenant=maintenant)
    verrouille.utilisateur = existant
    verrouille.save(update_fields=["utilisateur"])
    tracer(
        geste="famille.compte_rattache",
        objet="responsable",
        objet_cle=verrouille.cle,
        libelle=f"{verrouille} : {email}",
        famille_cle=verrouille.famille.cle,
        auteur=auteur,
        maintenant=maintenant,
    )
    return existant


@transaction.atomic
def detacher(*, responsable: Responsable, auteur: Utilisateur, maintenant: datetime) -> None:
    """Take the login away from an adult of a household: they no longer see it. The login itself lives on."""
    verrouille = Responsable.objects.select_for_update(no_key=True).select_related("famille").get(pk=responsable.pk)
    ancien, verrouille.utilisateur = verrouille.utilisateur, None
    verrouille.save(update_fields=["utilisateur"])
    tracer(
        geste="famille.compte_detache",
        objet="responsable",
        objet_cle=verrouille.cle,
        libelle=f"{verrouille} : {ancien}",
        famille_cle=verrouille.famille.cle,
        auteur=auteur,
        maintenant=maintenant,
    )
