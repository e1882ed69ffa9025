// Toasts: past tense, at most one act (undo), eight seconds and as long as they hold focus.

const STAYS_MS = 8000;

function dismissLater(toast) {
  let timer = 0;
  const start = () => { timer = window.setTimeout(() => toast.remove(), STAYS_MS); };
  const hold = () => window.clearTimeout(timer);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("focusout", start);
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("pointerleave", start);
  toast.querySelector("[data-toast-close]")?.addEventListener("click", () => toast.remove());
  toast.querySelector("[data-undo]")?.addEventListener("htmx:afterRequest", () => toast.remove());
  start();
}

/** Let every toast below `root` leave by itself. */
export function watchToasts(root) {
  for (const toast of root.querySelectorAll("[data-toast]:not([data-watched])")) {
    toast.dataset.watched = "";
    dismissLater(toast);
  }
}

/** Show `words` at the bottom left. */
export function showToast(words) {
  const box = document.getElementById("toasts");
  const toast = document.createElement("div");
  toast.className = "ll-toast";
  toast.dataset.toast = "";
  const text = document.createElement("span");
  text.textContent = words;
  toast.append(text);
  box.append(toast);
  watchToasts(box);
}
