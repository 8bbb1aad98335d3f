/** One rule: how near the process is to its limit, and why that is too near. */
import { h, setClass, setHidden, setText } from "../../dom/element.ts";
import type { RowPart } from "../../dom/keyed.ts";
import type { VerdictDocument } from "../../model/documents.ts";
import { amount, RULE_TITLES, type Tone } from "../../model/verdict.ts";
import { duration, wholeName } from "../../model/words.ts";
import { badge } from "../parts.ts";

const TONES: Readonly<Record<VerdictDocument["decision"], Tone>> = {
  ok: "quiet",
  suspect: "warn",
  runaway: "bad",
};

export function rulePart(): RowPart<VerdictDocument> {
  const title = h("span", { class: "rule-title" });
  const numbers = h("span", { class: "number" });
  const held = h("span", { class: "hint" });
  const verdict = badge();
  const meter = h("progress", { class: "meter", "aria-label": "Of the limit" });
  const why = h("p", { class: "why" });
  const element = h("li", { class: "rule-row" }, title, numbers, verdict.element, meter, why, held);
  return {
    element,
    update: ({ rule, value, limit, decision, evidence, heldMs, holdMs }) => {
      setText(title, RULE_TITLES[rule]);
      setText(numbers, `${amount(rule, value)} of ${amount(rule, limit)}`);
      const tone = TONES[decision];
      verdict.set(decision, tone);
      setClass(element, `rule-row ${tone}`);
      meter.max = 1;
      meter.value = value === null || limit === 0 ? 0 : Math.min(1, value / limit);
      setText(why, decision === "ok" ? "" : wholeName(evidence));
      setHidden(why, decision === "ok");
      setText(
        held,
        decision === "suspect" && heldMs > 0 && holdMs > 0
          ? `Over its limit for ${duration(heldMs)}; it is stopped after ${duration(holdMs)}.`
          : "",
      );
      setHidden(held, held.textContent === "");
    },
  };
}
