package once

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var same = [32]byte{1}

func newBook(most int) *Book[string] {
	return NewBook(most, func(answer string) int { return len(answer) })
}

func TestARepeatGetsTheFirstAnswer(t *testing.T) {
	book := newBook(100)
	for i, want := range []Status{First, Repeat, Repeat} {
		answer, status := book.Do(context.Background(), "job", same, func() (string, bool) {
			if i > 0 {
				t.Error("worked twice")
			}
			return "first", true
		})
		if answer != "first" || status != want {
			t.Error(answer, status)
		}
	}
}

func TestAStormOfRepeatsIsOneJob(t *testing.T) {
	book := newBook(100)
	var works, firsts atomic.Int32
	var callers sync.WaitGroup
	for range 100 {
		callers.Add(1)
		go func() {
			defer callers.Done()
			answer, status := book.Do(context.Background(), "job", same, func() (string, bool) {
				works.Add(1)
				time.Sleep(20 * time.Millisecond)
				return "first", true
			})
			if status == First {
				firsts.Add(1)
			}
			if answer != "first" {
				t.Error(answer, status)
			}
		}()
	}
	callers.Wait()
	if works.Load() != 1 || firsts.Load() != 1 {
		t.Error(works.Load(), firsts.Load())
	}
}

func TestAnAnswerThatIsNotKeptIsWorkedOutAgain(t *testing.T) {
	book := newBook(100)
	for _, want := range []string{"busy", "done"} {
		answer, status := book.Do(context.Background(), "job", same, func() (string, bool) { return want, want == "done" })
		if answer != want || status != First {
			t.Error(answer, status)
		}
	}
}

func TestAnIDThatBelongsToAnotherJob(t *testing.T) {
	book := newBook(100)
	book.Do(context.Background(), "job", same, func() (string, bool) { return "first", true })
	if _, status := book.Do(context.Background(), "job", [32]byte{2}, nil); status != Conflict {
		t.Error(status)
	}
}

func TestACallerWhoseTimeIsOverStopsWaiting(t *testing.T) {
	book := newBook(100)
	begun, end := make(chan bool), make(chan bool)
	go book.Do(context.Background(), "job", same, func() (string, bool) {
		begun <- true
		<-end
		return "late", true
	})
	<-begun
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, status := book.Do(ctx, "job", same, nil); status != Abandoned {
		t.Error(status)
	}
	end <- true
}

func TestWhatWasAskedForLeastRecentlyIsForgotten(t *testing.T) {
	book := newBook(10)
	do := func(id string) Status {
		_, status := book.Do(context.Background(), id, same, func() (string, bool) { return "1234", true })
		return status
	}
	for i, want := range []struct {
		id     string
		status Status
	}{{"a", First}, {"b", First}, {"a", Repeat}, {"c", First}, {"a", Repeat}, {"b", First}} {
		if got := do(want.id); got != want.status {
			t.Errorf("%d: %s is %d", i, want.id, got)
		}
	}
	if len(book.pages) != 2 || book.recent.Len() != 2 || book.weight != 8 {
		t.Error(len(book.pages), book.recent.Len(), book.weight)
	}
}

func TestAPanicLeavesNobodyWaiting(t *testing.T) {
	book := newBook(100)
	begun, waiting := make(chan bool), make(chan Status)
	go func() {
		defer func() { _ = recover() }()
		book.Do(context.Background(), "job", same, func() (string, bool) {
			begun <- true
			time.Sleep(10 * time.Millisecond)
			panic("a bug")
		})
	}()
	<-begun
	go func() {
		_, status := book.Do(context.Background(), "job", same, func() (string, bool) { return "", false })
		waiting <- status
	}()
	select {
	case <-waiting:
	case <-time.After(5 * time.Second):
		t.Error("still waiting")
	}
}
