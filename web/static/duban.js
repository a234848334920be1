// Comfort only: every page works without this file. A board refreshes itself without losing its place, and an address
// is selected when it is touched.
"use strict";

(() => {
  const main = document.getElementById("main");
  const seconds = Number(main && main.dataset.refresh);

  function busy() {
    const here = document.activeElement;
    const writes = here && main.contains(here) && /^(INPUT|SELECT|TEXTAREA)$/.test(here.tagName);
    return document.hidden || writes || !document.getSelection().isCollapsed;
  }

  async function refresh() {
    if (busy()) return;
    const answer = await fetch(location.href, { headers: { accept: "text/html" } }).catch(() => null);
    if (!answer || !answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("main");
    if (!fresh || fresh.innerHTML === main.innerHTML || busy()) return;
    const focused = document.activeElement && document.activeElement.getAttribute("href");
    main.replaceChildren(...fresh.childNodes);
    if (focused) {
      const again = [...main.querySelectorAll("a[href]")].find((link) => link.getAttribute("href") === focused);
      if (again) again.focus({ preventScroll: true });
    }
  }

  if (seconds > 0) setInterval(refresh, seconds * 1000);

  document.addEventListener("focusin", (event) => {
    if (event.target.matches && event.target.matches("[data-select]")) event.target.select();
  });
})();
