"""The one way to a child: for a parent, through one of their households; for staff, by permission."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.module_loading import import_string

from enfants import regles
from enfants.actions.sante import noter_lecture
from enfants.models import Enfant, FicheSanitaire, PersonneAutorisee, Rattachement, Vaccin
from enfants.regles import BilanVaccinal, ReponseVaccin
from familles.acces import agit_pour_une_famille
from familles.models import Famille, Responsable, Utilisateur
from portail.commun.dates import aujourdhui

#: What an agent who acts for a household needs to read and write the health of its children.
DROITS_SANTE = ("enfants.voir_sante", "enfants.modifier_sante")


@dataclass(frozen=True)
class DossierEnfant:
    """A child as one login sees it through one household: the scope of every page is the pair (household, child)."""

    enfant: Enfant
    famille: Famille
    #: Holders of the parental authority alone read and sign what concerns the child's health and consents; an agent
    #: who acts for the household needs the permission of the service.
    titulaire: bool


def dossier(utilisateur: Utilisateur, cle: UUID) -> DossierEnfant:
    """Return the child and the household through which this login sees it; a stranger's child does not exist."""
    jour = aujourdhui(timezone.now())
    visibles = Enfant.objects.visibles_par(utilisateur, jour)
    enfant = visibles.select_related("ecole", "menu").filter(cle=cle).first()
    if enfant is None:
        raise Http404
    if agit_pour_une_famille(utilisateur):
        famille = Famille.objects.de(utilisateur).get()
        return DossierEnfant(enfant, famille, utilisateur.has_perms(DROITS_SANTE))
    adulte = _adulte(utilisateur, enfant, jour)
    return DossierEnfant(enfant, adulte.famille, adulte.autorite_parentale)


def _adulte(utilisateur: Utilisateur, enfant: Enfant, jour: date) -> Responsable:
    """Whoever is an adult of two households of the child enters by the one where they hold the authority."""
    liens = Rattachement.objects.non_termines(jour).filter(enfant=enfant)
    return (
        Responsable.objects.filter(
            utilisateur=utilisateur, famille__archivee_le=None, famille__in=liens.values("famille")
        )
        .select_related("famille")
        .order_by("-autorite_parentale", "pk")[0]
    )


def dossier_du_titulaire(utilisateur: Utilisateur, cle: UUID) -> DossierEnfant:
    """Like ``dossier``, for the gestures that only a holder of the parental authority may make (403 otherwise)."""
    obtenu = dossier(utilisateur, cle)
    if not obtenu.titulaire:
        raise PermissionDenied
    return obtenu


def personne(dossier: DossierEnfant, cle: UUID) -> PersonneAutorisee:
    """Return a person whom this very household named for this child."""
    trouvee = PersonneAutorisee.objects.filter(enfant=dossier.enfant, famille=dossier.famille, cle=cle).first()
    if trouvee is None:
        raise Http404
    trouvee.enfant = dossier.enfant
    return trouvee


def suivis_par(enfants: QuerySet[Enfant], agent: Any) -> QuerySet[Enfant]:
    """Keep the children whom this member of the staff follows: all of them, or those of the sites it directs."""
    suivis: QuerySet[Enfant] = import_string(settings.ENFANTS_SUIVIS)(enfants, agent)
    return suivis


def fratrie(dossier: DossierEnfant) -> list[Enfant]:
    """Return the other children of this household."""
    jour = aujourdhui(timezone.now())
    return list(Enfant.objects.de_la_famille(dossier.famille, jour).exclude(pk=dossier.enfant.pk))


def fiche_sanitaire(enfant: Enfant, *, lecteur: Utilisateur, page: str, maintenant: datetime) -> FicheSanitaire | None:
    """Return the health sheet and log that it was read: the one way to it, for parents and staff alike."""
    noter_lecture(enfant=enfant, utilisateur=lecteur, page=page, maintenant=maintenant)
    return FicheSanitaire.objects.prefetch_related("vaccinations").filter(enfant=enfant).first()


def bilan_vaccinal(enfant: Enfant, fiche: FicheSanitaire | None, jour: date) -> BilanVaccinal:
    """Return where the vaccinations of a sheet that was just read stand."""
    vaccins = {vaccin.pk: vaccin for vaccin in Vaccin.objects.all()}
    faites = {ligne.vaccin_id: ligne for ligne in fiche.vaccinations.all()} if fiche else {}
    return regles.bilan_vaccinal(
        [vaccin.exigence for vaccin in vaccins.values()],
        {vaccins[pk].code: ReponseVaccin(ligne.effectue, ligne.contre_indication) for pk, ligne in faites.items()},
        naissance=enfant.date_naissance,
        jour=jour,
        admis_le=fiche.admis_le if fiche else None,
    )
