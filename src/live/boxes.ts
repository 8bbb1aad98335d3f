/** Draws what is laid over the table: the question before a stop, and the help. */
import { stopRefusalText } from "../render/cleanup.ts";
import { shortCommand } from "../render/command-name.ts";
import { wrap } from "../render/notes.ts";
import { bold, dim, red, yellow } from "../text/style.ts";
import { cut, pad } from "../text/table.ts";
import type { StopReport } from "../wire/reports.ts";
import type { Size } from "./layout.ts";
import type { State } from "./state.ts";

const WIDEST = 76;
/** Borders and a blank on both sides. */
const AROUND = 4;

interface Box {
  readonly title: string;
  /** Cut from the end where there is no room. */
  readonly body: readonly string[];
  readonly foot: string;
  readonly paint: (text: string) => string;
}

/** Lines of the box that the mode asks for; none when it asks for none. */
export function boxLines({ mode, report }: State, size: Size): readonly string[] {
  const inner = Math.max(1, Math.min(WIDEST, size.columns) - AROUND);
  switch (mode.kind) {
    case "table":
    case "filter":
      return [];
    case "help":
      return framed({ title: "Keys", body: HELP, foot: dim("any key closes this"), paint: dim }, inner, size);
    case "confirm":
      return framed(question(mode.preview, report?.policy.killGraceMs ?? 0, inner), inner, size);
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

function framed({ title, body, foot, paint }: Box, widest: number, { rows }: Size): readonly string[] {
  const inner = Math.min(widest, Math.max(...[title, foot, ...body].map((text) => Bun.stringWidth(text))));
  const room = Math.max(0, rows - 5);
  const shown =
    body.length <= room
      ? body
      : [...body.slice(0, Math.max(0, room - 1)), dim(`… ${body.length - room + 1} more`)];
  const line = (text: string): string =>
    `${paint("│")} ${pad(cut(text, inner), inner, "left")} ${paint("│")}`;
  const top = cut(title, inner);
  return [
    `${paint("╭─")} ${bold(top)} ${paint(`${"─".repeat(Math.max(0, inner - Bun.stringWidth(top) - 1))}╮`)}`,
    ...shown.map(line),
    line(""),
    line(foot),
    paint(`╰${"─".repeat(inner + 2)}╯`),
  ];
}
