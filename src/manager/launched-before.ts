/** Jobs that managers before us have launched, as the books of all launches have them: a second proof of what runs, beside what is kept. */
import type { AppIdentity } from "../core/app/app-spec.ts";
import type { ContainerFactory } from "../ports/container.ts";
import type { Gatehouse } from "../ports/gate.ts";
import type { ThisProcess } from "../ports/this-process.ts";
import { parsedJson } from "../text/json.ts";

/** Stands in the books as one word. */
interface LaunchKey {
  readonly app: AppIdentity;
  /** Of its instance. */
  readonly number: number;
  /** The key of its output. */
  readonly output: string;
}

export interface LaunchedBefore extends LaunchKey {
  readonly jobId: string;
  /** false: at most something that its main process has left behind. */
  readonly hasMain: boolean;
  readonly sinceMs: number;
  readonly command: string;
  readonly cwd: string;
}

export const launchKey = ({ app: { directory, name }, number, output }: LaunchKey): string =>
  JSON.stringify([directory, name, number, output]);

/** Those whose owner is dead, in this boot and PID namespace; the newest first. */
export async function launchedBefore(
  gatehouse: Gatehouse,
  { bootId, pidNamespace }: Pick<ThisProcess, "bootId" | "pidNamespace">,
  { isAlive }: Pick<ContainerFactory, "isAlive">,
): Promise<readonly LaunchedBefore[]> {
  using _ = await gatehouse.enter();
  return gatehouse
    .slots()
    .flatMap(({ held, record }): LaunchedBefore[] => {
      const { key = "", jobId, sinceMs, command, project, root, keep } = record;
      const hasMain = root !== null && isAlive(root);
      const read = keyIn(key);
      const isOurs =
        !held && (hasMain || !keep) && record.bootId === bootId && record.pidNamespace === pidNamespace;
      if (!isOurs || read === null) return [];
      return [{ ...read, jobId, hasMain, sinceMs, command, cwd: project ?? read.app.directory }];
    })
    .toSorted((a, b) => b.sinceMs - a.sinceMs);
}

function keyIn(word: string): LaunchKey | null {
  const parts = parsedJson(word);
  const [directory, name, number, output]: readonly unknown[] = Array.isArray(parts) ? parts : [];
  return typeof directory === "string" &&
    typeof name === "string" &&
    typeof number === "number" &&
    typeof output === "string"
    ? { app: { directory, name }, number, output }
    : null;
}
