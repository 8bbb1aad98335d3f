/** Draws what is laid over the table: the question before a stop, and the help. */
import { stopRefusalText } from "../render/cleanup.ts";
import { shortCommand } from "../render/command-name.ts";
import { wrap } from "../render/notes.ts";
import { bold, dim, red, yellow } from "../text/style.ts";
import { cut } from "../text/table.ts";
import type { StopReport } from "../wire/reports.ts";
import { framed, helpBox, innerWidth, type Box } from "./box.ts";
import type { Size } from "./layout.ts";
import type { State } from "./state.ts";

/** Lines of the box that the mode asks for; none when it asks for none. */
export function boxLines({ mode, report }: State, size: Size): readonly string[] {
  switch (mode.kind) {
    case "table":
    case "filter":
      return [];
    case "help":
      return framed(helpBox(HELP), size);
    case "confirm":
      return framed(question(mode.preview, report?.policy.killGraceMs ?? 0, innerWidth(size)), size);
  }
}

function question({ plan, mode }: StopReport, graceMs: number, inner: number): Box {
  const step = plan.steps[0];
  const refusal = plan.refused[0];
  if (step === undefined) {
    const why = refusal === undefined ? "it has ended" : stopRefusalText(refusal);
    const title = `${refusal?.pid ?? ""} is not stopped`;
    return { title, body: wrap(why, inner), foot: dim("any key closes this"), paint: yellow };
  }
  const named = (label: string, { id, command }: { id: { pid: number }; command: string }): string =>
    cut(`${label.padEnd(9)}${String(id.pid).padStart(7)}  ${shortCommand(command)}`, inner);
  const others = step.targets.filter(({ id }) => id.pid !== step.victim.id.pid);
  const how = `SIGTERM, and after ${graceMs / 1_000} s SIGKILL for what is still there.`;
  const observing = "The mode is observe; this is done all the same, since you ask.";
  return {
    title: `Stop ${step.victim.id.pid}?`,
    body: [
      bold(cut(shortCommand(step.victim.command, step.victim.cwd), inner)),
      ...wrap(how, inner).map(dim),
      ...(mode === "observe" ? wrap(observing, inner).map(yellow) : []),
      ...(others.length > 0 || step.left.length > 0 ? [""] : []),
      ...others.map((other) => named("with it", other)),
      ...step.left.map((other) => dim(named("stays", other))),
    ],
    foot: `${bold("y")} stop it   ${bold("f")} no grace   ${bold("n")} leave it`,
    paint: red,
  };
}

const HELP: readonly string[] = [
  "↑ ↓ j k     select; Page Up, Page Down, Home, End too",
  "x           stop the selected process (asks first)",
  "t           jobs as trees, or a flat list",
  "/           only rows with this text; Esc ends it",
  "space       hold the screen still",
  "",
  "v c m a     sort by verdict, CPU, memory, age",
  "p n         by pid, name; again: the other way round",
  "q           leave",
];
