/** A workflow for GitHub Actions: shards that end together, joined at the end. */

const SHARDS = [1, 2, 3, 4] as const;

export const shardedWorkflow = (): string => `name: tests
on: [push, pull_request]

jobs:
  test:
    runs-on: ubuntu-latest
    strategy:
      fail-fast: false
      matrix:
        shard: [${SHARDS.join(", ")}]
    steps:
      - uses: actions/checkout@v4
      - uses: oven-sh/setup-bun@v2
      - run: bun install --frozen-lockfile
      # how long files took before: the shards are made of it
      - uses: actions/cache/restore@v4
        with:
          path: test-timings.json
          key: test-timings-\${{ github.run_id }}
          restore-keys: test-timings-
      - run: bunx bun-isolate test --shard \${{ matrix.shard }}/${SHARDS.length} --timings test-timings.json --results results-\${{ matrix.shard }}.json
      - if: always()
        uses: actions/upload-artifact@v4
        with:
          name: results-\${{ matrix.shard }}
          path: |
            results-*.json

  result:
    needs: test
    if: always()
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: oven-sh/setup-bun@v2
      - run: bun install --frozen-lockfile
      - uses: actions/download-artifact@v4
        with:
          pattern: results-*
          merge-multiple: true
      - run: bunx bun-isolate merge results-*.json --timings test-timings.json --junit junit.xml
      - uses: actions/cache/save@v4
        if: always()
        with:
          path: test-timings.json
          key: test-timings-\${{ github.run_id }}`;
