"""Billing, split by document: the régie and its counters, tariffs, invoices, payments, online attempts."""

from facturation.models.facture import Campagne, Facture, LigneFacture, PdfFacture, PresenceFacturee
from facturation.models.paiement import Affectation, Paiement
from facturation.models.regie import Compteur, Regie, RegieEtablissement
from facturation.models.tarif import Tarif, TrancheTarif
from facturation.models.tentative import NotificationRecue, PartTentative, TentativePaiement

__all__ = [
    "Affectation",
    "Campagne",
    "Compteur",
    "Facture",
    "LigneFacture",
    "NotificationRecue",
    "Paiement",
    "PartTentative",
    "PdfFacture",
    "PresenceFacturee",
    "Regie",
    "RegieEtablissement",
    "Tarif",
    "TentativePaiement",
    "TrancheTarif",
]
