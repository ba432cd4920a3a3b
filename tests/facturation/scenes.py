"""The tutorial's case, and shortcuts of these tests."""

import datetime
from decimal import Decimal
from urllib.parse import urlencode

from facturation.actions import campagne as campagnes
from facturation.actions import emission, notification
from facturation.actions import tentative as tentatives
from facturation.models import Compteur, Facture
from reservations.enums import EtatPresence
from reservations.models import Presence, Reservation
from tests.fabriques import (
    FabriqueAccueil,
    FabriqueCreneau,
    FabriqueEnfant,
    FabriqueEtablissement,
    FabriqueFamille,
    FabriquePeriode,
    FabriquePrestation,
    FabriqueRegie,
    FabriqueResponsable,
    FabriqueTarif,
    instant,
    lier_regie,
)

DU, AU = datetime.date(2017, 9, 4), datetime.date(2018, 7, 6)
EMISSION, LIMITE = datetime.date(2018, 1, 26), datetime.date(2018, 2, 28)
LE_26 = instant(2018, 1, 26, 10)
PAYEE_LE = instant(2018, 2, 6, 14)
JOURS = [datetime.date(2018, 1, 15), datetime.date(2018, 1, 16), datetime.date(2018, 1, 17)]


def regie(compteur=726, **champs):
    """The tutorial's régie, whose next invoice is 00727, with its établissement."""
    regie = FabriqueRegie(**champs)
    if compteur:
        Compteur.objects.create(regie=regie, serie="facture", valeur=compteur)
    return regie


def prestation(regie, montant="1.75", etablissement="ACCUEIL PERISCOLAIRE", **champs):
    lieu = FabriqueEtablissement(nom=etablissement)
    lier_regie(regie, lieu)
    prestation = FabriquePrestation(periode=FabriquePeriode(accueil=FabriqueAccueil(etablissement=lieu)), **champs)
    if montant is not None:
        FabriqueTarif(prestation=prestation, montant=montant)
    return prestation


def presences(famille, enfant, prestation, jours=JOURS, etat=EtatPresence.PRESENTE):
    """Book those days directly in a state; returns the presences."""
    reservation, _ = Reservation.objects.get_or_create(
        famille=famille, enfant=enfant, periode=prestation.periode, defaults={"cree_le": instant(2018, 1, 8, 9)}
    )
    creees = []
    for jour in jours:
        creneau = prestation.creneaux.filter(jour=jour).first() or FabriqueCreneau(prestation=prestation, jour=jour)
        creees.append(
            Presence.objects.create(
                reservation=reservation,
                enfant=enfant,
                creneau=creneau,
                etat=etat,
                motif="Complet" if etat == EtatPresence.REFUSEE else "",
                modifiee_le=instant(2018, 1, 18, 9),
                offre_expire_le=instant(2018, 1, 19, 9) if etat == EtatPresence.PLACE_PROPOSEE else None,
            )
        )
    return creees


def foyer(prestation, jours=JOURS, **champs):
    """A household with one adult, one child and billable days."""
    famille = FabriqueFamille(**champs)
    FabriqueResponsable(famille=famille)
    enfant = FabriqueEnfant(famille=famille)
    presences(famille, enfant, prestation, jours)
    return famille


def campagne(regie, auteur, du=DU, au=AU, maintenant=LE_26):
    return campagnes.creer(regie=regie, libelle="Janvier 2018", du=du, au=au, auteur=auteur, maintenant=maintenant)


def lancer(campagne, auteur, maintenant=LE_26):
    return emission.lancer(
        campagne=campagne,
        date_emission=EMISSION,
        date_limite_paiement=LIMITE,
        auteur=auteur,
        maintenant=maintenant,
    )


def emettre(campagne, auteur, maintenant=LE_26):
    """Launch a run and issue all of it, as the worker does."""
    lancer(campagne, auteur, maintenant)
    while emission.emettre_suivante(campagne_id=campagne.pk, maintenant=maintenant):
        pass
    assert emission.cloturer(campagne_id=campagne.pk, maintenant=maintenant)
    return list(Facture.objects.filter(campagne=campagne).order_by("numero"))


def facture_emise(famille, prestation, auteur, enfant=None, jours=JOURS):
    """Issue an invoice for one household of that prestation's régie."""
    enfant = enfant or FabriqueEnfant(famille=famille)
    presences(famille, enfant, prestation, jours)
    run = campagne(prestation.periode.accueil.etablissement.regie_liee.regie, auteur)
    return emettre(run, auteur)[-1]


def tentative(factures, auteur, maintenant=PAYEE_LE, courriel="claire@exemple.fr"):
    return tentatives.preparer(
        famille=factures[0].famille,
        factures=[facture.cle for facture in factures],
        courriel=courriel,
        auteur=auteur,
        maintenant=maintenant,
    )


def euros(texte):
    return Decimal(texte)


def reponse(tentative, **changes):
    """What the payment service posts for an attempt; ``changes`` alter or remove (None) fields."""
    champs = {
        "numcli": tentative.numcli,
        "exer": tentative.exercice,
        "refdet": tentative.refdet,
        "objet": tentative.objet,
        "montant": str(int(tentative.montant * 100)),
        "mel": tentative.courriel,
        "saisie": tentative.saisie,
        "resultrans": "P",
        "numauto": "3feabd",
        "dattrans": "06022018",
        "heurtrans": "1402",
    } | changes
    return urlencode({nom: valeur for nom, valeur in champs.items() if valeur is not None})


def notifier(tentative, maintenant=PAYEE_LE, **changes):
    return notification.recevoir(
        jeton=tentative.jeton, corps=reponse(tentative, **changes), adresse_ip="127.0.0.1", maintenant=maintenant
    )
