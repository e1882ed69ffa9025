// The governance map. A page holds <div data-map="config-id"> and a JSON block with that id:
//   parcels, layout   addresses of the two files (docs/reference/map-files.md)
//   card              address of the card of a parcel, with {code}; loaded into #map-card
//   colours           colourings offered: community, households, age60, property, findings, size
//   colour            colouring shown first
//   area              codes of subdistricts or communities in focus; places outside step back
//   focus             codes of parcels in focus, instead of an area
//   band, breaks      limits and class edges of the policy profile
//   pick              code of the parcel or community picked first
//   print             address of the map sheet; without it the browser prints the page
// Events on the element: linli:ready, linli:pick {parcel, community, index}, linli:hover {codes}.

import { Map as Canvas, prewarm } from "maplibre-gl";
import { fontStack, isStill, palette } from "linli/palette";
import { deriveBorders, fetchOnce, linesOf, readLayout, readParcels } from "linli/parcels";
import { LATER, badgeImage, fillBy, hatchImages, strengthBy, styleOf, visibilityOf } from "linli/map-style";
import { colouring, writeLegend } from "linli/map-legend";

const RANK = { bad: 0, warn: 1, hold: 2, idle: 3 };
const HATCH_OF = { 盲: "bad", 重: "two", 缺: "dot", 代: "hold" };
const FLY_MS = 600;
const collection = (features) => ({ type: "FeatureCollection", features });
const point = (coordinates, properties) => ({ type: "Feature", properties, geometry: { type: "Point", coordinates } });
const wordsOf = () => JSON.parse(document.getElementById("map-words")?.textContent ?? "{}");

// The worker reads its script while the files are on their way.
prewarm();

export class GovernanceMap {
  constructor(box, config) {
    this.box = box;
    this.config = config;
    this.words = wordsOf();
    this.focus = config.focus && new Set(config.focus);
    this.mode = config.colour ?? "community";
    this.hidden = new Set();
    this.marked = new Map();
    this.filled = new Set();
    this.picked = null;
    this.ready = this.#start();
  }

  async #start() {
    const waiting = document.createElement("p");
    waiting.className = "ll-float ll-mapwords";
    waiting.textContent = this.words.waiting ?? "";
    this.box.append(waiting);
    try {
      const [parcels, layout] = await Promise.all([fetchOnce(this.config.parcels), fetchOnce(this.config.layout)]);
      this.ground = readParcels(parcels);
      this.layout = readLayout(layout, this.ground);
      performance.mark("linli-map-read");
      await this.#draw();
    } catch (fault) {
      waiting.textContent = this.words.failed ?? "";
      throw fault;
    }
    waiting.remove();
    this.box.dispatchEvent(new CustomEvent("linli:ready", { bubbles: true, detail: { map: this } }));
    return this;
  }

  async #draw() {
    this.colours = palette();
    const [west, south, east, north] = this.#areaBounds();
    // Everything stands in the style from the start: one layout of the tiles, not two.
    this.#classify();
    this.ground.parcelFeatures.forEach((feature, i) => Object.assign(feature.properties, { c: this.classes[i], out: !this.#isInside(i) }));
    const style = styleOf(this.colours, this.ground);
    for (const [name, data] of Object.entries(this.#layoutSources())) {
      style.sources[name].data = data;
      const { layers, visibility } = visibilityOf(name, data);
      for (const layer of style.layers) if (layers.includes(layer.id)) layer.layout = { ...layer.layout, visibility };
    }
    this.map = new Canvas({
      container: this.box, style, bounds: [[west, south], [east, north]], fitBoundsOptions: { padding: this.#padding() },
      attributionControl: false, localIdeographFontFamily: fontStack(), dragRotate: false, pitchWithRotate: false, touchPitch: false, maxZoom: 19, minZoom: 8, fadeDuration: 0, validateStyle: false,
      locale: this.words.locale ?? {},
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.once("style.load", () => { this.#images(); this.#paint(); this.#fillLater(); });
    this.map.once("idle", () => performance.mark("linli-map-idle"));
    await new Promise((done) => { this.map.once("load", done); });
    performance.mark("linli-map-drawn");
    this.#listen();
    this.#legend();
    if (this.config.pick) this.pick(this.config.pick, { fly: false });
  }

  // Room that floating panels take, so that what is picked is never below them.
  #padding() {
    const phone = window.innerWidth < 600;
    const sheet = document.querySelector("[data-sheet]");
    return { top: 24, left: 24, right: 24, bottom: phone && sheet ? Math.min(sheet.offsetHeight, this.box.clientHeight * 0.6) + 12 : 24 };
  }

  #isInside(i) {
    if (this.focus) return this.focus.has(this.ground.parcels[i].code);
    const area = this.config.area;
    if (!area?.length) return true;
    const community = this.layout.communities[this.layout.member[i]];
    return community ? area.includes(community.code) || area.includes(community.subdistrict) : area.includes(this.ground.parcels[i].subdistrict);
  }

  #areaBounds() {
    const middles = this.focus || this.config.area?.length ? this.ground.parcels.filter((p) => this.#isInside(p.index)) : [];
    if (!middles.length) return this.ground.bounds;
    return this.boundsOf(middles.map((p) => p.index));
  }

  boundsOf(indices) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const i of indices) for (const [ring] of this.ground.parcels[i].polygons) for (const [x, y] of ring) {
      box[0] = Math.min(box[0], x); box[1] = Math.min(box[1], y); box[2] = Math.max(box[2], x); box[3] = Math.max(box[3], y);
    }
    return box;
  }

  #images() {
    const set = (name, image) => { if (this.map.hasImage(name)) this.map.updateImage(name, image); else this.map.addImage(name, image, { pixelRatio: 2 }); };
    for (const [name, image] of Object.entries(hatchImages(this.colours))) set(name, image);
    const font = fontStack();
    for (const { letter, tone } of this.layout.findings) set(`badge-${letter}-${tone}`, badgeImage(letter, tone, this.colours, font));
  }

  /** Return the content of every source that follows the layout. */
  #layoutSources() {
    const { layout } = this;
    const blind = layout.member.flatMap((m, i) => (m < 0 && (this.ground.parcels[i].households ?? 0) > 0 ? [i] : []));
    for (const kind of ["bad", "two", "dot", "hold"]) {
      const places = layout.findings.filter((f) => HATCH_OF[f.letter] === kind).flatMap((f) => f.places);
      this.marked.set(`hatch-${kind}`, [...new Set(kind === "bad" ? [...places, ...blind] : places)]);
    }
    this.marked.set("blind", this.marked.get("hatch-bad"));
    return {
      borders: layout.communityBorders,
      subdistricts: layout.subdistrictBorders,
      labels: collection(layout.communities.filter((c) => c.label && !this.config.quiet).map((c) => point(c.label, { code: c.code, name: c.short ?? c.name.replace(/社区$/, ""), count: this.#count(c.households), households: c.households ?? 0 }))),
      offices: collection(layout.communities.filter((c) => c.office && !this.config.quiet).map((c) => point(c.office, { code: c.code }))),
      badges: collection(layout.findings.filter((f) => f.at && (!this.config.quiet || f.tone === "bad")).map((f) => point(f.at, { code: f.code, parcel: f.parcels?.[0] ?? "", image: `badge-${f.letter}-${f.tone}`, rank: RANK[f.tone] ?? 3 }))),
      ...Object.fromEntries([...this.marked].map(([name, indices]) => [name, this.#marks(indices)])),
    };
  }

  #marks(indices) {
    return collection(indices.map((i) => this.ground.parcelFeatures[i]));
  }

  #count(households) {
    return households === null || households === undefined ? this.words.missing ?? "" : `${households.toLocaleString("en")} ${this.words.households_unit ?? ""}`;
  }

  #mark(name, indices) {
    this.marked.set(name, indices);
    this.#fill(name, this.#marks(indices));
  }

  #fill(name, data) {
    const { layers, visibility } = visibilityOf(name, data);
    this.map.getSource(name).setData(data);
    for (const layer of layers) if (this.map.getLayoutProperty(layer, "visibility") !== visibility) this.map.setLayoutProperty(layer, "visibility", visibility);
  }

  /** Fill the sources that only a near look needs, each once. */
  #fillLater() {
    const zoom = this.map.getZoom();
    for (const [name, features] of Object.entries({ buildings: this.ground.buildingFeatures, "parcel-names": this.ground.nameFeatures })) {
      if (zoom < LATER[name] || this.filled.has(name)) continue;
      this.filled.add(name);
      this.map.getSource(name).setData(collection(features));
    }
  }

  /** Colour the parcels by one of the colourings. */
  colourBy(mode) {
    if (mode !== this.mode) this.hidden.clear();
    this.mode = mode;
    this.#classify();
    this.classes.forEach((c, i) => this.map.setFeatureState({ source: "parcels", id: i }, { c, out: !this.#isInside(i) }));
    this.#paint();
    this.#legend();
    for (const button of this.#part("[data-map-colours]")?.querySelectorAll("button") ?? []) button.setAttribute("aria-pressed", String(button.value === mode));
  }

  #classify() {
    this.scheme = colouring(this.mode, this);
    this.classes = this.ground.parcels.map((_, i) => this.scheme.of(i));
  }

  #paint() {
    this.map.setPaintProperty("parcel-fill", "fill-color", fillBy(this.scheme.colours));
    this.map.setPaintProperty("parcel-fill", "fill-opacity", strengthBy([...this.hidden], this.scheme.solid));
  }

  #legend() {
    const box = this.#part("[data-map-legend]");
    if (!box) return;
    const view = this.map.getBounds();
    const counts = new Map();
    const inView = (i) => view.contains(this.ground.parcels[i].middle);
    this.classes.forEach((c, i) => { if (this.#isInside(i) && inView(i)) counts.set(c, (counts.get(c) ?? 0) + 1); });
    const lines = [];
    if (this.scheme.names) {
      this.scheme.names.forEach((label, key) => { if (label && counts.has(key)) lines.push({ key, label, fill: this.scheme.colours[key], hatch: key === 0 && this.mode !== "findings" ? "dot" : undefined, count: counts.get(key), hidden: this.hidden.has(key) }); });
    }
    for (const [layer, hatch, fill] of [["hatch-bad", "bad", "cat-none"], ["hatch-two", "two", "cat-5"], ["hatch-hold", "hold", "cat-6"], ["hatch-move", "move", "cat-5"]]) {
      const count = (this.marked.get(layer) ?? []).filter(inView).length;
      if (count) lines.push({ label: this.words[layer.replace("-", "_")], fill: this.colours[fill], hatch, count });
    }
    if (this.mode === "community") lines.push({ label: this.words.border, line: "m-edge" });
    writeLegend(box, this.words[`title_${this.mode}`] ?? "", lines, (key) => {
      if (this.hidden.has(key)) this.hidden.delete(key); else this.hidden.add(key);
      this.#paint();
      this.#legend();
    });
  }

  // Parts around the map belong to the same workspace.
  #part(selector) {
    if (this.config.alone) return null;
    return (this.box.closest("[data-map-scope], .ll-work, .ll-mapframe") ?? this.box.parentElement).querySelector(selector);
  }

  #listen() {
    const { map } = this;
    map.on("click", (event) => {
      const badge = map.queryRenderedFeatures(event.point, { layers: ["badge"] })[0];
      const hit = badge?.properties.parcel ? this.ground.indexOf.get(badge.properties.parcel) : map.queryRenderedFeatures(event.point, { layers: ["parcel-ground"] })[0]?.id;
      if (hit === undefined) this.pick(null); else this.pick(this.ground.parcels[hit].code, { fly: false });
    });
    let over = null;
    map.on("mousemove", "parcel-ground", (event) => {
      const id = event.features[0].id;
      if (id === over) return;
      over = id;
      this.hover([this.ground.parcels[id].code], { fromMap: true });
    });
    map.on("mouseleave", "parcel-ground", () => { over = null; this.hover([], { fromMap: true }); });
    map.on("zoom", () => this.#fillLater());
    map.on("moveend", () => { this.#legend(); this.#scale(); });
    map.getCanvas().setAttribute("aria-label", this.words.canvas ?? "");
    document.addEventListener("linli:look", () => this.#relook());
    document.addEventListener("linli:escape", () => this.pick(null));
    document.addEventListener("linli:sheet", () => window.setTimeout(() => { if (this.picked !== null) this.#show([this.picked]); }, 220));
    new ResizeObserver(() => map.resize()).observe(this.box);
    this.#listenToParts();
    this.#scale();
  }

  #listenToParts() {
    const zoom = this.#part("[data-map-zoom]");
    if (zoom) {
      zoom.hidden = false;
      zoom.addEventListener("click", (event) => {
        const act = event.target.closest("[data-zoom]")?.dataset.zoom;
        if (act === "in") this.map.zoomIn();
        else if (act === "out") this.map.zoomOut();
        else if (act === "all") this.showAll();
        else if (act === "print") { if (this.config.print) window.location.assign(this.config.print); else window.print(); }
      });
    }
    const choice = this.#part("[data-map-colours]");
    if (choice && this.config.colours?.length > 1) {
      const group = document.createElement("div");
      group.className = "ll-seg";
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", this.words.colour_by ?? "");
      for (const mode of this.config.colours) {
        const button = document.createElement("button");
        button.type = "button";
        button.value = mode;
        button.textContent = this.words[`mode_${mode}`] ?? mode;
        button.setAttribute("aria-pressed", String(mode === this.mode));
        button.addEventListener("click", () => this.colourBy(mode));
        group.append(button);
      }
      choice.append(group);
      choice.hidden = false;
    }
    if (this.config.alone) return;
    const rows = (event) => event.target.closest?.("[data-parcel], [data-community]");
    document.addEventListener("pointerover", (event) => { const row = rows(event); if (row) this.hover(this.codesOf(row)); });
    document.addEventListener("pointerout", (event) => { if (rows(event)) this.hover([]); });
    document.addEventListener("focusin", (event) => { const row = rows(event); if (row) this.hover(this.codesOf(row)); });
    document.addEventListener("click", (event) => {
      if (event.target.closest?.("[data-card-close]")) { this.pick(null); return; }
      const trigger = event.target.closest?.("[data-pick]");
      const row = trigger && rows(event);
      if (!row || event.ctrlKey || event.metaKey) return;
      const codes = this.codesOf(row);
      if (!codes.length) return;
      event.preventDefault();
      this.pick(codes[0], { card: row.dataset.card, all: codes });
    });
  }

  /** Return the codes of the parcels that a row of the list stands for. */
  codesOf(row) {
    if (row.dataset.parcel) return row.dataset.parcel.split(" ").filter((code) => this.ground.indexOf.has(code));
    const community = this.layout.indexOf.get(row.dataset.community);
    return community === undefined ? [] : this.ground.parcels.filter((p) => this.layout.member[p.index] === community).map((p) => p.code);
  }

  /** Mark parcels under the pointer, on the map and in the list. */
  hover(codes, { fromMap = false } = {}) {
    this.#mark("hover", codes.map((code) => this.ground.indexOf.get(code)));
    this.map.getCanvas().style.cursor = fromMap && codes.length ? "pointer" : "";
    if (!fromMap) return;
    for (const row of document.querySelectorAll(".is-hover")) row.classList.remove("is-hover");
    for (const code of codes) document.querySelector(`[data-parcel~="${CSS.escape(code)}"]`)?.classList.add("is-hover");
    this.box.dispatchEvent(new CustomEvent("linli:hover", { bubbles: true, detail: { codes } }));
  }

  /** Pick a parcel by code (null for none): outline, card, list, event. */
  pick(code, { fly = true, card = "", all = null } = {}) {
    const index = code === null ? undefined : this.ground.indexOf.get(code);
    this.picked = index ?? null;
    const indices = (all ?? (code === null ? [] : [code])).map((c) => this.ground.indexOf.get(c)).filter((i) => i !== undefined);
    this.#mark("pick", indices);
    for (const row of document.querySelectorAll("[data-parcel][aria-current]")) row.removeAttribute("aria-current");
    const holder = document.getElementById("map-card");
    if (index === undefined) {
      if (holder && !this.config.alone) { holder.replaceChildren(); holder.hidden = true; }
      return;
    }
    const row = document.querySelector(`[data-parcel~="${CSS.escape(code)}"]`);
    row?.setAttribute("aria-current", "true");
    row?.scrollIntoView({ block: "nearest" });
    if (fly) this.#show(indices);
    const url = card || this.config.card?.replace("{code}", encodeURIComponent(code));
    if (holder && url && window.htmx) { holder.hidden = false; window.htmx.ajax("GET", url, { target: holder, swap: "innerHTML" }); }
    const community = this.layout.communities[this.layout.member[index]]?.code ?? null;
    this.box.dispatchEvent(new CustomEvent("linli:pick", { bubbles: true, detail: { parcel: code, community, index } }));
  }

  #show(indices) {
    const [west, south, east, north] = this.boundsOf(indices);
    this.map.fitBounds([[west, south], [east, north]], { padding: this.#padding(), maxZoom: Math.max(this.map.getZoom(), 15), duration: isStill() ? 0 : FLY_MS });
  }

  /** Show parcels by code without picking them. */
  show(codes) { this.#show(codes.map((code) => this.ground.indexOf.get(code)).filter((i) => i !== undefined)); }

  /** Show the whole area of the reader. */
  showAll() {
    const [west, south, east, north] = this.#areaBounds();
    this.map.fitBounds([[west, south], [east, north]], { padding: this.#padding(), duration: isStill() ? 0 : FLY_MS });
  }

  /** Show another layout of the same parcels: an address or the content of a file. */
  async setLayout(layout) {
    const file = typeof layout === "string" ? await fetchOnce(layout) : layout;
    this.layout = readLayout(file, this.ground);
    this.#images();
    for (const [name, data] of Object.entries(this.#layoutSources())) this.#fill(name, data);
    this.colourBy(this.mode);
  }

  /** Show changed memberships at once, as while painting; borders are derived in the browser. */
  setMembers(member) {
    this.layout.member = member;
    this.#fill("borders", linesOf(deriveBorders(this.ground.edges, (i) => member[i])));
    this.colourBy(this.mode);
  }

  /** Hatch parcels as `move`, `two`, `dot`, `hold` or `bad`; moved ones are outlined too. */
  hatch(kind, codes) {
    const indices = codes.map((code) => this.ground.indexOf.get(code)).filter((i) => i !== undefined);
    this.#mark(`hatch-${kind}`, indices);
    if (kind === "move") this.#mark("moved", indices);
    this.#legend();
  }

  /** Let everything but these parcels step back; null brings all forward. */
  spotlight(codes) {
    const kept = codes === null ? null : new Set(codes.map((code) => this.ground.indexOf.get(code)));
    this.ground.parcels.forEach((_, i) => this.map.setFeatureState({ source: "parcels", id: i }, { out: kept === null ? !this.#isInside(i) : !kept.has(i) }));
  }

  #scale() {
    const words = this.#part("[data-map-scale]");
    const bar = this.#part("[data-map-scale-bar]");
    if (!words || !bar) return;
    const centre = this.map.getCenter();
    const perPixel = (156543.03392 * Math.cos((centre.lat * Math.PI) / 180)) / 2 ** (this.map.getZoom() + 1);
    const widest = perPixel * 108;
    const power = 10 ** Math.floor(Math.log10(widest));
    const metres = [5, 2, 1].map((step) => step * power).find((step) => step <= widest) ?? power;
    words.textContent = metres < 1000 ? `${metres} m` : `${metres / 1000} km`;
    bar.setAttribute("d", `M1 0v7h${Math.round(metres / perPixel)}V0`);
  }

  // The theme changed: same map, other colours.
  #relook() {
    this.colours = palette();
    for (const layer of styleOf(this.colours, this.ground).layers) {
      for (const [name, value] of Object.entries(layer.paint ?? {})) this.map.setPaintProperty(layer.id, name, value);
      for (const name of ["text-size", "icon-size"]) if (layer.layout?.[name] !== undefined) this.map.setLayoutProperty(layer.id, name, layer.layout[name]);
    }
    this.#images();
    this.colourBy(this.mode);
  }
}

/** Make a map of every [data-map] below `root`; the instance stands on the element as `linliMap`. */
export function mountMaps(root) {
  const boxes = [...root.querySelectorAll("[data-map]"), ...(root.matches?.("[data-map]") ? [root] : [])];
  for (const box of boxes) {
    const config = document.getElementById(box.dataset.map);
    if (box.linliMap || !config) continue;
    box.linliMap = new GovernanceMap(box, JSON.parse(config.textContent));
  }
}
