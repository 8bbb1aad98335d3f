/** What becomes of an app: restarts, signals, instances, watching, cron. */
import type { Habit } from "./habit.ts";

export const LIFE: readonly Habit[] = [
  {
    title: "a pid file is there while its app runs",
    lines: `
      pm start idle.js -p idle.pid
      until kill -0 $(cat idle-0.pid)
      pm stop all
      until test ! -e idle-0.pid`,
    ours: {
      lines: `
        pm start idle.js -p idle.pid
        until kill -0 $(cat idle.pid)
        pm stop all
        until test ! -e idle.pid
        pm delete all
        pm start idle.js -p idle.pid -i 2
        until kill -0 $(cat idle-0.pid) && kill -0 $(cat idle-1.pid)`,
      what: "The pid file of an app with one instance has the name that you give; PM2 adds the app's id.",
      because:
        "The id changes with the order of starts. Where an app has several instances, their numbers are added.",
    },
  },
  {
    title: "instances: restart, reload, scale",
    lines: `
      pm start idle.js -i 2
      counts 2 'online'
      counts 2 exec_mode: 'cluster_mode'
      pm restart all
      counts 2 restart_time: 1
      pm restart idle.js
      counts 2 restart_time: 2
      pm reload idle
      counts 2 restart_time: 3
      pm scale idle 4
      counts 4 'online'
      pm scale idle +1
      counts 5 'online'
      pm scale idle 2
      counts 2 'online'`,
  },
  {
    title: "dump, save and resurrect",
    lines: `
      pm start idle.js -i 2
      pm start tick.js
      pm dump
      pm save
      pm resurrect
      counts 3 'online'
      pm delete all
      pm resurrect
      counts 3 'online'
      pm kill
      pm resurrect
      counts 3 'online'`,
  },
  {
    title: "signals, by name and by id",
    lines: `
      pm start signal.js -o out.log --merge-logs
      until grep -q listening out.log
      pm sendSignal SIGUSR2 signal
      until grep -q SIGUSR2 out.log
      : >out.log
      pm sendSignal SIGUSR2 0
      until grep -q SIGUSR2 out.log`,
  },
  {
    title: "who is to stay down stays down",
    lines: `
      pm start ends.js --no-autorestart
      counts 1 'stopped'
      counts 1 restart_time: 0
      pm delete all
      pm start ends-42.js --stop-exit-codes 42
      counts 1 'stopped'
      counts 1 restart_time: 0
      pm delete all
      pm start stays-down.json
      counts 1 'stopped'
      counts 1 restart_time: 0`,
  },
  {
    title: "who ends is started again, by another stop exit code and after a delay",
    lines: `
      pm start ends-42.js --stop-exit-codes 34
      counts 0 restart_time: 0
      pm delete all
      pm start ends.js --restart-delay 50000
      counts 1 'waiting restart'
      counts 1 restart_time: 0`,
  },
  {
    title: "who fails too often is errored",
    lines: `
      pm start ends-42.js --max-restarts 3
      counts 1 'errored'`,
  },
  {
    title: "an app is told to end by a message",
    lines: `
      pm start told.js --shutdown-with-message -o out.log --merge-logs
      until grep -q listening out.log
      pm stop told
      until grep -qx "ends by message shutdown" out.log
      ! grep -q SIG out.log`,
  },
  {
    title: "an app is told to end by a signal, once",
    lines: `
      pm start told.js -o out.log --merge-logs
      until grep -q listening out.log
      pm reload told
      until test $(grep -c "ends by SIG" out.log) = 1`,
  },
  {
    title: "--wait-ready",
    lines: `
      pm start ready.js --wait-ready
      counts 1 'online'
      pm start idle.js --wait-ready --listen-timeout 60000 >/dev/null 2>&1 &
      counts 1 'launching'`,
  },
  {
    title: "a memory limit, on the command line and in a file",
    lines: `
      PM2_WORKER_INTERVAL=500 pm start grows.js --max-memory-restart 150M
      counts 0 restart_time: 0
      pm delete all
      pm start limited.json
      counts 0 restart_time: 0`,
  },
  {
    title: "cron",
    lines: `
      ! pm start idle.js -c "* * * asdasd"
      pm start idle.js -c "* * * * * *"
      counts 0 restart_time: 0
      pm restart idle --cron-restart 0
      pm reset all
      counts 1 restart_time: 0`,
  },
  {
    title: "watched files",
    lines: `
      pm start watched.json
      counts 1 'online'
      until echo 1 >>sub/watched.txt; pm prettylist | grep -qE "restart_time: [1-9]"
      pm stop watched.json
      counts 1 watch: false
      pm restart watched.json
      counts 1 'online'`,
  },
  {
    title: "an app starts an app",
    lines: `
      pm start starts-another.mjs -o out.log --merge-logs
      until grep -qx "exit 0" out.log
      counts 2 'online'
      pm restart inner
      counts 2 'online'`,
  },
  {
    title: "an app restarts another, again and again",
    lines: `
      pm start idle.js
      pm start restarts-another.sh --no-autorestart
      counts 1 restart_time: 3`,
  },
  {
    title: "the signal that tells an app to end",
    lines: `
      pm start told.js -o out.log --merge-logs
      until grep -q listening out.log
      pm stop told
      until grep -qx "ends by SIGINT" out.log`,
    ours: {
      lines: `
        pm start told.js -o out.log --merge-logs
        until grep -q listening out.log
        pm stop told
        until grep -qx "ends by SIGTERM" out.log
        pm start told.js -o out.log --merge-logs --kill-signal SIGINT --name other
        until grep -q listening out.log
        pm stop other
        until grep -qx "ends by SIGINT" out.log`,
      what: "An app is told to end by SIGTERM; PM2 sends SIGINT.",
      because: "All other managers send it: systemd, Docker, Kubernetes. `kill_signal` names another.",
    },
  },
  {
    title: "which instances stay when there are to be fewer",
    lines: `
      pm start numbers.json --only counted
      pm scale counted 4
      pm scale counted 2
      counts 0 NODE_APP_INSTANCE: 0
      counts 1 NODE_APP_INSTANCE: 2
      counts 1 NODE_APP_INSTANCE: 3`,
    ours: {
      lines: `
        pm start numbers.json --only counted
        pm scale counted 4
        pm scale counted 2
        counts 1 NODE_APP_INSTANCE: 0
        counts 1 NODE_APP_INSTANCE: 1
        counts 0 NODE_APP_INSTANCE: 2`,
      what: "`scale` takes the instances with the highest numbers away; PM2 takes the oldest.",
      because: "The numbers of those that stay begin at 0, and with them the ports of `increment_var`.",
    },
  },
  {
    title: "cron, and an app that a person has stopped",
    lines: `
      pm start idle.js -c "* * * * * *"
      pm stop idle
      counts 1 'online'`,
    ours: {
      lines: `
        pm start idle.js -c "* * * * * *"
        pm stop idle
        sleep 1.1
        counts 1 'stopped'
        pm delete all
        pm start ends.js --no-autorestart -c "* * * * * *" -o out.log --merge-logs
        until test "$(pm jlist | grep -o '"pm_uptime":[0-9]*')" != "$(sleep 1.1; pm jlist | grep -o '"pm_uptime":[0-9]*')"`,
      what: "`cron_restart` starts an app that has ended by itself, not one that a person has stopped; PM2 starts both.",
      because: "Who stops an app wants it stopped.",
    },
  },
  {
    title: "restart --watch, and a watched app that was stopped",
    lines: `
      pm start idle.js
      pm restart idle --watch
      counts 1 watch: true
      pm restart idle --watch
      counts 1 watch: false
      pm restart idle --watch
      pm stop idle
      pm start idle
      counts 1 watch: false`,
    ours: {
      lines: `
        pm start idle.js
        pm restart idle --watch=sub
        counts 1 watch: true
        pm restart idle --watch=sub
        counts 1 watch: true
        pm stop idle
        counts 1 watch: false
        pm start idle
        counts 1 watch: true
        pm restart idle --watch=false
        counts 1 watch: false`,
      what: "`restart --watch` watches, `--watch=false` ends that, and a watched app that was stopped is watched again when it is started. Under PM2 `restart --watch` toggles, and a stop ends it for good.",
      because: "A line of a script does the same however often it runs.",
    },
  },
];
