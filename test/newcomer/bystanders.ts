/** The bystanders by name: real programs, started the way people start them. */
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../support/launch.ts";
import { until } from "../support/ready.ts";
import { bystander, fixture, makeDirectory, nextLine, shown, type, type Bystander } from "./bystander.ts";

const bun = process.execPath;

/** The real Vite of node_modules in a project with a package script, as `npm create vite` leaves it. */
function viteProject(directory: string): void {
  const bin = makeDirectory(directory, "node_modules", ".bin");
  symlinkSync(join(repository, "node_modules/vite"), join(directory, "node_modules/vite"));
  symlinkSync("../vite/bin/vite.js", join(bin, "vite"));
  writeFileSync(
    join(directory, "package.json"),
    JSON.stringify({ name: "site", scripts: { dev: "vite --host 127.0.0.1" } }),
  );
  writeFileSync(join(directory, "index.html"), "<h1>hello from vite</h1>");
}

export const viteServer = (): Promise<Bystander> =>
  bystander(
    [fixture("dev-server.sh")],
    async (_, directory) => {
      const url = await shown(join(directory, "dev.log"), /http:\/\/[\d.]+:\d+\//);
      return /<h1>.*<\/h1>/.exec(await (await fetch(url)).text())?.[0] ?? "no page";
    },
    viteProject,
  );

/** Answers on `path`; `/spin` makes it spin for ever after its answer. */
export const hotServer = (path = ""): Promise<Bystander> =>
  bystander([bun, "--hot", fixture("hot-server.ts")], async (up) => {
    await until(() => up.lines.some((line) => line.startsWith("port ")));
    const port = up.lines.find((line) => line.startsWith("port "))?.slice("port ".length);
    return await (await fetch(`http://127.0.0.1:${port}/${path}`)).text();
  });

export const mcpServer = (): Promise<Bystander> =>
  bystander([fixture("mcp-agent.sh"), bun, fixture("mcp-server.ts")], (up, directory) =>
    nextLine(up, () =>
      type(join(directory, "ask"), `${JSON.stringify({ jsonrpc: "2.0", id: 7, method: "ping" })}\n`),
    ),
  );

/** A REPL in the foreground of an interactive shell's terminal. */
export const terminalRepl = (): Promise<Bystander> =>
  bystander([fixture("terminal.sh"), "bun repl", "[.]help"], async (_, directory) => {
    type(join(directory, "keyboard"), "6 * 7000\n");
    return await shown(join(directory, "screen"), /\b42000\b/);
  });

/** An interactive shell that has put a script into the background. */
export const backgroundJob = (): Promise<Bystander> =>
  bystander([fixture("terminal.sh"), `bun ${fixture("sleeper.ts")} &`, "ready [0-9]"], (_, directory) => {
    type(join(directory, "keyboard"), "echo $((6 * 7000))\n");
    return shown(join(directory, "screen"), /\b42000\b/);
  });

/** A program made by `bun build --compile`, by itself or with a command that it starts. */
export const compiledProgram = (...command: readonly string[]): Promise<Bystander> =>
  bystander(
    ["./agent", ...command],
    (up) => nextLine(up, () => process.kill(up.root.pid, "SIGUSR2")),
    async (directory) => {
      const build = Bun.spawn(
        [bun, "build", "--compile", "--outfile", join(directory, "agent"), fixture("compiled-agent.ts")],
        { stdout: "ignore", stderr: "pipe" },
      );
      if ((await build.exited) !== 0) throw new Error(await new Response(build.stderr).text());
    },
  );
