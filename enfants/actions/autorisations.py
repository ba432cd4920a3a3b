"""Oui or Non, with the date and the author; a consent to images holds until the end of the school year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from enfants import regles
from enfants.actions.ecarts import Ecarts, en_texte
from enfants.actions.identite import tracer_enfant, verrouiller
from enfants.enums import NatureAutorisation
from enfants.models import Autorisation, Enfant, TypeAutorisation
from familles.models import Famille, Utilisateur
from portail.commun.dates import aujourdhui


@transaction.atomic
def repondre_aux_autorisations(
    *,
    enfant: Enfant,
    famille: Famille,
    auteur: Utilisateur,
    reponses: Mapping[TypeAutorisation, bool],
    maintenant: datetime,
) -> list[Autorisation]:
    """Write the answers of one household that are new or changed, and return them.

    An answer that says again what still holds keeps its first date and author.
    """
    verrouiller(enfant)
    connues = {ligne.type_id: ligne for ligne in enfant.autorisations.filter(famille=famille)}
    fin_images = regles.fin_de_validite(aujourdhui(maintenant))
    ecrites: list[Autorisation] = []
    avant, apres = {}, {}
    for type_, accord in reponses.items():
        fin = fin_images if accord and type_.nature == NatureAutorisation.IMAGE else None
        ligne = connues.get(type_.pk) or Autorisation(enfant=enfant, famille=famille, type=type_)
        if ligne.pk and (ligne.accord, ligne.valable_jusqu_au) == (accord, fin):
            continue
        avant[type_.code] = en_texte(ligne.accord if ligne.pk else None)
        apres[type_.code] = en_texte(accord)
        ligne.accord, ligne.valable_jusqu_au, ligne.le, ligne.auteur = accord, fin, maintenant, auteur
        ecrites.append(ligne)
    anciennes = [ligne for ligne in ecrites if ligne.pk]
    Autorisation.objects.bulk_create([ligne for ligne in ecrites if not ligne.pk])
    Autorisation.objects.bulk_update(anciennes, ["accord", "valable_jusqu_au", "le", "auteur"])
    if ecrites:
        tracer_enfant("enfant.autorisations", enfant, famille, auteur, maintenant, Ecarts(avant, apres))
    return ecrites
