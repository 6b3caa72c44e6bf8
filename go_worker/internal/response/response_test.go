package response_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/schemadiff/schemadiff/go_worker/internal/contract/contracttest"
	"github.com/schemadiff/schemadiff/go_worker/internal/job"
	"github.com/schemadiff/schemadiff/go_worker/internal/response"
	"github.com/schemadiff/schemadiff/go_worker/internal/retry"
)

const traceID = "4bf92f3577b34da6a3ce929d0e0e4736"

func scanResult(outcome response.Outcome) response.Result {
	return response.Result{
		Task: job.Task{ID: "a", Action: job.Scan}, Outcome: outcome, Files: 2, Bytes: 10, Skipped: 1,
		SHA256:  strings.Repeat("0", 64),
		Entries: []response.Entry{{Path: "broken \xff name", Bytes: 10, SHA256: strings.Repeat("f", 64)}},
	}
}

func TestEncode(t *testing.T) {
	t.Parallel()
	timing := &response.Timing{Queued: 3 * time.Millisecond, Run: 40 * time.Millisecond, Attempts: 2}
	planned := response.Response{JobID: "nightly-1", TraceID: traceID, Plan: &response.Plan{Today: contracttest.Today, Job: job.Job{
		Timeout: 1500 * time.Millisecond, Retry: retry.Policy{MaxRetries: 3},
		Tasks: []job.Task{{ID: "a", Action: job.Sync, Source: "s", Target: "t", Glob: "*"}},
	}}}
	succeeded := response.Response{JobID: "nightly-1", Results: []response.Result{scanResult(response.Partial)}, Timing: timing}
	limited := &retry.Error{Kind: retry.RateLimited, Err: errors.New("slow \"down\"\n"), RetryAfter: time.Second}
	entries := `"entries":[{"path":"broken ` + "\uFFFD" + ` name","bytes":10,"sha256":"` + strings.Repeat("f", 64) + `"}]`
	for _, test := range []struct {
		name, version string
		response      response.Response
		want          string
	}{
		{
			"plan in v1", "v1", planned,
			`{"schema_version":"v1","status":"planned","job_id":"nightly-1","as_of":"2026-11-23","timeout_ms":1500,"max_retries":3,` +
				`"plan":[{"task_id":"a","action":"sync","description":"copy the files that changed from s to t"}]}`,
		},
		{
			"plan in v2", "v2", planned,
			`{"schema_version":"v2","status":"planned","job_id":"nightly-1","trace_id":"` + traceID + `","as_of":"2026-11-23","timeout_ms":1500,"max_retries":3,` +
				`"plan":[{"task_id":"a","action":"sync","description":"copy the files that changed from s to t"}]}`,
		},
		{
			"results in v1", "v1", succeeded,
			`{"schema_version":"v1","status":"ok","job_id":"nightly-1","results":[{"task_id":"a","action":"scan","outcome":"done","files":2,"bytes":10,"skipped":1,` +
				`"sha256":"` + strings.Repeat("0", 64) + `",` + entries + `}],"duration_ms":43}`,
		},
		{
			"results in v2", "v2", succeeded,
			`{"schema_version":"v2","status":"ok","job_id":"nightly-1","results":[{"task_id":"a","action":"scan","outcome":"partial","files":2,"bytes":10,"skipped":1,` +
				`"sha256":"` + strings.Repeat("0", 64) + `",` + entries + `}],"timing":{"queued_ms":3,"run_ms":40,"attempts":2}}`,
		},
		{
			"error in v1", "v1", response.Response{JobID: "x", Err: limited, Timing: timing},
			`{"schema_version":"v1","status":"error","job_id":"x","error_type":"rate_limited","message":"slow \"down\"\n","retryable":true}`,
		},
		{
			"error in v2", "v2", response.Response{JobID: "x", Err: limited, Timing: timing},
			`{"schema_version":"v2","status":"error","job_id":"x","error_type":"rate_limited","message":"slow \"down\"\n","retryable":true,"retry_after_ms":1000,` +
				`"timing":{"queued_ms":3,"run_ms":40,"attempts":2}}`,
		},
		{
			"without a job_id", "v1", response.Response{NoID: true, Err: retry.Errorf(retry.Validation, "no")},
			`{"schema_version":"v1","status":"error","job_id":null,"error_type":"validation_error","message":"no","retryable":false}`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := test.response.Encode(test.version)
			if string(got.JSON) != test.want || got.Err != test.response.Err {
				t.Errorf("got  %s, %v\nwant %s, %v", got.JSON, got.Err, test.want, test.response.Err)
			}
			contracttest.Decode(t, got.JSON)
		})
	}
}

// forEachVersion runs a subtest for each version of job_response.
func forEachVersion(t *testing.T, test func(t *testing.T, version string)) {
	t.Helper()
	for _, version := range response.Versions {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			test(t, version)
		})
	}
}

func TestEveryKindOfErrorIsValid(t *testing.T) {
	t.Parallel()
	for _, kind := range retry.Kinds {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			forEachVersion(t, func(t *testing.T, version string) {
				encoded := response.Response{NoID: true, Err: retry.Errorf(kind, "m")}.Encode(version)
				got := contracttest.Decode(t, encoded.JSON)
				if got.ErrorType != string(kind) || got.Retryable != kind.Retryable() || got.JobID != nil {
					t.Errorf("%+v", got)
				}
			})
		})
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ü", 10_000)
	t.Run("job_id and message", func(t *testing.T) {
		t.Parallel()
		forEachVersion(t, func(t *testing.T, version string) {
			encoded := response.Response{JobID: long, Err: retry.Errorf(retry.Validation, "%s", long)}.Encode(version)
			got := contracttest.Decode(t, encoded.JSON)
			if length := len([]rune(got.Message)); got.JobID != nil || length != response.MaxMessageLength || !strings.HasSuffix(got.Message, "ü…") {
				t.Errorf("job_id %v, a message of %d characters", got.JobID, length)
			}
		})
	})
	t.Run("entries", func(t *testing.T) {
		t.Parallel()
		forEachVersion(t, func(t *testing.T, version string) {
			result := scanResult(response.Done)
			result.Entries[0].Path = long
			for len(result.Entries) <= response.MaxEntries {
				result.Entries = append(result.Entries, response.Entry{Path: "a", SHA256: strings.Repeat("0", 64)})
			}
			encoded := response.Response{JobID: "nightly-1", Results: []response.Result{result}, Timing: &response.Timing{}}.Encode(version)
			if got := contracttest.Decode(t, encoded.JSON); len(got.Results[0].Entries) != response.MaxEntries {
				t.Errorf("%d entries", len(got.Results[0].Entries))
			}
		})
	})
}
