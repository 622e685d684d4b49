/** Business rules that come with Holdfast: their names, and which rows each finds. */
export const dataRulePreset = {
  'review-without-video': {
    name: 'Review without a video',
    effect: 'Reviews whose video is no longer there',
  },
  'published-without-approval': {
    name: 'Published without approval',
    effect: 'Videos that are approved or earn money, and that no review approves',
  },
  'monetized-small-channel': {
    name: 'Monetized below 1,000 subscribers',
    effect: 'Channels with a monetized video and fewer than 1,000 subscribers',
  },
  'negative-views': {
    name: 'Negative views',
    effect: 'Videos with fewer than zero views; the fix sets them to zero',
  },
  'dates-in-the-future': {
    name: 'Dates in the future',
    effect: 'Uploads, decisions, reviews and records dated more than a day ahead',
  },
};
