import { describe, expect, it } from "vitest";
import { changedLines } from "../../../../delivery/diff/source/changed-lines.ts";
import { declaredProperties } from "../../../../delivery/diff/source/declared-properties.ts";
import { settingChanges } from "../../../../delivery/diff/source/setting-changes.ts";

describe("the lines of a patch", () => {
  it("are those of both sides, file by file", () => {
    const patch = `diff --git services/shop/cart.ts services/shop/cart.ts
index 1..2 100644
--- services/shop/cart.ts
+++ services/shop/cart.ts
@@ -3 +3,2 @@ export const cart = defineService({
-  port: 1,
+  port: 2,
+  nodePort: 30001,
diff --git services/shop/gone.ts services/shop/gone.ts
deleted file mode 100644
index 3..0
--- services/shop/gone.ts
+++ /dev/null
@@ -1,2 +0,0 @@
-a
-b
`;
    expect(changedLines(patch)).toEqual([
      { file: "services/shop/cart.ts", before: [3], after: [3, 4] },
      { file: "services/shop/gone.ts", before: [1, 2], after: [] },
    ]);
  });

  it("are none where nothing differs", () => {
    expect(changedLines("")).toEqual([]);
  });
});

describe("the properties of a declaration", () => {
  const source = `import { defineService } from "x";
import type { Y } from "y";

export const cart = defineService({
  name: "cart",
  port: 8004,
  environment: {
    MODE: "fast" as const,
  },
});
`;

  it("are found with their lines, types and all", () => {
    expect(declaredProperties(source)).toEqual([
      { name: "cart", definition: "service", property: "name", first: 5, last: 5 },
      { name: "cart", definition: "service", property: "port", first: 6, last: 6 },
      { name: "cart", definition: "service", property: "environment", first: 7, last: 9 },
      { name: "cart", definition: "service", property: "", first: 4, last: 10 },
    ]);
  });

  it("are none in a file that declares nothing, or is not there", () => {
    expect(declaredProperties("export const x = 1;")).toEqual([]);
    expect(declaredProperties("")).toEqual([]);
  });
});

describe("the settings of a stack file", () => {
  const file = (body: string) => `# a comment\nconfig:\n  fleet:platforms:\n    shop:\n${body}`;

  it("differ by value, with the line where each stands", () => {
    const before = file("      services:\n        cart: { replicas: 1, port: 80 }\n");
    const after = file("      # more\n      services:\n        cart: { port: 80, replicas: 2 }\n");
    expect(settingChanges(before, after)).toEqual([
      { setting: "fleet:platforms.shop.services.cart.replicas", line: 7, removed: false },
    ]);
  });

  it("that are gone are told where they stood", () => {
    const before = file("      namespace: shop\n      expose: { kind: nodePort }\n");
    expect(settingChanges(before, file("      expose: { kind: nodePort }\n"))).toEqual([
      { setting: "fleet:platforms.shop.namespace", line: 5, removed: true },
    ]);
  });

  it("tell a secret by its name and nothing else", () => {
    const secrets = (text: string) => `config:\n  fleet:secrets:\n    shop:\n      API_KEY: { secure: ${text} }\n`;
    expect(settingChanges(secrets("v1:aaaa"), secrets("v1:bbbb"))).toEqual([
      { setting: "fleet:secrets.shop.API_KEY", line: 4, removed: false },
    ]);
  });

  it("that fill an empty section are the change, not the section", () => {
    expect(settingChanges(file("      services: {}\n"), file("      services: { cart: { port: 1 } }\n"))).toEqual([
      { setting: "fleet:platforms.shop.services.cart.port", line: 5, removed: false },
    ]);
  });
});
