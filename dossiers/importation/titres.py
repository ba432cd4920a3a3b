"""What each column of a file is, guessed from its title and from the columns around it. Pure functions.

Products write the same thing in many ways: « Tél. portable RL1 », « Mail mère », « DDN enfant », « Né(e) le ». The
exact titles of ``colonnes`` come first. Otherwise the words of a title are sorted into *who* (a parent, the child) and
*what*. One that does not say who takes it from its neighbours: after « Prénom parent », « Né le » is the parent's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dossiers.importation.colonnes import COLONNES, PAR_NOM
from portail.commun.texte import normaliser

#: Somebody's, without saying whose; an adult's, without saying which.
_PERSONNE, _ADULTE = "personne", "adulte"
_ADULTES = ("adulte1", "adulte2")
_PRECIS = frozenset({"famille", "enfant", *_ADULTES})
_VIDES = frozenset({"de", "du", "des", "la", "le", "les", "l", "d", "au", "aux", "en", "et", "e", "ou"})
_SYNONYMES: Mapping[str, str] = {
    **dict.fromkeys(("tel", "tels", "telephones", "phone"), "telephone"),
    **dict.fromkeys(("port", "mobile", "gsm", "portables", "cellulaire"), "portable"),
    **dict.fromkeys(("pro", "prof", "bureau", "professionnel", "professionnelle"), "travail"),
    **dict.fromkeys(("fixe", "maison", "dom"), "domicile"),
    **dict.fromkeys(("mail", "mel", "email", "emails", "mails", "courriels"), "courriel"),
    **dict.fromkeys(("naiss", "nais", "naissances"), "naissance"),
    **dict.fromkeys(("dt", "dte"), "date"),
    **dict.fromkeys(("num", "no", "numero", "n", "ref", "reference", "id", "identifiant", "code", "cle"), "numero"),
    **dict.fromkeys(("prenoms", "pnom"), "prenom"),
    "genre": "sexe",
    **dict.fromkeys(("metier", "emploi"), "profession"),
    **dict.fromkeys(("commune", "localite", "bourg"), "ville"),
    **dict.fromkeys(("adr", "rue", "voie"), "adresse"),
    **dict.fromkeys(("foyer", "dossier"), "famille"),
}
_EXPRESSIONS: tuple[tuple[str, str], ...] = (
    (r"\b(ddn|dn|dob)\b", "date naissance"),
    (r"\bne(e| e)? a\b", "lieu naissance"),
    (r"\bne(e| e)?( le)?\b", "date naissance"),
    (r"\be mails?\b|\badresses? (mail|email|courriel|electronique|internet)s?\b", "courriel"),
    (r"\b(rl|resp|responsable|parent|adulte|tuteur|pere|mere|representant)s?( legal| legale)? ?([12])\b", r"adulte\3"),
    (r"\b(jeune fille|nom usage naissance)\b", "naissance"),
    (r"\bcode ?postal\b|\bc p\b", "cp"),
)
_QUI: Mapping[str, str] = {
    "adulte1": "adulte1",
    "adulte2": "adulte2",
    **dict.fromkeys(("mere", "maman", "madame", "mme"), "adulte1"),
    **dict.fromkeys(("pere", "papa", "monsieur", "mr", "conjoint", "conjointe"), "adulte2"),
    **dict.fromkeys(("parent", "adulte", "responsable", "resp", "representant", "rl", "tuteur"), _ADULTE),
    **dict.fromkeys(("enfant", "eleve", "enf"), "enfant"),
    "famille": "famille",
}
#: Words that add nothing once it is known who: « représentant légal », « nom usuel ».
_ORNEMENTS = frozenset(
    {"legal", "legale", "usuel", "usage", "principal", "principale", "personnel", "perso", "contact"}
)
#: What the words left say; the words of a title must be exactly these.
_QUOI: Mapping[frozenset[str], tuple[str, str]] = {
    frozenset(mots.split()): sens
    for mots, sens in {
        "numero": (_PERSONNE, "reference"),
        "nom": (_PERSONNE, "nom"),
        "prenom": (_PERSONNE, "prenom"),
        "date naissance": (_PERSONNE, "date_naissance"),
        "naissance": (_PERSONNE, "date_naissance"),
        "nom naissance": (_ADULTE, "nom_naissance"),
        "civilite": (_ADULTE, "civilite"),
        "titre": (_ADULTE, "civilite"),
        "lien": (_ADULTE, "lien"),
        "qualite": (_ADULTE, "lien"),
        "lien parente": (_ADULTE, "lien"),
        "autorite parentale": (_ADULTE, "autorite_parentale"),
        "courriel": (_ADULTE, "email"),
        "portable": (_ADULTE, "telephone_mobile"),
        "telephone portable": (_ADULTE, "telephone_mobile"),
        "travail": (_ADULTE, "telephone_travail"),
        "telephone travail": (_ADULTE, "telephone_travail"),
        "profession": (_ADULTE, "profession"),
        "employeur": (_ADULTE, "employeur"),
        "sexe": ("enfant", "sexe"),
        "lieu naissance": ("enfant", "lieu_naissance"),
        "ville naissance": ("enfant", "lieu_naissance"),
        "ecole": ("enfant", "ecole"),
        "etablissement scolaire": ("enfant", "ecole"),
        "niveau": ("enfant", "niveau"),
        "niveau scolaire": ("enfant", "niveau"),
        "classe": ("enfant", "classe"),
        "adresse": ("famille", "adresse"),
        "adresse 1": ("famille", "adresse"),
        "adresse postale": ("famille", "adresse"),
        "adresse 2": ("famille", "complement"),
        "complement": ("famille", "complement"),
        "complement adresse": ("famille", "complement"),
        "cp": ("famille", "code_postal"),
        "ville": ("famille", "ville"),
        "pays": ("famille", "pays"),
        "telephone": ("famille", "telephone"),
        "telephone domicile": ("famille", "telephone"),
        "domicile": ("famille", "telephone"),
        "situation": ("famille", "situation"),
        "situation familiale": ("famille", "situation"),
        "regime": ("famille", "regime"),
        "numero allocataire": ("famille", "numero_allocataire"),
        "numero caf": ("famille", "numero_allocataire"),
        "allocataire": ("famille", "numero_allocataire"),
        "qf": ("famille", "quotient"),
        "quotient": ("famille", "quotient"),
        "quotient familial": ("famille", "quotient"),
        "date qf": ("famille", "quotient_du"),
        "date quotient": ("famille", "quotient_du"),
    }.items()
}


@dataclass(frozen=True)
class Titre:
    """A title understood: whose piece of data, as far as it says, and which."""

    rang: int
    qui: str
    quoi: str


def proposer(entetes: Sequence[str]) -> dict[str, int]:
    """Guess what each column is from its title; a title that nothing recognises is left out."""
    trouvees: dict[str, int] = {}
    compris = [titre for rang, entete in enumerate(entetes) if (titre := _comprendre(rang, entete)) is not None]
    for titre in [t for t in compris if t.qui in _PRECIS] + _attribuer(_suites(compris)):
        nom = f"{titre.qui}.{titre.quoi}"
        if nom in PAR_NOM:
            trouvees.setdefault(nom, titre.rang)
    return trouvees


def _plat(titre: str) -> str:
    """Return the words of a title: « Né(e) le » and « DateNaissance » are « ne e le » and « date naissance »."""
    decolle = re.sub(r"(?<=[a-zà-ÿ])(?=[A-Z\d])", " ", titre)
    return " ".join(re.findall(r"[a-z0-9]+", normaliser(decolle)))


_EXACTS = {_plat(titre): colonne for colonne in reversed(COLONNES) for titre in (colonne.libelle, *colonne.titres)}


def _comprendre(rang: int, entete: str) -> Titre | None:
    """Sort the words of a title; ``None`` when they say nothing, or things that exclude each other."""
    plat = _plat(entete)
    if (exacte := _EXACTS.get(plat)) is not None:
        return Titre(rang, exacte.objet, exacte.attribut)
    for motif, forme in _EXPRESSIONS:
        plat = re.sub(motif, forme, plat)
    mots = [_SYNONYMES.get(mot, mot) for mot in plat.split() if mot not in _VIDES]
    nommes = {_QUI[mot] for mot in mots if mot in _QUI}
    reste = frozenset(mot for mot in mots if mot not in _QUI and mot not in _ORNEMENTS)
    if nommes == {"famille"} and reste <= {"numero"}:
        return Titre(rang, "famille", "reference" if reste else "nom")
    nommes = nommes - {"famille"} or nommes
    a_qui, quoi = _QUOI.get(reste, ("", ""))
    if nommes & {_ADULTE, *_ADULTES} and reste == {"telephone"}:
        # « Tél. mère » is not the household's phone.
        quoi = "telephone_mobile"
    # « Nom de famille » is a surname, or a household's name: nobody can tell.
    douteux = (quoi == "reference" and not nommes) or (quoi == "nom" and nommes == {"famille"})
    if not quoi or len(nommes) > 1 or douteux:
        return None
    return Titre(rang, next(iter(nommes), a_qui), quoi)


def _suites(titres: Iterable[Titre]) -> list[list[Titre]]:
    """Cut the columns of people into runs of neighbours: no run names two persons, nor one thing twice."""
    suites: list[list[Titre]] = []
    for titre in titres:
        if titre.qui == "famille":
            continue
        if not suites or any(_autre_personne(voisin, titre) for voisin in suites[-1]):
            suites.append([])
        suites[-1].append(titre)
    return suites


def _autre_personne(un: Titre, autre: Titre) -> bool:
    if un.quoi == autre.quoi:
        return True
    if _PERSONNE in {un.qui, autre.qui}:
        return False
    adultes = {_ADULTE, *_ADULTES}
    vagues = _ADULTE in {un.qui, autre.qui} and {un.qui, autre.qui} <= adultes
    return un.qui != autre.qui and not vagues


def _attribuer(suites: Sequence[Sequence[Titre]]) -> list[Titre]:
    """Say whose each column of a run is: the person that one of its titles names, or the one that misses it."""
    connus: dict[str, set[str]] = {qui: set() for qui in ("enfant", *_ADULTES)}
    for titre in (t for suite in suites for t in suite if t.qui in connus):
        connus[titre.qui].add(titre.quoi)
    adulte_nomme = any(t.qui in {_ADULTE, *_ADULTES} for suite in suites for t in suite)
    rendus: list[Titre] = []
    for suite in suites:
        noms = [t.qui for t in suite if t.qui != _PERSONNE]
        precis = [nom for nom in noms if nom != _ADULTE]
        # A run that says nothing is the child's, in a file that names its parents and no child.
        vague = _ADULTE if noms or connus["enfant"] or not adulte_nomme else "enfant"
        qui = precis[0] if precis else vague
        if qui == _ADULTE:
            choses = {t.quoi for t in suite}
            qui = next((adulte for adulte in _ADULTES if not choses & connus[adulte]), _ADULTES[0])
        connus[qui] |= {t.quoi for t in suite}
        rendus += [Titre(t.rang, qui, t.quoi) for t in suite]
    return rendus
