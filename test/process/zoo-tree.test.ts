import { zooSuite } from "../zoo/suite.ts";
import { treeRows } from "../zoo/rows-tree.ts";

zooSuite(treeRows);
