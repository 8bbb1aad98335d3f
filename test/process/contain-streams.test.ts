/** Where a root's session and streams come from, by each mechanism of this machine. */
import { expect } from "bun:test";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openContainers } from "../../src/os/select-containers.ts";
import type { Container } from "../../src/ports/container.ts";
import type { Launched, SpawnRequest } from "../../src/ports/launch.ts";
import { hybridGroups } from "../support/mechanisms.ts";
import { until } from "../support/ready.ts";
import { needs, pidNamespace } from "../support/skip.ts";

const KINDS = [
  ["hybrid", needs(pidNamespace, hybridGroups), openContainers()],
  ["marker", needs(pidNamespace), openContainers({ without: ["cgroup2", "hybrid"] })],
] as const;

async function spawned<T>(
  containers: ReturnType<typeof openContainers>,
  script: string,
  more: Partial<SpawnRequest>,
  look: (launched: Launched, container: Container) => Promise<T>,
): Promise<T> {
  const jobId = `0-${process.pid}-${Math.floor(Math.random() * 1e12)}-0`;
  using container = await containers.create({ jobId, memoryBytes: 500_000_000 });
  const launched = container.spawn({
    argv: ["sh", "-c", script],
    cwd: "/",
    env: { PATH: process.env["PATH"] },
    session: "ours",
    streams: ["ignore", "ignore", "ignore"],
    inherited: [],
    ...more,
  });
  try {
    return await look(launched, container);
  } finally {
    container.strike();
    await launched.ended;
    await until(() => container.members().length === 0);
  }
}

/** Process group and session, proc_pid_stat(5). */
const whereabouts = (pid: number): readonly number[] =>
  readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ").slice(2, 4).map(Number) ?? [];

for (const [kind, here, containers] of KINDS) {
  here(`${kind}: a root is in our session, or begins one`, async () => {
    const where = (session: SpawnRequest["session"]) =>
      spawned(containers, "sleep 1000", { session }, async ({ id }, container) => {
        expect(container.place.kind).toBe(kind);
        expect(container.members().map(({ pid }) => pid)).toContain(id.pid);
        return [id.pid, ...whereabouts(id.pid)];
      });
    expect((await where("ours")).slice(1)).toEqual([...whereabouts(process.pid)]);
    const [pid = 0, ...own] = await where("own");
    expect(own).toEqual([pid, pid]);
  });

  here(`${kind}: pipes: what is written to it comes back, and each stream is its own`, async () => {
    const script = "echo begun; cat; echo trouble >&2; exit 5";
    const streams = ["pipe", "pipe", "pipe"] as const;
    await spawned(containers, script, { streams, session: "own" }, async ({ pipes, ended }) => {
      const { stdin, stdout, stderr } = pipes;
      await stdin?.write("ä line\n");
      await stdin?.end();
      expect(await new Response(stdout).text()).toBe("begun\nä line\n");
      expect(await new Response(stderr).text()).toBe("trouble\n");
      expect(await ended).toMatchObject({ code: 5, signal: null });
    });
  });

  here(
    `${kind}: a descriptor that is given stays ours and is no pipe; what is ignored says nothing`,
    async () => {
      const directory = mkdtempSync(join(tmpdir(), "bun-watchdog-streams-"));
      const log = join(directory, "log");
      const fd = openSync(log, "a");
      try {
        const streams = ["ignore", fd, "ignore"] as const;
        await spawned(
          containers,
          "cat; echo said; echo unheard >&2",
          { streams },
          async ({ pipes, ended }) => {
            expect(pipes).toEqual({ stdin: null, stdout: null, stderr: null });
            expect(await ended).toMatchObject({ code: 0 });
          },
        );
        expect(readFileSync(log, "utf8")).toBe("said\n");
      } finally {
        closeSync(fd);
        rmSync(directory, { recursive: true });
      }
    },
  );
}
