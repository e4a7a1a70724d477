// Runs the tests, one after the other, on one server or on two in turn, and tells what came of
// them. Ctrl-C ends the test that runs, and what was measured until then is told.
import { writeFileSync } from 'node:fs';
import { Progress } from '../cli/progress.ts';
import { Failure, type Screen } from '../cli/screen.ts';
import { SeededRandom } from '../engine/seeded-random.ts';
import { fromLatin1 } from '../infrastructure/files.ts';
import { errorWords } from '../infrastructure/system-error.ts';
import type { Outcome } from './figures.ts';
import { htmlReport } from './html.ts';
import { jsonText } from './json.ts';
import { hold, Interruption, type Measurement, measure, type Surroundings } from './measure.ts';
import type { BenchmarkOptions } from './options.ts';
import { type Command, commandOf, randomText } from './pipeline.ts';
import { clientLimit, Reporter } from './report.ts';
import { Target } from './target.ts';
import { commandsOf } from './tests.ts';

/** Of all clients' requests together. */
const BYTES_MAX = 1024 * 1024 * 1024;
const INTERRUPTED = 130;

export interface Program {
  readonly screen: Screen;
  /** The file that workers run. */
  readonly file: string;
  readonly version: string;
  /** When nobody gave one. */
  readonly seed: number;
  /** What the standard input said; '' if it was not asked. */
  readonly input: string;
}

/** Returns the program's status. */
export async function runBenchmark(options: BenchmarkOptions, program: Program): Promise<number> {
  return new Benchmark(options, program).run();
}

class Benchmark {
  private readonly options: BenchmarkOptions;
  private readonly program: Program;
  private readonly progress = new Progress();
  private readonly interruption = new Interruption();
  private readonly outcomes: Outcome[] = [];
  private readonly seed: number;
  private targets: Target[] = [];
  private hasErrors = false;

  constructor(options: BenchmarkOptions, program: Program) {
    this.options = options;
    this.program = program;
    this.seed = options.seed ?? program.seed;
  }

  async run(): Promise<number> {
    const { options, program } = this;
    const commands = this.commands();
    for (const command of commands) this.checkSize(command);
    this.writeHtml('');
    await this.openTargets();
    this.listen();
    if (options.isIdle) return this.idle();
    const reporter = new Reporter(options, this.targets);
    program.screen.print(reporter.head());
    do {
      for (const command of commands) {
        await this.runTest(command, reporter);
        if (this.interruption.isMeant) break;
      }
      this.finishRound();
    } while (options.isLoop && !this.interruption.isMeant);
    for (const target of this.targets) target.close();
    if (this.hasErrors) return 1;
    return this.interruption.isMeant ? INTERRUPTED : 0;
  }

  private async idle(): Promise<number> {
    const { options, program, interruption, seed } = this;
    const [target] = this.targets;
    target.close();
    program.screen.print(
      `Creating ${options.clients} idle connections and waiting forever (Ctrl+C when done)\n`,
    );
    const around = { options, seed, program: program.file, interruption, show: () => {} };
    await hold(target, around);
    return INTERRUPTED;
  }

  private commands(): Command[] {
    const { tests, words, dataSize, keyspace, lastFromInput } = this.options;
    const data = randomText(dataSize, new SeededRandom(this.seed));
    if (words.length === 0) return commandsOf(tests, data, keyspace > 0);
    const all = lastFromInput ? [...words, this.program.input] : words;
    return [commandOf(words.join(' '), all, data)];
  }

  private checkSize({ title, request }: Command): void {
    const { clients, pipeline } = this.options;
    if (request.length * pipeline * clients <= BYTES_MAX) return;
    throw new Failure(
      `${title}: ${clients} clients with ${pipeline} requests of ${request.length} bytes ` +
        'each are more than 1 GiB: take less of -c, -P or -d',
    );
  }

  private async openTargets(): Promise<void> {
    const { options, program } = this;
    const servers = options.compared === null ? [options] : [options, options.compared];
    for (const server of servers) {
      this.targets.push(await Target.open(server, options, program.screen));
    }
    for (const { name, save } of this.targets) {
      if (save === null) program.screen.complain(`WARNING: ${name} does not tell its CONFIG`);
    }
    if (options.words.length > 0 && options.tests !== null) {
      program.screen.complain('WARNING: Option -t is ignored.');
    }
  }

  private listen(): void {
    process.on('SIGINT', () => {
      if (this.interruption.isMeant) process.exit(INTERRUPTED);
      this.interruption.isMeant = true;
      this.interruption.stop();
    });
  }

  private async runTest(command: Command, reporter: Reporter): Promise<void> {
    const turns: Measurement[][] = this.targets.map(() => []);
    const rounds = this.targets.length === 1 ? 1 : this.options.rounds;
    for (let round = 0; round < rounds; round++) {
      for (const [i, target] of this.targets.entries()) {
        const one = await this.measureOne(target, command);
        if (one.requests > 0) turns[i].push(one);
        if (this.interruption.isMeant) break;
      }
      if (this.interruption.isMeant) break;
    }
    // The last pair may have been interrupted in its midst.
    const whole = Math.min(...turns.map(({ length }) => length));
    const [first, second = []] = turns.map((all) => all.slice(0, whole));
    const outcome = { title: command.title, first, second };
    this.progress.clear();
    if (this.interruption.isMeant) this.program.screen.complain(`Interrupted: ${command.title}`);
    if (whole === 0) return;
    this.outcomes.push(outcome);
    this.program.screen.print(reporter.text(outcome));
    this.warn(first[0]);
  }

  private async measureOne(target: Target, command: Command): Promise<Measurement> {
    const { options, program, progress, interruption, seed } = this;
    const { requests } = options;
    const show: Surroundings['show'] = (title, answered, seconds) => {
      const percent = ((answered / requests) * 100).toFixed(0);
      const rate = seconds > 0 ? (answered / seconds).toFixed(0) : '0';
      progress.show(() => `${title} on ${target.name}: ${percent} %, ${rate} requests per second`);
    };
    const around = { options, seed, program: program.file, interruption, show };
    const payload = options.words.length > 0 ? command.request.length : options.dataSize;
    const one = await measure(target, command, payload, around);
    this.complain(one);
    return one;
  }

  /** Says the first of the errors, and how many there were. */
  private complain({ errors, firstError, requests, title }: Measurement): void {
    if (errors === 0) return;
    const { screen } = this.program;
    this.hasErrors = true;
    this.progress.clear();
    screen.complain(`Error from server: ${firstError}`);
    screen.complain(`${title}: ${errors} of ${requests} replies were errors`);
  }

  private warn(one: Measurement): void {
    const warning = clientLimit(one, this.options);
    if (warning !== null) this.program.screen.complain(warning);
  }

  private finishRound(): void {
    const { options, targets, outcomes, program } = this;
    const { screen } = program;
    if (options.output === 'json') screen.print(jsonText(outcomes, options, targets));
    else if (options.output !== 'csv' && options.words.length === 0) screen.print('\n');
    if (outcomes.length > 0) {
      this.writeHtml(htmlReport(outcomes, options, targets, program.version));
    }
    outcomes.length = 0;
  }

  /** Tried before anything is run: an hour later it would be late to learn that it cannot be. */
  private writeHtml(text: string): void {
    const { htmlFile } = this.options;
    if (htmlFile === null) return;
    try {
      writeFileSync(fromLatin1(htmlFile), text, { flag: text === '' ? 'a' : 'w' });
    } catch (error) {
      throw new Failure(`Cannot write ${htmlFile}: ${errorWords(error)}`);
    }
  }
}
