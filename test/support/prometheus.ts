/** Debian's Prometheus and Alertmanager, at ports of their own, in a folder of their own. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "./ready.ts";

/** Loaded machines are slow; this only bounds a test that fails. */
const PATIENCE_MS = 60_000;

export interface Served extends AsyncDisposable {
  readonly url: string;
}

/** Starts a program that says in its log, in words before it, where it listens. */
export async function serve(
  argv: readonly string[],
  cwd: string,
  says: RegExp,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Served> {
  const log = join(cwd, `${argv.join(" ").replaceAll(/\W+/gu, "-").slice(-60)}.log`);
  const child = Bun.spawn([...argv], {
    cwd,
    env,
    stdin: "ignore",
    stdout: Bun.file(log),
    stderr: Bun.file(`${log}.err`),
  });
  const text = (): string =>
    [log, `${log}.err`].map((path) => (existsSync(path) ? readFileSync(path, "utf8") : "")).join("");
  const end = async (): Promise<void> => {
    child.kill("SIGKILL");
    await child.exited;
  };
  const address = (): string | undefined => says.exec(text())?.groups?.["address"];
  await until(() => address() !== undefined || child.exitCode !== null, PATIENCE_MS);
  const found = address();
  if (found === undefined) {
    await end();
    throw new Error(`${argv.join(" ")} does not listen\n${text()}`);
  }
  return { url: `http://${found}`, [Symbol.asyncDispose]: end };
}

/** Of both. */
export const LISTENS = /msg="Listening on" address=(?<address>\S+)/u;

const NOT_YET = 503;

/** The values of an instant query, by their labels. */
export async function ask(prometheus: Served, query: string): Promise<readonly number[]> {
  const response = await fetch(`${prometheus.url}/api/v1/query?query=${encodeURIComponent(query)}`);
  const answer: {
    readonly error?: string;
    readonly data?: { readonly result: readonly { readonly value: readonly [number, string] }[] };
  } = response.status === NOT_YET ? { data: { result: [] } } : JSON.parse(await response.text());
  if (answer.data === undefined) throw new Error(`${query}: ${answer.error}`);
  return answer.data.result.map(({ value }) => Number(value[1]));
}

/** Resolves once it is so; throws with what was last the case. */
export async function becomes<T>(read: () => Promise<T>, isSo: (value: T) => boolean): Promise<T> {
  const endMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const value = await read();
    if (isSo(value)) return value;
    if (performance.now() > endMs) throw new Error(`it never becomes so: ${JSON.stringify(value)}`);
    await Bun.sleep(100);
  }
}
