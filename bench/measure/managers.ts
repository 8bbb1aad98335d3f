/** bunctl beside PM2 and supervisor, in one run: at rest, when asked, when an app crashes, writes, grows, stops, reloads. */
import { join } from "node:path";
import { repository } from "../../test/support/launch.ts";
import { pm2Missing } from "../../test/support/process-manager.ts";
import { commandWaits, timed, type Waits } from "../managers/commands.ts";
import { costs, type Costs } from "../managers/costs.ts";
import { crash, type Crash } from "../managers/crash.ts";
import { bareBytes, idle, needsBytes, type Idle } from "../managers/idle.ts";
import { lines, type Lines } from "../managers/lines.ts";
import { Home, type BenchManager } from "../managers/manager.ts";
import { supervisor } from "../managers/of-debian.ts";
import { bunctl, pm2 } from "../managers/of-pm2.ts";
import { managersSection } from "../managers/tables.ts";
import {
  memoryLimit,
  reload,
  survivors,
  type Reaction,
  type Reload,
  type Survivors,
} from "../managers/trouble.ts";
import type { Measurement, MeasureOptions } from "../section.ts";
import { compile } from "../support/native.ts";
import { scratchDirectory } from "../support/scratch.ts";

export interface Measured {
  readonly name: string;
  readonly bootMs: number;
  readonly idle: readonly Idle[];
  readonly waits: Waits;
  /** null = no compiler here. */
  readonly crash: Crash | null;
  readonly lines: Lines;
  readonly memory: Reaction | null;
  readonly survivors: Survivors;
  readonly reload: Reload | null;
}

export interface AllMeasured {
  readonly managers: readonly Measured[];
  readonly bareBytes: number;
  readonly needsBytes: number;
  readonly costs: Costs;
}

async function measure(make: () => BenchManager, place: Place, options: MeasureOptions): Promise<Measured> {
  const { smoke, progress } = options;
  await using manager = make();
  const { name } = manager;
  const tell = (what: string): void => progress(`${name}: ${what}`);
  const [rounds, counts] = smoke ? [1, [1]] : [9, [1, 10, 50]];
  const bootMs = await timed(manager.boot);
  const rests: Idle[] = [];
  for (const apps of counts) {
    tell(`${apps} idle`);
    rests.push(await idle(manager, apps, smoke ? 300 : 5_000, smoke ? 500 : 30_000));
  }
  tell("commands");
  const waits = await commandWaits(manager, rounds);
  tell("crashes");
  const crashed =
    place.stamp === null
      ? null
      : await crash(manager, { ...place, stamp: place.stamp, rounds, upMs: smoke ? 100 : 1_200 });
  tell("lines");
  const wrote = await lines(manager, place.ticker, smoke ? 50 : 3_000, smoke ? 2_000 : 200_000);
  tell("a memory limit");
  // PM2 looks every 30 s
  const memory = smoke && name !== "bunctl" ? null : await memoryLimit(manager, place.scratch);
  tell("what is left");
  const left = await survivors(manager, smoke ? 500 : 3_000);
  tell("reload");
  const reloaded = await reload(manager, smoke ? 1 : 10);
  return {
    name,
    bootMs,
    idle: rests,
    waits,
    crash: crashed,
    lines: wrote,
    memory,
    survivors: left,
    reload: reloaded,
  };
}

interface Place {
  readonly scratch: string;
  readonly stamp: string | null;
  readonly ticker: string;
}

export const managers: Measurement = async (options) => {
  const missing =
    pm2Missing() ?? (Bun.which("supervisord") === null ? "needs supervisor: npm run test:deps" : null);
  if (missing !== null) throw new Error(missing);
  using scratch = scratchDirectory();
  const stamp = compile("stamp", scratch.path);
  const ticker = compile("ticker", scratch.path);
  if ("missing" in ticker) throw new Error(ticker.missing);
  const place: Place = {
    scratch: scratch.path,
    stamp: "path" in stamp ? stamp.path : null,
    ticker: ticker.path,
  };
  const home = (name: string): Home => new Home(join(scratch.path, name));
  const all = [
    () => bunctl(home("bunctl"), join(repository, "scripts/bunctl.ts")),
    () => pm2(home("pm2-home")),
    () => supervisor(home("supervisor")),
  ];
  const measured: Measured[] = [];
  if (options.smoke) measured.push(...(await Promise.all(all.map((make) => measure(make, place, options)))));
  else for (const make of all) measured.push(await measure(make, place, options));
  options.progress("the supervisor's costs");
  return managersSection(
    {
      managers: measured,
      bareBytes: await bareBytes(options.smoke ? 300 : 5_000),
      needsBytes: await needsBytes(options.smoke ? 300 : 2_000),
      costs: await costs(options.smoke ? 3 : 200),
    },
    options.smoke,
  );
};
