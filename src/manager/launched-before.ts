/** Jobs that managers before us have launched, as the books of all launches have them: a second proof of what runs, beside what is kept. */
import type { AppIdentity } from "../core/app/app-spec.ts";
import type { ContainerFactory } from "../ports/container.ts";
import type { Gatehouse } from "../ports/gate.ts";
import type { ThisProcess } from "../ports/this-process.ts";
import { parsedJson } from "../text/json.ts";

export interface LaunchedBefore {
  readonly app: AppIdentity;
  /** Of its instance. */
  readonly number: number;
  readonly jobId: string;
  /** false: at most something that its main process has left behind. */
  readonly hasMain: boolean;
  readonly sinceMs: number;
  readonly command: string;
  readonly cwd: string;
}

export const launchKey = ({ directory, name }: AppIdentity, number: number): string =>
  JSON.stringify([directory, name, number]);

/** Those whose owner is dead, in this boot and PID namespace; the newest first. */
export function launchedBefore(
  gatehouse: Gatehouse,
  { bootId, pidNamespace }: Pick<ThisProcess, "bootId" | "pidNamespace">,
  { isAlive }: Pick<ContainerFactory, "isAlive">,
): readonly LaunchedBefore[] {
  using _ = gatehouse.enter();
  return gatehouse
    .slots()
    .flatMap(({ held, record }): LaunchedBefore[] => {
      const { key = "", jobId, sinceMs, command, project, root, keep } = record;
      const hasMain = root !== null && isAlive(root);
      const [directory, name, number] = partsOf(key);
      const isOurs =
        !held && (hasMain || !keep) && record.bootId === bootId && record.pidNamespace === pidNamespace;
      if (!isOurs || typeof directory !== "string" || typeof name !== "string" || typeof number !== "number")
        return [];
      const cwd = project ?? directory;
      return [{ app: { directory, name }, number, jobId, hasMain, sinceMs, command, cwd }];
    })
    .toSorted((a, b) => b.sinceMs - a.sinceMs);
}

const partsOf = (key: string): readonly unknown[] => {
  const parts = parsedJson(key);
  return Array.isArray(parts) ? parts : [];
};
