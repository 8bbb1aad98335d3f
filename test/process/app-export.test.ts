/** What bunctl exports, judged by the tool that it is for, or by its published schema. */
import { expect } from "bun:test";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { exportCompose } from "../../src/config/apps/export/compose.ts";
import { exportKubernetes } from "../../src/config/apps/export/kubernetes.ts";
import { exportSystemd } from "../../src/config/apps/export/systemd.ts";
import { missing, packagesDirectory } from "../street/packages.ts";
import { needs } from "../support/skip.ts";
import { scratch } from "../unit/config/scratch.ts";
import { load } from "../unit/config/apps/loading.ts";

/** Whatever a unit could take for something else. */
const ODD = `a b'c"d\\e $HOME $(id) %h %% #x: [y] \t;`;

const APPS = [
  {
    name: "api",
    command: "bun run server.ts",
    env: { PORT: "3000", ODD },
    max_memory: "512M",
    max_cpu_percent: 150,
    max_threads: 64,
    kill_signal: "SIGINT",
    stop_exit_codes: [0, 78],
    restart_delay: 2_500,
    no_new_privileges: true,
    drop_capabilities: ["NET_RAW", "SYS_PTRACE"],
    umask: "027",
    ready: { http: "http://localhost:3000/health?x=1", timeout: "20s" },
  },
  {
    name: "worker",
    script: "server.ts",
    args: [ODD],
    depends_on: ["api"],
    instances: 2,
    drop_capabilities: "all",
  },
];

const version = (): number =>
  Number(/\d+/u.exec(Bun.spawnSync(["systemd-analyze", "--version"]).stdout.toString())?.[0]);

needs("systemd-analyze")("systemd has nothing to say against its units", async () => {
  using files = scratch({ "server.ts": "", "bunctl.json": { apps: APPS } });
  const { apps } = await load(files);
  for (const account of [null, "root"]) {
    const units = exportSystemd(apps, { account, version: version() }).files;
    expect(units.map(({ name }) => name)).toEqual(["api.service", "worker-0.service", "worker-1.service"]);
    for (const { name, text } of units) files.write(`units/${name}`, text);
    const paths = units.map(({ name }) => files.path(`units/${name}`));
    const { exitCode, stderr } = Bun.spawnSync(["systemd-analyze", "verify", "--man=no", ...paths], {
      env: { ...process.env, SYSTEMD_LOG_LEVEL: "warning" },
    });
    // it looks at the machine's own units, too
    const said = stderr
      .toString()
      .split("\n")
      .filter((line) => /api|worker/u.test(line));
    expect({ said, exitCode }).toEqual({ said: [], exitCode: 0 });
  }
});

const published = needs({ name: "published schemas", missing: () => missing(["packages"]) });
const packageOf = createRequire(join(packagesDirectory, "from-here.js"));

/** @throws with what the schema does not allow */
interface Published {
  validate(): void;
}

published("Compose's schema has nothing to say against its file, and something against another", async () => {
  using files = scratch({ "server.ts": "", "bunctl.json": { apps: APPS } });
  const { default: Ajv } = packageOf("ajv");
  const schema = readFileSync(join(packagesDirectory, "dclint/schemas/compose.schema.json"), "utf8");
  // it names its draft by another address than the draft itself
  const { $schema: _, ...rules } = JSON.parse(schema);
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(rules);
  const [file] = exportCompose((await load(files)).apps).files;
  const document = parseAllDocuments(file?.text ?? "")[0]?.toJS();
  expect(Object.keys(document.services)).toEqual(["api", "worker"]);
  expect({ valid: validate(document), errors: validate.errors }).toEqual({ valid: true, errors: null });
  document.services.api.memory = "1g";
  expect(validate(document)).toBeFalse();
});

published(
  "Kubernetes' schemas have nothing to say against its objects, and something against others",
  async () => {
    using files = scratch({ "server.ts": "", "bunctl.json": { apps: APPS } });
    const kinds: Readonly<Record<string, new (object: unknown) => Published>> = {
      ...packageOf("kubernetes-models/v1"),
      ...packageOf("kubernetes-models/apps/v1"),
      ...packageOf("kubernetes-models/batch/v1"),
    };
    const objects = exportKubernetes((await load(files)).apps).files.flatMap(({ text }) =>
      parseAllDocuments(text).map((document) => document.toJS()),
    );
    expect(objects.map(({ kind }) => kind)).toContain("Deployment");
    for (const object of objects) {
      const Kind = kinds[object.kind];
      if (Kind === undefined) throw new Error(`no schema of ${object.kind}`);
      expect(() => new Kind(object).validate()).not.toThrow();
      expect(() => new Kind({ ...object, metadata: { ...object.metadata, labels: 5 } }).validate()).toThrow();
    }
  },
);
