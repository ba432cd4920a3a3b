"""What households paid of their invoices: online, by cheque, in cash; validated, waiting, cancelled, or nothing yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from facturation.enums import EtatFacture, EtatPaiement, EtatTentative, ModePaiement, Serie, VerdictNotification
from facturation.models import (
    Affectation,
    Compteur,
    Facture,
    NotificationRecue,
    Paiement,
    PartTentative,
    Regie,
    TentativePaiement,
)
from facturation.regles import paiements as regles
from familles.models import Utilisateur
from portail.commun.dates import PARIS, SAMEDI, instant
from portail.commun.montants import en_centimes
from portail.demonstration.copie import reserver_numeros
from portail.demonstration.foyers import Foyer
from portail.demonstration.hasard import Tirage

#: Invoices of the tutorial's family that stay to be paid: the last two.
IMPAYEES_DU_TUTORIEL = 2
#: Unpaid for that long, an invoice is handed over to the Trésor public.
DELAI_TRESOR = timedelta(days=100)
PLAFOND_ESPECES = Decimal(60)
MODES = {ModePaiement.TIPI: 62, ModePaiement.CHEQUE: 22, ModePaiement.ESPECES: 9, ModePaiement.VIREMENT: 7}
SANS_PROVISION = "Chèque rejeté : provision insuffisante."
LETTRES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
UN_JOUR = timedelta(days=1)


@dataclass(slots=True)
class Reglement:
    """One payment to come: the invoice it settles, by which means, and what became of it."""

    facture: Facture
    mode: ModePaiement
    etat: EtatPaiement
    recu_le: datetime
    #: Validated or cancelled then.
    suite_le: datetime | None = None
    montant: Decimal = Decimal(0)
    tentative: TentativePaiement | None = None
    ligne: Paiement | None = None


class Caisse:
    """Draws what became of each invoice, then writes the payments."""

    def __init__(
        self, *, graine: int, maintenant: datetime, regie: Regie, regisseur: Utilisateur, foyers: list[Foyer]
    ) -> None:
        self.tirage = Tirage(graine, "paiements")
        self.maintenant = maintenant
        self.regie = regie
        self.regisseur = regisseur
        self.foyers = {foyer.famille.pk: foyer for foyer in foyers}
        self.tutoriel = foyers[0].famille.pk
        self.reglements: list[Reglement] = []
        self.au_tresor: list[int] = []

    def encaisser(self, factures: list[Facture]) -> list[Reglement]:
        """Pay these invoices, given in the order of their numbers, and return what was written."""
        dernieres = [facture.pk for facture in factures if facture.famille_id == self.tutoriel][-IMPAYEES_DU_TUTORIEL:]
        derniere_emission = max((facture.date_emission for facture in factures if facture.date_emission), default=None)
        for facture in factures:
            if facture.famille_id == self.tutoriel:
                if facture.pk not in dernieres:
                    self._regler(facture, ModePaiement.TIPI)
            else:
                self._tirer(facture, recente=facture.date_emission == derniere_emission)
        self._ecrire()
        return self.reglements

    def _tirer(self, facture: Facture, *, recente: bool) -> None:
        """Recent invoices are often unpaid yet; old ones that are unpaid belong to the Trésor public."""
        if facture.montant == 0:
            return
        if self.tirage.chance(64 if recente else 95):
            self._regler(facture, self.tirage.pese(MODES))
        elif facture.date_emission and self._date(facture.date_emission) + DELAI_TRESOR < self.maintenant:
            self.au_tresor.append(facture.pk)

    def _regler(self, facture: Facture, mode: ModePaiement) -> None:
        tirage = self.tirage
        if mode == ModePaiement.ESPECES and facture.montant > PLAFOND_ESPECES:
            mode = ModePaiement.CHEQUE
        emise_le = self._date(facture.date_emission) + timedelta(hours=10)
        au_plus_tard = min(emise_le + timedelta(days=27), self.maintenant)
        recu_le = (emise_le + (au_plus_tard - emise_le) * tirage.random()).replace(microsecond=0)
        suite_le = self._controle(recu_le)
        reglement = Reglement(facture, mode, EtatPaiement.EN_ATTENTE, recu_le, montant=facture.montant)
        if suite_le < self.maintenant:
            reglement.etat, reglement.suite_le = EtatPaiement.VALIDE, suite_le
            if mode == ModePaiement.CHEQUE and tirage.chance(3):
                reglement.etat = EtatPaiement.ANNULE
        self.reglements.append(reglement)

    def _controle(self, recu_le: datetime) -> datetime:
        """Return when the régisseur checks a payment: two to four days later, a weekday, in the morning."""
        jour = recu_le.astimezone(PARIS).date() + timedelta(days=self.tirage.randrange(2, 5))
        while jour.weekday() >= SAMEDI:
            jour += UN_JOUR
        return instant(jour, time(10, self.tirage.randrange(60), self.tirage.randrange(60)))

    @staticmethod
    def _date(jour: date | None) -> datetime:
        assert jour is not None  # noqa: S101 - an issued invoice has its date
        return instant(jour, time(0))

    # --- writing -----------------------------------------------------------------------------------------------

    def _ecrire(self) -> None:
        self._ecrire_les_tentatives()
        valides = sorted(
            (r for r in self.reglements if r.etat == EtatPaiement.VALIDE),
            key=lambda reglement: (reglement.suite_le, reglement.facture.numero),
        )
        numeros = {id(reglement): numero for numero, reglement in enumerate(valides, start=1)}
        self.reglements.sort(key=lambda reglement: (reglement.recu_le, reglement.facture.numero))
        for reglement in self.reglements:
            reglement.ligne = self._paiement(reglement, numeros.get(id(reglement)))
        Paiement.objects.bulk_create((r.ligne for r in self.reglements if r.ligne), batch_size=2000)
        # The trigger of the database settles the invoices from what is allotted to them.
        Affectation.objects.bulk_create(
            (
                Affectation(paiement=reglement.ligne, facture=reglement.facture, montant=reglement.montant)
                for reglement in self.reglements
            ),
            batch_size=2000,
        )
        Compteur.objects.filter(regie=self.regie, serie=Serie.QUITTANCE).update(valeur=len(valides))
        Facture.objects.filter(pk__in=self.au_tresor).update(etat=EtatFacture.TRANSMISE)

    def _paiement(self, reglement: Reglement, numero: int | None) -> Paiement:
        annule = reglement.etat == EtatPaiement.ANNULE
        valide = reglement.etat == EtatPaiement.VALIDE
        return Paiement(
            cle=self.tirage.cle(),
            regie=self.regie,
            famille=reglement.facture.famille,
            numero=numero,
            montant=reglement.montant,
            mode=reglement.mode,
            etat=reglement.etat,
            recu_le=reglement.recu_le,
            reference=self._reference(reglement),
            tentative=reglement.tentative,
            valide_le=reglement.suite_le if valide else None,
            valide_par=self.regisseur if valide else None,
            annule_le=reglement.suite_le if annule else None,
            motif_annulation=SANS_PROVISION if annule else "",
        )

    def _reference(self, reglement: Reglement) -> str:
        if reglement.tentative is not None:
            return reglement.tentative.numero_autorisation
        if reglement.mode == ModePaiement.CHEQUE:
            return f"Chèque n° {self.tirage.randrange(1_000_000, 9_999_999)}"
        return ""

    def _ecrire_les_tentatives(self) -> None:
        """Write the attempts of the online payments, their shares and the messages that announced them."""
        en_ligne = [reglement for reglement in self.reglements if reglement.mode == ModePaiement.TIPI]
        numeros = reserver_numeros(TentativePaiement, len(en_ligne))
        for numero, reglement in zip(numeros, en_ligne, strict=True):
            reglement.tentative = self._tentative(numero, reglement)
        TentativePaiement.objects.bulk_create((r.tentative for r in en_ligne if r.tentative), batch_size=2000)
        PartTentative.objects.bulk_create(
            (
                PartTentative(tentative=r.tentative, facture=r.facture, montant=r.montant, ouverte=False)
                for r in en_ligne
            ),
            batch_size=2000,
        )
        NotificationRecue.objects.bulk_create((_notification(r) for r in en_ligne), batch_size=2000)

    def _tentative(self, numero: int, reglement: Reglement) -> TentativePaiement:
        tirage, facture = self.tirage, reglement.facture
        foyer, annee = self.foyers[facture.famille_id], reglement.recu_le.year
        return TentativePaiement(
            pk=numero,
            cle=tirage.cle(),
            regie=self.regie,
            famille=facture.famille,
            auteur=foyer.parent,
            jeton=f"{tirage.getrandbits(256):064x}",
            refdet=regles.reference(annee, self.regie.pk, numero, self._alea(8)),
            objet=regles.objet([facture.numero_affiche], self._alea(16)),
            numcli=self.regie.numcli,
            exercice=str(annee),
            montant=reglement.montant,
            courriel=foyer.parent.email,
            saisie=self.regie.saisie,
            etat=EtatTentative.PAYEE,
            resultat="P",
            numero_autorisation=f"{tirage.randrange(16**6):06X}",
            cree_le=reglement.recu_le - timedelta(minutes=3),
            terminee_le=reglement.recu_le,
        )

    def _alea(self, longueur: int) -> str:
        return "".join(self.tirage.choices(LETTRES, k=longueur))


def _notification(reglement: Reglement) -> NotificationRecue:
    """The form that the payment page sent, word for word."""
    tentative = reglement.tentative
    assert tentative is not None  # noqa: S101 - written just before
    recu_le = reglement.recu_le.astimezone(PARIS)
    champs = {
        "numcli": tentative.numcli,
        "exer": tentative.exercice,
        "refdet": tentative.refdet,
        "objet": tentative.objet,
        "montant": en_centimes(tentative.montant),
        "mel": tentative.courriel,
        "saisie": tentative.saisie,
        "resultrans": tentative.resultat,
        "numauto": tentative.numero_autorisation,
        "dattrans": f"{recu_le:%d%m%Y}",
        "heurtrans": f"{recu_le:%H%M}",
    }
    return NotificationRecue(
        tentative=tentative,
        recue_le=reglement.recu_le,
        corps=urlencode(champs),
        verdict=VerdictNotification.PRISE_EN_COMPTE,
    )
