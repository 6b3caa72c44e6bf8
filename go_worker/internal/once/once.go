// Package once remembers the answers to jobs by their ids, so that a repeat gets the first answer
// and the work is not done twice.
package once

import (
	"container/list"
	"context"
	"sync"
)

// Book holds the answers that are being worked out and those that are worked out already. What is
// remembered is bounded: beyond that the answers that were asked for least recently are forgotten.
type Book[A any] struct {
	mutex  sync.Mutex
	pages  map[string]*page[A]
	recent *list.List // of *page, those asked for last in front; only finished ones
	weight int
	most   int
	weigh  func(A) int
}

type page[A any] struct {
	id       string
	contents [32]byte // what the job asks for
	answer   A
	finished chan struct{}
	place    *list.Element // nil while the work goes on
}

// NewBook returns a book that remembers answers up to a sum of weights.
func NewBook[A any](most int, weigh func(A) int) *Book[A] {
	return &Book[A]{pages: map[string]*page[A]{}, recent: list.New(), most: most, weigh: weigh}
}

// Status tells where an answer comes from.
type Status int

// The origins of an answer.
const (
	First     Status = iota // worked out just now
	Repeat                  // worked out before, or by a call at the same time
	Conflict                // none: the id belongs to a job that asks for something else
	Abandoned               // none: the caller's context ended before the work
)

// Do returns the answer to the job of that id, working it out unless that is done or being done.
// An answer that is not worth keeping (the job may be tried again) reaches those who wait for it,
// and nobody afterwards.
func (b *Book[A]) Do(ctx context.Context, id string, contents [32]byte, work func() (answer A, keep bool)) (A, Status) {
	b.mutex.Lock()
	known, there := b.pages[id]
	if !there {
		begun := &page[A]{id: id, contents: contents, finished: make(chan struct{})}
		b.pages[id] = begun
		b.mutex.Unlock()
		return b.workOut(begun, work), First
	}
	if known.place != nil {
		b.recent.MoveToFront(known.place)
	}
	b.mutex.Unlock()
	if known.contents != contents {
		var none A
		return none, Conflict
	}
	select {
	case <-known.finished:
		return known.answer, Repeat
	case <-ctx.Done():
		var none A
		return none, Abandoned
	}
}

// workOut fills a page. If the work panics the page is torn out, so that nobody waits for ever;
// those who wait get the zero answer.
func (b *Book[A]) workOut(begun *page[A], work func() (A, bool)) A {
	keep := false
	defer func() {
		b.mutex.Lock()
		defer b.mutex.Unlock()
		if keep {
			begun.place = b.recent.PushFront(begun)
			b.weight += b.weigh(begun.answer)
			b.forget()
		} else {
			delete(b.pages, begun.id)
		}
		close(begun.finished)
	}()
	begun.answer, keep = work()
	return begun.answer
}

func (b *Book[A]) forget() {
	for b.weight > b.most && b.recent.Len() > 0 {
		oldest := b.recent.Remove(b.recent.Back()).(*page[A])
		b.weight -= b.weigh(oldest.answer)
		delete(b.pages, oldest.id)
	}
}
