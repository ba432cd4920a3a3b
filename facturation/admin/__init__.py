"""The régisseur's and the accountant's screens, inside the staff's site."""

from facturation.admin import campagne, facture, paiement, regie, tarif, tentative

__all__ = ["campagne", "facture", "paiement", "regie", "tarif", "tentative"]
