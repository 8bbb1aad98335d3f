/**
 * The demo itself, in a process of its own inside whatever contains it: `bun stage.ts FOLDER user|project text|json`.
 * It ends when its standard input does: then whoever started it has gone. The exit code is the demo's.
 */
import { rmSync } from "node:fs";
import type { WatchdogEvent } from "../core/plan/event.ts";
import { systemClock } from "../os/clock.ts";
import { openControl } from "../os/select.ts";
import { describeFailure, CommandError } from "../text/errors.ts";
import { bold } from "../text/style.ts";
import { CAST, LONGEST_MS } from "./cast.ts";
import { clearStage, startCast, type Player } from "./players.ts";
import { endOfInnocent, endOfRunaway, isSuccess, type ProgramEnds, tell } from "./verdict.ts";
import { castLines, endLines, Screen, storyLine } from "./screen.ts";
import { fileURLToPath } from "node:url";
import { ownCommand } from "../trust/own-bun.ts";

interface Stage {
  readonly folder: string;
  readonly scope: "user" | "project";
  /** Nothing for people on the screen. */
  readonly json: boolean;
  readonly stop: AbortController;
}

const clock = systemClock;
const TIME_IS_UP = "time is up";
const isRunaway = ({ member }: Player): boolean => member.role === "runaway";

/** Hears the watchdog until it is done with every runaway, or the time is up. */
async function watch(players: readonly Player[], stage: Stage): Promise<readonly WatchdogEvent[]> {
  const waiting = new Set(players.filter(isRunaway).map(({ pid }) => pid));
  const all = waiting.size;
  const names = new Map(players.map(({ pid, member }) => [pid, member.file]));
  const events: WatchdogEvent[] = [];
  const startedMs = clock.monotonicMs();
  const elapsedMs = (): number => clock.monotonicMs() - startedMs;
  const status = (): string =>
    `${(elapsedMs() / 1_000).toFixed(0).padStart(5)}s   ${all - waiting.size} of ${all} dead … the watchdog looks twice a second. Ctrl-C ends it all.`;
  using screen = new Screen(status, process.stdout.isTTY && !stage.json);
  await using watchdog = startWatchdog(stage.folder, stage.scope);
  using _ = deadline(LONGEST_MS, () => stage.stop.abort(TIME_IS_UP));
  const stopped = Promise.withResolvers<null>();
  stage.stop.signal.addEventListener("abort", () => stopped.resolve(null), { once: true });
  const source = watchdog.events[Symbol.asyncIterator]();
  while (waiting.size > 0 && !stage.stop.signal.aborted) {
    const next = await Promise.race([source.next(), stopped.promise]);
    if (next === null || next.done === true) break;
    const event = next.value;
    events.push(event);
    if (event.type === "outcome") waiting.delete(event.victim.id.pid);
    const line = tell(event);
    const name = line === null ? undefined : names.get(line.pid);
    if (!stage.json && line !== null && name !== undefined) screen.print(storyLine(name, line, elapsedMs()));
  }
  return events;
}

function deadline(ms: number, act: () => void): Disposable {
  const timer = setTimeout(act, ms);
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}

/** null: stopped before it was over. */
async function play(stage: Stage): Promise<ProgramEnds | null> {
  const { folder, json, stop } = stage;
  const say = (...lines: readonly string[]): void => {
    if (!json) console.log(lines.join("\n"));
  };
  say(...castLines(), "", `All ${CAST.length} start …`);
  const control = openControl();
  try {
    const players = await startCast(folder, { control, clock, stop: stop.signal });
    say(bold("The watchdog starts. It has the limits, and one rule for the worker:"), "");
    const events = await watch(players, stage);
    if (stop.signal.aborted && stop.signal.reason !== TIME_IS_UP) return null;
    const [runaways, innocents] = await Promise.all([
      Promise.all(players.filter(isRunaway).map((player) => endOfRunaway(player, events))),
      Promise.all(
        players.filter((player) => !isRunaway(player)).map((player) => endOfInnocent(player, clock)),
      ),
    ]);
    say("", ...endLines({ runaways, innocents }));
    return { runaways, innocents };
  } finally {
    await clearStage(folder, control, clock);
  }
}

async function main([folder = "", scope = "", output = ""]: readonly string[]): Promise<number> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => stop.abort(signal));
  process.stdin.on("end", () => stop.abort("nobody watches any more")).resume();
  try {
    const json = output === "json";
    const ends = await play({ folder, scope: scope === "project" ? "project" : "user", json, stop });
    if (ends === null) return 1;
    if (json) console.log(JSON.stringify({ ok: isSuccess(ends), ...ends }));
    return isSuccess(ends) ? 0 : 1;
  } catch (error) {
    if (!stop.signal.aborted) console.error(describeFailure(error, Boolean(process.env["DEBUG"])).text);
    return 1;
  } finally {
    // also where nobody is left to do it
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const SCRIPT = fileURLToPath(new URL("../../scripts/fix-runaway-bun.ts", import.meta.url));

interface Watchdog extends AsyncDisposable {
  readonly pid: number;
  /** Ends when it ends. */
  readonly events: AsyncIterable<WatchdogEvent>;
}

/** Both ends are this program. */
const parse = (line: string): WatchdogEvent =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- printed by commands/monitor.ts
  JSON.parse(line) as WatchdogEvent;

async function* eventsOf(output: ReadableStream<Uint8Array>): AsyncIterable<WatchdogEvent> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of output) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield parse(line);
  }
}

function startWatchdog(folder: string, scope: "user" | "project"): Watchdog {
  const argv = [SCRIPT, "monitor", "--json", "--yes", "--mode", "enforce", "--scope", scope] as const;
  const child = Bun.spawn(ownCommand(...argv), { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const errors = child.stderr.text();
  let asked = false;
  return {
    pid: child.pid,
    events: (async function* () {
      yield* eventsOf(child.stdout);
      if (!asked)
        throw new CommandError(`The monitor ended with ${await child.exited}:\n${(await errors).trim()}`);
    })(),
    [Symbol.asyncDispose]: async () => {
      asked = true;
      child.kill("SIGTERM");
      await child.exited;
    },
  };
}

void main(process.argv.slice(2)).then((code) => process.exit(code));
