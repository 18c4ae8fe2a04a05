import type { CheckFault } from './file-fault.ts';

/** How columns of numbers are called, in small letters without anything between. */
const NAMES = new Set(
  (
    'phone phonenumber phoneno phone1 mobile mobilenumber mobilephone mobileno cell cellphone cellnumber ' +
    'celular celularwhatsapp telefono telefonomovil numerodetelefono movil telefone telephone tel telefon ' +
    'telefonnummer handy handynummer mobil whatsapp whatsappnumber whatsappphone wanumber waid msisdn number ' +
    'numero recipient to userid bsuid'
  ).split(' '),
);

/** Which column has the numbers: the one that somebody named, or the first that is called as such. */
export function recipientColumn(
  columns: readonly string[],
  wanted: string | undefined,
): number | CheckFault {
  const list = `columns of the file: ${columns.join(', ')}`;
  if (wanted !== undefined) {
    const at = columns.indexOf(wanted);
    return at >= 0 ? at : { text: `the file has no column ${wanted}; ${list}` };
  }
  const at = columns.findIndex((column) => NAMES.has(bare(column)));
  if (at >= 0) return at;
  return { text: `say which column has the phone numbers, for none is called so; ${list}`, row: 1 };
}

function bare(column: string): string {
  return column
    .normalize('NFD')
    .replace(/[^A-Za-z0-9]/g, '')
    .toLowerCase();
}
