import { expect, test } from "bun:test";
import { instanceEnvironment } from "../../../../src/core/app/instance-environment.ts";

const everything = { all: false, containing: [], named: [] };
const none = {
  shellFilter: everything,
  shellEnv: {},
  env: {},
  instanceVariable: "NODE_APP_INSTANCE",
  incrementVariable: null,
};

test.each([
  [{}, 0, { NODE_APP_INSTANCE: "0" }],
  [{ instanceVariable: "N" }, 2, { N: "2" }],
  [
    { shellEnv: { A: "shell", B: "b" }, env: { A: "file" } },
    0,
    { A: "file", B: "b", NODE_APP_INSTANCE: "0" },
  ],
  [
    {
      shellEnv: { A: "1", SECRET_B: "2", C: "3" },
      shellFilter: { all: false, containing: ["SECRET_"], named: ["C"] },
    },
    0,
    { A: "1", NODE_APP_INSTANCE: "0" },
  ],
  [{ shellEnv: { A: "1" }, shellFilter: { ...everything, all: true } }, 0, { NODE_APP_INSTANCE: "0" }],
  [{ env: { PORT: "3000" }, incrementVariable: "PORT" }, 2, { PORT: "3002", NODE_APP_INSTANCE: "2" }],
  [{ shellEnv: { PORT: "80" }, incrementVariable: "PORT" }, 1, { PORT: "81", NODE_APP_INSTANCE: "1" }],
  [{ incrementVariable: "PORT" }, 1, { PORT: "1", NODE_APP_INSTANCE: "1" }],
  [{ env: { PORT: "http" }, incrementVariable: "PORT" }, 0, { PORT: "0", NODE_APP_INSTANCE: "0" }],
  [{ env: { NODE_APP_INSTANCE: "own" } }, 1, { NODE_APP_INSTANCE: "1" }],
])("%j, copy %i", (spec, number, env) => {
  expect<object>(instanceEnvironment({ ...none, ...spec }, number)).toEqual(env);
});
