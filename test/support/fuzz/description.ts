/** What the OpenAPI document says of one call, as far as sending it needs. */
export interface DescribedCall {
  readonly id: string;
  readonly method: string;
  /** With parameters in braces, such as /api/v1/users/{user_id}. */
  readonly path: string;
  readonly queryNames: readonly string[];
  /** JSON Schema of the body, references resolved; null when the call takes none. */
  readonly body: JsonSchema | null;
}

/** The parts of JSON Schema that the document uses. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly $ref?: string;
}

interface OpenApiOperation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
}

interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, JsonSchema>> };
}

const resolve = (schema: JsonSchema, { components }: OpenApiDocument): JsonSchema => {
  const name = schema.$ref?.split('/').at(-1);
  const target = name === undefined ? schema : (components?.schemas?.[name] ?? {});
  const inner = (child: JsonSchema): JsonSchema => resolve(child, { paths: {}, ...(components && { components }) });
  return {
    ...target,
    ...(target.properties && {
      properties: Object.fromEntries(Object.entries(target.properties).map(([key, child]) => [key, inner(child)])),
    }),
    ...(target.items && { items: inner(target.items) }),
    ...(target.anyOf && { anyOf: target.anyOf.map(inner) }),
    ...(target.oneOf && { oneOf: target.oneOf.map(inner) }),
  };
};

/** Every call in a server's OpenAPI document that answers in the envelope; pages beside the API's prefix do not. */
export const describedCalls = async (origin: string): Promise<readonly DescribedCall[]> => {
  const document = (await (await fetch(`${origin}/openapi.json`)).json()) as OpenApiDocument;
  const calls = Object.entries(document.paths).filter(([path]) => path.startsWith('/api/v1/'));
  return calls.flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { operationId, parameters = [], requestBody }]) => {
      const schema = requestBody?.content['application/json']?.schema;
      return {
        id: operationId,
        method: method.toUpperCase(),
        path,
        queryNames: parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name),
        body: schema ? resolve(schema, document) : null,
      };
    }),
  );
};
