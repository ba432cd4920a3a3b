/* On a narrow screen the tables of the staff's site scroll sideways: the keyboard must reach them too. */
(() => {
  "use strict";

  const regler = () => document.querySelectorAll(".inline-group").forEach((zone) => {
    const titre = zone.querySelector("h2");
    if (zone.scrollWidth <= zone.clientWidth) {
      zone.removeAttribute("tabindex");
      return;
    }
    zone.tabIndex = 0;
    zone.setAttribute("role", "group");
    if (titre) zone.setAttribute("aria-label", titre.textContent.trim());
  });
  document.addEventListener("DOMContentLoaded", regler);
  window.addEventListener("resize", regler);
})();
