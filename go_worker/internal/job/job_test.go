package job

import (
	"reflect"
	"testing"
	"time"

	"schemadiff.local/contracts"
	"schemadiff.local/worker/internal/contract"
	"schemadiff.local/worker/internal/exact"
	"schemadiff.local/worker/internal/retry"
)

var today = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

// read validates first, as the worker does: Read is for valid messages alone.
func read(t *testing.T, text string) Job {
	t.Helper()
	requests, err := contract.Load(contracts.Files, "job_request", Versions)
	if err != nil {
		t.Fatal(err)
	}
	value, err := exact.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	verdict := requests.Judge(value, today)
	if len(verdict.Problems) > 0 {
		t.Fatal(verdict.Problems)
	}
	return Read(verdict.Version, value.(map[string]any))
}

func TestRead(t *testing.T) {
	plain := Task{ID: "a", Action: Sync, Source: "inbox", Target: "mirror", Glob: "*", MaxAgeDays: 30}
	for name, each := range map[string]struct {
		text string
		want Job
	}{
		"v1, what is absent": {
			`{"schema_version":"v1","job_id":"nightly-1","timeout_seconds":30,"tasks":[{"id":"a","action":"sync"}]}`,
			Job{ID: "nightly-1", Timeout: 30 * time.Second, Tasks: []Task{plain}},
		},
		"v1, every member": {
			`{"schema_version":"v1","job_id":"nightly-1","timeout_seconds":3e1,
			  "tasks":[{"id":"a","action":"cleanup","source":"s","target":"t/u","glob":"*.x","max_age_days":7.0}],
			  "retry_policy":{"max_retries":5,"backoff_ms":250}}`,
			Job{
				ID: "nightly-1", Timeout: 30 * time.Second,
				Tasks: []Task{{ID: "a", Action: Cleanup, Source: "s", Target: "t/u", Glob: "*.x", MaxAgeDays: 7}},
				Retry: retry.Policy{MaxRetries: 5, Backoff: 250 * time.Millisecond},
			},
		},
		"v1, names in another case mean nothing": {
			`{"schema_version":"v1","job_id":"nightly-1","timeout_seconds":30.0,"TIMEOUT_SECONDS":86400,"Retry_Policy":{"max_retries":5},
			  "tasks":[{"id":"a","action":"sync","SOURCE":"/etc"}]}`,
			Job{ID: "nightly-1", Timeout: 30 * time.Second, Tasks: []Task{plain}},
		},
		"v1, an empty policy": {
			`{"schema_version":"v1","job_id":"nightly-1","timeout_seconds":1,"tasks":[{"id":"a","action":"sync"}],"retry_policy":{}}`,
			Job{ID: "nightly-1", Timeout: time.Second, Tasks: []Task{plain}, Retry: retry.Policy{Backoff: 500 * time.Millisecond}},
		},
		"v2, every member": {
			`{"schema_version":"v2","job_id":"nightly-1","timeout_ms":1500,"tenant":"acme","tasks":[{"id":"a","action":"sync"}],
			  "trace":{"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"}}`,
			Job{ID: "nightly-1", Tenant: "acme", TraceID: "4bf92f3577b34da6a3ce929d0e0e4736", Timeout: 1500 * time.Millisecond, Tasks: []Task{plain}},
		},
		"v2, what only v1 declares is not even looked at": {
			`{"schema_version":"v2","job_id":"nightly-1","timeout_ms":1500,"timeout_seconds":"x","tenant":"acme","tasks":[{"id":"a","action":"sync","max_age_days":"x"}]}`,
			Job{ID: "nightly-1", Tenant: "acme", Timeout: 1500 * time.Millisecond, Tasks: []Task{plain}},
		},
		"v1, what only v2 declares is not even looked at": {
			`{"schema_version":"v1","job_id":"nightly-1","timeout_seconds":1,"timeout_ms":5,"tenant":7,"trace":[],"tasks":[{"id":"a","action":"sync"}]}`,
			Job{ID: "nightly-1", Timeout: time.Second, Tasks: []Task{plain}},
		},
	} {
		if got := read(t, each.text); !reflect.DeepEqual(got, each.want) {
			t.Errorf("%s:\n%+v\n%+v", name, got, each.want)
		}
	}
}

func TestTheDefaultsAreThoseOfTheContracts(t *testing.T) {
	want := map[string]any{
		"source": DefaultSource, "target": DefaultTarget, "glob": DefaultGlob, "max_age_days": int64(DefaultMaxAgeDays),
		"max_retries": int64(retry.DefaultMaxRetries), "backoff_ms": retry.DefaultBackoff.Milliseconds(),
	}
	for _, version := range Versions {
		text, err := contracts.Files.ReadFile("job_request." + version + ".json")
		if err != nil {
			t.Fatal(err)
		}
		schema, err := exact.Read(string(text))
		if err != nil {
			t.Fatal(err)
		}
		members := func(steps ...string) map[string]any {
			value := schema
			for _, step := range steps {
				value = value.(map[string]any)[step]
			}
			return value.(map[string]any)
		}
		for _, properties := range []map[string]any{
			members("$defs", "task", "properties"), members("properties", "retry_policy", "properties"),
		} {
			for name, property := range properties {
				given, there := property.(map[string]any)["default"]
				if whole, ok := exact.Integer(given); ok {
					given = whole
				}
				if there && given != want[name] {
					t.Errorf("%s: the default of %s is %v, not %v", version, name, given, want[name])
				}
			}
		}
	}
}

func TestPlan(t *testing.T) {
	for want, task := range map[string]Task{
		`copy the files that changed from inbox to mirror`:                                    {Action: Sync, Source: "inbox", Target: "mirror", Glob: "*"},
		`list size and checksum of the files named "*.csv" below reports`:                     {Action: Scan, Source: "reports", Glob: "*.csv"},
		`delete the files named "a\"?" below mirror that were last changed before 2026-11-16`: {Action: Cleanup, Target: "mirror", Glob: `a"?`, MaxAgeDays: 7},
		`delete the files below mirror that were last changed before 2016-11-25`:              {Action: Cleanup, Target: "mirror", Glob: "*", MaxAgeDays: 3650},
	} {
		if got := task.Plan(today); got != want {
			t.Errorf("%s\n%s", got, want)
		}
	}
}
