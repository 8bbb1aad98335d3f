/** Lines that fingers and scripts are used to from PM2, and what bunctl reads in them. */
import { describe, expect, test } from "bun:test";
import { refusePm2 } from "../../../src/cli/bunctl/pm2-instead.ts";
import { inOurWords } from "../../../src/cli/bunctl/pm2-words.ts";

test.each([
  ["start app.js -x --no-vizion", "start app.js"],
  ["-s stop api", "stop api"],
  ["ls -m --no-color", "ls"],
  ["-v", "--version"],
  ["update", "daemon upgrade"],
  ["updatePM2", "daemon upgrade"],
  ["monit", "status --watch"],
  ["dash", "status --watch"],
  ["--no-daemon", "daemon run"],
  ["start --no-daemon app.json", "runtime app.json"],
  ["runtime start app.json --env production", "runtime app.json --env production"],
  ["runtime app.json --only start", "runtime app.json --only start"],
  ["ecosystem", "init --ecosystem"],
  ["ecosystem simple", "init --ecosystem"],
  ["init simple", "init --ecosystem"],
  ["init --name api", "init --name api"],
  ["startup systemd", "startup"],
  ["start systemd", "start systemd"],
  ["save --force", "save"],
  ["delete all -f", "delete all"],
  ["start app.js -f", "start app.js -f"],
  ["logs -f", "logs -f"],
  ["restart api -a", "restart api --update-env"],
  ["restart api --cron-restart=0", "restart api --cron=0"],
  ["restart --parallel 2 0", "restart --parallel 0"],
  ["restart 0 --parallel", "restart 0 --parallel"],
  ["stop api --watch", "stop api"],
  ["restart api --watch", "restart api --watch"],
])("%s", (line, ours) => {
  expect(inOurWords(line.split(" ")).join(" ")).toBe(ours);
});

describe("what bunctl has not is said with what to do instead", () => {
  test.each([
    ["deploy production setup", "bunctl apply"],
    ["install pm2-logrotate", "log_max_size"],
    ["set pm2-logrotate:max_size 10M", "config file"],
    ["config key value", "config file"],
    ["link secret public", "bunctl jlist"],
    ["start app.js --trace", "OpenTelemetry"],
    ["start app.js --log-type=json", "logs --json"],
    ["startup upstart", "systemd"],
  ])("%s", (line, instead) => {
    expect(() => refusePm2(line.split(" "))).toThrow(instead);
  });
  test.each(["config check", "start app.js", "startup --system", "toString", "bogus"])(
    "%s is not PM2's alone",
    (line) => {
      expect(() => refusePm2(line.split(" "))).not.toThrow();
    },
  );
});
