/** Words the sample database is made of, Korean and English. All names are invented; addresses are at example.com. */

export interface Category {
  name: string;
  channels: { ko: string[]; en: string[] };
  subjects: { ko: string[]; en: string[] };
}

export const CATEGORIES: Category[] = [
  {
    name: 'food',
    channels: {
      ko: ['오늘의 집밥', '골목식당 노트', '자취생 한 끼'],
      en: ['Slow Kitchen', 'Noodle Diaries'],
    },
    subjects: {
      ko: ['김치찌개', '전주비빔밥', '시장 떡볶이', '수제 막걸리', '제주 고기국수', '도시락 반찬'],
      en: ['Sourdough Bread', 'Kimchi Fried Rice', 'Weeknight Ramen', 'Cast-Iron Steak', 'Cold Brew Coffee'],
    },
  },
  {
    name: 'travel',
    channels: {
      ko: ['느린 여행자', '주말 기차 여행', '섬에서 섬으로'],
      en: ['Two Backpacks', 'Window Seat'],
    },
    subjects: {
      ko: ['부산 야경 명소', '강릉 당일치기', '경주 자전거길', '울릉도 캠핑', '서울 한옥 숙소', '남해 드라이브'],
      en: ['Seoul on Foot', 'Jeju Coast Road', 'Night Trains', 'Busan Markets', 'Lisbon in Winter'],
    },
  },
  {
    name: 'technology',
    channels: {
      ko: ['개발자의 책상', '써 보고 말합니다', '쉬운 데이터베이스'],
      en: ['Query Plan', 'Solder and Screws', 'Quiet Machines'],
    },
    subjects: {
      ko: ['기계식 키보드', '무선 이어폰', '가정용 서버', '중고 노트북', '인덱스 설계', '백업 자동화'],
      en: ['Home Server', 'SQLite Indexes', 'Mechanical Keyboards', 'Raspberry Pi', 'Used Laptops'],
    },
  },
  {
    name: 'education',
    channels: {
      ko: ['십 분 한국사', '문과를 위한 수학', '매일 영어 한 문장'],
      en: ['Korean by Ear', 'Ten-Minute Physics'],
    },
    subjects: {
      ko: ['조선 시대 기록 문화', '이차방정식', '영어 발음', '한국 근대사', '통계의 기초', '글쓰기 습관'],
      en: ['Hangul Basics', 'Everyday Statistics', 'Orbital Motion', 'Essay Writing', 'Honorifics'],
    },
  },
  {
    name: 'games',
    channels: { ko: ['새벽 게임방', '인디 게임 연구소', '보드게임 상자'], en: ['Couch Co-op', 'Pixel Archive'] },
    subjects: {
      ko: ['인디 게임 신작', '보드게임 규칙', '초보자 공략', '추억의 오락실', '협동 플레이', '스피드런'],
      en: ['Retro Platformers', 'Co-op Puzzles', 'Speedrun Routes', 'Indie Releases', 'Board Game Night'],
    },
  },
  {
    name: 'music',
    channels: { ko: ['방구석 밴드', '국악 산책', '작업할 때 듣는 음악'], en: ['Four Chords', 'Late Piano'] },
    subjects: {
      ko: ['통기타 코드', '가야금 연주', '홈 레코딩', '드럼 기초', '비 오는 날 피아노', '합창 연습'],
      en: ['Fingerstyle Guitar', 'Home Recording', 'Jazz Voicings', 'Lo-fi Sessions', 'Drum Rudiments'],
    },
  },
  {
    name: 'life',
    channels: {
      ko: ['작은 베란다 정원', '느슨한 정리', '고양이와 출근', '걷는 의사'],
      en: ['Plain Living', 'The Repair Shelf'],
    },
    subjects: {
      ko: ['베란다 텃밭', '옷장 정리', '고양이 건강 관리', '아침 스트레칭', '중고 가구 손질', '한 달 식비 기록'],
      en: ['Balcony Gardens', 'Bike Repair', 'Morning Stretches', 'Paper Filing', 'Secondhand Furniture'],
    },
  },
];

/** `#` stands for the subject, `@` for a number. */
export const TITLE_FORMS = {
  ko: [
    '# 완벽 정리',
    '# @분 만에 이해하기',
    '직접 해 본 # 솔직 후기',
    '초보자를 위한 # 안내',
    '# 실패하지 않는 방법 @가지',
    '# 이야기 @화',
    '구독자 질문으로 보는 #',
    '# 브이로그 ep.@',
  ],
  en: [
    '# Explained in @ Minutes',
    'A Beginner’s Guide to #',
    '@ Mistakes with #',
    '#: What Nobody Shows You',
    'One Month of #',
    '# — Episode @',
    'I Tried # for @ Days',
    '# Q&A',
  ],
};

export const DESCRIPTIONS = {
  ko: [
    '영상에 나온 제품은 직접 구매했습니다. 자세한 목록은 고정 댓글에 있습니다.',
    '촬영 장소의 허가를 받고 찍었습니다. 출연자 모두의 동의를 얻었습니다.',
    '이 영상에는 유료 광고가 포함되어 있습니다. 광고 구간은 화면에 표시했습니다.',
    '잘못된 내용이 있으면 댓글로 알려 주세요. 확인하고 고치겠습니다.',
  ],
  en: [
    'Everything shown was bought with our own money. The list is in the pinned comment.',
    'Filmed with permission. Everyone in the picture agreed to be in it.',
    'This video contains paid promotion, marked on screen while it lasts.',
    'Corrections are welcome in the comments; they are checked and added here.',
  ],
};

export const REVIEWERS: [name: string, email: string, role: 'reviewer' | 'senior' | 'lead'][] = [
  ['김서연', 'seoyeon.kim', 'lead'],
  ['Daniel Park', 'daniel.park', 'lead'],
  ['이준호', 'junho.lee', 'senior'],
  ['박지민', 'jimin.park', 'senior'],
  ['Emily Carter', 'emily.carter', 'senior'],
  ['최유진', 'yujin.choi', 'reviewer'],
  ['정하늘', 'haneul.jung', 'reviewer'],
  ['강도윤', 'doyun.kang', 'reviewer'],
  ['윤서아', 'seoa.yoon', 'reviewer'],
  ['Grace Oh', 'grace.oh', 'reviewer'],
  ['임태현', 'taehyun.lim', 'reviewer'],
  ['Lucas Meyer', 'lucas.meyer', 'reviewer'],
];

export const RULES: [code: string, ko: string, en: string, weight: number][] = [
  ['COPYRIGHT', '저작권 침해 의심', 'Suspected copyright infringement', 5],
  ['AD-LABEL', '광고 표시 누락', 'Paid promotion is not marked', 3],
  ['PRIVACY', '개인정보 노출', 'Personal data is visible', 5],
  ['AUDIO', '음질 기준 미달', 'Sound is below the standard', 1],
  ['SUBTITLE', '자막 누락 또는 오류', 'Subtitles are missing or wrong', 1.5],
  ['THUMBNAIL', '오해를 부르는 섬네일', 'Misleading thumbnail', 2],
  ['AGE', '연령 제한 필요', 'Needs an age limit', 4],
  ['REUSED', '재사용 콘텐츠', 'Reused content', 4],
];

export const COMMENTS = {
  approve: [
    '기준을 모두 충족합니다.',
    '수정 사항을 확인했습니다. 승인합니다.',
    'Meets all rules.',
    'Fixed since the last round.',
    '',
  ],
  reject: [
    '같은 문제가 반복되어 반려합니다.',
    '권리자 확인이 되지 않았습니다.',
    'Rights could not be confirmed.',
    'Not suitable.',
  ],
  request_changes: [
    '03:20 구간의 자막을 고쳐 주세요.',
    '광고 구간에 표시를 넣어 주세요.',
    'Please blur the number plate at 01:12.',
    'The thumbnail shows something that is not in the video.',
  ],
  escalate: ['상급 검토가 필요합니다.', 'Second opinion needed before a decision.'],
};

export const TAGS = [
  '추천',
  '광고',
  '인터뷰',
  '현장',
  '실험',
  '생방송',
  'short',
  'series',
  'tutorial',
  'review',
  'news',
  'archive',
];
