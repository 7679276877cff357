/** A user as the store names them. */
export interface Owner {
  readonly tenantKey: number;
  readonly userKey: number;
}
