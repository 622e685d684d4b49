/** Cuts a stream of SQL into statements, as `sqlite3_complete` does. */

const QUOTES: Record<string, string> = { "'": "'", '"': '"', '`': '`', '[': ']' };
const BEGINS_TRIGGER = /^\s*CREATE\s+(?:TEMP\s+|TEMPORARY\s+)?TRIGGER\b/i;
const ENDS_TRIGGER = /;\s*END\s*;$/i;

export class SqlStatements {
  private text = '';
  /** Up to where `text` was read. */
  private at = 0;
  /** What ends the part that is being read: a quote, or the end of a comment; '' outside of them. */
  private until = '';

  /** Takes the next piece; gives the statements that it completes, each with its semicolon. */
  add(piece: string): string[] {
    this.text += piece;
    const found: string[] = [];
    let begin = 0;
    for (; this.at < this.text.length; this.at++) {
      if (this.until !== '') {
        const end = this.text.indexOf(this.until, this.at);
        // The last character may be the first half of what ends a comment.
        if (end < 0) {
          this.at = Math.max(this.at, this.text.length - this.until.length + 1);
          break;
        }
        this.at = end + this.until.length - 1;
        this.until = '';
        continue;
      }
      const character = this.text.charAt(this.at);
      const two = this.text.slice(this.at, this.at + 2);
      if (two === '-' || two === '/') break;
      if (two === '--') this.until = '\n';
      else if (two === '/*') {
        this.until = '*/';
        this.at++;
      } else if (character in QUOTES) this.until = QUOTES[character] ?? '';
      else if (character === ';') {
        const statement = this.text.slice(begin, this.at + 1);
        if (BEGINS_TRIGGER.test(statement) && !ENDS_TRIGGER.test(statement)) continue;
        found.push(statement.trim());
        begin = this.at + 1;
      }
    }
    this.text = this.text.slice(begin);
    this.at -= begin;
    return found;
  }

  /** What came after the last semicolon. */
  rest(): string {
    return this.text.trim();
  }
}
