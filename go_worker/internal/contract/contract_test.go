package contract

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"schemadiff.local/contracts"
	"schemadiff.local/worker/internal/exact"
)

func load(t *testing.T, name string) *Contract {
	t.Helper()
	loaded, err := Load(contracts.Files, name, []string{"v1", "v2"})
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

func day(t *testing.T, text string) time.Time {
	t.Helper()
	parsed, err := time.Parse(time.DateOnly, text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestWindows(t *testing.T) {
	requests := load(t, "job_request")
	for _, each := range []struct {
		day  string
		want []string
	}{
		{"2026-03-01", []string{}},
		{"2026-03-02", []string{"v1"}},
		{"2026-10-04", []string{"v1"}},
		{"2026-10-05", []string{"v1", "v2"}},
		{"2027-01-02", []string{"v1", "v2"}},
		{"2027-01-03", []string{"v2"}},
	} {
		if got := requests.InUse(day(t, each.day)); !slices.Equal(got, each.want) {
			t.Errorf("in use on %s: %v, not %v", each.day, got, each.want)
		}
	}
}

func TestJudgeFindsTheVersion(t *testing.T) {
	requests := load(t, "job_request")
	valid := `{"schema_version":"v1","job_id":"nightly-0001","timeout_seconds":30,"tasks":[{"id":"a","action":"scan"}]}`
	for _, each := range []struct{ day, text, version, problem string }{
		{"2026-11-23", valid, "v1", ""},
		{"2027-01-03", valid, "", "/schema_version: v1 went out of use on 2027-01-03, and this is 2027-01-03; this worker reads v2"},
		{"2026-01-01", valid, "", "/schema_version: v1 is in use from 2026-03-02 on, and this is 2026-01-01; no version of job_request is in use on 2026-01-01"},
		{"2026-11-23", `{"schema_version":"v3"}`, "", `/schema_version: is "v3", which this worker does not know; this worker reads v1, v2`},
		{"2026-11-23", `{"schema_version":null}`, "", `/schema_version: is null, not a string; this worker reads v1, v2`},
		{"2026-11-23", `{"Schema_Version":"v1"}`, "", `/schema_version: is missing; this worker reads v1, v2`},
		{"2026-11-23", `[]`, "", `the message is an array, not an object`},
		{"2026-11-23", `true`, "", `the message is a boolean, not an object`},
	} {
		value, err := exact.Read(each.text)
		if err != nil {
			t.Fatal(err)
		}
		verdict := requests.Judge(value, day(t, each.day))
		problem := ""
		if len(verdict.Problems) > 0 {
			problem = verdict.Problems[0].String()
		}
		if verdict.Version != each.version || problem != each.problem {
			t.Errorf("%s on %s: %q, %s", each.text, each.day, verdict.Version, problem)
		}
	}
}

func TestProblemsAreAllSaidInTheOrderOfTheirPlaces(t *testing.T) {
	value, err := exact.Read(`{
		"schema_version": "v1", "job_id": "a b", "timeout_seconds": 300.5,
		"tasks": [
			{"id": "", "action": "delete", "source": 5}, 7,
			{"action": "sync", "source": "../x", "target": "http://example.com/"},
			{"id": "c", "action": "scan"}, {"id": "d", "action": "scan"}, {"id": "e", "action": "scan"}, {"id": "f", "action": "scan"},
			{"id": "g", "action": "scan"}, {"id": "h", "action": "scan"}, {"id": "i", "action": "scan"}, {"id": "j", "action": null}
		],
		"retry_policy": {"max_retries": 9007199254740993, "backoff_ms": 99.99}
	}`)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, problem := range load(t, "job_request").Judge(value, day(t, "2026-11-23")).Problems {
		got = append(got, fmt.Sprintf("%.90s", problem))
	}
	want := []string{
		`/job_id: has 3 characters, fewer than 8`,
		`/job_id: is "a b", which does not match ^[A-Za-z0-9][A-Za-z0-9._:-]*$`,
		`/retry_policy/backoff_ms: is 99.99, not an integer`,
		`/retry_policy/max_retries: is 9007199254740993, more than 5`,
		`/tasks/0/action: is "delete", none of "sync", "scan", "cleanup"`,
		`/tasks/0/id: has 0 characters, fewer than 1`,
		`/tasks/0/source: is 5, not a string`,
		`/tasks/1: is 7, not an object`,
		`/tasks/2/id: is missing`,
		`/tasks/2/source: is "../x", which does not match ^[^\x00-\x1f\x7f/\\.][^\x00-\x1f\x7f/\\]*`,
		`/tasks/2/target: is "http://example.com/", which does not match ^[^\x00-\x1f\x7f/\\.][^\x0`,
		`/tasks/10/action: is null, none of "sync", "scan", "cleanup"`,
		`/timeout_seconds: is 300.5, not an integer`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got:")
		for _, line := range got {
			t.Error(line)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	manifest := "contracts: {m: {versions: {v1: {published: 2026-01-01}}}}"
	for reason, files := range map[string]fs.FS{
		"no manifest":      fstest.MapFS{},
		"no YAML":          fstest.MapFS{"contracts.yaml": {Data: []byte("a: [")}},
		"no such contract": fstest.MapFS{"contracts.yaml": {Data: []byte("contracts: {}")}},
		"no schema":        fstest.MapFS{"contracts.yaml": {Data: []byte(manifest)}},
		"no JSON":          fstest.MapFS{"contracts.yaml": {Data: []byte(manifest)}, "m.v1.json": {Data: []byte("{")}},
		"not a schema":     fstest.MapFS{"contracts.yaml": {Data: []byte(manifest)}, "m.v1.json": {Data: []byte(`{"type": 5}`)}},
		"reference abroad": fstest.MapFS{"contracts.yaml": {Data: []byte(manifest)}, "m.v1.json": {Data: []byte(`{"$ref": "http://example.com/x.json"}`)}},
	} {
		if _, err := Load(files, "m", []string{"v1"}); err == nil {
			t.Errorf("%s: loaded", reason)
		}
	}
}

func TestVersionsAreOrderedByNumber(t *testing.T) {
	files := fstest.MapFS{"contracts.yaml": {Data: []byte("contracts: {m: {versions: {v10: {}, v9: {}, v2: {}, v11: {}}}}")}}
	for _, name := range []string{"v2", "v9", "v10", "v11"} {
		files["m."+name+".json"] = &fstest.MapFile{Data: []byte(`true`)}
	}
	loaded, err := Load(files, "m", []string{"v10", "v9", "v2"})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := loaded.InUse(day(t, "2026-01-01")), []string{"v2", "v9", "v10"}; !reflect.DeepEqual(got, want) {
		t.Error(got)
	}
}

// The judge is santhosh-tekuri/jsonschema, and what a value's numbers are must survive the way to it.
func TestNumbersAreComparedExactly(t *testing.T) {
	files := fstest.MapFS{
		"contracts.yaml": {Data: []byte("defaults: {version_field: /v}\ncontracts: {m: {versions: {v1: {}}}}")},
		"m.v1.json":      {Data: []byte(`{"properties": {"n": {"maximum": 9007199254740992, "multipleOf": 0.01}}}`)},
	}
	loaded, err := Load(files, "m", []string{"v1"})
	if err != nil {
		t.Fatal(err)
	}
	for number, valid := range map[string]bool{
		"9007199254740992": true, "9007199254740993": false, "9007199254740992.0": true, "9007199254740992.001": false, "19.99": true, "19.999": false,
	} {
		value := map[string]any{"v": "v1", "n": json.Number(number)}
		if got := len(loaded.Judge(value, day(t, "2026-01-01")).Problems) == 0; got != valid {
			t.Errorf("%s: valid is %v", number, got)
		}
	}
}
