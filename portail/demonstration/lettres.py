"""Mails that the tutorial's family received in the past: its invoices and its receipts, as the portal words them."""

from __future__ import annotations

from datetime import time

from facturation import courriels
from facturation.enums import EtatPaiement
from facturation.models import Facture, Paiement
from portail.commun.dates import instant
from portail.commun.enums import EtatCourriel
from portail.commun.models import Courriel
from portail.demonstration.foyers import Foyer

HEURE_D_ENVOI = time(8, 30)


def ecrire_les_courriels(foyer: Foyer) -> int:
    """Write one mail for each invoice issued to the family and each payment checked, as sent; return how many."""
    factures = Facture.objects.filter(famille=foyer.famille, date_emission__isnull=False).select_related("regie")
    payes = Paiement.objects.filter(famille=foyer.famille, etat=EtatPaiement.VALIDE).select_related("regie")
    lettres = [
        *((instant(facture.date_emission, HEURE_D_ENVOI), courriels.facture_emise, facture) for facture in factures),
        *((paiement.valide_le, courriels.paiement_valide, paiement) for paiement in payes),
    ]
    for le, ecrire, objet in sorted(lettres, key=lambda lettre: lettre[0]):
        ecrire(objet, le)
    ecrits = list(Courriel.objects.filter(famille_cle=foyer.famille.cle, etat=EtatCourriel.A_ENVOYER))
    for courriel in ecrits:
        courriel.etat, courriel.essais, courriel.envoye_le = EtatCourriel.ENVOYE, 1, courriel.cree_le
    Courriel.objects.bulk_update(ecrits, ["etat", "essais", "envoye_le"])
    return len(ecrits)
