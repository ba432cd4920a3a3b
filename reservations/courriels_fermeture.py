"""Mails of closures: to each adult of each household, and to the régies whose invoices hold cancelled days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from contenu.models import Commune
from familles.models import Famille
from portail.commun.courriels import deposer_rendu
from portail.commun.templatetags.typographie import jour_long
from reservations.courriels import adresses
from reservations.fermetures import FactureDuJour
from reservations.models import Fermeture, Presence


def fermeture(*, fermeture: Fermeture, famille: Famille, presences: Sequence[Presence], maintenant: datetime) -> None:
    """Tell a household which of its days are cancelled, and why."""
    _deposer("fermeture", fermeture, famille, maintenant, {"sections": [("Jours annulés", _lignes(presences))]})


def reouverture(
    *,
    fermeture: Fermeture,
    famille: Famille,
    rendues: Sequence[Presence],
    autres: Sequence[Presence],
    maintenant: datetime,
) -> None:
    """Tell a household which days open again: those that are booked again, and those that it may ask again."""
    sections = [
        (titre, _lignes(presences))
        for titre, presences in (("Jours de nouveau réservés", rendues), ("Jours à redemander si besoin", autres))
        if presences
    ]
    _deposer("reouverture", fermeture, famille, maintenant, {"sections": sections})


def jours_deja_factures(
    *,
    fermeture: Fermeture,
    presences: Sequence[Presence],
    factures: Mapping[int, FactureDuJour],
    maintenant: datetime,
) -> None:
    """Tell each régie which of its issued invoices hold days that are cancelled: a credit note is theirs to make."""
    par_regie: defaultdict[str, list[str]] = defaultdict(list)
    for une in presences:
        facture = factures.get(une.pk)
        if facture and facture.courriel:
            par_regie[facture.courriel].append(
                f"Facture n° {facture.numero} – {une.reservation.famille} – {une.reservation.enfant} – "
                f"{jour_long(une.creneau.jour)}, {une.creneau.prestation.nom}"
            )
    for adresse, lignes in par_regie.items():
        contexte = _contexte(fermeture, {"sections": [("Jours déjà facturés", lignes)], "nombre": len(lignes)})
        _ecrire("fermeture_facturee", adresse, contexte, maintenant, None)


def _lignes(presences: Sequence[Presence]) -> list[str]:
    """« lundi 15 janvier 2018, Matin : BAPTISTE »."""
    lues = [(une.creneau, une.reservation.enfant.prenom) for une in presences]
    ordre = sorted(lues, key=lambda ligne: (ligne[0].jour, ligne[0].prestation.ordre, ligne[1]))
    return [f"{jour_long(creneau.jour)}, {creneau.prestation.nom_court}\u00a0: {prenom}" for creneau, prenom in ordre]


def _contexte(fermeture: Fermeture, contexte: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "site_url": settings.SITE_URL,
        "commune": Commune.objects.filter(pk=1).first(),
        "fermeture": fermeture,
        "url": settings.SITE_URL + reverse("reservations:liste"),
        **contexte,
    }


def _deposer(
    nom: str, fermeture: Fermeture, famille: Famille, maintenant: datetime, contexte: Mapping[str, Any]
) -> None:
    complet = _contexte(fermeture, contexte)
    for adresse in adresses(famille):
        _ecrire(nom, adresse, complet, maintenant, famille)


def _ecrire(nom: str, adresse: str, contexte: Mapping[str, Any], maintenant: datetime, famille: Famille | None) -> None:
    sujet = " ".join(render_to_string(f"courriels/{nom}.sujet.txt", dict(contexte)).split())
    deposer_rendu(
        nom=nom,
        destinataire=adresse,
        maintenant=maintenant,
        sujet=sujet,
        texte=render_to_string(f"courriels/{nom}.txt", dict(contexte)),
        html=render_to_string(f"courriels/{nom}.html", dict(contexte)),
        famille_cle=famille.cle if famille else None,
    )
