import {
  DocumentConflictError,
  type DocumentStore,
  type StoredDocument,
} from "../../../../delivery/release/journal/document-store.ts";

/** Documents in memory, versioned as an API server versions them. */
export class DocumentMemory implements DocumentStore {
  readonly documents = new Map<string, StoredDocument>();
  #version = 0;
  /** Called after a write has been made, before its answer. */
  afterWrite: () => void = () => undefined;

  readonly read: DocumentStore["read"] = (platform, name) => Promise.resolve(this.documents.get(`${platform}/${name}`));

  readonly list: DocumentStore["list"] = (platform) =>
    Promise.resolve([...this.documents].flatMap(([key, one]) => (key.startsWith(`${platform}/`) ? [one] : [])));

  readonly write: DocumentStore["write"] = (platform, document, version) => {
    const key = `${platform}/${document.name}`;
    if (this.documents.get(key)?.version !== version) return Promise.reject(new DocumentConflictError("conflict"));
    this.#version += 1;
    this.documents.set(key, { ...document, version: String(this.#version) });
    return new Promise((resolve) => {
      this.afterWrite();
      resolve();
    });
  };

  readonly remove: DocumentStore["remove"] = (platform, name) => {
    this.documents.delete(`${platform}/${name}`);
    return Promise.resolve();
  };
}
