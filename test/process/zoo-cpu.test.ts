import { zooSuite } from "../zoo/suite.ts";
import { cpuRows } from "../zoo/rows-cpu.ts";

zooSuite(cpuRows);
