"""What comes back from the payment service: kept as it came, compared, then taken into account once.

The message is not proof: nothing is settled before the régisseur's check. It only says that a payment is expected.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction

from facturation import courriels
from facturation.actions import tentative as gestes
from facturation.enums import TENTATIVES_OUVERTES, EtatTentative, SaisieTipi, VerdictNotification
from facturation.fournisseurs import Reponse, fournisseur_de
from facturation.models import Affectation, Facture, NotificationRecue, Paiement, TentativePaiement
from facturation.regles import paiements as regles
from portail.commun.montants import ZERO
from portail.commun.traces import tracer

journal = logging.getLogger(__name__)

TAILLE_MAXIMALE = 4000
#: Beyond, messages are only counted in the log: nobody fills the database by writing to this address.
INCONNUES_GARDEES_PAR_HEURE = 500
GARDEES_PAR_TENTATIVE = 50

Suite = tuple[VerdictNotification, list[regles.Ecart]]


def recevoir(*, jeton: str, corps: str, adresse_ip: str | None, maintenant: datetime) -> VerdictNotification:
    """Take a message into account and return what was done of it; never raises for what it contains."""
    connue = TentativePaiement.objects.filter(jeton=jeton).values_list("pk", flat=True).first()
    if connue is None:
        return _garder(None, corps, adresse_ip, maintenant, (VerdictNotification.INCONNUE, []))
    return _prendre_en_compte(connue, corps, adresse_ip, maintenant)


@transaction.atomic
def _prendre_en_compte(pk: int, corps: str, adresse_ip: str | None, maintenant: datetime) -> VerdictNotification:
    """Lock the attempt first: of messages that come together, one has an effect and the others see it."""
    tentative = gestes.verrouiller(pk)
    return _garder(tentative, corps, adresse_ip, maintenant, _suite(tentative, corps, maintenant))


def _suite(tentative: TentativePaiement, corps: str, maintenant: datetime) -> Suite:
    fournisseur = fournisseur_de(tentative.regie)
    if len(corps) > TAILLE_MAXIMALE:
        return VerdictNotification.ILLISIBLE, []
    try:
        champs = fournisseur.lire(corps)
    except ValueError:
        return VerdictNotification.ILLISIBLE, []
    reponse = fournisseur.interpreter(tentative, champs)
    if reponse.ecarts:
        return VerdictNotification.NON_CONFORME, list(reponse.ecarts)
    if tentative.etat == EtatTentative.PAYEE:
        return _apres_paiement(tentative, reponse)
    if reponse.etat == EtatTentative.PAYEE:
        return _payer(tentative, reponse, maintenant)
    return _clore_sans_paiement(tentative, reponse, maintenant)


def _apres_paiement(tentative: TentativePaiement, reponse: Reponse) -> Suite:
    """Once paid, nothing changes any more; another authorisation or another outcome is kept for the régisseur."""
    differences = [
        regles.Ecart(champ, attendu, recu)
        for champ, attendu, recu in (
            ("resultrans", tentative.resultat, reponse.resultat),
            ("numauto", tentative.numero_autorisation, reponse.numero_autorisation),
        )
        if attendu != recu
    ]
    verdict = VerdictNotification.NON_CONFORME if differences else VerdictNotification.DEJA_CONNUE
    return verdict, differences


def _clore_sans_paiement(tentative: TentativePaiement, reponse: Reponse, maintenant: datetime) -> Suite:
    """Refused or abandoned: the invoices are free. An unknown letter keeps them until someone has looked."""
    if tentative.etat not in TENTATIVES_OUVERTES:
        return VerdictNotification.DEJA_CONNUE, []
    tentative.resultat = reponse.resultat
    if reponse.etat == EtatTentative.A_VERIFIER:
        tentative.etat = EtatTentative.A_VERIFIER
        tentative.save(update_fields=["etat", "resultat"])
    else:
        gestes.clore(tentative, reponse.etat, maintenant)
    return VerdictNotification.PRISE_EN_COMPTE, []


def _payer(tentative: TentativePaiement, reponse: Reponse, maintenant: datetime) -> Suite:
    """Record the payment, also when it comes after the attempt was given up or had expired."""
    tardive = tentative.etat not in TENTATIVES_OUVERTES
    tentative.resultat = reponse.resultat
    tentative.numero_autorisation = reponse.numero_autorisation
    gestes.clore(tentative, EtatTentative.PAYEE, maintenant)
    if not encaisse_vraiment(tentative):
        return VerdictNotification.PRISE_EN_COMPTE, [regles.Ecart("saisie", SaisieTipi.PRODUCTION, tentative.saisie)]
    reste = constater(tentative, reponse.mode, maintenant)
    ecarts = [regles.Ecart("reste_non_affecte", "0.00", str(reste))] if reste else []
    if tardive:
        ecarts.append(regles.Ecart("reponse_tardive", "", f"{maintenant:%d/%m/%Y %H:%M}"))
    return VerdictNotification.PRISE_EN_COMPTE, ecarts


def encaisse_vraiment(tentative: TentativePaiement) -> bool:
    """A test or an activation moves no money: it settles nothing, but in the demonstration."""
    return tentative.saisie == SaisieTipi.PRODUCTION or settings.DEMO


def constater(tentative: TentativePaiement, mode: str, maintenant: datetime) -> Decimal:
    """Write the payment of an attempt that the caller holds, allot it, and return what could not be allotted.

    An invoice paid meanwhile by other means takes nothing more: the surplus stays on the payment, for the régisseur.
    """
    parts = dict(tentative.parts.values_list("facture_id", "montant"))
    factures = list(Facture.objects.select_for_update(of=("self",)).filter(pk__in=parts).order_by("pk"))
    paiement = Paiement.objects.create(
        regie=tentative.regie,
        famille=tentative.famille,
        montant=tentative.montant,
        mode=mode,
        recu_le=maintenant,
        reference=tentative.numero_autorisation,
        tentative=tentative,
    )
    affectees = regles.repartir(
        tentative.montant,
        [(f.pk, min(parts[f.pk], f.montant_payable)) for f in factures if f.peut_recevoir_un_paiement],
    )
    Affectation.objects.bulk_create(
        [Affectation(paiement=paiement, facture_id=facture, montant=montant) for facture, montant in affectees]
    )
    tracer(
        geste="paiement.recu",
        objet="paiement",
        objet_cle=paiement.cle,
        libelle=tentative.refdet,
        famille_cle=tentative.famille.cle,
        maintenant=maintenant,
        auteur=None,
        apres={"montant": str(paiement.montant), "mode": mode},
    )
    courriels.paiement_recu(paiement, maintenant)
    return tentative.montant - sum((montant for _, montant in affectees), ZERO)


def _garder(
    tentative: TentativePaiement | None, corps: str, adresse_ip: str | None, maintenant: datetime, suite: Suite
) -> VerdictNotification:
    verdict, ecarts = suite
    if _trop_de_messages(tentative, maintenant) and verdict != VerdictNotification.PRISE_EN_COMPTE:
        journal.warning("notification de paiement non gardée : %s", verdict.value)
        return verdict
    NotificationRecue.objects.create(
        tentative=tentative,
        recue_le=maintenant,
        adresse_ip=adresse_ip,
        corps=corps[:TAILLE_MAXIMALE].replace("\x00", "\ufffd"),
        verdict=verdict,
        ecarts=[ecart.en_json() for ecart in ecarts],
    )
    return verdict


def _trop_de_messages(tentative: TentativePaiement | None, maintenant: datetime) -> bool:
    if tentative is not None:
        return tentative.notifications.count() >= GARDEES_PAR_TENTATIVE
    recentes = NotificationRecue.objects.filter(tentative=None, recue_le__gt=maintenant - timedelta(hours=1))
    return recentes.count() >= INCONNUES_GARDEES_PAR_HEURE
