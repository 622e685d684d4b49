/** Figures that come with Holdfast: their names, what each counts, and what stands behind the number. */
export const businessPreset = {
  'videos-processed': {
    name: 'Videos processed per day',
    effect: 'Videos approved or rejected in the last 24 hours',
    unit: 'videos/day',
  },
  'approval-rate': {
    name: 'Approval rate',
    effect: 'Share of the videos decided in the last 7 days that were approved',
  },
  'monetization-conversion': {
    name: 'Monetization conversion',
    effect: 'Share of the videos approved in the last 90 days that earn money',
  },
  'videos-published': {
    name: 'Videos published per day',
    effect: 'Videos approved in the last 24 hours',
    unit: 'videos/day',
  },
  'reviews-waiting': {
    name: 'Reviews waiting',
    effect: 'Videos that are queued or in review now',
    unit: 'videos',
  },
  'hours-to-review': {
    name: 'Time to decision',
    effect: 'Median time from upload to the decision, over the videos decided in the last 7 days',
  },
  'channels-monetized': {
    name: 'Channels monetized',
    effect: 'Channels with a monetized video last month or this month',
    unit: 'channels',
  },
  'revenue-last-month': {
    name: 'Revenue of last month',
    effect: 'Revenue of all videos last month, after fees',
    unit: 'KRW',
  },
};
