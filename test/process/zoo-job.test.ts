import { zooSuite } from "../zoo/suite.ts";
import { jobRows } from "../zoo/rows-job.ts";

zooSuite(jobRows);
