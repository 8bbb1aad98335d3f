/** `demo`: four runaways, two innocents, and the watchdog, where none of them can reach anything else. */
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { chooseContainment, type Containment } from "../demo/containment.ts";
import { LIMITS } from "../demo/cast.ts";
import { environmentIn, makeFolder } from "../demo/folder.ts";
import { limitsInWords } from "../render/limits.ts";
import { bold, dim, yellow } from "../render/style.ts";

export interface DemoOptions {
  readonly json?: boolean;
}

const STAGE = fileURLToPath(new URL("../demo/stage.ts", import.meta.url));
/** After a signal: for the stage to clear itself away before it is taken away. */
const PATIENCE_MS = 5_000;

const WHERE: Record<Containment["kind"], string> = {
  namespace:
    "They live in a PID namespace of their own: the watchdog sees nothing else, and nothing outlives it.",
  "user-namespace":
    "They live in a PID namespace of their own (user namespace): the watchdog sees nothing else, and nothing outlives it.",
  folder:
    "No PID namespace can be made here, so the watchdog is limited to the demo's own folder (scope project).",
};

const limits = limitsInWords({
  cpuHoldMs: LIMITS.cpuHoldMs,
  limits: {
    concurrency: null,
    cpuPercent: LIMITS.maxCpuUsagePercent,
    memoryBytes: LIMITS.maxMemoryUsageMB * 1_048_576,
    timeoutMs: LIMITS.processTimeoutMs,
  },
});

const opening = (containment: Containment): string[] => [
  bold("bun-watchdog demo: what it does with a runaway, in about half a minute"),
  containment.kind === "folder" ? yellow(WHERE.folder) : dim(WHERE[containment.kind]),
  ...(containment.kind === "folder" ? [yellow(`Why: ${containment.because}`)] : []),
  `Its limits here, seconds instead of minutes: ${limits}`,
  "",
];

const NEXT_STEPS = [
  "",
  bold("Now on your own project:"),
  "  bun-watchdog status              what runs, and how it stands to the limits",
  "  bun-watchdog cleanup --dry-run   what would be stopped now, and why; sends nothing",
  "  bun-watchdog monitor             watch until Ctrl-C; only reports until there is a configuration",
  "  bun-watchdog doctor              what this machine lets it do",
] as const;

interface Played {
  readonly exitCode: number;
  readonly output: string;
  readonly signal: NodeJS.Signals | null;
}

/** Runs the stage to its end. A signal to us lets it clear away first. */
async function play(folder: string, containment: Containment, json: boolean): Promise<Played> {
  const wrap = containment.kind === "folder" ? [] : containment.wrap;
  const scope = containment.kind === "folder" ? "project" : "user";
  const argv = [...wrap, process.execPath, STAGE, folder, scope, json ? "json" : "text"];
  const stage = Bun.spawn(argv, {
    cwd: folder,
    env: environmentIn(folder),
    stdin: "pipe",
    stdout: json ? "pipe" : "inherit",
    stderr: "inherit",
    // --kill-child: pid 1 of the namespace dies with unshare, and everybody with pid 1
    killSignal: "SIGKILL",
  });
  let signal: NodeJS.Signals | null = null;
  const stop = (received: NodeJS.Signals): void => {
    signal ??= received;
    void stage.stdin.end();
    setTimeout(() => stage.kill("SIGKILL"), PATIENCE_MS).unref();
  };
  for (const each of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(each, stop);
  const output = stage.stdout === undefined ? "" : await new Response(stage.stdout).text();
  return { exitCode: await stage.exited, output, signal };
}

interface Performance extends Played {
  readonly containment: Containment;
}

/** The folder is gone when this resolves. */
async function perform(json: boolean): Promise<Performance> {
  using folder = makeFolder();
  const containment = chooseContainment(folder.path);
  if (!json) console.log(opening(containment).join("\n"));
  return { containment, ...(await play(folder.path, containment, json)) };
}

function printJson({ containment, output }: Performance, tookMs: number): void {
  const ends: unknown = output === "" ? null : JSON.parse(output);
  const because = containment.kind === "folder" ? containment.because : null;
  const head = { schemaVersion: 1, containment: containment.kind, because, tookMs };
  console.log(
    JSON.stringify({ ...head, ...(typeof ends === "object" && ends !== null ? ends : { ok: false }) }),
  );
}

/** Exit 0 only when all runaways are dead and all innocents live. */
export async function demo(options: DemoOptions): Promise<number> {
  const json = options.json === true;
  const startedMs = performance.now();
  const done = await perform(json);
  if (done.signal !== null) {
    console.error("Stopped. Nothing of the demo is left: no process, no folder.");
    return 128 + constants.signals[done.signal];
  }
  if (json) printJson(done, Math.round(performance.now() - startedMs));
  else if (done.exitCode === 0) console.log(NEXT_STEPS.join("\n"));
  return done.exitCode === 0 ? 0 : 1;
}
