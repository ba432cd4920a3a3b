"""The gestures of the contact form: write, complete, answer, close."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection, transaction

from contenu import courriels
from contenu.enums import EtatEchange
from contenu.models import Echange, MessageContact
from portail.commun.traces import tracer

if TYPE_CHECKING:
    from familles.models import Utilisateur


@transaction.atomic
def ecrire(
    *,
    sujet: str,
    texte: str,
    nom: str,
    courriel: str,
    auteur: Utilisateur | None,
    cle_envoi: UUID,
    maintenant: datetime,
) -> Echange:
    """Open a thread and tell the service. The same ``cle_envoi`` again returns the thread that it opened."""
    _verrouiller_envoi(cle_envoi)
    if deja := MessageContact.objects.filter(cle=cle_envoi).select_related("echange").first():
        return deja.echange
    echange = Echange.objects.create(
        sujet=sujet, nom=nom, courriel=courriel, auteur=auteur, ouvert_le=maintenant, dernier_message_le=maintenant
    )
    message = echange.messages.create(cle=cle_envoi, texte=texte, auteur=auteur, envoye_le=maintenant)
    courriels.prevenir_le_service(message=message, maintenant=maintenant)
    _tracer("echange.ouvert", echange, auteur, maintenant)
    return echange


@transaction.atomic
def completer(
    *, echange: Echange, texte: str, auteur: Utilisateur | None, cle_envoi: UUID, maintenant: datetime
) -> MessageContact | None:
    """Add a message of the person; the service has to read it, also when the thread was closed."""
    message = _ajouter(echange, EtatEchange.A_TRAITER, texte, auteur, cle_envoi, maintenant, du_service=False)
    if message:
        courriels.prevenir_le_service(message=message, maintenant=maintenant)
        _tracer("echange.complete", echange, auteur, maintenant)
    return message


@transaction.atomic
def repondre(
    *, echange: Echange, texte: str, auteur: Utilisateur, cle_envoi: UUID, maintenant: datetime
) -> MessageContact | None:
    """Add the answer of the service, and write the mail that carries it."""
    message = _ajouter(echange, EtatEchange.REPONDU, texte, auteur, cle_envoi, maintenant, du_service=True)
    if message:
        courriels.porter_la_reponse(message=message, maintenant=maintenant)
        _tracer("echange.repondu", echange, auteur, maintenant)
    return message


@transaction.atomic
def clore(*, echange: Echange, auteur: Utilisateur, maintenant: datetime) -> None:
    """Say that nothing is owed any more; a new message of the person opens the thread again."""
    verrouille = Echange.objects.select_for_update().get(pk=echange.pk)
    if verrouille.etat == EtatEchange.CLOS:
        return
    avant = verrouille.etat
    verrouille.etat = EtatEchange.CLOS
    verrouille.save(update_fields=["etat"])
    _tracer("echange.clos", verrouille, auteur, maintenant, avant=avant)


def _ajouter(
    echange: Echange,
    etat: EtatEchange,
    texte: str,
    auteur: Utilisateur | None,
    cle_envoi: UUID,
    maintenant: datetime,
    *,
    du_service: bool,
) -> MessageContact | None:
    """Return the new message, or nothing when this form was already taken into account."""
    verrouille = Echange.objects.select_for_update().get(pk=echange.pk)
    _verrouiller_envoi(cle_envoi)
    if MessageContact.objects.filter(cle=cle_envoi).exists():
        return None
    message = MessageContact.objects.create(
        echange=verrouille, cle=cle_envoi, texte=texte, auteur=auteur, du_service=du_service, envoye_le=maintenant
    )
    verrouille.etat, verrouille.dernier_message_le = etat, maintenant
    verrouille.save(update_fields=["etat", "dernier_message_le"])
    return message


def _verrouiller_envoi(cle_envoi: UUID) -> None:
    """Make two sendings of one form wait for each other: the second one then finds the message of the first."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"contact {cle_envoi}"])


def _tracer(
    geste: str, echange: Echange, auteur: Utilisateur | None, maintenant: datetime, avant: str | None = None
) -> None:
    """Write a trace without the words of the person: traces are never erased."""
    tracer(
        geste=geste,
        objet="echange",
        objet_cle=echange.cle,
        libelle=f"Message reçu le {echange.ouvert_le:%d/%m/%Y}",
        auteur=auteur,
        maintenant=maintenant,
        avant={"etat": avant} if avant else {},
    )
