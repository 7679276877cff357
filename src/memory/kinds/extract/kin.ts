/** Who people have one or several of, and speak of by it. */
export const KIN: ReadonlySet<string> = new Set(
  `wife husband sister brother mother father mom mum dad son daughter girlfriend boyfriend partner boss manager colleague cousin aunt uncle
  grandmother grandfather grandma grandpa niece nephew neighbor neighbour roommate flatmate friend fiance fiancee mother-in-law
  father-in-law`.split(/\s+/),
);

/** Those of whom one has one at a time. */
export const ONLY_ONE: ReadonlySet<string> = new Set(
  'wife husband mother father mom mum dad girlfriend boyfriend partner boss fiance fiancee'.split(' '),
);
