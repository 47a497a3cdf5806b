// Runs before the first paint so that the page never flashes in the wrong theme.
(function () {
  var wish = null;
  try { wish = localStorage.getItem("gameops.theme"); } catch { /* storage may be blocked */ }
  var light = wish === "light" || (wish !== "dark" && matchMedia("(prefers-color-scheme: light)").matches);
  document.documentElement.dataset.theme = light ? "light" : "dark";
})();
