/** A workflow for GitHub Actions: shards that end together, joined at the end. */

const SHARDS = [1, 2, 3, 4] as const;
const ALL = SHARDS.length;

const TIMINGS = "test-timings.json";

/** What every job begins with. */
const CHECKOUT = `      - uses: actions/checkout@v4
      - uses: oven-sh/setup-bun@v2
      - run: bun install --frozen-lockfile`;

const timings = (action: string): string => `      - uses: actions/${action}-artifact@v4
        with:
          name: test-timings`;

export const shardedWorkflow = (): string => `name: tests
on: [push, pull_request]

jobs:
  # how long files took before: every shard has to see the same, also one that is run again
  timings:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/cache/restore@v4
        with:
          path: ${TIMINGS}
          key: test-timings-\${{ github.run_id }}-\${{ github.run_attempt }}
          restore-keys: test-timings-
      - run: test -f ${TIMINGS} || echo '{}' > ${TIMINGS}
${timings("upload")}
          path: ${TIMINGS}
          overwrite: true

  test:
    needs: timings
    runs-on: ubuntu-latest
    strategy:
      fail-fast: false
      matrix:
        shard: [${SHARDS.join(", ")}]
    steps:
${CHECKOUT}
${timings("download")}
      - run: bunx --no-install bun-isolate test --shard \${{ matrix.shard }}/${ALL} --timings ${TIMINGS} --results results-\${{ matrix.shard }}.json --coverage --coverage-dir coverage-\${{ matrix.shard }}
      - if: always()
        uses: actions/upload-artifact@v4
        with:
          name: results-\${{ matrix.shard }}
          path: |
            results-*.json
            coverage-*/lcov.info
          overwrite: true

  result:
    needs: test
    if: always()
    runs-on: ubuntu-latest
    steps:
${CHECKOUT}
      - uses: actions/download-artifact@v4
        with:
          pattern: results-*
          merge-multiple: true
${timings("download")}
      - run: bunx --no-install bun-isolate merge results-*.json coverage-*/lcov.info --timings ${TIMINGS} --junit junit.xml
      - if: always()
        uses: actions/cache/save@v4
        with:
          path: ${TIMINGS}
          key: test-timings-\${{ github.run_id }}-\${{ github.run_attempt }}`;
