package retry

import (
	"sync"
	"time"
)

// The circuit breaker's parameters (retry.yaml: breaker.opens_after, breaker.cool_down_ms).
const (
	failureThreshold = 5
	coolDown         = 30 * time.Second
)

// Breakers holds one circuit breaker per destination. After a number of consecutive failures a
// breaker opens: calls fail at once. After the cool-down one call is let through, which closes the
// breaker or opens it again. The zero value is ready to use; it is safe for concurrent use.
type Breakers struct {
	now func() time.Time // nil means time.Now

	mutex         sync.Mutex
	byDestination map[string]*breaker
}

type breaker struct {
	failures  int // consecutive
	openUntil time.Time
	probing   bool // the one call after the cool-down is in progress
}

// Do calls fn, unless the destination's breaker is open: then it returns an Unavailable error. Of the
// errors that fn returns, Unavailable ones count as failures of the destination, and so does a panic;
// a Timeout does not count; everything else shows that the destination is there.
func (b *Breakers) Do(destination string, fn func() error) error {
	if err := b.allow(destination); err != nil {
		return err
	}
	kind := Unavailable // in case of a panic
	defer func() { b.record(destination, kind) }()
	err := fn()
	kind = KindOf(err)
	return err
}

// allow returns an error if the destination's breaker is open.
func (b *Breakers) allow(destination string) error {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	state := b.byDestination[destination]
	if state == nil || state.failures < failureThreshold {
		return nil
	}
	wait := state.openUntil.Sub(b.clock())
	if wait <= 0 && !state.probing {
		state.probing = true
		return nil
	}
	err := Errorf(Unavailable, "circuit breaker open: %s failed %d times in a row", destination, state.failures)
	err.RetryAfter = max(wait, 0)
	return err
}

// record updates the destination's breaker after a call that ended with an error of this kind, or ""
// for success and unclassified errors.
func (b *Breakers) record(destination string, kind Kind) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	state := b.byDestination[destination]
	switch {
	case state == nil && kind != Unavailable:
		return
	case kind == Unavailable:
		if state == nil {
			state = &breaker{}
			if b.byDestination == nil {
				b.byDestination = map[string]*breaker{}
			}
			b.byDestination[destination] = state
		}
		state.failures++
		state.probing = false
		state.openUntil = b.clock().Add(coolDown)
	case kind == Timeout:
		state.probing = false
	default:
		delete(b.byDestination, destination)
	}
}

func (b *Breakers) clock() time.Time {
	if b.now != nil {
		return b.now()
	}
	return time.Now()
}
