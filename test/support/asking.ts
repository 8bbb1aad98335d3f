/** What tests ask of a manager in a world without processes. */
import { expect } from "bun:test";
import type { AppSpec } from "../../src/core/app/app-spec.ts";
import type { ManagerReply, Selection } from "../../src/wire/manager.ts";
import { AppWorld, type FakeProcess, type LivingManager } from "./app-world.ts";

export const START = { ifRunning: "keep", updateEnv: false } as const;
export const named = (...words: string[]): Selection => ({ words, directory: "/project" });

export const states = ({ apps }: Pick<ManagerReply, "apps">): string[] =>
  apps.flatMap(({ spec, instances }) => instances.map(({ id, state }) => `${id} ${spec.name} ${state}`));

/** What is answered once the clock has gone on. */
export async function answer<Answer>(world: AppWorld, asked: Promise<Answer>): Promise<Answer> {
  const state = { isAnswered: false };
  const answered = (): void => void (state.isAnswered = true);
  asked.then(answered, answered);
  await world.clock.settle();
  for (let spentMs = 0; spentMs < 60_000 && !state.isAnswered; spentMs += 10) await world.clock.advance(10);
  if (!state.isAnswered) throw new Error("nobody answers");
  return asked;
}

export async function running(...specs: AppSpec[]): Promise<{ world: AppWorld; manager: LivingManager }> {
  const world = new AppWorld();
  const manager = world.manager();
  await manager.recover();
  const { failures } = await answer(world, manager.answers.start(specs, START));
  expect(failures).toEqual([]);
  return { world, manager };
}

export const first = (world: AppWorld, name: string): FakeProcess => {
  const process = world.of(name)[0];
  if (process === undefined) throw new Error(`${name} does not run`);
  return process;
};
