/** Options of `bun --help` (1.4.5), so that one that begins a command line is told from a mistyped one of ours. */

/** Not those that are ours too: --config, --help, --version. A test compares it with the help. */
export const BUN_OPTIONS: readonly string[] = (
  "--silent --elide-lines -v --revision -F --filter -b --bun --no-orphans --shell --workspaces --parallel --sequential " +
  "--no-exit-on-error --watch --watch-kill-signal --hot --no-clear-screen --check --smol --interactive -r --preload " +
  "--require --import --inspect --inspect-wait --inspect-brk --cpu-prof --cpu-prof-name --cpu-prof-dir --cpu-prof-md " +
  "--cpu-prof-interval --heap-prof --heap-prof-name --heap-prof-dir --heap-prof-md --heap-prof-interval --if-present " +
  "--no-install --install -i -e --eval -p --print --prefer-offline --prefer-latest --port --conditions " +
  "--fetch-preconnect --experimental-http2-fetch --experimental-http3-fetch --max-http-header-size " +
  "--insecure-http-parser --dns-result-order --experimental-stream-iter --expose-gc --no-deprecation " +
  "--throw-deprecation --no-warnings --trace-warnings --trace-deprecation --pending-deprecation --redirect-warnings " +
  "--disable-warning --title --zero-fill-buffers --use-system-ca --use-openssl-ca --use-bundled-ca --tls-min-v1.0 " +
  "--tls-min-v1.1 --tls-min-v1.2 --tls-min-v1.3 --tls-max-v1.2 --tls-max-v1.3 --redis-preconnect --sql-preconnect " +
  "--no-addons --no-ffi-cc --unhandled-rejections --console-depth --user-agent --cron-title --cron-period " +
  "--main-fields --preserve-symlinks --preserve-symlinks-main --extension-order --tsconfig-override -d --define " +
  "--drop --feature -l --loader --no-macros --jsx-factory --jsx-fragment --jsx-import-source --jsx-runtime " +
  "--jsx-side-effects --ignore-dce-annotations --env-file --no-env-file --cwd -c"
).split(" ");
