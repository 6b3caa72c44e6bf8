package answer_test

import (
	"strings"
	"testing"
	"time"

	"schemadiff.local/worker/internal/answer"
	"schemadiff.local/worker/internal/contract/contracttest"
	"schemadiff.local/worker/internal/job"
	"schemadiff.local/worker/internal/retry"
)

const trace = "4bf92f3577b34da6a3ce929d0e0e4736"

func result(outcome answer.Outcome) answer.Result {
	return answer.Result{
		Task: job.Task{ID: "a", Action: job.Scan}, Outcome: outcome, Files: 2, Bytes: 10, Skipped: 1,
		SHA256:  strings.Repeat("0", 64),
		Entries: []answer.Entry{{Path: "broken \xff name", Bytes: 10, SHA256: strings.Repeat("f", 64)}},
	}
}

// Every shape in every version is what the contract says it is.
func TestAppend(t *testing.T) {
	timing := &answer.Timing{Queued: 3 * time.Millisecond, Run: 40 * time.Millisecond, Attempts: 2}
	plan := &answer.Plan{Today: contracttest.Today, Job: job.Job{
		Timeout: 1500 * time.Millisecond, Retry: retry.Policy{MaxRetries: 3}, Tasks: []job.Task{{ID: "a", Action: job.Sync, Source: "s", Target: "t", Glob: "*"}},
	}}
	for _, each := range []struct {
		name, version, want string
		said                answer.Answer
	}{
		{"plan", "v1", `{"schema_version":"v1","status":"planned","job_id":"nightly-1","as_of":"2026-11-23","timeout_ms":1500,"max_retries":3,` +
			`"plan":[{"task_id":"a","action":"sync","description":"copy the files that changed from s to t"}]}`,
			answer.Answer{JobID: "nightly-1", TraceID: trace, Plan: plan}},
		{"plan", "v2", `{"schema_version":"v2","status":"planned","job_id":"nightly-1","trace_id":"` + trace + `","as_of":"2026-11-23","timeout_ms":1500,"max_retries":3,` +
			`"plan":[{"task_id":"a","action":"sync","description":"copy the files that changed from s to t"}]}`,
			answer.Answer{JobID: "nightly-1", TraceID: trace, Plan: plan}},
		{"results", "v1", `{"schema_version":"v1","status":"ok","job_id":"nightly-1","results":[{"task_id":"a","action":"scan","outcome":"done","files":2,"bytes":10,"skipped":1,` +
			`"sha256":"` + strings.Repeat("0", 64) + `","entries":[{"path":"broken ` + "\uFFFD" + ` name","bytes":10,"sha256":"` + strings.Repeat("f", 64) + `"}]}],"duration_ms":43}`,
			answer.Answer{JobID: "nightly-1", Results: []answer.Result{result(answer.Partial)}, Timing: timing}},
		{"results", "v2", `{"schema_version":"v2","status":"ok","job_id":"nightly-1","results":[{"task_id":"a","action":"scan","outcome":"partial","files":2,"bytes":10,"skipped":1,` +
			`"sha256":"` + strings.Repeat("0", 64) + `","entries":[{"path":"broken ` + "\uFFFD" + ` name","bytes":10,"sha256":"` + strings.Repeat("f", 64) + `"}]}],` +
			`"timing":{"queued_ms":3,"run_ms":40,"attempts":2}}`,
			answer.Answer{JobID: "nightly-1", Results: []answer.Result{result(answer.Partial)}, Timing: timing}},
		{"failure", "v1", `{"schema_version":"v1","status":"error","job_id":"x","error_type":"rate_limited","message":"slow \"down\"\n","retryable":true}`,
			answer.Answer{JobID: "x", Failure: &retry.Failure{Kind: retry.RateLimited, Message: "slow \"down\"\n", RetryAfter: time.Second}, Timing: timing}},
		{"failure", "v2", `{"schema_version":"v2","status":"error","job_id":"x","error_type":"rate_limited","message":"slow","retryable":true,"retry_after_ms":1000,` +
			`"timing":{"queued_ms":3,"run_ms":40,"attempts":2}}`,
			answer.Answer{JobID: "x", Failure: &retry.Failure{Kind: retry.RateLimited, Message: "slow", RetryAfter: time.Second}, Timing: timing}},
		{"no id", "v1", `{"schema_version":"v1","status":"error","job_id":null,"error_type":"validation_error","message":"no","retryable":false}`,
			answer.Answer{NoID: true, Failure: &retry.Failure{Kind: retry.Validation, Message: "no"}}},
	} {
		got := each.said.Append(nil, each.version)
		if string(got) != each.want {
			t.Errorf("%s %s:\n%s\n%s", each.name, each.version, got, each.want)
		}
		contracttest.Read(t, got)
	}
}

func TestEveryKindOfFailureIsInTheContract(t *testing.T) {
	for _, kind := range retry.Kinds {
		for _, version := range answer.Versions {
			said := answer.Answer{NoID: true, Failure: &retry.Failure{Kind: kind, Message: "m"}}
			response := contracttest.Read(t, said.Append(nil, version))
			if response.ErrorType != string(kind) || response.Retryable != kind.Retryable() || response.JobID != nil {
				t.Errorf("%s %s: %+v", kind, version, response)
			}
		}
	}
}

func TestWhatTheContractHasNoRoomForIsCut(t *testing.T) {
	long := strings.Repeat("ü", 10_000)
	for _, version := range answer.Versions {
		said := answer.Answer{JobID: long, Failure: &retry.Failure{Kind: retry.Validation, Message: long}}
		response := contracttest.Read(t, said.Append(nil, version))
		if response.JobID != nil || len([]rune(response.Message)) != 8000 || !strings.HasSuffix(response.Message, "ü…") {
			t.Errorf("%s: %v, %d characters", version, response.JobID, len([]rune(response.Message)))
		}
		many := result(answer.Done)
		many.Entries[0].Path = long
		for len(many.Entries) <= answer.MostEntries {
			many.Entries = append(many.Entries, answer.Entry{Path: "a", SHA256: strings.Repeat("0", 64)})
		}
		said = answer.Answer{JobID: "nightly-1", Results: []answer.Result{many}, Timing: &answer.Timing{}}
		response = contracttest.Read(t, said.Append(nil, version))
		if len(response.Results[0].Entries) != answer.MostEntries {
			t.Errorf("%s: %d entries", version, len(response.Results[0].Entries))
		}
	}
}
