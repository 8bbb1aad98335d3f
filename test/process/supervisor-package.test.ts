/** The example of the documents, in a bare folder that has the package: it is type-checked there, and runs. */
import { expect } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { needs, pidNamespace } from "../support/skip.ts";

const repository = resolve(import.meta.dir, "../..");

/** The one fenced block of the guide that imports the package. */
const example = (): string => {
  const guide = readFileSync(join(repository, "docs/supervisor.md"), "utf8");
  const found = /```ts\n(import [\s\S]*?)```/u.exec(guide)?.[1];
  if (found === undefined) throw new Error("docs/supervisor.md has no example");
  return found;
};

needs(pidNamespace)("the example runs where the package is installed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bun-watchdog-bare-"));
  try {
    const packed = Bun.spawnSync(
      [process.execPath, "pm", "pack", "--ignore-scripts", "--destination", folder],
      {
        cwd: repository,
      },
    );
    expect(packed.exitCode, packed.stderr.toString()).toBe(0);
    const installed = join(folder, "node_modules/bun-watchdog");
    mkdirSync(installed, { recursive: true });
    Bun.spawnSync(["sh", "-c", `tar -xzf "$1"/*.tgz --strip-components=1 -C "$2"`, "sh", folder, installed]);
    writeFileSync(join(folder, "server.js"), "console.log('served'); process.exit(3);\n");
    const text = example()
      .replace('"node"', JSON.stringify(process.execPath))
      .replace('"/app"', JSON.stringify(folder));
    writeFileSync(join(folder, "example.ts"), text);
    writeFileSync(
      join(folder, "tsconfig.json"),
      '{ "compilerOptions": { "strict": true, "noEmit": true, "skipLibCheck": true, "target": "esnext", "module": "esnext", "moduleResolution": "bundler", "lib": ["esnext", "dom"], "types": [] }, "include": ["example.ts"] }',
    );
    const checked = Bun.spawnSync(
      [join(repository, "node_modules/.bin/tsc"), "--noEmit", "-p", "tsconfig.json"],
      { cwd: folder },
    );
    expect(checked.stdout.toString()).toBe("");
    const run = Bun.spawn([process.execPath, "example.ts"], {
      cwd: folder,
      env: { PATH: process.env["PATH"], HOME: folder },
      stdout: "pipe",
      stderr: "pipe",
    });
    const [said, errors] = await Promise.all([run.stdout.text(), run.stderr.text(), run.exited]);
    // the app writes into the same pipe, whenever that is
    expect({ said: said.replace("served\n", ""), errors, code: run.exitCode }).toEqual({
      said: expect.stringMatching(
        /^Started process with PID: \d+\nProcess exited with status: \{[^]*code: 3/u,
      ),
      errors: "",
      code: 0,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
