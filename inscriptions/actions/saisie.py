"""What a household writes in its draft, step by step; each step is kept as soon as it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max

from inscriptions.enums import SANS_REPONSE
from inscriptions.erreurs import DossierRefuse, MotifDossier
from inscriptions.models import AdulteDossier, DossierInscription, EnfantDossier
from inscriptions.regles import ADULTES_AU_PLUS, ENFANTS_AU_PLUS


@transaction.atomic
def commencer(*, cle: UUID, courriel: str, maintenant: datetime) -> tuple[DossierInscription, bool]:
    """Open a draft for an address that was just confirmed; return it, and whether it is new.

    An address has one file under way: asked twice, or by two links, it is the same one.
    """
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"inscription {courriel}"])
    if en_cours := en_cours_de(courriel):
        return en_cours, False
    return DossierInscription.objects.get_or_create(
        cle=cle, defaults={"courriel": courriel, "cree_le": maintenant, "modifie_le": maintenant}
    )


def en_cours_de(courriel: str) -> DossierInscription | None:
    """Return the file of an address that is not answered yet."""
    return DossierInscription.objects.filter(courriel=courriel, etat__in=SANS_REPONSE).first()


def verrouiller_brouillon(dossier: DossierInscription, maintenant: datetime) -> DossierInscription:
    """Lock a draft and note that it is in use; raise ``DossierRefuse`` once it is sent."""
    verrouille = DossierInscription.objects.select_for_update().get(pk=dossier.pk)
    if not verrouille.est_modifiable:
        raise DossierRefuse([MotifDossier.DEJA_ENVOYE])
    verrouille.modifie_le = maintenant
    verrouille.save(update_fields=["modifie_le"])
    return verrouille


@transaction.atomic
def enregistrer_foyer(*, dossier: DossierInscription, valeurs: Mapping[str, Any], maintenant: datetime) -> None:
    verrouille = verrouiller_brouillon(dossier, maintenant)
    _ecrire(verrouille, valeurs)


@transaction.atomic
def enregistrer_adulte(
    *, dossier: DossierInscription, adulte: AdulteDossier | None, valeurs: Mapping[str, Any], maintenant: datetime
) -> AdulteDossier:
    """Write an adult, new when there is none. The first one is who asks: their address is the confirmed one."""
    verrouille = verrouiller_brouillon(dossier, maintenant)
    if adulte is None:
        if verrouille.adultes.count() >= ADULTES_AU_PLUS:
            raise DossierRefuse([MotifDossier.TROP_D_ADULTES])
        dernier = verrouille.adultes.aggregate(dernier=Max("rang"))["dernier"] or 0
        adulte = AdulteDossier(dossier=verrouille, rang=dernier + 1)
    _ecrire(adulte, {**valeurs, **({"email": verrouille.courriel} if adulte.rang == 1 else {})})
    return adulte


@transaction.atomic
def retirer_adulte(*, dossier: DossierInscription, adulte: AdulteDossier, maintenant: datetime) -> None:
    """Take an adult out; who asks stays, since the address that was confirmed is theirs."""
    verrouille = verrouiller_brouillon(dossier, maintenant)
    if adulte.rang == 1:
        raise DossierRefuse([MotifDossier.DEMANDEUR])
    verrouille.adultes.filter(pk=adulte.pk).delete()


@transaction.atomic
def enregistrer_enfant(
    *, dossier: DossierInscription, enfant: EnfantDossier | None, valeurs: Mapping[str, Any], maintenant: datetime
) -> EnfantDossier:
    verrouille = verrouiller_brouillon(dossier, maintenant)
    if enfant is None:
        if verrouille.enfants.count() >= ENFANTS_AU_PLUS:
            raise DossierRefuse([MotifDossier.TROP_D_ENFANTS])
        enfant = EnfantDossier(dossier=verrouille)
    _ecrire(enfant, valeurs)
    return enfant


def _ecrire(objet: Any, valeurs: Mapping[str, Any]) -> None:
    for nom, valeur in valeurs.items():
        setattr(objet, nom, valeur)
    if objet.pk:
        objet.save(update_fields=list(valeurs))
    else:
        objet.save()
