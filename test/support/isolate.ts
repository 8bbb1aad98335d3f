/** `bun-isolate` as a person uses it, in a folder of its own. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { TestReport } from "../../src/core/tests/report.ts";

export const scriptPath = resolve(import.meta.dir, "../../scripts/bun-isolate.ts");

export interface IsolateRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Writes each of them below the folder. */
export function place(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** A person's, at home in the folder, and with no CI around it that Bun would heed. */
export function environmentIn(
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Record<string, string | undefined> {
  const { GITHUB_ACTIONS: _, ...inherited } = process.env;
  return {
    ...inherited,
    PATH: `${dirname(process.execPath)}:${resolve(import.meta.dir, "../../node_modules/.bin")}:${process.env["PATH"]}`,
    HOME: folder,
    XDG_STATE_HOME: join(folder, ".state"),
    FORCE_COLOR: "0",
    ...env,
  };
}

/** `first`: done by the shell that becomes it, such as a limit. */
export function startIsolate(
  folder: string,
  args: readonly string[],
  env: Record<string, string> = {},
  first = ":",
) {
  return Bun.spawn(["sh", "-c", `${first}; exec sh "$0" "$@"`, scriptPath, ...args], {
    cwd: folder,
    env: environmentIn(folder, env),
    stdio: ["ignore", "pipe", "pipe"],
  });
}

export async function isolate(
  folder: string,
  args: readonly string[],
  env: Record<string, string> = {},
  first?: string,
): Promise<IsolateRun> {
  const child = startIsolate(folder, args, env, first);
  const [stdout, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { code, stdout, stderr };
}

/** The document that `--json` prints, and the exit code. */
export async function isolateJson(
  folder: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<TestReport & { readonly code: number }> {
  const { code, stdout, stderr } = await isolate(
    folder,
    [...args.slice(0, 1), "--json", ...args.slice(1)],
    env,
  );
  if (!stdout.startsWith("{")) throw new Error(`no document, but: ${stdout}${stderr}`);
  const report: TestReport = JSON.parse(stdout);
  return { ...report, code };
}
