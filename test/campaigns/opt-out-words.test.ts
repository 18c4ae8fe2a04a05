import { expect, test } from 'vitest';
import { isOptOutWord } from '../../lambda/campaigns/opt-out-words.ts';

test.each([
  ...['STOP', 'stop', ' Stop. ', '"STOP"', '¡Stop!', 'STOP\n', '*stop*', 'ＳＴＯＰ', 'stop 🙏'],
  ...['Opt-Out', 'unsubscribe!', 'Stop promotions', 'BAJA', 'darme  de   baja'],
  ...['Désabonner', 'desabonner', 'ARRÊT', 'Arret', 'cancelar inscricao', 'Abmelden'],
  ...['СТОП', 'إيقاف', 'הסר', '退订', 'ストップ', '수신거부', 'hủy đăng ký', 'ABONELİKTEN ÇIK'],
])('%j as a whole message is an opt-out', (message) => {
  expect(isOptOutWord(message)).toBe(true);
});

test.each([
  ...[
    'stop it, I want two',
    'nonstop',
    'please stop',
    'stopover',
    'don’t stop',
    'a',
    '',
    '.',
    '🛑',
  ],
  ...['cancel', 'no', 'La baja de precios', `${' '.repeat(100)}stop`],
])('%j is none', (message) => {
  expect(isOptOutWord(message)).toBe(false);
});
