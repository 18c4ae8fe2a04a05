import { type Template, type TemplateInput, templateSchema } from './templates.ts';

const body = (text: string) => ({ type: 'BODY', text });
const OFFER = body('Hi {{1}}, tulips are half price until Sunday 🌷');

type Seed = readonly [
  rest: Partial<Pick<Template, 'status' | 'pacing'>>,
  input: Omit<TemplateInput, 'components' | 'parameter_format'> & { readonly components: object[] },
];

function marketing(name: string, language = 'en_US') {
  return { name, language, category: 'MARKETING' } as const;
}

function utility(name: string, language = 'en_US') {
  return { name, language, category: 'UTILITY' } as const;
}

function springOffer(language: string, text: string): Seed {
  const buttons = [
    { type: 'URL', text: 'See it', url: 'https://flowers.example/{{1}}' },
    { type: 'QUICK_REPLY', text: 'Stop' },
  ];
  const header = { type: 'HEADER', format: 'IMAGE' };
  const components = [header, body(text), { type: 'BUTTONS', buttons }];
  return [{}, { ...marketing('spring_offer', language), components }];
}

const SEEDS: readonly Seed[] = [
  [{}, { ...utility('hello_world'), components: [body('Hello World')] }],
  [
    {},
    {
      ...utility('order_update'),
      components: [body('Your order {{1}} is {{2}}.'), { type: 'FOOTER', text: 'Flowers' }],
    },
  ],
  [
    {},
    {
      ...utility('order_update', 'es_MX'),
      components: [body('Tu pedido {{1}} está {{2}}.'), { type: 'FOOTER', text: 'Flores' }],
    },
  ],
  springOffer('en_US', 'Hi {{1}}, tulips are half price until Sunday 🌷'),
  springOffer('es_MX', 'Hola {{1}}, los tulipanes están a mitad de precio 🌷'),
  [
    {},
    {
      ...{ name: 'login_code', language: 'en_US', category: 'AUTHENTICATION' },
      components: [
        body('{{1}} is your verification code.'),
        { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'COPY_CODE', text: 'Copy code' }] },
      ],
    },
  ],
  [{}, { ...marketing('plain_offer'), components: [OFFER] }],
  [
    { pacing: { first: 2, holdMs: 10_000, verdict: 'released' } },
    { ...marketing('paced_offer'), components: [OFFER] },
  ],
  [
    { pacing: { first: 2, holdMs: 10_000, verdict: 'dropped' } },
    { ...marketing('dropped_offer'), components: [OFFER] },
  ],
  [{ status: 'PAUSED' }, { ...marketing('paused_offer'), components: [OFFER] }],
  [{ status: 'DISABLED' }, { ...marketing('disabled_offer'), components: [OFFER] }],
  [{ status: 'REJECTED' }, { ...marketing('rejected_offer'), components: [OFFER] }],
];

const FIRST_ID = 900_000_000_001_000;

/** The templates that the account begins with, made long ago. */
export function seedTemplates(): Template[] {
  return SEEDS.map(([rest, input], place) => ({
    ...templateSchema.parse(input),
    ...{ id: String(FIRST_ID + place), createdAt: Number.NEGATIVE_INFINITY, taken: 0 },
    status: 'APPROVED',
    ...rest,
  }));
}
