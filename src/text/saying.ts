const FNV_PRIME = 0x01000193;
const OTHER_PRIME = 0x85ebca6b;

/**
 * A digest in 52 bits of what a text says: its letters, digits and emoji in their order, whatever their case and whatever stands
 * between them. All words count: "I like it" and "I do not like it" differ in words that search leaves out.
 */
export const sayingOf = (text: string): number => {
  let high = 0x811c9dc5;
  let low = FNV_PRIME;
  for (const word of text.toLowerCase().match(/[\p{L}\p{M}\p{N}\p{Extended_Pictographic}\p{Regional_Indicator}]+/gu) ??
    []) {
    for (let i = 0; i < word.length; i += 1) {
      high = Math.imul(high ^ word.charCodeAt(i), FNV_PRIME);
      low = Math.imul(low ^ word.charCodeAt(i), OTHER_PRIME);
    }
    high = Math.imul(high ^ 0x20, FNV_PRIME);
  }
  return (high >>> 0) * 2 ** 20 + (low >>> 12);
};
