/** The Errors tab. */

export const errors = {
  error: '오류',
  open: '열린 문제',
  resolved: '해결된 문제',
  showResolved: '해결된 문제 표시',
  none: '지금은 문제가 없습니다.',
  lastResolved: '마지막 문제는 {{time}} 해결되었습니다.',
  neverAny: 'Holdfast가 지켜보기 시작한 뒤로 문제가 없었습니다.',
  noneResolved: '해결된 문제가 아직 없습니다.',
  since: '발생',
  times_one: '{{count}}회',
  times_other: '{{count}}회',
  last: '마지막 발생',
  first: '첫 발생',
  resolvedAt: '해결',
  details: '자세히',
  resolve: '해결로 표시',
  detail: '기술 정보',
  code: '코드',
  class: '분류',
  count: '횟수',
};
