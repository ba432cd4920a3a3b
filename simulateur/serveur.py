"""HTTP: which address answers what. Bad input gets a sentence, never an error 500."""

from __future__ import annotations

import json
import logging
import secrets
import socket
import socketserver
from collections.abc import Callable
from dataclasses import asdict
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from simulateur import pages
from simulateur.horloge import maintenant
from simulateur.notifications import VARIANTES, VARIANTES_VERIDIQUES, ModeRefuse, Notificateur, lire_mode, mode_en_dict
from simulateur.operations import Operation, Registre
from simulateur.regles import (
    CARTE_ACCEPTEE,
    CARTES_REFUSEES,
    PARIS,
    DemandeRefusee,
    Faute,
    Issue,
    chiffres_de_carte,
    est_boucle_locale,
    fautes_de_carte,
    lire_demande,
)

journal = logging.getLogger("simulateur")
CORPS_MAXIMAL_OCTETS = 64 * 1024
STATIQUES = {
    nom: (type_mime, (Path(__file__).parent / "statique" / nom).read_bytes())
    for nom, type_mime in {"simulateur.css": "text/css; charset=utf-8", "icone.svg": "image/svg+xml"}.items()
}
ENTETES = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Refus(Exception):
    """Ends the request with a page of one sentence."""

    def __init__(self, statut: HTTPStatus, titre: str, phrase: str) -> None:
        super().__init__(titre)
        self.statut, self.titre, self.phrase = statut, titre, phrase


def introuvable() -> Refus:
    return Refus(
        HTTPStatus.NOT_FOUND,
        "Page introuvable",
        "Cette page n’existe pas, ou le simulateur a redémarré depuis. Recommencez depuis le site de votre créancier.",
    )


class Serveur(ThreadingHTTPServer):
    """The listening socket and what all requests share."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, hote: str, port: int, autorisees: frozenset[str]) -> None:
        self.address_family = socket.AF_INET6 if ":" in hote else socket.AF_INET
        self.hote = hote
        self.autorisees = autorisees
        self.registre = Registre()
        self.notificateur = Notificateur(self.registre)
        super().__init__((hote, port), Requete)

    def server_bind(self) -> None:
        # HTTPServer asks the DNS for the machine's name here, which can take seconds.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.hote, self.server_address[1]


class Requete(BaseHTTPRequestHandler):
    """One request; the connection closes after the answer."""

    server: Serveur
    server_version = "simulateur-tipi"
    sys_version = ""
    timeout = 30

    # -- routing

    def do_GET(self) -> None:
        self._repondre(self._get)

    def do_POST(self) -> None:
        self._repondre(self._post)

    def _repondre(self, traiter: Callable[[list[str]], None]) -> None:
        try:
            # Not urlsplit: it raises on brackets, which anyone may send.
            chemin, _, self._requete = self.path.partition("?")
            chemin = unquote(chemin)
            traiter([segment for segment in chemin.split("/") if segment])
        except Refus as refus:
            self._page(pages.message(refus.titre, refus.phrase), refus.statut)
        except (ConnectionError, TimeoutError):
            self.close_connection = True
        except Exception:  # noqa: BLE001 - the last resort of a server: logged, and answered with a page
            journal.exception("erreur inattendue")
            self._page(
                pages.message("Incident", "Le simulateur a rencontré un incident\u00a0: recommencez dans un instant."),
                HTTPStatus.INTERNAL_SERVER_ERROR,
            )

    def _get(self, segments: list[str]) -> None:
        match segments:
            case []:
                self._rediriger("/simulateur/")
            case ["statique", nom] if nom in STATIQUES:
                self._envoyer(HTTPStatus.OK, *STATIQUES[nom], cache="max-age=300")
            case ["tpa", "paiement.web"]:
                self._ouvrir()
            case ["tpa", "operation", cle]:
                self._si_ouverte(cle, lambda operation: self._page(pages.choix(operation)))
            case ["tpa", "operation", cle, "carte"]:
                self._si_ouverte(cle, self._formulaire_carte)
            case ["tpa", "operation", cle, "prelevement"]:
                self._si_ouverte(cle, lambda operation: self._page(pages.prelevement(operation)))
            case ["tpa", "operation", cle, "ticket"]:
                self._ticket(self._operation(cle))
            case ["simulateur", *suite]:
                self._exiger_operateur()
                self._get_operateur(suite)
            case _:
                raise introuvable()

    def _get_operateur(self, suite: list[str]) -> None:
        registre, mode = self.server.registre, self.server.notificateur.mode
        match suite:
            case []:
                self._page(pages.operateur(registre.recentes(), mode))
            case ["mode"]:
                self._json(mode_en_dict(mode))
            case ["operations"]:
                self._json([operation_en_dict(o) for o in registre.recentes()])
            case _:
                raise introuvable()

    def _post(self, segments: list[str]) -> None:
        match segments:
            case ["tpa", "operation", cle, "carte"]:
                self._payer_par_carte(self._operation(cle))
            case ["tpa", "operation", cle, "prelevement"]:
                self._payer_par_prelevement(self._operation(cle))
            case ["tpa", "operation", cle, "abandon"]:
                self._formulaire()
                self._finir(self._operation(cle), Issue("A", maintenant()))
            case ["simulateur", "mode"]:
                self._exiger_operateur()
                self._changer_mode()
            case ["simulateur", "operations", cle, variante] if variante in VARIANTES:
                self._exiger_operateur()
                self._envoyer_variante(self._operation(cle), variante)
            case _:
                raise introuvable()

    # -- the payer

    def _ouvrir(self) -> None:
        try:
            parametres = parse_qs(self._requete, keep_blank_values=True, max_num_fields=50)
            demande = lire_demande(parametres, self.server.autorisees)
        except DemandeRefusee as refus:
            self._page(pages.demande_refusee(refus.fautes), HTTPStatus.BAD_REQUEST)
            return
        except ValueError:
            raise Refus(HTTPStatus.BAD_REQUEST, "Demande incorrecte", "Cette demande a trop de paramètres.") from None
        operation = self.server.registre.ouvrir(demande, maintenant())
        # The page has an address of its own, so that reloading it does not open another operation.
        self._rediriger(f"/tpa/operation/{operation.cle}")

    def _operation(self, cle: str) -> Operation:
        operation = self.server.registre.trouver(cle)
        if operation is None:
            raise introuvable()
        return operation

    def _si_ouverte(self, cle: str, montrer: Callable[[Operation], None]) -> None:
        operation = self._operation(cle)
        if operation.issue:
            self._rediriger(f"/tpa/operation/{cle}/ticket")
        else:
            montrer(operation)

    def _formulaire_carte(self, operation: Operation) -> None:
        aujourdhui = maintenant().astimezone(PARIS).date()
        essai = _champs(self._requete.encode("ascii", "replace")).get("essai", "")
        numero = CARTE_ACCEPTEE if essai == "acceptee" else essai if essai in CARTES_REFUSEES else ""
        saisie = {"essai": numero, "mois": "12", "annee": str(aujourdhui.year + 1)} if numero else {}
        self._page(pages.carte(operation, aujourdhui, saisie))

    def _payer_par_carte(self, operation: Operation) -> None:
        formulaire = self._formulaire()
        champs = {nom: formulaire.get(nom, "") for nom in ("numero", "mois", "annee", "cryptogramme")}
        instant = maintenant()
        aujourdhui = instant.astimezone(PARIS).date()
        chiffres = chiffres_de_carte(champs["numero"])
        dernieres = chiffres[-4:] if len(chiffres) >= 12 and chiffres.isascii() and chiffres.isdigit() else ""
        if operation.issue is None and (fautes := fautes_de_carte(**champs, aujourdhui=aujourdhui)):
            garde = {"mois": champs["mois"], "annee": champs["annee"], "dernieres": dernieres}
            self._page(pages.carte(operation, aujourdhui, garde, fautes), HTTPStatus.UNPROCESSABLE_ENTITY)
            return
        if chiffres in CARTES_REFUSEES:
            issue = Issue("R", instant, fin_carte=dernieres, motif=CARTES_REFUSEES[chiffres])
        else:
            issue = Issue("P", instant, numauto=secrets.token_hex(3), fin_carte=dernieres)
        self._finir(operation, issue)

    def _payer_par_prelevement(self, operation: Operation) -> None:
        compte = self._formulaire().get("compte", "")
        if operation.issue is None and compte not in pages.COMPTES:
            fautes = [Faute("compte", "Choisissez le compte à débiter.")]
            self._page(pages.prelevement(operation, fautes), HTTPStatus.UNPROCESSABLE_ENTITY)
            return
        _, resultat = pages.COMPTES.get(compte, ("", "Z"))
        self._finir(operation, Issue(resultat, maintenant(), motif="rejeté par la banque" if resultat == "Z" else ""))

    def _finir(self, operation: Operation, issue: Issue) -> None:
        """The first to end the operation notifies; the others are only shown its ticket."""
        if self.server.registre.terminer(operation, issue):
            self.server.notificateur.annoncer(operation)
        self._rediriger(f"/tpa/operation/{operation.cle}/ticket")

    def _ticket(self, operation: Operation) -> None:
        if operation.issue is None:
            self._rediriger(f"/tpa/operation/{operation.cle}")
        else:
            self._page(pages.ticket(operation, operation.issue))

    # -- the operator

    def _exiger_operateur(self) -> None:
        """Only from this machine, and only from this very page: another site open in the browser must not drive it."""
        try:
            hote = urlsplit(f"//{self.headers.get('Host', '')}").hostname or ""
        except ValueError:
            hote = ""
        origine = self.headers.get("Origin")
        if not est_boucle_locale(self.client_address[0]) or not (est_boucle_locale(hote) or hote == self.server.hote):
            raise introuvable()
        if origine is not None and origine != f"http://{self.headers.get('Host')}":
            raise introuvable()

    def _changer_mode(self) -> None:
        corps = self._corps()
        est_json = self.headers.get_content_type() == "application/json"
        try:
            self.server.notificateur.mode = mode = lire_mode(json.loads(corps) if est_json else _mode_saisi(corps))
        except ModeRefuse as refus:
            erreurs = refus.erreurs
        except (ValueError, RecursionError):
            erreurs = {"mode": "Ce contenu n’est pas du JSON."}
        else:
            journal.info("mode %s", mode)
            self._json(mode_en_dict(mode)) if est_json else self._rediriger("/simulateur/")
            return
        if est_json:
            self._json({"erreurs": erreurs}, HTTPStatus.BAD_REQUEST)
            return
        phrase = " ".join(f"{champ} : {erreur}" for champ, erreur in erreurs.items())
        raise Refus(HTTPStatus.BAD_REQUEST, "Mode d’essai incorrect", phrase)

    def _envoyer_variante(self, operation: Operation, variante: str) -> None:
        self._corps()
        if operation.issue is None and variante in VARIANTES_VERIDIQUES:
            raise Refus(
                HTTPStatus.CONFLICT,
                "Opération en cours",
                "Cette opération n’est pas finie\u00a0: il n’y a pas encore de résultat à notifier.",
            )
        self.server.notificateur.envoyer_variante(operation, variante)
        self._rediriger("/simulateur/")

    # -- reading

    def _corps(self) -> bytes:
        longueur = self.headers.get("Content-Length", "0")
        if not (longueur.isascii() and longueur.isdigit()) or "Transfer-Encoding" in self.headers:
            raise Refus(HTTPStatus.BAD_REQUEST, "Requête incorrecte", "La longueur de cette requête est illisible.")
        if len(longueur) > 9 or int(longueur) > CORPS_MAXIMAL_OCTETS:
            raise Refus(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Requête trop longue", "Cette requête est trop longue.")
        return self.rfile.read(int(longueur))

    def _formulaire(self) -> dict[str, str]:
        return _champs(self._corps())

    # -- answering

    def _page(self, contenu: str, statut: HTTPStatus = HTTPStatus.OK) -> None:
        self._envoyer(statut, "text/html; charset=utf-8", contenu.encode())

    def _json(self, contenu: Any, statut: HTTPStatus = HTTPStatus.OK) -> None:
        self._envoyer(statut, "application/json", json.dumps(contenu, ensure_ascii=False, indent=2).encode())

    def _rediriger(self, chemin: str) -> None:
        self._envoyer(HTTPStatus.SEE_OTHER, "text/plain; charset=utf-8", b"", location=chemin)

    def _envoyer(
        self, statut: HTTPStatus, type_mime: str, corps: bytes, *, cache: str = "no-store", location: str = ""
    ) -> None:
        self.send_response(statut)
        entetes = {**ENTETES, "Content-Type": type_mime, "Content-Length": str(len(corps)), "Cache-Control": cache}
        if location:
            entetes["Location"] = location
        for nom, valeur in entetes.items():
            self.send_header(nom, valeur)
        self.end_headers()
        self.wfile.write(corps)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: request lines hold addresses of people, and what matters is logged where it happens."""


def _champs(corps: bytes) -> dict[str, str]:
    """The first value of each field of a form; what cannot be read is empty, and so named by the checks."""
    try:
        champs = parse_qs(corps.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=50)
    except ValueError:
        return {}
    return {nom: valeurs[0] for nom, valeurs in champs.items()}


def _mode_saisi(corps: bytes) -> dict[str, Any]:
    """The operator's form in the terms of the JSON endpoint."""
    champs = {nom: valeur.strip() for nom, valeur in _champs(corps).items()}
    mode: dict[str, Any] = {"supprimer": champs.get("supprimer") == "oui"}
    for nom in ("retard_ms", "exemplaires"):
        texte = champs.get(nom, "")
        if texte:
            mode[nom] = int(texte) if texte.isascii() and texte.isdigit() and len(texte) < 10 else texte
    for nom in ("montant", "resultrans"):
        if champs.get(nom):
            mode[nom] = champs[nom]
    return mode


def operation_en_dict(operation: Operation) -> dict[str, Any]:
    """What automated tests may read of an operation."""
    issue = operation.issue
    return {
        "cle": operation.cle,
        **asdict(operation.demande),
        "resultrans": issue.resultrans if issue else None,
        "numauto": issue.numauto if issue else None,
        "envois": [
            {
                "variante": e.variante,
                "resultrans": e.resultrans,
                "montant": e.montant,
                "reponse": e.reponse,
                "duree_ms": e.duree_ms,
            }
            for e in list(operation.envois)
        ],
    }
