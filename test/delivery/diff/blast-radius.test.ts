import { expect, it } from "vitest";
import { blastRadius } from "../../../delivery/diff/blast-radius.ts";

const edges = [
  { from: "s/crm", to: "s/db", required: true },
  { from: "s/reports", to: "s/crm", required: true },
  { from: "s/front", to: "s/crm", required: false },
  { from: "s/portal", to: "s/front", required: true },
];

it("reaches everything that links to it, directly or not; what cannot do without it comes first", () => {
  expect(blastRadius("s/db", edges).dependants).toEqual([
    { subject: "s/crm", required: true },
    { subject: "s/reports", required: true },
    { subject: "s/front", required: false },
    { subject: "s/portal", required: false },
  ]);
});

it("never counts itself, even in a circle of links", () => {
  const circle = [...edges, { from: "s/db", to: "s/portal", required: false }];
  expect(blastRadius("s/db", circle).dependants.map(({ subject }) => subject)).not.toContain("s/db");
});

it("is empty where nobody links to it", () => {
  expect(blastRadius("s/portal", edges).dependants).toEqual([]);
});
