import { expect, test } from "bun:test";
import { classify } from "../../src/core/process/classify.ts";

/** Its help is the authority: a value option that is missing from our list would shift the target by one. */
test("every option that `bun --help` shows with a value keeps its value apart from the target", () => {
  const optional = new Set(["--inspect", "--inspect-wait", "--inspect-brk", "--config", "-c"]);
  const launches = new Set(["--filter", "-F"]);
  const evaluates = new Set(["--eval", "--print", "-e", "-p"]);
  const help = Bun.spawnSync([process.execPath, "--help"], { env: { ...process.env, NO_COLOR: "1" } });
  const lines = help.stdout.toString().matchAll(/^ +(?:(-\w), )?(--[\w.-]+)=<val>/gm);
  const options = [...lines].flatMap(([, short, long]) => [short, long]).filter((name) => name !== undefined);
  expect(options.length).toBeGreaterThan(40);
  for (const name of options) {
    if (optional.has(name) || evaluates.has(name)) continue;
    expect([name, classify(["bun", name, "./value.ts", "dev-server"], "bun")]).toEqual([name, "launcher"]);
    const kind = launches.has(name) ? "launcher" : "run";
    expect([name, classify(["bun", `${name}=value`, "x.ts"], "bun")]).toEqual([name, kind]);
  }
});
