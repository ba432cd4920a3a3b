"""What the child's page shows besides its form: households, persons, authorisations, custody, past, changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings

from enfants import regles
from enfants.actions.identite import LIBELLES
from enfants.garde import conflits_a_venir, jours_a_venir
from enfants.models import Autorisation, Enfant, PersonneAutorisee, Rattachement
from familles.champs import PAR_NOM
from familles.models import Responsable
from portail.commun.blocs import rassembler
from portail.commun.dates import aujourdhui
from portail.commun.models import Trace

DERNIERES = 20
#: Days of the custody calendar: six weeks, where the holidays to come begin to show.
JOURS_DE_GARDE = 42


@dataclass(frozen=True)
class LigneAutorisation:
    libelle: str
    accord: bool
    reponses: str


@dataclass(frozen=True)
class LigneDeGarde:
    """Days in a row, both included, in the charge of the same household and billed to the same one."""

    du: date
    au: date
    foyer: str
    payeur: str
    a_regler: bool


@dataclass(frozen=True)
class Changement:
    le: datetime
    auteur: str
    geste: str
    #: (field, old, new)
    valeurs: list[tuple[str, str, str]]


def dossier_pour_le_service(enfant: Enfant, agent: Any, maintenant: datetime) -> dict[str, Any]:
    """Gather the page in a fixed number of queries; health is not here but behind its own link."""
    jour = aujourdhui(maintenant)
    foyers = Responsable.objects.filter(famille__rattachements__enfant=enfant, famille__archivee_le=None)
    return {
        "enfant": enfant,
        "age": enfant.age_en_mots(jour),
        "adultes": foyers.select_related("famille").order_by("famille__code", "rang"),
        "personnes": PersonneAutorisee.objects.filter(enfant=enfant).select_related("famille"),
        "autorisations": autorisations_effectives(enfant, jour),
        "conflits": conflits_a_venir(enfant, jour)[:5],
        "calendrier": calendrier_de_garde(enfant, jour),
        "scolarites": enfant.scolarites.select_related("ecole", "classe"),
        "changements": changements(enfant) if agent.has_perm("commun.view_trace") else [],
        "blocs": rassembler(settings.BLOCS_DE_L_ENFANT, enfant, agent),
        "voit_sante": agent.has_perm("enfants.voir_sante"),
    }


def calendrier_de_garde(enfant: Enfant, jour: date) -> list[LigneDeGarde]:
    """Word the next weeks of a child of several households: who has it, who pays; nothing when there is one."""
    foyers = {lien.famille_id: str(lien.famille) for lien in enfant.rattachements.select_related("famille")}
    if len(foyers) < 2:  # noqa: PLR2004 - a household alone shares nothing
        return []
    return [
        LigneDeGarde(
            du,
            au,
            " et ".join(foyers[pk] for pk in etat.candidats) or "Personne",
            foyers.get(etat.payeur, "") if etat.payeur else "",
            a_regler=etat.conflit is not None,
        )
        for du, au, etat in jours_a_venir(enfant, jour, JOURS_DE_GARDE)
    ]


def autorisations_effectives(enfant: Enfant, jour: date) -> list[LigneAutorisation]:
    """Put the answers of the households together: yes when all those that answered say yes."""
    par_type: dict[str, list[Autorisation]] = {}
    for ligne in Autorisation.objects.filter(enfant=enfant).select_related("type", "famille").order_by("type__ordre"):
        par_type.setdefault(str(ligne.type), []).append(ligne)
    return [
        LigneAutorisation(
            libelle,
            regles.accord_effectif(ligne.vaut_accord(jour) for ligne in lignes),
            ", ".join(f"{ligne.famille} : {_mot(ligne, jour)}" for ligne in lignes),
        )
        for libelle, lignes in par_type.items()
    ]


def _mot(ligne: Autorisation, jour: date) -> str:
    perime = " (accord terminé)" if ligne.accord and not ligne.vaut_accord(jour) else ""
    return f"{'oui' if ligne.accord else 'non'}{perime} le {ligne.le:%d/%m/%Y}"


def changements(enfant: Enfant) -> list[Changement]:
    """Return the last changes, old → new; of health data a trace only knows the names of the fields."""
    traces = Trace.objects.filter(objet="enfant", objet_cle=enfant.cle).select_related("auteur")[:DERNIERES]
    return [
        Changement(
            le=trace.le,
            auteur=str(trace.auteur or "Le portail"),
            geste=trace.geste_en_clair,
            valeurs=[
                (_libelle(champ), _en_mots(champ, trace.avant.get(champ)), _en_mots(champ, trace.apres.get(champ)))
                for champ in sorted({*trace.avant, *trace.apres})
            ],
        )
        for trace in traces
    ]


def _colonne(champ: str) -> Any:
    """Return the column of the child, or of its link to a household, that a trace names; none for another key."""
    for modele in (Enfant, Rattachement):
        if any(colonne.name == champ for colonne in modele._meta.concrete_fields):
            return modele._meta.get_field(champ)
    return None


def _libelle(champ: str) -> str:
    if champ in PAR_NOM:
        return PAR_NOM[champ].libelle
    colonne = _colonne(champ)
    return LIBELLES.get(champ) or (str(colonne.verbose_name) if colonne is not None else champ)


def _en_mots(champ: str, valeur: Any) -> str:
    """A trace keeps the code of a choice; people read its words."""
    colonne = _colonne(champ)
    return str(dict(colonne.flatchoices).get(valeur, valeur or "") if colonne is not None else valeur or "")
