/**
 * Writes apps as objects of Kubernetes: a Deployment and a Service for each app, or a Job if the app may end.
 */
import type { AppSpec } from "../../../core/app/app-spec.ts";
import { inContainer, type InContainer, tellContainerLosses } from "./container.ts";
import { type Exported, namer, Notes } from "./exported.ts";
import { yamlText } from "./yaml-document.ts";

export function exportKubernetes(apps: readonly AppSpec[]): Exported {
  const notes = new Notes();
  const nameOf = namer(63, true);
  const documents = apps.flatMap((app) => {
    tellContainerLosses(app, notes);
    tellLosses(app, notes);
    const inside = inContainer(app, notes);
    const name = nameOf(app.name);
    const image = `${name}:latest`;
    notes.add(
      app.name,
      `build ${image} from ${inside.image} with the project in /app, and push it where the cluster finds it`,
    );
    return app.restart.when === "always" ? deployment(app, inside, name) : [job(app, inside, name)];
  });
  return { files: [{ name: "kubernetes.yaml", text: yamlText(documents) }], notes: notes.list() };
}

const labels = (name: string) => ({ "app.kubernetes.io/name": name });

function deployment(app: AppSpec, inside: InContainer, name: string): readonly object[] {
  const one = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, labels: labels(name) },
    spec: {
      replicas: app.instances,
      selector: { matchLabels: labels(name) },
      template: { metadata: { labels: labels(name) }, spec: pod(app, inside, name, "Always") },
    },
  };
  if (inside.port === null) return [one];
  const spec = { selector: labels(name), ports: [{ port: inside.port, targetPort: inside.port }] };
  return [one, { apiVersion: "v1", kind: "Service", metadata: { name, labels: labels(name) }, spec }];
}

/** A Job is done when its app ends well. */
const job = (app: AppSpec, inside: InContainer, name: string): object => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name, labels: labels(name) },
  spec: {
    completions: app.instances,
    parallelism: app.instances,
    backoffLimit: app.restart.when === "no" ? 0 : app.restart.budget,
    template: {
      metadata: { labels: labels(name) },
      spec: pod(app, inside, name, app.restart.when === "no" ? "Never" : "OnFailure"),
    },
  },
});

function pod(app: AppSpec, inside: InContainer, name: string, restartPolicy: string): object {
  const { identity, limits, stop } = app;
  const [program = "", ...args] = inside.command;
  const limited = {
    ...(limits.memoryBytes !== null && { memory: String(limits.memoryBytes) }),
    ...(limits.cpuPercent !== null && { cpu: `${Math.round(limits.cpuPercent * 10)}m` }),
  };
  const context = {
    ...(identity.uid !== null && { runAsUser: identity.uid }),
    ...(identity.gid !== null && { runAsGroup: identity.gid }),
    ...(identity.noNewPrivileges && { allowPrivilegeEscalation: false }),
    ...(identity.dropCapabilities.length > 0 && {
      capabilities: { drop: identity.dropCapabilities.map((each) => each.toUpperCase()) },
    }),
  };
  return {
    restartPolicy,
    terminationGracePeriodSeconds: Math.ceil(stop.graceMs / 1_000),
    containers: [
      {
        name,
        image: `${name}:latest`,
        command: [unexpanded(program)],
        args: args.map(unexpanded),
        workingDir: inside.workingDirectory,
        env: Object.entries(inside.env)
          .filter(([variable]) => isVariable(variable))
          .map(([variable, value]) => ({ name: variable, value: unexpanded(value) })),
        ...(inside.port !== null && { ports: [{ containerPort: inside.port }] }),
        ...probes(app),
        ...(Object.keys(limited).length > 0 && { resources: { limits: limited } }),
        ...(Object.keys(context).length > 0 && { securityContext: context }),
      },
    ],
  };
}

const PERIOD_S = 2;

/**
 * Until the app has answered once, it may take as long as bunctl gave it; from then on it gets requests while
 * it answers.
 */
function probes({ readiness }: AppSpec): object {
  if (readiness.by !== "port" && readiness.by !== "http") return {};
  const probe =
    readiness.by === "http" ? { httpGet: httpGet(readiness.url) } : { tcpSocket: { port: readiness.port } };
  return {
    startupProbe: {
      ...probe,
      periodSeconds: PERIOD_S,
      failureThreshold: Math.max(1, Math.ceil(readiness.withinMs / 1_000 / PERIOD_S)),
    },
    readinessProbe: { ...probe, periodSeconds: 5 },
  };
}

function httpGet(address: string): object {
  const { protocol, port, pathname, search } = new URL(address);
  const scheme = protocol === "https:" ? "HTTPS" : "HTTP";
  const standard = scheme === "HTTPS" ? 443 : 80;
  return { path: `${pathname}${search}`, port: port === "" ? standard : Number(port), scheme };
}

/** $(NAME) is a variable in commands, arguments and values. */
const unexpanded = (text: string): string => text.replaceAll("$(", "$$$$(");

/** Older clusters take no other names. */
const isVariable = (name: string): boolean => /^[-._a-zA-Z][-._a-zA-Z0-9]*$/u.test(name);

function tellLosses(app: AppSpec, notes: Notes): void {
  const { name } = app;
  if (app.dependsOn.length > 0)
    notes.add(
      name,
      `Kubernetes starts it without waiting for ${app.dependsOn.join(", ")}: let it try again until that answers`,
    );
  if (app.limits.threads !== null)
    notes.add(name, "the limit of threads is set for a node (podPidsLimit), not for an app");
  if (app.stop.signal !== "SIGTERM")
    notes.add(name, `it is told to stop by SIGTERM; STOPSIGNAL ${app.stop.signal} in its image changes that`);
  const odd = Object.keys(app.env).filter((variable) => !isVariable(variable));
  if (odd.length > 0)
    notes.add(name, `variables whose names Kubernetes does not take are left out: ${odd.join(", ")}`);
}
