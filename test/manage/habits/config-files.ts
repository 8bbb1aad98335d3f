/** Config files, and the environment that they give. */
import type { Habit } from "./habit.ts";

export const CONFIG_FILES: readonly Habit[] = [
  {
    title: "the shell's environment is kept until --update-env",
    lines: `
      SAID=one pm start said.js -o said.log --merge-logs
      until grep -q SAID=one said.log
      : >said.log
      SAID=two pm restart said
      until grep -q SAID= said.log
      ! grep -q SAID=two said.log
      SAID=two pm restart said --update-env
      until grep -q SAID=two said.log
      SAID=three pm reload said --update-env
      until grep -q SAID=three said.log`,
  },
  {
    title: "a file's environment is taken at each start of the file",
    lines: `
      pm start said.json
      until grep -q SAID=first said.log
      pm restart said-again.json
      until grep -q 'SAID={"deep":true}' said.log
      pm start said.json --env production
      until grep -q SAID=in-production said.log
      : >said.log
      pm reload said.json
      until grep -q SAID=first said.log`,
  },
  {
    title: "the numbers of instances",
    lines: `
      pm start numbers.json --only counted
      counts 1 NODE_APP_INSTANCE: 0
      counts 1 NODE_APP_INSTANCE: 1
      pm scale counted 4
      counts 1 NODE_APP_INSTANCE: 3
      pm delete all
      pm start numbers.json --only renamed
      counts 1 NUMBER: 1
      counts 0 NODE_APP_INSTANCE: 0
      pm delete all
      pm start numbers.json --only raised
      counts 2 PORT: 3000
      counts 2 PORT: 3001`,
  },
  {
    title: "a config file is a selection",
    lines: `
      pm start all.json
      counts 4 'online'
      pm start all.json
      counts 4 restart_time: 1
      pm restart all.json
      counts 4 restart_time: 2
      pm reload all.json
      counts 4 restart_time: 3
      pm stop all.json
      counts 4 'stopped'
      pm start all.json
      counts 4 'online'
      pm delete all.json
      counts 0 name:`,
  },
  {
    title: "restart and reload of a config file start what is not there",
    lines: `
      pm restart all.json
      counts 4 restart_time: 0
      pm delete all
      pm reload all.json
      counts 4 restart_time: 0
      counts 4 'online'`,
  },
  {
    title: "--only",
    lines: `
      pm start all.json --only tick
      counts 1 'online'
      pm start all.json --only other,idle
      counts 4 'online'
      pm restart all.json --only idle
      counts 2 restart_time: 1
      pm delete all.json --only idle
      counts 2 'online'`,
  },
  {
    title: "startOrRestart and startOrReload",
    lines: `
      pm startOrRestart all.json
      counts 4 'online'
      pm startOrRestart all.json
      counts 4 restart_time: 1
      pm startOrReload all.json
      counts 4 restart_time: 2`,
  },
  {
    title: "a config file by standard input, without a list, under pm2, in YAML",
    lines: `
      cat all.json | pm start -
      counts 4 'online'
      cat all.json | pm delete -
      counts 0 name:
      pm start under-pm2.json
      counts 2 'online'
      pm delete all
      pm start bare.json
      counts 1 'online'
      pm delete all
      pm start yaml.config.yaml
      counts 3 'online'`,
  },
  {
    title: "append_env_to_name",
    lines: `
      pm start named.json --env dev
      pm start named.json --env prod
      counts 2 'online'
      pm stop web-dev
      pm stop web-prod
      counts 2 'stopped'`,
  },
  {
    title: "flags of the interpreter, in the list too, and changed later",
    lines: `
      pm start idle.js
      counts 1 node_args: []
      pm restart flags.json
      counts 1 node_args: [ '--no-warnings' ]
      pm delete all
      pm start idle.js
      pm restart idle --node-args=--no-warnings
      counts 1 node_args: [ '--no-warnings' ]
      counts 1 restart_time: 1`,
  },
  {
    title: "a config file in the foreground",
    lines: `
      pm start --no-daemon words.json >/dev/null 2>&1 & until grep -qx first said.log && grep -qx second said.log; do sleep 0.1; done; kill $!; wait $! || true`,
    ours: {
      lines: `
        pm start --no-daemon words.json >said.log 2>&1 & until grep -qx first said.log && grep -qx second said.log; do sleep 0.1; done; kill $!; wait $! || true
        test ! -e logs`,
      what: "In the foreground (`--no-daemon`, `runtime`) lines go to standard output only; PM2 writes its log files, too.",
      because: "A container's log is its standard output, and nobody rotates files inside.",
    },
  },
  {
    title: "where the paths of a config file begin",
    lines: `
      pm start sub/inside.json
      counts 1 'online'
      until test -s inside.log`,
    ours: {
      lines: `
        ! pm start sub/inside.json
        cp said.js sub
        pm start sub/inside.json
        counts 1 'online'
        until test -s sub/inside.log`,
      what: "Paths of a config file begin at its folder; PM2's begin where the command is given.",
      because: "The same file means the same from everywhere, and after a start of the machine.",
    },
  },
];
