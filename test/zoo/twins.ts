/** The legitimate twins: whatever dies beside them, they live. */
import { symlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { program, type Site, type Start, type Twin } from "./row.ts";

const shell =
  (script: string, ...files: readonly string[]) =>
  ({ bun, fixture }: Site): Start => ({
    argv: ["sh", fixture(`twins/${script}`), bun, ...files.map((file) => fixture(`twins/${file}`))],
  });

/** `bun run` of package scripts that run each other: three processes, one thing somebody launched. */
export const packageScripts = (site: Site, scripts: Readonly<Record<string, string>>, run: string): Start => {
  const bin = dirname(site.scratch("bin/bun"));
  Bun.spawnSync(["mkdir", "-p", bin]);
  Bun.spawnSync(["ln", "-sf", site.bun, `${bin}/bun`]);
  const directory = site.scratch(`package-${run}`);
  Bun.spawnSync(["mkdir", "-p", directory]);
  writeFileSync(`${directory}/package.json`, JSON.stringify({ name: "scratch", scripts }));
  return { argv: [site.bun, "run", run], cwd: directory, env: { PATH: `${bin}:${process.env["PATH"]}` } };
};

export const twins: Readonly<Record<string, Twin>> = {
  idle: { title: "a young idle program", start: program("twins/idle.ts") },
  server: { title: "a server nobody talks to", start: program("twins/server.ts") },
  hot: { title: "a server with --hot", start: program("twins/server.ts", "--hot") },
  watch: { title: "an idle --watch", start: program("twins/idle.ts", "--watch") },
  mcp: { title: "a stdio server whose parent lives", start: shell("mcp-client.sh", "mcp-server.ts") },
  build: { title: "bun build in a loop", start: program("twins/build-loop.ts") },
  test: { title: "a CPU-heavy bun test", start: program("twins/cpu-heavy.fixture.ts", "test") },
  silent: { title: "silent compute, spared by a rule", start: program("twins/silent-compute.ts") },
  burst: { title: "a burst that then idles", start: program("twins/burst.ts") },
  mapped: { title: "a 900 MB mapped file", start: program("twins/mapped-file.ts") },
  shared: { title: "four processes sharing 320 MB", start: program("twins/shared-memory.ts") },
  moderate: { title: "memory under the limit", start: program("twins/moderate-memory.ts") },
  parallel: {
    title: "bun test --parallel=2",
    start: shell("parallel-tests.sh", "parallel-a.fixture.ts", "parallel-b.fixture.ts"),
  },
  chain: {
    title: "a chain of bun run scripts",
    start: (site) =>
      packageScripts(
        site,
        { outer: "bun run inner", inner: `bun ${site.fixture("twins/nested-script.ts")}` },
        "outer",
      ),
  },
  impostor: {
    title: "another program that calls itself bun",
    start: ({ scratch }) => {
      const name = scratch("bun-impostor");
      symlinkSync("/bin/sleep", name);
      return { argv: ["bash", "-c", 'echo "ready $$"; exec -a bun "$0" 100', name] };
    },
  },
};
