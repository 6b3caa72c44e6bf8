package retry_test

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/schemadiff/schemadiff/go_worker/internal/retry"
)

// The kind of an error is tested with errors.Is, like its cause.
func ExampleErrorf() {
	err := error(retry.Errorf(retry.Unavailable, "reading inbox/a.csv: %w", io.ErrUnexpectedEOF))
	fmt.Println(err)
	fmt.Println(errors.Is(err, retry.Unavailable), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, retry.Timeout))
	// Output:
	// reading inbox/a.csv: unexpected EOF
	// true true false
}

// A rate limit is retried no earlier than the other side asked for.
func ExamplePolicy_Next() {
	policy := retry.Policy{MaxRetries: 2, Backoff: 100 * time.Millisecond}
	limited := &retry.Error{Kind: retry.RateLimited, Err: errors.New("429 Too Many Requests"), RetryAfter: 3 * time.Second}
	for n := 1; n <= 3; n++ {
		fmt.Println(policy.Next(limited, n))
	}
	// Output:
	// 3s true
	// 3s true
	// 0s false
}

// An open circuit breaker returns an error without a call.
func ExampleBreakers_Do() {
	var breakers retry.Breakers
	calls := 0
	for range 7 {
		_ = breakers.Do("files.example.com", func() error {
			calls++
			return retry.Errorf(retry.Unavailable, "503 Service Unavailable")
		})
	}
	fmt.Println(calls, "calls")
	fmt.Println(breakers.Do("files.example.com", func() error { return nil }))
	// Output:
	// 5 calls
	// circuit breaker open: files.example.com failed 5 times in a row
}
