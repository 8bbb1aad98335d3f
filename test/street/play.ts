/** Plays the street, or a part of it, in a PID namespace of its own. */
import { join } from "node:path";
import { repository } from "../support/launch.ts";
import { runInNamespace } from "../support/namespace.ts";
import { missing } from "./packages.ts";
import type { Ending } from "./stage.ts";
import { residents, type Resident } from "./street.ts";

const STREET_LIMIT_MS = 900_000;

/** Those whose name contains one of the texts (all when there is none), and of these the ones that can run here. */
export function chosen(texts: readonly string[] = []): {
  readonly playable: readonly Resident[];
  readonly skipped: readonly string[];
} {
  const wanted = residents.filter(
    ({ name }) => texts.length === 0 || texts.some((text) => name.includes(text)),
  );
  const skipped = wanted.flatMap(({ name, needs = [] }) => {
    const reason = missing(needs);
    return reason === null ? [] : [`${name}: ${reason}`];
  });
  return { playable: wanted.filter(({ needs = [] }) => missing(needs) === null), skipped };
}

/** Throws when the stage itself breaks, with what it printed. */
export async function playStreet(playing: readonly Resident[]): Promise<readonly Ending[]> {
  const names = JSON.stringify(playing.map(({ name }) => name));
  const { exitCode, stdout, stderr } = await runInNamespace(
    [process.execPath, join(repository, "test/street/stage.ts"), names],
    { cwd: repository, limitMs: STREET_LIMIT_MS },
  );
  const line = stdout.split("\n").findLast((text) => text.startsWith("["));
  if (line === undefined) throw new Error(`the street ended with ${exitCode}\n${stdout}${stderr}`);
  return JSON.parse(line);
}
