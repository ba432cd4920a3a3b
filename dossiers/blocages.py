"""What prevents a household from being erased: money that is not settled, days to come."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Sum

from facturation.enums import ETATS_FACTURABLES, EtatFacture, EtatPaiement, EtatTentative
from facturation.models import Facture, Paiement, TentativePaiement
from familles.models import Famille
from portail.commun.dates import aujourdhui
from portail.commun.montants import ZERO, en_euros
from reservations.models import Presence

OUVERTES = (EtatTentative.CREEE, EtatTentative.REDIRIGEE, EtatTentative.A_VERIFIER)


def raisons_de_ne_pas_effacer(famille: Famille, maintenant: datetime) -> list[str]:
    """Return every reason, in words that say what to do first; none when the household may be erased."""
    if famille.archivee_le is not None and not famille.responsables.exists() and famille.nom == "FAMILLE EFFACÉE":
        return ["Cette famille est déjà effacée."]
    return [*_factures(famille), *_paiements(famille), *_jours(famille, maintenant)]


def _factures(famille: Famille) -> list[str]:
    raisons = [
        f"La {facture.titre_court.lower()} n’est pas soldée : il reste {en_euros(facture.reste_a_payer)}. "
        "Encaissez-la ou annulez-la d’abord."
        for facture in Facture.objects.filter(
            famille=famille, etat=EtatFacture.EMISE, montant__gt=F("montant_regle")
        ).order_by("pk")
    ]
    if Facture.objects.filter(famille=famille, etat=EtatFacture.BROUILLON).exists():
        raisons.append("Une facture provisoire attend son émission : émettez-la ou supprimez-la d’abord.")
    return raisons


def _paiements(famille: Famille) -> list[str]:
    raisons = []
    paiements = Paiement.objects.filter(famille=famille)
    if (
        paiements.filter(etat=EtatPaiement.EN_ATTENTE).exists()
        or TentativePaiement.objects.filter(famille=famille, etat__in=OUVERTES).exists()
    ):
        raisons.append("Un paiement est en cours : attendez sa validation ou annulez-le.")
    trop = paiements.filter(etat=EtatPaiement.VALIDE).avec_non_affecte().aggregate(s=Sum("non_affecte"))["s"] or ZERO  # type: ignore[attr-defined]
    if trop > 0:
        raisons.append(f"La famille a payé {en_euros(trop)} de trop : remboursez ou affectez cette somme d’abord.")
    return raisons


def _jours(famille: Famille, maintenant: datetime) -> list[str]:
    jour = aujourdhui(maintenant)
    jours = Presence.objects.filter(reservation__famille=famille)
    raisons = []
    if a_venir := jours.actives().filter(creneau__jour__gte=jour).count():
        raisons.append(
            f"{a_venir} jour{'s' if a_venir > 1 else ''} réservé{'s' if a_venir > 1 else ''} à venir : annulez d’abord."
        )
    a_facturer = jours.filter(
        etat__in=ETATS_FACTURABLES,
        facturation=None,
        creneau__jour__lt=jour,
        creneau__prestation__periode__accueil__etablissement__regie_liee__isnull=False,
    ).count()
    if a_facturer:
        raisons.append(
            f"{a_facturer} jour{'s' if a_facturer > 1 else ''} passé{'s' if a_facturer > 1 else ''} à facturer : "
            "émettez leur facture d’abord."
        )
    return raisons
