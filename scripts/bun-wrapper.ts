#!/usr/bin/env bun
import { loadWrapper } from "../src/cli/wrapper/entry.ts";

// no top-level await: while one is pending, Bun does not end on an uncaught error
void loadWrapper()
  .then((runWrapper) => runWrapper(process.argv.slice(2)))
  .then((code) => process.exit(code));
