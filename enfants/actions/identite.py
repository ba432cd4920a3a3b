"""What a parent may change of a child's identity: what the town lets them, at once or after an agent's word."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from enfants.actions.ecarts import Ecarts, appliquer
from enfants.models import Enfant
from familles.acces import agit_pour_une_famille
from familles.actions.fiche import ECRITURES, Bilan, mettre_en_attente
from familles.champs import SECTION_ENFANT
from familles.enums import EtatModification, Politique
from familles.models import Famille, Modification, ReglageChamp, Utilisateur
from portail.commun.traces import tracer

#: How the service reads the name of what changed; authorisations go by their own code.
LIBELLES = {
    "lieu_naissance": "lieu de naissance",
    "departement_naissance": "département de naissance",
    "menu": "menu à la cantine",
    "sexe": "sexe",
    "date_naissance": "date de naissance",
    "ecole": "école",
    "champs": "données de santé (ce qui a changé)",
    "prenom": "prénom de la personne",
    "nom": "nom de la personne",
    "lien": "lien avec l’enfant",
    "telephone": "téléphone de la personne",
    "peut_chercher": "peut venir chercher l’enfant",
    "urgence": "à prévenir en cas d’urgence",
    "copiees_de": "personnes recopiées de",
}


def verrouiller(enfant: Enfant) -> Enfant:
    """Lock the child: every gesture on its sheet begins by this."""
    enfants = Enfant.objects.select_for_update(of=("self",), no_key=True)
    return enfants.select_related("menu", "ecole", "classe__ecole").get(pk=enfant.pk)


def enfant_du_foyer(famille: Famille, cle: UUID) -> Enfant | None:
    """Lock and return the child of a change that waits, while it is this household's."""
    enfant = Enfant.objects.filter(cle=cle, rattachements__famille=famille).first()
    return verrouiller(enfant) if enfant is not None else None


@transaction.atomic
def modifier_identite(
    *, enfant: Enfant, famille: Famille, auteur: Utilisateur, valeurs: Mapping[str, Any], maintenant: datetime
) -> Bilan:
    """Write what the town lets parents write, keep for an agent what waits, and trace what changed.

    Data that are closed are ignored, whatever the form says.
    """
    verrouillee = Famille.objects.select_for_update(no_key=True).get(pk=famille.pk)
    frais = verrouiller(enfant)
    politiques = ReglageChamp.objects.politiques()
    ouverts = [c for c in SECTION_ENFANT if politiques[c.nom] in ECRITURES and c.attribut in valeurs]
    attente = [
        champ for champ in ouverts if politiques[champ.nom] is Politique.ATTENTE and not agit_pour_une_famille(auteur)
    ]
    en_attente = mettre_en_attente(
        famille=verrouillee, objet=frais, champs=attente, valeurs=valeurs, auteur=auteur, maintenant=maintenant
    )
    ecarts = appliquer(frais, [champ.attribut for champ in ouverts if champ not in attente], valeurs)
    if ecarts.champs:
        frais.save(update_fields=ecarts.champs)
        tracer_enfant("enfant.identite_modifiee", frais, famille, auteur, maintenant, ecarts)
    return Bilan(len(ecarts.champs), en_attente)


def tracer_enfant(
    geste: str,
    enfant: Enfant,
    famille: Famille | None,
    auteur: Utilisateur | None,
    maintenant: datetime,
    ecarts: Ecarts,
) -> None:
    """Write the trace of a gesture on a child, and tell the service what a household changed, old → new."""
    tracer(
        geste=geste,
        objet="enfant",
        objet_cle=enfant.cle,
        libelle=str(enfant),
        famille_cle=famille.cle if famille else None,
        auteur=auteur,
        maintenant=maintenant,
        avant=ecarts.avant,
        apres=ecarts.apres,
    )
    if famille and auteur:
        _signaler_au_service(enfant, famille, auteur, maintenant, ecarts)


def _signaler_au_service(
    enfant: Enfant, famille: Famille, auteur: Utilisateur, maintenant: datetime, ecarts: Ecarts
) -> None:
    """Note each change among those that agents look at; those that an agent made for the household are seen already."""
    par_le_service = agit_pour_une_famille(auteur)
    Modification.objects.bulk_create(
        Modification(
            famille=famille,
            champ=f"enfant.{champ}"[:60],
            libelle=LIBELLES.get(champ, champ.replace("_", " ").replace("-", " "))[:120],
            objet_cle=enfant.cle,
            objet_libelle=str(enfant),
            avant=ecarts.avant.get(champ, ""),
            apres=ecarts.apres.get(champ, ""),
            etat=EtatModification.APPLIQUEE,
            auteur=auteur,
            le=maintenant,
            vue_le=maintenant if par_le_service else None,
        )
        for champ in sorted({*ecarts.avant, *ecarts.apres})
        if ecarts.avant.get(champ, "") != ecarts.apres.get(champ, "")
    )
