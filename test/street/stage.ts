/**
 * Plays the street in one namespace: `bun test/street/stage.ts <JSON of names>`. Prints one line of JSON, a list of
 * Ending, as its last.
 */
import { symlinkSync, mkdtempSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scratchProject, startMonitor, type Project } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { isAlive, until, type Started } from "../support/ready.ts";
import { moveIn, type Household } from "./household.ts";
import type { Neighbour, Runaway } from "./neighbour.ts";
import { packagesDirectory } from "./packages.ts";
import { config, STAY_MS, TIMEOUT_MS } from "./scale.ts";
import { residents } from "./street.ts";

export interface Ending {
  readonly name: string;
  /** null = as it should be. */
  readonly wrong: string | null;
  /** Rules under which something of it was stopped. */
  readonly rules: readonly string[];
}

const UP_MS = 60_000;
/** Four runs one after the other, each up to its timeout. */
const GONE_MS = 7 * TIMEOUT_MS;

const isRunaway = (resident: Neighbour | Runaway): resident is Runaway => "rules" in resident;

interface Settled {
  readonly household: Household;
  /** Those that it had once it was up; null = it never was. */
  readonly processes: readonly Started[] | null;
}

async function playStreet(names: readonly string[]): Promise<readonly Ending[]> {
  requireNamespace();
  using project = scratchProject(config);
  const elsewhere = mkdtempSync(join(tmpdir(), "street-elsewhere-"));
  for (const place of [project.directory, elsewhere])
    symlinkSync(packagesDirectory, join(place, "node_modules"));
  await using monitor = await startMonitor(project);
  const settled: Settled[] = [];
  // one after the other: a start that is starved of CPU could be as slow as the scaled timeout
  for (const [index, resident] of residents.filter(({ name }) => names.includes(name)).entries())
    settled.push(
      await settle(moveIn(resident, resident.at === "project" ? project.directory : elsewhere, index)),
    );
  const households = settled.map(({ household }) => household);
  await Bun.sleep(STAY_MS);
  const runaways = households.filter(({ resident }) => isRunaway(resident));
  await until(() => runaways.every((household) => household.bun().length === 0), GONE_MS, 200);
  const finishing = households.filter(({ resident }) => "finishes" in resident);
  await until(() => finishing.every((household) => household.exitCode() !== null), GONE_MS, 200);
  const endings = settled.map((one) => ending(one, project));
  await monitor.stop();
  return endings;
}

/** Waits until it has as many Bun processes as it is to have, or has ended. */
async function settle(household: Household): Promise<Settled> {
  let now: readonly Started[] = [];
  const isComplete = (): boolean => now.length >= household.resident.processes && household.isUp();
  await until(
    () => {
      now = household.bun();
      return isComplete() || household.exitCode() !== null;
    },
    UP_MS,
    100,
  );
  return { household, processes: isComplete() ? now : null };
}

function ending({ household, processes }: Settled, project: Project): Ending {
  const { resident } = household;
  const rules = rulesAgainst(household, processes ?? [], project);
  const wrong = processes === null ? `never came up: ${household.output()}` : null;
  return { name: resident.name, rules, wrong: wrong ?? judge(household, processes ?? [], rules) };
}

function judge(
  { resident, ...household }: Household,
  processes: readonly Started[],
  rules: readonly string[],
): string | null {
  if (isRunaway(resident)) {
    if (household.bun().length > 0) return `${household.bun().length} of it still live`;
    const other = rules.filter((rule) => !resident.rules.includes(rule));
    return other.length > 0 ? `was stopped for ${other.join(", ")}` : null;
  }
  if (resident.stoppedFor !== undefined)
    return rules.includes(resident.stoppedFor) ? null : `was to be stopped for ${resident.stoppedFor}`;
  if (rules.length > 0) return `was stopped for ${rules.join(", ")}`;
  if (resident.finishes === true)
    return household.exitCode() === 0 ? null : `ended with ${household.exitCode()}: ${household.output()}`;
  const dead = processes.filter((one) => !isAlive(one));
  return dead.length === 0
    ? null
    : `${dead.length} of ${processes.length} died: ${household.output().slice(-500)}`;
}

/** By the journal: a victim is known by its pid, or by its folder where it was younger than our look. */
function rulesAgainst(
  { directory }: Household,
  processes: readonly Started[],
  project: Project,
): readonly string[] {
  const pids = new Set(processes.map(({ pid }) => pid));
  const isIts = (cwd: string | null): boolean =>
    cwd === directory || (cwd?.startsWith(`${directory}/`) ?? false);
  return project
    .events()
    .flatMap((event) => (event.type === "intent" ? [event] : []))
    .filter(({ cwd, targets }) => isIts(cwd) || targets.some(({ id }) => pids.has(id.pid)))
    .map(({ rule }) => rule);
}

if (import.meta.main) {
  writeSync(1, `${JSON.stringify(await playStreet(JSON.parse(process.argv[2] ?? "[]")))}\n`);
  // what the street leaves running ends with the namespace, which ends with us
  process.exit(0);
}
