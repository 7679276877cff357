/** A text in which the names and passwords that addresses hold are not to be read: `https://user:password@host`. */
export const withoutPassword = (text: string): string => text.replaceAll(/\/\/[^/?#\s@]*@/g, '//********@');
