/** Stopping a process: first what would go with it, then, after a yes, what became of it. */
import { add, h } from "../dom/element.ts";
import { RequestError } from "../connection/request.ts";
import { describeOutcome } from "../../../render/describe-outcome.ts";
import type { ProcessDocument, StopDocument } from "../model/documents.ts";
import { duration, inRow, several, shortCommandOf } from "../model/words.ts";
import { commandIn, toned } from "./parts.ts";
import { openDialog, type Dialog } from "./dialog.ts";
import type { Context } from "./view.ts";

export function openStop(context: Context, process: ProcessDocument): void {
  const name = inRow(shortCommandOf(process.command, process.cwd));
  const dialog = openDialog(`Stop ${name}?`);
  dialog.say("Looking at what goes with it …");
  void ask(context, dialog, process).catch((error: unknown) => refuse(dialog, error));
}

async function ask(context: Context, dialog: Dialog, process: ProcessDocument): Promise<void> {
  const planned = await context.server.post<StopDocument & { readonly planId?: string }>(pathOf(process), {});
  const steps = planned.plan.length;
  const pids = planned.plan.flatMap((step) => step.targets);
  if (steps === 0) {
    dialog.show(h("p", {}, "Nothing is stopped."), refusals(planned));
    dialog.buttons(["Close", dialog.close]);
    return;
  }
  dialog.show(
    h(
      "p",
      {},
      pids.length === 1
        ? "It is told to end (SIGTERM)."
        : `${several(pids.length, "process", "processes")} are told to end (SIGTERM):`,
    ),
    targets(context, pids),
    h("p", { class: "hint" }, "What is still there after the grace period is ended by SIGKILL."),
    refusals(planned),
  );
  dialog.buttons(
    ["Cancel", dialog.close],
    [
      pids.length === 1 ? "Stop it" : `Stop ${several(pids.length, "process", "processes")}`,
      () => {
        dialog.say("Stopping …");
        context.server
          .post<StopDocument>(pathOf(process), { plan: planned.planId })
          .then((done) => finish(context, dialog, done))
          .catch((error: unknown) => refuse(dialog, error));
      },
      "danger",
    ],
  );
}

const pathOf = ({ id }: ProcessDocument): string => `/api/processes/${id}/stop`;

function targets(context: Context, pids: readonly number[]): HTMLElement {
  const known = new Map(context.state().status?.processes.map((each) => [each.pid, each]));
  const one = (pid: number): HTMLElement => {
    const process = known.get(pid);
    return h(
      "li",
      {},
      h("span", { class: "number" }, String(pid)),
      " ",
      process === undefined ? "not Bun" : commandIn(process.command, process.cwd),
    );
  };
  return h(
    "ul",
    { class: "targets", tabindex: "0", "aria-label": "Processes that go with it" },
    ...pids.map(one),
  );
}

function refusals({ refused }: StopDocument): HTMLElement | null {
  if (refused.length === 0) return null;
  return h("ul", { class: "problem" }, ...refused.map((each) => h("li", {}, `${each.pid}: ${each.because}`)));
}

function finish(context: Context, dialog: Dialog, { outcomes, survivors }: StopDocument): void {
  const rows = outcomes.map((each) =>
    h(
      "li",
      {},
      h("span", { class: "number" }, String(each.pid)),
      " ",
      commandIn(each.command, null),
      " ",
      toned(`${describeOutcome(each)}, ${duration(each.tookMs)}`, survivors > 0 ? "bad" : "good"),
    ),
  );
  dialog.title(survivors === 0 ? "Stopped." : `${several(survivors, "process", "processes")} did not end.`);
  dialog.show(h("ul", { class: "targets", tabindex: "0", "aria-label": "What became of them" }, ...rows));
  dialog.buttons(["Close", dialog.close]);
  context.say(
    survivors === 0
      ? `${several(outcomes.length, "process", "processes")} stopped.`
      : `${survivors} did not end.`,
  );
}

/** 409: the page was stale. */
function refuse(dialog: Dialog, error: unknown): void {
  const isStale = error instanceof RequestError && error.status === 409;
  dialog.title("Nothing was stopped.");
  const why = h(
    "p",
    { class: "problem", role: "alert" },
    error instanceof Error ? error.message : String(error),
  );
  dialog.show(why);
  if (isStale)
    add(
      why.parentElement ?? why,
      h("p", { class: "hint" }, "The page showed what is not true any more. Look again, and choose anew."),
    );
  dialog.buttons(["Close", dialog.close]);
}
