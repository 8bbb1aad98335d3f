/** Orphans that came to us from jobs, and are of none that anybody knows. They are ended with none of them, so they are named. */
import { processKey } from "../core/process/process.ts";
import type { Named } from "../core/plan/event.ts";
import { strayWords } from "../text/wording.ts";
import { messageOf } from "../text/system-error.ts";
import type { ContainerFactory } from "../ports/container.ts";
import type { LaunchPorts } from "./request.ts";

/** Nobody in most cases, and then nothing is loaded for it. */
export async function namedStrays(
  containers: Pick<ContainerFactory, "strays" | "sampler">,
): Promise<readonly Named[]> {
  const strays = await containers.strays();
  if (strays.length === 0) return [];
  return (await import("./kill-job.ts")).whoIsIn({ members: () => strays }, containers);
}

/** Those that are there: each is told of once. */
let told: ReadonlySet<string> = new Set();

export async function tellStrays({ containers, onTrouble }: Pick<LaunchPorts, "containers" | "onTrouble">) {
  try {
    const strays = await namedStrays(containers);
    for (const { id, command } of strays)
      if (!told.has(processKey(id))) onTrouble(strayWords(id.pid, command));
    told = new Set(strays.map(({ id }) => processKey(id)));
  } catch (error) {
    onTrouble(`whether somebody is left whom no job knows cannot be read: ${messageOf(error)}`);
  }
}
