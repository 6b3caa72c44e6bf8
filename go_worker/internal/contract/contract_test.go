package contract

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/schemadiff/schemadiff/contracts"
	"github.com/schemadiff/schemadiff/go_worker/internal/strictjson"
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

func TestVersionsInUse(t *testing.T) {
	t.Parallel()
	requests := load(t, "job_request")
	for _, test := range []struct {
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
		t.Run(test.day, func(t *testing.T) {
			t.Parallel()
			if got := requests.VersionsInUse(day(t, test.day)); !slices.Equal(got, test.want) {
				t.Errorf("%v; want %v", got, test.want)
			}
		})
	}
}

func TestValidateVersion(t *testing.T) {
	t.Parallel()
	requests := load(t, "job_request")
	const valid = `{"schema_version":"v1","job_id":"nightly-0001","timeout_seconds":30,"tasks":[{"id":"a","action":"scan"}]}`
	for _, test := range []struct{ name, day, text, version, problem string }{
		{"in use", "2026-11-23", valid, "v1", ""},
		{"out of use", "2027-01-03", valid, "", "/schema_version: v1 has been out of use since 2027-01-03, and the day is 2027-01-03; in use: v2"},
		{"not yet published", "2026-01-01", valid, "", "/schema_version: v1 is not in use before 2026-03-02, and the day is 2026-01-01; no version of job_request is in use on 2026-01-01"},
		{"unknown", "2026-11-23", `{"schema_version":"v3"}`, "", `/schema_version: is "v3", which this worker does not support; in use: v1, v2`},
		{"not a string", "2026-11-23", `{"schema_version":null}`, "", `/schema_version: is null, not a string; in use: v1, v2`},
		{"missing", "2026-11-23", `{"Schema_Version":"v1"}`, "", `/schema_version: is missing; in use: v1, v2`},
		{"array", "2026-11-23", `[]`, "", `the message is an array, not an object`},
		{"boolean", "2026-11-23", `true`, "", `the message is a boolean, not an object`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			result := requests.Validate(parse(t, test.text), day(t, test.day))
			problem := ""
			if len(result.Problems) > 0 {
				problem = result.Problems[0].String()
			}
			if result.Version != test.version || problem != test.problem {
				t.Errorf("version %q, problem %q; want %q, %q", result.Version, problem, test.version, test.problem)
			}
		})
	}
}

func parse(t *testing.T, text string) any {
	t.Helper()
	value, err := strictjson.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func TestProblemsAreCompleteAndSorted(t *testing.T) {
	t.Parallel()
	message := parse(t, `{
		"schema_version": "v1", "job_id": "a b", "timeout_seconds": 300.5,
		"tasks": [
			{"id": "", "action": "delete", "source": 5}, 7,
			{"action": "sync", "source": "../x", "target": "http://example.com/"},
			{"id": "c", "action": "scan"}, {"id": "d", "action": "scan"}, {"id": "e", "action": "scan"}, {"id": "f", "action": "scan"},
			{"id": "g", "action": "scan"}, {"id": "h", "action": "scan"}, {"id": "i", "action": "scan"}, {"id": "j", "action": null}
		],
		"retry_policy": {"max_retries": 9007199254740993, "backoff_ms": 99.99}
	}`)
	var got []string
	for _, problem := range load(t, "job_request").Validate(message, day(t, "2026-11-23")).Problems {
		got = append(got, fmt.Sprintf("%.90s", problem))
	}
	want := []string{
		`/job_id: has 3 characters, fewer than minLength 8`,
		`/job_id: is "a b", which does not match pattern ^[A-Za-z0-9][A-Za-z0-9._:-]*$`,
		`/retry_policy/backoff_ms: is 99.99, not an integer`,
		`/retry_policy/max_retries: is 9007199254740993, greater than maximum 5`,
		`/tasks/0/action: is "delete", not one of "sync", "scan", "cleanup"`,
		`/tasks/0/id: has 0 characters, fewer than minLength 1`,
		`/tasks/0/source: is 5, not a string`,
		`/tasks/1: is 7, not an object`,
		`/tasks/2/id: is missing`,
		`/tasks/2/source: is "../x", which does not match pattern ^[^\x00-\x1f\x7f/\\.][^\x00-\x1f\`,
		`/tasks/2/target: is "http://example.com/", which does not match pattern ^[^\x00-\x1f\x7f/\`,
		`/tasks/10/action: is null, not one of "sync", "scan", "cleanup"`,
		`/timeout_seconds: is 300.5, not an integer`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got:\n%s", strings.Join(got, "\n"))
	}
}

func TestLoadErrors(t *testing.T) {
	t.Parallel()
	const manifest = "contracts: {m: {versions: {v1: {published: 2026-01-01}}}}"
	withSchema := func(schema string) fs.FS {
		return fstest.MapFS{"contracts.yaml": {Data: []byte(manifest)}, "m.v1.json": {Data: []byte(schema)}}
	}
	var syntax *strictjson.SyntaxError
	var invalid *jsonschema.SchemaValidationError
	var unresolved *jsonschema.LoadURLError
	for _, test := range []struct {
		name  string
		files fs.FS
		want  error // for errors.Is, or nil
		as    any   // for errors.As, or nil
	}{
		{"no manifest", fstest.MapFS{}, fs.ErrNotExist, nil},
		{"manifest is not YAML", fstest.MapFS{"contracts.yaml": {Data: []byte("a: [")}}, nil, nil},
		{"no such contract", fstest.MapFS{"contracts.yaml": {Data: []byte("contracts: {}")}}, ErrNoVersion, nil},
		{"no supported version", fstest.MapFS{"contracts.yaml": {Data: []byte("contracts: {m: {versions: {v2: {}}}}")}}, ErrNoVersion, nil},
		{"no schema", fstest.MapFS{"contracts.yaml": {Data: []byte(manifest)}}, fs.ErrNotExist, nil},
		{"schema is not JSON", withSchema("{"), nil, &syntax},
		{"not a schema", withSchema(`{"type": 5}`), nil, &invalid},
		{"reference to another document", withSchema(`{"$ref": "http://example.com/x.json"}`), nil, &unresolved},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := Load(test.files, "m", []string{"v1"})
			if err == nil {
				t.Fatal("no error")
			}
			if test.want != nil && !errors.Is(err, test.want) {
				t.Errorf("%v; want %v", err, test.want)
			}
			if test.as != nil && !errors.As(err, test.as) {
				t.Errorf("%v; want a %T", err, test.as)
			}
		})
	}
}

func TestVersionsAreSortedByNumber(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"contracts.yaml": {Data: []byte("contracts: {m: {versions: {v10: {}, v9: {}, v2: {}, v11: {}}}}")}}
	for _, name := range []string{"v2", "v9", "v10", "v11"} {
		files["m."+name+".json"] = &fstest.MapFile{Data: []byte(`true`)}
	}
	loaded, err := Load(files, "m", []string{"v10", "v9", "v2"})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := loaded.VersionsInUse(day(t, "2026-01-01")), []string{"v2", "v9", "v10"}; !slices.Equal(got, want) {
		t.Errorf("%v; want %v", got, want)
	}
}

// The validator must compare numbers by their digits, not as floating-point numbers.
func TestNumbersAreComparedExactly(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{
		"contracts.yaml": {Data: []byte("defaults: {version_field: /v}\ncontracts: {m: {versions: {v1: {}}}}")},
		"m.v1.json":      {Data: []byte(`{"properties": {"n": {"maximum": 9007199254740992, "multipleOf": 0.01}}}`)},
	}
	loaded, err := Load(files, "m", []string{"v1"})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		number string
		valid  bool
	}{
		{"9007199254740992", true},
		{"9007199254740993", false},
		{"9007199254740992.0", true},
		{"9007199254740992.001", false},
		{"19.99", true},
		{"19.999", false},
	} {
		t.Run(test.number, func(t *testing.T) {
			t.Parallel()
			message := map[string]any{"v": "v1", "n": json.Number(test.number)}
			result := loaded.Validate(message, day(t, "2026-01-01"))
			if valid := len(result.Problems) == 0; valid != test.valid {
				t.Errorf("valid is %v: %v", valid, result.Problems)
			}
		})
	}
}
