/** Stopping: first what would go with it, then, after a yes, what became of it. The server carries out what was shown, or nothing. */
import { add, h } from "../dom/element.ts";
import { RequestError } from "../connection/request.ts";
import { describeOutcome } from "../../../render/describe-outcome.ts";
import type { PlannedDocument, ProcessDocument } from "../model/documents.ts";
import { duration, inRow, several, shortCommandOf, wholeName } from "../model/words.ts";
import { commandIn, problem, toned } from "./parts.ts";
import { openDialog, type Dialog } from "./dialog.ts";
import type { Context } from "./view.ts";

interface Wish {
  readonly path: string;
  readonly question: string;
  /** What is said where there is nothing to stop. */
  readonly nothing: string;
}

export const openStop = (context: Context, process: ProcessDocument): void =>
  open(context, {
    path: `/api/processes/${process.id}/stop`,
    question: `Stop ${inRow(shortCommandOf(process.command, process.cwd))}?`,
    nothing: "It is not stopped.",
  });

export const openCleanup = (context: Context): void =>
  open(context, {
    path: "/api/cleanup",
    question: "Stop what is over a limit?",
    nothing: "Nothing is over a limit for its whole hold.",
  });

function open(context: Context, wish: Wish): void {
  const dialog = openDialog(wish.question);
  dialog.say("Looking at what goes with it …");
  void ask(context, dialog, wish).catch((error: unknown) => refuse(dialog, error));
}

const processes = (number: number): string => several(number, "process", "processes");

async function ask(context: Context, dialog: Dialog, { path, nothing }: Wish): Promise<void> {
  const planned = await context.server.post<PlannedDocument>(path);
  const pids = planned.plan.flatMap((step) => step.targets);
  if (pids.length === 0) {
    dialog.title("Nothing to stop.");
    dialog.show(h("p", {}, nothing), refusals(planned));
    dialog.buttons(["Close", dialog.close]);
    return;
  }
  const signal = planned.plan[0]?.signal ?? "SIGTERM";
  dialog.show(
    h("p", {}, pids.length === 1 ? `It is sent ${signal}.` : `${processes(pids.length)} are sent ${signal}:`),
    targetList(context, planned.plan),
    signal === "SIGTERM" &&
      h("p", { class: "hint" }, "What is still there after the grace period is ended by SIGKILL."),
    refusals(planned),
  );
  const carryOut = (): void => {
    dialog.say("Stopping …");
    context.server
      .post<PlannedDocument>(path, { plan: planned.planId })
      .then((done) => finish(context, dialog, done))
      .catch((error: unknown) => refuse(dialog, error));
  };
  dialog.buttons(
    ["Cancel", dialog.close],
    [pids.length === 1 ? "Stop it" : `Stop ${processes(pids.length)}`, carryOut, "danger"],
  );
}

function targetList(context: Context, plan: PlannedDocument["plan"]): HTMLElement {
  const known = new Map(context.state().status?.processes.map((each) => [each.pid, each]));
  const one = (pid: number, evidence: string | null): HTMLElement => {
    const found = known.get(pid);
    const what = found === undefined ? "not Bun" : commandIn(found.command, found.cwd);
    return h(
      "li",
      {},
      h("span", { class: "number" }, String(pid)),
      what,
      evidence !== null && h("span", { class: "why" }, wholeName(evidence)),
    );
  };
  const items = plan.flatMap(({ pid: victim, targets, evidence }) =>
    targets.map((pid) => one(pid, pid === victim ? evidence : null)),
  );
  return h("ul", { class: "targets", tabindex: "0", "aria-label": "Processes that go with it" }, ...items);
}

/** Of a stop: what is refused; of a clean-up: what is held back. */
function refusals({ refused = [], heldBack = [] }: PlannedDocument): HTMLElement | null {
  const all = [...refused, ...heldBack];
  if (all.length === 0) return null;
  return h(
    "ul",
    { class: "why" },
    ...all.map(({ pid, because }) => h("li", {}, wholeName(`${pid}: ${because}`))),
  );
}

function finish(context: Context, dialog: Dialog, { outcomes, survivors }: PlannedDocument): void {
  const rows = outcomes.map((each) => {
    const ending = toned(
      `${describeOutcome(each)}, ${duration(each.tookMs)}`,
      survivors > 0 ? "bad" : "good",
    );
    return h(
      "li",
      {},
      h("span", { class: "number" }, String(each.pid)),
      commandIn(each.command, null),
      ending,
    );
  });
  dialog.title(survivors === 0 ? "Stopped." : `${processes(survivors)} did not end.`);
  dialog.show(h("ul", { class: "targets", tabindex: "0", "aria-label": "What became of them" }, ...rows));
  dialog.buttons(["Close", dialog.close]);
  context.say(
    survivors === 0 ? `${processes(outcomes.length)} stopped.` : `${processes(survivors)} did not end.`,
    survivors === 0 ? "quiet" : "bad",
  );
}

/** 409: the page was stale. */
function refuse(dialog: Dialog, error: unknown): void {
  const isStale = error instanceof RequestError && error.status === 409;
  dialog.title("Nothing was stopped.");
  const box = h("div", {}, problem(error));
  if (isStale)
    add(
      box,
      h("p", { class: "hint" }, "The page showed what is not true any more. Look again, and choose anew."),
    );
  dialog.show(box);
  dialog.buttons(["Close", dialog.close]);
}
