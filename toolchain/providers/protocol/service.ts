import type * as grpc from "@grpc/grpc-js";
import pluginProto from "@pulumi/pulumi/proto/plugin_pb.js";
import providerProto from "@pulumi/pulumi/proto/provider_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import type * as pb from "@pulumi/pulumi/proto/provider_pb.js";
import { engineLog } from "./engine-log.ts";
import { grpcFailure } from "./failure.ts";
import type { ChangeKind, Provider, ResourceIdentity } from "./provider.ts";
import { decoded, encoded } from "./struct.ts";
import type { PropertyMap } from "./values.ts";

/** The provider's answers to the engine's remote procedure calls. Those left out are answered as unimplemented. */
export function service(provider: Provider, engineAddress: string): grpc.UntypedServiceImplementation {
  const log = engineLog(engineAddress);
  return {
    handshake: unary(() => new providerProto.ProviderHandshakeResponse().setAcceptSecrets(true)),
    getPluginInfo: unary(() => new pluginProto.PluginInfo().setVersion(provider.version)),
    getSchema: unary(() => new providerProto.GetSchemaResponse().setSchema("{}")),
    attach: unary(() => new emptyProto.Empty()),
    checkConfig: unary((request: pb.CheckRequest) => {
      return new providerProto.CheckResponse().setInputs(request.getNews());
    }),
    diffConfig: unary((request: pb.DiffRequest) => configDifference(provider, request)),
    configure: unary(async (request: pb.ConfigureRequest) => {
      await provider.configure(settings(provider.name, request), log);
      log.message("warning", provider.announcement);
      return new providerProto.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
    }),
    cancel: unary(() => {
      provider.cancel();
      return new emptyProto.Empty();
    }),
    check: unary((request: pb.CheckRequest) => check(provider, request)),
    diff: unary((request: pb.DiffRequest) => difference(provider, request)),
    create: unary(async (request: pb.CreateRequest) => {
      const created = await provider.create(identity(request.getUrn()), {
        inputs: decoded(request.getProperties()),
        preview: request.getPreview(),
        timeoutSeconds: request.getTimeout(),
      });
      return new providerProto.CreateResponse().setId(created.id).setProperties(encoded(created.outputs));
    }),
    read: unary(async (request: pb.ReadRequest) => {
      const [outputs, inputs] = [decoded(request.getProperties()), decoded(request.getInputs())];
      const found = await provider.read(identity(request.getUrn()), request.getId(), outputs, inputs);
      if (!found) return new providerProto.ReadResponse();
      return new providerProto.ReadResponse()
        .setId(found.id)
        .setProperties(encoded(found.outputs))
        .setInputs(encoded(found.inputs));
    }),
    update: unary(async (request: pb.UpdateRequest) => {
      const outputs = await provider.update(identity(request.getUrn()), {
        id: request.getId(),
        inputs: decoded(request.getNews()),
        oldOutputs: decoded(request.getOlds()),
        preview: request.getPreview(),
        timeoutSeconds: request.getTimeout(),
        ignoreChanges: request.getIgnorechangesList(),
      });
      return new providerProto.UpdateResponse().setProperties(encoded(outputs));
    }),
    delete: unary(async (request: pb.DeleteRequest) => {
      const outputs = decoded(request.getProperties());
      await provider.delete(identity(request.getUrn()), request.getId(), outputs, request.getTimeout());
      return new emptyProto.Empty();
    }),
    invoke: unary(async (request: pb.InvokeRequest) => {
      if (!provider.invoke) throw new Error(`the stand-in for ${provider.name} has no function ${request.getTok()}`);
      const result = await provider.invoke(request.getTok(), decoded(request.getArgs()));
      return new providerProto.InvokeResponse().setReturn(encoded(result));
    }),
  };
}

function unary<Request, Response>(
  answer: (request: Request) => Promise<Response> | Response,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    void (async () => answer(call.request))().then(
      (response) => {
        callback(null, response);
      },
      (error: unknown) => {
        callback(grpcFailure(error), null);
      },
    );
  };
}

/** A URN reads `urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>`. */
export function identity(urn: string): ResourceIdentity {
  const [, , types = "", ...name] = urn.split("::");
  return { urn, type: types.split("$").at(-1) ?? "", name: name.join("::") };
}

function settings(provider: string, request: pb.ConfigureRequest): ReadonlyMap<string, string> {
  const prefix = `${provider}:config:`;
  return new Map(
    request
      .getVariablesMap()
      .toArray()
      .map(([key, value]) => [key.startsWith(prefix) ? key.slice(prefix.length) : key, value]),
  );
}

async function check(provider: Provider, request: pb.CheckRequest): Promise<pb.CheckResponse> {
  const checked = await provider.check(
    identity(request.getUrn()),
    decoded(request.getOlds()),
    decoded(request.getNews()),
    request.getRandomseed_asU8(),
  );
  const failures = (checked.failures ?? []).map(({ property, reason }) =>
    new providerProto.CheckFailure().setProperty(property).setReason(reason),
  );
  return new providerProto.CheckResponse().setInputs(encoded(checked.inputs)).setFailuresList(failures);
}

const KINDS: Record<ChangeKind, pb.PropertyDiff.Kind> = {
  add: providerProto.PropertyDiff.Kind.ADD,
  "add-replace": providerProto.PropertyDiff.Kind.ADD_REPLACE,
  delete: providerProto.PropertyDiff.Kind.DELETE,
  "delete-replace": providerProto.PropertyDiff.Kind.DELETE_REPLACE,
  update: providerProto.PropertyDiff.Kind.UPDATE,
  "update-replace": providerProto.PropertyDiff.Kind.UPDATE_REPLACE,
};

async function difference(provider: Provider, request: pb.DiffRequest): Promise<pb.DiffResponse> {
  const { changes, deleteBeforeReplace = false } = await provider.diff(
    identity(request.getUrn()),
    decoded(request.getOldInputs()),
    decoded(request.getOlds()),
    decoded(request.getNews()),
    request.getIgnorechangesList(),
  );
  const paths = Object.entries(changes);
  const response = new providerProto.DiffResponse()
    .setChanges(some(paths.length > 0))
    .setDiffsList([...new Set(paths.map(([path]) => topLevel(path)))])
    .setReplacesList(paths.filter(([, kind]) => kind.endsWith("-replace")).map(([path]) => path))
    .setDeletebeforereplace(deleteBeforeReplace)
    .setHasdetaileddiff(true);
  for (const [path, kind] of paths) {
    response.getDetaileddiffMap().set(path, new providerProto.PropertyDiff().setKind(KINDS[kind]).setInputdiff(true));
  }
  return response;
}

/** The summary in the engine's display names top-level properties only. */
function topLevel(path: string): string {
  return /^[^.[]+/.exec(path)?.[0] ?? path;
}

function configDifference(provider: Provider, request: pb.DiffRequest): pb.DiffResponse {
  const [olds, news] = [decoded(request.getOlds()), decoded(request.getNews())];
  const changed = changedKeys(olds, news);
  const replaces = changed.length > 0 ? (provider.replacesOnConfig?.(olds, news) ?? []) : [];
  return new providerProto.DiffResponse()
    .setChanges(some(changed.length > 0))
    .setDiffsList(changed)
    .setReplacesList([...replaces]);
}

function changedKeys(olds: PropertyMap, news: PropertyMap): string[] {
  return [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
    (key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]),
  );
}

function some(changed: boolean): pb.DiffResponse.DiffChanges {
  return changed ? providerProto.DiffResponse.DiffChanges.DIFF_SOME : providerProto.DiffResponse.DiffChanges.DIFF_NONE;
}
