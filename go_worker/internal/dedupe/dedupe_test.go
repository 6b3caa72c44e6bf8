package dedupe

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var fingerprint = [32]byte{1}

func newCache(maxWeight int) *Cache[string] {
	return New(maxWeight, func(value string) int { return len(value) })
}

func TestDoReturnsTheFirstValue(t *testing.T) {
	t.Parallel()
	cache := newCache(100)
	for i, wantCached := range []bool{false, true, true} {
		value, cached, err := cache.Do(context.Background(), "job", fingerprint, func() (string, bool) {
			if i > 0 {
				t.Error("the function was called again")
			}
			return "first", true
		})
		if value != "first" || cached != wantCached || err != nil {
			t.Errorf("call %d: %q, %v, %v", i, value, cached, err)
		}
	}
}

func TestDoConcurrently(t *testing.T) {
	t.Parallel()
	cache := newCache(100)
	var calls, uncached atomic.Int32
	var callers sync.WaitGroup
	for range 100 {
		callers.Go(func() {
			value, cached, err := cache.Do(context.Background(), "job", fingerprint, func() (string, bool) {
				calls.Add(1)
				time.Sleep(20 * time.Millisecond)
				return "first", true
			})
			if !cached {
				uncached.Add(1)
			}
			if value != "first" || err != nil {
				t.Errorf("%q, %v", value, err)
			}
		})
	}
	callers.Wait()
	if calls.Load() != 1 || uncached.Load() != 1 {
		t.Errorf("%d calls, %d uncached values; want one of each", calls.Load(), uncached.Load())
	}
}

func TestDoCallsAgainAfterAValueThatIsNotKept(t *testing.T) {
	t.Parallel()
	cache := newCache(100)
	for _, want := range []string{"busy", "done"} {
		value, cached, err := cache.Do(context.Background(), "job", fingerprint, func() (string, bool) { return want, want == "done" })
		if value != want || cached || err != nil {
			t.Errorf("%q, %v, %v; want %q", value, cached, err, want)
		}
	}
}

func TestDoErrors(t *testing.T) {
	t.Parallel()
	inProgress := func(t *testing.T, cache *Cache[string]) {
		t.Helper()
		started, finish := make(chan bool), make(chan bool)
		go func() {
			_, _, _ = cache.Do(context.Background(), "job", fingerprint, func() (string, bool) {
				started <- true
				<-finish
				return "late", true
			})
		}()
		<-started
		t.Cleanup(func() { close(finish) })
	}
	canceled, cancel := context.WithCancel(context.Background())
	cancel()
	for _, test := range []struct {
		name        string
		prepare     func(*testing.T, *Cache[string])
		ctx         context.Context
		fingerprint [32]byte
		want        error
	}{
		{
			name: "conflict with a finished call",
			prepare: func(_ *testing.T, cache *Cache[string]) {
				_, _, _ = cache.Do(context.Background(), "job", fingerprint, func() (string, bool) { return "first", true })
			},
			ctx: context.Background(), fingerprint: [32]byte{2}, want: ErrConflict,
		},
		{name: "conflict with a call in progress", prepare: inProgress, ctx: context.Background(), fingerprint: [32]byte{2}, want: ErrConflict},
		{name: "canceled while waiting", prepare: inProgress, ctx: canceled, fingerprint: fingerprint, want: context.Canceled},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cache := newCache(100)
			test.prepare(t, cache)
			value, cached, err := cache.Do(test.ctx, "job", test.fingerprint, nil)
			if !errors.Is(err, test.want) || value != "" || cached {
				t.Errorf("%q, %v, %v; want error %v", value, cached, err, test.want)
			}
		})
	}
}

func TestEviction(t *testing.T) {
	t.Parallel()
	cache := newCache(10)
	for i, test := range []struct {
		key    string
		cached bool
	}{{"a", false}, {"b", false}, {"a", true}, {"c", false}, {"a", true}, {"b", false}} {
		_, cached, err := cache.Do(context.Background(), test.key, fingerprint, func() (string, bool) { return "1234", true })
		if cached != test.cached || err != nil {
			t.Errorf("call %d, key %s: cached is %v, %v", i, test.key, cached, err)
		}
	}
	if len(cache.entries) != 2 || cache.lru.Len() != 2 || cache.weight != 8 {
		t.Errorf("%d entries, %d in the list, weight %d", len(cache.entries), cache.lru.Len(), cache.weight)
	}
}

func TestAPanicReleasesTheWaiters(t *testing.T) {
	t.Parallel()
	cache := newCache(100)
	started, panicNow := make(chan bool), make(chan bool)
	go func() {
		defer func() { _ = recover() }()
		_, _, _ = cache.Do(context.Background(), "job", fingerprint, func() (string, bool) {
			started <- true
			<-panicNow
			panic("a bug")
		})
	}()
	<-started
	waited := make(chan error, 1)
	go func() {
		_, _, err := cache.Do(context.Background(), "job", fingerprint, func() (string, bool) { return "second", true })
		waited <- err
	}()
	time.Sleep(10 * time.Millisecond) // let the second call wait for the first
	close(panicNow)
	select {
	case err := <-waited:
		if err != nil && !errors.Is(err, ErrPanicked) {
			t.Error(err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("the second call still waits")
	}
	value, _, err := cache.Do(context.Background(), "job", fingerprint, func() (string, bool) { return "second", true })
	if value != "second" || err != nil {
		t.Errorf("after the panic: %q, %v", value, err)
	}
}
