/** Who may be signalled that a rescan finds while a job is being stopped, and by whose terms. */
import { expect, test } from "bun:test";
import type { Governance, Policy } from "../../../src/core/judge/policy.ts";
import type { JudgedJob } from "../../../src/core/judge/verdict.ts";
import { mayKill, policyOf } from "../../../src/monitor/may-kill.ts";
import { aPolicy, aProcess, aSelf, aSnapshot, World } from "../../support/build.ts";
import type { TickResult } from "../../../src/monitor/tick.ts";

const [job, newcomer] = [aProcess({ pid: 20, cwd: "/shop" }), aProcess({ pid: 30, cwd: "/shop" })];

/** A look that has seen `job`, judged as given. */
function seen(facts: Partial<JudgedJob> = {}): TickResult {
  const world = new World().see(1_000_000, [job]);
  const judgement = { jobs: [{ ...world.job(job.id.pid), ...facts }] };
  return { snapshot: aSnapshot([job]), history: world.history, judgement };
}

const shop = aPolicy({ killGraceMs: 77, enforceCompiled: true });
const inForce = (elsewhere: Policy, ofShop = shop): Policy => {
  const governance: Governance = {
    projects: [{ root: "/shop", config: null, policy: ofShop }],
    elsewhere,
    harmOnly: false,
  };
  return { ...elsewhere, governance };
};
const compiled = { ...job, runtime: "compiled" } as const;
const owner = { kind: "gate", pid: 7, jobId: "7:7", name: null, counts: true } as const;

test.each([
  ["a member of the job", job, seen(), aPolicy(), true],
  ["somebody who is new", newcomer, seen(), aPolicy(), true],
  ["anybody before the first look", job, null, aPolicy(), true],
  ["a member of a protected job", job, seen({ protectedBecause: "it is" }), aPolicy(), false],
  ["a member of a job that the gate looks after", job, seen({ owner }), aPolicy(), false],
  ["a compiled program", compiled, seen(), aPolicy(), false],
  ["one that its own project's file gives up", compiled, seen(), inForce(aPolicy()), true],
  ["one that its own project's file keeps", compiled, seen(), inForce(shop, aPolicy()), false],
  ["another account's", aProcess({ pid: 30, uid: 1 }), seen(), aPolicy(), false],
])("%s", (_name, process, last, policy, expected) => {
  expect(mayKill(process, last, policy, aSelf())).toBe(expected);
});

test("terms are those of the project that the job works in; of a newcomer they are what is in force", () => {
  const policy = inForce(aPolicy());
  expect(policyOf(job, seen(), policy)).toBe(shop);
  expect(policyOf(newcomer, seen(), policy)).toBe(policy);
});
