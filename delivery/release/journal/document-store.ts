/** A small document: text for people, and bytes for what only fleet reads. */
export interface StoredDocument {
  readonly name: string;
  readonly text: Readonly<Record<string, string>>;
  readonly bytes?: Buffer;
  /** What a write over it has to name. */
  readonly version: string;
}

/** Somebody else has written the document since it was read. */
export class DocumentConflictError extends Error {
  override readonly name = "DocumentConflictError";
}

/** Where a platform's documents are kept. */
export interface DocumentStore {
  readonly read: (platform: string, name: string) => Promise<StoredDocument | undefined>;
  /** All documents of the platform. */
  readonly list: (platform: string) => Promise<readonly StoredDocument[]>;
  /**
   * Writes over `version`, or creates the document where none is named.
   *
   * @throws DocumentConflictError when the stored one is another.
   */
  readonly write: (
    platform: string,
    document: Omit<StoredDocument, "version">,
    version: string | undefined,
  ) => Promise<void>;
  /** Deletes the document if it is there. */
  readonly remove: (platform: string, name: string) => Promise<void>;
}
