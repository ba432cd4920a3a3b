/* What the rule gives, as it is typed: the server computes, this only asks it again. */
(() => {
  "use strict";

  /* Which fields each kind of rule reads; the others are hidden, and kept as they are. */
  const CHAMPS = ["nombre", "type_jours", "francs", "heure", "jour_semaine", "tableau", "date_fixe", "si_limite_fermee"];
  const LUS = {
    jours: ["nombre", "type_jours", "francs", "heure", "si_limite_fermee"],
    heures: ["nombre", "type_jours", "heure", "si_limite_fermee"],
    semaine: ["nombre", "jour_semaine", "heure", "si_limite_fermee"],
    tableau: ["tableau", "si_limite_fermee"],
    date: ["date_fixe", "heure", "si_limite_fermee"],
    periode: ["nombre", "type_jours", "francs", "heure", "si_limite_fermee"],
    mois: ["nombre", "heure", "si_limite_fermee"],
    jamais: [],
  };

  const montrerLesChampsDuGenre = (formulaire) => {
    const genre = formulaire.querySelector("#id_genre");
    if (!genre) return;
    const appliquer = () => {
      for (const champ of CHAMPS) {
        const saisie = formulaire.querySelector(`#id_${champ}`);
        const bloc = saisie && (saisie.closest(`.fieldBox.field-${champ}`) || saisie.closest(".form-row"));
        if (!bloc) continue;
        bloc.hidden = !(LUS[genre.value] || CHAMPS).includes(champ) && !bloc.querySelector(".errorlist");
        const aide = formulaire.querySelector(`#id_${champ}_helptext`);
        if (aide) aide.hidden = bloc.hidden;
      }
      for (const ligne of formulaire.querySelectorAll(".form-row")) {
        const cases = [...ligne.querySelectorAll(".fieldBox")];
        if (cases.length) ligne.hidden = cases.every((une) => une.hidden);
      }
      for (const cadre of formulaire.querySelectorAll("fieldset.module")) {
        const lignes = [...cadre.querySelectorAll(".form-row")];
        if (lignes.length) cadre.hidden = lignes.every((ligne) => ligne.hidden);
      }
    };
    genre.addEventListener("change", appliquer);
    appliquer();
  };

  document.addEventListener("DOMContentLoaded", () => {
    const bouton = document.querySelector("[data-apercu-regle]");
    const exemples = document.getElementById("exemples");
    if (!bouton || !exemples) return;
    exemples.setAttribute("aria-live", "polite");
    montrerLesChampsDuGenre(bouton.form);
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
