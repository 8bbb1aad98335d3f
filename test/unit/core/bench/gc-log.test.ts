/** What the engine says of its collections is counted between the marks, and what a benchmark prints is given back. */
import { expect, test } from "bun:test";
import { BEGIN_MARK, END_MARK, readGcLog } from "../../../../src/core/bench/gc-log.ts";

// captured from Bun 1.4.5 with BUN_JSC_logGC=1
const EDEN =
  "[GC<0x3d75859c118>: START M 13055kb => EdenCollection, a=0kb hf=0.000 mu=0.600 v=0kb (C:0 M:0 P1:0) o=1 b=1 i#1:N<CsMsrShDMsm(5)SrbBcs> 3+0 p=1.479529ms (max 3.478067)...]\n[GC<0x3d75859c118>: M a=16kb hf=0.002 mu=0.599 v=4516kb (C:4267 M:0 P1:248) o=1 b=1 i#2:N<WsOJw>Pbc 0+1 v=4516kb => 4558kb, p=0.415624ms (max 42.048432), cycle 2.1ms END]\nGC END!\n[GC<0x3d75859c118>: epilogue 0.031617ms]\nRequesting GC because bytes allocated this cycle: 16457056 exceed bytes allowed: 16443468\n";

test("collections between the marks, and the benchmark's own lines", () => {
  const log = readGcLog();
  const text = `${EDEN}mine ${BEGIN_MARK}0\n${EDEN}${EDEN}[GC is mine, too]\n${END_MARK}0\n${EDEN}${BEGIN_MARK}1\n${END_MARK}1\nlast`;
  // in parts that end anywhere
  const given = (text.match(/[^]{1,7}/gu) ?? []).map((part) => log.add(part)).join("");
  const { rest, collections } = log.end();
  expect(given + rest).toBe("mine [GC is mine, too]\nlast\n");
  expect(collections.map(({ count }) => count)).toEqual([2, 0]);
  expect(collections[0]?.timeMs).toBeCloseTo(2 * (1.479529 + 0.415624), 6);
});
