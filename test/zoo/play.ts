/** Plays a row in a PID namespace of its own, from outside. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../support/launch.ts";
import { runInNamespace } from "../support/namespace.ts";
import type { ProductName } from "./product.ts";
import type { Need, Row } from "./row.ts";
import type { Script, StageResult } from "./stage.ts";

/** A stage that takes longer than this is stuck: the namespace dies with everybody in it. */
const STAGE_LIMIT_MS = 180_000;

export interface Played {
  readonly asStated: boolean;
  readonly problems: readonly string[];
  readonly bystanders: StageResult["bystanders"];
  /** What ours wrote, for whoever wants to know why. */
  readonly journal?: readonly string[];
}

/** Runs a script of rows and twins; throws when the stage itself breaks, with what it printed. */
export async function playScript(script: Script, product: ProductName): Promise<StageResult> {
  const { exitCode, stdout, stderr } = await runInNamespace(
    [process.execPath, join(repository, "test/zoo/stage.ts"), product, JSON.stringify(script)],
    { cwd: repository, limitMs: STAGE_LIMIT_MS },
  );
  const result = stdout.split("\n").findLast((line) => line.startsWith('{"rows":'));
  if (result === undefined) throw new Error(`the stage ended with ${exitCode}\n${stdout}${stderr}`);
  return JSON.parse(result);
}

/** One row beside its twins. */
export async function playRow(row: Row, product: ProductName): Promise<Played> {
  const result = await playScript(
    { rows: [row.id], twins: row.twins, by: row.by, config: row.config ?? {} },
    product,
  );
  const problems = result.rows.flatMap(({ seen, said }) => [...seen, ...said]);
  if (result.trouble !== null) problems.push(result.trouble);
  return {
    asStated: problems.length === 0,
    problems,
    bystanders: result.bystanders,
    journal: result.journal,
  };
}

/** Why a row cannot be played on this machine; null when it can. */
export function missing({ needs = [] }: Row): string | null {
  const reasons = needs.map(unmet).filter((reason) => reason !== null);
  return reasons.length === 0 ? null : reasons.join("; ");
}

function unmet(need: Need): string | null {
  switch (need) {
    case "root":
      return process.getuid?.() === 0 ? null : "needs root";
    case "freezer":
      return existsSync("/sys/fs/cgroup/freezer/tasks")
        ? null
        : "needs the v1 freezer at /sys/fs/cgroup/freezer";
  }
}
