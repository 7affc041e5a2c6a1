import { describe, expect, it } from "vitest";
import { progressLines } from "../../../../delivery/cli/release/progress.ts";
import { receiversIn } from "../../../../delivery/cli/release/receivers.ts";
import { historyTable, releaseSummary } from "../../../../delivery/cli/release/summary.ts";
import { startRelease } from "../../../../delivery/release/release.ts";
import type { ReleaseState } from "../../../../delivery/release/state.ts";
import { Process } from "../../release/world/process.ts";
import { CONTRACT, request, worldOf, type Setting } from "../../release/world/story.ts";

/** All states that a release goes through, and the lines shown meanwhile. */
async function shown(setting: Setting = {}) {
  const world = await worldOf(setting);
  const process = new Process(world, "shown");
  let before: ReleaseState | undefined;
  const lines: string[] = [];
  const onState = (state: ReleaseState) => {
    lines.push(...progressLines(before, state));
    before = state;
  };
  const options = { ports: process.ports, holder: process.holder, onState };
  return { state: await world.time.until(startRelease(request("r2", setting.changes), options)), lines };
}

describe("what a release shows while it runs", () => {
  it("is each stage, weight, look and check, once", async () => {
    const { lines } = await shown();
    expect(lines.filter((line) => /^[…✓✗]/.test(line))).toEqual([
      "… build",
      "✓ build passed after 20.0 s",
      "… canary",
      expect.stringMatching(/^✓ canary passed after/) as string,
      "… migration",
      "✓ migration passed after 3.0 s",
      "… synthetics",
      "✓ synthetics passed after 5.0 s",
      "… rollout",
      expect.stringMatching(/^✓ rollout passed after/) as string,
      "… readiness",
      "✓ readiness passed after 5.0 s",
    ]);
    expect(lines.filter((line) => line.includes("of the requests go"))).toHaveLength(4);
    expect(lines).toContain("  look 1 of 3 at 10 %: all well; canary 600 answers, 6 errors; stable 5400, 54");
    expect(lines.indexOf("✓ synthetics passed after 5.0 s")).toBeGreaterThan(
      lines.indexOf("  ✓ slack post: HTTP 200 (20 ms)"),
    );
    expect(lines).toContain("  ✓ slack post: HTTP 200 (20 ms)");
    expect(lines.at(-1)).toBe("v-r2 serves all requests: every stage has passed.");
  });

  it("names who could not be told", async () => {
    const { lines } = await shown({ troubles: ["notifierDown"] });
    expect(lines.filter((line) => line.startsWith("! not told"))).not.toHaveLength(0);
  });
});

describe("what a release leaves on the terminal", () => {
  it("ends with the verdict", async () => {
    const text = releaseSummary((await shown()).state, false);
    expect(text).toContain("│ canary     │ passed │");
    expect(text).toContain("v-r2 serves all requests: every stage has passed.");
    expect(text).not.toContain("To decide");
  });

  it("says what to decide and how, when it is frozen", async () => {
    const { state } = await shown({ fault: "synthetics", changes: { migrations: [CONTRACT] } });
    const text = releaseSummary(state, false);
    expect(text).toContain("To decide: 003.do.drop.sql (contract) has been applied");
    expect(text).toContain("fleet release abort --platform sophia");
    expect(text).toContain("fleet release retry --platform sophia");
  });

  it("is one line a release in the history", async () => {
    const { state } = await shown({ fault: "errors" });
    expect(historyTable([state])).toMatch(/│ r2 +│ v-r2 +│ rolled back │ 2026-\S+Z │ .*are errors/);
    expect(historyTable([])).toBe("It has never been released.");
  });
});

describe("who is told of a release", () => {
  it("is nobody where the environment names nobody, and that is said", async () => {
    const notification = { key: "k", severity: "info", release: "r", platform: "p", title: "t", text: "" } as const;
    await expect(receiversIn({}).notify(notification, new AbortController().signal)).rejects.toThrow("nobody is named");
  });
});
