/** English words that carry grammar and no topic. Neither indexed nor asked for. Contractions stand without apostrophe. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  `a about above after again all also am an and any are arent as at be because been before being below between both but
  by can cant could couldnt did didnt do does doesnt doing dont down during each few for from further had hadnt has
  hasnt have havent having he hed her here heres hers herself hes him himself his how hows i id if ill im in into is
  isnt it itd itll its itself ive just let lets me more most my myself no nor not of off on once only or other our ours
  ourselves out over own same she shed shes should shouldnt so some such than that thats the their theirs them
  themselves then there theres these they theyd theyll theyre theyve this those through to too under until up us very
  was wasnt we wed well were werent weve what whats when whens where wheres which while who whom whos why whys will with
  wont would wouldnt you youd youll your youre yours yourself yourselves youve`.split(/\s+/),
);
