// A button that is pressed while the page is still coming waits for it, and acts as soon as it can.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[hx-post]:not([data-htmx-powered])")) return;
  event.preventDefault();
  event.submitter.disabled = true;
  form.addEventListener("htmx:after:init", () => {
    event.submitter.disabled = false;
    form.requestSubmit(event.submitter);
  }, { once: true });
});
