// Package dedupe runs the work of a job once per job id: a repeated request gets the result of the
// first, also if the first is still running.
package dedupe

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"sync"
)

var (
	// ErrConflict is returned if the key belongs to a call with another fingerprint.
	ErrConflict = errors.New("the key is already used with other contents")
	// ErrPanicked is returned to the callers that waited for a call whose function panicked.
	ErrPanicked = errors.New("the first call panicked")
)

// Cache deduplicates calls by key. It holds the calls in progress and, up to a total weight, the
// values of finished calls; beyond that the least recently used values are evicted. It is safe for
// concurrent use.
type Cache[V any] struct {
	weigh     func(V) int
	maxWeight int

	mutex   sync.Mutex
	entries map[string]*entry[V]
	lru     *list.List // of *entry[V], finished calls only, most recently used first
	weight  int
}

type entry[V any] struct {
	key         string
	fingerprint [32]byte
	done        chan struct{} // closed when the call has finished
	value       V             // valid once done is closed and returned is true
	returned    bool          // the function returned, it did not panic
	element     *list.Element // in lru; nil while the call is in progress
}

// New returns a cache that keeps values up to a total weight of maxWeight. weigh returns the weight
// of one value.
func New[V any](maxWeight int, weigh func(V) int) *Cache[V] {
	return &Cache[V]{weigh: weigh, maxWeight: maxWeight, entries: map[string]*entry[V]{}, lru: list.New()}
}

// Do calls fn and returns its value, unless the cache has the value of an earlier call with the same
// key or such a call is in progress: then it returns that call's value, and cached is true.
//
// fn reports whether to keep its value. A value that is not kept (the job may be retried) is returned
// to the callers that are already waiting for it, and to no later ones.
//
// The fingerprint identifies what the call does. Do returns ErrConflict if an earlier call with the
// same key has another fingerprint, ErrPanicked if it waited for a call that panicked, and an error
// that wraps ctx.Err() if ctx is done while it waits.
func (c *Cache[V]) Do(ctx context.Context, key string, fingerprint [32]byte, fn func() (value V, keep bool)) (value V, cached bool, err error) {
	c.mutex.Lock()
	found, ok := c.entries[key]
	if !ok {
		call := &entry[V]{key: key, fingerprint: fingerprint, done: make(chan struct{})}
		c.entries[key] = call
		c.mutex.Unlock()
		return c.run(call, fn), false, nil
	}
	if found.element != nil {
		c.lru.MoveToFront(found.element)
	}
	c.mutex.Unlock()
	if found.fingerprint != fingerprint {
		return value, false, fmt.Errorf("%q: %w", key, ErrConflict)
	}
	select {
	case <-found.done:
	case <-ctx.Done():
		return value, false, fmt.Errorf("waiting for the first call of %q: %w", key, ctx.Err())
	}
	if !found.returned {
		return value, false, fmt.Errorf("%q: %w", key, ErrPanicked)
	}
	return found.value, true, nil
}

// run calls fn for an entry. If fn panics the entry is removed and its waiters are released.
func (c *Cache[V]) run(call *entry[V], fn func() (V, bool)) V {
	keep := false
	defer func() {
		c.mutex.Lock()
		defer c.mutex.Unlock()
		if keep {
			call.element = c.lru.PushFront(call)
			c.weight += c.weigh(call.value)
			c.evict()
		} else {
			delete(c.entries, call.key)
		}
		close(call.done)
	}()
	call.value, keep = fn()
	call.returned = true
	return call.value
}

// evict removes the least recently used values until the total weight is within the limit. The
// caller holds the mutex.
func (c *Cache[V]) evict() {
	for c.weight > c.maxWeight && c.lru.Len() > 0 {
		oldest := c.lru.Remove(c.lru.Back()).(*entry[V])
		c.weight -= c.weigh(oldest.value)
		delete(c.entries, oldest.key)
	}
}
