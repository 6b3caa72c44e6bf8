package retry

import (
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"schemadiff.local/contracts"
)

// table is contracts/retry.yaml, which the producer's side is tested against as well.
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
	var read table
	if err := yaml.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	return read
}

func milliseconds(n int) time.Duration { return time.Duration(n) * time.Millisecond }

func TestTheTableIsFollowed(t *testing.T) {
	table := readTable(t)
	if len(table.ErrorTypes) != len(Kinds) {
		t.Errorf("%d error types, not %d", len(table.ErrorTypes), len(Kinds))
	}
	for name, row := range table.ErrorTypes {
		kind := Kind(name)
		if !slices.Contains(Kinds, kind) || string(kind.Decision()) != row.Decision || kind.Retryable() != row.Retryable {
			t.Errorf("%s: %s, retryable %v", name, kind.Decision(), kind.Retryable())
		}
		if table.Decisions[row.Decision] == "" || row.Because == "" {
			t.Errorf("%s: no reason, or no word on what %s means", name, row.Decision)
		}
	}
	for what, same := range map[string]bool{
		"factor":       table.Pause.Factor == factor,
		"jitter":       table.Pause.Jitter == jitter,
		"cap":          milliseconds(table.Pause.CapMS) == longest,
		"max_retries":  table.Defaults.MaxRetries == DefaultMaxRetries,
		"backoff_ms":   milliseconds(table.Defaults.BackoffMS) == DefaultBackoff,
		"opens_after":  table.Breaker.OpensAfter == opensAfter,
		"cool_down_ms": milliseconds(table.Breaker.CoolDownMS) == coolDown,
	} {
		if !same {
			t.Errorf("%s differs from the table", what)
		}
	}
}

func TestTheCasesOfTheTable(t *testing.T) {
	for _, each := range readTable(t).Cases {
		t.Run(each.Name, func(t *testing.T) {
			var policy Policy
			if each.Policy != nil {
				policy = Policy{MaxRetries: DefaultMaxRetries, Backoff: DefaultBackoff}
				if each.Policy.MaxRetries != nil {
					policy.MaxRetries = *each.Policy.MaxRetries
				}
				if each.Policy.BackoffMS != nil {
					policy.Backoff = milliseconds(*each.Policy.BackoffMS)
				}
			}
			failure := &Failure{Kind: Kind(each.ErrorType), RetryAfter: milliseconds(each.RetryAfterMS)}
			longest, again := policy.next(failure, each.N, 0)
			shortest, _ := policy.next(failure, each.N, math.Nextafter(1, 0))
			if again != each.Again {
				t.Fatalf("again is %v", again)
			}
			if !again {
				return
			}
			if longest != milliseconds(each.PauseMS[1]) || shortest.Round(time.Microsecond) != milliseconds(each.PauseMS[0]) {
				t.Errorf("the pause is between %s and %s", shortest, longest)
			}
		})
	}
}

func TestBreaker(t *testing.T) {
	now := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	breakers := Breakers{now: func() time.Time { return now }}
	calls := 0
	try := func(kind Kind) error {
		return breakers.Try("files.example.com", func() error {
			calls++
			if kind == "" {
				return nil
			}
			return &Failure{Kind: kind}
		}, kindOf)
	}
	step := func(what string, kind Kind, attempted bool, after time.Duration) {
		t.Helper()
		before := calls
		var failure *Failure
		err := try(kind)
		errors.As(err, &failure)
		if (calls > before) != attempted {
			t.Errorf("%s: attempted is %v", what, !attempted)
		}
		if !attempted && (failure == nil || failure.Kind != Unavailable || failure.RetryAfter != after) {
			t.Errorf("%s: %+v", what, failure)
		}
	}
	for range opensAfter - 1 {
		step("closed", Unavailable, true, 0)
	}
	step("an answer, though a refusal, starts the count again", Auth, true, 0)
	for range opensAfter - 1 {
		step("closed", Unavailable, true, 0)
	}
	step("a timeout neither counts nor starts again", Timeout, true, 0)
	step("the last failure", Unavailable, true, 0)
	step("open", "", false, coolDown)
	now = now.Add(coolDown - time.Second)
	step("still open", "", false, time.Second)
	now = now.Add(time.Second)
	step("one attempt is let through, in vain", Unavailable, true, 0)
	step("open again", "", false, coolDown)
	now = now.Add(coolDown)
	step("one attempt is let through", "", true, 0)
	step("closed", Unavailable, true, 0)
	if err := breakers.Try("other.example.com", func() error { return nil }, kindOf); err != nil {
		t.Errorf("another destination: %v", err)
	}
}

func TestOnlyOneAttemptIsLetThrough(t *testing.T) {
	now := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	breakers := Breakers{now: func() time.Time { return now }}
	broken := func() error { return &Failure{Kind: Unavailable} }
	for range opensAfter {
		_ = breakers.Try("host", broken, kindOf)
	}
	now = now.Add(coolDown)
	err := breakers.Try("host", func() error {
		return breakers.Try("host", func() error { t.Error("a second attempt"); return nil }, kindOf)
	}, kindOf)
	if kindOf(err) != Unavailable {
		t.Error(err)
	}
}

func kindOf(err error) Kind {
	var failure *Failure
	if errors.As(err, &failure) {
		return failure.Kind
	}
	return ""
}
