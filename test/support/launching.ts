/** Launches a job through a wrapper of its own, as the gate does, and tells what that says. */
import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WatchdogEvent } from "../../src/core/plan/event.ts";
import type { JobEnd } from "../../src/core/slots/job-end.ts";
import type { ProcessId } from "../../src/core/process/process.ts";
import type { SlotRecord } from "../../src/core/process/slot.ts";
import { openContainers } from "../../src/os/select-containers.ts";
import type { ContainerFacts } from "../../src/ports/container.ts";
import type { Wish } from "../fixtures/launch/wrapper.ts";
import { requireNamespace } from "./namespace.ts";
import { until } from "./ready.ts";
import { startChild, type Child } from "./sampling.ts";

/** Another account than root's, which may make no groups. */
const NOBODY = "65534";
const WRAPPER = `${import.meta.dir}/../fixtures/launch/wrapper.ts`;

/** Whether groups of the job are still there. */
export const hasGroups = ({ place }: Pick<Prepared, "place">): boolean => {
  switch (place.kind) {
    case "marker":
      return false;
    case "cgroup2":
      return existsSync(place.directory);
    case "hybrid":
      return [place.directory, ...place.capDirectories, place.memoryDirectory ?? ""].some((path) =>
        existsSync(path),
      );
  }
};

export type Mechanism = "hybrid" | "marker" | "unprivileged";

/** On record before its first process exists. */
export interface Prepared extends SlotRecord {
  readonly facts: ContainerFacts;
}

/** One of these per line; the wrapper's lines are of our own making. */
interface Said {
  readonly prepared: Prepared;
  readonly root: ProcessId;
  readonly end: JobEnd;
  readonly events: readonly WatchdogEvent[];
}

export interface Launch extends AsyncDisposable {
  readonly wrapper: Child;
  /** The gate's books that it is in. */
  readonly gate: string;
  readonly prepared: () => Promise<Prepared>;
  readonly root: () => Promise<ProcessId>;
  readonly end: () => Promise<Pick<Said, "end" | "events">>;
}

/** Inside a PID namespace only: what a job leaves behind is looked for by name. */
export function launch(
  argv: readonly string[],
  mechanism: Mechanism,
  wish: Omit<Wish, "argv" | "directory"> = {},
  { cwd, env }: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Launch {
  requireNamespace();
  const directory = mkdtempSync(join(tmpdir(), "bun-watchdog-launch-"));
  chmodSync(directory, 0o777);
  const options: Wish = {
    ...wish,
    argv,
    directory,
    ...(mechanism === "marker" && { without: ["cgroup2", "hybrid"] as const }),
  };
  const wrapper = startChild([...asUser(mechanism), process.execPath, WRAPPER, JSON.stringify(options)], {
    stderr: "pipe",
    ...(cwd !== undefined && { cwd }),
    // no more than the program needs: what it is given can then be told in full
    ...(env !== undefined && { env: { PATH: process.env["PATH"] ?? "", ...env } }),
  });
  const said = async (key: string): Promise<Said> => {
    const find = (): string | undefined => wrapper.errors.find((line) => line.startsWith(`{"${key}":`));
    await until(() => find() !== undefined, 40_000);
    const line = find();
    if (line === undefined) throw new Error(`the wrapper never said "${key}"\n${wrapper.errors.join("\n")}`);
    const parsed: Said = JSON.parse(line);
    return parsed;
  };
  return {
    wrapper,
    gate: join(directory, "gate"),
    prepared: async () => (await said("prepared")).prepared,
    root: async () => (await said("root")).root,
    end: () => said("end"),
    [Symbol.asyncDispose]: async () => {
      await wrapper[Symbol.asyncDispose]();
      const line = wrapper.errors.find((each) => each.startsWith('{"prepared":'));
      const { prepared }: Said = JSON.parse(line ?? "{}");
      if (line !== undefined) await removeLeftovers(prepared);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The tree of groups is not isolated: a test that failed in the middle leaves none behind either. */
async function removeLeftovers({ jobId, place }: Prepared): Promise<void> {
  using remains = await openContainers().reopen(jobId, place);
  remains.killAll();
  await until(() => remains.members().length === 0);
}

const asUser = (mechanism: Mechanism): readonly string[] =>
  mechanism === "unprivileged" ? ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"] : [];
