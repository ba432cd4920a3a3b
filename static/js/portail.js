/* Small comforts. Every page works without this file. */
(() => {
  "use strict";

  // The error summary says what is wrong as soon as the page is back; a followed link puts the cursor in the field.
  const sommaire = document.querySelector("[data-focus]");
  if (sommaire) sommaire.focus();
  document.addEventListener("click", (evenement) => {
    const lien = evenement.target.closest(".sommaire-erreurs a");
    const champ = lien && document.getElementById(lien.hash.slice(1));
    if (!champ) return;
    evenement.preventDefault();
    champ.focus({ preventScroll: true });
    champ.scrollIntoView({ block: "center" });
  });

  // Escape closes the phone menu and gives the cursor back to its button.
  const bascule = document.querySelector(".bascule");
  document.addEventListener("keydown", (evenement) => {
    if (evenement.key !== "Escape" || !bascule || !bascule.open) return;
    bascule.open = false;
    bascule.querySelector("summary").focus();
  });

  // A second press on the same button sends nothing more; the server refuses doubles anyway.
  document.addEventListener("submit", (evenement) => {
    const formulaire = evenement.target;
    if (evenement.defaultPrevented || formulaire.method !== "post") return;
    if (formulaire.dataset.envoye) {
      evenement.preventDefault();
      return;
    }
    formulaire.dataset.envoye = "oui";
    if (evenement.submitter) evenement.submitter.setAttribute("aria-disabled", "true");
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-envoye]").forEach((formulaire) => {
      delete formulaire.dataset.envoye;
      formulaire.querySelectorAll("[aria-disabled]").forEach((bouton) => bouton.removeAttribute("aria-disabled"));
    });
  });

  // Print buttons exist only where a script can act.
  document.querySelectorAll("[data-imprimer]").forEach((bouton) => {
    bouton.hidden = false;
    bouton.addEventListener("click", () => window.print());
  });
})();
