/** What tells by function words what a question of a language asks for, and what a message of it is about. */
export interface AskingWords {
  /** When, what year, how long. */
  readonly time: RegExp;
  /** How many, how much, how often, how old. */
  readonly number: RegExp;
  /** Who, where, which one, by what name. */
  readonly name: RegExp;
  /** The one who speaks: I, my, we, and verbs of the first person where pronouns are left out. */
  readonly self: RegExp;
  /** The one who is spoken to. */
  readonly other: RegExp;
  /** Now, still. */
  readonly now: RegExp;
  /** What was, or when it was or will be: formerly, at first, was, had, when. */
  readonly past: RegExp;
  /** Tells a number in words. */
  readonly tellsNumber: RegExp;
}
