"""Erasure of a household: every declared model is walked, and the database refuses what nobody signed for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from dossiers import ordre, registre
from dossiers import perimetre as perimetres
from dossiers.blocages import raisons_de_ne_pas_effacer
from dossiers.erreurs import DossierRefuse
from enfants.models import Enfant
from familles.actions.identifiant import fermer_les_sessions
from familles.actions.quotient import signature_du_service
from familles.models import Famille, Utilisateur
from portail.commun.donnees import Perimetre, Politique, Sort
from portail.commun.traces import tracer


@dataclass(frozen=True)
class LigneDuBilan:
    """What becomes of the rows of one model, as the service reads it before and after."""

    quoi: str
    nombre: int
    sort: str
    raison: str


def apercu(famille: Famille) -> list[LigneDuBilan]:
    """Return what the erasure would do, model by model, without changing anything."""
    _, nombres = _avec_objets(perimetres.pour_effacer(famille))
    return _bilan(nombres)


@transaction.atomic
def effacer(*, famille: Famille, motif: str, auteur: Utilisateur, maintenant: datetime) -> list[LigneDuBilan]:
    """Erase a household; what must be kept is kept without a name, with its reason.

    Raise ``DossierRefuse`` with all the reasons while money or days are pending. The files of its documents go once
    the transaction is committed.
    """
    verrouillee = Famille.objects.select_for_update().get(pk=famille.pk)
    list(Enfant.objects.select_for_update().filter(rattachements__famille=famille).order_by("pk").values_list("pk"))
    if raisons := raisons_de_ne_pas_effacer(verrouillee, maintenant):
        raise DossierRefuse(raisons)
    perimetre = perimetres.pour_effacer(verrouillee)
    # Counted before: what a deletion takes with it is told under its own name.
    perimetre, nombres = _avec_objets(perimetre)
    vivants = list(Utilisateur.objects.filter(responsabilites__famille=famille).exclude(pk__in=perimetre.connexions))
    with signature_du_service(), _signature_de_l_effacement():
        for politique in registre.du_foyer():
            _appliquer(politique, perimetre)
        _supprimer_ce_qui_est_libre(perimetre)
    Famille.objects.filter(pk=famille.pk).update(archivee_le=verrouillee.archivee_le or maintenant)
    for utilisateur in vivants:
        # They no longer belong here: what their open pages show is asked again.
        fermer_les_sessions(utilisateur=utilisateur)
    bilan = _bilan(nombres)
    tracer(
        geste="famille.effacee",
        objet="famille",
        objet_cle=verrouillee.cle,
        libelle=verrouillee.code,
        famille_cle=verrouillee.cle,
        auteur=auteur,
        maintenant=maintenant,
        motif=motif,
        apres={ligne.quoi: f"{ligne.nombre} – {ligne.sort.lower()}" for ligne in bilan},
    )
    return bilan


def _avec_objets(perimetre: Perimetre) -> tuple[Perimetre, dict[int, int]]:
    """Return the gesture with the keys of all its rows, and how many by policy. Traces and journals come last."""
    nombres: dict[int, int] = {}
    for politique in registre.du_foyer():
        lignes = politique.dans(perimetre)
        cles = [str(cle) for cle in lignes.values_list("pk", flat=True)]
        nombres[id(politique)] = len(cles)
        if politique.sort in {Sort.EFFACER, Sort.ANONYMISER} and _a_une_cle(politique):
            perimetre = replace(perimetre, cles=perimetre.cles | set(lignes.values_list("cle", flat=True)))
        connues = perimetre.objets.get(politique.modele, frozenset())
        perimetre = replace(perimetre, objets={**perimetre.objets, politique.modele: connues | set(cles)})
    return perimetre, nombres


def _a_une_cle(politique: Politique) -> bool:
    return any(champ.name == "cle" for champ in politique.classe._meta.concrete_fields)


def _appliquer(politique: Politique, perimetre: Perimetre) -> None:
    """Do to the rows of one model what its policy says."""
    lignes: QuerySet[Any] = politique.dans(perimetre)
    if politique.avant is not None:
        politique.avant(lignes)
    if politique.sort is Sort.EFFACER:
        lignes.delete()
    elif politique.sort is not Sort.CONSERVER:
        # An update would lose the rows that its own values take out of the filter.
        choisies = list(lignes.values_list("pk", flat=True))
        politique.classe._default_manager.filter(pk__in=choisies).update(**politique.blancs)


def _supprimer_ce_qui_est_libre(perimetre: Perimetre) -> None:
    """Delete the rows made anonymous to which nothing kept refers."""
    for politique in registre.du_foyer():
        if politique.si_libre:
            libres = politique.dans(perimetre)
            for lien in politique.classe._meta.get_fields(include_hidden=True):
                if lien.auto_created and lien.is_relation and not lien.concrete:
                    distant = lien.related_model._default_manager.filter(**{lien.field.name: OuterRef("pk")})  # type: ignore[union-attr]
                    libres = libres.filter(~Exists(distant))
            libres.delete()


def _bilan(nombres: dict[int, int]) -> list[LigneDuBilan]:
    return [
        LigneDuBilan(_en_mots(politique), nombres[id(politique)], str(politique.sort.value), politique.raison)
        for politique in sorted(registre.du_foyer(), key=lambda une: ordre.rang(une.modele))
        if nombres[id(politique)]
    ]


def _en_mots(politique: Politique) -> str:
    return ordre.titre(politique.modele, str(politique.classe._meta.verbose_name_plural))


class _signature_de_l_effacement:  # noqa: N801 - reads as a statement
    """Tell the triggers of append-only tables that an erasure blanks the columns it may; it ends with the block."""

    def __enter__(self) -> None:
        self._signer("oui")

    def __exit__(self, *erreur: object) -> None:
        if erreur[0] is None:
            self._signer("")

    def _signer(self, valeur: str) -> None:
        with connection.cursor() as curseur:
            curseur.execute("SELECT set_config('portail.effacement', %s, true)", [valeur])
