/** One limit, beside what comes nearest to it. */
import { h, setClass, setHidden, setPlace, setProperty, setText } from "../../dom/element.ts";
import type { RowPart } from "../../dom/keyed.ts";
import type { Gauge } from "../../model/gauges.ts";

export function gaugePart(): RowPart<Gauge> {
  const title = h("span", { class: "gauge-title" });
  const value = h("span", { class: "gauge-value" });
  const limit = h("span", { class: "gauge-limit" });
  const bar = h("div", { class: "gauge-bar", "aria-hidden": "true" }, h("div", {}));
  const link = h("a", { class: "quiet-link command", dir: "ltr" });
  const of = h("span", { class: "gauge-of" }, link);
  const element = h("div", { class: "gauge" }, title, value, limit, bar, of);
  return {
    element,
    update: (gauge) => {
      setText(title, gauge.title);
      setText(value, gauge.value);
      setText(limit, gauge.limit);
      setClass(element, `gauge ${gauge.tone}${gauge.share === null ? " unlimited" : ""}`);
      setProperty(bar, "--share", String(Math.min(1, gauge.share ?? 0)));
      setHidden(of, gauge.of === null);
      if (gauge.of === null) return;
      setText(link, gauge.of.name);
      setPlace(link, `#/process/${gauge.of.id}`);
    },
  };
}
