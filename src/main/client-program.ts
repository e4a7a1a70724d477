// A program that talks to a server, as `redstart cli` and `redstart bench`: its arguments, what
// goes wrong, and how it ends.
import { ConnectionLost } from '../cli/connection.ts';
import { Failure, Screen } from '../cli/screen.ts';
import { programArguments, variables } from '../infrastructure/arguments.ts';

/** What a program does. `password` is the environment's. Returns its status. */
type Work = (screen: Screen, args: readonly string[], password: string | null) => Promise<number>;

export async function runClientProgram(work: Work): Promise<void> {
  // The server lives on when its terminal closes; a client has nobody to talk to then.
  process.removeAllListeners('SIGHUP');
  const screen = new Screen();
  let status: number;
  try {
    status = await work(screen, argumentsOf(), passwordOf());
  } catch (error) {
    if (error instanceof ConnectionLost) screen.complain(`Error: ${error.message}`);
    else if (!(error instanceof Failure)) throw error;
    else if (error.message !== '') screen.complain(error.message);
    status = 1;
  }
  // What is printed may still be on its way.
  process.stdout.write('', () => process.exit(status));
}

function argumentsOf(): readonly string[] {
  const args = programArguments();
  if ('unknown' in args) throw new Failure(`The argument '${args.unknown}' is not valid UTF-8`);
  return args;
}

function passwordOf(): string | null {
  const environment = variables('REDISCLI_AUTH');
  if ('unknown' in environment) throw new Failure('REDISCLI_AUTH is not valid UTF-8');
  return environment.get('REDISCLI_AUTH') ?? null;
}
