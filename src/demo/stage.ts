/**
 * The demo itself, in a process of its own inside whatever contains it: `bun stage.ts FOLDER user|project text|json`.
 * It ends when its standard input does: then whoever started it has gone. The exit code is the demo's.
 */
import { rmSync } from "node:fs";
import type { WatchdogEvent } from "../core/plan/event.ts";
import { systemClock } from "../os/clock.ts";
import { openControl } from "../os/select.ts";
import { linesOf } from "../record/tail.ts";
import { describeFailure, CommandError } from "../text/errors.ts";
import { bold } from "../text/style.ts";
import { CAST, LONGEST_MS } from "./cast.ts";
import { clearStage, startCast, type Player } from "./players.ts";
import { endOfInnocent, endOfRunaway, isSuccess, type ProgramEnds, tell } from "./verdict.ts";
import { castLines, endLines, openScreen, storyLine } from "./screen.ts";
import { ownCommand } from "../trust/own-bun.ts";
import { programFile } from "../trust/package-file.ts";

interface Stage {
  readonly folder: string;
  readonly scope: "user" | "project";
  /** Nothing for people on the screen. */
  readonly json: boolean;
  readonly stop: AbortSignal;
}

const clock = systemClock;
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
  using screen = openScreen(status, process.stdout.isTTY && !stage.json);
  await using watchdog = startWatchdog(stage.folder, stage.scope);
  const over = AbortSignal.any([stage.stop, AbortSignal.timeout(LONGEST_MS)]);
  const stopped = Promise.withResolvers<null>();
  over.addEventListener("abort", () => stopped.resolve(null), { once: true });
  while (waiting.size > 0 && !over.aborted) {
    const next = await Promise.race([watchdog.events.next(), stopped.promise]);
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

/** null: stopped before it was over. */
async function play(stage: Stage): Promise<ProgramEnds | null> {
  const { folder, json, stop } = stage;
  const say = (...lines: readonly string[]): void => {
    if (!json) console.log(lines.join("\n"));
  };
  say(...castLines(), "", `All ${CAST.length} start …`);
  const control = openControl();
  try {
    const players = await startCast(folder, { control, clock, stop });
    say(bold("The watchdog starts. It has the limits, and one rule for the worker:"), "");
    const events = await watch(players, stage);
    if (stop.aborted) return null;
    const [runaways, innocents] = await Promise.all([
      Promise.all(players.filter(isRunaway).map((player) => endOfRunaway(player, events))),
      Promise.all(players.filter((each) => !isRunaway(each)).map((player) => endOfInnocent(player, clock))),
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
    const ends = await play({
      folder,
      scope: scope === "project" ? "project" : "user",
      json,
      stop: stop.signal,
    });
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

const SCRIPT = programFile("scripts/fix-runaway-bun.ts");

function startWatchdog(folder: string, scope: "user" | "project") {
  const argv = [SCRIPT, "monitor", "--json", "--yes", "--mode", "enforce", "--scope", scope] as const;
  const child = Bun.spawn(ownCommand(...argv), { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const errors = child.stderr.text();
  let asked = false;
  async function* events(): AsyncGenerator<WatchdogEvent> {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both ends are this program
    for await (const line of linesOf(child.stdout)) yield JSON.parse(line) as WatchdogEvent;
    if (!asked)
      throw new CommandError(`The monitor ended with ${await child.exited}:\n${(await errors).trim()}`);
  }
  return {
    events: events(),
    [Symbol.asyncDispose]: async () => {
      asked = true;
      child.kill("SIGTERM");
      await child.exited;
    },
  };
}

void main(process.argv.slice(2)).then((code) => process.exit(code));
