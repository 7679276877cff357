/** A question of more words tells its story first. */
export const LONG_QUESTION_WORDS = 8;
