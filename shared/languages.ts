/** The languages Holdfast speaks. Apart from the settings, so that texts do not bring their schemas along. */
export const LANGUAGES = ['en', 'ko'] as const;
export type Language = (typeof LANGUAGES)[number];
