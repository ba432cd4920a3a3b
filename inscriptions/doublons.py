"""Households and children that are already known, and look like those of a file. A fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import CharField, F, Func, Q, QuerySet, Value
from django.db.models.functions import Lower

from enfants.models import Enfant
from familles.models import Famille, Responsable
from inscriptions.enums import EtatDossier, Raison
from inscriptions.models import AdulteDossier, DossierInscription, EnfantDossier
from inscriptions.regles import CHIFFRES_COMPARES, adresse_comparable, fin_de_telephone
from portail.commun.texte import normaliser

AU_PLUS = 10


@dataclass
class Doublon:
    """A household that may be the one that asks, and why."""

    famille: Famille
    raisons: dict[Raison, str] = field(default_factory=dict)

    @property
    def phrases(self) -> list[str]:
        return [
            f"{raison.label} ({detail})" if detail else str(raison.label) for raison, detail in self.raisons.items()
        ]


@dataclass
class Semblables:
    """What is known already: households, the strongest likeness first; children by child of the file; other files."""

    familles: list[Doublon]
    enfants: dict[int, list[Enfant]]
    dossiers: list[DossierInscription]


def chercher(dossier: DossierInscription) -> Semblables:
    """Compare mails, phones, names with birth dates, and addresses, whatever the accents and the spaces."""
    adultes, enfants = list(dossier.adultes.all()), list(dossier.enfants.all())
    trouves: dict[int, Doublon] = {}
    connus = enfants_semblables(enfants)
    _par_responsable(dossier, adultes, trouves)
    for semblables in connus.values():
        for enfant in semblables:
            for famille in enfant.familles.all():
                _noter(trouves, famille, Raison.ENFANT, enfant.prenom)
    _par_foyer(dossier, adultes, trouves)
    tries = sorted(trouves.values(), key=lambda doublon: (-len(doublon.raisons), doublon.famille.code))
    return Semblables(tries[:AU_PLUS], connus, _autres_dossiers(dossier, enfants))


def enfants_semblables(enfants: list[EnfantDossier]) -> dict[int, list[Enfant]]:
    """Return, by child of a file, the children of the same name and birth date; two queries."""
    if not enfants:
        return {}
    filtre = Q()
    for enfant in enfants:
        filtre |= Q(nom_recherche=enfant.nom_recherche, date_naissance=enfant.date_naissance)
    connus = list(Enfant.objects.filter(filtre).prefetch_related("familles").order_by("pk"))
    return {
        enfant.pk: [
            connu
            for connu in connus
            if (connu.nom_recherche, connu.date_naissance) == (enfant.nom_recherche, enfant.date_naissance)
        ]
        for enfant in enfants
    }


def est_le_meme(adulte: AdulteDossier, responsable: Responsable) -> bool:
    """Tell whether two adults are one: the same mail, or the same names and no other birth date."""
    if adulte.email and adulte.email.lower() in {responsable.email.lower(), _login(responsable)}:
        return True
    noms = {normaliser(responsable.nom), normaliser(responsable.nom_naissance)} - {""}
    memes_noms = normaliser(responsable.prenom) == normaliser(adulte.prenom) and bool(
        noms & {normaliser(adulte.nom), normaliser(adulte.nom_naissance)}
    )
    dates = {responsable.date_naissance, adulte.date_naissance} - {None}
    return memes_noms and len(dates) <= 1


def _login(responsable: Responsable) -> str:
    return responsable.utilisateur.email if responsable.utilisateur else ""


def _noter(trouves: dict[int, Doublon], famille: Famille, raison: Raison, detail: str = "") -> None:
    if famille.archivee_le is None:
        trouves.setdefault(famille.pk, Doublon(famille)).raisons.setdefault(raison, detail)


def _par_responsable(dossier: DossierInscription, adultes: list[AdulteDossier], trouves: dict[int, Doublon]) -> None:
    courriels = {dossier.courriel.lower(), *(adulte.email.lower() for adulte in adultes if adulte.email)}
    fins = _fins(dossier, adultes)
    filtre = Q(mail__in=courriels) | Q(utilisateur__email__in=courriels) | Q(mobile__in=fins) | Q(travail__in=fins)
    for adulte in adultes:
        for nom in {normaliser(adulte.nom), normaliser(adulte.nom_naissance)} - {""}:
            filtre |= Q(nom_recherche__contains=nom, nom_recherche__endswith=normaliser(adulte.prenom))
    candidats = (
        Responsable.objects.annotate(
            mail=Lower("email"), mobile=_fin("telephone_mobile"), travail=_fin("telephone_travail")
        )
        .filter(filtre)
        .select_related("famille", "utilisateur")
        .order_by("famille_id", "rang")[: AU_PLUS * 10]
    )
    for candidat in candidats:
        if {candidat.email.lower(), _login(candidat)} & courriels:
            _noter(trouves, candidat.famille, Raison.COURRIEL)
        if {candidat.mobile, candidat.travail} & fins:
            _noter(trouves, candidat.famille, Raison.TELEPHONE)
        if any(est_le_meme(adulte, candidat) for adulte in adultes):
            _noter(trouves, candidat.famille, Raison.ADULTE, f"{candidat.prenom} {candidat.nom}")


def _par_foyer(dossier: DossierInscription, adultes: list[AdulteDossier], trouves: dict[int, Doublon]) -> None:
    fins = _fins(dossier, adultes)
    adresse = adresse_comparable(dossier.adresse)
    numero = adresse.split(" ")[0]
    filtre = Q(fin__in=fins)
    if adresse:
        filtre |= Q(code_postal=dossier.code_postal, adresse__istartswith=numero)
    if dossier.numero_allocataire:
        filtre |= Q(numero_allocataire=dossier.numero_allocataire)
    for famille in Famille.objects.annotate(fin=_fin("telephone")).filter(filtre, archivee_le=None):
        if famille.fin in fins:
            _noter(trouves, famille, Raison.TELEPHONE)
        if adresse and adresse_comparable(famille.adresse) == adresse:
            _noter(trouves, famille, Raison.ADRESSE)
        if dossier.numero_allocataire and famille.numero_allocataire == dossier.numero_allocataire:
            _noter(trouves, famille, Raison.ALLOCATAIRE)


def _autres_dossiers(dossier: DossierInscription, enfants: list[EnfantDossier]) -> list[DossierInscription]:
    """Return the other files that wait, of the same address or with the same child: the other parent's, most often."""
    filtre = Q(courriel=dossier.courriel)
    for enfant in enfants:
        memes = EnfantDossier.objects.filter(nom_recherche=enfant.nom_recherche, date_naissance=enfant.date_naissance)
        filtre |= Q(pk__in=memes.values("dossier"))
    autres: QuerySet[DossierInscription] = DossierInscription.objects.filter(
        filtre, etat__in=[EtatDossier.ENVOYE, EtatDossier.COMPLEMENT]
    )
    return list(autres.exclude(pk=dossier.pk).order_by("pk")[:AU_PLUS])


def _fins(dossier: DossierInscription, adultes: list[AdulteDossier]) -> set[str]:
    numeros = [dossier.telephone, *(numero for adulte in adultes for numero in adulte.telephones())]
    return {fin_de_telephone(numero) for numero in numeros} - {""}


def _fin(champ: str) -> Func:
    """SQL: the last digits of a phone, whatever its spaces and its prefix."""
    chiffres = Func(F(champ), Value(r"\D"), Value(""), Value("g"), function="REGEXP_REPLACE")
    return Func(chiffres, Value(CHIFFRES_COMPARES), function="RIGHT", output_field=CharField())
