/** What people write to get no more marketing, by language. Case and accents do not matter, nor what stands between words. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  en: ['stop', 'stop all', 'stopall', 'unsubscribe', 'opt out', 'optout', 'stop promotions'],
  es: ['baja', 'dar de baja', 'darme de baja', 'quiero darme de baja', 'no mas mensajes', 'parar'],
  pt: ['sair', 'parar', 'pare', 'descadastrar', 'cancelar inscrição', 'não quero receber'],
  fr: ['arrêt', 'arrêter', 'désabonner', 'me désabonner', 'désinscription', 'désinscrire'],
  de: ['stopp', 'abmelden', 'abbestellen', 'austragen', 'keine werbung'],
  it: ['disiscrivi', 'disiscrivimi', 'cancellami', 'annulla iscrizione', 'basta'],
  nl: ['afmelden', 'uitschrijven', 'stoppen'],
  da: ['afmeld', 'frameld'],
  sv: ['avregistrera', 'avsluta', 'avanmäl'],
  pl: ['wypisz', 'wypisz mnie', 'rezygnuję', 'rezygnacja'],
  tr: ['dur', 'ret', 'abonelikten çık'],
  ru: ['стоп', 'отписаться', 'отписка', 'отпишите меня'],
  uk: ['відписатися', 'відписка'],
  ro: ['dezabonare', 'dezabonează'],
  el: ['διαγραφη', 'διακοπη'],
  ar: ['توقف', 'إيقاف', 'إلغاء الاشتراك'],
  he: ['הסר', 'להסיר', 'הפסק'],
  hi: ['रोकें', 'बंद करो', 'बंद करें', 'band karo'],
  id: ['berhenti', 'henti', 'berhenti langganan'],
  vi: ['dừng', 'hủy đăng ký', 'từ chối'],
  th: ['หยุด', 'หยุดรับข่าวสาร'],
  zh: ['退订', '退訂', '取消订阅', '取消訂閱', 'td'],
  ja: ['停止', '配信停止', 'ストップ'],
  ko: ['수신거부', '중지', '그만'],
};

/** Longer than all of them, whatever stands around. */
const MAX_LENGTH = 60;

const KNOWN: ReadonlySet<string> = new Set(Object.values(WORDS).flat().map(plain));

/** Whether a message says, as a whole, that somebody wants no more marketing. */
export function isOptOutWord(message: string): boolean {
  return message.length <= MAX_LENGTH && KNOWN.has(plain(message));
}

/** Letters and digits alone, word by word, without what makes one letter look like two. */
function plain(text: string): string {
  const letters = text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  const words =
    letters
      .replaceAll('ı', 'i')
      .replaceAll('ł', 'l')
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.join(' ');
}
