/** Words by which a statement changes what held before: in English and German, whose use was counted on real text. */
const CHANGES =
  /\b(?:now|updat(?:e|ed|ing)|chang(?:ed|es|e of)|increas(?:ed|ing)|decreas(?:ed|ing)|reduc(?:ed|ing)|extend(?:ed|ing)|reschedul(?:e|ed|ing)|shorten(?:ed|ing)|instead|no longer|any ?more|from now on|switch(?:ed|ing)|turned out|after all|reached|raised|lowered|replaced?|cancell?ed|postponed|pushed (?:back|to)|moved (?:to|back|into|from)|upgrad(?:e|ed|ing)|correction|quit|stopped|scrap that|never mind|actually|new|recently|(?:take|took|taking) (?:it|that|it all|all of (?:it|that)|everything) back)\b|\b(?:jetzt|inzwischen|doch|nicht mehr|ab sofort|neue[rsnm]?|geändert|verschoben|stattdessen|umgezogen|gewechselt|richtig ist|mittlerweile|neuerdings|seit (?:neuestem|kurzem)|ab jetzt|umgestiegen|ersetzt|abgesagt|verlegt|gekündigt|aufgehört|erhöht|gesenkt|reduziert|verlängert|verkürzt|aktualisiert|nehme? (?:ich )?(?:alles|das|es) (?:wieder )?zurück)(?![\wäöüß])/i;

/** Whether a passage says that something is otherwise than it was. */
export const tellsChange = (text: string): boolean => CHANGES.test(text);
