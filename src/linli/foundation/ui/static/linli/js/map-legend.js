// What the fill of a parcel means: classes of each colouring, and the legend of those in view.

const SVG = "http://www.w3.org/2000/svg";
const SHARES = [0.1, 0.15, 0.2, 0.25, 0.3, 0.4];
const HOUSEHOLDS = [100, 300, 500, 1000, 2000];

const classOf = (value, breaks) => (value === null || value === undefined ? 0 : 1 + breaks.filter((edge) => value >= edge).length);
const number = (value) => value.toLocaleString("en");

function spans(breaks, write, words) {
  return [words.none, ...breaks.map((edge, i) => (i === 0 ? words.below.replace("{n}", write(edge)) : `${write(breaks[i - 1])}–${write(edge)}`)), words.above.replace("{n}", write(breaks[breaks.length - 1]))];
}

function ramp(breaks, value, write, words, colours) {
  return { colours: [colours["no-data"], ...breaks.map((_, i) => colours[`seq-${i + 1}`]), colours[`seq-${breaks.length + 1}`]], names: spans(breaks, write, words), solid: 0.85, of: (i) => classOf(value(i), breaks) };
}

function sizeClass(households, { low, high }) {
  if (households > high * 1.5) return 1;
  if (households > high * 1.25) return 2;
  if (households > high) return 3;
  if (households < low * 0.5) return 7;
  if (households < low * 0.75) return 6;
  if (households < low) return 5;
  return 4;
}

/** Return what a colouring needs: the fill of each class, its name, and the class of parcel `i`. */
export function colouring(mode, { ground, layout, colours, config, words }) {
  const parcel = (i) => ground.parcels[i];
  if (mode === "households") return ramp(config.breaks?.households ?? HOUSEHOLDS, (i) => parcel(i).households, number, words, colours);
  if (mode === "age60") {
    const share = (i) => (parcel(i).age60 === null || parcel(i).age60 === undefined || !parcel(i).people ? null : parcel(i).age60 / parcel(i).people);
    return ramp(config.breaks?.age60 ?? SHARES, share, (v) => `${Math.round(v * 100)}%`, words, colours);
  }
  if (mode === "property") {
    const of = (i) => ({ true: 1, false: 2 })[String(parcel(i).property)] ?? 0;
    return { colours: [colours["no-data"], colours["seq-4"], colours["div-3"]], names: [words.none, words.with_property, words.without_property], solid: 0.85, of };
  }
  if (mode === "size") {
    const band = config.band;
    const of = (i) => (layout.member[i] < 0 ? 0 : sizeClass(layout.communities[layout.member[i]].households ?? 0, band));
    const [low, high] = [band.low, band.high];
    const names = [null, `> ${number(high * 1.5)}`, `${number(high * 1.25)}–${number(high * 1.5)}`, `${number(high)}–${number(high * 1.25)}`, `${number(low)}–${number(high)} ${words.within}`, `${number(low * 0.75)}–${number(low)}`, `${number(low * 0.5)}–${number(low * 0.75)}`, `< ${number(low * 0.5)}`];
    return { colours: [colours["cat-none"], ...Array.from({ length: 7 }, (_, i) => colours[`div-${i + 1}`])], names, solid: 0.85, of };
  }
  if (mode === "findings") {
    const tone = new Map();
    for (const finding of layout.findings) for (const i of finding.places) if (tone.get(i) !== "bad") tone.set(i, finding.tone);
    const of = (i) => ({ bad: 3, warn: 2, idle: 1, hold: 4 })[tone.get(i)] ?? (tone.has(i) ? 1 : 0);
    return { colours: [colours.surface, colours["idle-line"], colours["warn-line"], colours["bad-line"], colours["hold-line"]], names: [words.no_finding, words.idle, words.warn, words.bad, words.hold], solid: 0.85, of };
  }
  return { colours: [colours["cat-none"], ...Array.from({ length: 12 }, (_, i) => colours[`cat-${i + 1}`])], names: null, solid: 0.6, of: (i) => (layout.member[i] < 0 ? 0 : layout.colours[layout.member[i]]) };
}

const shape = (name, attributes) => {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
};

function swatch({ fill, hatch, line }) {
  const svg = shape("svg", { class: "ll-swatch", viewBox: "0 0 18 13", "aria-hidden": "true" });
  if (line) { svg.append(shape("path", { class: line, d: "M0 6.5h18" })); return svg; }
  svg.append(shape("rect", { width: 18, height: 13, fill }));
  const paths = { bad: "M-2 9 9-2M2 15 17 0M11 15 22 4", move: "M-2 9 9-2M2 15 17 0M11 15 22 4", two: "M-2 4 9 15M2-2 17 13M11-2 22 9", hold: "M0 3.5h18M0 9.5h18", dot: "M3 4h1M9 4h1M15 4h1M6 9h1M12 9h1" };
  if (hatch) svg.append(shape("path", { class: hatch === "dot" ? "m-hatch-two" : `m-hatch-${hatch}`, d: paths[hatch] }));
  return svg;
}

/** Write the legend into `box`: lines are {key, label, fill, hatch, line, count, hidden}; `toggle` hides a class. */
export function writeLegend(box, title, lines, toggle) {
  const head = document.createElement("h3");
  head.textContent = title;
  const list = document.createElement("ul");
  for (const line of lines) {
    const item = document.createElement("li");
    const holder = line.key === undefined ? item : document.createElement("button");
    if (holder !== item) {
      holder.type = "button";
      holder.setAttribute("aria-pressed", String(!line.hidden));
      holder.addEventListener("click", () => toggle(line.key));
      item.append(holder);
    }
    const words = document.createElement("span");
    words.textContent = line.label;
    holder.append(swatch(line), words);
    if (line.count !== undefined) {
      const count = document.createElement("span");
      count.className = "n";
      count.textContent = number(line.count);
      holder.append(count);
    }
    list.append(item);
  }
  const focused = [...box.querySelectorAll("button")].indexOf(document.activeElement);
  box.replaceChildren(head, list);
  if (focused >= 0) box.querySelectorAll("button")[focused]?.focus();
  box.hidden = lines.length === 0;
}
