// Charts: <div data-chart="config-id"> and a JSON block {kind: "bars"|"lines", label, categories, series: [{name, values}], unit, zero}.
// Same tokens as the map, no shadow, axes from zero unless `zero` is false, words on the series instead of a legend.

import * as echarts from "echarts";
import { fontStack, isStill, palette } from "linli/palette";

const SERIES = ["accent", "cat-3", "cat-8", "cat-6", "cat-9", "cat-4", "cat-2"];

function optionOf(config, colours) {
  const text = { color: colours["ink-2"], fontFamily: fontStack(), fontSize: 13 };
  const isBars = config.kind === "bars";
  const line = { lineStyle: { color: colours.line } };
  return {
    animationDuration: isStill() ? 0 : 200,
    aria: { enabled: true, label: { description: config.label } },
    textStyle: text,
    color: SERIES.map((name) => colours[name]),
    grid: { left: 8, right: 24, top: 28, bottom: 4, containLabel: true },
    tooltip: { trigger: "axis", backgroundColor: colours.surface, borderColor: colours.line, textStyle: { ...text, color: colours.ink }, extraCssText: "box-shadow:none", valueFormatter: (v) => (v === null ? "缺" : `${v.toLocaleString("en")} ${config.unit ?? ""}`) },
    xAxis: { type: "category", data: config.categories, axisLabel: text, axisTick: { show: false }, axisLine: line },
    yAxis: { type: "value", scale: config.zero === false, name: config.unit, nameTextStyle: text, axisLabel: { ...text, formatter: (v) => v.toLocaleString("en") }, splitLine: line },
    series: config.series.map((series) => ({
      type: isBars ? "bar" : "line", name: series.name, data: series.values, symbolSize: 6, barMaxWidth: 28, lineStyle: { width: 2 }, emphasis: { disabled: true },
      labelLayout: { moveOverlap: "shiftY" }, endLabel: isBars || config.series.length < 2 ? undefined : { show: true, formatter: "{a}", color: colours["ink-2"], fontSize: 13 },
    })),
  };
}

/** Make a chart of every [data-chart] below `root`. */
export function mountCharts(root) {
  for (const box of root.querySelectorAll("[data-chart]")) {
    if (echarts.getInstanceByDom(box)) continue;
    const config = JSON.parse(document.getElementById(box.dataset.chart).textContent);
    const chart = echarts.init(box, null, { renderer: "svg" });
    chart.setOption(optionOf(config, palette()));
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", config.label);
    new ResizeObserver(() => chart.resize()).observe(box);
    document.addEventListener("linli:look", () => chart.setOption(optionOf(config, palette()), true));
  }
}
