/**
 * Where the package is installed in every usual way: the tarball, package managers and Nodes from the registry that this machine
 * is set up for, and folders, HOME and caches of their own. `node`, `npm` and `bun` of the machine are not on PATH there.
 */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../launch.ts";

/** The generations that are in use; what a Node brings as its npm, too. */
const TOOLS: Readonly<Record<string, string>> = {
  node20: `npm:node-${process.platform}-${process.arch}@20`,
  node22: `npm:node-${process.platform}-${process.arch}@22`,
  node24: `npm:node-${process.platform}-${process.arch}@24`,
  npm10: "npm:npm@10",
  npm11: "npm:npm@11",
  pnpm10: "npm:pnpm@10",
  yarn1: "npm:yarn@1",
  yarn4: "npm:@yarnpkg/cli-dist@4",
};

/** The command `name` is this file of a tool, run by the Node that stands beside it. */
const COMMANDS: Readonly<Record<string, readonly [name: string, file: string][]>> = {
  npm10: [
    ["npm", "bin/npm-cli.js"],
    ["npx", "bin/npx-cli.js"],
  ],
  npm11: [
    ["npm", "bin/npm-cli.js"],
    ["npx", "bin/npx-cli.js"],
  ],
  pnpm10: [["pnpm", "bin/pnpm.cjs"]],
  yarn1: [["yarn", "bin/yarn.js"]],
  yarn4: [["yarn", "bin/yarn.js"]],
};

const NOT_OF_THE_MACHINE = /^(?:node|nodejs|npm|npx|bun|bunx|pnpm|pnpx|yarn|yarnpkg|corepack)$/u;

export interface World extends Disposable {
  readonly root: string;
  readonly tarball: string;
  /** Which registry, and whose certificates, in the words of each manager. */
  readonly network: Readonly<Record<string, string | undefined>>;
  readonly cache: string;
  /** A folder for PATH: a Node and what it runs. */
  with(node: string, manager: string): string;
  /** A folder for PATH with this Bun and nothing else. */
  readonly bun: string;
  /** And one with all that a system has beside. */
  readonly system: string;
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function run(
  argv: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<Ran> {
  const [command = "", ...args] = argv;
  const program = Bun.which(command, { PATH: options.env["PATH"] ?? "" }) ?? command;
  const child = Bun.spawn([program, ...args], {
    ...options,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, out, err };
}

/** What went wrong, with its last lines. */
export async function succeed(...how: Parameters<typeof run>): Promise<Ran> {
  const ran = await run(...how);
  if (ran.code !== 0)
    throw new Error(`${how[0].join(" ")} ended with ${ran.code}: ${`${ran.out}${ran.err}`.slice(-1500)}`);
  return ran;
}

export async function makeWorld(): Promise<World> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "install-")));
  const here = { cwd: repository, env: process.env };
  const [system, bun] = [join(root, "system"), join(root, "bun")];
  for (const path of [system, bun, join(root, "tools")]) mkdirSync(path);
  for (const name of readdirSync("/usr/bin"))
    if (!NOT_OF_THE_MACHINE.test(name)) symlinkSync(join("/usr/bin", name), join(system, name));
  symlinkSync(process.execPath, join(bun, "bun"));
  symlinkSync(process.execPath, join(bun, "bunx"));
  const packed = await succeed(
    ["npm", "pack", "--ignore-scripts", "--silent", "--pack-destination", root],
    here,
  );
  const [registry = "", cafile = ""] = await Promise.all(
    ["registry", "cafile"].map(async (key) =>
      (await succeed(["npm", "config", "get", key], here)).out.trim(),
    ),
  );
  writeFileSync(join(root, "tools/package.json"), JSON.stringify({ private: true, dependencies: TOOLS }));
  const install = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--force"];
  await succeed(install, { ...here, cwd: join(root, "tools") });
  return {
    root,
    tarball: join(root, packed.out.trim()),
    network: networkOf(registry, cafile),
    bun,
    system,
    cache: join(root, "cache"),
    with: (node, manager) => binOf(root, node, manager),
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

function networkOf(registry: string, cafile: string): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(([name]) => /cert|_ssl|_ca_|proxy/iu.test(name));
  const file = cafile === "" || cafile === "null" ? process.env["NODE_EXTRA_CA_CERTS"] : cafile;
  return {
    ...Object.fromEntries(kept),
    npm_config_registry: registry,
    YARN_NPM_REGISTRY_SERVER: registry.replace(/\/$/u, ""),
    BUN_CONFIG_REGISTRY: registry,
    ...(file !== undefined && { npm_config_cafile: file, YARN_HTTPS_CA_FILE_PATH: file }),
  };
}

function binOf(root: string, node: string, manager: string): string {
  const at = join(root, `${node}-${manager}`);
  const tool = (name: string): string => join(root, "tools/node_modules", name);
  mkdirSync(at, { recursive: true });
  const own = join(at, "node");
  if (Bun.file(own).size === 0) {
    symlinkSync(join(tool(node), "bin/node"), own);
    for (const [name, file] of COMMANDS[manager] ?? [])
      writeFileSync(join(at, name), `#!/bin/sh\nexec "${own}" "${join(tool(manager), file)}" "$@"\n`, {
        mode: 0o755,
      });
  }
  return at;
}
