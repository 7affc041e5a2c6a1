import type { ReleaseReport } from "./report.ts";

const WIDTH = 720;
const HEIGHT = 200;
const LEFT = 44;
const BOTTOM = 24;
const TOP = 12;

/** The canary's weight over time as an SVG: steps, for a weight holds until the next is written. */
export function weightsPicture({
  weights,
  startedAt,
  endedAt,
}: Pick<ReleaseReport, "weights" | "startedAt" | "endedAt">): string {
  const from = Date.parse(startedAt);
  const length = Math.max(1, Date.parse(endedAt) - from);
  const x = (ms: number) => round(LEFT + ((WIDTH - LEFT - TOP) * Math.min(Math.max(ms - from, 0), length)) / length);
  const y = (weight: number) => round(TOP + ((HEIGHT - TOP - BOTTOM) * (100 - weight)) / 100);
  const points = weights.flatMap(({ at, weight }, index) => {
    const end = weights[index + 1]?.at ?? endedAt;
    return [`${x(Date.parse(at))},${y(weight)}`, `${x(Date.parse(end))},${y(weight)}`];
  });
  const scale = [0, 50, 100].map(
    (weight) =>
      `<line x1="${LEFT}" y1="${y(weight)}" x2="${WIDTH - TOP}" y2="${y(weight)}" stroke="#8884"/>` +
      `<text x="${LEFT - 6}" y="${y(weight) + 4}" text-anchor="end">${weight} %</text>`,
  );
  const clock = [from, from + length].map(
    (ms, index) =>
      `<text x="${x(ms)}" y="${HEIGHT - 6}" text-anchor="${index === 0 ? "start" : "end"}">${new Date(ms).toISOString().slice(11, 19)}</text>`,
  );
  const said = weights.map(({ weight }) => `${weight} %`).join(", then ");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="The canary's weight: ${said}" font-family="sans-serif" font-size="12" fill="currentColor">`,
    ...scale,
    ...clock,
    `<polyline points="${points.join(" ")}" fill="none" stroke="#2a78d6" stroke-width="2"/>`,
    `</svg>`,
  ].join("\n");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
