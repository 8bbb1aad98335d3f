/** The page's server as a person starts it, beside a monitor that runs already. */
import { join } from "node:path";
import { readFileSync } from "node:fs";
import { repository, type Project } from "../../test/support/launch.ts";

export interface Server extends AsyncDisposable {
  readonly pid: number;
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  readonly token: string;
}

export async function startServer({ directory, env }: Project): Promise<Server> {
  const argv = [
    process.execPath,
    join(repository, "scripts/fix-runaway-bun.ts"),
    "dashboard",
    "--port",
    "0",
    "--json",
  ];
  const child = Bun.spawn(argv, {
    cwd: directory,
    env: { ...process.env, ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  let said = "";
  const decoder = new TextDecoder();
  for await (const piece of child.stdout) {
    said += decoder.decode(piece, { stream: true });
    if (said.includes("\n")) break;
  }
  if (!said.includes("\n")) throw new Error(`the server ended with ${await child.exited}: ${said}`);
  const {
    pid,
    address,
    tokenFile,
  }: Readonly<Record<"address" | "tokenFile", string>> & { readonly pid: number } = JSON.parse(said);
  return {
    pid,
    url: address.replace(/\/$/u, ""),
    token: readFileSync(tokenFile, "utf8").trim(),
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      await child.exited;
    },
  };
}

export const bearer = ({ token }: Server): Record<string, string> => ({ authorization: `Bearer ${token}` });
