/** Random rows of the zoo among random twins, all at once, under one policy: who dies and who lives must not depend on the company. */
import { Random } from "../support/random.ts";
import { missing, playScript } from "../zoo/play.ts";
import type { Script } from "../zoo/stage.ts";
import { table } from "../zoo/table.ts";

export interface RandomZooReport {
  readonly rounds: number;
  readonly rowsPlayed: number;
  readonly twinsPlayed: number;
  /** One line per survivor that no row states, with the round's script to repeat it. */
  readonly survivors: readonly string[];
  readonly bystandersKilled: readonly string[];
  /** Stages that broke, monitors that ended with an error. */
  readonly trouble: readonly string[];
  /** What ours wrote in the rounds that went wrong. */
  readonly journals: readonly string[];
}

/**
 * Rows that need a policy of their own, more seconds than a round has, or a core for themselves are left to the zoo:
 * here the point is the mixture.
 */
const ROWS = [
  "Z01",
  "Z02",
  "Z03",
  "Z04",
  "Z05",
  "Z06",
  "Z07",
  "Z08",
  "Z10",
  "Z10-other",
  "Z12",
  "Z13",
  "Z14",
  "Z16",
  "Z17",
  "Z19",
  "Z19-leader",
  "Z21",
  "Z25",
  "Z26",
  "Z27",
] as const;

/** Z13's heads live too shortly for a single look: only a monitor sees the job. */
const MONITOR_ONLY: ReadonlySet<string> = new Set(["Z13"]);

/** Without "burst": it stays below the hold only with a core for itself. */
const TWINS = [
  "idle",
  "server",
  "hot",
  "watch",
  "mcp",
  "build",
  "test",
  "silent",
  "mapped",
  "shared",
  "moderate",
  "parallel",
  "chain",
  "impostor",
] as const;

const config = {
  processTimeoutMs: 1_500,
  cpuHoldMs: 1_000,
  maxMemoryUsageMB: 256,
  monitoringIntervalMs: 250,
  killGraceMs: 500,
  // the table pairs each twin with rows whose rule could hit it; here they meet every rule, and the timeout is not
  // what they are about
  rules: [
    {
      name: "silent compute",
      match: { args: "silent-compute" },
      maxCpuUsagePercent: null,
      processTimeoutMs: null,
    },
    { name: "twins", match: { args: "fixtures/twins/|^outer$" }, processTimeoutMs: null },
  ],
};

export function randomScript(random: Random): Script {
  const by = random.chance(0.5) ? "monitor" : "cleanup";
  const playable = ROWS.filter((id) => {
    const row = table.find((entry) => entry.id === id);
    return row !== undefined && missing(row) === null && (by === "monitor" || !MONITOR_ONLY.has(id));
  });
  const rows = some(random, playable, random.whole(1, 3));
  const twins = some(random, TWINS, random.whole(1, 3));
  return { rows, twins, by, config };
}

function some<Item>(random: Random, from: readonly Item[], count: number): Item[] {
  const chosen = new Set<Item>();
  while (chosen.size < count) chosen.add(random.pick(from));
  return [...chosen];
}

/** Rows, twins and their order follow from `seed`. */
export async function randomZooRounds(
  rounds: number,
  seed: number,
  { atOnce = 2, onRound = (): void => {} } = {},
): Promise<RandomZooReport> {
  const random = new Random(seed);
  const scripts = Array.from({ length: rounds }, () => randomScript(random));
  const waiting = [...scripts];
  const found: Round[] = [];
  const worker = async (): Promise<void> => {
    for (let script = waiting.shift(); script !== undefined; script = waiting.shift()) {
      found.push(await playRound(script));
      onRound();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return {
    rounds,
    rowsPlayed: scripts.reduce((sum, { rows }) => sum + rows.length, 0),
    twinsPlayed: scripts.reduce((sum, { twins }) => sum + twins.length, 0),
    survivors: found.flatMap(({ survivors }) => survivors),
    bystandersKilled: found.flatMap(({ bystandersKilled }) => bystandersKilled),
    trouble: found.flatMap(({ trouble }) => trouble),
    journals: found.flatMap(({ journal }) => journal),
  };
}

interface Round extends Pick<RandomZooReport, "survivors" | "bystandersKilled" | "trouble"> {
  /** Only of a round that went wrong. */
  readonly journal: readonly string[];
}

async function playRound(script: Script): Promise<Round> {
  const company = ` (${script.by}: ${script.rows.join(" ")} among ${script.twins.join(" ")})`;
  try {
    const { rows, bystanders, trouble, journal } = await playScript(script, "ours");
    const round = {
      survivors: rows.flatMap(({ id, seen }) => seen.map((text) => `${id}: ${text}${company}`)),
      bystandersKilled: bystanders.flatMap(({ name, alive }) => (alive ? [] : [name + company])),
      trouble: trouble === null ? [] : [trouble + company],
    };
    const clean = Object.values(round).every((lines) => lines.length === 0);
    return { ...round, journal: clean ? [] : [company, ...journal] };
  } catch (error) {
    return { survivors: [], bystandersKilled: [], trouble: [String(error) + company], journal: [] };
  }
}
