"""Issue of a billing run: one transaction for each invoice, so that it can be killed at any moment and resumed.

The rows are the truth: a run in ``EtatCampagne.EMISSION`` still has drafts to issue, whoever issues them.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from facturation import courriels
from facturation.actions.campagne import (
    champs_du_debiteur,
    debiteurs_de,
    presences_facturables,
    tracer_campagne,
    verrouiller_brouillon,
)
from facturation.actions.numerotation import prochain_numero
from facturation.enums import ETATS_FACTURABLES, EtatCampagne, EtatFacture, MotifRefusFacturation, Serie
from facturation.erreurs import FacturationRefusee
from facturation.models import Campagne, Facture, LigneFacture, PresenceFacturee
from familles.models import Utilisateur
from portail.commun.montants import ZERO
from portail.commun.traces import tracer
from reservations.models import Presence


@transaction.atomic
def lancer(
    *,
    campagne: Campagne,
    date_emission: date,
    date_limite_paiement: date,
    auteur: Utilisateur,
    maintenant: datetime,
) -> Campagne:
    """Decide to issue a draft as it was previewed; raise ``FacturationRefusee`` when the attendance has moved since."""
    campagne = verrouiller_brouillon(campagne)
    motifs = _motifs_de_refus(campagne, date_emission, date_limite_paiement)
    if motifs:
        raise FacturationRefusee(*motifs)
    campagne.etat = EtatCampagne.EMISSION
    campagne.date_emission = date_emission
    campagne.date_limite_paiement = date_limite_paiement
    campagne.save(update_fields=["etat", "date_emission", "date_limite_paiement"])
    tracer_campagne("campagne.lancee", campagne, auteur, maintenant)
    transaction.on_commit(lambda: reveiller(campagne), robust=True)
    return campagne


def _motifs_de_refus(campagne: Campagne, date_emission: date, limite: date) -> list[MotifRefusFacturation]:
    reclamees = Presence.objects.filter(facturation__ligne__facture__campagne=campagne)
    nouvelles = presences_facturables(campagne.regie, campagne.du, campagne.au)
    constats = {
        MotifRefusFacturation.RIEN_A_FACTURER: not campagne.factures.exists(),
        MotifRefusFacturation.LIMITE_PASSEE: limite < date_emission,
        MotifRefusFacturation.JOURS_CHANGES: reclamees.exclude(etat__in=ETATS_FACTURABLES).exists()
        or nouvelles.filter(modifiee_le__gt=campagne.calculee_le).exists(),
    }
    return [motif for motif, vrai in constats.items() if vrai]


def reveiller(campagne: Campagne) -> None:
    """Wake the worker up; when the queue is away, the beat finds the run within a minute."""
    from facturation.tasks import emettre_campagne  # noqa: PLC0415 - tasks import this module

    emettre_campagne.delay(campagne.pk)


@transaction.atomic(durable=True)
def emettre_suivante(*, campagne_id: int, maintenant: datetime) -> bool:
    """Issue the next draft of a run that no other worker holds; return whether there was one."""
    facture = (
        Facture.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(campagne=campagne_id, campagne__etat=EtatCampagne.EMISSION, etat=EtatFacture.BROUILLON)
        .select_related("campagne", "regie", "famille")
        .order_by("pk")
        .first()
    )
    if facture is None:
        return False
    if _retirer_les_jours_perdus(facture):
        _emettre(facture, maintenant)
    return True


def _retirer_les_jours_perdus(facture: Facture) -> bool:
    """Take out the days that stopped being billable since the run was launched; delete an invoice left empty.

    The days are locked until the invoice is committed: none can be cancelled while it is being billed.
    """
    presences = dict(
        Presence.objects.select_for_update(no_key=True, of=("self",))
        .filter(facturation__ligne__facture=facture)
        .order_by("pk")
        .values_list("pk", "etat")
    )
    perdues = [pk for pk, etat in presences.items() if etat not in ETATS_FACTURABLES]
    if not perdues:
        return True
    PresenceFacturee.objects.filter(presence__in=perdues).delete()
    for ligne in facture.lignes.prefetch_related("presences__presence__creneau"):
        _recompter(ligne)
    facture.montant = sum((ligne.montant for ligne in facture.lignes.all()), ZERO)
    facture.save(update_fields=["montant"])
    if facture.lignes.exists():
        return True
    facture.delete()
    return False


def _recompter(ligne: LigneFacture) -> None:
    presences = [reclamation.presence for reclamation in ligne.presences.all()]
    if not presences:
        ligne.delete()
        return
    quantite = sum(une.unites for une in presences)
    ligne.jours = sorted(une.creneau.jour for une in presences)
    ligne.quantite, ligne.montant = quantite, ligne.tarif * quantite
    ligne.save(update_fields=["jours", "quantite", "montant"])


def _emettre(facture: Facture, maintenant: datetime) -> None:
    """Number and freeze an invoice, and write to the household."""
    campagne = facture.campagne
    assert campagne is not None  # noqa: S101 - selected by it
    debiteur = debiteurs_de([facture.famille]).get(facture.famille_id)
    if debiteur is not None:
        for champ, valeur in champs_du_debiteur(facture.famille, debiteur).items():
            setattr(facture, champ, valeur)
    facture.date_emission = campagne.date_emission
    facture.date_limite_paiement = campagne.date_limite_paiement
    facture.etat = EtatFacture.EMISE
    facture.numero = prochain_numero(facture.regie, Serie.FACTURE)
    facture.save()
    tracer(
        geste="facture.emise",
        objet="facture",
        objet_cle=facture.cle,
        libelle=str(facture),
        famille_cle=facture.famille.cle,
        maintenant=maintenant,
        auteur=campagne.auteur,
        apres={"numero": facture.numero, "montant": str(facture.montant)},
    )
    courriels.facture_emise(facture, maintenant)


@transaction.atomic
def cloturer(*, campagne_id: int, maintenant: datetime) -> bool:
    """Close a run whose every draft is issued; return whether it is closed."""
    campagne = Campagne.objects.select_for_update(of=("self",)).select_related("regie", "auteur").get(pk=campagne_id)
    if campagne.etat != EtatCampagne.EMISSION:
        return campagne.etat == EtatCampagne.EMISE
    if campagne.factures.filter(etat=EtatFacture.BROUILLON).exists():
        return False
    campagne.etat = EtatCampagne.EMISE
    campagne.save(update_fields=["etat"])
    tracer_campagne("campagne.emise", campagne, campagne.auteur, maintenant)
    return True
