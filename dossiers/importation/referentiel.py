"""What the portal already knows of a batch, in a constant number of queries, and the checks that need it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Q

from dossiers.enums import Effet, Nature
from dossiers.importation.analyse import Foyer, changements, cles, noter, signaler_les_lignes_voisines
from dossiers.importation.colonnes import PAR_NOM
from dossiers.models import Importation, ReferenceExterne
from enfants.models import Classe, Ecole, Enfant, Rattachement
from familles.models import Famille, QuotientFamilial, Responsable
from portail.commun.texte import normaliser

DOUBLON = "ressemble à une famille déjà connue"


@dataclass
class Referentiel:
    """Objects by the keys of the file; everything that the analysis and the writing look up."""

    references: dict[tuple[str, str], ReferenceExterne]
    ecoles: dict[str, Ecole]
    classes: dict[tuple[int, str], Classe]
    #: (child, household) pairs that exist.
    liens: set[tuple[int, int]]
    rangs: dict[int, int]
    quotients: dict[int, list[QuotientFamilial]]
    #: E-mail address -> code of a household, and (normalised name, birth date) -> code, outside of this source.
    adresses: dict[str, str]
    naissances: dict[tuple[str, date], str]

    def famille(self, foyer: Foyer) -> ReferenceExterne | None:
        return self.references.get((Nature.FAMILLE, foyer.reference))


def charger(importation: Importation, foyers: Sequence[Foyer]) -> Referentiel:
    """Ten queries, whatever the size of the batch."""
    nommees = cles(foyers)
    choix = Q()
    for nature, identifiants in nommees.items():
        choix |= Q(nature=nature, identifiant__in=identifiants)
    references = {
        (r.nature, r.identifiant): r
        for r in ReferenceExterne.objects.filter(choix, source=importation.source).select_related(
            "famille", "responsable", "enfant"
        )
    }
    familles = [r.famille_id for r in references.values() if r.famille_id]
    enfants = [r.enfant_id for r in references.values() if r.enfant_id]
    ecoles = {normaliser(ecole.nom): ecole for ecole in Ecole.objects.all()}
    quotients: dict[int, list[QuotientFamilial]] = {}
    for quotient in QuotientFamilial.objects.filter(famille__in=familles).order_by("-du"):
        quotients.setdefault(quotient.famille_id, []).append(quotient)
    return Referentiel(
        references=references,
        ecoles=ecoles,
        classes={(classe.ecole_id, normaliser(classe.nom)): classe for classe in Classe.objects.order_by("-pk")},
        liens=set(Rattachement.objects.filter(enfant__in=enfants).values_list("enfant", "famille")),
        rangs=dict(
            Responsable.objects.filter(famille__in=familles)
            .order_by()
            .values("famille")
            .annotate(dernier=Max("rang"))
            .values_list("famille", "dernier")
        ),
        quotients=quotients,
        adresses=_adresses_connues(importation, foyers),
        naissances=_naissances_connues(importation, foyers),
    )


def _adresses_connues(importation: Importation, foyers: Sequence[Foyer]) -> dict[str, str]:
    saisies = {a.valeurs["email"] for foyer in foyers for a in foyer.adultes.values() if "email" in a.valeurs}
    connus = Responsable.objects.filter(email__in=saisies, famille__archivee_le=None).exclude(
        references__source=importation.source
    )
    return {email.lower(): code for email, code in connus.values_list("email", "famille__code")}


def _naissances_connues(importation: Importation, foyers: Sequence[Foyer]) -> dict[tuple[str, date], str]:
    noms = {_nom(e.valeurs) for foyer in foyers for e in foyer.enfants.values()}
    connus = Enfant.objects.filter(nom_recherche__in=noms).exclude(references__source=importation.source)
    liens = connus.values_list("nom_recherche", "date_naissance", "rattachements__famille__code")
    return {(nom, naissance): code for nom, naissance, code in liens if code}


def _nom(valeurs: dict[str, Any]) -> str:
    return normaliser(f"{valeurs['nom']} {valeurs['prenom']}")


def controler(importation: Importation, foyers: Sequence[Foyer], connus: Referentiel) -> None:
    """Note the problems that only the portal knows, then refuse whole each household that has one."""
    for foyer in foyers:
        _controler_les_ecoles(foyer, connus)
        reference = connus.famille(foyer)
        if reference is None:
            _controler_une_nouvelle(importation, foyer, connus)
        elif reference.famille is not None and reference.famille.archivee_le is not None:
            noter(
                foyer.lignes[0],
                PAR_NOM["famille.reference"].libelle,
                "Cette famille est archivée : rouvrez-la d’abord.",
            )
        _controler_le_quotient(foyer, reference, connus)
        signaler_les_lignes_voisines(foyer)


def _controler_une_nouvelle(importation: Importation, foyer: Foyer, connus: Referentiel) -> None:
    if not foyer.adultes:
        noter(foyer.lignes[0], PAR_NOM["adulte1.nom"].libelle, "Une nouvelle famille a besoin d’un adulte.")
    if importation.accepter_doublons:
        return
    for adulte in foyer.adultes.values():
        code = connus.adresses.get(adulte.valeurs.get("email", ""))
        if code and (Nature.ADULTE, adulte.cle) not in connus.references:
            noter(
                adulte.ligne,
                PAR_NOM["adulte1.email"].libelle,
                f"Doublon probable : cette adresse est déjà celle d’un adulte de la famille {code}.",
            )
    for enfant in foyer.enfants.values():
        code = connus.naissances.get((_nom(enfant.valeurs), enfant.valeurs["date_naissance"]))
        if code and (Nature.ENFANT, enfant.cle) not in connus.references:
            noter(
                enfant.ligne,
                PAR_NOM["enfant.nom"].libelle,
                f"Doublon probable : un enfant de ces nom, prénom et date de naissance est dans la famille {code}.",
            )


def _controler_les_ecoles(foyer: Foyer, connus: Referentiel) -> None:
    """Replace the names of schools and classes by what they name; an unknown one is told, and left out."""
    for enfant in foyer.enfants.values():
        nom, classe = enfant.valeurs.pop("ecole", None), enfant.valeurs.pop("classe", None)
        ecole = connus.ecoles.get(normaliser(nom)) if nom else None
        if nom and ecole is None:
            noter(
                enfant.ligne,
                PAR_NOM["enfant.ecole"].libelle,
                f"École inconnue : « {nom} ». L’enfant est repris sans école ; créez-la, puis importez de nouveau.",
                grave=False,
            )
        if ecole is not None:
            enfant.valeurs["ecole_id"] = ecole.pk
        if classe and ecole is not None:
            trouvee = connus.classes.get((ecole.pk, normaliser(classe)))
            if trouvee is None:
                noter(
                    enfant.ligne,
                    PAR_NOM["enfant.classe"].libelle,
                    f"Classe inconnue dans cette école : « {classe} ». L’enfant est repris sans classe.",
                    grave=False,
                )
            else:
                enfant.valeurs["classe_id"] = trouvee.pk


def _controler_le_quotient(foyer: Foyer, reference: ReferenceExterne | None, connus: Referentiel) -> None:
    """A quotient needs its date; one that starts before what the portal knows is not written over history."""
    if "quotient" not in foyer.valeurs:
        return
    libelle = PAR_NOM["famille.quotient_du"].libelle
    if "quotient_du" not in foyer.valeurs:
        noter(foyer.lignes[0], libelle, "Un quotient a besoin de sa date de début.")
        return
    anciens = connus.quotients.get(reference.famille_id or 0, []) if reference else []
    du, valeur = foyer.valeurs["quotient_du"], foyer.valeurs["quotient"]
    if any(q.du >= du and (q.du, q.valeur) != (du, valeur) for q in anciens):
        noter(
            foyer.lignes[0],
            libelle,
            "Un quotient commence déjà ce jour-là ou plus tard : il est gardé, celui du fichier est laissé.",
            grave=False,
        )
        del foyer.valeurs["quotient"], foyer.valeurs["quotient_du"]


def effet(foyer: Foyer, connus: Referentiel) -> Effet:
    """Return what this household would do: nothing at all when the file says what it said the last time."""
    reference = connus.famille(foyer)
    if reference is None:
        return Effet.CREATION
    change = bool(changements(valeurs_de_la_famille(foyer), reference.empreintes))
    for nature, personnes in ((Nature.ADULTE, foyer.adultes), (Nature.ENFANT, foyer.enfants)):
        for cle, personne in personnes.items():
            connue = connus.references.get((nature, cle))
            change |= connue is None or bool(changements(personne.valeurs, connue.empreintes))
            if connue is not None and nature == Nature.ENFANT:
                change |= (connue.enfant_id, reference.famille_id) not in connus.liens
    return Effet.MISE_A_JOUR if change else Effet.INCHANGEE


def valeurs_de_la_famille(foyer: Foyer) -> dict[str, Any]:
    return {attribut: valeur for attribut, valeur in foyer.valeurs.items() if attribut != "reference"}


def familles_de(connus: Referentiel) -> dict[str, Famille]:
    return {r.identifiant: r.famille for r in connus.references.values() if r.famille is not None}
