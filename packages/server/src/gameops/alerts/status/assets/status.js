// Keeps the page true without reloading it: asks for the same page again and takes over its parts.
"use strict";
(() => {
  const EVERY_MS = 5000;
  const main = document.querySelector("main");
  const accent = main?.dataset.accent;
  if (accent) document.documentElement.style.setProperty("--accent", accent);

  async function refresh() {
    if (document.hidden) return;
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of document.querySelectorAll("[data-live]")) {
      const now = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
      if (now && now.innerHTML !== part.innerHTML) part.replaceChildren(...now.childNodes);
    }
  }

  setInterval(() => refresh().catch(() => undefined), EVERY_MS);
  document.addEventListener("visibilitychange", () => refresh().catch(() => undefined));
})();
