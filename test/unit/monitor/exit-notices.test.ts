/** Ends that the kernel tells of: who is followed, and what is made of a machine without descriptors. */
import { expect, test } from "bun:test";
import type { ProcessId } from "../../../src/core/process/process.ts";
import { ExitNotices } from "../../../src/monitor/exit-notices.ts";
import type { Pin } from "../../../src/ports/control.ts";
import { aHelper, aProcess } from "../../support/build.ts";

function following(mostKept: number, pin: (id: ProcessId) => void = () => undefined) {
  const ends = new Map<number, (ended: boolean) => void>();
  let notices = 0;
  const control = {
    mostKept,
    pin: (id: ProcessId): Pin => {
      pin(id);
      const { promise, resolve } = Promise.withResolvers<boolean>();
      ends.set(id.pid, resolve);
      return {
        id,
        send: () => "sent",
        mark: () => false,
        exited: () => promise,
        status: () => null,
        [Symbol.dispose]: () => void ends.delete(id.pid),
      };
    },
  };
  return { watch: new ExitNotices(control, () => notices++), ends, notices: () => notices };
}

const bun = (pid: number) => aProcess({ pid });

test("Bun processes are followed, as many as may be kept, and only for as long as they are seen", async () => {
  const { watch, ends, notices } = following(2);
  watch.follow([aHelper({ pid: 10 }), bun(1), bun(20), bun(30)]);
  expect([...ends.keys()]).toEqual([20]);
  watch.follow([bun(20), bun(30), bun(40)]);
  expect([...ends.keys()]).toEqual([20, 30]);
  ends.get(20)?.(true);
  await Bun.sleep(0);
  expect([notices(), [...ends.keys()]]).toEqual([1, [30]]);
  watch[Symbol.dispose]();
  expect([...ends.keys()]).toEqual([]);
});

const refuse = (code: string) =>
  following(9, ({ pid }) => {
    if (pid === 30) throw Object.assign(new Error(code), { code });
  });

test("whom there is no descriptor for is seen at the next tick; any other failure is one", () => {
  const scarce = refuse("EMFILE");
  scarce.watch.follow([bun(20), bun(30)]);
  expect([...scarce.ends.keys()]).toEqual([20]);
  expect(() => refuse("EPERM").watch.follow([bun(30)])).toThrow("EPERM");
});
