#!/bin/sh
":" /*
# Every file of bin/ is this one: it finds a Bun and runs the program of its own name in its place. Plain sh, since no Node
# may be there either; of dash, BusyBox and bash it needs -O and -ef beside what POSIX has. What is in the environment keeps
# its value, so all names begin with bw_. src/trust/own-bun.ts says what the flags and the variables are about.
export PATH ${BUN_OPTIONS:+"BUN_WATCHDOG_KEPT_BUN_OPTIONS=$BUN_OPTIONS"} \
  ${BUN_INSPECT:+"BUN_WATCHDOG_KEPT_BUN_INSPECT=$BUN_INSPECT"} \
  ${BUN_INSPECT_PRELOAD:+"BUN_WATCHDOG_KEPT_BUN_INSPECT_PRELOAD=$BUN_INSPECT_PRELOAD"} \
  ${BUN_INSPECT_CONNECT_TO:+"BUN_WATCHDOG_KEPT_BUN_INSPECT_CONNECT_TO=$BUN_INSPECT_CONNECT_TO"} \
  ${BUN_INSPECT_NOTIFY:+"BUN_WATCHDOG_KEPT_BUN_INSPECT_NOTIFY=$BUN_INSPECT_NOTIFY"} \
  ${NODE_CHANNEL_FD:+"BUN_WATCHDOG_KEPT_NODE_CHANNEL_FD=$NODE_CHANNEL_FD"} \
  ${BUN_FEATURE_FLAG_NO_ORPHANS:+"BUN_WATCHDOG_KEPT_BUN_FEATURE_FLAG_NO_ORPHANS=$BUN_FEATURE_FLAG_NO_ORPHANS"}
unset BUN_OPTIONS BUN_INSPECT BUN_INSPECT_PRELOAD BUN_INSPECT_CONNECT_TO BUN_INSPECT_NOTIFY NODE_CHANNEL_FD BUN_FEATURE_FLAG_NO_ORPHANS

bw_lowest=1.3.3
bw_why='there is none here'

# 127, as shells have it for a command that is not found
bw_fail() {
  printf '%s\n' "error: $1" >&2
  exit 127
}

# 1.4.5, or 1.4.5-canary.1: bw_number is 1004005. Fails for what is no version.
bw_parse() {
  bw_number=${1%%[!0-9.]*}
  bw_rest=${bw_number#*.}
  case $bw_number in
    *.*.*.* | *..* | .* | *.) return 1 ;;
    *.*.*) ;;
    *) return 1 ;;
  esac
  bw_number=$((${bw_number%%.*} * 1000000 + ${bw_rest%%.*} * 1000 + ${bw_rest#*.}))
}
bw_parse "$bw_lowest"
bw_least=$bw_number

# bw_bun is $1, where that is a Bun and new enough. It says its version itself, in 1 ms: what a file beside it says need not
# be so (the npm package has a placeholder until its install script has run).
bw_take() {
  [ -f "$1" ] && [ -x "$1" ] && bw_version=$("$1" --version 2>/dev/null </dev/null) && bw_parse "$bw_version" || return 1
  bw_bun=$1
  [ "$bw_number" -ge "$bw_least" ] || {
    bw_why="$1 is $bw_version"
    return 1
  }
}

# The npm package of Bun in the folder $1; without its install script, what it would have installed lies beside it.
bw_take_package() {
  [ -d "$1/bun" ] || return 1
  bw_take "$1/bun/bin/bun.exe" || bw_take "$1/bun/bin/bun" && return
  for bw_each in "$1"/bun/../@oven/bun-*"/"bin/bun "$1"/bun/node_modules/@oven/bun-*"/"bin/bun; do
    bw_take "$bw_each" && return
  done
  return 1
}

# Root runs nothing that another account may exchange; everybody else has a PATH of his own. Only the machine's root has uid 0
# and the root folder: in a sandbox that folder may be anybody's.
bw_is_believed() {
  [ -O / ] || return 0
  bw_at=$1
  while [ -n "$bw_at" ]; do
    [ -O "$bw_at" ] || {
      [ "$(id -u)" = 0 ] || return 0
      bw_why="root does not run $1, because $bw_at belongs to another account"
      return 1
    }
    bw_at=${bw_at%/*}
  done
}

bw_take_named() { [ -x "$1" ] && bw_is_believed "$1" && bw_take "$1"; }

# Of a package that is installed here: whoever may write into the folder of it, or into one above, can exchange this file as
# well. A folder above that does not contain us is another matter, if it is not ours (/tmp/node_modules). A link is of
# whom it leads to, whoever made it.
bw_from_own_tree() {
  bw_above=$bw_home
  while [ -n "$bw_above" ]; do
    case $bw_above in
      *"/"node_modules) ;;
      *)
        case $bw_home/ in
          "$bw_above"/ | "$bw_above"/node_modules/*) bw_take_package "$bw_above/node_modules" && return ;;
          *) [ -O "$bw_above/node_modules" ] && [ ! -h "$bw_above/node_modules" ] && bw_take_package "$bw_above/node_modules" && return ;;
        esac
        ;;
    esac
    bw_above=${bw_above%/*}
  done
  # linked into a project, and called from there: who puts a `bun` beside us could have put another one in our place
  case /$bw_called in
    *"/"node_modules/.bin) bw_take "$bw_called/bun" ;;
    *) return 1 ;;
  esac
}

# Not from the folder that somebody stands in, nor from a project's, whatever npm, direnv or a profile puts in front: those
# that we belong to have been asked. Below /tmp everybody may have made it.
bw_from_path() {
  for bw_each in $PATH; do
    case $bw_each/ in
      *"/"node_modules/.bin/*) [ ! -x "$bw_each/bun" ] || bw_why="the one in $bw_each belongs to a project that this program is not installed in" ;;
      *"/".kiro/bin/*) ;;
      /tmp/* | /var/tmp/* | /dev/shm/*) [ -O "$bw_each" ] && bw_take_named "$bw_each/bun" && return ;;
      /*) bw_take_named "$bw_each/bun" && return ;;
    esac
  done
  return 1
}

bw_from_account() {
  case ${BUN_INSTALL-} in
    /*) bw_take_named "$BUN_INSTALL/bin/bun" && return ;;
  esac
  case ${HOME-} in
    /*) [ -O "$HOME" ] && bw_take_named "$HOME/.bun/bin/bun" ;;
    *) return 1 ;;
  esac
}

# where the package is: its file, through links. The usual one (node_modules/.bin) is followed without another program.
bw_self=$0
case $bw_self in
  *"/"*) ;;
  *)
    # bash looks for `bash bunctl` on PATH too, where it is not in the folder
    if [ -f "./$bw_self" ]; then bw_self=./$bw_self; else bw_self=$(command -v "$bw_self"); fi
    case $bw_self in
      /* | ./*) ;;
      *) bw_fail "$0 is not found where it was called from" ;;
    esac
    ;;
esac
bw_called=${bw_self%/*}
while [ -h "$bw_self" ]; do
  bw_usual=${bw_self%/*}/../bun-watchdog/bin/${bw_self##*"/"}
  if [ ! -h "$bw_usual" ] && [ "$bw_usual" -ef "$bw_self" ]; then
    bw_self=$bw_usual
  else
    # a name may end with a line break, which $() would take off
    bw_to=$(readlink "$bw_self" && echo .) || bw_fail "the link $bw_self cannot be read"
    bw_to=${bw_to%??}
    case $bw_to in
      /*) bw_self=$bw_to ;;
      *) bw_self=${bw_self%/*}/$bw_to ;;
    esac
  fi
done
bw_name=${bw_self##*"/"}
bw_home=$(CDPATH='' cd -P -- "${bw_self%/*}/.." && pwd -P && echo .) || bw_fail "the folder of $bw_self cannot be entered"
bw_home=${bw_home%??}

# in a checkout from its sources
case $bw_name in
  bun-watchdog) bw_program=fix-runaway-bun ;;
  *) bw_program=$bw_name ;;
esac
if [ -d "$bw_home/src" ]; then bw_program=$bw_home/scripts/$bw_program.ts; else bw_program=$bw_home/dist/$bw_program.js; fi

bw_find() {
  bw_from_own_tree && return
  set -f
  IFS=:
  bw_from_path
  bw_found=$?
  unset IFS
  set +f
  [ "$bw_found" = 0 ] || bw_from_account
}
bw_find || {
  bw_type='npm install --global bun'
  command -v npm >/dev/null || bw_type='curl -fsSL https://bun.com/install | bash'
  bw_fail "$bw_name needs Bun $bw_lowest or newer, and $bw_why. Next: $bw_type"
}
# an older one would write to stderr for the third flag: src/trust/own-bun.ts
[ "$bw_number" -ge 1004003 ] || exec "$bw_bun" --config=/dev/null --no-env-file "$bw_program" "$@"
exec "$bw_bun" --config=/dev/null --no-env-file --tsconfig-override=/dev/null "$bw_program" "$@"
*/
// yarn 4 has Node run every program that is no binary; to Node, all above is a comment, since a star and a slash never meet
const [, self, ...words] = process.argv;
void import("node:child_process").then(({ spawn }) => {
  const child = spawn("/bin/sh", [self, ...words], { stdio: "inherit" });
  const signals = ["SIGHUP", "SIGINT", "SIGTERM"];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    for (const each of signals) process.removeAllListeners(each);
    if (signal === null) process.exit(code);
    else process.kill(process.pid, signal);
  });
});
