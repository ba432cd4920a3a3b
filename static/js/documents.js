/* A phone gives one picture to each field: once a page is photographed, a field for the next one comes. */
(() => {
  "use strict";

  const photos = document.querySelector("[data-photos]");
  if (!photos) return;
  const maximum = Number(photos.dataset.maximum);
  const compte = photos.querySelector("[data-compte]");

  photos.addEventListener("change", () => {
    const champs = [...photos.querySelectorAll("input[type=file]")];
    const pleins = champs.filter((champ) => champ.files.length);
    compte.textContent = pleins.length
      ? `${pleins.length} page${pleins.length > 1 ? "s photographiées" : " photographiée"}.`
      : "";
    if (pleins.length < champs.length || champs.length >= maximum) return;
    const bloc = champs[0].closest(".photo").cloneNode(true);
    const champ = bloc.querySelector("input");
    champ.value = "";
    champ.id = `id_photos_${champs.length + 1}`;
    bloc.querySelector("label").htmlFor = champ.id;
    bloc.querySelector("label").textContent = `Photographier la page ${champs.length + 1}`;
    bloc.querySelector(".champ-aide").remove();
    champ.removeAttribute("aria-describedby");
    compte.before(bloc);
  });
})();
