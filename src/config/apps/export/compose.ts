/** Writes apps as a file of Docker Compose (https://compose-spec.io). */
import type { AppSpec } from "../../../core/app/app-spec.ts";
import { inContainer, type InContainer, tellContainerLosses } from "./container.ts";
import { type Exported, namer, Notes } from "./exported.ts";
import { yamlText } from "./yaml-document.ts";

export function exportCompose(apps: readonly AppSpec[]): Exported {
  const notes = new Notes();
  const nameOf = namer(63, true);
  const ready = new Set(apps.filter(hasCheck).map(({ name }) => name));
  const services = apps.map((app) => {
    tellContainerLosses(app, notes);
    const inside = inContainer(app, notes);
    const dependsOn = app.dependsOn.map((name) => [
      nameOf(name),
      { condition: ready.has(name) ? "service_healthy" : "service_started" },
    ]);
    return [nameOf(app.name), service(app, inside, Object.fromEntries(dependsOn))] as const;
  });
  const text = yamlText([unexpanded({ services: Object.fromEntries(services) })]);
  return { files: [{ name: "compose.yaml", text }], notes: notes.list() };
}

const hasCheck = ({ readiness }: AppSpec): boolean => readiness.by === "port" || readiness.by === "http";

function service(app: AppSpec, inside: InContainer, dependsOn: Readonly<Record<string, unknown>>): object {
  const { restart, stop, limits, identity, logs } = app;
  return stated({
    image: inside.image,
    working_dir: inside.workingDirectory,
    volumes: [`.:/app`],
    command: inside.command,
    environment: inside.env,
    ports: inside.port === null || app.instances > 1 ? undefined : [`${inside.port}:${inside.port}`],
    restart: restart.when,
    init: stop.tree ? true : undefined,
    stop_signal: stop.signal,
    stop_grace_period: `${stop.graceMs}ms`,
    healthcheck: healthCheck(app, inside),
    depends_on: Object.keys(dependsOn).length === 0 ? undefined : dependsOn,
    deploy: stated({
      replicas: app.instances === 1 ? undefined : app.instances,
      resources: limited({
        memory: limits.memoryBytes === null ? undefined : `${limits.memoryBytes}b`,
        cpus: limits.cpuPercent === null ? undefined : String(limits.cpuPercent / 100),
        pids: limits.threads ?? undefined,
      }),
    }),
    user: identity.uid === null ? undefined : `${identity.uid}:${identity.gid ?? identity.uid}`,
    security_opt: identity.noNewPrivileges ? ["no-new-privileges:true"] : undefined,
    cap_drop:
      identity.dropCapabilities.length === 0
        ? undefined
        : identity.dropCapabilities.map((name) => (name === "all" ? "ALL" : name)),
    logging: {
      driver: "json-file",
      options: {
        "max-size": `${Math.ceil(logs.maxBytes / 1_024)}k`,
        "max-file": String(Math.max(1, logs.keep)),
      },
    },
  });
}

const limited = (limits: Readonly<Record<string, unknown>>): object | undefined => {
  const found = stated(limits);
  return Object.keys(found).length === 0 ? undefined : { limits: found };
};

/** Leaves out keys that have no value, and objects that have no key. */
const stated = (all: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(all).filter(
      ([, value]) =>
        value !== undefined &&
        !(typeof value === "object" && value !== null && Object.keys(value).length === 0),
    ),
  );

/** Bun itself asks, because its image has neither curl nor wget. */
function healthCheck({ readiness }: AppSpec, { command }: InContainer): object | undefined {
  if (readiness.by !== "port" && readiness.by !== "http") return undefined;
  const [program = "bun"] = command;
  const url = readiness.by === "http" ? readiness.url : `http://${readiness.host}:${readiness.port}/`;
  const ask =
    readiness.by === "http"
      ? `fetch(${JSON.stringify(url)}).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))`
      : `require("net").connect(${readiness.port}, ${JSON.stringify(readiness.host)}).on("connect", () => process.exit(0)).on("error", () => process.exit(1))`;
  return {
    test: ["CMD", program === "node" ? "node" : "bun", "-e", ask],
    interval: "5s",
    timeout: "5s",
    start_period: `${readiness.withinMs}ms`,
    start_interval: "1s",
  };
}

/** $ begins a variable anywhere in the file. */
function unexpanded(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("$", "$$$$");
  if (Array.isArray(value)) return value.map(unexpanded);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, unexpanded(each)]));
}
