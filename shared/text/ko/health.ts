/** The lines of Health, in Korean. */
import type { en } from '../en';
import type { Mirror } from '../mirror';

export const health: Mirror<typeof en.health> = {
  databases: {
    title: '데이터베이스',
    none: '아직 보호 중인 데이터베이스가 없습니다.',
    pass: '보호 중인 데이터베이스가 모두 제자리에 있습니다.',
    warn: '해결되지 않은 문제가 있는 데이터베이스가 있습니다.',
    fail: '없어졌거나 손상된 데이터베이스가 있습니다.',
  },
  backups: {
    title: '백업',
    none: '아직 백업이 없습니다.',
    pass: '모든 데이터베이스에 최근의 검증된 백업이 있습니다.',
    warn: '검증된 백업이 늦어지고 있습니다.',
    fail: '검증된 백업이 없는 데이터베이스가 있습니다.',
  },
  'backup-folder': {
    title: '백업 폴더',
    pass: '백업 폴더에 쓸 수 있습니다.',
    warn: '백업 폴더가 아직 없습니다. 첫 백업 때 만들어집니다.',
    fail: '백업 폴더를 사용할 수 없습니다.',
  },
  disk: {
    title: '디스크',
    pass: '백업에 쓸 여유 공간이 충분합니다.',
    warn: '백업에 쓸 여유 공간이 줄어들고 있습니다.',
    fail: '백업에 쓸 여유 공간이 거의 없습니다.',
  },
  memory: {
    title: '메모리',
    pass: '사용 가능한 메모리가 충분합니다.',
    warn: '사용 가능한 메모리가 줄어들고 있습니다.',
    fail: '사용 가능한 메모리가 거의 없습니다.',
  },
  cpu: {
    title: '프로세서',
    pass: '프로세서에 여유가 있습니다.',
    warn: '프로세서 부하가 높습니다.',
    fail: '프로세서가 몇 분째 최대 부하 상태입니다.',
  },
  'event-loop': {
    title: '응답성',
    pass: 'Holdfast가 지연 없이 응답합니다.',
    warn: 'Holdfast의 응답이 지연되고 있습니다.',
    fail: 'Holdfast가 거의 응답하지 않습니다.',
  },
  store: {
    title: 'Holdfast 자체 데이터',
    pass: '설정, 백업 목록, 기록을 읽고 쓸 수 있습니다.',
    warn: '설정, 백업 목록, 기록의 처리가 느립니다.',
    fail: '설정, 백업 목록, 기록을 읽거나 쓸 수 없습니다.',
  },
  keyring: {
    title: '키링',
    pass: '운영체제의 키링을 사용할 수 있습니다.',
    warn: '운영체제의 키링이 잠겨 있습니다.',
    fail: '운영체제의 키링을 사용할 수 없습니다.',
  },
};
