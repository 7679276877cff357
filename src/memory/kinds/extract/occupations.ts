/** What people are by trade. "I am a morning person" says nothing of a job, so only these do. */
export const OCCUPATIONS: ReadonlySet<string> = new Set(
  `accountant actor actress actuary administrator adviser advisor agent analyst architect artist assistant astronaut attorney auditor
  author baker banker barber barista bartender biologist bookkeeper broker builder butcher captain caregiver carpenter cashier ceo cfo
  chef chemist clerk coach comedian composer conductor consultant contractor cook cto counselor counsellor courier curator dancer dentist
  designer detective developer dietitian director dispatcher doctor driver ecologist economist editor electrician engineer entrepreneur
  executive farmer firefighter fisherman florist freelancer gardener geologist guard hairdresser historian illustrator inspector instructor
  intern interpreter janitor jeweler journalist judge lawyer lecturer lead librarian linguist locksmith machinist manager marketer mason
  mathematician mechanic midwife miner musician nanny nurse nutritionist officer operator optician painter paralegal paramedic
  pastor pharmacist photographer physician physicist physiotherapist pianist pilot planner plumber poet policeman policewoman politician
  porter postman potter priest principal producer professor programmer prosecutor psychiatrist psychologist publicist rancher realtor
  receptionist recruiter reporter representative researcher sailor salesman salesperson saleswoman scientist sculptor secretary
  singer singer-songwriter soldier solicitor specialist statistician stylist superintendent supervisor surgeon surveyor tailor teacher
  technician technologist therapist trader trainer translator tutor veterinarian vet waiter waitress welder writer zoologist`.split(
    /\s+/,
  ),
);
