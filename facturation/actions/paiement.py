"""What the régisseur does of a payment: validate, cancel, enter one received at the desk, record an unclear one."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from facturation import courriels
from facturation.actions import tentative as tentatives
from facturation.actions.notification import constater, encaisse_vraiment
from facturation.actions.numerotation import prochain_numero
from facturation.enums import EtatPaiement, EtatTentative, ModePaiement, MotifRefusPaiement, Serie
from facturation.erreurs import PaiementRefuse
from facturation.models import Affectation, Facture, Paiement, Regie, TentativePaiement
from facturation.regles import paiements as regles
from familles.models import Famille, Utilisateur
from portail.commun.traces import tracer


@transaction.atomic
def valider(*, paiement: Paiement, auteur: Utilisateur, maintenant: datetime) -> Paiement:
    """Acknowledge that the money is there: give the receipt its number, and send it. Settles the invoices."""
    paiement = _verrouiller(paiement)
    if paiement.etat != EtatPaiement.EN_ATTENTE:
        raise PaiementRefuse([MotifRefusPaiement.DEJA_TRAITE])
    paiement.etat = EtatPaiement.VALIDE
    paiement.valide_le = maintenant
    paiement.valide_par = auteur
    paiement.numero = prochain_numero(paiement.regie, Serie.QUITTANCE)
    paiement.save(update_fields=["etat", "valide_le", "valide_par", "numero"])
    _tracer("paiement.valide", paiement, auteur, maintenant)
    courriels.paiement_valide(paiement, maintenant)
    return paiement


@transaction.atomic
def annuler(*, paiement: Paiement, motif: str, auteur: Utilisateur, maintenant: datetime) -> Paiement:
    """Cancel a payment that never came (unpaid cheque, refused debit): its invoices are to be paid again.

    Its number and what it was allotted to are kept, crossed out, so that the series stays unbroken.
    """
    if not motif.strip():
        raise PaiementRefuse([MotifRefusPaiement.MOTIF_OBLIGATOIRE])
    paiement = _verrouiller(paiement)
    if paiement.etat == EtatPaiement.ANNULE:
        raise PaiementRefuse([MotifRefusPaiement.DEJA_TRAITE])
    paiement.etat = EtatPaiement.ANNULE
    paiement.annule_le = maintenant
    paiement.motif_annulation = motif.strip()
    paiement.save(update_fields=["etat", "annule_le", "motif_annulation"])
    _tracer("paiement.annule", paiement, auteur, maintenant, motif=paiement.motif_annulation)
    courriels.paiement_annule(paiement, maintenant)
    return paiement


@transaction.atomic
def saisir(
    *,
    regie: Regie,
    famille: Famille,
    montant: Decimal,
    mode: ModePaiement,
    reference: str,
    recu_le: datetime,
    encaisse: bool,
    auteur: Utilisateur,
    maintenant: datetime,
) -> Paiement:
    """Enter a payment received otherwise than online, and allot it to the household's oldest invoices.

    ``encaisse`` validates it at once. What exceeds the invoices stays on the payment.
    """
    if mode == ModePaiement.ESPECES and montant > regles.PLAFOND_ESPECES:
        raise PaiementRefuse([MotifRefusPaiement.ESPECES_PLAFONNEES])
    paiement = Paiement.objects.create(
        regie=regie, famille=famille, montant=montant, mode=mode, reference=reference, recu_le=recu_le
    )
    # An invoice being paid online at this very moment is left to that payment.
    factures = (
        Facture.objects.select_for_update(of=("self",))
        .a_payer()
        .filter(regie=regie, famille=famille)
        .exclude(parts__ouverte=True)
        .order_by("pk")
    )
    anciennes = sorted(factures, key=lambda facture: (facture.date_emission, facture.numero))
    parts = regles.repartir(montant, [(facture.pk, facture.montant_payable) for facture in anciennes])
    Affectation.objects.bulk_create(
        [Affectation(paiement=paiement, facture_id=facture, montant=part) for facture, part in parts]
    )
    _tracer("paiement.saisi", paiement, auteur, maintenant)
    return valider(paiement=paiement, auteur=auteur, maintenant=maintenant) if encaisse else paiement


@transaction.atomic
def constater_a_la_main(*, tentative: TentativePaiement, auteur: Utilisateur, maintenant: datetime) -> Paiement:
    """Record the payment of an attempt that the statement shows as paid, though its answer was unclear or lost.

    Raises ``PaiementRefuse`` when it is already paid, or was a test that moved no money.
    """
    tentative = tentatives.verrouiller(tentative.pk)
    if tentative.etat == EtatTentative.PAYEE:
        raise PaiementRefuse([MotifRefusPaiement.TENTATIVE_TERMINEE])
    if not encaisse_vraiment(tentative):
        raise PaiementRefuse([MotifRefusPaiement.ESSAI])
    tentatives.clore(tentative, EtatTentative.PAYEE, maintenant)
    constater(tentative, ModePaiement.TIPI, maintenant)
    paiement = Paiement.objects.select_related("regie", "famille").get(tentative=tentative)
    _tracer("paiement.constate", paiement, auteur, maintenant)
    return paiement


def _verrouiller(paiement: Paiement) -> Paiement:
    return (
        Paiement.objects.select_for_update(of=("self",))
        .select_related("regie", "famille", "tentative")
        .get(pk=paiement.pk)
    )


def _tracer(geste: str, paiement: Paiement, auteur: Utilisateur, maintenant: datetime, motif: str = "") -> None:
    tracer(
        geste=geste,
        objet="paiement",
        objet_cle=paiement.cle,
        libelle=str(paiement),
        famille_cle=paiement.famille.cle,
        maintenant=maintenant,
        auteur=auteur,
        apres={"etat": paiement.etat, "montant": str(paiement.montant), "numero": paiement.numero},
        motif=motif,
    )
