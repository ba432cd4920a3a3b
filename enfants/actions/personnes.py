"""Persons whom a household names for a child: to collect it, to be called in an emergency."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from enfants.actions.ecarts import Ecarts, appliquer, en_texte
from enfants.actions.identite import tracer_enfant, verrouiller
from enfants.erreurs import EnfantRefus, MotifEnfant
from enfants.models import Enfant, PersonneAutorisee
from familles.models import Famille, Utilisateur
from portail.commun.texte import normaliser

CHAMPS_PERSONNE = ("nom", "prenom", "lien", "telephone", "peut_chercher", "urgence")


@transaction.atomic
def ajouter_personne(
    *, enfant: Enfant, famille: Famille, auteur: Utilisateur, valeurs: Mapping[str, Any], maintenant: datetime
) -> PersonneAutorisee:
    """Add a person; raise ``EnfantRefus`` when the household already named it for this child."""
    verrouiller(enfant)
    personne = PersonneAutorisee(enfant=enfant, famille=famille, cree_le=maintenant)
    appliquer(personne, CHAMPS_PERSONNE, valeurs)
    _refuser_un_double(personne)
    personne.save()
    tracer_enfant("enfant.personne_ajoutee", enfant, famille, auteur, maintenant, Ecarts({}, _en_clair(personne)))
    return personne


@transaction.atomic
def modifier_personne(
    *, personne: PersonneAutorisee, auteur: Utilisateur, valeurs: Mapping[str, Any], maintenant: datetime
) -> Ecarts:
    enfant = verrouiller(personne.enfant)
    personne = PersonneAutorisee.objects.select_related("famille").get(pk=personne.pk)
    ecarts = appliquer(personne, CHAMPS_PERSONNE, valeurs)
    if ecarts.champs:
        _refuser_un_double(personne)
        personne.save(update_fields=ecarts.champs)
        ecarts = Ecarts({"personne": str(personne), **ecarts.avant}, {"personne": str(personne), **ecarts.apres})
        tracer_enfant("enfant.personne_modifiee", enfant, personne.famille, auteur, maintenant, ecarts)
    return ecarts


@transaction.atomic
def retirer_personne(*, personne: PersonneAutorisee, auteur: Utilisateur, maintenant: datetime) -> None:
    enfant = verrouiller(personne.enfant)
    ecarts = Ecarts(_en_clair(personne), {})
    personne.delete()
    tracer_enfant("enfant.personne_retiree", enfant, personne.famille, auteur, maintenant, ecarts)


@transaction.atomic
def copier_personnes(
    *, source: Enfant, enfant: Enfant, famille: Famille, auteur: Utilisateur, maintenant: datetime
) -> int:
    """Copy the persons that this household named for a sibling; return how many were new."""
    verrouiller(enfant)
    connues = set(enfant.personnes.filter(famille=famille).values_list("nom_recherche", flat=True))
    nouvelles = [
        PersonneAutorisee(
            enfant=enfant,
            famille=famille,
            cree_le=maintenant,
            nom_recherche=personne.nom_recherche,
            **{champ: getattr(personne, champ) for champ in CHAMPS_PERSONNE},
        )
        for personne in source.personnes.filter(famille=famille)
        if personne.nom_recherche not in connues
    ]
    PersonneAutorisee.objects.bulk_create(nouvelles)
    if nouvelles:
        ecarts = Ecarts({}, {"copiees_de": str(source), "personnes": ", ".join(map(str, nouvelles))})
        tracer_enfant("enfant.personnes_copiees", enfant, famille, auteur, maintenant, ecarts)
    return len(nouvelles)


def _refuser_un_double(personne: PersonneAutorisee) -> None:
    semblables = PersonneAutorisee.objects.filter(
        enfant_id=personne.enfant_id,
        famille_id=personne.famille_id,
        nom_recherche=normaliser(f"{personne.nom} {personne.prenom}"),
    )
    if semblables.exclude(pk=personne.pk).exists():
        raise EnfantRefus([MotifEnfant.PERSONNE_EN_DOUBLE])


def _en_clair(personne: PersonneAutorisee) -> dict[str, str]:
    return {champ: en_texte(getattr(personne, champ)) for champ in CHAMPS_PERSONNE}
