"""An attempt to pay online, from the ticked invoices to its end without an answer."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from facturation.enums import TENTATIVES_OUVERTES, EtatTentative, MotifRefusPaiement
from facturation.erreurs import PaiementRefuse
from facturation.models import Facture, PartTentative, TentativePaiement
from facturation.regles import paiements as regles
from familles.models import Famille, Utilisateur
from portail.commun.dates import aujourdhui
from portail.commun.montants import ZERO
from portail.commun.traces import tracer


@transaction.atomic(durable=True)
def preparer(
    *, famille: Famille, factures: Sequence[UUID], courriel: str, auteur: Utilisateur, maintenant: datetime
) -> TentativePaiement:
    """Open an attempt for these invoices, each for all that may be paid of it now; raise ``PaiementRefuse``.

    It is committed before the payer leaves: whatever comes back finds it. Amounts are read here, under lock; nothing
    of what the browser showed is believed.
    """
    verrouillees = list(
        Facture.objects.select_for_update(of=("self",))
        .filter(cle__in=factures, famille=famille)
        .select_related("regie")
        .order_by("pk")
    )
    motifs, borne = _motifs_de_refus(verrouillees, demandees=len(set(factures)))
    if motifs:
        raise PaiementRefuse(motifs, borne)
    tentative = _creer(verrouillees, famille, courriel, auteur, maintenant)
    try:
        with transaction.atomic():
            PartTentative.objects.bulk_create(
                [PartTentative(tentative=tentative, facture=f, montant=f.montant_payable) for f in verrouillees]
            )
    except IntegrityError as erreur:
        raise PaiementRefuse([MotifRefusPaiement.DEJA_EN_COURS]) from erreur
    _tracer("paiement_en_ligne.commence", tentative, auteur, maintenant)
    return tentative


def _motifs_de_refus(factures: list[Facture], demandees: int) -> tuple[list[MotifRefusPaiement], Decimal | None]:
    if not factures:
        motif = MotifRefusPaiement.FACTURE_NON_PAYABLE if demandees else MotifRefusPaiement.AUCUNE_FACTURE
        return [motif], None
    regie = factures[0].regie
    total = sum((facture.montant_payable for facture in factures), ZERO)
    payables = set(Facture.objects.a_payer().filter(pk__in=[f.pk for f in factures]).values_list("pk", flat=True))
    constats = {
        MotifRefusPaiement.FACTURE_NON_PAYABLE: len(payables) != demandees,
        MotifRefusPaiement.DEJA_EN_COURS: PartTentative.objects.filter(facture__in=factures, ouverte=True).exists(),
        MotifRefusPaiement.PLUSIEURS_REGIES: len({facture.regie_id for facture in factures}) > 1,
        MotifRefusPaiement.PAS_DE_PAIEMENT_EN_LIGNE: not regie.numcli,
        MotifRefusPaiement.SOUS_LE_MINIMUM: total < regie.montant_minimum,
        MotifRefusPaiement.AU_DELA_DU_MAXIMUM: total > regie.montant_maximum,
    }
    borne = regie.montant_minimum if total < regie.montant_minimum else regie.montant_maximum
    return [motif for motif, vrai in constats.items() if vrai], borne


def _creer(
    factures: list[Facture], famille: Famille, courriel: str, auteur: Utilisateur, maintenant: datetime
) -> TentativePaiement:
    regie, jour, numero = factures[0].regie, aujourdhui(maintenant), _prochain_identifiant()
    return TentativePaiement.objects.create(
        pk=numero,
        regie=regie,
        famille=famille,
        auteur=auteur,
        refdet=regles.reference(jour.year, regie.pk, numero, _alea(8)),
        objet=regles.objet([facture.numero_affiche for facture in factures], _alea(16)),
        numcli=regie.numcli,
        exercice=f"{jour:%Y}",
        montant=sum((facture.montant_payable for facture in factures), ZERO),
        courriel=courriel,
        saisie=regie.saisie,
        cree_le=maintenant,
    )


def _prochain_identifiant() -> int:
    """Take the row's number before it is written: the reference contains it."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT nextval(pg_get_serial_sequence('facturation_tentativepaiement', 'id'))")
        return int(curseur.fetchone()[0])


def _alea(longueur: int) -> str:
    """Return random letters and digits without the look-alikes (base32): five bits each."""
    return base64.b32encode(secrets.token_bytes(longueur)).decode()[:longueur]


@transaction.atomic
def noter_le_depart(*, tentative: TentativePaiement) -> None:
    """Note that the payer was sent to the payment page."""
    TentativePaiement.objects.filter(pk=tentative.pk, etat=EtatTentative.CREEE).update(etat=EtatTentative.REDIRIGEE)


@transaction.atomic
def verifier_qu_elle_se_reprend(*, tentative: TentativePaiement) -> TentativePaiement:
    """Return the attempt, still undecided, so that its payer goes back to the payment page."""
    tentative = verrouiller(tentative.pk)
    if tentative.etat not in TENTATIVES_OUVERTES:
        raise PaiementRefuse([MotifRefusPaiement.TENTATIVE_TERMINEE])
    return tentative


@transaction.atomic
def abandonner(*, tentative: TentativePaiement, auteur: Utilisateur, maintenant: datetime) -> None:
    """The payer says that they did not pay: the invoices can be paid again. A late « paid » still counts."""
    tentative = verrouiller(tentative.pk)
    if tentative.etat not in TENTATIVES_OUVERTES:
        raise PaiementRefuse([MotifRefusPaiement.TENTATIVE_TERMINEE])
    clore(tentative, EtatTentative.ABANDONNEE, maintenant)
    _tracer("paiement_en_ligne.abandonne", tentative, auteur, maintenant)


@transaction.atomic
def liberer(*, tentative: TentativePaiement, auteur: Utilisateur, maintenant: datetime) -> None:
    """The régisseur has seen that an unclear attempt was not paid: its invoices can be paid again."""
    tentative = verrouiller(tentative.pk)
    if tentative.etat not in {*TENTATIVES_OUVERTES, EtatTentative.A_VERIFIER}:
        raise PaiementRefuse([MotifRefusPaiement.TENTATIVE_TERMINEE])
    clore(tentative, EtatTentative.EXPIREE, maintenant)
    _tracer("paiement_en_ligne.libere", tentative, auteur, maintenant)


def expirer(*, maintenant: datetime) -> int:
    """Close the attempts that had no answer for two hours, each in its own transaction; return how many."""
    limite = maintenant - regles.DELAI_SANS_REPONSE
    echues = TentativePaiement.objects.filter(etat__in=TENTATIVES_OUVERTES, cree_le__lte=limite)
    return sum(_expirer(pk, maintenant) for pk in echues.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _expirer(pk: int, maintenant: datetime) -> bool:
    tentative = verrouiller(pk)
    if tentative.etat not in TENTATIVES_OUVERTES:
        return False
    clore(tentative, EtatTentative.EXPIREE, maintenant)
    return True


def verrouiller(pk: int) -> TentativePaiement:
    return TentativePaiement.objects.select_for_update(of=("self",)).select_related("regie", "famille").get(pk=pk)


def clore(tentative: TentativePaiement, etat: EtatTentative, maintenant: datetime) -> None:
    """Give an attempt, locked by the caller, its outcome, and free its invoices."""
    tentative.etat = etat
    tentative.terminee_le = maintenant
    tentative.save(update_fields=["etat", "terminee_le", "resultat", "numero_autorisation"])
    tentative.parts.filter(ouverte=True).update(ouverte=False)


def _tracer(geste: str, tentative: TentativePaiement, auteur: Utilisateur, maintenant: datetime) -> None:
    tracer(
        geste=geste,
        objet="tentativepaiement",
        objet_cle=tentative.cle,
        libelle=tentative.refdet,
        famille_cle=tentative.famille.cle,
        maintenant=maintenant,
        auteur=auteur,
        apres={"montant": str(tentative.montant), "etat": tentative.etat},
    )
