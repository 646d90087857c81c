// A button that is pressed while the page is still coming waits for it, and acts as soon as it can.
document.addEventListener("submit", (event) => {
  const form = event.target, button = event.submitter;
  if (!button || !form.matches("[hx-post]:not([data-htmx-powered])")) return;
  event.preventDefault();
  button.disabled = true;
  form.addEventListener("htmx:after:init", () => {
    button.disabled = false;
    form.requestSubmit(button);
  }, { once: true });
});

// Where the script that acts did not come, nothing can be done, and the page says so.
window.addEventListener("load", () => {
  if (!window.htmx) document.getElementById("told").textContent = "This page did not come whole: load it again before you do anything here.";
});
