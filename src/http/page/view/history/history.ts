/** What was stopped, and what that says about the limits. */
import { h, setText } from "../../dom/element.ts";
import type { KillRow } from "../../model/kills.ts";
import type { LiveState } from "../../model/state.ts";
import { hasWords } from "../../model/words.ts";
import { asked, choice, section } from "../parts.ts";
import type { Context, MakeView } from "../view.ts";
import { dayLists } from "./days.ts";
import { askedReport, reportPart } from "./report.ts";

const DAY_MS = 86_400_000;
/** The server makes it anew as often. */
const REPORT_EVERY_MS = 60_000;
const PERIODS = [
  ["1", "24 hours"],
  ["7", "7 days"],
  ["30", "30 days"],
] as const;
type Period = (typeof PERIODS)[number][0];

let period: Period = "7";

const periodMs = (): number => Number(period) * DAY_MS;

export const historyView: MakeView = (context) => {
  const report = reportOfPeriod(context);
  const stopped = stoppedPart(context);
  const load = (): void => {
    report.load();
    void context.loadKills(Date.now() - periodMs());
  };
  load();
  return {
    title: "History",
    element: h(
      "div",
      { class: "view" },
      h(
        "div",
        { class: "bar" },
        h("h1", {}, "History"),
        choice("Period", PERIODS, period, (chosen) => {
          period = chosen;
          load();
          stopped.show(context.state());
        }),
      ),
      report.element,
      stopped.element,
    ),
    update: stopped.show,
    leave: report.leave,
  };
};

function reportOfPeriod(context: Context) {
  const element = h("div", {});
  let again: (() => Promise<void>) | null = null;
  // one costs the server half a second of a processor
  const timer = setInterval(() => void (document.hidden || again?.()), REPORT_EVERY_MS);
  return {
    element,
    load: (): void => {
      const shown = asked(
        () => askedReport(context, period),
        (found) => reportPart(found, typeof context.state().status?.monitor === "number"),
      );
      element.replaceChildren(shown.element);
      again = shown.again;
    },
    leave: (): void => clearInterval(timer),
  };
}

function stoppedPart(context: Context) {
  const days = dayLists();
  const nothing = h("p", { class: "hint" });
  const filter = h("input", {
    type: "search",
    class: "filter",
    placeholder: "Filter   /",
    "aria-label": "Filter what was stopped, by command, rule or reason",
    autocomplete: "off",
    spellcheck: "false",
    oninput: () => show(context.state()),
  });
  function show({ kills }: LiveState): void {
    const now = Date.now();
    const isShown = (row: KillRow): boolean =>
      row.atMs >= now - periodMs() && hasWords(textOf(row), filter.value);
    const shown = kills.filter(isShown);
    days.set(shown, now);
    const none =
      filter.value === "" ? "Nothing was stopped in this time." : "Nothing that was stopped is like that.";
    setText(nothing, shown.length > 0 ? "" : none);
  }
  return {
    element: section("What was stopped", h("div", { class: "bar" }, filter), days.element, nothing),
    show,
  };
}

const textOf = ({ command, rule, evidence, pid, project }: KillRow): string =>
  `${command} ${rule} ${evidence} ${pid} ${project ?? ""}`;
