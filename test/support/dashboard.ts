/** The server of the page as a person starts it: in a project, on a port of its own. */
import { readFileSync } from "node:fs";
import * as v from "valibot";
import { cli, type Project } from "./launch.ts";

const ready = v.object({ pid: v.number(), address: v.string(), tokenFile: v.string() });

export interface TestDashboard extends AsyncDisposable {
  readonly pid: number;
  /** Ends with a slash. */
  readonly address: string;
  readonly port: number;
  readonly token: string;
  readonly tokenFile: string;
  readonly exited: Promise<number>;
  /** With the token, as the page asks. */
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  post(path: string, body: unknown): Promise<Response>;
  /** Standard error so far. */
  readonly errors: () => string;
}

export async function startDashboard(
  project: Project,
  args: readonly string[] = ["--port", "0"],
): Promise<TestDashboard> {
  const child = Bun.spawn([...cli, "dashboard", "--json", ...args], {
    cwd: project.directory,
    env: { ...process.env, ...project.env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  let errors = "";
  const reading = (async () => {
    for await (const chunk of child.stderr.pipeThrough(new TextDecoderStream())) errors += chunk;
  })();
  const { value } = await child.stdout.pipeThrough(new TextDecoderStream()).getReader().read();
  if (value === undefined) {
    await reading;
    throw new Error(`the dashboard did not start: ${errors}`);
  }
  const { pid, address, tokenFile } = v.parse(ready, JSON.parse(value));
  const token = readFileSync(tokenFile, "utf8").trim();
  const authorization = `Bearer ${token}`;
  const ask = (path: string, init: RequestInit): Promise<Response> =>
    fetch(new URL(path, address.startsWith("/") ? "http://localhost/" : address), {
      ...init,
      ...(address.startsWith("/") && { unix: address }),
    });
  return {
    pid,
    address,
    port: Number(URL.parse(address)?.port),
    token,
    tokenFile,
    exited: child.exited,
    errors: () => errors,
    get: (path, headers = {}) => ask(path, { headers: { authorization, ...headers } }),
    post: (path, body) =>
      ask(path, {
        method: "POST",
        headers: { authorization, "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}
