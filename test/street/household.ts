/** One resident, moved in: its folder, its processes (known by a variable that they all inherit), and its end. */
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { hasCode, isAlive, readStat, type Started } from "../support/proc.ts";
import { packagesBin } from "./packages.ts";
import type { Resident } from "./street.ts";

export interface Household {
  readonly resident: Resident;
  readonly directory: string;
  /** Its living Bun processes. */
  bun(): readonly Started[];
  /** Exit code of what `start` ran; null while that runs. */
  exitCode(): number | null;
  /** It need not say so, or it has. */
  isUp(): boolean;
  /** What it has printed. */
  output(): string;
}

export function moveIn(resident: Resident, street: string, number: number): Household {
  const id = `street-${number}`;
  const directory = join(street, id);
  mkdirSync(directory, { recursive: true });
  for (const [name, text] of Object.entries(resident.files ?? {})) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  const script = `(${resident.start}\n) >output 2>&1; echo $? >code`;
  Bun.spawn(["setsid", "--fork", "bash", "-c", script], {
    cwd: directory,
    env: environment(id, directory),
    stdio: ["ignore", "ignore", "ignore"],
  });
  const read = (name: string): string => readIfThere(join(directory, name));
  return {
    resident,
    directory,
    bun: () => bunProcesses(id),
    exitCode: () => (read("code") === "" ? null : Number(read("code"))),
    isUp: () => resident.saysUp !== true || existsSync(join(directory, "up")),
    output: () => read("output"),
  };
}

const environment = (id: string, directory: string): Record<string, string> => ({
  PATH: `${dirname(process.execPath)}:${packagesBin}:${process.env["PATH"] ?? ""}`,
  HOME: directory,
  TMPDIR: directory,
  STREET_NAME: id,
  STREET_FILES: join(import.meta.dir, "files"),
});

function bunProcesses(id: string): readonly Started[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter(
      (pid) => isBun(pid) && readIfThere(`/proc/${pid}/environ`).split("\0").includes(`STREET_NAME=${id}`),
    )
    .flatMap((pid) => {
      const stat = readStat(pid);
      return stat === null ? [] : [{ pid, startTicks: stat.startTicks }];
    })
    .filter(isAlive);
}

/** Bun itself, or a program that it compiled. */
function isBun(pid: number): boolean {
  try {
    return /\/(bun|bunx|opencode|claude)(\.exe)?$/.test(readlinkSync(`/proc/${pid}/exe`));
  } catch (error) {
    if (hasCode(error, "ENOENT") || hasCode(error, "ESRCH")) return false;
    throw error;
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    // not written yet, or its process has ended
    if (hasCode(error, "ENOENT") || hasCode(error, "ESRCH")) return "";
    throw error;
  }
}
