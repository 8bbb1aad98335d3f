/** Draws what is known about the selected instance, in the order in which it may be cut off. */
import { shortCommand } from "../../render/command-name.ts";
import { instanceFacts, type Fact } from "../../render/apps/describe.ts";
import { instanceName } from "../../render/apps/table.ts";
import { wrap } from "../../render/notes.ts";
import { commandLine, printable } from "../../text/mask.ts";
import { dim, red } from "../../text/style.ts";
import { gauge } from "../meters.ts";
import { titleLine } from "../page.ts";
import type { AppEntry } from "./state.ts";

const INDENT = "   ";
const LABEL = 13;
const GAUGE = 10;

export function appDetails({ app, instance }: AppEntry, at: number, columns: number): readonly string[] {
  const { state, runs, policy, limits, files, lastErrorLines } = instanceFacts(app, instance, at);
  const known = new Map<string, string | null>([...runs, ...policy, ...limits, ...files]);
  known.set("command", shortCommand(commandLine(app.spec.argv), app.spec.cwd));
  const memory = known.get("memory") ?? null;
  const first: readonly Fact[] = [
    ["state", state],
    ["last exit", known.get("last exit") ?? null],
  ];
  const shown = new Set(["memory", "last exit", "pid", "restarts", "CPU", "known since"]);
  const rest = [...known].filter(([label]) => !shown.has(label));
  const room = Math.max(1, columns - INDENT.length - LABEL - 1);
  const errors = lastErrorLines.flatMap((line, nth) =>
    fact(nth === 0 ? "last errors" : "", printable(line, room), columns),
  );
  const title = `${instance.id}  ${printable(instanceName({ app, instance }))}`;
  return [
    "",
    titleLine(title, columns),
    ...first.flatMap(([label, text]) => fact(label, text, columns)),
    ...errors.map((line) => red(line)),
    ...fact(
      "memory",
      memory === null ? null : metered(app.spec.limits.memoryBytes, instance.memoryBytes, memory),
      columns,
    ),
    ...rest.flatMap(([label, text]) => fact(label, text === null ? null : printable(text, MOST), columns)),
  ];
}

/** A command line, a path. */
const MOST = 2_000;

const metered = (limit: number | null, used: number | null, text: string): string =>
  limit === null || used === null || limit === 0 ? text : `${gauge(used / limit, GAUGE)} ${text}`;

function fact(label: string, text: string | null, columns: number): readonly string[] {
  if (text === null) return [];
  const [first = "", ...rest] = wrap(text, Math.max(20, columns - INDENT.length - LABEL - 1));
  const indent = INDENT + " ".repeat(LABEL);
  return [`${INDENT}${dim(label.padEnd(LABEL))}${first}`, ...rest.map((line) => indent + line)];
}
