// What a page does before and beside Reflex: tell the server the viewer's time zone, open and close the drawer.
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  document.cookie = `fluxgate_timezone=${encodeURIComponent(zone)};path=/;max-age=31536000;samesite=lax`;

  const root = document.documentElement;
  const close = () => delete root.dataset.drawer;
  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-opens-drawer]")) root.dataset.drawer = "open";
    else if (target.closest(".scrim, .sidebar a")) close();
  });
  document.addEventListener("keydown", ({ key }) => key === "Escape" && !document.querySelector(":popover-open") && close());
})();
