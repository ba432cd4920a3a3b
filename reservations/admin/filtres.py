"""Filters of the lists of days and of requests: what waits, how urgent it is, what is to be seen, which day."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from portail.commun.dates import aujourdhui
from portail.commun.templatetags.typographie import jour_long
from reservations.conflits import presences_a_verifier
from reservations.echeances import avec_echeance
from reservations.enums import ETATS_A_TRAITER, EtatPresence
from reservations.models import Presence

#: A deadline is urgent when it falls within this time.
URGENT = timedelta(hours=48)
#: Parameters that do not narrow a list: with these alone, it opens on the day.
SANS_EFFET = frozenset({"o", "p", "all", "_facets", "_changelist_filters"})


class FiltreDesJours(admin.SimpleListFilter):
    """``presences_de`` leads from days to the rows of the list: themselves, or the requests that asked for them."""

    def des_jours(self, queryset: QuerySet[Any], jours: QuerySet[Presence]) -> QuerySet[Any]:
        champ = "pk" if queryset.model is Presence else "demande"
        return queryset.filter(pk__in=jours.order_by().values(champ))


class Attente(FiltreDesJours):
    """Which kind of answer is waited for."""

    title = "réponse attendue"
    parameter_name = "attente"
    etats: dict[str, tuple[str, Collection[EtatPresence]]] = {
        "oui": ("À traiter", ETATS_A_TRAITER),
        "ajouts": ("Jours demandés", (EtatPresence.DEMANDEE,)),
        "annulations": ("Annulations demandées", (EtatPresence.ANNULATION_DEMANDEE,)),
        "liste": ("En liste d’attente", (EtatPresence.LISTE_ATTENTE, EtatPresence.PLACE_PROPOSEE)),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(cle, titre) for cle, (titre, _) in self.etats.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in self.etats:
            return queryset
        _, etats = self.etats[str(self.value())]
        return self.des_jours(queryset, Presence.objects.filter(etat__in=etats))


class AttenteDesDemandes(Attente):
    """The list of the requests is the queue: it opens on what is to be answered, and « all » is a choice."""

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        for cle, titre in self.lookup_choices:
            yield {
                "selected": (self.value() or "oui") == cle,
                "query_string": changelist.get_query_string({self.parameter_name: cle}),
                "display": titre,
            }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*super().lookups(request, model_admin), ("toutes", "Toutes, déjà traitées comprises")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "toutes":
            return queryset
        _, etats = self.etats.get(str(self.value()), self.etats["oui"])
        return self.des_jours(queryset, Presence.objects.filter(etat__in=etats))


def _limite_entre(maintenant: datetime, du: timedelta | None, au: timedelta | None) -> Q:
    bornes = Q(limite__isnull=False)
    if du is not None:
        bornes &= Q(limite__gte=maintenant + du)
    return bornes & Q(limite__lt=maintenant + au) if au is not None else bornes


class Urgence(FiltreDesJours):
    title = "urgence"
    parameter_name = "urgence"
    conditions: dict[str, tuple[str, Callable[[datetime], Q]]] = {
        "passee": (
            "Limite de la famille dépassée",
            lambda maintenant: (
                _limite_entre(maintenant, None, timedelta(0)) & Q(creneau__jour__gte=aujourdhui(maintenant))
            ),
        ),
        "urgente": ("Limite dans les 48 h", lambda maintenant: _limite_entre(maintenant, timedelta(0), URGENT)),
        "semaine": (
            "Limite dans les 7 jours",
            lambda maintenant: _limite_entre(maintenant, timedelta(0), timedelta(days=7)),
        ),
        "jour_passe": (
            "Jour passé sans réponse",
            lambda maintenant: Q(creneau__jour__lt=aujourdhui(maintenant)),
        ),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(cle, titre) for cle, (titre, _) in self.conditions.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in self.conditions:
            return queryset
        _, condition = self.conditions[str(self.value())]
        jours = avec_echeance(Presence.objects.a_traiter()).filter(condition(timezone.now()))
        return self.des_jours(queryset, jours)


class AVerifier(FiltreDesJours):
    title = "points à vérifier"
    parameter_name = "a_verifier"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("oui", "Avec un point à vérifier"), ("non", "Sans rien à vérifier")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in {"oui", "non"}:
            return queryset
        dossier = request.user.has_perm("reservations.change_presence")
        vus = presences_a_verifier(maintenant=timezone.now(), dossier=dossier)
        signales = self.des_jours(queryset, Presence.objects.filter(pk__in=vus))
        if self.value() == "oui":
            return signales
        return self.des_jours(queryset, Presence.objects.a_traiter()).exclude(pk__in=signales.order_by().values("pk"))


class HeuresAChanger(admin.SimpleListFilter):
    title = "changement d’heures"
    parameter_name = "heures"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("a_changer", "À examiner")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.heures_a_changer() if self.value() == "a_changer" else queryset  # type: ignore[attr-defined]


class Quand(admin.SimpleListFilter):
    """Days of the list: one day, a week, all; nothing asked, it opens on today or on the next open day."""

    title = "jour"
    parameter_name = "quand"
    SEMAINE = "semaine-"

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.jour_meme = aujourdhui(timezone.now())
        #: First day shown and last one, both included; None: all days.
        self.jours = self._jours(str(self.value() or ""))
        if self.value() is None and not set(request.GET) - SANS_EFFET:
            jour = model_admin.prochain_jour(request, self.jour_meme)
            self.jours = (jour, jour)

    def _jours(self, valeur: str) -> tuple[date, date] | None:
        semaine = valeur.startswith(self.SEMAINE)
        try:
            jour = date.fromisoformat(valeur.removeprefix(self.SEMAINE))
        except ValueError:
            return None
        if not date(1990, 1, 1) < jour < date(2100, 1, 1):
            return None
        lundi = jour - timedelta(days=jour.weekday())
        return (lundi, lundi + timedelta(days=6)) if semaine else (jour, jour)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        jour_meme = aujourdhui(timezone.now())
        demain, lundi = jour_meme + timedelta(days=1), jour_meme - timedelta(days=jour_meme.weekday())
        return [
            (f"{jour_meme}", "Aujourd’hui"),
            (f"{demain}", "Demain"),
            (f"{self.SEMAINE}{lundi}", "Cette semaine"),
            (f"{self.SEMAINE}{lundi + timedelta(days=7)}", "La semaine prochaine"),
        ]

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        yield {
            "selected": self.jours is None,
            "query_string": changelist.get_query_string({self.parameter_name: "tous"}),
            "display": "Tous les jours",
        }
        connus = dict(self.lookup_choices)
        if self.jours is not None and self.cle not in connus:
            connus[self.cle] = self.en_mots
        for cle, titre in connus.items():
            yield {
                "selected": self.jours is not None and cle == self.cle,
                "query_string": changelist.get_query_string({self.parameter_name: cle}),
                "display": titre,
            }

    @property
    def semaine(self) -> bool:
        return self.jours is not None and self.jours[0] != self.jours[1]

    @property
    def cle(self) -> str:
        if self.jours is None:
            return "tous"
        return f"{self.SEMAINE}{self.jours[0]}" if self.semaine else f"{self.jours[0]}"

    @property
    def en_mots(self) -> str:
        if self.jours is None:
            return "Tous les jours"
        du, au = self.jours
        return f"Semaine du {du:%d/%m/%Y} au {au:%d/%m/%Y}" if self.semaine else jour_long(du).capitalize()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if self.jours is None else queryset.filter(creneau__jour__range=self.jours)
