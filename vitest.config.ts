import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** By name, so that the stories on the cluster run in the same order on every machine. */
class ByName extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return Promise.resolve([...files].sort((a, b) => a.moduleId.localeCompare(b.moduleId)));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: ByName },
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/{model,services,components,delivery,policy,toolchain,docker}/**/*.test.ts"],
          // Far beyond what any takes: a busy machine is no failure.
          testTimeout: 30_000,
          // Importing the SDKs takes longer than the tests: each worker does it once.
          pool: "threads",
          isolate: false,
        },
      },
      {
        test: {
          name: "workflows",
          include: ["test/workflows/**/*.test.ts"],
          testTimeout: 60_000,
          // The first time, actionlint is built.
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          name: "engine",
          include: ["test/engine/**/*.test.ts"],
          globalSetup: ["test/engine/engine.setup.ts"],
          testTimeout: 120_000,
          hookTimeout: 600_000,
          // An update is five processes: more at once would only wait for each other.
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: "scan",
          include: ["test/scan/**/*.test.ts"],
          testTimeout: 30_000,
          // The first time, the scanners are built and installed.
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          name: "cluster",
          include: ["test/cluster/**/*.test.ts"],
          globalSetup: ["test/cluster/cluster.setup.ts"],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
