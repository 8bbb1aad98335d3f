/**
 * A virtual machine whose Linux has cgroup v2 with all controllers, for what this machine's cannot do. Debian's cloud
 * kernel, busybox, Bun and this source tree in an initramfs; emulated (TCG): slow, and needs no /dev/kvm.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Part } from "../support/skip.ts";

/** Where .ci/deps puts it. */
const KERNEL = "/var/cache/bun-watchdog-vm/vmlinuz";
const repository = join(import.meta.dir, "../..");
const LIMIT_MS = 540_000;

export const vmKernel: Part = {
  name: "VM kernel",
  missing: () => (existsSync(KERNEL) ? null : `there is no ${KERNEL} (npm run test:deps gets it)`),
};

/** pid 1: mounts what Bun and cgroups need, leaves the root group for a leaf, runs the program, says how it ended. */
const INIT = `#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc; mount -t sysfs sysfs /sys; mount -t devtmpfs dev /dev; mount -t tmpfs tmp /tmp
mount -t cgroup2 cgroup2 /sys/fs/cgroup
export PATH=/bin HOME=/tmp BUN_WATCHDOG_TEST_OUTER_PIDNS=outside
cd /repository
bun test/vm/inside.ts
echo "vm exit $?"
poweroff -f
`;

/** Boots, runs test/vm/inside.ts and powers off. The text of its console. */
export async function runInMachine(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), "bun-watchdog-vm-"));
  try {
    const initrd = await pack(directory);
    const append = "console=ttyS0 quiet panic=-1 cgroup_no_v1=all psi=1";
    const argv = `qemu-system-x86_64 -accel tcg,thread=multi -cpu max -m 1536 -smp 2 -nographic -no-reboot -nic none -kernel ${KERNEL} -initrd ${initrd} -append`;
    const machine = Bun.spawn([...argv.split(" "), append], {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      timeout: LIMIT_MS,
      killSignal: "SIGKILL",
    });
    const [console, errors] = await Promise.all([
      new Response(machine.stdout).text(),
      new Response(machine.stderr).text(),
      machine.exited,
    ]);
    return `${console}${errors}`;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Path of the initramfs. */
async function pack(directory: string): Promise<string> {
  const root = join(directory, "root");
  for (const name of ["bin", "proc", "sys", "dev", "tmp", "run", "repository"])
    mkdirSync(join(root, name), { recursive: true });
  copyFileSync(Bun.which("busybox") ?? "busybox", join(root, "bin/busybox"));
  copyFileSync(process.execPath, join(root, "bin/bun"));
  for (const library of librariesOf(process.execPath)) {
    mkdirSync(join(root, dirname(library)), { recursive: true });
    copyFileSync(library, join(root, library));
  }
  const parts = ["src", "scripts", "dist", "test", "package.json", "tsconfig.json", ...packages()];
  for (const name of parts) {
    mkdirSync(join(root, "repository", dirname(name)), { recursive: true });
    Bun.spawnSync(["cp", "-rp", join(repository, name), join(root, "repository", name)]);
  }
  writeFileSync(join(root, "init"), INIT, { mode: 0o755 });
  symlinkSync("bin/busybox", join(root, "sh"));
  const initrd = join(directory, "initrd");
  const cpio = Bun.spawnSync([
    "sh",
    "-c",
    'cd "$1" && find . | cpio --quiet -o -H newc > "$2"',
    "sh",
    root,
    initrd,
  ]);
  if (cpio.exitCode !== 0) throw new Error(`the initramfs could not be packed: ${cpio.stderr.toString()}`);
  return initrd;
}

/** Those whose code is in what is built: the sources load them, too. */
const builtIn = (): readonly string[] =>
  readFileSync(join(repository, "dist/LICENSES.txt"), "utf8")
    .split("\n")
    .flatMap((line) => (line.startsWith("==== ") ? [`node_modules/${line.slice("==== ".length)}`] : []));

/** What users get with the product, and what that brings along. */
function packages(): readonly string[] {
  const found = new Set<string>();
  const add = (directory: string): void => {
    const { dependencies = {} } = JSON.parse(
      readFileSync(join(repository, directory, "package.json"), "utf8"),
    );
    for (const name of Object.keys(dependencies)) {
      const path = `node_modules/${name}`;
      if (found.has(path) || !existsSync(join(repository, path))) continue;
      found.add(path);
      add(path);
    }
  };
  add(".");
  return [...found, ...builtIn()];
}

const librariesOf = (program: string): readonly string[] =>
  [
    ...Bun.spawnSync(["ldd", program])
      .stdout.toString()
      .matchAll(/(?:=> )?(\/\S+) \(0x/g),
  ].map(([, path = ""]) => path);
