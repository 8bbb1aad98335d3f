import { zooSuite } from "../zoo/suite.ts";
import { memoryRows } from "../zoo/rows-memory.ts";

zooSuite(memoryRows);
