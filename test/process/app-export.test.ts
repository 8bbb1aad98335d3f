/** What bunctl exports, judged by the tool that it is for. */
import { expect } from "bun:test";
import { exportSystemd } from "../../src/config/apps/export/systemd.ts";
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
