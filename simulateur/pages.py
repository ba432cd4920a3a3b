"""The pages that people see: values in, markup out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import urlencode, urlsplit

from simulateur.gabarit import VIDE, Html, assembler, remplir
from simulateur.notifications import VARIANTES, VARIANTES_VERIDIQUES, Mode
from simulateur.operations import Operation
from simulateur.regles import (
    CARTE_ACCEPTEE,
    CARTES_REFUSEES,
    RESULTATS,
    SAISIES,
    Demande,
    Faute,
    Issue,
    instant_lisible,
    montant_lisible,
)

ETAPES = ("Vérifier", "Payer", "Ticket")
#: test direct debits: form value → (label, result)
COMPTES = {
    "approvisionne": ("Compte se terminant par 0\u00a0189 : prélèvement accepté", "V"),
    "rejete": ("Compte se terminant par 0\u00a0286 : prélèvement refusé", "Z"),
}
_TICKETS = {
    "P": ("oui", "Votre paiement a été accepté"),
    "V": ("oui", "Votre prélèvement a été enregistré"),
    "R": ("non", "Votre paiement a été refusé"),
    "Z": ("non", "Votre prélèvement a été refusé"),
    "A": ("non", "Vous avez abandonné le paiement"),
}
_SUITES = {
    "P": "Votre créancier est informé de ce paiement. Vous n’avez rien d’autre à faire.",
    "V": "Votre créancier est informé de ce prélèvement, qui sera présenté à votre banque sous quelques jours.",
    "R": "Rien n’a été débité. Vous pouvez recommencer depuis le site de votre créancier, avec une autre carte.",
    "Z": "Rien n’a été débité. Vous pouvez recommencer depuis le site de votre créancier.",
    "A": "Rien n’a été débité. Vous pouvez recommencer quand vous voulez depuis le site de votre créancier.",
}


def page(titre: str, corps: Html, etape: int = 0, large: bool = False) -> Html:
    """The whole document; ``etape`` is 1 to 3, or 0 outside the path of payment."""
    etapes = VIDE
    if etape:
        rangs = [
            remplir(
                "_etape",
                rang=rang,
                nom=nom,
                etat="faite" if rang < etape else "courante" if rang == etape else "future",
                courant=Html(' aria-current="step"') if rang == etape else VIDE,
                fait=Html('<span class="invisible"> (fait)</span>') if rang < etape else VIDE,
            )
            for rang, nom in enumerate(ETAPES, start=1)
        ]
        etapes = remplir("_etapes", etapes=assembler(rangs))
    return remplir("base", titre=titre, corps=corps, etapes=etapes, largeur="large" if large else "etroit")


def demande_refusee(fautes: Sequence[Faute]) -> Html:
    lignes = assembler(remplir("_faute_demande", champ=f.champ, phrase=f.phrase) for f in fautes)
    return page("Demande de paiement incorrecte", remplir("demande_refusee", fautes=lignes))


def message(titre: str, phrase: str) -> Html:
    """A page of one sentence."""
    return page(titre, remplir("message", titre=titre, phrase=phrase))


def _recapitulatif(demande: Demande) -> Html:
    return remplir(
        "_recapitulatif",
        numcli=demande.numcli,
        refdet=demande.refdet,
        objet=demande.objet or "Non précisé",
        montant=montant_lisible(demande.montant_centimes),
        mel=demande.mel,
        saisie=SAISIES[demande.saisie],
    )


def choix(operation: Operation) -> Html:
    corps = remplir("choix", cle=operation.cle, recapitulatif=_recapitulatif(operation.demande))
    return page("Vérifier et choisir le moyen de paiement", corps, etape=1)


def _resume(fautes: Sequence[Faute]) -> Html:
    if not fautes:
        return VIDE
    lignes = assembler(remplir("_faute_resume", champ=f.champ, phrase=f.phrase) for f in fautes)
    return remplir("_resume", fautes=lignes)


def _erreurs(fautes: Sequence[Faute], *champs: str) -> Html:
    return assembler(remplir("_erreur", champ=f.champ, phrase=f.phrase) for f in fautes if f.champ in champs)


def _decrit(fautes: Sequence[Faute], champ: str, *aides: str) -> Html:
    """The attributes that tie a field to its hint and to its error."""
    en_faute = any(f.champ == champ for f in fautes)
    ids = " ".join([*aides, *([f"{champ}-erreur"] if en_faute else [])])
    return Html((f' aria-describedby="{ids}"' if ids else "") + (' aria-invalid="true"' if en_faute else ""))


def _options(valeurs: Sequence[str], choisie: str) -> Html:
    return assembler(remplir("_option", valeur=v, choisie=Html(" selected") if v == choisie else VIDE) for v in valeurs)


def carte(operation: Operation, aujourdhui: date, saisie: Mapping[str, str], fautes: Sequence[Faute] = ()) -> Html:
    """The card form. The typed number and its cryptogram never come back in the page, but for the last four digits."""
    essais = [("acceptee", CARTE_ACCEPTEE, "paiement accepté")]
    essais += [(numero, numero, motif) for numero, motif in CARTES_REFUSEES.items()]
    dernieres = saisie.get("dernieres", "")
    corps = remplir(
        "carte",
        cle=operation.cle,
        resume=_resume(fautes),
        montant=montant_lisible(operation.demande.montant_centimes),
        refdet=operation.demande.refdet,
        rappel=remplir("_rappel_carte", dernieres=dernieres) if dernieres else VIDE,
        numero=saisie.get("essai", ""),
        numero_attributs=_decrit(fautes, "numero", "numero-aide"),
        numero_erreur=_erreurs(fautes, "numero"),
        date_erreur=_erreurs(fautes, "mois", "annee"),
        mois_attributs=_decrit(fautes, "mois"),
        annee_attributs=_decrit(fautes, "annee"),
        mois=_options([f"{m:02d}" for m in range(1, 13)], saisie.get("mois", "")),
        annees=_options([str(aujourdhui.year + n) for n in range(16)], saisie.get("annee", "")),
        cryptogramme="123" if saisie.get("essai") else "",
        cryptogramme_attributs=_decrit(fautes, "cryptogramme", "cryptogramme-aide"),
        cryptogramme_erreur=_erreurs(fautes, "cryptogramme"),
        essais=assembler(
            remplir("_carte_essai", cle=operation.cle, code=code, numero=_par_quatre(numero), effet=effet)
            for code, numero, effet in essais
        ),
    )
    return page(("Erreur\u00a0: " if fautes else "") + "Paiement par carte", corps, etape=2)


def _par_quatre(numero: str) -> str:
    return " ".join(numero[i : i + 4] for i in range(0, len(numero), 4))


def prelevement(operation: Operation, fautes: Sequence[Faute] = ()) -> Html:
    comptes = assembler(
        remplir("_compte", code=code, libelle=libelle, id="compte" if rang == 0 else f"compte-{rang}")
        for rang, (code, (libelle, _)) in enumerate(COMPTES.items())
    )
    corps = remplir(
        "prelevement",
        cle=operation.cle,
        resume=_resume(fautes),
        montant=montant_lisible(operation.demande.montant_centimes),
        refdet=operation.demande.refdet,
        comptes=comptes,
        erreur=_erreurs(fautes, "compte"),
        decrit=Html(' aria-describedby="compte-erreur"') if fautes else VIDE,
    )
    return page(("Erreur\u00a0: " if fautes else "") + "Paiement par prélèvement", corps, etape=2)


def ticket(operation: Operation, issue: Issue) -> Html:
    """The end of the payment; the same at each reload."""
    classe, titre = _TICKETS[issue.resultrans]
    adresse = urlsplit(operation.demande.urlcl)
    lignes = [
        ("Référence", operation.demande.refdet),
        ("Montant", montant_lisible(operation.demande.montant_centimes)),
        ("Organisme", operation.demande.numcli),
        ("Date", instant_lisible(issue.le)),
    ]
    if issue.fin_carte:
        lignes.append(("Carte", f"se terminant par {issue.fin_carte}"))
    if issue.numauto:
        lignes.append(("Numéro d’autorisation", issue.numauto))
    if issue.motif:
        lignes.append(("Motif", issue.motif))
    corps = remplir(
        "ticket",
        classe=classe,
        titre=titre,
        lignes=assembler(remplir("_ligne", nom=nom, valeur=valeur) for nom, valeur in lignes),
        suite=_SUITES[issue.resultrans],
        courriel=remplir("_courriel", mel=operation.demande.mel) if classe == "oui" else VIDE,
        retour=f"{adresse.scheme}://{adresse.netloc}/",
        site=adresse.netloc,
    )
    return page(titre, corps, etape=3)


def operateur(operations: Sequence[Operation], mode: Mode) -> Html:
    """The operator's page: the mode in force and every operation with what was sent."""
    liste = assembler(_operation(o) for o in operations)
    corps = remplir(
        "operateur",
        mode=_mode(mode),
        retard=mode.retard_ms,
        exemplaires=mode.exemplaires,
        montant=mode.montant or "",
        resultrans=mode.resultrans or "",
        supprimer=Html(" checked") if mode.supprimer else VIDE,
        nombre=f"{len(operations)} opération{'s' if len(operations) > 1 else ''}",
        operations=liste or remplir("_aucune"),
        exemple="/tpa/paiement.web?" + urlencode(EXEMPLE),
    )
    return page("Poste de l’opérateur", corps, large=True)


#: a request to try the simulator alone: nobody listens there, which must not trouble the payer
EXEMPLE = {
    "numcli": "090909",
    "exer": "2018",
    "refdet": "201800727000001",
    "objet": "Facture 00727",
    "montant": "525",
    "mel": "famille@exemple.fr",
    "urlcl": "http://127.0.0.1:9/notification/essai/",
    "saisie": "T",
}


def _mode(mode: Mode) -> str:
    if mode == Mode():
        return "Normal\u00a0: chaque résultat est notifié une fois, aussitôt."
    parties = []
    if mode.supprimer:
        parties.append("notification supprimée")
    if mode.retard_ms:
        parties.append(f"retard de {mode.retard_ms} ms")
    if mode.exemplaires > 1:
        parties.append(f"envoyée {mode.exemplaires} fois")
    if mode.montant is not None:
        parties.append(f"montant remplacé par «\u00a0{mode.montant}\u00a0»")
    if mode.resultrans is not None:
        parties.append(f"résultat remplacé par «\u00a0{mode.resultrans}\u00a0»")
    return "Essai\u00a0: " + ", ".join(parties) + "."


def _operation(operation: Operation) -> Html:
    possibles = [v for v in VARIANTES if operation.issue or v not in VARIANTES_VERIDIQUES]
    issue = operation.issue
    return remplir(
        "_operation",
        refdet=operation.demande.refdet,
        objet=operation.demande.objet or "Non précisé",
        montant=montant_lisible(operation.demande.montant_centimes),
        ouverte=instant_lisible(operation.ouverte_le),
        urlcl=operation.demande.urlcl,
        etat=f"{issue.resultrans}\u00a0: {RESULTATS[issue.resultrans]}" if issue else "En cours",
        classe="en-cours" if not issue else "oui" if issue.resultrans in "PV" else "non",
        envois=assembler(
            remplir(
                "_envoi",
                le=instant_lisible(envoi.le),
                variante=envoi.variante,
                resultrans=envoi.resultrans,
                montant=envoi.montant,
                reponse=envoi.reponse,
                duree=envoi.duree_ms,
            )
            for envoi in operation.envois
        )
        or remplir("_aucun_envoi"),
        boutons=assembler(
            remplir("_bouton", cle=operation.cle, code=code, libelle=VARIANTES[code]) for code in possibles
        ),
    )
