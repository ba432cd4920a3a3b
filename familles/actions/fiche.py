"""What parents write in their sheet: applied or kept for an agent, always as old → new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils.module_loading import import_string

from familles import courriels
from familles.acces import agit_pour_une_famille
from familles.champs import CHAMPS, PAR_NOM, Champ
from familles.enums import EtatModification, Politique
from familles.erreurs import ModificationRefusee, MotifModification
from familles.models import (
    CampagneCertification,
    Certification,
    Famille,
    Modification,
    ReglageChamp,
    Responsable,
    Utilisateur,
)
from portail.commun.models import AvecCle
from portail.commun.traces import tracer

GESTES = {
    EtatModification.APPLIQUEE: "famille.fiche_modifiee",
    EtatModification.EN_ATTENTE: "famille.modification_demandee",
}
ECRITURES = {Politique.MODIFIABLE, Politique.OBLIGATOIRE, Politique.ATTENTE}


@dataclass(frozen=True)
class Bilan:
    """What became of a « Enregistrer »: pieces of data written, and those that wait, asked now or before."""

    appliquees: int = 0
    en_attente: int = 0


@transaction.atomic
def enregistrer_famille(
    *, famille: Famille, valeurs: Mapping[str, Any], auteur: Utilisateur, maintenant: datetime
) -> Bilan:
    """Write the household's own section. Unknown or closed data are ignored, whatever the form says."""
    verrouillee = Famille.objects.select_for_update(no_key=True).get(pk=famille.pk)
    return _enregistrer(verrouillee, verrouillee, valeurs, auteur, maintenant)


@transaction.atomic
def enregistrer_responsable(
    *, responsable: Responsable, valeurs: Mapping[str, Any], auteur: Utilisateur, maintenant: datetime
) -> Bilan:
    """Write the section of one adult."""
    famille = Famille.objects.select_for_update(no_key=True).get(pk=responsable.famille_id)
    verrouille = Responsable.objects.select_for_update(no_key=True).get(pk=responsable.pk)
    return _enregistrer(famille, verrouille, valeurs, auteur, maintenant)


def _enregistrer(
    famille: Famille,
    objet: Famille | Responsable,
    valeurs: Mapping[str, Any],
    auteur: Utilisateur,
    maintenant: datetime,
) -> Bilan:
    politiques = ReglageChamp.objects.politiques()
    nature = "famille" if isinstance(objet, Famille) else "responsable"
    appliquees: list[Champ] = []
    en_attente = 0
    notes: list[Modification] = []
    for champ in CHAMPS:
        if champ.objet != nature or champ.attribut not in valeurs or politiques[champ.nom] not in ECRITURES:
            continue
        nouvelle, presente = valeurs[champ.attribut], getattr(objet, champ.attribut)
        attend = politiques[champ.nom] is Politique.ATTENTE and not agit_pour_une_famille(auteur)
        if attend and not remplacer(famille, objet, champ, nouvelle, maintenant):
            en_attente += 1
            continue
        if nouvelle == presente:
            continue
        note = _noter(famille, objet, champ, nouvelle, auteur, maintenant)
        if attend:
            _faire_attendre(note, nouvelle)
            en_attente += 1
        else:
            setattr(objet, champ.attribut, nouvelle)
            appliquees.append(champ)
        notes.append(note)
    if appliquees:
        objet.save(update_fields=[champ.attribut for champ in appliquees])
    if notes:
        Modification.objects.bulk_create(notes)
        _tracer(famille, objet, notes, auteur, maintenant)
    return Bilan(len(appliquees), en_attente)


def remplacer(famille: Famille, objet: AvecCle, champ: Champ, nouvelle: Any, maintenant: datetime) -> bool:
    """Let a newer wish of a household replace the one that waits; return false when it is the same, which goes on."""
    attente = Modification.objects.en_attente().filter(famille=famille, objet_cle=objet.cle, champ=champ.nom).first()
    if attente is None:
        return True
    if attente.valeur == _en_json(nouvelle):
        return False
    attente.etat, attente.traitee_le = EtatModification.REMPLACEE, maintenant
    attente.save(update_fields=["etat", "traitee_le"])
    return True


def mettre_en_attente(
    *,
    famille: Famille,
    objet: AvecCle,
    champs: Sequence[Champ],
    valeurs: Mapping[str, Any],
    auteur: Utilisateur,
    maintenant: datetime,
) -> int:
    """Keep for an agent what a household wants of an object that another app writes; return how many pieces of data.

    To be called under the lock of the household.
    """
    notes = []
    attendaient = 0
    for champ in champs:
        nouvelle = valeurs[champ.attribut]
        if not remplacer(famille, objet, champ, nouvelle, maintenant):
            attendaient += 1
        elif nouvelle != getattr(objet, champ.attribut):
            note = _noter(famille, objet, champ, nouvelle, auteur, maintenant)
            _faire_attendre(note, nouvelle)
            notes.append(note)
    if notes:
        Modification.objects.bulk_create(notes)
        _tracer(famille, objet, notes, auteur, maintenant)
    return len(notes) + attendaient


def _faire_attendre(note: Modification, valeur: Any) -> None:
    note.etat, note.valeur, note.vue_le = EtatModification.EN_ATTENTE, _en_json(valeur), None


def _noter(
    famille: Famille,
    objet: AvecCle,
    champ: Champ,
    nouvelle: Any,
    auteur: Utilisateur,
    maintenant: datetime,
) -> Modification:
    return Modification(
        famille=famille,
        champ=champ.nom,
        libelle=champ.libelle,
        objet_cle=objet.cle,
        objet_libelle=str(objet),
        avant=en_clair(objet, champ, getattr(objet, champ.attribut)),
        apres=en_clair(objet, champ, nouvelle),
        etat=EtatModification.APPLIQUEE,
        auteur=auteur,
        le=maintenant,
        vue_le=maintenant if agit_pour_une_famille(auteur) else None,
    )


def _tracer(
    famille: Famille,
    objet: AvecCle,
    notes: list[Modification],
    auteur: Utilisateur,
    maintenant: datetime,
) -> None:
    """Write what changed, and apart from it what is only asked."""
    for etat, geste in GESTES.items():
        siennes = [note for note in notes if note.etat == etat]
        if siennes:
            tracer(
                geste=geste,
                objet=str(objet._meta.model_name),
                objet_cle=objet.cle,
                libelle=str(objet),
                famille_cle=famille.cle,
                auteur=auteur,
                maintenant=maintenant,
                avant={note.champ: note.avant for note in siennes},
                apres={note.champ: note.apres for note in siennes},
            )


def en_clair(objet: AvecCle, champ: Champ, valeur: Any) -> str:
    """Return a value as people read it."""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, date):
        return f"{valeur:%d/%m/%Y}"
    choix: dict[Any, Any] = dict(objet._meta.get_field(champ.attribut).choices or [])  # type: ignore[union-attr]
    return str(choix.get(valeur, valeur if valeur is not None else ""))


def _en_json(valeur: Any) -> Any:
    if isinstance(valeur, Model):
        return valeur.pk
    return valeur.isoformat() if isinstance(valeur, date) else valeur


@transaction.atomic
def accepter(*, modification: Modification, agent: Utilisateur, maintenant: datetime) -> None:
    """Write the value that waited. Raise ``ModificationRefusee`` when another agent has already answered."""
    famille, note = _a_traiter(modification)
    objet = _objet(famille, note)
    champ = PAR_NOM[note.champ]
    modele: Any = objet._meta.get_field(champ.attribut)
    valeur = modele.to_python(note.valeur)
    if modele.is_relation and valeur is not None and not modele.related_model.objects.filter(pk=valeur).exists():
        raise ModificationRefusee([MotifModification.CHOIX_DISPARU])
    setattr(objet, modele.attname, valeur)
    objet.save(update_fields=[champ.attribut])
    _clore(note, EtatModification.ACCEPTEE, agent, maintenant)


@transaction.atomic
def refuser(*, modification: Modification, agent: Utilisateur, motif: str, maintenant: datetime) -> None:
    """Leave the value as it is, and tell the family why. ``motif`` is required.

    What a change was about may be gone meanwhile: refusing is then the only answer.
    """
    _, note = _a_traiter(modification)
    _clore(note, EtatModification.REFUSEE, agent, maintenant, motif.strip())
    courriels.modification_refusee(modification=note, maintenant=maintenant)


def _a_traiter(modification: Modification) -> tuple[Famille, Modification]:
    famille = Famille.objects.select_for_update(no_key=True).get(pk=modification.famille_id)
    note = Modification.objects.select_for_update().get(pk=modification.pk)
    if note.etat != EtatModification.EN_ATTENTE:
        raise ModificationRefusee([MotifModification.DEJA_TRAITEE])
    return famille, note


def _objet(famille: Famille, note: Modification) -> AvecCle:
    """Lock and return what a change is about; raise ``ModificationRefusee`` when it left the household."""
    if note.objet_cle == famille.cle:
        return famille
    objet: AvecCle | None
    if porte := settings.OBJETS_DES_MODIFICATIONS.get(PAR_NOM[note.champ].objet):
        objet = import_string(porte)(famille, note.objet_cle)
    else:
        adultes = Responsable.objects.select_for_update(no_key=True)
        objet = adultes.filter(cle=note.objet_cle, famille=famille).first()
    if objet is None:
        raise ModificationRefusee([MotifModification.SANS_OBJET])
    return objet


def _clore(
    note: Modification, etat: EtatModification, agent: Utilisateur, maintenant: datetime, motif: str = ""
) -> None:
    note.etat, note.traitee_le, note.traitee_par, note.motif, note.vue_le = etat, maintenant, agent, motif, maintenant
    note.save(update_fields=["etat", "traitee_le", "traitee_par", "motif", "vue_le"])
    tracer(
        geste=f"famille.modification_{etat.value}",
        objet="modification",
        objet_cle=note.cle,
        libelle=str(note),
        famille_cle=note.famille.cle,
        auteur=agent,
        maintenant=maintenant,
        avant={note.champ: note.avant},
        apres={note.champ: note.apres},
        motif=motif,
    )


@transaction.atomic
def certifier(
    *, famille: Famille, campagne: CampagneCertification, auteur: Utilisateur, maintenant: datetime
) -> Certification:
    """Record « tout est à jour » once per campaign; saying it twice changes nothing."""
    certification, creee = Certification.objects.get_or_create(
        campagne=campagne, famille=famille, defaults={"le": maintenant, "auteur": auteur}
    )
    if creee:
        tracer(
            geste="famille.certifiee",
            objet="famille",
            objet_cle=famille.cle,
            libelle=f"{famille} : {campagne}",
            famille_cle=famille.cle,
            auteur=auteur,
            maintenant=maintenant,
        )
    return certification
