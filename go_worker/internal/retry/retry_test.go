package retry

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/schemadiff/schemadiff/contracts"
)

// table is the content of contracts/retry.yaml, which the producer is tested against as well.
type table struct {
	ErrorTypes map[string]struct {
		Decision  string
		Retryable bool
		Because   string
	} `yaml:"error_types"`
	Decisions map[string]string
	Pause     struct {
		Factor int
		Jitter float64
		CapMS  int `yaml:"cap_ms"`
	}
	Defaults struct {
		MaxRetries int `yaml:"max_retries"`
		BackoffMS  int `yaml:"backoff_ms"`
	}
	Breaker struct {
		OpensAfter int `yaml:"opens_after"`
		CoolDownMS int `yaml:"cool_down_ms"`
	}
	Cases []struct {
		Name         string
		ErrorType    string `yaml:"error_type"`
		RetryAfterMS int    `yaml:"retry_after_ms"`
		N            int
		Policy       *struct {
			MaxRetries *int `yaml:"max_retries"`
			BackoffMS  *int `yaml:"backoff_ms"`
		}
		Again   bool
		PauseMS []int `yaml:"pause_ms"`
	}
}

func readTable(t *testing.T) table {
	t.Helper()
	text, err := contracts.Files.ReadFile("retry.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var parsed table
	if err := yaml.Unmarshal(text, &parsed); err != nil {
		t.Fatal(err)
	}
	return parsed
}

func milliseconds(n int) time.Duration { return time.Duration(n) * time.Millisecond }

func TestKindsFollowTheTable(t *testing.T) {
	t.Parallel()
	table := readTable(t)
	if len(table.ErrorTypes) != len(Kinds) {
		t.Errorf("%d error types in the table; want %d", len(table.ErrorTypes), len(Kinds))
	}
	for name, row := range table.ErrorTypes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kind := Kind(name)
			if !slices.Contains(Kinds, kind) || string(kind.Decision()) != row.Decision || kind.Retryable() != row.Retryable {
				t.Errorf("decision %q, retryable %v; the table says %q, %v", kind.Decision(), kind.Retryable(), row.Decision, row.Retryable)
			}
			if table.Decisions[row.Decision] == "" || row.Because == "" {
				t.Errorf("the table has no reason, or does not explain %q", row.Decision)
			}
		})
	}
}

func TestParametersFollowTheTable(t *testing.T) {
	t.Parallel()
	table := readTable(t)
	for _, test := range []struct {
		name      string
		got, want any
	}{
		{"pause.factor", backoffFactor, table.Pause.Factor},
		{"pause.jitter", jitter, table.Pause.Jitter},
		{"pause.cap_ms", maxDelay, milliseconds(table.Pause.CapMS)},
		{"defaults.max_retries", DefaultMaxRetries, table.Defaults.MaxRetries},
		{"defaults.backoff_ms", DefaultBackoff, milliseconds(table.Defaults.BackoffMS)},
		{"breaker.opens_after", failureThreshold, table.Breaker.OpensAfter},
		{"breaker.cool_down_ms", coolDown, milliseconds(table.Breaker.CoolDownMS)},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if test.got != test.want {
				t.Errorf("%v; the table says %v", test.got, test.want)
			}
		})
	}
}

func TestNextFollowsTheTable(t *testing.T) {
	t.Parallel()
	for _, test := range readTable(t).Cases {
		t.Run(test.Name, func(t *testing.T) {
			t.Parallel()
			var policy Policy
			if test.Policy != nil {
				policy = Policy{MaxRetries: DefaultMaxRetries, Backoff: DefaultBackoff}
				if test.Policy.MaxRetries != nil {
					policy.MaxRetries = *test.Policy.MaxRetries
				}
				if test.Policy.BackoffMS != nil {
					policy.Backoff = milliseconds(*test.Policy.BackoffMS)
				}
			}
			err := &Error{Kind: Kind(test.ErrorType), RetryAfter: milliseconds(test.RetryAfterMS)}
			longest, ok := policy.next(err, test.N, 0)
			shortest, _ := policy.next(err, test.N, math.Nextafter(1, 0))
			if ok != test.Again {
				t.Fatalf("retry is %v; want %v", ok, test.Again)
			}
			if !ok {
				return
			}
			if longest != milliseconds(test.PauseMS[1]) || shortest.Round(time.Microsecond) != milliseconds(test.PauseMS[0]) {
				t.Errorf("the delay is between %s and %s; want %d ms", shortest, longest, test.PauseMS)
			}
		})
	}
}

func TestErrorKinds(t *testing.T) {
	t.Parallel()
	classified := Errorf(Timeout, "reading: %w", io.ErrUnexpectedEOF)
	for _, test := range []struct {
		name string
		err  error
		kind Kind
		is   []error
		not  []error
	}{
		{"nil", nil, "", nil, []error{Timeout}},
		{"unclassified", io.EOF, "", []error{io.EOF}, []error{Timeout}},
		{"classified", classified, Timeout, []error{Timeout, io.ErrUnexpectedEOF}, []error{Unavailable, io.EOF}},
		{"wrapped", fmt.Errorf("task a: %w", classified), Timeout, []error{Timeout, classified, io.ErrUnexpectedEOF}, []error{Unavailable}},
		{"outermost", Errorf(Auth, "%w", classified), Auth, []error{Auth, Timeout}, []error{Unavailable}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := KindOf(test.err); got != test.kind {
				t.Errorf("KindOf is %q; want %q", got, test.kind)
			}
			for _, target := range test.is {
				if !errors.Is(test.err, target) {
					t.Errorf("errors.Is(%v, %v) is false", test.err, target)
				}
			}
			for _, target := range test.not {
				if errors.Is(test.err, target) {
					t.Errorf("errors.Is(%v, %v) is true", test.err, target)
				}
			}
		})
	}
}

func TestBreaker(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	breakers := Breakers{now: func() time.Time { return now }}
	calls := 0
	call := func(kind Kind) error {
		return breakers.Do("files.example.com", func() error {
			calls++
			if kind == "" {
				return nil
			}
			return &Error{Kind: kind, Err: kind}
		})
	}
	step := func(name string, kind Kind, wantCalled bool, wantRetryAfter time.Duration) {
		t.Helper()
		before := calls
		err := call(kind)
		called := calls > before
		if called != wantCalled {
			t.Errorf("%s: called is %v; want %v", name, called, wantCalled)
		}
		var rejected *Error
		if !called && (!errors.As(err, &rejected) || rejected.Kind != Unavailable || rejected.RetryAfter != wantRetryAfter) {
			t.Errorf("%s: %+v", name, rejected)
		}
	}
	for range failureThreshold - 1 {
		step("closed", Unavailable, true, 0)
	}
	step("a response, even an error, resets the count", Auth, true, 0)
	for range failureThreshold - 1 {
		step("closed", Unavailable, true, 0)
	}
	step("a timeout neither counts nor resets the count", Timeout, true, 0)
	step("the last failure", Unavailable, true, 0)
	step("open", "", false, coolDown)
	now = now.Add(coolDown - time.Second)
	step("still open", "", false, time.Second)
	now = now.Add(time.Second)
	step("one call is let through and fails", Unavailable, true, 0)
	step("open again", "", false, coolDown)
	now = now.Add(coolDown)
	step("one call is let through and succeeds", "", true, 0)
	step("closed", Unavailable, true, 0)
	if err := breakers.Do("other.example.com", func() error { return nil }); err != nil {
		t.Errorf("another destination: %v", err)
	}
}

// openBreaker returns breakers whose breaker for "host" is past its cool-down.
func openBreaker(t *testing.T) *Breakers {
	t.Helper()
	now := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	breakers := &Breakers{now: func() time.Time { return now }}
	for range failureThreshold {
		if err := breakers.Do("host", func() error { return Errorf(Unavailable, "away") }); !errors.Is(err, Unavailable) {
			t.Fatal(err)
		}
	}
	now = now.Add(coolDown)
	return breakers
}

func TestOnlyOneCallIsLetThrough(t *testing.T) {
	t.Parallel()
	breakers := openBreaker(t)
	err := breakers.Do("host", func() error {
		return breakers.Do("host", func() error { t.Error("a second call"); return nil })
	})
	if !errors.Is(err, Unavailable) {
		t.Error(err)
	}
}

func TestAPanicCountsAsAFailure(t *testing.T) {
	t.Parallel()
	breakers := openBreaker(t)
	func() {
		defer func() { _ = recover() }()
		_ = breakers.Do("host", func() error { panic("a bug") })
	}()
	if err := breakers.Do("host", func() error { return nil }); !errors.Is(err, Unavailable) {
		t.Error(err)
	}
}
