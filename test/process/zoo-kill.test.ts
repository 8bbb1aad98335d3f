import { zooSuite } from "../zoo/suite.ts";
import { killRows } from "../zoo/rows-kill.ts";

zooSuite(killRows);
