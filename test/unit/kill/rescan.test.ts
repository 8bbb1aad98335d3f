import { expect, test } from "bun:test";
import { processKey, type ProcessSample } from "../../../src/core/process/process.ts";
import { rescan } from "../../../src/kill/rescan.ts";
import { other, sample, snapshot } from "../launch/samples.ts";

interface Case {
  readonly name: string;
  /** Pids that are members already. */
  readonly members: readonly number[];
  readonly processes: readonly ProcessSample[];
  readonly spared?: readonly number[];
  readonly vetoed?: readonly number[];
  /** Members that ended while the snapshot was taken. */
  readonly ended?: readonly number[];
  readonly found: readonly number[];
  readonly left?: readonly number[];
}

const cases: readonly Case[] = [
  { name: "nothing new", members: [10], processes: [sample(10, 1)], found: [] },
  {
    name: "children and their children, parents first",
    members: [10],
    processes: [sample(12, 11), sample(11, 10), sample(10, 1), sample(20, 1)],
    found: [11, 12],
  },
  {
    name: "a Bun child in a session of its own, and what shares that session",
    members: [10],
    processes: [sample(10, 1), sample(11, 10, { sid: 11 }), other(12, 11, { sid: 11 })],
    found: [11, 12],
  },
  {
    name: "another program in a session of its own stays, a Bun process below it does not",
    members: [10],
    processes: [sample(10, 1), other(11, 10, { sid: 11 }), sample(12, 11, { sid: 11 })],
    found: [12],
    left: [11],
  },
  {
    name: "the walk stops at a veto",
    members: [10],
    processes: [sample(10, 1), sample(11, 10), sample(12, 11)],
    vetoed: [11],
    found: [],
    left: [11],
  },
  {
    name: "and at what the plan spares",
    members: [10],
    processes: [sample(10, 1), sample(11, 10), sample(12, 11)],
    spared: [11],
    found: [],
    left: [11],
  },
  {
    name: "but goes on below another program that the plan spares",
    members: [10],
    processes: [sample(10, 1), other(11, 10), sample(12, 11)],
    spared: [11],
    found: [12],
    left: [11],
  },
  {
    name: "through members that are known, and not twice",
    members: [10, 11],
    processes: [sample(10, 1), sample(11, 10), sample(12, 11)],
    found: [12],
  },
  {
    name: "a zombie is nobody to kill",
    members: [10],
    processes: [sample(10, 1), sample(11, 10, { state: "zombie", threads: 1 })],
    found: [],
  },
  {
    name: "a member that became another program has no children of ours",
    members: [10],
    processes: [sample(10, 1, { id: { pid: 10, startTicks: 100, exe: "8:2" } }), sample(11, 10)],
    found: [],
  },
  {
    name: "nor has whoever took its pid",
    members: [10],
    processes: [sample(10, 1, { id: { pid: 10, startTicks: 101, exe: "8:1" } }), sample(11, 10)],
    found: [],
  },
  {
    name: "a member that is out of view still has its children",
    members: [10],
    processes: [sample(11, 10)],
    found: [11],
  },
  {
    name: "but not when it ended: its pid may be a stranger's by then",
    members: [10],
    processes: [sample(11, 10)],
    ended: [10],
    found: [],
  },
  {
    name: "one that ended after it was seen has them",
    members: [10],
    processes: [sample(10, 1), sample(11, 10)],
    ended: [10],
    found: [11],
  },
  {
    name: "a member child that became another program is found again as that",
    members: [10, 11],
    processes: [sample(10, 1), sample(11, 10, { id: { pid: 11, startTicks: 110, exe: "8:2" } })],
    found: [11],
  },
  {
    name: "a member whose executable cannot be read any more still is one",
    members: [10],
    processes: [sample(10, 1, { id: { pid: 10, startTicks: 100, exe: null } }), sample(11, 10)],
    found: [11],
  },
];

test.each(cases)(
  "$name",
  ({ members, processes, spared = [], vetoed = [], ended = [], found, left = [] }) => {
    const result = rescan(snapshot(...processes), {
      members: members.map((pid) => sample(pid, 1)),
      isLiving: ({ id }) => !ended.includes(id.pid),
      spared: new Set(spared.map((pid) => processKey(sample(pid, 1).id))),
      mayKill: ({ id }) => !vetoed.includes(id.pid),
    });
    expect(result.found.map(({ id }) => id.pid)).toEqual([...found]);
    expect(result.left.map(({ id }) => id.pid)).toEqual([...left]);
  },
);
