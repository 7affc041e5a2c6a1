import { describe, expect, it } from "vitest";
import { fieldsOfOthers } from "../../model/ownership.ts";
import { isPlainObject, type PlainObject } from "../../model/overlay.ts";
import { renderStack } from "../../model/render/stack.ts";
import { resolveWhole } from "./stack-fixtures.ts";

const objects = renderStack(resolveWhole("prod")).map(({ object }) => object as unknown as PlainObject);

describe("the owners of fields", () => {
  it("are one each: no object of production sets a field that another owns", () => {
    const owned = objects.flatMap((object) => fieldsOfOthers(object, objects).map((field) => ({ object, field })));
    expect(owned.length).toBeGreaterThan(20);
    const twice = owned.filter(({ object, field }) => valueAt(object, field.path) !== undefined);
    expect(twice.map(({ object, field }) => [object["metadata"], field.path])).toEqual([]);
  });

  it("leave to an autoscaler the replicas of its own target, in its own namespace", () => {
    const named = (kind: string, name: string, namespace: string, more: object = {}) => ({
      kind,
      metadata: { name, namespace },
      ...more,
    });
    const scaler = named("HorizontalPodAutoscaler", "cart", "shop", {
      spec: { scaleTargetRef: { kind: "Deployment", name: "cart" } },
    });
    const owners = (object: PlainObject) => fieldsOfOthers(object, [object, scaler]).map(({ owner }) => owner);
    expect(owners(named("Deployment", "cart", "shop"))).toEqual(["autoscaler"]);
    expect(owners(named("Deployment", "cart", "other"))).toEqual([]);
    expect(owners(named("StatefulSet", "cart", "shop"))).toEqual([]);
    expect(owners(named("Deployment", "stock", "shop"))).toEqual([]);
  });
});

function valueAt(object: PlainObject, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, step) => (isPlainObject(value) ? value[step] : undefined), object);
}
