/** Projects with alerts, and what became of them. */
import { afterEach } from "bun:test";
import { scratchProject, type Project } from "../support/launch.ts";
import { standings, type Standing } from "../support/outbox.ts";
import type { Receiver } from "../support/receiver.ts";
import { SCALED } from "./scaled.ts";

const projects: Project[] = [];
export const projectFor = (alerts: object, more: object = {}): Project => {
  const made = scratchProject({ ...SCALED, ...more, alerts });
  projects.push(made);
  return made;
};
afterEach(() => {
  for (const each of projects.splice(0)) each[Symbol.dispose]();
});

export const ids = ({ accepted }: Receiver): readonly string[] => accepted.map(({ id }) => id);
export const stepsOf = (project: Project): readonly string[] =>
  project.events().flatMap((event) => (event.type === "outcome" ? [`kill-${event.stepId}`] : []));
export const all = (project: Project, receiver: Receiver) => (): boolean =>
  stepsOf(project).every((step) => ids(receiver).includes(step));

/** Waits until the webhook stands like that. */
export async function stands(project: Project, like: (webhook: Standing) => boolean): Promise<boolean> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const webhook = (await standings(project)).find(({ channel }) => channel === "webhook");
    if (webhook !== undefined && like(webhook)) return true;
    if (performance.now() > deadline) return false;
  }
}
