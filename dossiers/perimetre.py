"""What an export or an erasure covers, computed once from the links of the household."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef

from enfants.models import Enfant, Rattachement
from familles.models import Famille, Responsable, Utilisateur
from portail.commun.donnees import Perimetre


def pour_exporter(
    famille: Famille, *, jour: date, sante: Collection[int], connexions: Collection[int] | None = None
) -> Perimetre:
    """Cover all that the household may read on that day: its children shared with another household included.

    Of a child whose link is over, it keeps what it wrote itself; what the child has become is no longer its business.

    ``sante``: the children whose health data may be read. ``connexions``: the logins whose own data is given; all
    those of the household when nothing is said.
    """
    adultes = list(famille.responsables.all())
    comptes = {a.utilisateur_id for a in adultes if a.utilisateur_id} if connexions is None else set(connexions)
    enfants = list(Enfant.objects.de_la_famille(famille, jour))
    return Perimetre(
        famille=famille.pk,
        famille_cle=famille.cle,
        responsables=frozenset(adulte.pk for adulte in adultes),
        enfants=frozenset(enfant.pk for enfant in enfants),
        enfants_sante=frozenset(sante) & {enfant.pk for enfant in enfants},
        connexions=frozenset(comptes),
        cles=frozenset(),
        adresses=frozenset(adulte.email.lower() for adulte in adultes if adulte.email),
    )


def pour_effacer(famille: Famille) -> Perimetre:
    """Cover what belongs to this household alone: neither a child of another one, nor a login that lives on."""
    adultes = list(famille.responsables.all())
    ailleurs = Rattachement.objects.filter(enfant=OuterRef("pk"), famille__archivee_le=None).exclude(famille=famille)
    propres = list(Enfant.objects.de_la_famille(famille).filter(~Exists(ailleurs)))
    comptes = _connexions_a_fermer(famille)
    partagees = set(
        Responsable.objects.exclude(famille=famille)
        .filter(email__in=[adulte.email for adulte in adultes if adulte.email])
        .values_list("email", flat=True)
    )
    vivantes = set(
        Utilisateur.objects.filter(responsabilites__famille=famille)
        .exclude(pk__in=[compte.pk for compte in comptes])
        .values_list("email", flat=True)
    )
    adresses = {adulte.email.lower() for adulte in adultes if adulte.email} | {compte.email for compte in comptes}
    cles: set[UUID] = {famille.cle}
    for objets in (adultes, propres, comptes):
        cles.update(objet.cle for objet in objets)  # type: ignore[attr-defined]
    enfants = frozenset(enfant.pk for enfant in propres)
    return Perimetre(
        famille=famille.pk,
        famille_cle=famille.cle,
        responsables=frozenset(adulte.pk for adulte in adultes),
        enfants=enfants,
        enfants_sante=enfants,
        connexions=frozenset(compte.pk for compte in comptes),
        cles=frozenset(cles),
        adresses=frozenset(adresses - {adresse.lower() for adresse in partagees} - vivantes),
    )


def _connexions_a_fermer(famille: Famille) -> list[Utilisateur]:
    """Return the logins of this household alone; those of the staff and of another household live on."""
    ailleurs = Responsable.objects.filter(utilisateur=OuterRef("pk")).exclude(famille=famille)
    return list(
        Utilisateur.objects.filter(responsabilites__famille=famille, is_staff=False, is_superuser=False)
        .filter(~Exists(ailleurs))
        .distinct()
    )
