package retry

import (
	"errors"
	"fmt"
	"time"
)

// Kind classifies an error; it is the error_type of a job_response. A Kind is itself an error, so
// that errors.Is(err, retry.Timeout) tests the kind of err.
type Kind string

// The kinds of error. There are no others.
const (
	Validation  Kind = "validation_error"
	Auth        Kind = "auth_failed"
	Timeout     Kind = "upstream_timeout"
	RateLimited Kind = "rate_limited"
	Unavailable Kind = "dependency_unavailable"
)

// Kinds lists every kind of error.
var Kinds = []Kind{Validation, Auth, Timeout, RateLimited, Unavailable}

// Error returns the kind as text.
func (k Kind) Error() string { return string(k) }

// Decision returns what to do after an error of this kind.
func (k Kind) Decision() Decision { return decisions[k] }

// Retryable reports whether the same message may succeed later.
func (k Kind) Retryable() bool { return k.Decision() != DecisionFinal }

// Error is an error with a kind: why a task or a whole job failed.
type Error struct {
	Kind       Kind
	Err        error         // the cause; its text becomes the message of the job_response
	RetryAfter time.Duration // the delay that the other side asked for; 0 if none
}

// Errorf returns an Error whose cause is fmt.Errorf(format, args...).
func Errorf(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Err: fmt.Errorf(format, args...)}
}

// Error returns the text of the cause, or that of the kind without one.
func (e *Error) Error() string {
	if e.Err == nil {
		return e.Kind.Error()
	}
	return e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is reports whether target is the kind of e.
func (e *Error) Is(target error) bool { return target == e.Kind }

// KindOf returns the kind of the outermost *Error in the chain of err, or "" if there is none.
func KindOf(err error) Kind {
	var classified *Error
	if errors.As(err, &classified) {
		return classified.Kind
	}
	return ""
}
