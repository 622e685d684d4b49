import { Component, type ErrorInfo, type ReactNode } from 'react';
import { FaultNotice, type FaultShape } from './FaultNotice';
import { reportFault, windowError } from './report';

interface Props {
  children: ReactNode;
  /** The part of the window that this is: a tab, or one of `faults.part`. */
  where: string;
  /** How the part is named to people; asked when it is needed. */
  name: () => string;
  shape: FaultShape;
  /** A change of this clears the fault: going to another tab and back tries again. */
  resetKey?: string;
}

interface State {
  fault: { thrown: unknown } | null;
}

/** Keeps a fault in one part of the window from taking the rest of it: says what happened, and reports it. */
export class FaultBoundary extends Component<Props, State> {
  override state: State = { fault: null };

  static getDerivedStateFromError(thrown: unknown): State {
    return { fault: { thrown } };
  }

  override componentDidCatch(thrown: unknown, { componentStack }: ErrorInfo): void {
    reportFault(windowError('render', this.props.where, thrown, componentStack ?? ''));
  }

  override componentDidUpdate(before: Props): void {
    if (this.state.fault && before.resetKey !== this.props.resetKey) this.retry();
  }

  retry = (): void => this.setState({ fault: null });

  override render() {
    const { fault } = this.state;
    if (!fault) return this.props.children;
    const { where, name, shape } = this.props;
    return <FaultNotice thrown={fault.thrown} where={where} name={name()} shape={shape} retry={this.retry} />;
  }
}
