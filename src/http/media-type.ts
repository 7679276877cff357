const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json$/i;

/** Whether a body of this media type is read as JSON; one without a type is. */
export const isJsonType = (type: string): boolean => type === '' || JSON_TYPE.test(type);
