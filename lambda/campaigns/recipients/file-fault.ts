/** Where in a file of recipients something is. */
export interface FilePlace {
  /** As a spreadsheet counts: what names the columns is row 1. */
  readonly row?: number;
  /** Its name, or which it is from 1 on. */
  readonly column?: string;
}

/** What is wrong with a campaign, in words for whoever made it. */
export interface CheckFault extends FilePlace {
  readonly text: string;
}

/** Nobody can be read from a file, or from here on: nothing of the campaign is sent. */
export class FileFault extends Error {
  override readonly name = 'FileFault';
  readonly fault: CheckFault;

  constructor(text: string, place: FilePlace = {}) {
    super(text);
    this.fault = { text, ...place };
  }
}
