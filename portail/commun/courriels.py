"""Outgoing mail: written as a row in the business transaction, the worker is woken up on commit."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import redis
from django.conf import settings
from django.db import transaction
from django.template import Context, engines
from django.template.loader import render_to_string
from django.utils.module_loading import import_string
from kombu.exceptions import OperationalError

from portail.commun.enums import EtatCourriel
from portail.commun.models import Courriel
from portail.commun.traces import tracer

if TYPE_CHECKING:
    from familles.models import Utilisateur

journal = logging.getLogger(__name__)

#: Every space but those that French typography wants unbroken: « Fermeture : ».
ESPACES_SECABLES = re.compile(r"[^\S\u00a0\u202f]+")


def contexte_commun() -> dict[str, Any]:
    """Return what the frame of every mail reads: the portal's address, the town's identity."""
    return {"site_url": settings.SITE_URL, **import_string(settings.CONTEXTE_DES_COURRIELS)(None)}


def deposer(
    *,
    nom: str,
    destinataire: str,
    maintenant: datetime,
    contexte: Mapping[str, Any],
    famille_cle: UUID | None = None,
    confidentiel: bool = False,
) -> Courriel:
    """Write a mail from the templates ``courriels/<nom>.{sujet.txt,txt,html}``.

    ``contexte`` receives ``contexte_commun`` too; links are absolute and built from it. Call it inside a transaction.
    ``confidentiel``: the text holds a key for its reader alone, and staff do not see it.
    """
    sujet, texte, html = rendre(nom, {**contexte_commun(), **contexte})
    return deposer_rendu(
        nom=nom,
        destinataire=destinataire,
        maintenant=maintenant,
        sujet=sujet,
        texte=texte,
        html=html,
        famille_cle=famille_cle,
        confidentiel=confidentiel,
    )


def rendre(nom: str, contexte: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return subject, text and HTML of a mail. The first two are no HTML: « L’été & moi » is written as it is."""
    moteur = engines["django"].engine  # type: ignore[attr-defined]

    def en_texte(gabarit: str) -> str:
        return str(moteur.get_template(gabarit).render(Context(dict(contexte), autoescape=False)))

    sujet = " ".join(ESPACES_SECABLES.split(en_texte(f"courriels/{nom}.sujet.txt").strip()))
    return sujet, en_texte(f"courriels/{nom}.txt"), render_to_string(f"courriels/{nom}.html", dict(contexte))


def deposer_rendu(
    *,
    nom: str,
    destinataire: str,
    maintenant: datetime,
    sujet: str,
    texte: str,
    html: str = "",
    famille_cle: UUID | None = None,
    confidentiel: bool = False,
) -> Courriel:
    """Write a mail whose text is ready."""
    courriel = Courriel.objects.create(
        nom=nom,
        destinataire=destinataire,
        sujet=sujet[:200],
        texte=texte,
        html=html,
        famille_cle=famille_cle,
        confidentiel=confidentiel,
        prochain_essai_le=maintenant,
        cree_le=maintenant,
    )
    _reveiller_a_la_validation()
    return courriel


@transaction.atomic
def renvoyer(*, courriel: Courriel, auteur: Utilisateur, maintenant: datetime) -> Courriel:
    """Put a mail in the queue again: the same one when it was given up, a copy of it when it had left."""
    verrouille = Courriel.objects.select_for_update().get(pk=courriel.pk)
    if verrouille.etat == EtatCourriel.ENVOYE:
        renvoye = deposer_rendu(
            nom=verrouille.nom,
            destinataire=verrouille.destinataire,
            maintenant=maintenant,
            sujet=verrouille.sujet,
            texte=verrouille.texte,
            html=verrouille.html,
            famille_cle=verrouille.famille_cle,
            confidentiel=verrouille.confidentiel,
        )
    else:
        verrouille.etat, verrouille.essais, verrouille.prochain_essai_le = EtatCourriel.A_ENVOYER, 0, maintenant
        verrouille.save(update_fields=["etat", "essais", "prochain_essai_le"])
        _reveiller_a_la_validation()
        renvoye = verrouille
    tracer(
        geste="courriel.renvoye",
        objet="courriel",
        objet_cle=renvoye.cle,
        libelle=str(renvoye),
        famille_cle=renvoye.famille_cle,
        auteur=auteur,
        maintenant=maintenant,
    )
    return renvoye


def _reveiller_a_la_validation() -> None:
    """Ask to wake the worker up once per transaction, however many mails it writes."""
    connexion = transaction.get_connection()
    if not any(rappel is reveiller for _, rappel, *_ in connexion.run_on_commit):
        transaction.on_commit(reveiller, robust=True)


#: Seconds during which a queue that did not answer is left alone, so that requests do not wait for it one by one.
SILENCE_SECONDES = 15.0
_silence_jusqu_a = 0.0


def reveiller() -> None:
    """Wake the worker up. When the queue is away nothing is lost: the beat finds the row within 30 seconds."""
    from portail.commun.tasks import envoyer_courriels_dus  # noqa: PLC0415 - tasks import this module

    global _silence_jusqu_a  # noqa: PLW0603 - one breaker per process
    if time.monotonic() < _silence_jusqu_a:
        return
    try:
        envoyer_courriels_dus.delay()
    except (OperationalError, OSError, redis.RedisError) as erreur:
        _silence_jusqu_a = time.monotonic() + SILENCE_SECONDES
        journal.warning("file d’attente injoignable, les courriels partiront au prochain passage : %s", type(erreur))
