"""The address a person logs in with: confirmed, changed, given back to its owner."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q

from familles import courriels
from familles.erreurs import IdentifiantRefuse, MotifIdentifiant
from familles.models import Utilisateur
from portail.commun.traces import tracer


@transaction.atomic
def demander_confirmation(*, adresse: EmailAddress, maintenant: datetime) -> None:
    """Send the link that confirms an address, again if need be."""
    courriels.confirmer_adresse(adresse=adresse, maintenant=maintenant)


@transaction.atomic
def demander_changement(*, utilisateur: Utilisateur, nouvelle: str, maintenant: datetime) -> EmailAddress:
    """Ask for another login address: nothing changes until the new one confirms; both addresses are told.

    Whether the address is already somebody's is never said here: its owner alone learns it, by mail.
    Raise ``IdentifiantRefuse`` when it is the present address.
    """
    verrouille = Utilisateur.objects.select_for_update(no_key=True).get(pk=utilisateur.pk)
    nouvelle = nouvelle.strip().lower()
    if nouvelle == verrouille.email:
        raise IdentifiantRefuse([MotifIdentifiant.INCHANGE])
    EmailAddress.objects.filter(user=verrouille, verified=False).exclude(email=verrouille.email).delete()
    adresse, _ = EmailAddress.objects.get_or_create(
        user=verrouille, email=nouvelle, defaults={"verified": False, "primary": False}
    )
    if _appartient_a_un_autre(nouvelle, verrouille):
        courriels.adresse_deja_utilisee(destinataire=nouvelle, maintenant=maintenant)
    else:
        courriels.confirmer_adresse(adresse=adresse, maintenant=maintenant)
    courriels.changement_demande(destinataire=verrouille.email, maintenant=maintenant)
    tracer(
        geste="identifiant.changement_demande",
        objet="utilisateur",
        objet_cle=verrouille.cle,
        libelle=str(verrouille),
        auteur=verrouille,
        maintenant=maintenant,
        avant={"email": verrouille.email},
        apres={"email": nouvelle},
    )
    return adresse


@transaction.atomic
def renoncer_au_changement(*, utilisateur: Utilisateur, maintenant: datetime) -> bool:
    """Forget the address that waits; its link is void from now on. Return whether there was one."""
    en_attente = EmailAddress.objects.filter(user=utilisateur, verified=False).exclude(email=utilisateur.email)
    supprimees, _ = en_attente.delete()
    if supprimees:
        tracer(
            geste="identifiant.changement_abandonne",
            objet="utilisateur",
            objet_cle=utilisateur.cle,
            libelle=str(utilisateur),
            auteur=utilisateur,
            maintenant=maintenant,
        )
    return bool(supprimees)


@transaction.atomic
def confirmer_adresse(*, adresse: EmailAddress, maintenant: datetime, session: str = "") -> Utilisateur:
    """Confirm an address by the link sent to it; when it is a new one, it becomes the login.

    The former address is told, with a way back; the other sessions than ``session`` are closed.
    Raise ``IdentifiantRefuse`` when the address became somebody else's meanwhile, or was given up.
    """
    utilisateur = Utilisateur.objects.select_for_update(no_key=True).get(pk=adresse.user_id)
    verrouillee = EmailAddress.objects.select_for_update().filter(pk=adresse.pk, email=adresse.email).first()
    if verrouillee is None:
        raise IdentifiantRefuse([MotifIdentifiant.ABANDONNE])
    if _appartient_a_un_autre(verrouillee.email, utilisateur):
        raise IdentifiantRefuse([MotifIdentifiant.DEJA_UTILISE])
    ancienne = utilisateur.email
    _poser(utilisateur, verrouillee)
    if ancienne != utilisateur.email:
        courriels.identifiant_change(utilisateur=utilisateur, ancienne=ancienne, maintenant=maintenant)
        fermer_les_sessions(utilisateur=utilisateur, sauf=session)
    tracer(
        geste="identifiant.confirme",
        objet="utilisateur",
        objet_cle=utilisateur.cle,
        libelle=str(utilisateur),
        auteur=utilisateur,
        maintenant=maintenant,
        avant={"email": ancienne},
        apres={"email": utilisateur.email},
    )
    return utilisateur


@transaction.atomic
def confirmer_par_lien(*, utilisateur: Utilisateur, maintenant: datetime) -> None:
    """Take the login's address as confirmed: its owner has just used a link that was sent to it alone."""
    verrouille = Utilisateur.objects.select_for_update(no_key=True).get(pk=utilisateur.pk)
    adresse, _ = EmailAddress.objects.get_or_create(
        user=verrouille, email=verrouille.email, defaults={"verified": False, "primary": False}
    )
    if not adresse.verified and not _appartient_a_un_autre(adresse.email, verrouille):
        _poser(verrouille, adresse)
        tracer(
            geste="identifiant.confirme",
            objet="utilisateur",
            objet_cle=verrouille.cle,
            libelle=str(verrouille),
            auteur=verrouille,
            maintenant=maintenant,
        )


@transaction.atomic
def retablir(*, utilisateur: Utilisateur, ancienne: str, maintenant: datetime) -> None:
    """Give the login back to its former address: close every session, void the password, send a link to choose one.

    Raise ``IdentifiantRefuse`` when the former address is now the login of somebody else.
    """
    verrouille = Utilisateur.objects.select_for_update(no_key=True).get(pk=utilisateur.pk)
    if _appartient_a_un_autre(ancienne, verrouille):
        raise IdentifiantRefuse([MotifIdentifiant.DEJA_UTILISE])
    usurpee = verrouille.email
    adresse, _ = EmailAddress.objects.get_or_create(
        user=verrouille, email=ancienne, defaults={"verified": False, "primary": False}
    )
    _poser(verrouille, adresse)
    verrouille.set_unusable_password()
    verrouille.save(update_fields=["password"])
    fermer_les_sessions(utilisateur=verrouille)
    courriels.activer(utilisateur=verrouille, maintenant=maintenant)
    tracer(
        geste="identifiant.retabli",
        objet="utilisateur",
        objet_cle=verrouille.cle,
        libelle=str(verrouille),
        auteur=verrouille,
        maintenant=maintenant,
        avant={"email": usurpee},
        apres={"email": ancienne},
    )


def fermer_les_sessions(*, utilisateur: Utilisateur, sauf: str = "") -> int:
    """Close the sessions of a login on the server, but one; return how many."""
    connues = UserSession.objects.filter(user=utilisateur).exclude(session_key=sauf)
    cles = list(connues.values_list("session_key", flat=True))
    fermees, _ = Session.objects.filter(session_key__in=cles).delete()
    connues.delete()
    return fermees


def _appartient_a_un_autre(email: str, utilisateur: Utilisateur) -> bool:
    autres = Utilisateur.objects.exclude(pk=utilisateur.pk)
    return autres.filter(Q(email=email) | Q(emailaddress__email=email, emailaddress__verified=True)).exists()


def _poser(utilisateur: Utilisateur, adresse: EmailAddress) -> None:
    """Make ``adresse`` the only one of the login, confirmed."""
    EmailAddress.objects.filter(user=utilisateur).exclude(pk=adresse.pk).delete()
    adresse.verified = adresse.primary = True
    adresse.save(update_fields=["verified", "primary"])
    if utilisateur.email != adresse.email:
        utilisateur.email = adresse.email
        utilisateur.save(update_fields=["email"])
