/** What people write, with all that breaks a naive re-serialisation: accents, emoji, `/`, quotes, line breaks. */
export const PHRASES = [
  'Hola 👋 ¿tienen envíos a Mérida?',
  '¿Cuánto cuesta el paquete de 3/4 kg? 🙏',
  'Mañana paso por él después de las 5, ¿está bien?',
  'Mi correo es ana.peña@example.com',
  'Gracias, ¡llegó todo en perfecto estado! 🎉👨‍👩‍👧‍👦',
  'Quiero cambiar la dirección:\nAv. Insurgentes 1602 / int. 4\nCol. Crédito Constructor',
  'No me funciona "el cupón" BIENVENIDO10 😕',
  'Is this still available?',
  'Sure, see https://example.com/orders/1042?ref=wa 👍🏽',
  'Could you send me the invoice as a PDF, please?',
  'ok',
  'I ordered two weeks ago and nothing has arrived so far. Could somebody look into it, please? The order number is 4711-ñ, the name on it is Zoë Müller.',
] as const;

export const CAPTIONS = [
  'Así llegó la caja 📦',
  'el comprobante de pago',
  'front/back',
  'foto',
] as const;
