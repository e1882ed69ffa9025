// Before and after: two maps that move as one, with a handle between them.
// A page holds <div data-compare="config-id"> with [data-half="a"], [data-half="b"], [data-knob] and buttons
// [data-mode="swipe|side|changes"]; the JSON block holds parcels, before, after and what data-map takes.

import { GovernanceMap } from "linli/map";

const STEP = 5;

class Comparison {
  constructor(box, config) {
    this.box = box;
    this.cut = 50;
    const half = (name, layout) => new GovernanceMap(box.querySelector(`[data-half="${name}"]`), { ...config, layout, alone: name === "a" });
    this.before = half("a", config.before);
    this.after = half("b", config.after);
    this.ready = Promise.all([this.before.ready, this.after.ready]).then(() => this.#join());
  }

  #join() {
    this.moved = this.#movedParcels();
    this.after.hatch("move", this.moved);
    let leading = false;
    const follow = (from, to) => from.map.on("move", () => {
      if (leading) return;
      leading = true;
      to.map.jumpTo({ center: from.map.getCenter(), zoom: from.map.getZoom() });
      leading = false;
    });
    follow(this.before, this.after);
    follow(this.after, this.before);
    this.after.map.jumpTo({ center: this.before.map.getCenter(), zoom: this.before.map.getZoom() });
    this.#listen();
    this.setMode(this.box.dataset.mode ?? "swipe");
    this.box.dispatchEvent(new CustomEvent("linli:compared", { bubbles: true, detail: { moved: this.moved } }));
  }

  #movedParcels() {
    const code = (map, i) => map.layout.communities[map.layout.member[i]]?.code ?? null;
    return this.before.ground.parcels.filter((p) => code(this.before, p.index) !== code(this.after, p.index)).map((p) => p.code);
  }

  setCut(percent) {
    this.cut = Math.max(0, Math.min(100, percent));
    this.box.style.setProperty("--ll-cut", `${this.cut}%`);
    const knob = this.box.querySelector("[data-knob]");
    knob.setAttribute("aria-valuenow", String(Math.round(this.cut)));
  }

  setMode(mode) {
    this.box.dataset.mode = mode;
    for (const button of this.box.querySelectorAll("button[data-mode]")) button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
    this.after.spotlight(mode === "changes" ? this.moved : null);
    for (const map of [this.before, this.after]) map.map.resize();
  }

  #listen() {
    const knob = this.box.querySelector("[data-knob]");
    const drag = (event) => {
      const frame = this.box.getBoundingClientRect();
      this.setCut(((event.clientX - frame.left) / frame.width) * 100);
    };
    knob.addEventListener("pointerdown", (event) => { knob.setPointerCapture(event.pointerId); knob.addEventListener("pointermove", drag); });
    knob.addEventListener("pointerup", () => knob.removeEventListener("pointermove", drag));
    knob.addEventListener("keydown", (event) => {
      const cut = { ArrowLeft: this.cut - STEP, ArrowRight: this.cut + STEP, Home: 0, End: 100 }[event.key];
      if (cut === undefined) return;
      event.preventDefault();
      this.setCut(cut);
    });
    this.box.addEventListener("click", (event) => { const button = event.target.closest("button[data-mode]"); if (button) this.setMode(button.dataset.mode); });
    this.setCut(50);
  }
}

/** Make a comparison of every [data-compare] below `root`; the instance stands on the element as `linliCompare`. */
export function mountComparisons(root) {
  for (const box of root.querySelectorAll("[data-compare]")) {
    if (!box.linliCompare) box.linliCompare = new Comparison(box, JSON.parse(document.getElementById(box.dataset.compare).textContent));
  }
}
