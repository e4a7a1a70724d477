// The names of the commands while the configuration is read: rename-command gives a command another
// name, or, with an empty one, takes it away.
import type { CommandDeclaration } from '../engine/command.ts';

export class CommandNames {
  /** By name in lower case, in the order of declaration. */
  private readonly byName = new Map<string, CommandDeclaration>();

  constructor(declarations: readonly CommandDeclaration[]) {
    for (const declaration of declarations) {
      this.byName.set(declaration.name.toLowerCase(), declaration);
    }
  }

  /** Returns what is wrong, or null. */
  rename(name: string, newName: string): string | null {
    const declaration = this.byName.get(name.toLowerCase());
    if (declaration === undefined) return 'No such command in rename-command';
    this.byName.delete(name.toLowerCase());
    if (newName === '') return null;
    if (this.byName.has(newName.toLowerCase())) return 'Target command name already exists';
    this.byName.set(newName.toLowerCase(), declaration);
    return null;
  }

  /** The declarations under the names that they have now. */
  declarations(): CommandDeclaration[] {
    return [...this.byName].map(([name, declaration]) =>
      declaration.name.toLowerCase() === name
        ? declaration
        : { ...declaration, name: name.toUpperCase() },
    );
  }
}
