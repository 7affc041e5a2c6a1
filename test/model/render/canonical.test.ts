import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { canonicalFiles, documentStream } from "../../../model/render/canonical.ts";
import { objectPath, renderStack, type Rendered } from "../../../model/render/stack.ts";
import { placeholdersIn } from "../../../model/placeholder.ts";
import { resolveOwn } from "../stack-fixtures.ts";

const rendered = (object: Rendered["object"]): Rendered => ({
  logicalName: "one",
  component: "one",
  platform: "shop",
  role: "stable",
  object,
});
const text = ({ kind, key }: { readonly kind: string; readonly key: string }) => `<${kind} ${key}>`;
const yamlOf = (object: Rendered["object"] & Record<string, unknown>) =>
  canonicalFiles([rendered(object)], text)[0]?.yaml;

describe("canonical YAML", () => {
  it("is the same whatever order the fields came in", () => {
    expect(yamlOf({ kind: "A", spec: { b: 1, a: [2, 1] } })).toBe(yamlOf({ spec: { a: [2, 1], b: 1 }, kind: "A" }));
    expect(yamlOf({ spec: { b: 1, a: [2, 1] }, kind: "A" })).toBe("kind: A\nspec:\n  a:\n    - 2\n    - 1\n  b: 1\n");
  });

  it("repeats equal parts instead of pointing at the first one", () => {
    const labels = { app: "cart" };
    expect(yamlOf({ kind: "A", one: labels, two: labels })).toBe("kind: A\none:\n  app: cart\ntwo:\n  app: cart\n");
  });

  it("keeps long text on one line, so that a change is one line", () => {
    const long = "word ".repeat(60).trim();
    expect(yamlOf({ kind: "A", text: long })).toBe(`kind: A\ntext: ${long}\n`);
  });
});

describe("canonical YAML for Kubernetes' tools, which read YAML 1.1", () => {
  it("keeps what the older version takes for something else in quotes", () => {
    const texts = { a: "yes", b: "no", c: "on", d: "0777", e: "1:30", f: "~" };
    expect(parse(yamlOf({ kind: "A", texts }) ?? "", { version: "1.1" })).toEqual({ kind: "A", texts });
  });
});

describe("a rendered stack", () => {
  const stack = resolveOwn("prod");
  const files = canonicalFiles(renderStack(stack), text);

  it("is one file an object, the Namespace before what stands in it", () => {
    const paths = files.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths[0]).toBe("bizosaas/Namespace-bizosaas.yaml");
    expect(paths).toContain("bizosaas/Deployment-bizosaas-crm.yaml");
    const names = paths.slice(1).map((path) => path.replace(/\.yaml$/, ""));
    expect(names).toEqual([...names].sort());
  });

  it("names every resource once", () => {
    const names = renderStack(stack).map(({ logicalName }) => logicalName);
    expect(new Set(names).size).toBe(names.length);
  });

  it("comes back from its text as it was, without a placeholder left", () => {
    const [first] = renderStack(stack).filter(({ object }) => object.kind === "NetworkPolicy");
    const file = files.find(({ path }) => path === `${objectPath(first?.object ?? {})}.yaml`);
    expect(parse(file?.yaml ?? "")).toEqual(JSON.parse(JSON.stringify(first?.object)));
    expect(placeholdersIn(files.map(({ yaml }) => yaml))).toEqual([]);
  });

  it("as a stream has each document below its path", () => {
    const stream = documentStream(files.slice(0, 2));
    expect(stream.match(/^---\n# \S+$/gm)).toEqual(files.slice(0, 2).map(({ path }) => `---\n# ${path}`));
  });
});
