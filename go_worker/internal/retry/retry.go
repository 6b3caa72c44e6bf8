// Package retry decides whether an error is worth another attempt, and when. It implements
// contracts/retry.yaml, as the producer does.
package retry

import (
	"math/rand/v2"
	"time"
)

// Decision is what to do after an error.
type Decision string

// The decisions, as retry.yaml explains them.
const (
	DecisionFinal   Decision = "final"
	DecisionRetry   Decision = "retry"
	DecisionBackoff Decision = "backoff"
	DecisionBreaker Decision = "breaker"
)

var decisions = map[Kind]Decision{
	Validation:  DecisionFinal,
	Auth:        DecisionFinal,
	Timeout:     DecisionRetry,
	RateLimited: DecisionBackoff,
	Unavailable: DecisionBreaker,
}

// Policy limits the retries of a job. The zero value allows none.
type Policy struct {
	MaxRetries int
	Backoff    time.Duration // the delay before the first retry
}

// Defaults of a retry_policy, and the parameters of exponential backoff with jitter (retry.yaml:
// defaults, pause).
const (
	DefaultMaxRetries = 0
	DefaultBackoff    = 500 * time.Millisecond
	backoffFactor     = 2
	jitter            = 0.5
	maxDelay          = time.Minute
)

// Next returns the delay before retry n, counted from 1, and whether there is such a retry.
func (p Policy) Next(err *Error, n int) (delay time.Duration, ok bool) {
	return p.next(err, n, rand.Float64())
}

// next is Next with the random number, uniform in [0, 1), as an argument.
func (p Policy) next(err *Error, n int, random float64) (delay time.Duration, ok bool) {
	if !err.Kind.Retryable() || n > p.MaxRetries {
		return 0, false
	}
	delay = p.Backoff
	for i := 1; i < n && delay < maxDelay; i++ {
		delay *= backoffFactor
	}
	delay = min(delay, maxDelay)
	delay -= time.Duration(random * jitter * float64(delay))
	if err.Kind.Decision() != DecisionRetry {
		delay = max(delay, err.RetryAfter)
	}
	return delay, true
}
