"""The yearly passage to the next class: seen first, then made once, in a handful of statements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import BigIntegerField, Case, Count, F, Min, OuterRef, QuerySet, Subquery, Value, When

from enfants import regles
from enfants.enums import Niveau
from enfants.erreurs import EnfantRefus, MotifEnfant
from enfants.models import Classe, Ecole, Enfant, PassageAnnee, Scolarite
from familles.models import Utilisateur
from portail.commun.traces import tracer


@dataclass(frozen=True)
class LigneDePassage:
    """Children of one school and level, and where they go; an empty school means that they leave the town's."""

    ecole: str
    niveau: str
    ecole_apres: str
    niveau_apres: str
    nombre: int


def scolarises() -> QuerySet[Enfant]:
    """The children that a passage moves: those whose level is known and who do not repeat the year."""
    return Enfant.objects.exclude(niveau="").filter(maintenu=False)


def previsualiser() -> list[LigneDePassage]:
    """Return what a passage would do, group by group, in the order of schools and levels."""
    ecoles = {ecole.pk: ecole for ecole in Ecole.objects.all()}
    groupes = scolarises().order_by().values_list("ecole", "niveau").annotate(Count("pk"))
    lignes = []
    for pk, niveau, nombre in groupes:
        ecole = ecoles.get(pk) if pk else None
        apres = ecole and (ecoles.get(ecole.ecole_suivante_id or 0) if ecole.dernier_niveau == niveau else ecole)
        suivant = regles.niveau_suivant(niveau)
        lignes.append(
            LigneDePassage(
                ecole=str(ecole or ""),
                niveau=Niveau(niveau).label,
                ecole_apres=str(apres or ""),
                niveau_apres=suivant.label,
                nombre=nombre,
            )
        )
    ordre = [niveau.label for niveau in Niveau]
    return sorted(lignes, key=lambda ligne: (ligne.ecole, ordre.index(ligne.niveau)))


@transaction.atomic
def passer_l_annee(*, annee: int, auteur: Utilisateur, maintenant: datetime) -> PassageAnnee:
    """Move every child to its next class for the school year that begins in ``annee``.

    Where each child was is kept as ``Scolarite``. Those who repeat stay, and are no longer marked so. Raise
    ``EnfantRefus`` when this passage, or the one of a later year, was already made.
    """
    with connection.cursor() as curseur:
        # One passage at a time, whatever its year: two agents with two years open would move the children twice.
        curseur.execute("SELECT pg_advisory_xact_lock(hashtextextended('passage', 0))")
    if PassageAnnee.objects.filter(annee__gte=annee).exists():
        raise EnfantRefus([MotifEnfant.ANNEE_DEJA_PASSEE])
    passage = PassageAnnee.objects.create(annee=annee, auteur=auteur, le=maintenant)
    # Locked in their order, so that a sheet being saved at this moment is either before or after.
    presents = list(Enfant.objects.select_for_update(no_key=True).exclude(niveau="").order_by("pk"))
    _garder_l_annee_finie(annee - 1, presents)
    passage.nombre = scolarises().update(niveau=_niveau_suivant(), ecole=_ecole_suivante(), classe=None)
    Enfant.objects.filter(maintenu=True).update(maintenu=False, classe=None)
    Enfant.objects.exclude(niveau="").filter(classe=None).update(classe=_seule_classe())
    passage.save(update_fields=["nombre"])
    tracer(
        geste="scolarite.passage",
        objet="passage",
        libelle=f"Rentrée {regles.libelle_annee(annee)}",
        auteur=auteur,
        maintenant=maintenant,
        apres={"enfants": passage.nombre},
    )
    return passage


def _garder_l_annee_finie(annee: int, enfants: Iterable[Enfant]) -> None:
    Scolarite.objects.bulk_create(
        [
            Scolarite(
                enfant=enfant, annee=annee, ecole_id=enfant.ecole_id, classe_id=enfant.classe_id, niveau=enfant.niveau
            )
            for enfant in enfants
        ],
        batch_size=1000,
        ignore_conflicts=True,
    )


def _niveau_suivant() -> Case:
    return Case(
        *(When(niveau=niveau, then=Value(regles.niveau_suivant(niveau).value)) for niveau in Niveau),
        default=F("niveau"),
    )


def _ecole_suivante() -> Case:
    ecole = Ecole.objects.filter(pk=OuterRef("ecole_id"))
    return Case(
        When(niveau=Subquery(ecole.values("dernier_niveau")[:1]), then=Subquery(ecole.values("ecole_suivante")[:1])),
        default=F("ecole_id"),
        output_field=BigIntegerField(),
    )


def _seule_classe() -> Subquery:
    """Where a school has one class of the level, the child is in it; otherwise staff choose."""
    classes = Classe.objects.filter(ecole=OuterRef("ecole_id"), niveau=OuterRef("niveau"))
    return Subquery(
        classes.order_by()
        .values("niveau")
        .annotate(nombre=Count("pk"), seule=Min("pk"))
        .filter(nombre=1)
        .values("seule")
    )
