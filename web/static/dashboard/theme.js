// Before the first paint: light or dark, as chosen here, else as the device wishes.
(() => {
  const device = window.matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const wear = () => {
    const theme = chosen() || (device.matches ? "dark" : "light");
    document.documentElement.dataset.bsTheme = theme;
    document.dispatchEvent(new CustomEvent("theme"));
  };
  wear();
  device.addEventListener("change", wear);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("#theme")) return;
    const other = document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark";
    try { localStorage.setItem("theme", other); } catch { /* then it lasts as long as the page */ }
    document.documentElement.dataset.bsTheme = other;
    document.dispatchEvent(new CustomEvent("theme"));
  });
})();
