// A document takes a while: say what is being done for it, and save it when it is there. Without this, the link does.

const EVERY = 700;

async function make(link) {
  const label = link.innerHTML;
  const asked = setInterval(async () => {
    const answer = await fetch(link.dataset.document);
    const { step } = answer.ok ? await answer.json() : { step: "" };
    if (step && link.ariaBusy) link.textContent = `${step} …`;
  }, EVERY);
  link.ariaBusy = "true";
  link.textContent = `${document.body.dataset.working} …`;
  try {
    const answer = await fetch(link.href);
    if (!answer.ok) { // the page of the mistake says what to do
      location.assign(link.href);
      return;
    }
    const named = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition") ?? "");
    const file = URL.createObjectURL(await answer.blob());
    const saved = document.createElement("a");
    saved.href = file;
    saved.download = named?.[1] ?? "";
    saved.click();
    setTimeout(() => URL.revokeObjectURL(file), 60000);
  } finally {
    clearInterval(asked);
    link.ariaBusy = null;
    link.innerHTML = label;
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-document]");
  if (!link) return;
  event.preventDefault();
  if (!link.ariaBusy) make(link);
});
