import { createColors } from "picocolors";
import type { DriftedField, DriftedObject, DriftReport } from "./drift.ts";

/** Longest value shown, in characters. */
const VALUE_LIMIT = 120;

/** A drift report for people: each object, each field with both values, and who wrote it. */
export function formatDrift(report: DriftReport, { color }: { readonly color: boolean }): string {
  const { bold, dim, green } = createColors(color);
  const { stack, compared, drifted, unreadable } = report;
  const verdict =
    drifted.length === 0
      ? green(`${stack}: all ${compared} objects are as the engine left them`)
      : bold(`${stack}: ${drifted.length} of ${compared} objects drifted`);
  return [
    ...drifted.flatMap((one) => objectLines(one, color)),
    ...unreadable.map((where) => dim(`not compared, for want of rights: ${where}`)),
    verdict,
    ...(drifted.length === 0 ? [] : [`  fleet up --stack ${stack} puts back what the program says.`]),
  ].join("\n");
}

function objectLines({ object, resource, kind, fields }: DriftedObject, color: boolean): readonly string[] {
  const { bold, dim, red, yellow } = createColors(color);
  const name = resource === undefined ? "" : dim(` (${resource})`);
  switch (kind) {
    case "missing":
      return [`${red("-")} ${bold(object)}${name} is gone`];
    case "unknown":
      return [`${red("+")} ${bold(object)} was made by hand; the program does not know it`];
    case "changed":
      return [
        `${yellow("~")} ${bold(object)}${name}`,
        ...fields.map((field) => `    ${fieldLine(field)}${byLine(field)}`),
      ];
  }

  function byLine({ by }: DriftedField): string {
    if (!by) return "";
    return dim(` by ${by.manager}${by.time === undefined ? "" : ` at ${by.time}`}`);
  }
}

function fieldLine(field: DriftedField): string {
  const { path, secret } = field;
  if (secret) return `${path}: another secret value`;
  const expected = "expected" in field ? text(field.expected) : "nothing";
  const found = "found" in field ? text(field.found) : "nothing";
  return `${path}: ${expected} → ${found}`;
}

function text(value: unknown): string {
  const whole = typeof value === "string" ? value : JSON.stringify(value);
  return whole.length > VALUE_LIMIT ? `${whole.slice(0, VALUE_LIMIT)}…` : whole;
}
