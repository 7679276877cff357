import { Text } from '@radix-ui/themes';

interface Step {
  readonly step: string;
  readonly score: number;
  readonly note: string;
}

const signed = (score: number): string => `${score < 0 ? '−' : '+'}${Math.abs(score).toFixed(2)}`;

/** The steps, each with where the sum stood before and behind it. */
const summed = (steps: readonly Step[]) => {
  let sum = 0;
  return steps.map((step) => {
    const from = sum;
    sum += step.score;
    return { ...step, from, to: sum };
  });
};

/**
 * Why a result has its score: each step of the ranking as a bar that begins where the one before ended. Where the last ends is the
 * sum, which a logistic turns into the score.
 */
export const Explanation = ({ score, steps, isOpen }: { score: number; steps: readonly Step[]; isOpen: boolean }) => {
  const bars = summed(steps);
  const ends = [0, ...bars.map(({ to }) => to)];
  const least = Math.min(...ends);
  const span = Math.max(...ends) - least || 1;
  const placeOf = (value: number): number => ((value - least) / span) * 100;
  const barOf = (from: number, to: number) => ({
    left: `${placeOf(Math.min(from, to))}%`,
    width: `${(Math.abs(to - from) / span) * 100}%`,
  });
  const sum = bars.at(-1)?.to ?? 0;
  const zero = { left: `${placeOf(0)}%` };
  return (
    <details open={isOpen}>
      <summary>
        <Text size="2" weight="medium">
          Score {score.toFixed(3)}
        </Text>{' '}
        <Text size="1" color="gray">
          from {steps.length} steps
        </Text>
      </summary>
      <table className="steps">
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col" className="note">
              What it saw
            </th>
            <th scope="col" className="track">
              Sum so far
            </th>
            <th scope="col" className="number">
              Adds
            </th>
          </tr>
        </thead>
        <tbody>
          {bars.map(({ step, note, score: added, from, to }) => (
            <tr key={`${step} ${from}`}>
              <th scope="row">{step.replaceAll('_', ' ')}</th>
              <td className="note">{note}</td>
              <td className="track">
                <div className="bar">
                  <i className="zero" style={zero} />
                  <i className={added < 0 ? 'down' : 'up'} style={barOf(from, to)} />
                </div>
              </td>
              <td className="number">{signed(added)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">Sum</th>
            <td className="note">a logistic of it is the score, {score.toFixed(3)}</td>
            <td className="track">
              <div className="bar">
                <i className="zero" style={zero} />
                <i className="whole" style={barOf(0, sum)} />
              </div>
            </td>
            <td className="number">{signed(sum)}</td>
          </tr>
        </tfoot>
      </table>
    </details>
  );
};
