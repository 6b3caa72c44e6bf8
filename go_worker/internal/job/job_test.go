package job

import (
	"reflect"
	"testing"
	"time"

	"github.com/schemadiff/schemadiff/contracts"
	"github.com/schemadiff/schemadiff/go_worker/internal/contract"
	"github.com/schemadiff/schemadiff/go_worker/internal/retry"
	"github.com/schemadiff/schemadiff/go_worker/internal/strictjson"
)

var today = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

// decode validates the message first, as the worker does.
func decode(t *testing.T, text string) Job {
	t.Helper()
	requests, err := contract.Load(contracts.Files, "job_request", Versions)
	if err != nil {
		t.Fatal(err)
	}
	value, err := strictjson.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	result := requests.Validate(value, today)
	if len(result.Problems) > 0 {
		t.Fatal(result.Problems)
	}
	return Decode(result.Version, value.(map[string]any))
}

func TestDecode(t *testing.T) {
	t.Parallel()
	plain := Task{ID: "a", Action: Sync, Source: "inbox", Target: "mirror", Glob: "*", MaxAgeDays: 30}
	for name, test := range map[string]struct {
		text string
		want Job
	}{
		"v1 defaults": {
			`{"schema_version":"v1","job_id":"nightly-1","timeout_seconds":30,"tasks":[{"id":"a","action":"sync"}]}`,
			Job{ID: "nightly-1", Timeout: 30 * time.Second, Tasks: []Task{plain}},
		},
		"v1 with every property": {
			`{"schema_version":"v1","job_id":"nightly-1","timeout_seconds":3e1,
			  "tasks":[{"id":"a","action":"cleanup","source":"s","target":"t/u","glob":"*.x","max_age_days":7.0}],
			  "retry_policy":{"max_retries":5,"backoff_ms":250}}`,
			Job{
				ID: "nightly-1", Timeout: 30 * time.Second,
				Tasks: []Task{{ID: "a", Action: Cleanup, Source: "s", Target: "t/u", Glob: "*.x", MaxAgeDays: 7}},
				Retry: retry.Policy{MaxRetries: 5, Backoff: 250 * time.Millisecond},
			},
		},
		"v1 names are case-sensitive": {
			`{"schema_version":"v1","job_id":"nightly-1","timeout_seconds":30.0,"TIMEOUT_SECONDS":86400,"Retry_Policy":{"max_retries":5},
			  "tasks":[{"id":"a","action":"sync","SOURCE":"/etc"}]}`,
			Job{ID: "nightly-1", Timeout: 30 * time.Second, Tasks: []Task{plain}},
		},
		"v1 with an empty retry_policy": {
			`{"schema_version":"v1","job_id":"nightly-1","timeout_seconds":1,"tasks":[{"id":"a","action":"sync"}],"retry_policy":{}}`,
			Job{ID: "nightly-1", Timeout: time.Second, Tasks: []Task{plain}, Retry: retry.Policy{Backoff: 500 * time.Millisecond}},
		},
		"v2 with every property": {
			`{"schema_version":"v2","job_id":"nightly-1","timeout_ms":1500,"tenant":"acme","tasks":[{"id":"a","action":"sync"}],
			  "trace":{"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"}}`,
			Job{ID: "nightly-1", Tenant: "acme", TraceID: "4bf92f3577b34da6a3ce929d0e0e4736", Timeout: 1500 * time.Millisecond, Tasks: []Task{plain}},
		},
		"v2 ignores properties that only v1 declares": {
			`{"schema_version":"v2","job_id":"nightly-1","timeout_ms":1500,"timeout_seconds":"x","tenant":"acme","tasks":[{"id":"a","action":"sync","max_age_days":"x"}]}`,
			Job{ID: "nightly-1", Tenant: "acme", Timeout: 1500 * time.Millisecond, Tasks: []Task{plain}},
		},
		"v1 ignores properties that only v2 declares": {
			`{"schema_version":"v1","job_id":"nightly-1","timeout_seconds":1,"timeout_ms":5,"tenant":7,"trace":[],"tasks":[{"id":"a","action":"sync"}]}`,
			Job{ID: "nightly-1", Timeout: time.Second, Tasks: []Task{plain}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := decode(t, test.text); !reflect.DeepEqual(got, test.want) {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
		})
	}
}

func TestDefaultsFollowTheContracts(t *testing.T) {
	t.Parallel()
	want := map[string]any{
		"source": DefaultSource, "target": DefaultTarget, "glob": DefaultGlob, "max_age_days": int64(DefaultMaxAgeDays),
		"max_retries": int64(retry.DefaultMaxRetries), "backoff_ms": retry.DefaultBackoff.Milliseconds(),
	}
	for _, version := range Versions {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			text, err := contracts.Files.ReadFile("job_request." + version + ".json")
			if err != nil {
				t.Fatal(err)
			}
			schema, err := strictjson.Parse(string(text))
			if err != nil {
				t.Fatal(err)
			}
			for _, properties := range []map[string]any{
				object(schema, "$defs", "task", "properties"), object(schema, "properties", "retry_policy", "properties"),
			} {
				for name, property := range properties {
					got, ok := property.(map[string]any)["default"]
					if integer, isInteger := strictjson.Integer(got); isInteger {
						got = integer
					}
					if ok && got != want[name] {
						t.Errorf("the default of %s is %v in the contract; want %v", name, got, want[name])
					}
				}
			}
		})
	}
}

// object returns the object at a path of property names.
func object(value any, path ...string) map[string]any {
	for _, name := range path {
		value = value.(map[string]any)[name]
	}
	return value.(map[string]any)
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		task Task
		want string
	}{
		{"sync", Task{Action: Sync, Source: "inbox", Target: "mirror", Glob: "*"}, `copy the files that changed from inbox to mirror`},
		{"scan with a glob", Task{Action: Scan, Source: "reports", Glob: "*.csv"}, `list size and checksum of the files named "*.csv" below reports`},
		{
			"cleanup with a quote in the glob",
			Task{Action: Cleanup, Target: "mirror", Glob: `a"?`, MaxAgeDays: 7},
			`delete the files named "a\"?" below mirror that were last changed before 2026-11-16`,
		},
		{
			"cleanup after ten years",
			Task{Action: Cleanup, Target: "mirror", Glob: "*", MaxAgeDays: 3650},
			`delete the files below mirror that were last changed before 2016-11-25`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := test.task.Describe(today); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}
