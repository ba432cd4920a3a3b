"""The past of the régie: a billing run for each month that is over, computed by the product, issued set by set."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import connection

from facturation.actions.campagne import recalculer
from facturation.enums import EtatCampagne, Serie
from facturation.models import Campagne, Compteur, Facture, Regie
from familles.models import Utilisateur
from portail.commun.dates import instant
from portail.demonstration.calendrier import UN_JOUR, emission_du_mois, mois_plus
from portail.demonstration.hasard import Tirage

MOIS = (
    "Janvier Février Mars Avril Mai Juin Juillet Août Septembre Octobre Novembre Décembre".split()  # noqa: SIM905
)

#: A draft becomes an invoice with its number, as the product does one by one; its public key comes from the seed.
EMISSION = """
UPDATE facturation_facture f SET etat = 'emise', numero = %(dernier)s + r.rang, date_emission = %(emission)s,
    date_limite_paiement = %(limite)s, cle = md5(%(graine)s || f.debiteur_code)::uuid
FROM (SELECT id, row_number() OVER (ORDER BY id) AS rang FROM facturation_facture WHERE campagne_id = %(campagne)s) r
WHERE f.id = r.id
"""
TRACES = """
INSERT INTO commun_trace (le, auteur_id, geste, objet, objet_cle, libelle, famille_cle, avant, apres, motif)
SELECT %(le)s, %(auteur)s, 'facture.emise', 'facture', f.cle, 'Facture n° ' || lpad(f.numero::text, 5, '0'), m.cle,
    '{}', jsonb_build_object('numero', f.numero, 'montant', f.montant::text), ''
FROM facturation_facture f JOIN familles_famille m ON m.id = f.famille_id
WHERE f.campagne_id = %(campagne)s ORDER BY f.numero
"""


class Facturier:
    """Bills the months that are over."""

    def __init__(self, *, graine: int, regie: Regie, regisseur: Utilisateur) -> None:
        self.graine = graine
        self.tirage = Tirage(graine, "factures")
        self.regie = regie
        self.regisseur = regisseur
        self.dernier_numero = 0

    def facturer(self, mois: list[date]) -> list[Facture]:
        """Bill these months in order, and return the invoices in the order of their numbers."""
        for debut in mois:
            self._facturer_le_mois(debut)
        Compteur.objects.filter(regie=self.regie, serie=Serie.FACTURE).update(valeur=self.dernier_numero)
        factures = Facture.objects.filter(regie=self.regie).select_related("famille", "campagne", "regie")
        return list(factures.order_by("numero"))

    def _facturer_le_mois(self, debut: date) -> None:
        emission = emission_du_mois(debut)
        campagne = Campagne.objects.create(
            cle=self.tirage.cle(),
            regie=self.regie,
            libelle=f"{MOIS[debut.month - 1]} {debut.year}",
            du=debut,
            au=mois_plus(debut, 1) - UN_JOUR,
            auteur=self.regisseur,
            cree_le=instant(emission, time(9, 2)),
        )
        recalculer(campagne=campagne, auteur=self.regisseur, maintenant=instant(emission, time(9, 5)))
        self._emettre(campagne, instant(emission, time(9, 30)))

    def _emettre(self, campagne: Campagne, le: datetime) -> None:
        jour = le.date()
        limite = jour + timedelta(days=self.regie.delai_paiement_jours)
        with connection.cursor() as curseur:
            curseur.execute(
                EMISSION,
                {
                    "dernier": self.dernier_numero,
                    "emission": jour,
                    "limite": limite,
                    "campagne": campagne.pk,
                    "graine": f"{self.graine}/{campagne.libelle}/",
                },
            )
            self.dernier_numero += curseur.rowcount
            curseur.execute(TRACES, {"le": le, "auteur": self.regisseur.pk, "campagne": campagne.pk})
        Campagne.objects.filter(pk=campagne.pk).update(
            etat=EtatCampagne.EMISE, date_emission=jour, date_limite_paiement=limite
        )
