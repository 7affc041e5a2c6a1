import { describe, expect, it } from "vitest";
import { ClusterAccessError } from "../../../delivery/cluster-client/access-error.ts";
import { NoAnswerError, type HttpAnswer } from "../../../delivery/cluster-client/http-get.ts";
import { listItems } from "../../../delivery/cluster-client/list-items.ts";
import { readObjects } from "../../../delivery/cluster-client/read-objects.ts";

const answer = (body: object, status = 200): HttpAnswer => ({
  status,
  contentType: "application/json",
  location: "",
  body: JSON.stringify(body),
});

/** An API server that has these lists and nothing else. */
function server(lists: Readonly<Record<string, readonly object[]>>) {
  return { list: (path: string) => Promise.resolve(lists[path] ?? []) };
}

const named = (name: string, more: object = {}) => ({ metadata: { name }, ...more });
const rbac = "/apis/rbac.authorization.k8s.io/v1";

describe("reading a list", () => {
  it("goes on until the last page", async () => {
    const paths: string[] = [];
    const pages = [
      answer({ items: [named("a")], metadata: { continue: "x=y" } }),
      answer({ items: [named("b")], metadata: {} }),
    ];
    const items = await listItems((path) => {
      paths.push(path);
      return Promise.resolve(pages[paths.length - 1] ?? answer({}));
    }, "/api/v1/pods");
    expect(items).toEqual([named("a"), named("b")]);
    expect(paths).toEqual(["/api/v1/pods?limit=200", "/api/v1/pods?limit=200&continue=x%3Dy"]);
  });

  it("finds nothing of a resource that the cluster does not know", async () => {
    expect(await listItems(() => Promise.resolve(answer({}, 404)), "/apis/external-secrets.io/v1/x")).toEqual([]);
  });

  it("says in the API server's words what it may not do", async () => {
    const refusal = answer({ message: 'secrets is forbidden: User "reader" cannot list' }, 403);
    await expect(listItems(() => Promise.resolve(refusal), "/api/v1/secrets")).rejects.toThrow(
      new ClusterAccessError(
        'The API server refused GET /api/v1/secrets (403): secrets is forbidden: User "reader" cannot list',
      ),
    );
  });

  it("says when nobody answers", async () => {
    await expect(listItems(() => Promise.reject(new NoAnswerError("connection refused")), "/x")).rejects.toThrow(
      "The cluster's API server gave no answer: connection refused.",
    );
  });
});

describe("reading what stands in a stack's namespaces", () => {
  it("takes whatever is there, with its kind, and leaves other namespaces alone", async () => {
    const objects = await readObjects(
      server({
        "/api/v1/namespaces": [named("shop"), named("kube-system")],
        "/api/v1/namespaces/shop/pods": [named("debug")],
        "/api/v1/namespaces/kube-system/pods": [named("dns")],
      }),
      ["shop", "not-there"],
    );
    expect(objects).toEqual([
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
      { apiVersion: "v1", kind: "Pod", metadata: { name: "debug" } },
    ]);
  });

  it("keeps no value of a Secret", async () => {
    const objects = await readObjects(
      server({
        "/api/v1/namespaces": [named("shop")],
        "/api/v1/namespaces/shop/secrets": [named("keys", { data: { API_KEY: "aHVudGVyMg==" } })],
      }),
      ["shop"],
    );
    expect(objects[1]).toMatchObject({ kind: "Secret", data: { API_KEY: "" } });
    expect(JSON.stringify(objects)).not.toContain("aHVudGVyMg");
  });

  it("adds the cluster-wide rights of the namespaces' accounts, and of nobody else", async () => {
    const account = (namespace: string) => [{ kind: "ServiceAccount", name: "cart", namespace }];
    const to = (name: string) => ({ roleRef: { kind: "ClusterRole", name } });
    const objects = await readObjects(
      server({
        "/api/v1/namespaces": [named("shop")],
        [`${rbac}/namespaces/shop/rolebindings`]: [named("own", to("view"))],
        [`${rbac}/clusterrolebindings`]: [
          named("ours", { ...to("admin"), subjects: account("shop") }),
          named("theirs", { ...to("edit"), subjects: account("bank") }),
        ],
        [`${rbac}/clusterroles`]: [named("admin"), named("edit"), named("view")],
      }),
      ["shop"],
    );
    expect(objects.map(({ kind, metadata }) => `${kind ?? ""} ${metadata?.name ?? ""}`)).toEqual([
      "Namespace shop",
      "RoleBinding own",
      "ClusterRoleBinding ours",
      "ClusterRole admin",
      "ClusterRole view",
    ]);
  });
});
