"""Health data: what a household writes, how long it is kept. A trace says which fields changed, never their values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from enfants import regles
from enfants.actions.ecarts import Ecarts, appliquer
from enfants.actions.identite import tracer_enfant, verrouiller
from enfants.erreurs import EnfantRefus, MotifEnfant
from enfants.models import Enfant, FicheSanitaire, LectureSante, Vaccin, Vaccination
from enfants.models.sante import CHAMPS_FICHE, CHAMPS_MEDECIN
from familles.models import Famille, Utilisateur
from portail.commun.dates import aujourdhui


@dataclass(frozen=True)
class ReponseVaccination:
    effectue: bool
    derniere_le: date | None
    #: The doctor's certificate was shown to the service; None: whoever answers has no say in it.
    contre_indication: bool | None = None


def noter_lecture(*, enfant: Enfant, utilisateur: Utilisateur, page: str, maintenant: datetime) -> None:
    """Log one reading of a child's health data, before it is shown."""
    LectureSante.objects.create(enfant_cle=enfant.cle, utilisateur=utilisateur, page=page, le=maintenant)


@transaction.atomic
def enregistrer_sante(
    *,
    enfant: Enfant,
    famille: Famille | None,
    auteur: Utilisateur,
    valeurs: Mapping[str, Any],
    version: int,
    maintenant: datetime,
) -> FicheSanitaire:
    """Write the medical section. ``version`` is the one that the form showed.

    Without ``famille`` it is the service that writes, and it alone says from when the child is admitted.

    Raise ``EnfantRefus`` when another adult saved the sheet meanwhile.
    """
    fiche = _fiche_sous_verrou(enfant, version, maintenant)
    champs = CHAMPS_FICHE if famille else (*CHAMPS_FICHE, "admis_le")
    ecarts = appliquer(fiche, champs, valeurs)
    _enregistrer(fiche, maintenant)
    _tracer("enfant.sante_modifiee", enfant, famille, auteur, maintenant, ecarts.champs)
    return fiche


@transaction.atomic
def enregistrer_vaccinations(
    *,
    enfant: Enfant,
    famille: Famille | None,
    auteur: Utilisateur,
    reponses: Mapping[Vaccin, ReponseVaccination],
    version: int,
    maintenant: datetime,
) -> FicheSanitaire:
    """Write the vaccination table: one row for each line of it, done or not.

    A contra-indication is written by the service alone (no ``famille``), which has seen the certificate.
    """
    fiche = _fiche_sous_verrou(enfant, version, maintenant)
    _enregistrer(fiche, maintenant)
    connues = {ligne.vaccin_id: ligne for ligne in fiche.vaccinations.all()}
    nouvelles: list[Vaccination] = []
    modifiees: list[Vaccination] = []
    changes = []
    for vaccin, reponse in reponses.items():
        ligne = connues.get(vaccin.pk) or Vaccination(fiche=fiche, vaccin=vaccin)
        contre_indication = ligne.contre_indication
        if famille is None and reponse.contre_indication is not None:
            contre_indication = reponse.contre_indication
        voulue = (reponse.effectue, reponse.derniere_le, contre_indication)
        if ligne.pk and (ligne.effectue, ligne.derniere_le, ligne.contre_indication) == voulue:
            continue
        if ligne.pk or reponse.effectue or contre_indication:
            changes.append(vaccin.code)
        ligne.effectue, ligne.derniere_le, ligne.contre_indication = voulue
        (modifiees if ligne.pk else nouvelles).append(ligne)
    Vaccination.objects.bulk_create(nouvelles)
    Vaccination.objects.bulk_update(modifiees, ["effectue", "derniere_le", "contre_indication"])
    _tracer("enfant.vaccinations_modifiees", enfant, famille, auteur, maintenant, changes)
    return fiche


@transaction.atomic
def renouveler_sante(*, enfant: Enfant, famille: Famille, auteur: Utilisateur, maintenant: datetime) -> FicheSanitaire:
    """Keep the sheet as it is for one more school year; raise ``EnfantRefus`` when there is none."""
    verrouiller(enfant)
    fiche = FicheSanitaire.objects.filter(enfant=enfant).first()
    if fiche is None:
        raise EnfantRefus([MotifEnfant.RIEN_A_RENOUVELER])
    _enregistrer(fiche, maintenant)
    _tracer("enfant.sante_renouvelee", enfant, famille, auteur, maintenant, ["valable_jusqu_au"])
    return fiche


@transaction.atomic
def copier_medecin(
    *, source: Enfant, enfant: Enfant, famille: Famille, auteur: Utilisateur, maintenant: datetime
) -> FicheSanitaire:
    """Copy the doctor of a sibling; raise ``EnfantRefus`` when that sheet names none."""
    verrouiller(enfant)
    modele = FicheSanitaire.objects.filter(enfant=source).first()
    if modele is None or not modele.medecin_nom:
        raise EnfantRefus([MotifEnfant.RIEN_A_COPIER])
    fiche = _fiche(enfant, maintenant)
    ecarts = appliquer(fiche, CHAMPS_MEDECIN, {champ: getattr(modele, champ) for champ in CHAMPS_MEDECIN})
    _enregistrer(fiche, maintenant)
    _tracer("enfant.medecin_copie", enfant, famille, auteur, maintenant, ecarts.champs)
    return fiche


@transaction.atomic
def purger_sante(*, jour: date, maintenant: datetime) -> int:
    """Erase every sheet, with its vaccinations, whose school year is over and that nobody renewed."""
    fiches = FicheSanitaire.objects.perimees_au(jour).select_for_update(of=("self",)).order_by("pk")
    perimees = list(fiches.only("enfant").select_related("enfant"))
    FicheSanitaire.objects.filter(pk__in=[fiche.pk for fiche in perimees]).delete()
    for fiche in perimees:
        _tracer("enfant.sante_effacee", fiche.enfant, None, None, maintenant, ["fin de l’année scolaire"])
    return len(perimees)


@transaction.atomic
def purger_lectures(*, avant: datetime) -> int:
    """Erase the log of readings older than this instant: six months to one year are enough (CNIL)."""
    with connection.cursor() as curseur:
        curseur.execute("SET LOCAL portail.purge = 'oui'")
        nombre, _ = LectureSante.objects.filter(le__lt=avant).delete()
        curseur.execute("SET LOCAL portail.purge = ''")
    return nombre


def _fiche(enfant: Enfant, maintenant: datetime) -> FicheSanitaire:
    return FicheSanitaire.objects.filter(enfant=enfant).first() or FicheSanitaire(
        enfant=enfant, valable_jusqu_au=regles.fin_de_validite(aujourdhui(maintenant))
    )


def _fiche_sous_verrou(enfant: Enfant, version: int, maintenant: datetime) -> FicheSanitaire:
    verrouiller(enfant)
    fiche = _fiche(enfant, maintenant)
    if fiche.version != version:
        raise EnfantRefus([MotifEnfant.FICHE_MODIFIEE])
    return fiche


def _enregistrer(fiche: FicheSanitaire, maintenant: datetime) -> None:
    """Save, and keep the sheet until the end of the school year that is being prepared."""
    fiche.version += 1
    fiche.modifie_le = maintenant
    fiche.valable_jusqu_au = regles.fin_de_validite(aujourdhui(maintenant))
    fiche.save()


def _tracer(
    geste: str,
    enfant: Enfant,
    famille: Famille | None,
    auteur: Utilisateur | None,
    maintenant: datetime,
    champs: list[str],
) -> None:
    if champs:
        tracer_enfant(geste, enfant, famille, auteur, maintenant, Ecarts({}, {"champs": ", ".join(champs)}))
