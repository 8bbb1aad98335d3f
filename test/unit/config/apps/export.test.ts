/** What bunctl exports says the same as the config file does: limits, restart rules, variables, and texts that stay what they are. */
import { describe, expect, test } from "bun:test";
import { parseAllDocuments } from "yaml";
import { exportCompose } from "../../../../src/config/apps/export/compose.ts";
import { exportKubernetes } from "../../../../src/config/apps/export/kubernetes.ts";
import { exportSystemd } from "../../../../src/config/apps/export/systemd.ts";
import type { AppSpec } from "../../../../src/core/app/app-spec.ts";
import { scratch } from "../scratch.ts";
import { load } from "./loading.ts";

/** Whatever a shell, a unit, Compose or YAML could take for something else. */
const ODD = `a b'c"d\\e $HOME $(id) %h %% \${X} #x: [y] \t*&!|>`;

async function specs(
  apps: readonly object[],
): Promise<{ readonly apps: readonly AppSpec[]; readonly root: string }> {
  using files = scratch({ "server.ts": "", "other.ts": "", "bunctl.json": { apps } });
  return { apps: (await load(files)).apps, root: files.root };
}

const API = {
  name: "My API",
  command: "bun run server.ts",
  env: { PORT: "3000", ODD, NO: "no", NUMBER: 12 },
  max_memory: "512M",
  max_cpu_percent: 150,
  max_threads: 64,
  restart_policy: "always",
  kill_timeout: "15s",
  kill_signal: "SIGINT",
  ready: { http: "http://localhost:3000/health?x=1", timeout: "20s" },
  no_new_privileges: true,
  drop_capabilities: ["NET_RAW"],
  umask: "027",
};
const WORKER = {
  name: "worker",
  script: "other.ts",
  args: [ODD, "--two words"],
  restart_policy: "on-failure",
  restart_delay: 3_000,
  stop_exit_codes: [78],
  depends_on: ["My API"],
  instances: 2,
  increment_var: "SHARD",
  env: { SHARD: 7, DB_PASSWORD: "x" },
};

/** Key=value lines of a unit; a key that is there several times has all its values. */
function unitOf(text: string): Readonly<Record<string, readonly string[]>> {
  const found: Record<string, string[]> = {};
  for (const line of text.split("\n")) {
    const at = line.indexOf("=");
    if (at > 0 && !line.startsWith("#")) (found[line.slice(0, at)] ??= []).push(line.slice(at + 1));
  }
  return found;
}

describe("systemd", () => {
  test("limits, restarts and the end", async () => {
    const { apps, root } = await specs([API, WORKER]);
    const { files } = exportSystemd(apps, { account: "alice", version: 255 });
    expect(files.map(({ name }) => name)).toEqual(["My-API.service", "worker-0.service", "worker-1.service"]);
    const [api, first, second] = files.map(({ text }) => unitOf(text));
    expect(api).toMatchObject({
      WorkingDirectory: [root],
      Restart: ["always"],
      RestartSec: ["100ms"],
      RestartSteps: ["16"],
      RestartMaxDelaySec: ["15s"],
      StartLimitIntervalSec: ["0"],
      KillSignal: ["SIGINT"],
      KillMode: ["mixed"],
      TimeoutStopSec: ["15s"],
      MemoryMax: ["536870912"],
      CPUQuota: ["150%"],
      TasksMax: ["64"],
      NoNewPrivileges: ["yes"],
      CapabilityBoundingSet: ["~CAP_NET_RAW"],
      UMask: ["0027"],
      User: ["alice"],
      WantedBy: ["multi-user.target"],
      StandardOutput: [`append:${root}/logs/My%%20API-out.log`],
    });
    expect(first).toMatchObject({
      Restart: ["on-failure"],
      RestartPreventExitStatus: ["78"],
      RestartSec: ["3s"],
      Requires: ["My-API.service"],
      After: ["network-online.target My-API.service"],
      StandardOutput: [`append:${root}/logs/worker-out-0.log`],
    });
    expect(first?.["Environment"]).toContain('"SHARD=7"');
    expect(second?.["Environment"]).toContain('"SHARD=8"');
    expect(second?.["Environment"]).toContain('"NODE_APP_INSTANCE=1"');
    expect(first).not.toHaveProperty("MemoryMax");
  });

  test("texts stay what they are", async () => {
    const { apps } = await specs([API, WORKER]);
    const [api, worker] = exportSystemd(apps, { account: null, version: null }).files.map(({ text }) =>
      unitOf(text),
    );
    const inside = `a b'c\\"d\\\\e $HOME $(id) %%h %%%% \${X} #x: [y] \\t*&!|>`;
    expect(api?.["Environment"]).toContain(`"ODD=${inside}"`);
    expect(worker?.["ExecStart"]?.[0]).toEndWith(
      `/other.ts" "${inside.replaceAll("$", "$$$$")}" "--two words"`,
    );
    expect(api?.["WantedBy"]).toEqual(["default.target"]);
    expect(api).not.toHaveProperty("User");
  });

  test("what an older one cannot do is told", async () => {
    const { apps } = await specs([API]);
    const { files, notes } = exportSystemd(apps, { account: null, version: 252 });
    expect(unitOf(files[0]?.text ?? "")).toMatchObject({ RestartSec: ["1s"] });
    expect(files[0]?.text).not.toContain("RestartSteps");
    expect(notes).toContainEqual(expect.stringContaining("systemd 252 cannot do that"));
  });
});

const parsed = (text: string): readonly unknown[] =>
  parseAllDocuments(text, { version: "1.2" }).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as unknown;
  });

describe("compose", () => {
  test("limits, restarts, readiness and texts", async () => {
    const { apps } = await specs([API, WORKER]);
    const { files, notes } = exportCompose(apps);
    const text = files[0]?.text ?? "";
    const expanded = ODD.replaceAll("$", "$$$$");
    expect(parsed(text)).toMatchObject([
      {
        services: {
          "my-api": {
            image: "oven/bun:1",
            working_dir: "/app",
            command: ["bun", "run", "server.ts"],
            environment: { PORT: "3000", ODD: expanded, NO: "no", NUMBER: "12" },
            ports: ["3000:3000"],
            restart: "always",
            stop_signal: "SIGINT",
            stop_grace_period: "15000ms",
            healthcheck: {
              test: ["CMD", "bun", "-e", expect.stringContaining("/health?x=1")],
              start_period: "20000ms",
            },
            deploy: { resources: { limits: { memory: "536870912b", cpus: "1.5", pids: 64 } } },
            security_opt: ["no-new-privileges:true"],
            cap_drop: ["NET_RAW"],
          },
          worker: {
            command: ["bun", "/app/other.ts", expanded, "--two words"],
            restart: "on-failure",
            depends_on: { "my-api": { condition: "service_healthy" } },
            deploy: { replicas: 2 },
          },
        },
      },
    ]);
    expect(text).toContain('"NO": "no"');
    expect(notes.join("\n")).toContain("exit code 78");
    expect(notes.join("\n")).toContain("worker: variables with secrets");
  });
});

describe("kubernetes", () => {
  test("limits, restarts, readiness and texts", async () => {
    const { apps } = await specs([API, WORKER]);
    const { files, notes } = exportKubernetes(apps);
    const expanded = ODD.replaceAll("$(", "$$$$(");
    expect(parsed(files[0]?.text ?? "")).toMatchObject([
      {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "my-api" },
        spec: {
          replicas: 1,
          selector: { matchLabels: { "app.kubernetes.io/name": "my-api" } },
          template: {
            metadata: { labels: { "app.kubernetes.io/name": "my-api" } },
            spec: {
              restartPolicy: "Always",
              terminationGracePeriodSeconds: 15,
              containers: [
                {
                  command: ["bun"],
                  args: ["run", "server.ts"],
                  workingDir: "/app",
                  env: expect.arrayContaining([
                    { name: "ODD", value: expanded },
                    { name: "NUMBER", value: "12" },
                  ]),
                  ports: [{ containerPort: 3_000 }],
                  startupProbe: {
                    httpGet: { path: "/health?x=1", port: 3_000, scheme: "HTTP" },
                    failureThreshold: 10,
                  },
                  resources: { limits: { memory: "536870912", cpu: "1500m" } },
                  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["NET_RAW"] } },
                },
              ],
            },
          },
        },
      },
      { kind: "Service", spec: { ports: [{ port: 3_000, targetPort: 3_000 }] } },
      {
        apiVersion: "batch/v1",
        kind: "Job",
        spec: {
          completions: 2,
          backoffLimit: 16,
          template: {
            spec: {
              restartPolicy: "OnFailure",
              containers: [{ args: ["/app/other.ts", expanded, "--two words"] }],
            },
          },
        },
      },
    ]);
    expect(notes.join("\n")).toContain("STOPSIGNAL SIGINT");
  });

  test.each([
    ["api", "api"],
    ["My_App.v2", "my-app-v2"],
    ["---", "app"],
    ["x".repeat(90), "x".repeat(59)],
  ])("a name that it takes: %s", async (name, object) => {
    const { apps } = await specs([{ ...WORKER, depends_on: [], name }]);
    expect(parsed(exportKubernetes(apps).files[0]?.text ?? "")).toMatchObject([
      { metadata: { name: object } },
    ]);
  });

  test("two names that become one stay two", async () => {
    const { apps } = await specs([
      { ...API, name: "a b" },
      { ...API, name: "a_b", env: {}, ready: "start" },
    ]);
    const names = parsed(exportCompose(apps).files[0]?.text ?? "");
    expect(names).toMatchObject([{ services: { "a-b": {}, "a-b-2": {} } }]);
  });
});

test("an app that ends by itself is not started again anywhere", async () => {
  const { apps } = await specs([{ ...API, restart_policy: "no", kill_signal: "SIGTERM" }]);
  expect(exportSystemd(apps, { account: null, version: null }).files[0]?.text).toContain("Restart=no\n");
  expect(parsed(exportCompose(apps).files[0]?.text ?? "")).toMatchObject([
    { services: { "my-api": { restart: "no" } } },
  ]);
  expect(parsed(exportKubernetes(apps).files[0]?.text ?? "")).toMatchObject([
    { kind: "Job", spec: { backoffLimit: 0, template: { spec: { restartPolicy: "Never" } } } },
  ]);
});
