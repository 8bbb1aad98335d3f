/** `demo`: four runaways, two innocents, and the watchdog, where none of them can reach anything else. */
import { findIsolation, isolate, type Isolation } from "../../os/isolate.ts";
import { codeOfSignal } from "../../os/signal-code.ts";
import { LIMITS, environmentIn, makeFolder } from "../../demo/cast.ts";
import { limitsInWords } from "../../render/limits.ts";
import { wrap } from "../../render/notes.ts";
import { whileSaying } from "../../render/progress.ts";
import { isQuiet } from "../../text/quiet.ts";
import { bold, hasColours, lineWidth } from "../../text/style.ts";
import { ownCommand } from "../../trust/own-bun.ts";
import { programFile } from "../../trust/package-file.ts";
import { typed } from "../../trust/typed.ts";
import { JSON_OPTION, type Declaration } from "../declaring.ts";

const STAGE = "src/demo/stage.ts";
/** After a signal, the stage has this long to clear itself away before it is taken away. */
const PATIENCE_MS = 8_000;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const limits = limitsInWords({
  cpuHoldMs: LIMITS.cpuHoldMs,
  limits: {
    concurrency: null,
    cpuPercent: LIMITS.maxCpuUsagePercent,
    memoryBytes: LIMITS.maxMemoryUsageMB * 1_048_576,
    timeoutMs: LIMITS.processTimeoutMs,
  },
});

const where = (isolation: Isolation): string[] =>
  isolation.kind === "none"
    ? [
        "No PID namespace can be made here, so the watchdog is limited to the demo's own folder.",
        `Why: ${isolation.because}`,
      ]
    : ["In a PID namespace of its own: the watchdog sees nothing else, and nothing outlives it."];

const opening = (isolation: Isolation): string =>
  [
    "bun-watchdog demo: what it does with a runaway, in half a minute",
    ...where(isolation),
    `Limits in seconds instead of minutes: ${limits}`,
  ]
    .flatMap((line) => wrap(line, lineWidth()))
    .map((line) => `${line}\n`)
    .join("");

const nextStep = (command: string, meaning: string): string => `  ${typed(command).padEnd(34)}  ${meaning}`;

const nextSteps = (): string =>
  [
    "",
    bold("Now on your own project:"),
    nextStep("status", "what runs, and how it stands to the limits"),
    nextStep("cleanup --dry-run", "what would be stopped now, and why"),
    nextStep("monitor", "watch until Ctrl-C"),
    nextStep("doctor", "what this machine lets it do"),
  ].join("\n");

/** Runs the stage to its end; when `stop` aborts it clears away first. */
async function play(folder: string, isolation: Isolation, json: boolean, stop: AbortSignal): Promise<Played> {
  const scope = isolation.kind === "none" ? "project" : "user";
  const argv = ownCommand(programFile(STAGE), folder, scope, json ? "json" : "text");
  const stage = Bun.spawn(
    [...(isolation.kind === "none" ? argv : isolate(argv, isolation, { cwd: folder }))],
    {
      cwd: folder,
      env: { ...environmentIn(folder), ...(hasColours() ? {} : { NO_COLOR: "1", FORCE_COLOR: undefined }) },
      stdin: "pipe",
      stdout: json ? "pipe" : isQuiet() ? "ignore" : "inherit",
      stderr: "inherit",
    },
  );
  const end = (): void => {
    void stage.stdin.end();
    // --kill-child: pid 1 of the namespace dies with unshare, and everybody with pid 1
    setTimeout(() => stage.kill("SIGKILL"), PATIENCE_MS).unref();
  };
  stop.addEventListener("abort", end);
  if (stop.aborted) end();
  const output = stage.stdout === undefined ? "" : await stage.stdout.text();
  return { exitCode: await stage.exited, output, isolation };
}

interface Played {
  readonly exitCode: number;
  readonly output: string;
  readonly isolation: Isolation;
}

/** The folder is gone when this resolves. */
async function perform(json: boolean, stop: AbortSignal): Promise<Played> {
  using folder = makeFolder();
  const isolation = findIsolation();
  if (!json) console.log(opening(isolation));
  return await play(folder.path, isolation, json, stop);
}

function printJson({ isolation, output }: Played, tookMs: number): void {
  const ends: unknown = output === "" ? null : JSON.parse(output);
  const containment = isolation.kind === "none" ? "folder" : isolation.kind;
  const because = isolation.kind === "none" ? isolation.because : null;
  const head = { schemaVersion: 1, containment, because, tookMs };
  console.log(
    JSON.stringify({ ...head, ...(typeof ends === "object" && ends !== null ? ends : { ok: false }) }),
  );
}

/** Exit 0 only when all runaways are dead and all innocents live. */
export async function demo({ json = false }: { readonly json?: boolean }): Promise<number> {
  const startedMs = performance.now();
  const stop = new AbortController();
  let received: NodeJS.Signals | null = null;
  // before there is anything to clear away
  for (const signal of SIGNALS)
    process.on(signal, () => {
      received ??= signal;
      stop.abort(signal);
    });
  const playing = (): Promise<Played> => perform(json, stop.signal);
  const played = await (json ? whileSaying("the demo plays", playing) : playing());
  if (received !== null) {
    console.error("Stopped. Nothing of the demo is left: no process, no folder.");
    return codeOfSignal(received);
  }
  if (json) printJson(played, Math.round(performance.now() - startedMs));
  else if (played.exitCode === 0) console.log(nextSteps());
  return played.exitCode === 0 ? 0 : 1;
}

export const demoCommand: Declaration = {
  options: [JSON_OPTION],
  examples: [["demo", "half a minute; needs no configuration, leaves nothing behind"]],
  exitCodes: [
    ["0", "the runaways are dead, and the innocent programs live"],
    ["1", "not so"],
    ["2", "wrong arguments, or a wrong configuration"],
    ["128 + n", "a signal ended it"],
  ],
  run: demo,
};
