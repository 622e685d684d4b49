/** The lines of Health, in Korean. */
import type { en } from '../en';
import type { Mirror } from '../mirror';

export const health: Mirror<typeof en.health> = {
  databases: {
    title: '데이터베이스',
    none: '아직 보호 중인 데이터베이스가 없습니다.',
    pass: '보호 중인 데이터베이스가 모두 제자리에 있습니다.',
    warn: '데이터베이스 {{count}}개 중 {{troubled}}개에 해결되지 않은 문제가 있습니다.',
    fail: '데이터베이스 {{count}}개 중 {{broken}}개가 없어졌거나 손상되었습니다.',
  },
  backups: {
    title: '백업',
    none: '아직 백업이 없습니다.',
    pass: '모든 데이터베이스에 최근의 검증된 백업이 있습니다.',
    warn: '데이터베이스 {{count}}개 중 {{overdue}}개의 백업이 늦어지고 있습니다.',
    fail: '데이터베이스 {{count}}개 중 {{bare}}개에 검증된 백업이 없습니다.',
  },
  'backup-folder': {
    title: '백업 폴더',
    pass: '백업 폴더에 쓸 수 있습니다.',
    warn: '백업 폴더를 제한적으로 사용할 수 있습니다.',
    fail: '백업 폴더를 사용할 수 없습니다.',
    absent: '백업 폴더가 아직 없습니다. 첫 백업 때 만들어집니다.',
    gone: '백업 폴더와 그 안의 백업이 사라졌습니다. 디스크를 연결하거나 설정에서 다른 폴더를 선택하십시오.',
  },
  disk: {
    title: '디스크',
    pass: '사용률이 가장 높은 디스크({{mount}})에 {{freeBytes, bytes}}의 여유 공간이 있습니다.',
    warn: '디스크({{mount}})의 여유 공간이 줄어들어 {{freeBytes, bytes}} 남았습니다.',
    fail: '디스크({{mount}})의 여유 공간이 거의 없어 {{freeBytes, bytes}} 남았습니다.',
  },
  memory: {
    title: '메모리',
    pass: '메모리 {{totalBytes, bytes}} 중 {{usedBytes, bytes}} 사용 중입니다.',
    warn: '메모리가 부족해지고 있습니다({{totalBytes, bytes}} 중 {{usedBytes, bytes}} 사용 중).',
    fail: '메모리가 거의 남지 않았습니다({{totalBytes, bytes}} 중 {{usedBytes, bytes}} 사용 중).',
  },
  cpu: {
    title: '프로세서',
    pass: '프로세서에 여유가 있습니다.',
    warn: '최근 {{minutes}}분 동안 프로세서 부하가 높았습니다.',
    fail: '최근 {{minutes}}분 동안 프로세서 부하가 최대에 가까웠습니다.',
  },
  'event-loop': {
    title: '응답성',
    pass: 'Holdfast가 지연 없이 응답합니다.',
    warn: 'Holdfast의 응답이 최대 {{maxMs}}밀리초 지연되고 있습니다.',
    fail: 'Holdfast가 거의 응답하지 않습니다(최대 {{maxMs}}밀리초 지연).',
  },
  store: {
    title: 'Holdfast 자체 데이터',
    pass: '설정, 백업 목록, 기록을 읽고 쓸 수 있습니다.',
    warn: '설정, 백업 목록, 기록의 처리가 느립니다.',
    fail: '설정, 백업 목록, 기록을 읽거나 쓸 수 없습니다.',
  },
  monitoring: {
    title: '측정',
    pass: '측정값을 수집하고 보관하고 있습니다.',
    warn: '측정값을 수집하고 있지만 일부를 보관하지 못했습니다.',
    fail: '{{seconds, seconds}} 동안 측정값을 수집하지 못했습니다.',
  },
  services: {
    title: '외부 서비스',
    none: '감시하는 서비스가 없습니다.',
    pass: '감시하는 모든 서비스가 응답합니다.',
    warn: '응답하지 않는 서비스가 {{count}}개 중 {{down}}개 있습니다.',
    fail: '감시하는 서비스 {{count}}개가 모두 응답하지 않습니다.',
  },
  notifiers: {
    title: '경보 채널',
    none: '설정된 채널이 없어 경보가 창에만 표시됩니다.',
    pass: '켜져 있는 모든 채널로 경보가 전달됩니다.',
    warn: '메시지가 전달되지 않는 채널이 {{count}}개 중 {{failing}}개 있습니다.',
    fail: '어떤 채널로도 메시지가 전달되지 않습니다.',
  },
  endpoint: {
    title: '로컬 엔드포인트',
    off: '로컬 엔드포인트가 꺼져 있습니다.',
    pass: '로컬 엔드포인트가 {{address}}에서 응답합니다.',
    warn: '로컬 엔드포인트가 포트 {{port}}에서 열리지 않습니다.',
    fail: '로컬 엔드포인트가 포트 {{port}}에서 열리지 않습니다.',
  },
  keyring: {
    title: '키링',
    pass: '운영체제의 키링을 사용할 수 있습니다.',
    warn: '운영체제의 키링이 잠겨 있습니다.',
    fail: '운영체제의 키링을 사용할 수 없습니다.',
    absent: '키링이 없어 비밀번호와 토큰을 이 사용자만 읽을 수 있는 파일에 보관합니다.',
  },
  copies: {
    title: '사본',
    none: '대상이 설정되지 않았습니다. 화재나 도난 시 데이터베이스와 백업을 함께 잃습니다.',
    pass: '모든 데이터베이스에 두 매체의 사본 세 개가 있고 그중 하나는 다른 장소에 있습니다.',
    warn: '데이터베이스 {{count}}개 중 {{behind}}개에는 두 매체와 다른 장소를 포함한 사본 세 개가 없습니다.',
    fail: '연결할 수 있는 대상이 없습니다.',
  },
  drills: {
    title: '복원 훈련',
    none: '아직 복원 훈련을 실행하지 않았습니다.',
    off: '복원 훈련이 꺼져 있습니다.',
    pass: '모든 데이터베이스의 최근 복원 훈련이 통과했습니다.',
    warn: '데이터베이스 {{count}}개 중 {{overdue}}개에는 최근 복원 훈련이 없습니다.',
    fail: '데이터베이스 {{count}}개 중 {{failed}}개의 최근 복원 훈련이 실패했습니다.',
  },
};
