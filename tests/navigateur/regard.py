"""What a page must be on every screen: usable without a mouse, without colours, without scrolling sideways."""

from pathlib import Path

import axe_core_python
from playwright.sync_api import Page, Request

AXE = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text()
#: The narrowest page asked by WCAG 1.4.10, a common phone, a common computer; axe reads the narrowest and the widest,
#: because the phone has the same layout as the first.
LARGEURS = {320: True, 360: False, 1280: True}
#: Evaluated in the page by the debugging protocol, which the Content-Security-Policy does not stop.
CHERCHER = "axe.run(document, {resultTypes: ['violations']})"
#: What the browser says of a request that it gave up because its page was left, or by itself for another: the page and
#: the server are not at fault, and no one sees it. A refused connection, a policy, a missing file say something else.
ABANDONNEE = "net::ERR_ABORTED"
DEBORDEMENT = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Regard:
    """Look at the pages shown in one window; ``defauts`` are sentences, with the page and the width."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.defauts: list[str] = []
        page.on("console", lambda message: self._note(f"console : {message.text}"))
        page.on("pageerror", lambda erreur: self._note(f"script : {erreur}"))
        page.on("requestfailed", self._sur_un_echec)

    def _sur_un_echec(self, requete: Request) -> None:
        if requete.failure != ABANDONNEE:
            self._note(f"non chargé : {requete.url} {requete.failure}")

    def _note(self, defaut: str) -> None:
        self.defauts.append(f"{self.page.url} : {defaut}")

    def aller(self, *chemins: str) -> None:
        for chemin in chemins:
            reponse = self.page.goto(chemin)
            if reponse.status != 200:
                self._note(f"réponse {reponse.status}")
            self.regarder()

    def rien_a_redire(self) -> None:
        assert not self.defauts, "\n".join(self.defauts)

    def regarder(self) -> None:
        """Examine the page shown, at every width."""
        self.page.wait_for_load_state()
        titres = self.page.locator("h1:visible").all_inner_texts()
        if len(titres) != 1 or not titres[0].strip():
            self._note(f"titres de niveau 1 : {titres}")
        if not self.page.title().strip():
            self._note("sans titre d’onglet")
        self.page.evaluate(AXE + ";0")
        for largeur, lire in LARGEURS.items():
            self.page.set_viewport_size({"width": largeur, "height": 740})
            if (trop := self.page.evaluate(DEBORDEMENT)) > 0:
                self._note(f"{largeur} px : déborde de {trop} px")
            for faute in self.page.evaluate(CHERCHER)["violations"] if lire else []:
                self._note(f"{largeur} px : {faute['id']} {[noeud['target'] for noeud in faute['nodes']][:3]}")
