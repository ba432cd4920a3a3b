/* What the rule gives, as it is typed: the server computes, this only asks it again. */
(() => {
  "use strict";

  document.addEventListener("DOMContentLoaded", () => {
    const bouton = document.querySelector("[data-apercu-regle]");
    const exemples = document.getElementById("exemples");
    if (!bouton || !exemples) return;
    exemples.setAttribute("aria-live", "polite");
    let attente = 0;
    let tour = 0;
    const demander = async () => {
      const mien = ++tour;
      const reponse = await fetch(bouton.getAttribute("formaction"), {
        method: "POST",
        body: new FormData(bouton.form),
        credentials: "same-origin",
      }).catch(() => null);
      if (!reponse || !reponse.ok || mien !== tour) return;
      const page = new DOMParser().parseFromString(await reponse.text(), "text/html");
      const lus = page.getElementById("exemples");
      if (lus) exemples.replaceChildren(...lus.childNodes);
    };
    bouton.form.addEventListener("input", () => {
      clearTimeout(attente);
      attente = setTimeout(demander, 400);
    });
  });
})();
