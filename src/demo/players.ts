/** Starts the cast, each as a person's terminal would leave it (in a session of its own, nobody's child), and ends what is left. */
import { join } from "node:path";
import type { Clock } from "../ports/clock.ts";
import type { Pin, ProcessControl } from "../ports/control.ts";
import { CommandError } from "../text/errors.ts";
import { CAST, type Member } from "./cast.ts";
import { isGone, type ProcessId, type ProcessSample } from "../core/process/process.ts";
import { openSampler } from "../os/select.ts";
import { uid } from "../host/watch-ports.ts";
import { textAt } from "../trust/small-files.ts";

export interface Player {
  readonly member: Member;
  readonly pid: number;
  /** The program itself first, then its children: what has to be dead in the end. */
  readonly pins: readonly Pin[];
  readonly output: () => string;
}

/** The shell prints the pid of what it leaves behind, and ends; its parent is pid 1, or who stands in for it, from then on. */
const LEAVE = '"$@" </dev/null >"$0" 2>&1 & echo $!';

const READY_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 50;

async function start({ file, flags }: Member, folder: string): Promise<number> {
  const argv = [process.execPath, ...flags, file];
  const shell = Bun.spawn(["/bin/sh", "-c", LEAVE, `${file}.log`, ...argv], {
    cwd: folder,
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  return Number(await shell.stdout.text());
}

/** The pids of its `ready` line, its own first. */
export function readyPids(output: string): readonly number[] | null {
  const pids = /^ready ((?:\d+ ?)+)$/m.exec(output)?.[1];
  return pids?.trim().split(" ").map(Number) ?? null;
}

function hold(control: ProcessControl, id: ProcessId | null): Pin | null {
  const pin = id === null ? "gone" : control.pin(id);
  return typeof pin === "string" ? null : pin;
}

interface Ports {
  readonly control: ProcessControl;
  readonly clock: Clock;
  readonly stop: AbortSignal;
}

async function ready(member: Member, folder: string, { control, clock, stop }: Ports): Promise<Player> {
  const pid = await start(member, folder);
  // "": the shell has not got that far, or everything is being cleared away
  const output = (): string => textAt(join(folder, `${member.file}.log`), "ENOENT") ?? "";
  const deadlineMs = clock.monotonicMs() + READY_WITHIN_MS;
  for (;;) {
    const pids = readyPids(output());
    const pins = pids?.flatMap((each) => hold(control, control.identify(each)) ?? []) ?? [];
    if (pins.length > 0 && pins.length === pids?.length) return { member, pid, pins, output };
    for (const pin of pins) pin[Symbol.dispose]();
    const said = output() || "(it printed nothing)";
    if (clock.monotonicMs() > deadlineMs || stop.aborted)
      throw new CommandError(`The demo's ${member.file} did not start:\n${said}`);
    await clock.sleep(LOOK_EVERY_MS, stop);
  }
}

/** @throws CommandError when one of them does not get going */
export const startCast = (folder: string, ports: Ports): Promise<readonly Player[]> =>
  Promise.all(CAST.map((member) => ready(member, folder, ports)));

const WITHIN_MS = 5_000;

async function end({ id }: ProcessSample, control: ProcessControl): Promise<void> {
  using pin = hold(control, id);
  pin?.send("SIGKILL");
  await pin?.exited(WITHIN_MS);
}

/** Every process that works in the folder belongs to the cast: the folder was made for this one play. Looks until none does. */
export async function clearStage(folder: string, control: ProcessControl, clock: Clock): Promise<void> {
  const sampler = openSampler({ uid: uid(), scope: "user", projectRoot: folder });
  const deadlineMs = clock.monotonicMs() + WITHIN_MS;
  try {
    while (clock.monotonicMs() < deadlineMs) {
      const left = [...sampler.sample().processes.values()].filter(
        (process) => process.cwd === folder && process.id.pid !== globalThis.process.pid && !isGone(process),
      );
      if (left.length === 0) return;
      await Promise.all(left.map((process) => end(process, control)));
      await clock.sleep(LOOK_EVERY_MS);
    }
  } finally {
    sampler.close();
  }
}
