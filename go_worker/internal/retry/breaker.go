package retry

import (
	"fmt"
	"sync"
	"time"
)

// The breaker's settings, as retry.yaml has them.
const (
	opensAfter = 5
	coolDown   = 30 * time.Second
)

// Breakers keeps one circuit breaker a destination: after some failures in a row the destination
// is left alone for a while, then one attempt decides. The zero value is ready for use.
type Breakers struct {
	mutex sync.Mutex
	by    map[string]*breaker
	now   func() time.Time // nil: the clock
}

type breaker struct {
	failures  int
	openUntil time.Time
	probing   bool
}

// Try calls attempt, unless the breaker of the destination is open: then it fails at once.
func (b *Breakers) Try(destination string, attempt func() error, kindOf func(error) Kind) error {
	if failure := b.enter(destination); failure != nil {
		return failure
	}
	kind := Unavailable // what a panic counts as
	defer func() { b.leave(destination, kind) }()
	err := attempt()
	kind = kindOf(err)
	return err
}

func (b *Breakers) enter(destination string) *Failure {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	state := b.by[destination]
	if state == nil || state.failures < opensAfter {
		return nil
	}
	wait := state.openUntil.Sub(b.clock())
	if wait <= 0 && !state.probing {
		state.probing = true
		return nil
	}
	return &Failure{
		Kind:       Unavailable,
		Message:    fmt.Sprintf("%s failed %d times in a row and is left alone for now", destination, state.failures),
		RetryAfter: max(wait, 0),
	}
}

// leave counts how an attempt ended; an empty kind is success. A timeout says nothing about
// whether the destination is there, any other answer says that it is.
func (b *Breakers) leave(destination string, kind Kind) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	state := b.by[destination]
	switch {
	case state == nil && kind != Unavailable:
		return
	case kind == Unavailable:
		if state == nil {
			state = &breaker{}
			if b.by == nil {
				b.by = map[string]*breaker{}
			}
			b.by[destination] = state
		}
		state.failures++
		state.probing = false
		state.openUntil = b.clock().Add(coolDown)
	case kind == Timeout:
		state.probing = false
	default:
		delete(b.by, destination)
	}
}

func (b *Breakers) clock() time.Time {
	if b.now != nil {
		return b.now()
	}
	return time.Now()
}
