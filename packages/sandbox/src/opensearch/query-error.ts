/** What OpenSearch answers with status 400; `type` is its exception's name. */
export class QueryError extends Error {
  readonly type: string;

  constructor(type: string, reason: string) {
    super(reason);
    this.type = type;
  }
}
