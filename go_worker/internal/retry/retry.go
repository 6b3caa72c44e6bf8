// Package retry decides whether a failure is worth another attempt, and when. The decisions are
// those of contracts/retry.yaml, which the producer's side implements as well.
package retry

import (
	"math/rand/v2"
	"time"
)

// Kind is the error_type of a failure.
type Kind string

// The kinds of failure; there are no others.
const (
	Validation  Kind = "validation_error"
	Auth        Kind = "auth_failed"
	Timeout     Kind = "upstream_timeout"
	RateLimited Kind = "rate_limited"
	Unavailable Kind = "dependency_unavailable"
)

// Kinds lists every kind of failure.
var Kinds = []Kind{Validation, Auth, Timeout, RateLimited, Unavailable}

// Decision names what a kind of failure calls for.
type Decision string

// The decisions, as retry.yaml explains them.
const (
	Final   Decision = "final"
	Again   Decision = "retry"
	Backoff Decision = "backoff"
	Break   Decision = "breaker"
)

var decisions = map[Kind]Decision{
	Validation:  Final,
	Auth:        Final,
	Timeout:     Again,
	RateLimited: Backoff,
	Unavailable: Break,
}

// Decision tells what this kind of failure calls for.
func (k Kind) Decision() Decision { return decisions[k] }

// Retryable tells whether the same message may succeed later.
func (k Kind) Retryable() bool { return k.Decision() != Final }

// Failure is why a step, or a whole job, did not succeed. It is an error, so that it travels up
// through the work as one.
type Failure struct {
	Kind       Kind
	Message    string
	RetryAfter time.Duration // the earliest time of a retry that the other side told; 0: none
}

func (f *Failure) Error() string { return f.Message }

// Policy is what a job allows. The zero value allows no retry.
type Policy struct {
	MaxRetries int
	Backoff    time.Duration
}

// What holds where a policy leaves a member out, and the shape of the pauses.
const (
	DefaultMaxRetries = 0
	DefaultBackoff    = 500 * time.Millisecond
	factor            = 2
	jitter            = 0.5
	longest           = time.Minute
)

// Next decides on retry n, the first being 1: whether to try again, and after which pause.
func (p Policy) Next(failure *Failure, n int) (pause time.Duration, again bool) {
	return p.next(failure, n, rand.Float64())
}

// next takes the random part, evenly from [0, 1), as an argument.
func (p Policy) next(failure *Failure, n int, random float64) (pause time.Duration, again bool) {
	if !failure.Kind.Retryable() || n > p.MaxRetries {
		return 0, false
	}
	pause = p.Backoff
	for i := 1; i < n && pause < longest; i++ {
		pause *= factor
	}
	pause = min(pause, longest)
	pause -= time.Duration(random * jitter * float64(pause))
	if failure.Kind.Decision() != Again {
		pause = max(pause, failure.RetryAfter)
	}
	return pause, true
}
