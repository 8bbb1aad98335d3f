/**
 * `bun run bench [-- --smoke] [--markdown] [<measurement> …]`: ours against the naive version, in one run.
 * --smoke: small counts, in a minute; --markdown: also into docs/benchmarks.md (or docs/isolate.md), each between its markers. Exit 1 when a measurement failed or, in a
 * whole run, a bar is missed.
 */
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildAll } from "../build/all.ts";
import { namespaceUnavailable, runInNamespace } from "../test/support/namespace.ts";
import { zoo } from "./measure/zoo.ts";
import { describeMachine } from "./machine.ts";
import { updateTables } from "./readme.ts";
import { asMarkdown, asText, barsOf, type Result } from "./render.ts";
import type { Section } from "./section.ts";

const repository = resolve(import.meta.dir, "..");
const LIMIT_MS = 900_000;

interface Part {
  readonly name: string;
  readonly title: string;
  /** For the person who waits. */
  readonly about: string;
  /** Where its tables stand. Missing: docs/benchmarks.md, with all that is said of how they were measured. */
  readonly page?: string;
  readonly measure: (smoke: boolean) => Promise<Section>;
}

/** Runs in a namespace of its own: it starts thousands of processes, and monitors that kill what they see. */
const isolated = (name: string, title: string, about: string): Part => ({
  name,
  title,
  about,
  measure: async (smoke) => {
    const argv = [process.execPath, join(import.meta.dir, "inside.ts"), name, ...(smoke ? ["--smoke"] : [])];
    const result = await runInNamespace(argv, { cwd: repository, limitMs: LIMIT_MS });
    const answer = result.stdout.trimEnd().split("\n").at(-1) ?? "";
    if (result.exitCode !== 0 || answer === "")
      throw new Error(`it ended with ${result.exitCode}\n${result.stderr.trim()}`);
    return JSON.parse(answer);
  },
});

const PARTS: readonly Part[] = [
  isolated("tick-cpu", "CPU per tick", "2 minutes"),
  isolated("resident", "The monitor at rest", "4 minutes"),
  isolated("breach-to-dead", "Breach to dead", "2 minutes"),
  {
    name: "zoo",
    title: "Zoo",
    about: "5 minutes",
    measure: (smoke) => zoo(smoke, (what) => console.error(`bench: zoo ${what}`)),
  },
  isolated("startup", "Start-ups", "2 minutes"),
  isolated("report", "Report", "4 minutes"),
  isolated("history", "History", "5 minutes"),
  isolated("gate", "Gate", "5 minutes"),
  isolated("waiting", "Waiting wrapper", "2 minutes"),
  isolated("managers", "Managers of apps", "12 minutes"),
  isolated("app-logs", "Logs of apps", "a minute"),
  isolated("runtime", "A program with a ProcessController", "10 minutes"),
  isolated("isolate", "Test files in their own processes", "5 minutes"),
  { ...isolated("verdicts", "Test files that end badly", "3 minutes"), page: "docs/isolate.md" },
  isolated("dashboard", "The page's server", "4 minutes"),
  isolated("bench", "Benchmarks of commands", "4 minutes"),
];

async function take({ name, title, about, measure }: Part, smoke: boolean): Promise<Result> {
  console.error(`bench: ${name}${smoke ? "" : `, about ${about}`} …`);
  const startedMs = performance.now();
  try {
    return await measure(smoke);
  } catch (error) {
    return { title, failed: error instanceof Error ? error.message : String(error) };
  } finally {
    console.error(`bench: ${name} took ${Math.round((performance.now() - startedMs) / 1_000)} s`);
  }
}

/** One after the other, so that none disturbs another; a smoke run has no numbers to disturb. */
async function takeAll(parts: readonly Part[], smoke: boolean): Promise<readonly Result[]> {
  if (smoke) return await Promise.all(parts.map((part) => take(part, smoke)));
  const results: Result[] = [];
  for (const part of parts) results.push(await take(part, smoke));
  return results;
}

function select(names: readonly string[]): readonly Part[] {
  const unknown = names.find((name) => !PARTS.some((part) => part.name === name));
  if (unknown !== undefined)
    throw new Error(`No measurement "${unknown}". There are ${PARTS.map(({ name }) => name).join(", ")}.`);
  return names.length === 0 ? PARTS : PARTS.filter(({ name }) => names.includes(name));
}

async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { smoke: { type: "boolean", default: false }, markdown: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const missing = namespaceUnavailable();
  if (missing !== null) {
    console.error(`bench needs a PID namespace of its own: ${missing}. Run it as root on Linux.`);
    return 1;
  }
  const machine = describeMachine(values.smoke);
  const parts = select(positionals);
  // once, and before all of them: parts of a smoke run are played at the same time
  await buildAll();
  const results = await takeAll(parts, values.smoke);
  console.log(asText(machine, results));
  if (values.markdown)
    for (const [at, { name, page }] of parts.entries()) {
      const markdown = asMarkdown(
        page === undefined ? machine : machine.slice(0, 1),
        results.slice(at, at + 1),
      );
      if (!updateTables(join(repository, page ?? "docs/benchmarks.md"), name, markdown))
        console.log(`\n${markdown}`);
    }
  const failed = results.some((result) => "failed" in result);
  const missed = !values.smoke && barsOf(results).some(({ met }) => !met);
  return failed || missed ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
